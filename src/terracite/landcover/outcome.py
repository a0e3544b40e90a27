# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a finished map is worth: mapped areas, model scores, and, from a probability sample, accuracy and areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.accuracy import Scores, confusion_matrix, scores
from terracite.landcover.block_map import BlockMap
from terracite.landcover.checks import Prepared
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.estimation import MapAccuracy, SampleError, by_design
from terracite.landcover.features import FeaturePlan
from terracite.landcover.layers import Layer
from terracite.landcover.reference import PointSample
from terracite.landcover.scoring import ModelScore
from terracite.landcover.uncertainty.layers import BITS, DISSIMILARITY, SETS, count_outside
from terracite.raster.cell_areas import areas_if_known
from terracite.raster.class_areas import add_areas
from terracite.raster.grid import Block

if TYPE_CHECKING:
    from terracite.landcover.area_tables import AreaTable


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What was counted on the map itself."""

    cells: NDArray[np.int64]  #: per class
    areas_ha: NDArray[np.float64] | None  #: per class, as mapped, true areas; None where the grid lies nowhere
    unmapped_cells: int
    confidence: NDArray[np.float64]  #: mean per class, 0-100; NaN for a class that is not on the map
    clear_range: tuple[int, int]  #: fewest and most clear dates of a mapped cell
    sample_codes: NDArray[np.int64]  #: code of the map under each point of the probability sample; -1 outside
    outside_cells: int | None = None  #: outside the area of applicability; None where the map has no dissimilarity
    sample_sets: NDArray[np.uint8] | None = None  #: (bands, points) the set under each point of the sample, as bits


@dataclass(frozen=True, slots=True)
class Judgement:
    """Accuracy and areas from the probability sample, or why they were refused."""

    accuracy: MapAccuracy | None
    points: int
    unmapped_points: int = 0  #: counted as errors; left out where the strata are the map's own classes
    refusal: tuple[Problem, ...] = ()
    agreement: Scores | None = None  #: with points that were not drawn by chance: not the accuracy of the map


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the report and the record say about a map."""

    prepared: Prepared
    layers: tuple[Layer, ...]  #: with the images that were used
    skipped: tuple[Problem, ...]  #: images that could not be read
    plan: FeaturePlan
    card: dict[str, Any]  #: of the model
    scores: tuple[ModelScore, ...]
    facts: MapFacts
    judgement: Judgement | None  #: None without a probability sample
    made_on: dt.date
    areas: AreaTable | None = None  #: of the units of ``[areas]``, once the map is written

    @property
    def dates(self) -> int:
        """Number of distinct image dates."""
        return len({day for layer in self.layers for day in layer.days.tolist()})

    @property
    def first(self) -> dt.date:
        return dt.date.fromordinal(int(min(layer.days[0] for layer in self.layers if layer.days.size)))

    @property
    def last(self) -> dt.date:
        return dt.date.fromordinal(int(max(layer.days[-1] for layer in self.layers if layer.days.size)))

    @property
    def accuracy(self) -> MapAccuracy | None:
        return self.judgement.accuracy if self.judgement else None

    @property
    def areas_ha(self) -> NDArray[np.float64] | None:
        """Per class: adjusted by the probability sample where there is one, else as mapped."""
        return self.accuracy.areas.value if self.accuracy else self.facts.areas_ha


def count(blocks: Iterable[tuple[Block, BlockMap]], prepared: Prepared) -> MapFacts:
    """Walk over the finished blocks once and count."""
    codes, grid = prepared.nomenclature.codes, prepared.grid
    rows, cols = _sample_cells(prepared)
    cells, trust = np.zeros(256, np.int64), np.zeros(256)
    measured, areas = np.zeros(256), areas_if_known(grid)
    under = np.full(rows.size, -1, np.int64)
    fewest, most = np.iinfo(np.int64).max, 0
    sets = np.zeros((-(-len(codes) // BITS), rows.size), np.uint8) if prepared.recipe.output.sets else None
    outside = 0 if prepared.recipe.output.dissimilarity else None
    for block, found in blocks:
        cells += np.bincount(found.classes.ravel(), minlength=256)
        trust += np.bincount(found.classes.ravel(), found.confidence.ravel(), minlength=256)
        if areas is not None:
            add_areas(found.classes, block, areas, measured)
        if outside is not None:
            outside += count_outside(found.further[DISSIMILARITY][0])
        mapped = found.clear[found.classes != NOT_MAPPED]
        if mapped.size:
            fewest, most = min(fewest, int(mapped.min())), max(most, int(mapped.max()))
        inside = (rows >= block.row) & (rows < block.row + block.height)
        inside &= (cols >= block.col) & (cols < block.col + block.width)
        under[inside] = found.classes[rows[inside] - block.row, cols[inside] - block.col]
        if sets is not None:
            sets[:, inside] = found.further[SETS][:, rows[inside] - block.row, cols[inside] - block.col]
    picked = list(codes)
    with np.errstate(invalid="ignore"):
        confidence = trust[picked] / cells[picked]
    return MapFacts(
        cells=cells[picked],
        areas_ha=None if areas is None else measured[picked] / 10_000,
        unmapped_cells=int(cells[NOT_MAPPED]),
        confidence=confidence,
        clear_range=(fewest if most else 0, most),
        sample_codes=under,
        outside_cells=outside,
        sample_sets=sets,
    )


def judge(prepared: Prepared, facts: MapFacts) -> Judgement | None:
    """Design-based accuracy and areas, by the estimator that fits how the sample was drawn.

    A point where the map has no class counts as an error of the map; it is left out where the map's own classes are
    the strata, because the estimate is then for the mapped area. Areas are in hectares. Points that were not drawn by
    chance give scores only.
    """
    part, sample = prepared.recipe.validation.sample, prepared.sample
    if part is None or sample is None:
        return None
    classes = len(prepared.nomenclature)
    position = np.full(257, classes, np.int64)  # one more row: "not mapped"
    position[list(prepared.nomenclature.codes)] = np.arange(classes)
    mapped, true = position[facts.sample_codes], prepared.sample_labels
    unmapped = int((mapped == classes).sum())
    if part.design == "none":
        return Judgement(None, mapped.size, unmapped, agreement=agreement(mapped, true, classes))
    try:
        strata, areas = _strata(prepared, facts, part.design, sample, mapped, unmapped)
        accuracy = by_design(
            part.design, mapped, true, strata, list(areas.values()), classes,
            names=list(areas), clusters=sample.clusters, inclusion=sample.inclusion,
        )  # fmt: skip
    except SampleError as error:
        return Judgement(None, mapped.size, unmapped, error.problems)
    return Judgement(accuracy, mapped.size, unmapped)


def agreement(mapped: NDArray[np.int64], true: NDArray[np.int64], classes: int) -> Scores:
    """How far a map agrees with points that were not drawn by chance: a score, not the accuracy of the map."""
    counts = confusion_matrix(mapped, true, classes + 1)
    found = scores(counts)
    return Scores(found.overall, found.kappa, found.users[:-1], found.producers[:-1], found.f_score[:-1])


def _strata(
    prepared: Prepared, facts: MapFacts, design: str, sample: PointSample, mapped: NDArray[np.int64], unmapped: int
) -> tuple[NDArray[np.int64], dict[str, float]]:
    """The stratum of each point, and the area of each stratum."""
    if sample.areas_ha is not None:
        rank = {name: position for position, name in enumerate(sample.areas_ha)}
        return np.array([rank[name] for name in sample.strata], np.int64), sample.areas_ha
    if facts.areas_ha is None:
        raise SampleError("The sample has no area to stand for.", [_no_areas()])
    if design == "map":
        names = prepared.nomenclature.labels("en")
        return mapped, {f"{code} {name}": area for code, name, area in zip(
            prepared.nomenclature.codes, names, facts.areas_ha.tolist(), strict=True)}  # fmt: skip
    share = facts.unmapped_cells / max(int(facts.cells.sum()), 1) if unmapped else 0.0
    return np.zeros(mapped.size, np.int64), {"all": float(facts.areas_ha.sum() * (1 + share))}


def _no_areas() -> Problem:
    return Problem("grid", "lies nowhere on Earth.", "Use images of a known reference system.")


def _sample_cells(prepared: Prepared) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if prepared.sample is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    points = prepared.sample.frame.geometry.to_crs(prepared.grid.wkt())
    return prepared.grid.cells(points.x.to_numpy(), points.y.to_numpy())
