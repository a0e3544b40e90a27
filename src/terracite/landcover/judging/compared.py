# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two maps on one sample, and change from points whose class is known at two dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from terracite.errors import Problem, ProblemsError, RasterError, Severity
from terracite.landcover import reference
from terracite.landcover.classes import Nomenclature, from_values, spelt
from terracite.landcover.classmap import ClassMap
from terracite.landcover.estimation import Change, Comparison, change, compare, drawn
from terracite.landcover.judging.placing import Floats, PlacedSample, cells_of, place_sample
from terracite.landcover.judging.under import both_under
from terracite.landcover.recipe import SamplePart
from terracite.landcover.reference import PointSample

_METHODS = {"strata": "stratified", "map": "stratified", "random": "simple random"}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two maps judged with one sample; the strata "map" are the classes of the first."""

    placed: PlacedSample
    found: Comparison
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Change between two dates, with the classes that it is told in."""

    nomenclature: Nomenclature
    found: Change
    mapped_ha: Floats | None  #: (classes, classes) transitions that two maps show, errors included
    points: int
    notes: tuple[Problem, ...]


def compare_maps(first: ClassMap, second: ClassMap, part: SamplePart) -> Compared:
    """Accuracies of both and their differences. Raises `ProblemsError`; the classes are those of the first map."""
    if part.design == "none":
        what = "is none: points that were not drawn by chance say nothing of which map is better."
        raise ProblemsError("The maps cannot be compared.", [Problem("design", what, "Draw a probability sample.")])
    one, other = place_sample(first, part), place_sample(second, _elsewhere(part))
    strange = sorted(set(other.nomenclature.codes) - set(one.nomenclature.codes))
    if strange:
        what = f"'{second.name}' has classes that '{first.name}' has not: {', '.join(map(str, strange))}."
        raise ProblemsError("The maps cannot be compared.", [Problem("classes", what, "Bring both into one list.")])
    at = {row: position for position, row in enumerate(other.rows.tolist())}
    kept = np.array([row in at for row in one.rows.tolist()])
    if part.design == "map":
        kept &= one.mapped < one.classes
    order = np.array([at[row] for row in one.rows[kept].tolist()], np.int64)
    codes = np.array([*other.nomenclature.codes, 0])
    position = np.full(256, one.classes, np.int64)
    position[list(one.nomenclature.codes)] = np.arange(one.classes)
    strata, areas = one.strata[kept], one.stratum_areas_ha
    clusters = None if one.clusters is None else one.clusters[kept]
    inclusion = None if one.inclusion is None else one.inclusion[kept]
    if areas is None:
        raise AssertionError("a sample drawn by chance has areas")
    sample = drawn(strata, areas, clusters, inclusion, one.stratum_names)
    seconds = position[codes[other.mapped[order]]]
    method = _METHODS.get(part.design, part.design)
    found = compare(one.mapped[kept], seconds, one.reference[kept], sample, one.classes, method)
    return Compared(one, found, (*one.notes, *(note for note in other.notes if note not in one.notes)))


def _elsewhere(part: SamplePart) -> SamplePart:
    """The same sample, on a map that its strata do not come from."""
    return part.model_copy(update={"design": "none"})


def measure_change(
    part: SamplePart,
    columns: tuple[str, str],
    maps: tuple[ClassMap, ClassMap] | None = None,
    area_ha: float = 0.0,
    nomenclature: Nomenclature | None = None,
) -> Changed:
    """Change from the classes of the points at two dates (``columns``).

    ``maps``: of both dates; with the design "map" their transitions are the strata, and their areas are counted.
    ``area_ha``: what a simple random sample (or clusters without strata) stands for, where no maps tell. Raises
    `ProblemsError` with every mistake.
    """
    problems: list[Problem] = []
    if part.design == "none":
        what = "is none: points that were not drawn by chance say nothing of the area that changed."
        problems.append(Problem("design", what, "Draw a probability sample."))
    before, after = (_read(part, column, problems) for column in columns)
    if before is None or after is None or _wrong(problems):
        raise _refused(part, problems)
    known = nomenclature or (maps[0].nomenclature if maps and len(maps[0].nomenclature) else None)
    known = known or from_values([*before.classes, *after.classes])
    for one in (before, after):
        problems += reference.unknown_classes(one.classes, known.names, spelt, "sample", part.file)
    pairs = _pairs(maps, before) if maps else None
    if maps and pairs is None:
        what = f"'{maps[0].name}' and '{maps[1].name}' are not on one grid of cells of equal area."
        problems.append(Problem("maps", what, "Put both on the grid of one of them."))
    if before.areas_ha is None and not maps and not area_ha > 0:
        problems.append(
            Problem("area", "is missing: the sample stands for no known area.", "Give --area, in hectares.")
        )
    if _wrong(problems):
        raise _refused(part, problems)
    old, new = (np.array([known.position(value) for value in one.classes], np.int64) for one in (before, after))
    strata, areas, names = _strata(part, before, pairs, area_ha)
    clusters = None if before.clusters is None else np.unique(before.clusters, return_inverse=True)[1]
    kept = strata >= 0
    sample = drawn(
        strata[kept], areas, None if clusters is None else clusters[kept],
        None if before.inclusion is None else before.inclusion[kept], names,
    )  # fmt: skip
    mapped = None if pairs is None else _table(pairs, known)
    notes = list(dict.fromkeys(problems))
    if lost := int((~kept).sum()):
        what = f"{lost} of {kept.size} points of '{part.file.name}' lie where a map has no class, or outside."
        notes.append(Problem("sample", what, "They are left out: the estimate is for what both map.", Severity.WARNING))
    return Changed(known, change(old[kept], new[kept], sample, len(known)), mapped, int(kept.sum()), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Transitions that two maps show."""

    under: Floats  #: (points,) 256 * code before + code after; -1 where one map says nothing
    areas_ha: Floats  #: (65536,)


def _pairs(maps: tuple[ClassMap, ClassMap], sample: PointSample) -> _Pairs | None:
    if not maps[0].grid.matches(maps[1].grid):
        return None
    _, rows, cols = cells_of(sample, maps[0].grid)
    try:
        codes, areas = both_under(*maps, rows, cols)
    except RasterError:
        return None
    return _Pairs(codes.astype(np.float64), areas)


def _strata(
    part: SamplePart, sample: PointSample, pairs: _Pairs | None, area_ha: float
) -> tuple[Floats, Floats, list[str]]:
    """Stratum of each point (-1 = left out), areas and names."""
    if sample.areas_ha is not None:
        rank = {name: position for position, name in enumerate(sample.areas_ha)}
        return np.array([rank[name] for name in sample.strata]), np.array([*sample.areas_ha.values()]), [*rank]
    if pairs is None:
        return np.zeros(len(sample.classes)), np.array([area_ha]), ["all"]
    mapped = np.flatnonzero(pairs.areas_ha > 0)
    if part.design != "map":
        return np.where(pairs.under >= 0, 0, -1), np.array([pairs.areas_ha.sum()]), ["all"]
    rank_of = np.full(65_537, -1)
    rank_of[mapped] = np.arange(mapped.size)
    names = [f"{pair // 256} to {pair % 256}" for pair in mapped.tolist()]
    return rank_of[pairs.under.astype(np.int64)], pairs.areas_ha[mapped], names


def _table(pairs: _Pairs, known: Nomenclature) -> Floats:
    codes = list(known.codes)
    return pairs.areas_ha.reshape(256, 256)[np.ix_(codes, codes)]


def _read(part: SamplePart, column: str, problems: list[Problem]) -> PointSample | None:
    return reference.read_sample(part.model_copy(update={"class_column": column}), "sample", problems)


def _wrong(problems: list[Problem]) -> bool:
    return any(one.severity is Severity.ERROR for one in problems)


def _refused(part: SamplePart, problems: list[Problem]) -> ProblemsError:
    return ProblemsError(f"The sample '{part.file.name}' cannot be used.", dict.fromkeys(problems))
