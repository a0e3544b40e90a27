# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sources, steps, related works, deposit and versions of a schema.org document."""

from __future__ import annotations

from typing import Any

from terracite.record.identifiers import bare_doi
from terracite.record.model import Lineage, Parent, Related, Source, Step, Text, Version
from terracite.record.reading import values as reading
from terracite.record.relations import IDENTIFIER_TYPES, RESOURCE_TYPES
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.read_files import is_file
from terracite.record.schema_org.setting import Setting, both
from terracite.record.schema_org.terms import PLAIN_RELATIONS, WORK_TYPES

#: property -> relation of what it names when no LinkRole says better; in the order of writing
_RELATIONS = {
    "citation": "References",
    "isBasedOn": "IsDerivedFrom",
    "isPartOf": "IsPartOf",
    "hasPart": "HasPart",
    "dct:hasPart": "HasPart",
    "subjectOf": "HasMetadata",
    "mentions": "References",
    "relatedPublications": "References",
    "exampleOfWork": "IsVersionOf",
    "workExample": "HasVersion",
    "workTranslation": "HasTranslation",
    "translationOfWork": "IsTranslationOf",
    "isSimilarTo": "IsVariantFormOf",
    "sameAs": "IsIdenticalTo",
    "dct:references": "References",
    "dct:isReferencedBy": "IsReferencedBy",
}
_RESOURCE_TYPES = {kind: name for name, kind in reversed(WORK_TYPES.items())} | {"ScholarlyArticle": "JournalArticle"}
_ACTIONS = {"Action", "CreateAction", "UpdateAction", "prov:Activity", "provone:Execution"}
_IDENTIFIER = both("identifier of this work", "l’identifiant de cet ouvrage")
_DEPOSITS = {"Dataset", "Collection", "DataCatalog"}


def links(dataset: Thing, here: Setting) -> dict[str, Any]:
    """The fields of the record that lead to other things."""
    sources = [_source(thing, here) for thing in dataset.all("isBasedOn") if not _is_link(thing)]
    steps = [_step(thing, here) for thing in dataset.each("prov:wasGeneratedBy", "mentions") if _is_step(thing)]
    statement = dataset.first("dct:provenance")
    parents = [thing for thing in dataset.all("isPartOf") if _is_deposit(thing)][:1]
    return {
        "lineage": Lineage(
            statement=_statement(statement, here) if statement else Text(),
            steps=tuple(step for step in steps if step),
            sources=tuple(source for source in sources if source),
        ),
        "parent": _parent(parents[0], here) if parents else None,
        "related": _related_works(dataset, here, {thing.where for thing in parents}),
        "version": _version(dataset, here),
    }


def _is_link(thing: Thing) -> bool:
    return "LinkRole" in thing.kinds


def _is_step(thing: Thing) -> bool:
    return bool(thing.kinds & _ACTIONS)


def _is_deposit(thing: Thing) -> bool:
    return thing.is_object and not _is_link(thing) and bool(thing.kinds & _DEPOSITS)


def _statement(thing: Thing, here: Setting) -> Text:
    return here.said(thing, "description", "name") if thing.is_object else Text(**{here.language: thing.text()})


def _source(thing: Thing, here: Setting) -> Source | None:
    if not thing.is_object:
        text = thing.text()
        return Source(title=text, identifier=text if "/" in text else "") if text else None
    identifiers = thing.all("identifier")
    sums = [item.text("value") for item in identifiers if item.is_object and item.text("name") == "checksum"]
    named = [item for item in identifiers if not (item.is_object and item.text("name") == "checksum")]
    identifier = _identifier(named[0]) if named else thing.id or thing.text("url")
    sha256 = thing.text("sha256")
    thing.skip("url")
    return Source(
        title=thing.text("name") if "name" in thing.names else identifier,
        identifier=identifier,
        description=here.said(thing, "description"),
        checksum=f"sha256:{sha256}" if sha256 else next(iter(sums), ""),
    )


def _step(thing: Thing, here: Setting) -> Step | None:
    plan = thing.first("prov:hadPlan")
    software = thing.first("prov:wasAssociatedWith", "instrument")
    ended = thing.text("endTime")
    moment = reading.moment(ended) if ended else None
    if ended and moment is None:
        here.notes.say(thing.where, "unreadable", ended, expected=both("a moment", "un instant"))
    return Step(
        description=here.said(thing, "description") or here.said(thing, "name"),
        software=_named(software) if software else "",
        command=(plan.text("text") if plan.is_object else plan.text()) if plan else "",
        on=moment,
    )


def _named(software: Thing) -> str:
    """A program and its version."""
    if not software.is_object:
        return software.text()
    version = software.text("softwareVersion", "version")
    return f"{software.text()} {version}".strip()


def _related_works(dataset: Thing, here: Setting, taken: set[str]) -> tuple[Related, ...]:
    """Links in the order of their numbers where they have some, else property by property."""
    found: list[tuple[float, Related]] = []
    for name, relation in _RELATIONS.items():
        for thing in dataset.all(name):
            if thing.where in taken or _is_step(thing) or _is_read_elsewhere(name, thing):
                continue
            related = _related(thing, relation, here)
            number = thing.number("position") if thing.is_object else None
            found += [(number if number is not None else len(found) + 1, related)] if related else []
    return tuple(related for _, related in sorted(found, key=lambda pair: pair[0]))


def _is_read_elsewhere(name: str, thing: Thing) -> bool:
    """Sources, files and folders of the dataset, and its own DOI, are no related works."""
    if name == "isBasedOn":
        return not _is_link(thing)
    if name == "hasPart":
        return is_file(thing) or (thing.is_object and "://" not in thing.peek() and not thing.all("identifier", "url"))
    return name == "sameAs" and bool(bare_doi(thing.peek()))


def _related(thing: Thing, relation: str, here: Setting) -> Related | None:
    if not thing.is_object:
        text = thing.text()
        return Related(identifier=text, relation=relation) if text else None
    own = thing.first("identifier")
    address = thing.text("url")
    identifier = (_identifier(own) if own else "") or thing.id or address
    title = here.said(thing, "name", "headline").best(here.language)
    if not (identifier or title):
        here.notes.say(thing.where, "missing", expected=_IDENTIFIER)
        return None
    return Related(
        identifier=identifier or title,
        relation=thing.text("linkRelationship") or relation,
        identifier_type=_identifier_type(own),
        title="" if title == identifier else title,
        resource_type=_resource_type(thing),
        note=here.said(thing, "description"),
    )


def _identifier(thing: Thing) -> str:
    if not thing.is_object:
        return thing.text()
    thing.skip("name", "url", "propertyID")
    return thing.text("value") or thing.id or thing.text("url")


def _identifier_type(thing: Thing | None) -> str:
    kind = thing.text("propertyID") if thing and thing.is_object else ""
    return next((known for known in IDENTIFIER_TYPES if known.casefold() == kind.casefold()), kind)


def _resource_type(thing: Thing) -> str:
    told = thing.first("additionalType")
    if told and told.node.value in RESOURCE_TYPES:
        return told.text()
    return next((_RESOURCE_TYPES[kind] for kind in sorted(thing.kinds) if kind in _RESOURCE_TYPES), "")


def _parent(thing: Thing, here: Setting) -> Parent | None:
    own = thing.first("identifier")
    identifier = (_identifier(own) if own else "") or thing.id or thing.text("url")
    title = here.said(thing, "name")
    thing.skip("url")
    made: Parent | None = (
        here.notes.part(Parent, thing.where, identifier=identifier, title=title) if identifier else None
    )
    return made


def _version(dataset: Thing, here: Setting) -> Version:
    number = dataset.text("version", "softwareVersion")
    return Version(
        **({"number": number} if number else {}),
        notes=here.said(dataset, "adms:versionNotes", "releaseNotes"),
        previous_doi=_doi(dataset, "prov:wasRevisionOf", "dct:replaces"),
        next_doi=_doi(dataset, "dct:isReplacedBy"),
        concept_doi=_doi(dataset, "dct:isVersionOf"),
    )


def _doi(dataset: Thing, *names: str) -> str:
    found = dataset.first(*names)
    if found is None:
        return ""
    doi = bare_doi(found.id or found.text("url") or found.text() if found.is_object else found.text())
    if doi:
        found.skip("name")
    return doi


assert set(PLAIN_RELATIONS.items()) <= set(_RELATIONS.items())
