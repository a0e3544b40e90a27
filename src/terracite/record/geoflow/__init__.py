# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's tables of entities and contacts, and its workflows.

The grammar of the cells is in `cells`, the tables as values in `table`, the record to and from a row in `writing`
and the ``read_`` modules.
"""

from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.cleaning import cleaned
from terracite.record.geoflow.carried import CARRIES_GEOFLOW
from terracite.record.geoflow.cells import SEPARATOR, Component, Item
from terracite.record.geoflow.people import contacts_of
from terracite.record.geoflow.reading import reading_of
from terracite.record.geoflow.table import (
    Contact,
    Entity,
    EntityRow,
    read_contacts,
    read_entities,
    write_contacts,
    write_entities,
)
from terracite.record.geoflow.workflow import Table, Workflow, is_workflow, read_workflow, write_workflow
from terracite.record.geoflow.writing import entity_of
from terracite.record.model import Record, Text
from terracite.record.reading import Notes, Reading

__all__ = [
    "CARRIES_GEOFLOW",
    "SEPARATOR",
    "Component",
    "Contact",
    "Entity",
    "EntityRow",
    "Item",
    "Table",
    "Workflow",
    "contacts_of",
    "entity_of",
    "read_contacts",
    "read_entities",
    "read_geoflow",
    "read_geoflow_table",
    "read_workflow",
    "write_contacts",
    "write_entities",
    "write_geoflow",
    "write_geoflow_contacts",
    "write_geoflow_table",
    "write_workflow",
]


def write_geoflow(record: Record, landing_url: str) -> bytes:
    """A table of entities with one row."""
    return write_entities([entity_of(record, landing_url)])


def write_geoflow_contacts(record: Record, _: str) -> bytes:
    """The table of the contacts that the row of the record calls by id; without e-mails."""
    return write_contacts(contacts_of(cleaned(record)))


def write_geoflow_table(records: list[tuple[Record, str]]) -> tuple[bytes, bytes]:
    """The tables of entities and of contacts of several records, each with the address of its page."""
    contacts: dict[tuple[Component, ...], Contact] = {}
    for record, _ in records:
        for contact in contacts_of(cleaned(record)):
            known = contacts.setdefault(contact.identifiers, contact)
            if contact.organisation and not known.organisation:
                contacts[contact.identifiers] = contact
    return write_entities(entity_of(record, url) for record, url in records), write_contacts(contacts.values())


def read_geoflow(document: bytes) -> Reading:
    """The record of the first row. Raises `RecordError` for another document, or a table without rows."""
    first, *others = _readings(document, most=2)
    if not others:
        return first
    notes = Notes("geoflow", remarks=list(first.remarks))
    kept, other = (reading.record.title.best() for reading in (first, others[0]))
    notes.say("line 1", "twice", other, read=kept, expected=Text(fr="Le jeu de données", en="The dataset"))
    return Reading(first.record, tuple(notes.remarks), first.leftovers)


def read_geoflow_table(entities: bytes, contacts: bytes = b"", separator: str = SEPARATOR) -> list[Reading]:
    """The records of a table of entities, with the people of a table of contacts."""
    return _readings(entities, contacts, separator)


def _readings(
    entities: bytes, contacts: bytes = b"", separator: str = SEPARATOR, most: int | None = None
) -> list[Reading]:
    if is_workflow(entities):
        sources = ", ".join(table.source for table in read_workflow(entities).entities) or "?"
        raise RecordError(
            "This is a geoflow workflow: it says where the metadata are, and holds none.",
            hint=f"Read the table of entities it names: {sources}.",
        )
    notes = Notes("geoflow")
    known = {name: contact for contact in read_contacts(contacts, notes, separator) for name in contact.ids}
    rows = read_entities(entities, separator, most)
    if not rows:
        raise RecordError("The table has no rows.", hint="Give a table with one row per dataset.")
    return [reading_of(row, known if contacts.strip() else None, notes.remarks) for row in rows]
