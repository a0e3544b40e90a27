# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table of others as geoflow reads it: read tolerantly, mended where the meaning is sure, written strictly.

Every cell that changes is told with what stood there; what only a person can decide is left as it is, and told by the
check of the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from terracite.record.geoflow import ewkt
from terracite.record.geoflow.cells import SEPARATOR, Component, Item, write_cell
from terracite.record.geoflow.checking.contents import is_date
from terracite.record.geoflow.checking.table import TableCheck, check_table, name_of
from terracite.record.geoflow.columns import BY_NAME, CONTACT_NAMES, NAMES, Column
from terracite.record.geoflow.reading import reading_of
from terracite.record.geoflow.row import metadata_language
from terracite.record.geoflow.sheets import Row, open_sheet, write_sheet
from terracite.record.geoflow.table import Entity, EntityRow, read_contacts, read_entities
from terracite.record.model import Record, Text, iso
from terracite.record.reading import Notes, values
from terracite.record.vocabularies import iso639_1_codes

Components = tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that is written otherwise. ``why``: the rules of geoflow it broke, or what was read in it."""

    row: int  #: of the spreadsheet; the header is 1
    entity: str
    column: str
    before: str
    after: str
    why: Text


@dataclass(frozen=True, slots=True)
class Repair:
    """A table written strictly, and how it was before."""

    document: bytes
    before: TableCheck
    after: TableCheck
    changes: tuple[Change, ...]
    dropped: tuple[str, ...]  #: columns that geoflow does not have


def repair(document: bytes, *, source: str = "", separator: str = SEPARATOR) -> Repair:
    """The table of entities or contacts, repaired; cells that nobody objects to are kept as they are, to the letter.

    Raises `RecordError` for what is no table of geoflow.
    """
    before = check_table(document, source=source, separator=separator)
    names = CONTACT_NAMES if before.kind == "contacts" else NAMES
    sheet = open_sheet(document, names, 3, Notes("geoflow"))
    read = _contacts if before.kind == "contacts" else _entities
    cells, remarks = read(document, separator)
    changes = list(_changes(sheet.rows, cells, before, remarks, separator))
    changed = {(change.row, change.column): change.after for change in changes}
    rows = [
        [changed.get((number, name), _kept(row.cells.get(name, ""))) for name in names]
        for number, row in enumerate(sheet.rows, start=2)
    ]
    written = write_sheet(names, rows)
    after = check_table(written, source=source, separator=separator)
    known = {name.casefold() for name in names}
    dropped = tuple(name for name in sheet.header if name and name.casefold() not in known)
    return Repair(written, before, after, tuple(changes), dropped)


@dataclass(frozen=True, slots=True)
class _Strict:
    """A cell written strictly; ``mended``: it says something else than what was read."""

    text: str
    mended: bool = False


_Cells = list[dict[str, _Strict]]  # of each row, by column
_Said = dict[str, list[Text]]  # by place


def _contacts(document: bytes, separator: str) -> tuple[_Cells, list[_Said]]:
    """The identifiers; there is no grammar in the other columns."""
    notes = Notes("geoflow")
    column = BY_NAME["Identifier"]
    found = read_contacts(document, notes, separator)
    cells = [{"Identifier": _Strict(_cell(one.identifiers, column, separator))} for one in found]
    return cells, [_remarks(notes)] * len(found)


def _entities(document: bytes, separator: str) -> tuple[_Cells, list[_Said]]:
    rows = read_entities(document, separator)
    return [_strict(row, separator) for row in rows], [_remarks(row.notes) for row in rows]


def _strict(row: EntityRow, separator: str) -> dict[str, _Strict]:
    mended = _mended(row)
    return {
        name: _Strict(_cell(mended.of(name), BY_NAME[name], separator), mended.of(name) != row.entity.of(name))
        for name in NAMES
    }


def _cell(components: Components, column: Column, separator: str) -> str:
    """The cell, strictly; ids of people without marks, which geoflow does not take off."""
    if column.name not in {"Creator", "Identifier"} or any(_AWKWARD.search(one.text) for one in _items(components)):
        return write_cell(components, column, separator)
    return separator.join(f"{one.key}:{','.join(item.text for item in one.items)}" for one in components)


def _items(components: Components) -> Iterator[Item]:
    return (item for one in components for item in one.items)


_AWKWARD = re.compile(r'[,:"\n\[\]]')


def _kept(cell: str) -> str:
    """A cell as it was, but for line breaks that hide separators from geoflow."""
    return cell.replace("\r\n", "\n")


def _changes(
    rows: list[Row], strict: _Cells, check: TableCheck, remarks: list[_Said], separator: str
) -> Iterator[Change]:
    """The cells that geoflow or the tolerant reader objects to, and those that are filled in."""
    objections = _objections(check)
    for number, (row, cells, read) in enumerate(zip(rows, strict, remarks, strict=True), start=2):
        for name, cell in cells.items():
            before, after = _kept(row.cells.get(name, "")), cell.text
            said = [*objections.get((number, name), ()), *read.get(f"line {row.line}, column {name}", ())]
            if after != before and (said or cell.mended):
                why = _together(said or [_MENDED])
                yield Change(number, name_of(row, separator), name, before, after, why)


_MENDED = Text(fr="Complétée par ce que disent les autres cellules.", en="Completed by what other cells say.")


def _objections(check: TableCheck) -> dict[tuple[int, str], list[Text]]:
    """What geoflow says, by row and column."""
    found: dict[tuple[int, str], list[Text]] = {}
    for item in check.findings:
        found.setdefault((item.row, item.column), []).append(item.message)
    return found


def _remarks(notes: Notes) -> _Said:
    """What the tolerant reader says, by place."""
    found: _Said = {}
    for item in notes.remarks:
        found.setdefault(item.where, []).append(item.message)
    return found


def _together(messages: list[Text]) -> Text:
    unique = list(dict.fromkeys(messages))
    return Text(fr=" ".join(text.fr for text in unique), en=" ".join(text.en for text in unique))


def _mended(row: EntityRow) -> Entity:
    """The entity with what geoflow would refuse put right, where its meaning is sure."""
    cells = dict(row.entity.cells)
    record = reading_of(replace(row, notes=Notes("geoflow")), None).record
    for column, mend in _MENDERS.items():
        mended = mend(cells.get(column, ()), row, record)
        if mended:
            cells[column] = mended
        else:
            cells.pop(column, None)
    processors = [item for one in row.entity.of("Provenance", "processor") for item in one.items]
    if processors:
        cells["Creator"] = _with_processors(cells.get("Creator", ()), processors)
    return Entity({name: cells[name] for name in NAMES if name in cells}, row.entity.line)


def _with_processors(creators: Components, processors: list[Item]) -> Components:
    """Those whom older geoflows name beside each process are in the role of ISO for them."""
    known = {item.text for one in creators if one.key == "processor" for item in one.items}
    added = tuple({item.text: item for item in processors if item.text and item.text not in known}.values())
    return (*creators, Component("processor", added)) if added else creators


def _type(found: Components, _: EntityRow, __: Record) -> Components:
    return found or (_one("generic", "dataset"),)


def _language(found: Components, row: EntityRow, _: Record) -> Components:
    """Three letters; the language of the texts where the cell says nothing that is one."""
    if found and found[0].text in iso639_1_codes():
        return found
    return (_one("language", "fra" if metadata_language(row) == "fr" else "eng"),)


def _dates(found: Components, _: EntityRow, __: Record) -> Components:
    return tuple(replace(one, items=tuple(map(_date, one.items))) for one in found)


def _date(item: Item) -> Item:
    pair = None if is_date(item.text) else values.day(item.text)
    return replace(item, text=pair[0].isoformat()) if pair else item


def _spatial(found: Components, _: EntityRow, record: Record) -> Components:
    """A geometry as it was read: axes in order, rings closed, the SRID before it; numbers alone as SRID."""
    kept = []
    for one in found:
        code = re.fullmatch(r"(?:EPSG:)?\s*(\d{4,6})", one.text.strip(), re.IGNORECASE)
        if code:
            kept.append(_one("srid", code[1]))
        elif one.key == "srid":
            continue  # such as "NA"
        elif record.extents and one.key in {"ewkt", "wkt"}:
            kept += [_one("ewkt", ewkt.write(record.extents))] if not any(item.key == "ewkt" for item in kept) else []
        else:
            kept.append(one)
    return tuple(kept)


def _period(found: Components, _: EntityRow, record: Record) -> Components:
    """As it was read, where geoflow could not."""
    parts = found[0].text.split("/") if found else []
    if not found or not record.periods or all(is_date(part) for part in parts if part.strip()):
        return found
    period = record.periods[0]
    end = iso(period.end) if period.end is not None else ""
    return (_one("period", iso(period.start) if iso(period.start) == end else f"{iso(period.start)}/{end}"),)


def _provenance(found: Components, _: EntityRow, __: Record) -> Components:
    """The statement first, an empty one where there is none; processors go to Creator."""
    statements = tuple(one for one in found if one.key == "statement")
    others = tuple(one for one in found if one.key not in {"statement", "processor"})
    if not statements and others:
        statements = (_one("statement", ""),)
    return (*statements, *others)


def _one(key: str, text: str) -> Component:
    return Component(key, (Item(text),))


_MENDERS: dict[str, Callable[[Components, EntityRow, Record], Components]] = {
    "Type": _type,
    "Language": _language,
    "Date": _dates,
    "SpatialCoverage": _spatial,
    "TemporalCoverage": _period,
    "Provenance": _provenance,
}
