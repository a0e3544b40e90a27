# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bricks of ISO 19115-3: texts, codes, identifiers, citations, dates.

In this standard every property is an element that holds a typed element: ``cit:title`` holds a
``gco:CharacterString``. A property without a value is written with ``gco:nilReason="missing"`` where the
schema requires it, and left out where it does not.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from lxml.etree import _Element as Element

from terracite.record.identifiers import as_urn, bare_doi, doi_url, resolvable, web_address
from terracite.record.markup import XLINK, XSI, Writer
from terracite.record.model import Language, Record, Text, iso

_ISO = "http://standards.iso.org/iso/19115/-3"
CODELISTS = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml"
LANGUAGES = "http://www.loc.gov/standards/iso639-2/"

NAMESPACES: dict[str | None, str] = {
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
    """Writes one document: knows its language, the page of the dataset and the GML identifiers given so far."""

    def __init__(self, record: Record, url: str) -> None:
        self.record = record
        self.url = url.rstrip("/") + "/" if url else ""
        self.language: Language = record.first_language
        self.other: Language = "fr" if self.language == "en" else "en"
        self._writer = Writer(NAMESPACES)
        self._count = 0

    def root(self, name: str) -> Element:
        return self._writer.root(name)

    def add(self, parent: Element, *names: str, text: str = "", **attributes: str) -> Element:
        """The last of a chain of new elements, each inside the one before; it gets the text and attributes."""
        for name in names[:-1]:
            parent = self._writer.add(parent, name)
        return self._writer.add(parent, names[-1], text, **attributes)

    def gml_id(self, kind: str) -> str:
        """An identifier that is unique in the document."""
        self._count += 1
        return f"{kind}-{self._count}"

    def missing(self, parent: Element, name: str) -> None:
        """A property that the schema requires and the record does not have."""
        self.add(parent, name, gco__nilReason="missing")

    def string(self, parent: Element, name: str, value: str, href: str = "") -> None:
        """A property of one text, left out when empty; ``gcx:Anchor`` when it has an address."""
        if value.strip():
            self._characters(self.add(parent, name), value, href)

    def text(self, parent: Element, name: str, value: Text, href: str = "") -> None:
        """A property in both languages (``lan:PT_FreeText``), left out when empty."""
        if not value.best().strip():
            return
        translation = getattr(value, self.other)
        kind = "lan:PT_FreeText_PropertyType" if translation else ""
        element = self.add(parent, name, xsi__type=kind)
        self._characters(element, value.best(self.language), href)
        if translation:
            path = ("lan:PT_FreeText", "lan:textGroup", "lan:LocalisedCharacterString")
            self.add(element, *path, text=translation, locale=f"#{self.other.upper()}")

    def required_text(self, parent: Element, name: str, value: Text) -> None:
        """As `text`; said to be missing when empty."""
        if value.best().strip():
            self.text(parent, name, value)
        else:
            self.missing(parent, name)

    def code(self, parent: Element, name: str, kind: str, value: str, codelist: str = "") -> None:
        """A property whose value is from a code list: ``kind`` is the element, "cit:CI_RoleCode"."""
        address = codelist or f"{CODELISTS}#{kind.partition(':')[2]}"
        self.add(parent, name, kind, text=value, codeList=address, codeListValue=value)

    def date(self, parent: Element, name: str, day: dt.date, kind: str, codelist: str = "") -> None:
        """A ``cit:CI_Date``; ``kind`` is a code of CI_DateTypeCode."""
        element = self.add(parent, name, "cit:CI_Date")
        typed = "gco:DateTime" if isinstance(day, dt.datetime) else "gco:Date"
        self.add(element, "cit:date", typed, text=iso(day))
        self.code(element, "cit:dateType", "cit:CI_DateTypeCode", kind, codelist)

    def identifier(
        self, parent: Element, name: str, code: str, space: str = "", href: str = "", description: str = ""
    ) -> None:
        """An ``mcc:MD_Identifier``."""
        element = self.add(parent, name, "mcc:MD_Identifier")
        if code.strip():
            self.string(element, "mcc:code", code, href)
        else:
            self.missing(element, "mcc:code")
        self.string(element, "mcc:codeSpace", space)
        self.string(element, "mcc:description", description)

    def resource_identifier(self, parent: Element, name: str, identifier: str) -> None:
        """The identifier of some resource: a DOI without its resolver, anything else as it is."""
        if doi := bare_doi(identifier):
            self.identifier(parent, name, doi, "doi", doi_url(doi))
        elif identifier.strip():
            self.identifier(parent, name, as_urn(identifier), href=resolvable(identifier))

    def citation(self, parent: Element, name: str, title: Text, href: str = "") -> Element:
        """A ``cit:CI_Citation`` with its title; the caller adds the rest, in the order of the schema."""
        element = self.add(parent, name, "cit:CI_Citation")
        if title.best().strip():
            self.text(element, "cit:title", title, href)
        else:
            self.missing(element, "cit:title")
        return element

    def online(self, parent: Element, holder: str, address: str, function: str, **texts: str) -> None:
        """A ``cit:CI_OnlineResource``; ``texts``: protocol, name, description."""
        element = self.add(parent, holder, "cit:CI_OnlineResource")
        self.string(element, "cit:linkage", address)
        for key in ("protocol", "name", "description"):
            self.string(element, f"cit:{key}", texts.get(key, ""))
        self.code(element, "cit:function", "cit:CI_OnLineFunctionCode", function)

    def unit(self, parent: Element, name: str, symbol: str) -> None:
        """A unit of measure by its UDUNITS symbol."""
        definition = self.add(parent, name, "gml:UnitDefinition", gml__id=self.gml_id("unit"))
        self.add(definition, "gml:identifier", text=symbol, codeSpace="https://docs.unidata.ucar.edu/udunits/")

    def scope(self, parent: Element, name: str) -> None:
        """An ``mcc:MD_Scope`` that says: the whole dataset."""
        element = self.add(parent, name, "mcc:MD_Scope")
        self.code(element, "mcc:level", "mcc:MD_ScopeCode", "dataset")

    def locale(self, parent: Element, name: str, language: str, identifier: str = "") -> None:
        """A ``lan:PT_Locale``; ``language`` is an ISO 639-2 code."""
        element = self.add(parent, name, "lan:PT_Locale", id=identifier)
        self.code(element, "lan:language", "lan:LanguageCode", language, LANGUAGES)
        self.code(element, "lan:characterEncoding", "lan:MD_CharacterSetCode", "utf8")

    def file_address(self, path: str) -> str:
        """Where a file of the dataset is found; its path alone when the page of the dataset is not known."""
        return f"{self.url}files/{quote(path)}" if self.url else path

    def _characters(self, element: Element, value: str, href: str) -> None:
        address = web_address(href) if href else ""
        if address:
            self.add(element, "gcx:Anchor", text=value, xlink__href=address)
        else:
            self.add(element, "gco:CharacterString", text=value)


def both(words: str) -> Text:
    """Words that are the same in every language, such as a name."""
    return Text(en=words)
