# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map judged with one sample: accuracies, areas, and what is known of each unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from terracite.errors import Problem, Severity
from terracite.landcover.accuracy import Scores
from terracite.landcover.classmap import ClassMap
from terracite.landcover.estimation import MapAccuracy, SampleError, UnitEstimate, by_design
from terracite.landcover.judging.per_unit import estimates_by_unit
from terracite.landcover.judging.placing import Floats, PlacedSample, place_sample
from terracite.landcover.outcome import agreement
from terracite.landcover.recipe import SamplePart

if TYPE_CHECKING:
    from terracite.landcover.zonal import Units

_FEW = 5  #: points of a class below which its accuracies are hardly known


@dataclass(frozen=True, slots=True)
class JudgedUnit:
    """One unit with its name."""

    name: str
    area_ha: float  #: mapped there
    mapped_ha: Floats  #: (classes,)
    estimate: UnitEstimate


@dataclass(frozen=True, slots=True)
class Judged:
    """What a sample says of a map."""

    placed: PlacedSample
    accuracy: MapAccuracy | None  #: None where the points were not drawn by chance
    agreement: Scores | None  #: only then: a score, not the accuracy of the map
    units: tuple[JudgedUnit, ...]
    notes: tuple[Problem, ...]


def judge_map(
    found: ClassMap, part: SamplePart, units: Path | None = None, name_column: str = "", least: int = 30
) -> Judged:
    """Accuracy and areas of a map, and of each unit of a vector file. Raises `ProblemsError` with every mistake."""
    from terracite.landcover import zonal

    known = zonal.read_units(units, name_column, found.grid) if units else None
    placed = place_sample(found, part)
    if part.design == "none":
        scores = agreement(placed.mapped, placed.reference, placed.classes)
        return Judged(placed, None, scores, (), placed.notes)
    accuracy = accuracy_of(placed)
    judged = _units(found, known, placed, least) if known else ()
    further = (*placed.notes, *absent(placed, accuracy), *(known.notes if known else ()))
    return Judged(placed, accuracy, None, judged, further)


def accuracy_of(placed: PlacedSample) -> MapAccuracy:
    """By the estimator that fits the design. Raises `SampleError`."""
    if placed.stratum_areas_ha is None:
        raise SampleError("Points that were not drawn by chance say nothing of the whole map.", [])
    names = [f"{one.code} {one.label.best('en')}" for one in placed.nomenclature.classes]
    return by_design(
        placed.design, placed.mapped, placed.reference, placed.strata, placed.stratum_areas_ha, placed.classes,
        names=names if placed.design == "map" else placed.stratum_names,
        clusters=placed.clusters, inclusion=placed.inclusion,
    )  # fmt: skip


def absent(placed: PlacedSample, accuracy: MapAccuracy) -> Iterator[Problem]:
    """Classes that the sample hardly met: what is then not known."""
    mapped, true = accuracy.counts.sum(axis=1), accuracy.counts.sum(axis=0)
    for position, one in enumerate(placed.nomenclature.classes):
        title = f"class {one.code} '{one.label.best('en')}'"
        on_map = placed.mapped_ha is None or placed.mapped_ha[position] > 0
        cure = "Its accuracies are hardly known: draw more points there."
        if not mapped[position] and not true[position] and on_map:
            yield Problem("sample", f"{title} is absent: no point has it.", cure, Severity.WARNING)
        elif on_map and min(mapped[position], true[position]) < _FEW:
            what = f"{title} has {mapped[position]} points on the map, and {true[position]} on the ground."
            yield Problem("sample", what, cure, Severity.WARNING)


def _units(found: ClassMap, known: Units, placed: PlacedSample, least: int) -> tuple[JudgedUnit, ...]:
    """Each unit; its area is that of its classes, and of its cells without class where points fell on such."""
    from terracite.landcover import zonal

    areas = zonal.areas_by_unit(found, known)
    order = [areas.codes.index(code) for code in placed.nomenclature.codes]
    mapped = areas.areas_ha[:, order]
    where = known.of(placed.xy[:, 0], placed.xy[:, 1])
    estimates = estimates_by_unit(placed, where, mapped, areas.unmapped_ha, least)
    holes = areas.unmapped_ha * bool(placed.unmapped and placed.design != "map")
    return tuple(
        JudgedUnit(name, float(mapped[row].sum() + holes[row]), mapped[row], estimate)
        for row, (name, estimate) in enumerate(zip(areas.names, estimates, strict=True))
    )
