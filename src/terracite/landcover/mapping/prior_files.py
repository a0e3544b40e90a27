# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table ``[priors]`` of a recipe and the files it names, checked."""

from __future__ import annotations

import numpy as np

from terracite.errors import Problem, RasterError
from terracite.landcover.classes import Nomenclature, spelt
from terracite.landcover.mapping.matrices import MatrixError, read_matrix
from terracite.landcover.mapping.nearest import check_classes
from terracite.landcover.mapping.priors import NOT_TOLD, PriorMap, Priors
from terracite.landcover.recipe import PriorsPart, nearest
from terracite.raster.grid import Grid

_TRUST = 0.8  #: where neither trust nor a confusion matrix is given


def read_priors(part: PriorsPart, nomenclature: Nomenclature, problems: list[Problem]) -> Priors | None:
    """What ``[priors]`` says, understood; mistakes go to ``problems``."""
    before = len(problems)
    expected = _expected(part, nomenclature, problems)
    if part.map is None:
        _without_map(part, problems)
        known = None
    else:
        known = _known(part, nomenclature, problems)
    return Priors(expected, known) if len(problems) == before else None


def _expected(part: PriorsPart, nomenclature: Nomenclature, problems: list[Problem]) -> tuple[float, ...]:
    shares = np.full(len(nomenclature), np.nan)
    for name, share in part.classes.items():
        position = _position(name, nomenclature, f"priors.classes.{name}", problems)
        if position is not None:
            shares[position] = share
    total, every = float(np.nansum(shares)), not np.isnan(shares).any()
    if total > 1 + 1e-6 or (every and total < 1 - 1e-6):
        cure = "Give shares of the whole map that add up to 1." if every else "Give shares that add up to less than 1."
        problems.append(Problem("priors.classes", f"adds up to {total:.3g}.", cure))
    return tuple(float(share) for share in shares)


def _without_map(part: PriorsPart, problems: list[Problem]) -> None:
    idle = [name for name in ("trust", "confusion", "crosswalk") if getattr(part, name)]
    what, cure = "is for a map, and none is given.", 'Add map = "old.tif".'
    problems += [Problem(f"priors.{name}", what, cure) for name in idle]
    if not part.classes and not any(item.where.startswith("priors") for item in problems):
        cure = 'Give classes = { name = share } or map = "old.tif".'
        problems.append(Problem("priors", "says nothing of any class.", cure))


def _known(part: PriorsPart, nomenclature: Nomenclature, problems: list[Problem]) -> PriorMap | None:
    path = part.map
    if path is None or not path.is_file():
        problems.append(Problem("priors.map", f"there is no file '{path}'.", "Check the path."))
        return None
    try:
        Grid.of(path)
        check_classes(path)
    except RasterError as error:
        problems.append(Problem("priors.map", error.message, error.hint))
    if part.trust is not None and part.confusion is not None:
        what = "is given beside a confusion matrix, which says it better."
        problems.append(Problem("priors.trust", what, "Keep one of the two."))
    positions = _crosswalk(part, nomenclature, problems)
    if part.confusion is None:
        return PriorMap(path, positions, _TRUST if part.trust is None else part.trust)
    return PriorMap(path, positions, counts=_counts(part, positions, len(nomenclature), problems))


def _crosswalk(part: PriorsPart, nomenclature: Nomenclature, problems: list[Problem]) -> tuple[int, ...]:
    positions = [NOT_TOLD] * 256
    if not part.crosswalk:
        for rank, code in enumerate(nomenclature.codes):
            positions[code] = rank
    for value, name in part.crosswalk.items():
        where = f"priors.crosswalk.{value}"
        if not value.isdigit() or not 1 <= int(value) <= 255:
            problems.append(Problem(where, "is not a value of a map of classes.", "Use whole numbers from 1 to 255."))
        elif (position := _position(name, nomenclature, where, problems)) is not None:
            positions[int(value)] = position
    return tuple(positions)


def _counts(
    part: PriorsPart, positions: tuple[int, ...], classes: int, problems: list[Problem]
) -> tuple[tuple[float, ...], ...]:
    table = np.zeros((classes, classes))
    try:
        counts = read_matrix(part.confusion) if part.confusion else {}
    except MatrixError as error:
        problems.append(Problem("priors.confusion", error.message, error.hint))
        counts = {}
    for (mapped, true), count in counts.items():
        if 0 <= mapped <= 255 and 0 <= true <= 255 and NOT_TOLD not in (positions[mapped], positions[true]):
            table[positions[mapped], positions[true]] += count
    if counts and not table.any():
        what = "counts no class of this map."
        problems.append(Problem("priors.confusion", what, "Give the codes of the old map, and a crosswalk."))
    return tuple(tuple(float(count) for count in row) for row in table)


def _position(name: str | int, nomenclature: Nomenclature, where: str, problems: list[Problem]) -> int | None:
    """The class that a person calls so: as the reference does, or by its code or one of its names."""
    position = nomenclature.position(name)
    if position is not None:
        return position
    called = {spelt(item.code): at for at, item in enumerate(nomenclature.classes)}
    for at, item in enumerate(nomenclature.classes):
        called |= {spelt(item.label.fr): at, spelt(item.label.en): at}
    if spelt(name) in called:
        return called[spelt(name)]
    words = [item.label.best("en") for item in nomenclature.classes]
    problems.append(Problem(where, f"there is no class '{name}'.", nearest(str(name), words)))
    return None
