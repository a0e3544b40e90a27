# SPDX-License-Identifier: AGPL-3.0-or-later
"""What smoothing did to the accuracy of a year, measured on its own probability sample: before, after, difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover.estimation import Comparison, Estimate, compare, drawn
from terracite.landcover.estimation.designs import METHODS
from terracite.landcover.judging import PlacedSample, place_sample
from terracite.landcover.recipe import SamplePart
from terracite.landcover.years.evidence import Year
from terracite.record.model import Quality, Text

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Effect:
    """One year judged before and after on the same points."""

    year: int
    points: int
    found: Comparison  #: first = the year's own map, second = the series

    def quality(self) -> Quality:
        after, gain = self.found.second.overall, self.found.overall
        low, high = (round(100 * float(end), 1) for end in (gain.low, gain.high))
        more = round(100 * float(gain.value), 1)
        said = [f"{number:+}".replace(".", ",") for number in (more, low, high)]
        return Quality(
            name=Text(
                fr=f"Exactitude globale de la carte de {self.year}", en=f"Overall accuracy of the map of {self.year}"
            ),
            value=round(float(after.value), 4), low=round(float(after.low), 4), high=round(float(after.high), 4),
            note=Text(
                fr=f"Estimée sur {self.points} points ; par rapport à la carte de l'année seule : {said[0]} points "
                f"de % (intervalle à 95 % : {said[1]} à {said[2]}).",
                en=f"Estimated from {self.points} points; against the map of the year alone: {more:+} percentage "
                f"points (95 % interval: {low:+} to {high:+}).",
            ),
        )  # fmt: skip


def placed(years: Sequence[Year], samples: Mapping[int, SamplePart]) -> dict[int, PlacedSample]:
    """The sample of each year on that year's own map. Raises `ProblemsError`."""
    known = {one.year: one for one in years}
    strange = [
        Problem("--sample", f"{year} is the year of no map.", "Check it.") for year in samples if year not in known
    ]
    if strange:
        raise ProblemsError("The samples do not go with the maps.", strange)
    found = {year: place_sample(known[year].map, part) for year, part in samples.items()}
    odd = [year for year, one in found.items() if one.stratum_areas_ha is None or one.design == "none"]
    if odd:
        cure = "Give a sample drawn by chance, with the areas of its strata."
        raise ProblemsError(
            "Accuracies need probability samples.", [Problem(str(year), "its sample is not one.", cure) for year in odd]
        )
    return found


def cells_of(years: Sequence[Year], samples: Mapping[int, PlacedSample]) -> dict[int, tuple[Ints, Ints]]:
    """Rows and columns of the points, by year."""
    grid = years[0].map.grid
    return {year: grid.cells(one.xy[:, 0], one.xy[:, 1]) for year, one in samples.items()}


def measured(samples: Mapping[int, PlacedSample], under: Mapping[int, Ints]) -> tuple[Effect, ...]:
    """``under``: codes of the series at the points, -1 outside. Raises `SampleError`."""
    found = []
    for year, one in sorted(samples.items()):
        rank = np.full(257, one.classes, np.int64)
        rank[list(one.nomenclature.codes)] = np.arange(one.classes)
        after = rank[under[year]]
        kept = one.mapped < one.classes if one.design == "map" else np.ones(after.size, bool)
        clusters = None if one.clusters is None else one.clusters[kept]
        inclusion = None if one.inclusion is None else one.inclusion[kept]
        assert one.stratum_areas_ha is not None
        sample = drawn(one.strata[kept], one.stratum_areas_ha, clusters, inclusion, one.stratum_names)
        method = METHODS.get(one.design, "stratified")
        both = compare(one.mapped[kept], after[kept], one.reference[kept], sample, one.classes, method)
        found.append(Effect(year, int(kept.sum()), both))
    return tuple(found)


def rows(effects: Sequence[Effect]) -> Iterator[list[object]]:
    """Lines of accuracy.csv, its head first."""
    ends = ("", "_low", "_high")
    yield ["year", "points", *(f"{name}{end}" for name in ("before", "after", "difference") for end in ends)]
    for one in effects:
        values = (one.found.first.overall, one.found.second.overall, one.found.overall)
        yield [one.year, one.points, *(number for value in values for number in _three(value))]


def _three(value: Estimate) -> list[float]:
    return [round(float(number), 6) for number in (value.value, value.low, value.high)]
