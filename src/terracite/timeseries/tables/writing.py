# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records as geoflow's three files, under the ids of sen2val."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from terracite.crate.disk import write_atomically
from terracite.record.geoflow import (
    Component,
    Entity,
    Item,
    Table,
    Workflow,
    entity_of,
    write_entities,
    write_geoflow_table,
    write_workflow,
)
from terracite.record.model import Record
from terracite.timeseries.naming import id_of

ENTITIES, CONTACTS, WORKFLOW = "entities.csv", "contacts.csv", "workflow.json"
#: what geoflow is asked to do: one ISO 19115 document a row
_ACTIONS = ({"id": "geometa-create-iso-19115", "run": True, "options": {"logo": False}},)


def write_tables(
    folder: Path,
    records: Sequence[Record],
    *,
    page: Callable[[Record], str],
    identify: Callable[[Record], str] = id_of,
) -> tuple[Path, ...]:
    """Write the tables of entities and contacts and the workflow that names them; returns the three paths.

    ``page`` gives the address of a record's page; ``identify`` its id in the table, that of sen2val for the records
    of a run. Each file is written whole or not at all. No e-mail is in them: contacts are called by their names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ids = {str(record.uuid): identify(record) for record in records}
    ids |= {record.doi: identify(record) for record in records if record.doi}
    entities = [_entity(record, page(record), ids) for record in records]
    _, contacts = write_geoflow_table([(record, page(record)) for record in records])
    documents = {
        ENTITIES: write_entities(entities),
        CONTACTS: contacts,
        WORKFLOW: write_workflow(_workflow()),
    }
    return tuple(_write(folder / name, document) for name, document in documents.items())


def _workflow() -> Workflow:
    return Workflow(
        "terracite-timeseries",
        (Table(ENTITIES),),
        (Table(CONTACTS),),
        profile={"name": "Terracite time series", "project": "Terracite", "mode": "entity"},
        actions=_ACTIONS,
    )


def _entity(record: Record, url: str, ids: Mapping[str, str]) -> Entity:
    """The row, called by its id and not by its uuid, which stays beside it; its parent too when it is in the table."""
    entity = entity_of(record, url)
    own = ids[str(record.uuid)]
    cells = dict(entity.cells)
    others = tuple(one for one in entity.of("Identifier") if one.key != "id")
    cells["Identifier"] = (Component("id", (Item(own),)), *others)
    if "Relation" in cells:
        cells["Relation"] = tuple(_relation(one, ids) for one in cells["Relation"])
    return Entity(cells)


def _relation(one: Component, ids: Mapping[str, str]) -> Component:
    if one.key != "parent":
        return one
    return replace(one, items=tuple(replace(item, text=ids.get(item.text, item.text)) for item in one.items))


def _write(path: Path, document: bytes) -> Path:
    write_atomically(path, document)
    return path
