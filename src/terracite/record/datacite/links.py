# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 12 and 20 written: related identifiers, and related items for what has a title.

A resource with an identifier and a title is both, as DataCite advises: the identifier makes the link, the item names
it.
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.datacite.terms import INSTRUMENT, Attributes, filled
from terracite.record.model import Language, Record, Related, Source, Text
from terracite.record.relations import Relation, of_parent, of_related, of_source, relations


def titles(title: Text, first: Language) -> list[dict[str, str]]:
    """The title in the language ``first``, then the other, marked as its translation."""
    found = [{"title": text, "lang": language} for language, text in title.ordered(first)]
    return found[:1] + [item | {"titleType": "TranslatedTitle"} for item in found[1:]]


def related_identifiers(record: Record) -> Iterator[dict[str, str]]:
    """Every link whose identifier DataCite knows, each once."""
    notes = {_key(of_related(related)): _information(related, record) for related in record.related}
    for relation in relations(record):
        if relation.kind:
            yield _related(relation) | filled({"relationTypeInformation": notes.get(_key(relation), "")})


def related_items(record: Record) -> Iterator[Attributes]:
    """Links that have a title or no identifier that DataCite knows, the deposit, the instruments."""
    for related in record.related:
        relation = of_related(related)
        if related.title or (relation.identifier and not relation.kind):
            note = _information(related, record)
            item = _item(relation, relation.resource_type or "Other", [{"title": _title(relation)}])
            yield item | filled({"relationTypeInformation": note})
    yield from _sources(record.lineage.sources)
    if record.parent:
        relation = of_parent(record.parent, record.first_language)
        if relation.title or (relation.identifier and not relation.kind):
            named = titles(record.parent.title, record.first_language)
            yield _item(relation, "Collection", named or [{"title": relation.identifier}])
    yield from _platforms(record)


def _sources(sources: tuple[Source, ...]) -> Iterator[Attributes]:
    for source in sources:
        relation = of_source(source)
        if source.title or (relation.identifier and not relation.kind):
            yield _item(relation, "Other", [{"title": _title(relation)}])


def _key(relation: Relation) -> tuple[str, str]:
    return relation.identifier.lower(), relation.relation


def _information(related: Related, record: Record) -> str:
    """The note in the language of the metadata; without one, a relation that DataCite has no word for."""
    note = related.note.best(record.first_language)
    return note if note or of_related(related).relation == related.relation else related.relation


def _related(relation: Relation) -> dict[str, str]:
    return filled(
        {
            "relatedIdentifier": relation.identifier,
            "relatedIdentifierType": relation.kind,
            "relationType": relation.relation,
            "resourceTypeGeneral": relation.resource_type,
        }
    )


def _title(relation: Relation) -> str:
    return relation.title or relation.identifier


def _item(relation: Relation, kind: str, named: list[dict[str, str]]) -> Attributes:
    content: Attributes = {"relatedItemType": kind, "relationType": relation.relation, "titles": named}
    if not relation.kind and relation.identifier in {"", _title(relation)} and kind != "Collection":
        return content
    identifier = {"relatedItemIdentifier": relation.identifier, "relatedItemIdentifierType": relation.kind}
    return content | {"relatedItemIdentifier": filled(identifier)}


def _platforms(record: Record) -> Iterator[Attributes]:
    """One item for each instrument: the platform is its title, the instrument its subtitle."""
    kind, relation = INSTRUMENT
    for platform in record.platforms:
        for instrument in platform.instruments or ("",):
            subtitle = [{"title": instrument, "titleType": "Subtitle"}] if instrument else []
            yield {"relatedItemType": kind, "relationType": relation, "titles": [{"title": platform.name}, *subtitle]}
