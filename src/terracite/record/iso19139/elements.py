# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bricks of ISO 19139: those of ISO 19115-3 under their older names.

Most names only change their prefix (``cit:title`` is ``gmd:title``), a few change wholly; parties, citations and
links are simpler than in the newer standard. What writes keywords, extents, constraints and links of ISO 19115-3
writes them here too, with a `Gmd` in the place of its `Iso`.
"""

from __future__ import annotations

from functools import cache

from terracite.record.identifiers import orcid_url
from terracite.record.iso19115 import people
from terracite.record.iso19115.addresses import iri, resolved
from terracite.record.iso19115.elements import CODELISTS, Iso, code_of
from terracite.record.iso19115.xml_text import leaf, tags
from terracite.record.markup import XLINK, XSI
from terracite.record.model import Agent, Text

_OLDER = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"

NAMESPACES: dict[str, str] = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": XLINK,
    "xsi": XSI,
}
#: names that changed by more than their prefix
_NAMES = {
    "mri:associatedResource": "gmd:aggregationInfo",
    "mri:MD_AssociatedResource": "gmd:MD_AggregateInformation",
    "mri:name": "gmd:aggregateDataSetName",
    "lan:language": "gmd:languageCode",
    "mcc:MD_Scope": "gmd:DQ_Scope",
}
#: the codes that the lists of 2005 have; for any other, the list of ISO 19115-1 is named
_CODES = {
    "CI_DateTypeCode": {"creation", "publication", "revision"},
    "CI_OnLineFunctionCode": {"download", "information", "offlineAccess", "order", "search"},
    "CI_PresentationFormCode": {"documentDigital", "imageDigital", "modelDigital", "tableDigital", "videoDigital"},
    "CI_RoleCode": {
        *("resourceProvider", "custodian", "owner", "user", "distributor", "originator", "pointOfContact"),
        *("principalInvestigator", "processor", "publisher", "author"),
    },
    "DS_AssociationTypeCode": {"crossReference", "largerWorkCitation", "source", "stereoMate"},
    "MD_CoverageContentTypeCode": {"image", "thematicClassification", "physicalMeasurement"},
    "MD_KeywordTypeCode": {"discipline", "place", "stratum", "temporal", "theme"},
    "MD_ScopeCode": {"dataset", "series", "nonGeographicDataset", "software", "service", "model"},
}


@cache
def older_name(prefixed: str) -> str:
    """The name in ISO 19139 of an element or type of ISO 19115-3.

    >>> older_name("cit:title"), older_name("gcx:Anchor"), older_name("gml:Polygon"), older_name("mri:name")
    ('gmd:title', 'gmx:Anchor', 'gml:Polygon', 'gmd:aggregateDataSetName')
    """
    prefix, _, local = prefixed.partition(":")
    newer = {"gcx": "gmx", "gco": "gco", "gml": "gml", "gmx": "gmx"}
    return _NAMES.get(prefixed, f"{newer.get(prefix, 'gmd')}:{local}")


@cache
def _older_tags(path: str) -> tuple[str, str]:
    return tags("/".join(map(older_name, path.split("/"))))


class Gmd(Iso):
    """The bricks of one ISO 19139 document; every name may be given as in ISO 19115-3."""

    free_text = ' xsi:type="gmd:PT_FreeText_PropertyType"'
    tags = staticmethod(_older_tags)

    def name(self, prefixed: str) -> str:
        return older_name(prefixed)

    def missing(self, name: str, reason: str = "missing") -> str:
        return super().missing(older_name(name), reason)

    def code(self, path: str, kind: str, value: str, words: str = "", codelist: str = "") -> str:
        local = kind.partition(":")[2]
        known = value in _CODES.get(local, {value})
        address = codelist or f"{_OLDER if known else CODELISTS}#{local}"
        return code_of(older_name(path), older_name(kind), value, words or value, address)

    def identifier(
        self, path: str, code: str, space: str = "", href: str = "", description: Text | str = "", *, also: str = ""
    ) -> str:
        """An ``RS_Identifier`` when it has a code space, else an ``MD_Identifier``, which has no place for one."""
        del description, also  # the newer standard says more of an identifier
        return self.element(
            f"{path}/gmd:RS_Identifier" if space.strip() else f"{path}/gmd:MD_Identifier",
            self.string("gmd:code", code, href) or self.missing("gmd:code"),
            self.string("gmd:codeSpace", space),
        )

    def citation(
        self,
        path: str,
        title: Text | str,
        *,
        href: str = "",
        dates: str = "",
        edition: str = "",
        identifiers: str = "",
        parties: str = "",
        form: str = "",
        details: Text | str = "",
        online: str = "",
    ) -> str:
        """A ``CI_Citation``, which must have a date, and has no link."""
        del online
        dated = dates or self.missing("gmd:date", "unknown")
        return super().citation(
            path,
            title,
            href=href,
            dates=dated,
            edition=edition,
            identifiers=identifiers,
            parties=parties,
            form=form,
            details=details,
        )

    def linkage(self, address: str) -> str:
        """``gmd:URL`` must be an address; what is none is left out."""
        found = iri(address) or resolved(address)[0]
        if found or "/" in address or "." in address:
            return self.value("gmd:linkage", "gmd:URL", found or address)
        return self.missing("gmd:linkage")

    def aggregate_identifier(self, identifier: str) -> str:
        """Where most software looks for what a resource is related to."""
        return self.resource_identifier("gmd:aggregateDataSetIdentifier", identifier)

    def party(self, path: str, agent: Agent, role: str, words: str = "") -> str:
        """A ``CI_ResponsibleParty``: a person's anchor is the ORCID, an organisation's the ROR (of the first)."""
        places = people.places_of(agent)
        name = people.personal_name(agent) if agent.is_person else ""
        return self.element(
            f"{path}/gmd:CI_ResponsibleParty",
            self.string("gmd:individualName", name, orcid_url(agent.orcid)),
            self.string("gmd:organisationName", people.joined(agent), places[0].ror if places else ""),
            self.code("gmd:role", "gmd:CI_RoleCode", role, words),
        )

    def vertical_system(self) -> str:
        return self.missing("gmd:verticalCRS", "unknown")

    def member(self, path: str, name: str) -> str:
        """The name of an attribute, as a ``gco:MemberName`` whose type is not told."""
        return self.element(
            f"{path}/gco:MemberName",
            self.string("gco:aName", name) or self.missing("gco:aName"),
            self.missing("gco:attributeType", "unknown"),
        )

    def record_type(self, path: str, words: str) -> str:
        return self.element(path, leaf("gco:RecordType", words))
