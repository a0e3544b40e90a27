# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bricks of ISO 19115-3: texts, codes, identifiers, citations, dates.

In this standard every property is an element that holds a typed element: ``cit:title`` holds a
``gco:CharacterString``. A property without a value is written with ``gco:nilReason="missing"`` where the
schema requires it, and left out where it does not. Every brick is a string of XML (see `xml_text`).

ISO 19139 has the same bricks under older names: its ``Gmd`` (`terracite.record.iso19139.elements`) is an `Iso`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from urllib.parse import quote

from terracite.record.identifiers import orcid_url
from terracite.record.iso19115 import people
from terracite.record.iso19115.addresses import iri, resolved
from terracite.record.iso19115.xml_text import attribute, element, empty, leaf, tags
from terracite.record.markup import XLINK, XSI
from terracite.record.model import Agent, Language, Organisation, Record, Text

_ISO = "http://standards.iso.org/iso/19115/-3"
CODELISTS = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml"
LANGUAGES = "http://www.loc.gov/standards/iso639-2/"
UDUNITS = "https://docs.unidata.ucar.edu/udunits/"
#: ISO's list of dates has no code for these moments: they keep DataCite's
DATACITE_DATES = "https://schema.datacite.org/meta/kernel-4/include/datacite-dateType-v4.xsd"
ORCID = "https://orcid.org"
_PARTY = "cit:partyIdentifier"

NAMESPACES: dict[str, str] = {
    "mdb": f"{_ISO}/mdb/2.0",
    "cit": f"{_ISO}/cit/2.0",
    "gco": f"{_ISO}/gco/1.0",
    "gcx": f"{_ISO}/gcx/1.0",
    "gex": f"{_ISO}/gex/1.0",
    "lan": f"{_ISO}/lan/1.0",
    "mac": f"{_ISO}/mac/2.0",
    "mcc": f"{_ISO}/mcc/1.0",
    "mco": f"{_ISO}/mco/1.0",
    "mrc": f"{_ISO}/mrc/2.0",
    "mrd": f"{_ISO}/mrd/1.0",
    "mri": f"{_ISO}/mri/1.0",
    "mrl": f"{_ISO}/mrl/2.0",
    "mrs": f"{_ISO}/mrs/1.0",
    "mdq": "http://standards.iso.org/iso/19157/-2/mdq/1.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "xlink": XLINK,
    "xsi": XSI,
}


class Iso:
    """The bricks of one document: they know its language, the page of the dataset and the GML identifiers given."""

    #: the attribute of a property in several languages
    free_text = ' xsi:type="lan:PT_FreeText_PropertyType"'
    #: what opens and closes a path of elements
    tags = staticmethod(tags)

    def __init__(self, record: Record, url: str) -> None:
        self.record = record
        self.url = url.rstrip("/") + "/" if url else ""
        self.language: Language = record.first_language
        self.other: Language = "fr" if self.language == "en" else "en"
        self._numbers = count(1)

    def element(self, path: str, *content: str, attributes: str = "") -> str:
        """Elements one inside the other ("mri:extent/gex:EX_Extent"); "" when there is no content."""
        inside = "".join(content)
        if not inside:
            return ""
        opening, closing = self.tags(path)
        return f"{opening}{attributes}>\n{inside}{closing}"

    def value(self, path: str, kind: str, text: str, attributes: str = "") -> str:
        """A property whose value is a typed text: ``kind`` is "gco:Real", "gco:Decimal"..."""
        return self.element(path, leaf(kind, text, attributes))

    def missing(self, name: str, reason: str = "missing") -> str:
        """A property that the schema requires and the record does not have."""
        return empty(name, f' gco:nilReason="{reason}"')

    def gml_id(self, kind: str) -> str:
        """The attribute of an identifier that is unique in the document."""
        return f' gml:id="{kind}-{next(self._numbers)}"'

    def string(self, path: str, words: str, href: str = "") -> str:
        """A property of one text, left out when empty; an anchor when it has an address."""
        return self.element(path, self.characters(words, href)) if words.strip() else ""

    def text(self, path: str, words: Text | str, href: str = "") -> str:
        """A property in both languages (PT_FreeText), left out when empty; a name, which has no language, as it is."""
        if isinstance(words, str):
            return self.string(path, words, href)
        main, translation = (words.fr, words.en) if self.language == "fr" else (words.en, words.fr)
        if not translation:
            return self.element(path, self.characters(main, href)) if main else ""
        free = self._localised(self.other, translation)
        if main == translation:
            free = self._localised(self.language, main) + free
        value = self.characters(main or translation, href)
        return self.element(path, value, self.element("lan:PT_FreeText", free), attributes=self.free_text)

    def required_text(self, path: str, words: Text | str) -> str:
        """As `text`; said to be missing when empty."""
        return self.text(path, words) or self.missing(path)

    def characters(self, words: str, href: str = "") -> str:
        """The value of a text property."""
        address = iri(href) if href else ""
        if address:
            return leaf(self.name("gcx:Anchor"), words, attribute("xlink:href", address))
        return leaf("gco:CharacterString", words)

    def code(self, path: str, kind: str, value: str, words: str = "", codelist: str = "") -> str:
        """A property whose value is from a code list: ``kind`` is the element, "cit:CI_RoleCode".

        ``words`` say it more exactly than the list can.
        """
        return code_of(path, kind, value, words or value, codelist or f"{CODELISTS}#{kind.partition(':')[2]}")

    def date(self, path: str, day: str, kind: str, codelist: str = "") -> str:
        """A ``cit:CI_Date``: ``day`` in ISO 8601, "2022", "2022-07" or a moment; ``kind`` a code of CI_DateTypeCode."""
        typed = "gco:DateTime" if "T" in day else "gco:Date"
        return self.element(
            f"{path}/cit:CI_Date",
            self.value("cit:date", typed, day),
            self.code("cit:dateType", "cit:CI_DateTypeCode", kind, codelist=codelist),
        )

    def identifier(
        self, path: str, code: str, space: str = "", href: str = "", description: Text | str = "", *, also: str = ""
    ) -> str:
        """An ``mcc:MD_Identifier``; ``also`` is XML to add at its end."""
        return self.element(
            f"{path}/mcc:MD_Identifier",
            self.string("mcc:code", code, href) or self.missing("mcc:code"),
            self.string("mcc:codeSpace", space),
            self.text("mcc:description", description),
            also,
        )

    def resource_identifier(self, path: str, identifier: str, kind: str = "") -> str:
        """The identifier of some resource as the record has it, anchored to where it resolves; "" for none.

        ``kind``: its type in DataCite's list where the record states one.
        """
        if not identifier.strip():
            return ""
        address, is_doi = resolved(identifier)
        return self.identifier(path, identifier, kind or ("doi" if is_doi else ""), address)

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
        """A ``cit:CI_Citation``: its title, then what is given, in the order of the schema."""
        return self.element(
            f"{path}/cit:CI_Citation",
            self.text("cit:title", title, href) or self.missing("cit:title"),
            dates,
            self.string("cit:edition", edition),
            identifiers,
            parties,
            form,
            self.text("cit:otherCitationDetails", details),
            online,
        )

    def online(
        self,
        path: str,
        address: str,
        function: str,
        *,
        words: str = "",
        protocol: str = "",
        profile: str = "",
        name: str = "",
        description: Text | str = "",
        attributes: str = "",
    ) -> str:
        """A ``cit:CI_OnlineResource``; ``name`` is XML: the value of the property."""
        return self.element(
            f"{path}/cit:CI_OnlineResource",
            self.linkage(address),
            self.string("cit:protocol", protocol),
            self.string("cit:applicationProfile", profile),
            self.element("cit:name", name),
            self.text("cit:description", description),
            self.code("cit:function", "cit:CI_OnLineFunctionCode", function, words),
            attributes=attributes,
        )

    def page(self, path: str, address: str, function: str) -> str:
        """A page of the web that people read."""
        return self.online(path, address, function, protocol="WWW:LINK-1.0-http--link")

    def linkage(self, address: str) -> str:
        return self.string("cit:linkage", address)

    def aggregate_identifier(self, identifier: str) -> str:
        """The identifier of a related resource where it also stands outside its citation: nowhere in this standard."""
        del identifier
        return ""

    def party(self, path: str, agent: Agent, role: str, words: str = "") -> str:
        """A ``cit:CI_Responsibility``: a person inside their organisation, a person alone, or an organisation.

        ``words`` say the role more exactly than the list can. Never an e-mail address.
        """
        places = people.places_of(agent)
        person = self._individual(agent) if agent.is_person else ""
        inside = self._organisation(people.joined(agent), places, person) if places else person
        code = self.code("cit:role", "cit:CI_RoleCode", role, words)
        return self.element(f"{path}/cit:CI_Responsibility", code, self.element("cit:party", inside))

    def _organisation(self, joined: str, places: Sequence[Organisation], person: str) -> str:
        rors = [
            self.identifier(_PARTY, place.ror, people.registry(place.ror), place.ror, people.whose(places, number))
            for number, place in enumerate(places)
            if place.ror
        ]
        name = self.string("cit:name", joined)
        return self.element("cit:CI_Organisation", name, *rors, self.element("cit:individual", person))

    def _individual(self, agent: Agent) -> str:
        name = self.string("cit:name", people.personal_name(agent))
        orcid = self.identifier(_PARTY, agent.orcid, ORCID, orcid_url(agent.orcid)) if agent.orcid else ""
        return self.element("cit:CI_Individual", name, orcid)

    def unit(self, path: str, symbol: str) -> str:
        """A unit of measure by its UDUNITS symbol, left out when blank."""
        if not symbol.strip():
            return ""
        identifier = leaf("gml:identifier", symbol, f' codeSpace="{UDUNITS}"')
        return self.element(f"{path}/gml:UnitDefinition", identifier, attributes=self.gml_id("unit"))

    def scope(self, path: str) -> str:
        """An ``mcc:MD_Scope`` that says: the whole dataset."""
        return self.element(f"{path}/mcc:MD_Scope", self.code("mcc:level", "mcc:MD_ScopeCode", "dataset"))

    def locale(self, path: str, language: str, identifier: str = "") -> str:
        """A ``lan:PT_Locale``; ``language`` is an ISO 639-2 code."""
        return self.element(
            f"{path}/lan:PT_Locale",
            self.code("lan:language", "lan:LanguageCode", language, codelist=LANGUAGES),
            self.code("lan:characterEncoding", "lan:MD_CharacterSetCode", "utf8"),
            attributes=attribute("id", identifier),
        )

    def vertical_system(self) -> str:
        """What heights are measured from, which the record does not know; this standard does not ask."""
        return ""

    def file_address(self, path: str) -> str:
        """Where a file of the dataset is found; its path alone when the page of the dataset is not known."""
        return f"{self.url}files/{quote(path)}" if self.url else path

    def name(self, prefixed: str) -> str:
        """The name of an element, or of a type, in this standard."""
        return prefixed

    def _localised(self, language: Language, words: str) -> str:
        name = self.name("lan:LocalisedCharacterString")
        return self.element("lan:textGroup", leaf(name, words, f' locale="#{language.upper()}"'))


@lru_cache(4096)
def code_of(path: str, kind: str, value: str, words: str, codelist: str) -> str:
    """A code in its property. Kept, for documents say the same ones over and over."""
    attributes = attribute("codeList", codelist) + attribute("codeListValue", value)
    return element(path, leaf(kind, words, attributes))
