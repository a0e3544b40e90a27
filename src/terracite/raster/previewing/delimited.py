# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads tables of text whatever their delimiter, decimal mark and encoding; of large ones, blocks spread over them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from terracite.errors import InspectionError
from terracite.raster.previewing.words import cell, clean, encoding_of

WHOLE_BYTES = 32 * 2**20  #: up to here every row is read
_BLOCKS, _BLOCK_BYTES = 24, 2**20
_DELIMITERS = ",;\t|"
_LINES_LOOKED_AT = 40
_MOST_COLUMNS = 2000
_PLAIN_NUMBER = re.compile(r"^\s*[+-]?\d*[.,]?\d+([eE][+-]?\d+)?\s*$")
_WITH_COMMA, _WITH_POINT = re.compile(r"^\s*[+-]?\d+,\d+\s*$"), re.compile(r"^\s*[+-]?\d+\.\d+\s*$")


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table of strings, and how it was written."""

    table: pa.Table
    rows: int  #: of the whole file; estimated when ``is_sample``
    is_sample: bool
    uneven: int  #: rows left out because they have more or fewer cells than the header
    encoding: str
    delimiter: str
    decimal: str


def read_delimited(path: Path) -> Delimited:
    """The table; raises `InspectionError` when there is none."""
    size = path.stat().st_size
    content = _content(path, size)
    encoding = encoding_of(content)
    text = clean(content.decode(encoding, errors="replace"))
    skipped, lines = _beginning(text)
    delimiter = _delimiter(lines)
    cells = list(csv.reader(lines, delimiter=delimiter))
    if not cells or not any(cells[0]):
        raise InspectionError(f"'{path.name}' is not a table.", hint="The first line must name the columns.")
    names, has_header = _names(cells[0])
    if len(names) > _MOST_COLUMNS:
        raise InspectionError(
            f"'{path.name}' has {len(names)} columns.", hint=f"Tables of up to {_MOST_COLUMNS} columns are shown."
        )
    table, uneven = _table(text, names, delimiter, skipped + has_header)
    whole = size <= WHOLE_BYTES
    rows = table.num_rows if whole else round(table.num_rows * size / max(len(content), 1))
    decimal = _decimal(cells[1:], delimiter)
    return Delimited(table, rows, not whole, uneven, encoding.removesuffix("-sig"), delimiter, decimal)


def _content(path: Path, size: int) -> bytes:
    """The whole file, or whole lines of blocks spread over it."""
    with path.open("rb") as file:
        if size <= WHOLE_BYTES:
            return file.read()
        head = file.read(_BLOCK_BYTES)
        if encoding_of(head) == "utf-16":
            return head + file.read(WHOLE_BYTES // 2)
        blocks = [head[: head.rfind(b"\n") + 1]]
        for at in range(1, _BLOCKS):
            file.seek(at * (size - _BLOCK_BYTES) // (_BLOCKS - 1))
            block = file.read(_BLOCK_BYTES)
            blocks.append(block[block.find(b"\n") + 1 : block.rfind(b"\n") + 1])
        return b"".join(blocks)


def _beginning(text: str) -> tuple[int, list[str]]:
    """How many lines of comment come first, and the lines after them, as far as needed to know the table."""
    lines = io.StringIO(text[: 4 * 2**20], newline="").read(2**18).splitlines()
    skipped = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    return skipped, lines[skipped : skipped + _LINES_LOOKED_AT]


def _delimiter(lines: list[str]) -> str:
    """The mark that cuts the most lines into as many cells as the first."""

    def score(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        alike = sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0
        return alike, widths[0] if widths else 0

    return max(_DELIMITERS, key=score)


def _names(first: list[str]) -> tuple[list[str], bool]:
    """The names of the columns, made up where the first line holds values."""
    if any(_PLAIN_NUMBER.match(name) for name in first):
        return [f"column {at}" for at in range(1, len(first) + 1)], False
    return [cell(name) or f"column {at}" for at, name in enumerate(first, 1)], True


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    commas = sum(bool(_WITH_COMMA.match(value)) for row in rows for value in row)
    return "," if commas > sum(bool(_WITH_POINT.match(value)) for row in rows for value in row) else "."


def _table(text: str, names: list[str], delimiter: str, skip: int) -> tuple[pa.Table, int]:
    uneven = 0

    def leave_out(row: object) -> str:  # noqa: ARG001
        nonlocal uneven
        uneven += 1
        return "skip"

    columns = [str(at) for at in range(len(names))]  # two columns may have the same name
    table = pacsv.read_csv(
        io.BytesIO(text.encode()),
        read_options=pacsv.ReadOptions(column_names=columns, skip_rows=skip, use_threads=False, block_size=2**24),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=leave_out),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
        ),
    )
    return table.rename_columns(names), uneven
