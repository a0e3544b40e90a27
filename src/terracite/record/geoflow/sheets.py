# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSV of others: any of the usual encodings, commas or semicolons, columns in any order; and strict CSV of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from terracite.errors import RecordError
from terracite.record.markup import clean
from terracite.record.model import Text
from terracite.record.reading import MAX_BYTES, Notes

_FIELD = re.compile(r'"((?:[^"]++|"")*+)"')
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s().-]*$)")
_GUARDED = re.compile(r"'[=@+\t\r-]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line in the document, and its cells by column; ``others`` are of columns nobody knows."""

    line: int
    cells: dict[str, str]
    others: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its columns as they are written, its rows, and how the file was read."""

    header: tuple[str, ...]
    rows: list[Row]
    delimiter: str
    encoding: str


def read_sheet(document: bytes, names: Sequence[str], needed: int, notes: Notes, most: int | None = None) -> list[Row]:
    """The rows of a table that has at least ``needed`` of the columns ``names``, those without content left out.

    ``most``: how many rows are read; all by default.
    Raises `RecordError` for another table, or a document that is too large.
    """
    return open_sheet(document, names, needed, notes, most).rows


def open_sheet(document: bytes, names: Sequence[str], needed: int, notes: Notes, most: int | None = None) -> Sheet:
    """The table itself, read as `read_sheet` does."""
    text, encoding = _decoded(document, notes)
    delimiter = _delimiter(text, names)
    rows = _rows(text, delimiter, notes)
    _, header = next(rows, (1, []))
    columns = _columns(header, names)
    if len({name for name in columns if name in names}) < needed:
        raise RecordError(
            "This table does not have the columns of geoflow.", hint=f"Expected columns: {', '.join(names)}."
        )
    if delimiter != ",":
        notes.say("line 1", "repaired", delimiter.replace("\t", "tab"), read=",")
    found = (_row(line, cells, columns, names, notes) for line, cells in rows)
    kept = list(islice((row for row in found if row is not None), most))
    return Sheet(tuple(name.strip() for name in header), kept, delimiter, encoding)


def write_sheet(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table in UTF-8, between commas; a text that a spreadsheet would take for a formula begins with ``'``."""
    lines = [",".join(map(_field, row)) for row in (names, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def _decoded(document: bytes, notes: Notes) -> tuple[str, str]:
    """The text, and the name of its encoding."""
    if len(document) > MAX_BYTES:
        raise RecordError(
            f"The table holds {len(document):,} bytes; the most that is read is {MAX_BYTES:,}.",
            hint="Split it into several tables.",
        )
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.say("line 1", "encoding", read="UTF-16")
        return document.decode("utf-16", "replace"), "UTF-16"
    try:
        return document.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        notes.say("line 1", "encoding", read="Windows-1252")
        return document.decode("cp1252", "replace"), "Windows-1252"


def _delimiter(text: str, names: Sequence[str]) -> str:
    """The one of comma, semicolon and tab that finds the most columns in the first line."""
    header = text.lstrip()[:10_000].partition("\n")[0]
    known = {name.casefold() for name in names}

    def found(delimiter: str) -> int:
        return sum(part.strip().strip('"').casefold() in known for part in header.split(delimiter))

    return max(",;\t", key=found)


def _columns(header: Sequence[str], names: Sequence[str]) -> list[str]:
    known = {name.casefold(): name for name in names}
    return [known.get(name.strip().casefold(), name.strip()) for name in header]


def _row(line: int, cells: list[str], columns: list[str], names: Sequence[str], notes: Notes) -> Row | None:
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        extra = Text(fr=f"{len(columns)} cellules", en=f"{len(columns)} cells")
        notes.say(f"line {line}", "unreadable", " ".join(cells[len(columns) :]), expected=extra)
    pairs = [(name, _unguarded(cell)) for name, cell in zip(columns, cells, strict=False)]
    others = {name: cell for name, cell in pairs if name not in names and cell.strip()}
    return Row(line, {name: cell for name, cell in pairs if name in names}, others)


def _rows(text: str, delimiter: str, notes: Notes) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the number of its first line. After a mark that is never closed, marks mean nothing."""
    place, line, row, start, quoted = 0, 1, [""], 1, True
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    while place < len(text):
        match = _FIELD.match(text, place) if quoted and text[place] == '"' and not row[-1].strip() else None
        if match:
            row[-1] = match[1].replace('""', '"')
        elif text[place] == '"' and quoted and not row[-1].strip():
            notes.say(f"line {line}", "unreadable", text[place : place + 40], expected=_CLOSED)
            quoted = False
        end = match.end() if match else place
        rest = plain.match(text, end)
        row[-1] += rest[0] if rest else ""
        line += text.count("\n", place, rest.end() if rest else end)
        place = rest.end() if rest else end
        if text.startswith(delimiter, place):
            row.append("")
            place += 1
        elif place < len(text):
            place += 2 if text.startswith("\r\n", place) else 1
            yield start, row
            line += 1
            start, row = line, [""]
    if row != [""]:
        yield start, row


_CLOSED = Text(fr="un guillemet refermé", en="a quotation mark that is closed")


def _field(cell: str) -> str:
    cell = clean(cell)
    if _FORMULA.match(cell):
        cell = f"'{cell}"
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]|^\s|\s$', cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
