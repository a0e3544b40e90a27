# SPDX-License-Identifier: AGPL-3.0-or-later
"""A probability sample laid on a map: what the map says at each point, and in which stratum the point was drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, Severity
from terracite.landcover import reference, suspicions
from terracite.landcover.classes import NOT_MAPPED, Nomenclature, from_parts, from_values, read_csv, spelt
from terracite.landcover.classmap import ClassMap, named
from terracite.landcover.judging.under import Under, read_under
from terracite.landcover.recipe import SamplePart
from terracite.landcover.reference import PointSample
from terracite.raster.grid import Grid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlacedSample:
    """The points of a sample that lie where they can be compared, in the order of the file."""

    design: str  #: as `SamplePart` has it
    nomenclature: Nomenclature
    mapped: Ints  #: (points,) class position; as many as there are classes = not mapped
    reference: Ints  #: (points,) class position
    strata: Ints  #: (points,) position of the stratum
    stratum_names: tuple[str, ...]
    stratum_areas_ha: Floats | None  #: (strata,); None where the sample is not drawn by chance
    xy: Floats  #: (points, 2) in the reference system of the map's grid
    rows: Ints  #: (points,) of the file, from 1
    mapped_ha: Floats | None  #: (classes,) as mapped; None where the grid lies nowhere
    clusters: Ints | None = None  #: (points,) what each was drawn with
    inclusion: Floats | None = None  #: (points,) chance of each, up to a factor
    outside: int = 0  #: points off the grid of the map
    unmapped: int = 0  #: points on it where the map has no class
    notes: tuple[Problem, ...] = field(default=())  #: warnings

    @property
    def classes(self) -> int:
        return len(self.nomenclature)

    @property
    def used(self) -> int:
        """Points that the estimate rests on: with the design "map" only those where the map has a class."""
        return int((self.mapped < self.classes).sum()) if self.design == "map" else self.mapped.size


def place_sample(found: ClassMap, part: SamplePart) -> PlacedSample:
    """The sample of ``part`` on a map. Every cell of the map is read once, to know the area of each class.

    Points off the map or on cells without class are kept as "not mapped", but where the map itself defines what is
    estimated (design "map": they are left out by the estimator) and, off the grid, for a simple random sample of the
    map. Raises `ProblemsError` with every mistake.
    """
    problems: list[Problem] = []
    sample = reference.read_sample(part, "sample", problems)
    if sample is None:
        raise _refused(part, problems)
    lost = suspicions.of_place(sample.frame, found.grid, "sample.file", part.file.name)
    problems += [one for one in lost if one.severity is Severity.ERROR]
    xy, rows, cols = cells_of(sample, found.grid)
    under = read_under(found, rows, cols)
    known = known_classes(found, under, sample.classes)
    problems += reference.unknown_classes(list(set(sample.classes)), known.names, spelt, "sample", part.file)
    problems += _off_nomenclature(found, known, under)
    if part.design != "none" and under.areas_ha is None:
        problems.append(Problem("map", "lies nowhere on Earth.", "Give it a known reference system."))
    if any(one.severity is Severity.ERROR for one in problems):
        raise _refused(part, problems)
    return _placed(part, sample, known, under, xy, (*problems, *_off_map(part, under)))


def _off_nomenclature(found: ClassMap, known: Nomenclature, under: Under) -> list[Problem]:
    """Codes on the map that no class has."""
    strange = [code for code in under.present.tolist() if code not in (NOT_MAPPED, *known.codes)]
    cure = "Give a nomenclature that lists it, or set it as the nodata value of the map."
    what = "'{}' has cells of the code {}, which the nomenclature does not know."
    return [Problem("map", what.format(found.name, code), cure) for code in strange]


def _off_map(part: SamplePart, under: Under) -> list[Problem]:
    """How many points lie where the map says nothing, and what is made of them."""
    outside, holes = int((under.codes < 0).sum()), int((under.codes == NOT_MAPPED).sum())
    out = "They are left out: the estimate is for what is mapped."
    wrong = "They count as errors of the map: it says nothing where the sample was drawn."
    found = []
    if outside:
        cure = out if part.design in ("map", "random", "none") else wrong
        what = f"{outside} of {under.codes.size} points of '{part.file.name}' lie outside the map."
        found.append(Problem("sample", what, cure, Severity.WARNING))
    if holes:
        what = f"{holes} of {under.codes.size} points of '{part.file.name}' lie where the map has no class."
        found.append(Problem("sample", what, out if part.design == "map" else wrong, Severity.WARNING))
    return found


def read_classes(path: Path | None) -> Nomenclature | None:
    """The classes that a CSV file lists; None without one. Raises `ProblemsError`."""
    if path is None:
        return None
    problems: list[Problem] = []
    parts = read_csv(path, problems)
    if problems:
        raise ProblemsError(f"The classes of '{path.name}' cannot be used.", problems)
    return from_parts("", sorted(parts, key=lambda part: part.code))


def cells_of(sample: PointSample, grid: Grid) -> tuple[Floats, Ints, Ints]:
    """Where points are in the reference system of the grid, (points, 2), and the cells that hold them."""
    points = sample.frame.geometry.to_crs(grid.wkt())
    xy = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    rows, cols = grid.cells(xy[:, 0], xy[:, 1])
    return xy, rows, cols


def known_classes(found: ClassMap, under: Under, classes: tuple[object, ...]) -> Nomenclature:
    """The classes of the map; where nothing names them, those of its cells and of the sample."""
    if len(found.nomenclature):
        return found.nomenclature
    codes = [code for code in under.present.tolist() if code != NOT_MAPPED]
    numbers = [word for value in set(classes) if (word := spelt(value)).isdigit() and 1 <= int(word) <= 255]
    return from_values([*(named(code, {}, 0).code for code in codes), *numbers])


def _placed(
    part: SamplePart, sample: PointSample, known: Nomenclature, under: Under, xy: Floats, notes: tuple[Problem, ...]
) -> PlacedSample:
    codes = list(known.codes)
    position = np.full(257, len(known), np.int64)
    position[codes] = np.arange(len(known))
    mapped = position[under.codes]
    called = {value: known.position(value) for value in set(sample.classes)}
    true = np.array([called[value] for value in sample.classes], np.int64)
    mapped_ha = None if under.areas_ha is None else under.areas_ha[codes]
    holes = int((under.codes == NOT_MAPPED).sum())
    strata, names, areas = _strata(part, sample, known, mapped, mapped_ha, under, holes)
    kept = under.codes >= 0 if part.design in ("random", "none") else np.ones(mapped.size, bool)
    clusters = None if sample.clusters is None else np.unique(sample.clusters, return_inverse=True)[1]
    return PlacedSample(
        part.design, known, mapped[kept], true[kept], strata[kept], names, areas, xy[kept],
        np.flatnonzero(kept) + 1, mapped_ha,
        None if clusters is None else clusters.astype(np.int64)[kept],
        None if sample.inclusion is None else sample.inclusion[kept],
        int((under.codes < 0).sum()), int((mapped == len(known)).sum() - (under.codes < 0).sum()), notes,
    )  # fmt: skip


def _strata(
    part: SamplePart,
    sample: PointSample,
    known: Nomenclature,
    mapped: Ints,
    mapped_ha: Floats | None,
    under: Under,
    holes: int,
) -> tuple[Ints, tuple[str, ...], Floats | None]:
    """Stratum of each point, names and areas."""
    if sample.areas_ha is not None:
        names = tuple(sample.areas_ha)
        rank = {name: position for position, name in enumerate(names)}
        return np.array([rank[name] for name in sample.strata], np.int64), names, np.array([*sample.areas_ha.values()])
    if part.design == "map":
        return mapped, tuple(known.labels("en")), mapped_ha
    whole = None if mapped_ha is None or under.areas_ha is None or part.design == "none" else mapped_ha.sum()
    if whole is not None and holes and under.areas_ha is not None:  # drawn over the cells without class too
        whole += under.areas_ha[NOT_MAPPED]
    return np.zeros(mapped.size, np.int64), ("all",), None if whole is None else np.array([whole])


def _refused(part: SamplePart, problems: list[Problem]) -> ProblemsError:
    return ProblemsError(f"The sample '{part.file.name}' cannot be used.", problems)
