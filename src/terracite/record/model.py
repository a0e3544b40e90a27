# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canonical record: one immutable value from which every metadata standard is written.

Everything is optional but the uuid, so that a draft is a record too; `terracite.record.rules` says what is
still missing before it can be published. Bilingual text stays two texts (`Text`). Where a value came from is
kept beside it, in `Record.origins`, by the dotted name of its field ("title.fr", "extents", "licence").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID, uuid4

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

Language = Literal["fr", "en"]
SCHEMA_VERSION: Literal[1] = 1


def _as_utc(moment: dt.datetime) -> dt.datetime:
    """A moment without a zone is taken as UTC; any other is converted to it."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _day_or_moment(value: object) -> object:
    """A text such as "2022-07-01" is a day, never midnight of that day."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a day (2022-07-01) nor a moment (2022-07-01T06:30:00Z)") from None


Moment = Annotated[dt.datetime, AfterValidator(_as_utc)]
DayOrMoment = Annotated[Moment | dt.date, BeforeValidator(_day_or_moment)]


class Value(BaseModel):
    """A frozen part of the record; unknown fields, NaN and infinity are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Text(Value):
    """The same text in French and English; either may be missing."""

    fr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def best(self, language: str = "en") -> str:
        """The text in ``language``, or in the other one when that is missing."""
        return (self.fr or self.en) if language == "fr" else (self.en or self.fr)

    def ordered(self, first: Language) -> list[tuple[Language, str]]:
        """As `items`, with the language ``first`` before the other."""
        return sorted(self.items(), key=lambda item: item[0] != first)

    def items(self) -> Iterator[tuple[Language, str]]:
        """The languages that are there, each with its text."""
        if self.fr:
            yield "fr", self.fr
        if self.en:
            yield "en", self.en


class OriginKind(StrEnum):
    """How a value came into the record."""

    TYPED = "typed"
    EXTRACTED = "extracted"
    INHERITED = "inherited"
    IMPORTED = "imported"
    SUGGESTED = "suggested"
    PRODUCED = "produced"


class Origin(Value):
    """Where a value came from: ``detail`` is the file, the format or the command."""

    kind: OriginKind
    detail: str = ""


class ResourceType(StrEnum):
    DATASET = "dataset"
    COLLECTION = "collection"
    IMAGE = "image"


class Discipline(StrEnum):
    """A moderation desk of the repository."""

    ATMOSPHERE = "atmosphere"
    OCEAN = "ocean"
    SOLID_EARTH = "solid_earth"
    CONTINENTAL_SURFACES = "continental_surfaces"
    BIODIVERSITY = "biodiversity"


class Keyword(Value):
    """A keyword, with its address when it comes from a thesaurus (an id of `terracite.record.vocabularies`)."""

    label: Text
    uri: str = ""
    thesaurus: str = ""


class Variable(Value):
    """A measured or computed quantity of the data. ``unit`` is a UDUNITS string; "1" = unitless."""

    name: str
    label: Text = Text()
    standard_name: str = ""  #: only where the CF table has one
    unit: str = ""
    method: Text = Text()


class MapClass(Value):
    """One class of a categorical map."""

    code: int
    label: Text
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#808080"
    area_ha: float | None = None  #: mapped or adjusted area; ``Record.quality`` says which


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
    """DataCite's contributor types that a deposit form offers."""

    CONTACT_PERSON = "ContactPerson"
    DATA_COLLECTOR = "DataCollector"
    DATA_CURATOR = "DataCurator"
    DATA_MANAGER = "DataManager"
    EDITOR = "Editor"
    HOSTING_INSTITUTION = "HostingInstitution"
    PRODUCER = "Producer"
    PROJECT_LEADER = "ProjectLeader"
    RESEARCHER = "Researcher"
    RIGHTS_HOLDER = "RightsHolder"
    SPONSOR = "Sponsor"
    SUPERVISOR = "Supervisor"
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


class DateKind(StrEnum):
    CREATED = "created"
    COLLECTED = "collected"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    AVAILABLE = "available"
    ISSUED = "issued"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


class RecordDate(Value):
    """One dated event in the life of the dataset."""

    kind: DateKind
    on: dt.date


class Box(Value):
    """A box in degrees, WGS 84. ``west > east`` means that it crosses the antimeridian (see `parts`)."""

    west: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]

    @model_validator(mode="after")
    def _south_below_north(self) -> Self:
        if self.south > self.north:
            raise ValueError("the south of a box lies above its north")
        return self

    def parts(self) -> tuple[Box, ...]:
        """The box as one box, or as two when it crosses the antimeridian."""
        if self.west <= self.east:
            return (self,)
        east_part = self.model_copy(update={"west": -180.0})
        return (self.model_copy(update={"east": 180.0}), east_part)


class Extent(Value):
    """Where: a box, perhaps with the name of the place, a polygon (rings of lon lat) and heights in metres."""

    box: Box
    place: Text = Text()
    place_uri: str = ""
    polygon: tuple[tuple[tuple[float, float], ...], ...] = ()
    lowest_m: float | None = None
    highest_m: float | None = None


class ReferenceSystem(Value):
    """A coordinate reference system: ``code`` such as "EPSG:32740" when it has one, else ``wkt``."""

    code: str = ""
    name: str = ""
    wkt: str = ""

    @property
    def label(self) -> str:
        return self.code or self.name or "unnamed"


class Resolution(Value):
    """How fine the data are: a distance on the ground in metres, or a scale denominator."""

    distance_m: Annotated[float, Field(gt=0)] | None = None
    scale: Annotated[int, Field(gt=0)] | None = None


class Representation(StrEnum):
    """How space is represented (ISO 19115 MD_SpatialRepresentationTypeCode)."""

    GRID = "grid"
    VECTOR = "vector"
    TABLE = "textTable"
    TIN = "tin"
    STEREO = "stereoModel"
    VIDEO = "video"


class Period(Value):
    """When: both ends included; ``end`` is None while the series goes on (``ongoing``)."""

    start: DayOrMoment
    end: DayOrMoment | None = None
    ongoing: bool = False

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.end is not None and _as_date(self.start) > _as_date(self.end):
            raise ValueError("a period starts after its end")
        return self

    def interval(self, open_end: str = "..") -> str:
        """ISO 8601 "start/end"; ``open_end`` stands for an end that is unknown or still to come.

        >>> Period(start=dt.date(2022, 1, 1)).interval()
        '2022-01-01/..'
        """
        return f"{iso(self.start)}/{iso(self.end) if self.end is not None else open_end}"


class Platform(Value):
    """A satellite or station, with its instruments."""

    name: str
    instruments: tuple[str, ...] = ()


class Step(Value):
    """One step of how the data were made."""

    description: Text
    software: str = ""  #: name and version
    command: str = ""
    on: Moment | None = None


class Source(Value):
    """Something the data were made from."""

    title: str
    identifier: str = ""  #: DOI, address or product id
    description: Text = Text()
    checksum: str = ""  #: "sha256:..."


class Lineage(Value):
    statement: Text = Text()
    steps: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()


class Quality(Value):
    """One quality measure; ``low`` and ``high`` bound its 95 % interval where there is one."""

    name: Text
    value: float
    unit: str = "1"
    low: float | None = None
    high: float | None = None
    note: Text = Text()
    report: str = ""  #: path of the report inside the dataset, or an address

    def sentence(self, language: str = "en") -> str:
        """The measure in words, with its interval: "Overall accuracy: 0.91 (95 % interval: 0.88 to 0.94)"."""
        colon, interval, to = (" : ", "intervalle à 95 %", "à") if language == "fr" else (": ", "95 % interval", "to")
        unit = f" {self.unit}" if self.unit not in {"", "1"} else ""
        text = f"{self.name.best(language)}{colon}{self.value:.6g}{unit}"
        if self.low is not None and self.high is not None:
            text += f" ({interval}{colon}{self.low:.6g} {to} {self.high:.6g})"
        note = self.note.best(language)
        return f"{text}. {note}" if note else f"{text}."


class AccessKind(StrEnum):
    OPEN = "open"
    EMBARGOED = "embargoed"
    RESTRICTED = "restricted"


class Access(Value):
    kind: AccessKind = AccessKind.OPEN
    embargo_until: dt.date | None = None

    @model_validator(mode="after")
    def _embargo_has_an_end(self) -> Self:
        if (self.kind is AccessKind.EMBARGOED) != (self.embargo_until is not None):
            raise ValueError("an embargo, and only an embargo, needs the date when it ends")
        return self


class Related(Value):
    """A related resource. ``relation`` is DataCite's, read "this dataset ... that resource" (IsCitedBy, References)."""

    identifier: str
    relation: str = "References"
    identifier_type: str = ""  #: DOI, URL, Handle...; "" = found from the identifier
    title: str = ""
    resource_type: str = ""  #: DataCite's resourceTypeGeneral
    note: Text = Text()


class Parent(Value):
    """The deposit (group) that the dataset belongs to."""

    identifier: str
    title: Text = Text()


class Version(Value):
    number: str = "1.0"
    notes: Text = Text()
    previous_doi: str = ""
    next_doi: str = ""
    concept_doi: str = ""


class FileRole(StrEnum):
    DATA = "data"
    DOCUMENTATION = "documentation"
    LEGEND = "legend"
    THUMBNAIL = "thumbnail"
    METADATA = "metadata"


class DataFile(Value):
    """One file of the dataset. ``path`` is relative, with forward slashes."""

    path: str
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: str = "application/octet-stream"
    format: str = ""  #: name and version a person understands, such as "NetCDF-4 (CF-1.11)"
    role: FileRole = FileRole.DATA
    description: Text = Text()

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        parts = path.split("/")
        if not path or path.startswith("/") or "\\" in path or any(part in {"", ".", ".."} for part in parts):
            raise ValueError(f"the path {path!r} is not a plain relative path")
        return path


class Record(Value):
    """Everything Terracite knows about one version of one dataset. Times are UTC."""

    schema_version: Literal[1] = SCHEMA_VERSION
    uuid: UUID = Field(default_factory=uuid4)
    doi: str = ""  #: without the https://doi.org/ prefix
    title: Text = Text()
    abstract: Text = Text()
    lineage: Lineage = Lineage()
    purpose: Text = Text()
    notes: Text = Text()
    language: Language = "en"  #: of the metadata
    data_languages: tuple[str, ...] = ()  #: ISO 639-1
    resource_type: ResourceType = ResourceType.DATASET
    disciplines: tuple[Discipline, ...] = ()
    topics: tuple[str, ...] = ()  #: ISO 19115 topic categories
    keywords: tuple[Keyword, ...] = ()
    variables: tuple[Variable, ...] = ()
    classes: tuple[MapClass, ...] = ()
    nomenclature: str = ""  #: id of the list that ``classes`` come from
    creators: tuple[Agent, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    contacts: tuple[Agent, ...] = ()
    publisher: Organisation | None = None
    funding: tuple[Funding, ...] = ()
    dates: tuple[RecordDate, ...] = ()
    extents: tuple[Extent, ...] = ()
    reference_systems: tuple[ReferenceSystem, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    representation: Representation | None = None
    periods: tuple[Period, ...] = ()
    time_resolution: str = ""  #: ISO 8601 duration
    platforms: tuple[Platform, ...] = ()
    quality: tuple[Quality, ...] = ()
    licence: str = ""  #: SPDX identifier
    access: Access = Access()
    related: tuple[Related, ...] = ()
    parent: Parent | None = None
    version: Version = Version()
    files: tuple[DataFile, ...] = ()
    thumbnail: str = ""  #: path of one of ``files``
    record_updated: Moment | None = None
    origins: dict[str, Origin] = Field(default_factory=dict)

    @field_validator("doi")
    @classmethod
    def _without_resolver(cls, doi: str) -> str:
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi.strip(), flags=re.IGNORECASE)

    def date(self, kind: DateKind) -> dt.date | None:
        """The latest date of that kind, or None."""
        return max((date.on for date in self.dates if date.kind is kind), default=None)

    @property
    def publication_year(self) -> int | None:
        """The year readers get the data (DataCite's rule): the end of an embargo, else when it was issued."""
        day = self.access.embargo_until or self.date(DateKind.ISSUED) or self.date(DateKind.AVAILABLE)
        return day.year if day else None

    @property
    def first_language(self) -> Language:
        """The language of the metadata, or the other one when the title is only in that."""
        other: Language = "fr" if self.language == "en" else "en"
        return self.language if getattr(self.title, self.language) or not self.title else other

    def origin(self, field: str) -> Origin | None:
        """Where the value of ``field`` came from: its own origin, or that of the field it is part of."""
        while field:
            if field in self.origins:
                return self.origins[field]
            field = field.rpartition(".")[0]
        return None

    def with_values(self, origin: Origin, **values: object) -> Record:
        """This record with ``values`` changed, each marked as coming from ``origin``."""
        origins = self.origins | dict.fromkeys(values, origin)
        return Record.model_validate(dict(self) | values | {"origins": origins})

    def with_dates(self, **dates: dt.date) -> Record:
        """This record with the given dates set, one per kind: ``with_dates(issued=today)``."""
        kept = tuple(date for date in self.dates if date.kind.value not in dates)
        added = tuple(RecordDate(kind=DateKind(kind), on=on) for kind, on in dates.items())
        return self.model_copy(update={"dates": kept + added})


def _as_date(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def iso(moment: dt.datetime | dt.date) -> str:
    """A day as "2022-07-01", a moment as "2022-07-01T06:30:00Z"."""
    return moment.isoformat().replace("+00:00", "Z")
