# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables as a page shows them: CSV, Parquet, spreadsheets. Runs in the child process of `previews`.

Formulas are text: nothing is ever computed. Of a file of gigabytes a sample is read, and the facts say so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from terracite.errors import InspectionError
from terracite.raster.previewing import Made
from terracite.raster.previewing.columns import described
from terracite.raster.previewing.delimited import Delimited, read_delimited
from terracite.raster.previewing.words import cell

ROWS_SHOWN = 50
MOST_COLUMNS = 200
MOST_SHEETS = 10
_MOST_CELLS = 8_000_000
_SHEET_ROWS = 200_000
ROWS_FILE = "rows.json"


def make(path: Path, folder: Path) -> Made:
    """The facts of every table of the file, and ``rows.json``: the first rows of each."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        tables = [_parquet(path)]
    elif suffix in {".xlsx", ".ods"}:
        tables = _sheets(path)
    else:
        tables = [_delimited(read_delimited(path))]
    rows = [table.pop("first") for table in tables]
    (folder / ROWS_FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return Made(facts={"tables": tables}, warnings=())


def _delimited(found: Delimited) -> dict[str, Any]:
    shown = _facts("", found.table, decimal=found.decimal)
    return shown | {
        "rows": found.rows,
        "rows_are_estimated": found.is_sample,
        "rows_read": found.table.num_rows,
        "uneven": found.uneven,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "decimal": found.decimal,
    }


def _facts(name: str, table: pa.Table, *, decimal: str = ".", columns: int = 0) -> dict[str, Any]:
    names = table.column_names[:MOST_COLUMNS]
    return {
        "name": cell(name),
        "columns": [described(label, table.column(at), decimal=decimal) for at, label in enumerate(names)],
        "columns_in_all": columns or table.num_columns,
        "rows": table.num_rows,
        "rows_read": table.num_rows,
        "rows_are_estimated": False,
        "first": first_rows(table.select(list(range(len(names))))),
    }


def first_rows(table: pa.Table, count: int = ROWS_SHOWN) -> list[list[str]]:
    """The first rows as text."""
    head = table.slice(0, count)
    columns = [[cell(value) for value in head.column(at).to_pylist()] for at in range(head.num_columns)]
    return [list(row) for row in zip(*columns, strict=True)]


def _parquet(path: Path) -> dict[str, Any]:
    with pq.ParquetFile(path, memory_map=False) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
        if not len(schema.names):
            raise InspectionError(f"'{path.name}' has no column.", hint="Save the table again.")
        names = schema.names[:MOST_COLUMNS]
        wanted = max(1000, _MOST_CELLS // max(len(names), 1))
        batches = _spread(file, names, wanted)
    table = pa.Table.from_batches(batches) if batches else schema.empty_table().select(names)
    found = _facts("", table, columns=len(schema.names))
    return found | {"rows": rows, "rows_read": table.num_rows}


def _spread(file: pq.ParquetFile, names: Sequence[str], wanted: int) -> list[pa.RecordBatch]:
    """All rows, or some of row groups spread over the file."""
    groups = file.num_row_groups
    if file.metadata.num_rows <= wanted:
        chosen, each = list(range(groups)), wanted
    else:
        chosen = sorted({round(at * (groups - 1) / 15) for at in range(16)}) if groups > 1 else [0]
        each = max(1, wanted // len(chosen))
    return [batch for group in chosen for batch in _first_batches(file, group, names, each)]


def _first_batches(file: pq.ParquetFile, group: int, names: Sequence[str], rows: int) -> list[pa.RecordBatch]:
    taken: list[pa.RecordBatch] = []
    left = rows
    for batch in file.iter_batches(batch_size=min(rows, 65536), row_groups=[group], columns=list(names)):
        taken.append(batch.slice(0, left))
        left -= len(batch)
        if left <= 0:
            break
    return taken


def _sheets(path: Path) -> list[dict[str, Any]]:
    import pyogrio

    from terracite.raster.previewing.zipped import refuse_bomb

    refuse_bomb(path)
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    if not names:
        raise InspectionError(f"'{path.name}' has no sheet.", hint="Save the table again, or as CSV.")
    return [_sheet(path, name) | {"sheets": len(names)} for name in names[:MOST_SHEETS]]


def _sheet(path: Path, name: str) -> dict[str, Any]:
    import pyogrio

    info = pyogrio.read_info(path, layer=name)
    meta, table = pyogrio.raw.read_arrow(path, layer=name, read_geometry=False, max_features=_SHEET_ROWS)
    table = table.select([str(field) for field in meta["fields"]])
    found = _facts(name, table)
    return found | {"rows": max(int(info["features"]), table.num_rows)}
