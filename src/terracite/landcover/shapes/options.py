# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a map is regularised: checked whole against the map before any cell is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, RasterError
from terracite.landcover.classmap import ClassMap
from terracite.landcover.recipe import nearest

_SIDES = range(3, 16, 2)  #: of the majority filter
_MINIMUM = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(ha|m2|cells?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Regular:
    """What is done to a map, in this order: majority, then the sieve."""

    majority: int = 0  #: side of the window in cells, odd; 0 = no filter
    minimum: int = 1  #: cells of the smallest patch that stays; 1 = no sieve
    corners: bool = False  #: whether cells that touch at a corner are of one patch
    keep: tuple[int, ...] = ()  #: codes of classes whose cells are never taken away

    @property
    def does_nothing(self) -> bool:
        """Whether the map stays as it is."""
        return self.majority == 0 and self.minimum <= 1

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether each code, (256,), is never taken away."""
        found = np.zeros(256, np.bool_)
        found[list(self.keep)] = True
        return found

    def parameters(self) -> dict[str, object]:
        """What the result depends on, for provenance."""
        return {"majority": self.majority, "minimum_cells": self.minimum, "connect": 8 if self.corners else 4,
                "keep": list(self.keep)}  # fmt: skip


def options_of(
    known: ClassMap, majority: int = 0, minimum: str = "", connect: int = 4, keep: Sequence[str] = ()
) -> Regular:
    """The options in the terms of the map. Raises `ProblemsError` with every mistake.

    ``minimum``: "0.5ha", "5000m2" or "50cells"; ``keep``: codes or names. On a grid in degrees, cells have no one size:
    hectares and metres are those of its mean cell.
    """
    problems: list[Problem] = []
    if majority and majority not in _SIDES:
        cure = f"Give an odd number from {_SIDES[0]} to {_SIDES[-1]}, or 0 for no filter."
        problems.append(Problem("--majority", f"a window of {majority} cells cannot be.", cure))
    if connect not in (4, 8):
        problems.append(Problem("--connect", f"{connect} is no number of neighbours.", "Give 4 or 8."))
    cells = _cells(known, minimum, problems) if minimum else 1
    codes = tuple(sorted(set(_codes(known, keep, problems))))
    if problems:
        raise ProblemsError(f"'{known.name}' cannot be regularised like that.", problems)
    return Regular(majority, cells, connect == 8, codes)


def _cells(known: ClassMap, minimum: str, problems: list[Problem]) -> int:
    found = _MINIMUM.fullmatch(minimum)
    where = "--minimum"
    if found is None:
        problems.append(Problem(where, f"'{minimum}' is no size.", "Write it with its unit: 0.5ha, 5000m2 or 50cells."))
        return 1
    number, unit = float(found[1]), found[2].lower()
    if unit in {"ha", "m2"}:
        try:
            area = mean_cell_m2(known)
        except RasterError as error:
            problems.append(Problem(where, error.message, "Give the minimum in cells, such as 50cells."))
            return 1
        number = number * (10_000 if unit == "ha" else 1) / area
    cells = max(1, math.ceil(round(number, 6)))
    if cells > known.grid.width * known.grid.height:
        what = f"{minimum} is more than the whole map of {known.grid.width * known.grid.height} cells."
        problems.append(Problem(where, what, "Give a smaller one."))
    return min(cells, known.grid.width * known.grid.height)


def mean_cell_m2(known: ClassMap) -> float:
    """The area of the map's mean cell. Raises `RasterError` where the projection has no areas."""
    return float(known.grid.row_areas_m2().mean())


def _codes(known: ClassMap, keep: Sequence[str], problems: list[Problem]) -> Iterator[int]:
    classes = known.nomenclature
    for word in keep:
        place = classes.position(word)
        if place is not None:
            yield classes.codes[place]
        elif not len(classes) and word.isdigit() and 1 <= int(word) <= 255:
            yield int(word)
        else:
            cure = "Give codes from 1 to 255." if not len(classes) else nearest(word, _called(known))
            problems.append(Problem("--keep", f"'{known.name}' has no class '{word}'.", cure))


def _called(known: ClassMap) -> list[str]:
    return [word for one in known.nomenclature.classes for word in (str(one.code), one.label.best("en"))]
