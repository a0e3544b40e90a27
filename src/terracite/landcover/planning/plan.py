# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of a recipe: counted from files and reference, and scaled up from measured blocks."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover import samples
from terracite.landcover.checks import Prepared, prepare
from terracite.landcover.features import plan as features_of
from terracite.landcover.layers import Layer
from terracite.landcover.mapping import extras, regional
from terracite.landcover.planning.measure import Measured, measure
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.reference import Features
from terracite.landcover.samples import Cells
from terracite.landcover.strata import OUTSIDE

_CELL_BYTES = 4  #: of a finished block, per cell: class and confidence of a byte, clear dates of two
_OVERVIEWS = 1.34  #: a COG with its overviews, beside the raster alone


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """The images of one index within the period."""

    index: str
    source: str  #: the kind of product, or the title of the series
    dates: int
    first: dt.date | None  #: None = it does not change in time
    last: dt.date | None
    bytes: int
    clear_share: float | None  #: of the cells of the measured blocks; None where nothing could be read


@dataclass(frozen=True, slots=True)
class ClassCount:
    """What there is to learn of one class. A "group" is what is never split: a polygon, a point or a series."""

    code: int
    fr: str
    en: str
    groups: int
    cells: int  #: under the reference; of series, how many there are
    learnt: int  #: at most, after the limit per class
    strata: tuple[tuple[str, int, int], ...] = ()  #: (region, groups, cells); "" = in no region


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of a recipe takes on this machine."""

    name: str
    crs: str
    rows: int
    columns: int
    cell_size_m: float
    blocks: int
    block: int  #: side, in cells
    dates: int  #: that gaps are filled on
    features: int
    kind: str  #: of the reference: "polygons", "points" or "series"
    indices: tuple[IndexFacts, ...]
    classes: tuple[ClassCount, ...]
    measured_blocks: int
    seconds: dict[str, float]  #: by step: "hash", "learn", "map", "write"; empty when nothing could be read
    memory_bytes: int  #: at its highest; 0 = not known
    work_bytes: int  #: at most, while it runs
    crate_bytes: int  #: at most, when it is done
    free_bytes: int
    problems: tuple[Problem, ...]  #: warnings
    units: int = 0  #: whose areas are written beside the map
    sample: int = 0  #: points of the probability sample that maps and areas are judged with

    @property
    def input_bytes(self) -> int:
        return sum(item.bytes for item in self.indices)

    @property
    def has_room(self) -> bool:
        return self.free_bytes > self.work_bytes + self.crate_bytes


def plan(recipe: Path, output: Path | None = None, listener: Listener | None = None) -> Plan:
    """What the recipe takes. Raises `RecipeError` with every mistake. ``output``: where its crate will be."""
    hear = listener or Silent()
    prepared = prepare(recipe)
    layers, skipped = _readable(prepared)
    wanted = features_of(layers, prepared.recipe.period, prepared.recipe.features)
    grid, size = prepared.grid, prepared.recipe.output.block
    cells, overlaps = _cells(prepared)
    with hear.progress("measuring blocks") as progress:
        found = measure(prepared, layers, wanted, cells, progress)
    further = extras.bytes_per_cell(extras.extras_of(prepared.recipe.output, prepared.nomenclature))
    work = grid.width * grid.height * (_CELL_BYTES + further)
    return Plan(
        name=prepared.recipe.name,
        crs=grid.crs_label(),
        rows=grid.height,
        columns=grid.width,
        cell_size_m=grid.cell_size_m,
        blocks=len(list(grid.blocks(size))),
        block=size,
        dates=len(wanted.days),
        features=len(wanted.names),
        kind=prepared.known.kind if isinstance(prepared.known, Features) else "series",
        indices=tuple(_facts(layer, found) for layer in layers),
        classes=_classes(prepared, cells),
        measured_blocks=found.blocks,
        seconds=found.seconds,
        memory_bytes=found.memory_bytes,
        work_bytes=work,
        crate_bytes=round(work * _OVERVIEWS),
        free_bytes=_free(output or Path(prepared.recipe.name)),
        problems=(*prepared.notes, *overlaps, *skipped, *_regions(prepared, cells), *found.problems),
        units=prepared.units,
        sample=len(prepared.sample_labels),
    )


def _readable(prepared: Prepared) -> tuple[list[Layer], list[Problem]]:
    layers, skipped = [], []
    for layer in prepared.layers:
        good, problems = layer.during(prepared.recipe.period).checked()
        layers.append(good)
        skipped += problems
    return layers, skipped


def _cells(prepared: Prepared) -> tuple[Cells | None, list[Problem]]:
    """The cells under the reference, and what is wrong with them; None for labelled series."""
    if not isinstance(prepared.known, Features):
        return None, []
    found, problems = samples.surveyed(prepared)
    return found.cells, problems


def _regions(prepared: Prepared, cells: Cells | None) -> list[Problem]:
    return [] if cells is None else regional.lacking(prepared, samples.chosen(prepared, cells))


def _facts(layer: Layer, found: Measured) -> IndexFacts:
    days = [dt.date.fromordinal(int(day)) for day in layer.days]
    first, last = (days[0], days[-1]) if days else (None, None)
    paths = {origin.path for origin in layer.origins}
    size = sum(path.stat().st_size for path in paths if path.is_file())
    source = layer.sources[0].title.rpartition(": ")[0] or layer.sources[0].title
    return IndexFacts(layer.index, source, len(days), first, last, size, found.clear.get(layer.index))


def _classes(prepared: Prepared, cells: Cells | None) -> tuple[ClassCount, ...]:
    found = []
    learnt_of = samples.chosen(prepared, cells).labels if cells is not None else np.empty(0, np.int64)
    for position, item in enumerate(prepared.nomenclature.classes):
        if cells is None:
            count = int((prepared.labels == position).sum())
            found.append(ClassCount(item.code, item.label.best("fr"), item.label.best("en"), count, count, count))
            continue
        here = cells.take(cells.labels == position)
        groups, learnt = len(np.unique(here.groups)), int((learnt_of == position).sum())
        names = item.label.best("fr"), item.label.best("en")
        found.append(ClassCount(item.code, *names, groups, len(here.labels), learnt, _by_stratum(prepared, here)))
    return tuple(found)


def _by_stratum(prepared: Prepared, cells: Cells) -> tuple[tuple[str, int, int], ...]:
    """(region, groups, cells) of one class; a group counts where its first feature lies."""
    if prepared.strata is None or not isinstance(prepared.known, Features):
        return ()
    regions: NDArray[np.int64] = prepared.strata.of(prepared.known)
    first = {int(group): int(region) for group, region in zip(prepared.known.groups[::-1], regions[::-1], strict=True)}
    where = np.array([first[int(group)] for group in cells.groups], np.int64)
    names = [*enumerate(prepared.strata.names), (OUTSIDE, "")]
    return tuple(
        (name, len(np.unique(cells.groups[where == number])), int((where == number).sum()))
        for number, name in names
        if number != OUTSIDE or (where == OUTSIDE).any()
    )


def _free(output: Path) -> int:
    """Bytes free where the output will be."""
    place = output.absolute().parent
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
