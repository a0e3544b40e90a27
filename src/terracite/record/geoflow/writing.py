# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record as one row of geoflow's table of entities.

What geoflow has no key for is said in its own grammar where that is possible: the precise relation is the
description of the key, the names of places are keywords of the kind ``place``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.geoflow import ewkt
from terracite.record.geoflow.cells import Component, Item
from terracite.record.geoflow.locales import Entry, components, plain
from terracite.record.geoflow.people import creator_cell
from terracite.record.geoflow.table import Entity
from terracite.record.identifiers import doi_url, resolvable
from terracite.record.model import (
    AccessKind,
    DateKind,
    Era,
    FileRole,
    KeywordKind,
    Record,
    RecordDate,
    Representation,
    ResourceType,
    Text,
    Variable,
    iso,
)

DATES = {
    DateKind.CREATED: "creation",
    DateKind.ISSUED: "publication",
    DateKind.UPDATED: "revision",
    DateKind.AVAILABLE: "released",
    DateKind.ACCEPTED: "adopted",
    DateKind.WITHDRAWN: "unavailable",
}
SCOPES = {
    ResourceType.COLLECTION: "series",
    ResourceType.SOFTWARE: "software",
    ResourceType.MODEL: "model",
    ResourceType.SERVICE: "service",
    ResourceType.TEXT: "document",
    ResourceType.OTHER: "nonGeographicDataset",
}
#: Zenodo's type of upload, a dataset by default
ZENODO_TYPES = {
    ResourceType.IMAGE: "image",
    ResourceType.SOFTWARE: "software",
    ResourceType.TEXT: "publication",
    ResourceType.OTHER: "other",
}
#: the only ones that geoflow does not refuse
REPRESENTATIONS = frozenset({Representation.GRID, Representation.VECTOR, Representation.TABLE})
#: descriptions of keys that say which part of the record a component is
PLACES, ERAS, ACQUISITION, DISCIPLINES = "SpatialCoverage", "TemporalCoverage", "Acquisition", "Terracite disciplines"
SOURCE, LANDING = "Source", "LandingPage"
PREVIOUS, NEXT = "IsNewVersionOf", "IsPreviousVersionOf"
STANDARD_NAMES = "http://vocab.nerc.ac.uk/standard_name/"


def entity_of(record: Record, landing_url: str) -> Entity:
    """The row of a record; ``landing_url`` is the address of its page."""
    record = cleaned(record)
    return Entity({name: found for name, write in _COLUMNS.items() if (found := tuple(write(record, landing_url)))})


def _identifier(record: Record, _: str) -> Iterator[Component]:
    yield _text("id", str(record.uuid))
    yield _text("uuid", str(record.uuid))
    yield from _texts(("doi", record.doi), ("conceptdoi", record.version.concept_doi))


def _title(record: Record, _: str) -> list[Component]:
    return _both("title", record.title, record)


def _description(record: Record, _: str) -> Iterator[Component]:
    yield from _both("abstract", record.abstract, record)
    yield from _both("purpose", record.purpose, record)
    yield from _both("info", record.notes, record)
    edition = Entry(plain(record.version.number, record.language), record.version.notes)
    yield from components("edition", [edition], record.language)
    if any(period.ongoing for period in record.periods):
        yield _text("status", "onGoing")


def _subject(record: Record, _: str) -> Iterator[Component]:
    for kind, thesaurus, run in _runs(record):
        known = vocabularies.thesauri().get(thesaurus)
        title, uri = (known.title.best(record.language), known.uri) if known else (thesaurus, "")
        yield from components(kind, run, record.language, title, uri)
    labels = [Entry(vocabularies.discipline_label(item)) for item in record.disciplines]
    yield from components("discipline", labels, record.language, DISCIPLINES)
    if record.topics:
        yield Component("topic", tuple(Item(topic) for topic in record.topics))
    places = [Entry(extent.place, uri=extent.place_uri) for extent in record.extents]
    if any(entry.text or entry.uri for entry in places):
        yield from components(KeywordKind.PLACE, places, record.language, PLACES)
    yield from components(KeywordKind.TEMPORAL, map(_era, record.eras), record.language, ERAS)
    yield from _platforms(record)


def _runs(record: Record) -> Iterator[tuple[str, str, list[Entry]]]:
    """Keywords of one kind and thesaurus that follow each other, so that their order is kept."""
    for (kind, thesaurus), run in groupby(record.keywords, lambda item: (item.kind.value, item.thesaurus)):
        yield kind, thesaurus, [Entry(keyword.label, uri=keyword.uri) for keyword in run]


def _era(era: Era) -> Entry:
    years = (
        f"{'' if era.oldest_year is None else era.oldest_year}/{'' if era.youngest_year is None else era.youngest_year}"
    )
    return Entry(era.name or Text(fr=years, en=years), uri=era.uri)


def _platforms(record: Record) -> Iterator[Component]:
    if record.platforms:
        yield Component("platform", tuple(Item(found.name) for found in record.platforms), "", ACQUISITION)
    for platform in record.platforms:
        if platform.instruments:
            yield Component("instrument", tuple(map(Item, platform.instruments)), "", platform.name)


def _creator(record: Record, _: str) -> Iterator[Component]:
    return creator_cell(record)


def _date(record: Record, _: str) -> Iterator[Component]:
    yield from (_text(DATES[date.kind], date.text) for date in record.dates if _has_a_place(date))
    if record.access.embargo_until:
        yield _text("embargo", record.access.embargo_until.isoformat())
    if record.record_updated:
        yield _text("metadata", iso(record.record_updated))


def _has_a_place(date: RecordDate) -> bool:
    return date.kind in DATES


def _type(record: Record, _: str) -> Iterator[Component]:
    """Two components: older geoflows take a single one, key and all, for the type."""
    yield _text("generic", SCOPES.get(record.resource_type, "dataset"))
    yield _text("zenodoResourceType", ZENODO_TYPES.get(record.resource_type, "dataset"))


def _language(record: Record, _: str) -> Iterator[Component]:
    yield _text("language", "fra" if record.language == "fr" else "eng")


def _spatial(record: Record, _: str) -> Iterator[Component]:
    """The reference system of the data comes first, for geoflow takes the last SRID for that of the geometry."""
    codes = [system.code.rpartition(":")[2] for system in record.reference_systems if system.code.startswith("EPSG:")]
    yield from (_text("srid", code) for code in codes[:1])
    yield from _texts(("ewkt", ewkt.write(record.extents)))


def _temporal(record: Record, _: str) -> Iterator[Component]:
    """geoflow has room for one period: the first start and the last end, nothing after the stroke for none."""
    if not record.periods:
        return
    first = min(record.periods, key=lambda period: iso(period.start))
    last = max(record.periods, key=lambda period: "9" if period.end is None else iso(period.end))
    start, end = iso(first.start), iso(last.end) if last.end is not None else ""
    yield _text("period", start if start == end else f"{start}/{end}")


def _format(record: Record, _: str) -> Iterator[Component]:
    forms = dict.fromkeys((file.media_type, file.format) for file in record.files if file.role is FileRole.DATA)
    yield from (Component("resource", (Item(media, name),)) for media, name in forms)


def _relation(record: Record, landing_url: str) -> Iterator[Component]:
    language = record.language
    if record.files:
        yield Component("http", (Item("Terracite", uri=landing_url),), "", LANDING)
    if record.parent:
        entry = Entry(
            plain(record.parent.identifier, language), record.parent.title, resolvable(record.parent.identifier)
        )
        yield from components("parent", [entry], language)
    for doi, relation in ((record.version.previous_doi, PREVIOUS), (record.version.next_doi, NEXT)):
        if doi:
            yield Component("ref", (Item(doi, uri=doi_url(doi)),), "", relation)
    for item in record.related:
        entry = Entry(plain(item.title, language), item.note, item.identifier)
        key = "http" if item.identifier.startswith(("http:", "https:")) else "ref"
        yield from components(key, [entry], language, item.relation)
    for source in record.lineage.sources:
        entry = Entry(plain(source.title, language), source.description, source.identifier)
        yield from components("ref", [entry], language, SOURCE)
    for funding in record.funding:
        award = Item(funding.award_number, funding.award_title, funding.award_uri)
        yield Component("grant", (award,), "", funding.funder, funding.funder_id)
    yield from _thumbnail(record, landing_url)


def _thumbnail(record: Record, landing_url: str) -> Iterator[Component]:
    if record.thumbnail:
        address = _address(landing_url, record.thumbnail)
        yield Component("thumbnail", (Item(record.title.best(record.language), uri=address),))


def _rights(record: Record, _: str) -> Iterator[Component]:
    kind = record.access.kind
    yield from _texts(("license", record.licence), ("accessRight", "" if kind is AccessKind.UNKNOWN else kind.value))
    yield from _both("accessConditions", record.access.conditions, record)


def _provenance(record: Record, _: str) -> Iterator[Component]:
    """The statement is mandatory in this cell, and first."""
    yield from _both("statement", record.lineage.statement, record)
    if record.lineage.steps and not record.lineage.statement:
        yield _text("statement", "")
    for step in record.lineage.steps:
        yield from components("process", [Entry(step.description)], record.language)


def _data(record: Record, landing_url: str) -> Iterator[Component]:
    """geoflow wants a source beside anything else: the page, for a record without files."""
    files = [file for file in record.files if file.role is FileRole.DATA]
    sources = tuple(Item(file.path, uri=_address(landing_url, file.path)) for file in files)
    about = [
        *(_text("spatialRepresentationType", kind) for kind in [record.representation] if kind in REPRESENTATIONS),
        *components("variable", map(_variable, record.variables), record.language),
    ]
    if sources or about:
        yield _text("access", "default")
        yield Component("source", sources or (Item(LANDING, uri=landing_url),))
        yield from (_text("sourceType", "other"), _text("uploadType", "other"), _text("upload", "false"))
    yield from about


def _variable(variable: Variable) -> Entry:
    standard = f"{STANDARD_NAMES}{quote(variable.standard_name)}/" if variable.standard_name else ""
    return Entry(Text(fr=variable.name, en=variable.name), variable.label, standard)


def _address(landing_url: str, path: str) -> str:
    return f"{landing_url.rstrip('/')}/files/{quote(path)}"


def _text(key: str, text: str) -> Component:
    return Component(key, (Item(text),))


def _texts(*pairs: tuple[str, str]) -> Iterable[Component]:
    return (_text(key, text) for key, text in pairs if text)


def _both(key: str, text: Text, record: Record) -> list[Component]:
    return components(key, [Entry(text)] if text else [], record.language)


_COLUMNS: dict[str, Callable[[Record, str], Iterable[Component]]] = {
    "Identifier": _identifier,
    "Title": _title,
    "Description": _description,
    "Subject": _subject,
    "Creator": _creator,
    "Date": _date,
    "Type": _type,
    "Language": _language,
    "SpatialCoverage": _spatial,
    "TemporalCoverage": _temporal,
    "Format": _format,
    "Relation": _relation,
    "Rights": _rights,
    "Provenance": _provenance,
    "Data": _data,
}
