# SPDX-License-Identifier: AGPL-3.0-or-later
"""Unqualified Dublin Core as OAI-PMH asks for (``oai_dc``).

Access rights and relations follow the OpenAIRE guidelines (info:eu-repo terms) where Dublin Core says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import as_urn, doi_url, resolvable
from terracite.record.markup import XSI, Writer, document
from terracite.record.model import AccessKind, Box, DateKind, Record, Text

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_WRITER = Writer({"oai_dc": OAI_DC, "dc": "http://purl.org/dc/elements/1.1/", "xsi": XSI})
_ACCESS = {
    AccessKind.OPEN: "info:eu-repo/semantics/openAccess",
    AccessKind.EMBARGOED: "info:eu-repo/semantics/embargoedAccess",
    AccessKind.RESTRICTED: "info:eu-repo/semantics/restrictedAccess",
}
#: DCMI Type Vocabulary; it has no word for a model
_TYPES = {
    "dataset": "Dataset",
    "collection": "Collection",
    "image": "Image",
    "software": "Software",
    "model": "Dataset",
    "service": "Service",
    "text": "Text",
    "other": "Dataset",
}

Row = tuple[str, str, str]  #: element, language or "", text


def write_oai_dc(record: Record, _: str) -> bytes:
    """`to_oai_dc`, as the table of formats calls it."""
    return to_oai_dc(record)


def to_oai_dc(record: Record) -> bytes:
    """The record as an ``oai_dc:dc`` document, valid whatever is missing."""
    root = _WRITER.root("oai_dc:dc")
    root.set(_WRITER.name("xsi:schemaLocation"), f"{OAI_DC} {OAI_DC.rstrip('/')}.xsd")
    for element, language, text in _rows(cleaned(record)):
        if text.strip():
            _WRITER.add(root, f"dc:{element}", text, xml__lang=language)
    return document(root)


def _rows(record: Record) -> Iterator[Row]:
    yield from _texts("title", record.title, record)
    yield from (("creator", "", agent.name) for agent in record.creators)
    yield from _subjects(record)
    yield from _texts("description", record.abstract, record)
    yield "publisher", "", record.publisher.name if record.publisher else ""
    yield from (("contributor", "", contributor.agent.name) for contributor in record.contributors)
    yield from _dates(record)
    yield "type", "", _TYPES[record.resource_type]
    yield from (("format", "", media_type) for media_type in _media_types(record))
    yield "identifier", "", doi_url(record.doi) if record.doi else f"urn:uuid:{record.uuid}"
    yield from (("source", "", as_urn(source.identifier) or source.title) for source in record.lineage.sources)
    yield from (("language", "", language) for language in record.data_languages)
    yield from _relations(record)
    yield from _coverage(record)
    yield from _rights(record)


def _texts(element: str, text: Text, record: Record) -> Iterator[Row]:
    yield from ((element, language, words) for language, words in text.ordered(record.first_language))


def _subjects(record: Record) -> Iterator[Row]:
    for discipline in record.disciplines:
        yield from _texts("subject", vocabularies.discipline_label(discipline), record)
    for topic in record.topics:
        yield "subject", "", topic
    for keyword in record.keywords:
        yield from _texts("subject", keyword.label, record)


def _dates(record: Record) -> Iterator[Row]:
    published = record.date(DateKind.ISSUED) or record.date(DateKind.AVAILABLE) or record.date(DateKind.CREATED)
    if published:
        yield "date", "", published.isoformat()
    if record.access.embargo_until:
        yield "date", "", f"info:eu-repo/date/embargoEnd/{record.access.embargo_until.isoformat()}"


def _media_types(record: Record) -> list[str]:
    return list(dict.fromkeys(file.media_type for file in record.files))


def _relations(record: Record) -> Iterator[Row]:
    for related in record.related:
        yield "relation", "", resolvable(related.identifier) or as_urn(related.identifier)
    if record.parent:
        yield "relation", "", resolvable(record.parent.identifier) or as_urn(record.parent.identifier)
    for doi in (record.version.previous_doi, record.version.next_doi, record.version.concept_doi):
        if doi:
            yield "relation", "", doi_url(doi)


def _coverage(record: Record) -> Iterator[Row]:
    for extent in record.extents:
        yield from _texts("coverage", extent.place, record)
        yield from (("coverage", "", _dcmi_box(part)) for part in extent.box.parts())
    yield from (("coverage", "", period.interval(open_end="")) for period in record.periods)


def _dcmi_box(box: Box) -> str:
    """DCMI Box Encoding Scheme, degrees."""
    limits = {"northlimit": box.north, "eastlimit": box.east, "southlimit": box.south, "westlimit": box.west}
    return "; ".join(f"{name}={value:g}" if value == 0 else f"{name}={value}" for name, value in limits.items())


def _rights(record: Record) -> Iterator[Row]:
    yield "rights", "", _ACCESS[record.access.kind]
    if record.licence:
        known = vocabularies.licence(record.licence)
        yield "rights", "", known.uri if known else record.licence
