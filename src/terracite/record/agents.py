# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations: who made, pays for and answers for the data."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import field_validator, model_validator

from terracite.record.values import Value


class Organisation(Value):
    name: str
    ror: str = ""  #: full address, https://ror.org/...


class Agent(Value):
    """A person or an organisation. A person has a family name; an organisation has ``organisation`` alone."""

    family_name: str = ""
    given_name: str = ""
    orcid: str = ""  #: 16 digits with hyphens, without the address
    organisation: str = ""  #: the name when the agent is itself an organisation
    ror: str = ""
    affiliations: tuple[Organisation, ...] = ()
    email: str = ""  #: never shown in clear, never exported to public formats

    @field_validator("orcid")
    @classmethod
    def _without_address(cls, orcid: str) -> str:
        return orcid.strip().rstrip("/").rpartition("/")[2]

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not (self.family_name or self.organisation):
            raise ValueError("an agent needs a family name or an organisation")
        return self

    def without_email(self) -> Agent:
        return self.model_copy(update={"email": ""})

    @property
    def is_person(self) -> bool:
        return bool(self.family_name)

    @property
    def name(self) -> str:
        """ "Family, Given", or the organisation's name."""
        if not self.is_person:
            return self.organisation
        return f"{self.family_name}, {self.given_name}" if self.given_name else self.family_name

    @property
    def display_name(self) -> str:
        """ "Given Family", or the organisation's name."""
        return f"{self.given_name} {self.family_name}".strip() if self.is_person else self.organisation


class ContributorRole(StrEnum):
    """DataCite 4.7, contributorType."""

    CONTACT_PERSON = "ContactPerson"
    DATA_COLLECTOR = "DataCollector"
    DATA_CURATOR = "DataCurator"
    DATA_MANAGER = "DataManager"
    DISTRIBUTOR = "Distributor"
    EDITOR = "Editor"
    HOSTING_INSTITUTION = "HostingInstitution"
    PRODUCER = "Producer"
    PROJECT_LEADER = "ProjectLeader"
    PROJECT_MANAGER = "ProjectManager"
    PROJECT_MEMBER = "ProjectMember"
    REGISTRATION_AGENCY = "RegistrationAgency"
    REGISTRATION_AUTHORITY = "RegistrationAuthority"
    RELATED_PERSON = "RelatedPerson"
    RESEARCHER = "Researcher"
    RESEARCH_GROUP = "ResearchGroup"
    RIGHTS_HOLDER = "RightsHolder"
    SPONSOR = "Sponsor"
    SUPERVISOR = "Supervisor"
    TRANSLATOR = "Translator"
    WORK_PACKAGE_LEADER = "WorkPackageLeader"
    OTHER = "Other"


class Contributor(Value):
    agent: Agent
    role: ContributorRole


class Funding(Value):
    funder: str
    funder_id: str = ""  #: ROR or Crossref Funder address
    award_number: str = ""
    award_title: str = ""
    award_uri: str = ""
