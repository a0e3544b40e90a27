# SPDX-License-Identifier: AGPL-3.0-or-later
"""Confusion matrices in files: those of Terracite's crates, and those of the Orfeo ToolBox and iota2."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from terracite.errors import TerraciteError

Counts = Mapping[tuple[int, int], float]  #: (code on the map, code in the reference) -> how many
COLUMNS = ("map_code", "reference_code", "count")
_ROWS, _PRODUCED = "#reference labels (rows):", "#produced labels (columns):"


class MatrixError(TerraciteError, ValueError):
    """A confusion matrix cannot be read."""


def read_matrix(path: Path) -> Counts:
    """The counts in a CSV file: columns ``map_code``, ``reference_code``, ``count`` (``points`` in the matrix.csv of
    ``terracite landcover accuracy``), or a matrix of the Orfeo ToolBox.

    Of a Terracite crate's confusion.csv, the probability sample counts where there is one, else all runs of all
    scores. Raises `MatrixError`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MatrixError(f"'{path.name}' cannot be read: {error}.", hint="Give a CSV file in UTF-8.") from error
    try:
        found = _of_toolbox(lines) if lines and lines[0].startswith("#") else _of_columns(lines)
    except (KeyError, ValueError, IndexError) as error:
        raise MatrixError(
            f"'{path.name}' is not a confusion matrix.",
            hint=f"Give the columns {', '.join(COLUMNS)}, or a matrix written by otbcli_ComputeConfusionMatrix.",
        ) from error
    if not any(found.values()):
        raise MatrixError(f"The confusion matrix '{path.name}' counts nothing.", hint="Give one with counts.")
    return found


def _of_columns(lines: list[str]) -> Counts:
    rows = list(csv.DictReader(lines))
    sampled = [row for row in rows if row.get("source") == "sample"]
    first, second, count = COLUMNS
    if rows and count not in rows[0]:
        count = "points"
    return _added(((int(row[first]), int(row[second])), float(row[count])) for row in sampled or rows)


def _of_toolbox(lines: list[str]) -> Counts:
    heads = [line.lower().replace("  ", " ") for line in lines[:2]]
    if not (heads[0].startswith(_ROWS) and heads[1].startswith(_PRODUCED)):
        raise ValueError(lines[0])
    true, mapped = ([int(word) for word in line.split(":", 1)[1].split(",")] for line in lines[:2])
    table = [[float(word) for word in line.split(",")] for line in lines[2 : 2 + len(true)]]
    return _added(
        ((mapped[column], true[row]), table[row][column]) for row in range(len(true)) for column in range(len(mapped))
    )


def _added(cells: Iterable[tuple[tuple[int, int], float]]) -> Counts:
    found: dict[tuple[int, int], float] = {}
    for key, count in cells:
        if count < 0 or not math.isfinite(count):
            raise ValueError(count)
        found[key] = found.get(key, 0.0) + count
    return found
