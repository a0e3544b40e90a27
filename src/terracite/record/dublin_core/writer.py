# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unqualified Dublin Core as OAI-PMH asks for (``oai_dc``).

Access rights follow the OpenAIRE guidelines (info:eu-repo terms) and coverage the DCMI Box and Period encodings where
Dublin Core says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.dublin_core.dcsv import box_text, era_text
from terracite.record.identifiers import as_urn, doi_url, resolvable, web_address
from terracite.record.markup import XSI, Writer, document
from terracite.record.model import AccessKind, DateKind, Era, Extent, Record, RecordDate, ResourceType, Text

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_WRITER = Writer({"oai_dc": OAI_DC, "dc": "http://purl.org/dc/elements/1.1/", "xsi": XSI})
_ACCESS = {
    AccessKind.OPEN: "info:eu-repo/semantics/openAccess",
    AccessKind.EMBARGOED: "info:eu-repo/semantics/embargoedAccess",
    AccessKind.RESTRICTED: "info:eu-repo/semantics/restrictedAccess",
}
#: types that the DCMI Type Vocabulary has no word for: the nearest, then ours
_NEAREST = {ResourceType.MODEL: "Dataset", ResourceType.OTHER: "Dataset"}
#: the dates that tell when the data came out, the best first
_PUBLISHED = (DateKind.ISSUED, DateKind.AVAILABLE, DateKind.CREATED)

Row = tuple[str, str, str]  #: element, language or "", text


def write_oai_dc(record: Record, landing_url: str) -> bytes:
    """`to_oai_dc`, as the table of formats calls it."""
    return to_oai_dc(record, landing_url)


def to_oai_dc(record: Record, landing_url: str = "") -> bytes:
    """The record as an ``oai_dc:dc`` document, valid whatever is missing; the page is an identifier without a DOI."""
    root = _WRITER.root("oai_dc:dc")
    root.set(_WRITER.name("xsi:schemaLocation"), f"{OAI_DC} {OAI_DC.rstrip('/')}.xsd")
    for element, language, text in _rows(cleaned(record), landing_url):
        if text.strip():
            _WRITER.add(root, f"dc:{element}", text, xml__lang=language)
    return document(root)


def _rows(record: Record, landing_url: str) -> Iterator[Row]:
    yield from _texts("title", record.title, record)
    yield from (("creator", "", agent.name) for agent in record.creators)
    yield from _subjects(record)
    yield from _texts("description", record.abstract, record)
    yield "publisher", "", record.publisher.name if record.publisher else ""
    yield from (("contributor", "", contributor.agent.name) for contributor in record.contributors)
    yield from _dates(record)
    yield from (("type", "", word) for word in _types(record))
    yield from (("format", "", media_type) for media_type in dict.fromkeys(file.media_type for file in record.files))
    yield "identifier", "", doi_url(record.doi) if record.doi else _page(landing_url)
    yield "identifier", "", f"urn:uuid:{record.uuid}"
    yield from (("source", "", as_urn(source.identifier) or source.title) for source in record.lineage.sources)
    yield from (("language", "", language) for language in record.data_languages)
    yield from _relations(record)
    yield from _coverage(record)
    yield from _rights(record)


def _page(landing_url: str) -> str:
    """The address of the page, when it is one of the web."""
    return web_address(landing_url) if landing_url.startswith(("http:", "https:")) else ""


def _texts(element: str, text: Text, record: Record) -> Iterator[Row]:
    yield from ((element, language, words) for language, words in text.ordered(record.first_language))


def _types(record: Record) -> list[str]:
    word = record.resource_type.value.capitalize()
    return [_NEAREST[record.resource_type], word] if record.resource_type in _NEAREST else [word]


def _subjects(record: Record) -> Iterator[Row]:
    for discipline in record.disciplines:
        yield from _texts("subject", vocabularies.discipline_label(discipline), record)
    for topic in record.topics:
        yield "subject", "", topic
    for keyword in record.keywords:
        yield from _texts("subject", keyword.label, record)


def _dates(record: Record) -> Iterator[Row]:
    published = next(filter(None, (_latest(record, kind) for kind in _PUBLISHED)), None)
    if published:
        yield "date", "", published.text
    if record.access.embargo_until:
        yield "date", "", f"info:eu-repo/date/embargoEnd/{record.access.embargo_until.isoformat()}"


def _latest(record: Record, kind: DateKind) -> RecordDate | None:
    return max((date for date in record.dates if date.kind is kind), key=lambda date: date.on, default=None)


def _relations(record: Record) -> Iterator[Row]:
    for related in record.related:
        yield "relation", "", resolvable(related.identifier) or as_urn(related.identifier)
    if record.parent:
        yield "relation", "", resolvable(record.parent.identifier) or as_urn(record.parent.identifier)
    for doi in (record.version.previous_doi, record.version.next_doi, record.version.concept_doi):
        if doi:
            yield "relation", "", doi_url(doi)


def _coverage(record: Record) -> Iterator[Row]:
    """Places, each followed by its boxes; periods as ISO 8601 intervals (".." = still going on); eras by name."""
    for extent in record.extents:
        yield from _where(extent, record)
    for period in record.periods:
        yield "coverage", "", period.interval(open_end=".." if period.ongoing else "")
    for era in record.eras:
        yield from (("coverage", language, era_text(era, name)) for language, name in _names(era, record))


def _names(era: Era, record: Record) -> list[tuple[str, str]]:
    """The names of an era, each with its language; its address when it has none."""
    return [(language, name) for language, name in era.name.ordered(record.first_language)] or [("", era.uri)]


def _where(extent: Extent, record: Record) -> Iterator[Row]:
    yield from _texts("coverage", extent.place, record)
    yield from (("coverage", "", box_text(part, extent.lowest_m, extent.highest_m)) for part in extent.box.parts())


def _rights(record: Record) -> Iterator[Row]:
    if record.access.kind in _ACCESS:
        yield "rights", "", _ACCESS[record.access.kind]
    if record.licence:
        known = vocabularies.licence(record.licence)
        yield "rights", "", known.uri if known else record.licence
    yield from _texts("rights", record.access.conditions, record)
