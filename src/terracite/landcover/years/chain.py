# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which class may follow which, and how often: given, or from a share that stays; forbidden ones never happen."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover.classes import Nomenclature

Floats = NDArray[np.float64]
COLUMNS = ("from_code", "to_code", "probability")
_CURE = f"Give a CSV file with the columns {', '.join(COLUMNS)}."


@dataclass(frozen=True, slots=True)
class Chain:
    """Probabilities from one year to the next; positions are those of the classes."""

    matrix: Floats  #: (from, to), rows sum to 1
    start: Floats  #: (classes,), of the first year

    @property
    def forbidden(self) -> NDArray[np.bool_]:
        return np.asarray(self.matrix == 0)


def chain_of(known: Nomenclature, stay: float, table: Path | None, forbid: Sequence[str]) -> Chain:
    """The chain; ``table`` names the transitions that happen, else ``stay`` is the share that does not change.

    ``forbid``: "water>forest", "urban>*" (whatever else): by code or name. Raises `ProblemsError` with every mistake.
    """
    problems: list[Problem] = []
    matrix = _read(table, known, problems) if table else _staying(len(known), stay)
    for words in forbid:
        _forbid(matrix, words, known, problems)
    sums = matrix.sum(axis=1)
    for position in np.flatnonzero(sums <= 0):
        what = f"nothing may follow '{known.labels('en')[position]}'."
        problems.append(Problem("transitions", what, "Allow it to stay, or to change into something."))
    if problems:
        raise ProblemsError("The transitions between years cannot be used.", problems)
    return Chain(matrix / sums[:, None], np.full(len(known), 1 / len(known)))


def _staying(classes: int, stay: float) -> Floats:
    matrix = np.full((classes, classes), (1 - stay) / max(classes - 1, 1))
    np.fill_diagonal(matrix, stay if classes > 1 else 1.0)
    return matrix


def _read(path: Path, known: Nomenclature, problems: list[Problem]) -> Floats:
    """The matrix of a table; pairs that it does not name cannot happen, and a class without any stays."""
    matrix = np.zeros((len(known), len(known)))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(path.name, f"cannot be read: {error}.", _CURE))
        return np.eye(len(known))
    for line, row in enumerate(rows, start=2):
        ends = [known.position(row.get(column) or "") for column in COLUMNS[:2]]
        try:
            share = float(row.get(COLUMNS[2]) or "nan")
        except ValueError:
            share = float("nan")
        if None in ends or not 0 <= share <= 1:
            problems.append(
                Problem(f"{path.name}, line {line}", "names no two classes and a share from 0 to 1.", _CURE)
            )
        else:
            matrix[ends[0], ends[1]] = share
    for position in np.flatnonzero(matrix.sum(axis=1) == 0):
        matrix[position, position] = 1.0
    for position in np.flatnonzero(np.abs(matrix.sum(axis=1) - 1) > 0.001):
        what = f"the shares from '{known.labels('en')[position]}' sum to {matrix[position].sum():g}, not to 1."
        problems.append(Problem(path.name, what, "Correct them; what stays has a line, too."))
    return matrix


def _forbid(matrix: Floats, words: str, known: Nomenclature, problems: list[Problem]) -> None:
    parts = [part.strip() for part in words.split(">")]
    found = [_positions(part, known) for part in parts]
    if len(parts) != 2 or not all(found):
        cure = f"Write 'water>forest' or 'urban>*'; the classes are: {', '.join(known.labels('en'))}."
        problems.append(Problem("--forbid", f"'{words}' names no two classes of the maps.", cure))
        return
    for before in found[0]:
        for after in found[1]:
            if before != after or "*" not in parts:
                matrix[before, after] = 0.0


def _positions(word: str, known: Nomenclature) -> list[int]:
    if word == "*":
        return list(range(len(known)))
    position = known.position(word)
    return [] if position is None else [position]
