# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's two tables as values: entities (what is described) and contacts (who).

Reading what was written gives the same values; reading, writing and reading again too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from terracite.record.geoflow.cells import SEPARATOR, Component, read_cell, write_cell
from terracite.record.geoflow.columns import BY_NAME, CONTACT_NAMES, MANDATORY, NAMES
from terracite.record.geoflow.sheets import Row, read_sheet, write_sheet
from terracite.record.model import Text
from terracite.record.reading import Leftover, Notes

_LEAST_COLUMNS = 3
#: of a contact, in the order of the columns after Identifier
_FIELDS = (
    "email", "organisation", "position", "last_name", "first_name", "address", "postal_code", "city", "country",
    "voice", "facsimile", "website", "website_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of the table of entities: the components of each column. The line is not part of the value."""

    cells: Mapping[str, tuple[Component, ...]]
    line: int = field(default=0, compare=False)

    def of(self, column: str, *keys: str) -> tuple[Component, ...]:
        """The components of a column, or those of it that have one of ``keys``."""
        found = self.cells.get(column, ())
        return tuple(component for component in found if component.key in keys) if keys else found


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the table of contacts; the fields have geoflow's names in lower case, `identifiers` its grammar."""

    identifiers: tuple[Component, ...]
    email: str = ""
    organisation: str = ""
    position: str = ""
    last_name: str = ""
    first_name: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    voice: str = ""
    facsimile: str = ""
    website: str = ""
    website_name: str = ""
    line: int = field(default=0, compare=False)

    @property
    def ids(self) -> frozenset[str]:
        """What a cell of Creator may call this contact, in lower case."""
        return frozenset(item.text.casefold() for component in self.identifiers for item in component.items)


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as it was read, with what there is to say about its row."""

    entity: Entity
    notes: Notes
    leftovers: tuple[Leftover, ...] = ()


def read_entities(document: bytes, separator: str = SEPARATOR, most: int | None = None) -> list[EntityRow]:
    """The entities of a table, at most ``most``. What concerns the whole table (its encoding...) is said of each."""
    table = Notes("geoflow")
    rows = read_sheet(document, NAMES, _LEAST_COLUMNS, table, most)
    shared = table.remarks
    return [_entity(row, Notes("geoflow", remarks=list(shared)), separator) for row in rows]


def write_entities(entities: Iterable[Entity], separator: str = SEPARATOR) -> bytes:
    """The table of entities, as CSV: all fifteen columns, in geoflow's order."""
    rows = ([write_cell(entity.of(name), BY_NAME[name], separator) for name in NAMES] for entity in entities)
    return write_sheet(NAMES, rows)


def read_contacts(document: bytes, notes: Notes, separator: str = SEPARATOR) -> list[Contact]:
    """The contacts of a table; nothing for an empty document."""
    if not document.strip():
        return []
    rows = read_sheet(document, CONTACT_NAMES, _LEAST_COLUMNS, notes)
    return [_contact(row, notes, separator) for row in rows]


def write_contacts(contacts: Iterable[Contact], separator: str = SEPARATOR) -> bytes:
    """The table of contacts, as CSV."""
    column = BY_NAME["Identifier"]
    rows = (
        [write_cell(contact.identifiers, column, separator), *(getattr(contact, name) for name in _FIELDS)]
        for contact in contacts
    )
    return write_sheet(CONTACT_NAMES, rows)


def _entity(row: Row, notes: Notes, separator: str) -> EntityRow:
    cells = {}
    for name in NAMES:

        def say(kind: str, value: str, read: str, name: str = name) -> None:
            notes.say(f"line {row.line}, column {name}", kind, value, read=read)

        cells[name] = read_cell(row.cells.get(name, ""), BY_NAME[name], say, separator)
        if name in MANDATORY and not cells[name]:
            notes.say(f"line {row.line}", "missing", expected=Text(fr=f"la colonne {name}", en=f"{name}"))
    others = tuple(Leftover(f"line {row.line}, column {name}", value) for name, value in row.others.items())
    return EntityRow(Entity({name: found for name, found in cells.items() if found}, row.line), notes, others)


def _contact(row: Row, notes: Notes, separator: str) -> Contact:
    def say(kind: str, value: str, read: str) -> None:
        notes.say(f"line {row.line}, column Identifier", kind, value, read=read)

    identifiers = read_cell(row.cells.get("Identifier", ""), BY_NAME["Identifier"], say, separator)
    values = [_value(row.cells.get(name, "")) for name in CONTACT_NAMES[1:]]
    return Contact(identifiers, **dict(zip(_FIELDS, values, strict=True)), line=row.line)


def _value(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if text in {"NA", "N/A"} else text
