# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole table: its encoding, its columns, each cell of each row, and what rows say of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from terracite.errors import Severity
from terracite.record.geoflow.cells import SEPARATOR
from terracite.record.geoflow.checking.columns import MODELS, Rule, check_cell
from terracite.record.geoflow.checking.components import cut_cell
from terracite.record.geoflow.checking.finding import Finding, Told, finding
from terracite.record.geoflow.columns import CONTACT_NAMES, NAMES
from terracite.record.geoflow.sheets import Row, Sheet, open_sheet
from terracite.record.reading import Notes

#: what the tolerant reader tells of a file -> rule here
_OF_FILE = {"encoding": "encoding", "repaired": "delimiter", "unreadable": "csv"}


@dataclass(frozen=True, slots=True)
class TableCheck:
    """What geoflow would say of one table. ``kind`` is "entities" or "contacts"."""

    source: str
    kind: str
    rows: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(item.severity is Severity.ERROR for item in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @property
    def is_accepted(self) -> bool:
        """Whether geoflow reads the table to its end."""
        return not self.errors


def check_table(
    document: bytes, *, source: str = "", separator: str = SEPARATOR, contacts: Collection[str] | None = None
) -> TableCheck:
    """The check of a table of entities or contacts.

    ``contacts``: ids of the table of contacts, in lower case; None when there is none to compare with.
    Raises `RecordError` for what is no table of geoflow at all.
    """
    notes = Notes("geoflow")
    kind = _kind(open_sheet(document, NAMES, 0, Notes("geoflow")))
    names, rules = MODELS[kind]
    sheet = open_sheet(document, names, 3, notes)
    found = [finding(told) for told in _of_file(notes, sheet, names)]
    if not sheet.rows:
        found.append(finding(Told("no_rows")))
    for number, row in enumerate(sheet.rows, start=2):
        found += _of_row(row, number, rules, separator, contacts)
    found += _twice(sheet.rows, separator)
    return TableCheck(source, kind, len(sheet.rows), tuple(sorted(found, key=lambda item: item.row)))


def _kind(sheet: Sheet) -> str:
    header = {name.casefold() for name in sheet.header}
    score = {
        kind: len(header & {name.casefold() for name in names})
        for kind, names in (("entities", NAMES), ("contacts", CONTACT_NAMES))
    }
    return max(score, key=lambda kind: score[kind])


def _of_file(notes: Notes, sheet: Sheet, names: tuple[str, ...]) -> Iterator[Told]:
    for remark in notes.remarks:
        value = sheet.encoding if remark.kind == "encoding" else sheet.delimiter if remark.kind == "repaired" else ""
        yield Told(_OF_FILE[remark.kind], value or remark.message.en)
    yield from (Told("missing_column", name) for name in names if name not in sheet.header)
    yield from (Told("other_column", name) for name in sheet.header if name and name not in names)


def _of_row(
    row: Row, number: int, rules: dict[str, Rule], separator: str, contacts: Collection[str] | None
) -> Iterator[Finding]:
    entity = name_of(row, separator)
    for column, rule in rules.items():
        cell = row.cells.get(column)
        if cell is None:
            continue  # the column is missing: said once
        told = list(check_cell(cell, rule, separator))
        if column == "Creator" and contacts is not None:
            told += _strangers(cell, separator, contacts)
        yield from (finding(one, row=number, line=row.line, entity=entity, column=column) for one in told)


def name_of(row: Row, separator: str) -> str:
    """What the row calls itself: its id, or its first component."""
    components = cut_cell(row.cells.get("Identifier", ""), separator)
    own = next((one for one in components if one.key == "id"), components[0] if components else None)
    return own.value.strip() if own else ""


def _strangers(cell: str, separator: str, contacts: Collection[str]) -> Iterator[Told]:
    values = dict.fromkeys(value for one in cut_cell(cell, separator) if one.key for value in one.values)
    return (Told("contact", value) for value in values if value and value.casefold() not in contacts)


def _twice(rows: list[Row], separator: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        name = name_of(row, separator)
        if name and name in seen:
            told = Told("twice", name, str(seen[name]))
            yield finding(told, row=number, line=row.line, entity=name, column="Identifier")
        elif name:
            seen[name] = number
