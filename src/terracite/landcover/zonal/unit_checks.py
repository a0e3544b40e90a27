# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be wrong with units: names that do not tell them apart, broken shapes, overlaps, another place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from terracite.errors import Problem, Severity
from terracite.landcover.zonal.unit_files import UnitFile

Shapes = NDArray[np.object_]
_SHOWN = 3  #: names that a message gives
_OVERLAP = 0.01  #: of the smaller unit: borders drawn twice differ by less
_SLIVER = 1e-6
_AREAL = (3, 6)  #: polygon, multipolygon


def of_names(given: UnitFile, where: str, problems: list[Problem]) -> None:
    """Every unit needs a name of its own."""
    file = given.path.name
    empty = [number for number, name in enumerate(given.names, start=1) if not name]
    if empty:
        what = f"{len(empty)} of {len(given.names)} units of '{file}' have no name, first number {empty[0]}."
        problems.append(Problem(where, what, f"Give them one in the column '{given.name_column}'."))
    twice = [name for name, count in Counter(given.names).items() if count > 1 and name]
    if twice:
        what = f"in '{file}', these names are there more than once: {_some(twice)}."
        cure = (
            "Dissolve the parts of a unit into one (QGIS: Dissolve), or name a column without repeats, such as a code."
        )
        problems.append(Problem(where, what, cure))


def repaired(given: UnitFile, where: str, problems: list[Problem]) -> Shapes | None:
    """Valid polygons; None where some feature is none."""
    file, shapes = given.path.name, given.shapes
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    strange = ~missing & ~np.isin(kinds, _AREAL)
    if not len(shapes) or missing.any():
        names = [name for name, lost in zip(given.names, missing, strict=True) if lost]
        what = f"in '{file}', these units have no shape: {_some(names)}." if names else f"'{file}' is empty."
        problems.append(Problem(where, what, "Draw them, or take them out."))
    if strange.any():
        what = f"{int(strange.sum())} of {len(shapes)} units of '{file}' are not polygons."
        problems.append(Problem(where, what, "Give polygons only."))
    if not len(shapes) or missing.any() or strange.any():
        return None
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        names = [name for name, bad in zip(given.names, broken, strict=True) if bad]
        reason = str(shapely.is_valid_reason(shapes[broken][0])).split("[")[0].lower()
        what = f"in '{file}', these units were broken ({reason}) and were repaired: {_some(names)}."
        problems.append(Problem(where, what, "Look at them on the map.", Severity.WARNING))
        shapes = shapes.copy()
        shapes[broken] = [_areal(one) for one in shapely.make_valid(shapes[broken])]
    return shapes


def of_place(given: UnitFile, here: NDArray[np.bool_], where: str, problems: list[Problem]) -> None:
    """Units beside the map are left out; none on it is a mistake."""
    file, outside = given.path.name, int((~here).sum())
    if not here.any():
        what = f"no unit of '{file}' lies on the map."
        problems.append(Problem(where, what, "Check that both are of the same place, and their reference systems."))
    elif outside:
        names = [name for name, on_map in zip(given.names, here, strict=True) if not on_map]
        what = f"{outside} of {len(here)} units of '{file}' lie outside the map: {_some(names)}."
        problems.append(Problem(where, what, "They are left out.", Severity.WARNING))


def of_overlaps(file: str, shapes: Shapes, names: Sequence[str], where: str, problems: list[Problem]) -> None:
    """Land must not count in two units; borders that were drawn twice may differ a little."""
    if shapely.coverage_is_valid(shapes):
        return
    one, other = _pairs(shapes)
    if not one.size:
        return
    areas = shapely.area(shapes)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other])) / np.minimum(areas[one], areas[other])
    large = np.flatnonzero(shared > _OVERLAP)
    if large.size:
        order = large[np.argsort(-shared[large], kind="stable")]
        pairs = [f"{names[one[k]]} / {names[other[k]]} ({_percent(shared[k])})" for k in order[: _SHOWN + 1]]
        what = f"in '{file}', these units overlap: {_some(pairs, large.size)}."
        cure = "Cut one by the other, or give them in files of their own: land would count twice."
        problems.append(Problem(where, what, cure))
    slivers = int(((shared > _SLIVER) & (shared <= _OVERLAP)).sum())
    if slivers:
        what = f"in '{file}', borders overlap a little, by less than {_percent(_OVERLAP)} (pairs of units: {slivers})."
        problems.append(Problem(where, what, "That land counts in both.", Severity.WARNING))


def _pairs(shapes: Shapes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Units whose boxes meet, each pair once."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first = one < other
    return one[first], other[first]


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape that was repaired."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), _AREAL)])


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _some(names: Sequence[str], count: int = 0) -> str:
    """ "A, B, C, ... (+ 4)"."""
    more = (count or len(names)) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f", ... (+ {more})" if more > 0 else "")
