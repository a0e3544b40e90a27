# SPDX-License-Identifier: AGPL-3.0-or-later
"""Some blocks of a map really read, filled, learnt from and classified, to tell how long all of it takes."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terracite.crate.provenance import hash_file
from terracite.errors import Problem, RasterError, Severity
from terracite.landcover import samples as sampling
from terracite.landcover.checks import Prepared
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.features import (
    BlockFeatures,
    FeaturePlan,
    GappySeries,
    invented,
    of_objects,
    of_series,
    read_series,
)
from terracite.landcover.layers import Layer
from terracite.landcover.predict import classify
from terracite.landcover.progress import Progress
from terracite.landcover.reference import LabelledSeries
from terracite.landcover.samples import Cells, Samples
from terracite.landcover.scoring import learn
from terracite.raster.grid import Block, Grid

_BLOCKS = 3  #: measured, spread over the map
_SAMPLES = 2000  #: that the measured model learns from, at most
_TREES = 8  #: of the measured model, where its time grows with its trees
_FORESTS = {"random_forest", "extra_trees", "boosting"}  #: they are such; the others are measured as they are
_HASHED = 2**26  #: bytes hashed to tell how fast that is, at most


@dataclass(slots=True)
class Measured:
    """What was measured, scaled to the whole map."""

    blocks: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    memory_bytes: int = 0
    clear: dict[str, float] = field(default_factory=dict)  #: index -> share of cells and dates that are clear
    problems: list[Problem] = field(default_factory=list)


def measure(
    prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan, cells: Cells | None, progress: Progress
) -> Measured:
    """Read, fill, learn from and classify some blocks. ``cells``: those under the reference, None for series.

    A block that cannot be read is a warning, and nothing is said of hours then.
    """
    found, size = Measured(), prepared.recipe.output.block
    every = list(prepared.grid.blocks(size))
    chosen = _spread(every, cells)
    _warm_up(wanted)
    pace = _Pace()
    try:
        for done, block in enumerate(chosen, start=1):
            _measure_block(prepared, layers, wanted, block, pace)
            progress(done, len(chosen))
        _learn(prepared, wanted, pace, cells)
    except RasterError as error:
        found.problems.append(Problem("images", error.message, error.hint, Severity.WARNING))
        return found
    found.blocks, found.clear = len(chosen), {name: float(np.mean(shares)) for name, shares in pace.clear.items()}
    found.seconds = _scaled(prepared, layers, pace, cells, every)
    found.memory_bytes = _peak_bytes() + pace.series_bytes + 3 * _training_bytes(prepared, wanted, cells)
    return found


@dataclass(slots=True)
class _Pace:
    """Seconds and sizes of what was measured so far."""

    cells: int = 0
    read: float = 0.0
    fill: float = 0.0
    classify: float = 0.0  #: with `_TREES` trees
    learn: float = 0.0  #: with `_TREES` trees
    learnt: int = 0
    series_bytes: int = 0
    clear: dict[str, list[float]] = field(default_factory=dict)
    features: list[tuple[Block, BlockFeatures]] = field(default_factory=list)


def _spread(blocks: list[Block], cells: Cells | None) -> list[Block]:
    """Blocks spread over the map; one of them holds cells of the reference when there are any."""
    step = max(1, len(blocks) // _BLOCKS)
    chosen = blocks[step // 2 :: step][:_BLOCKS]
    if cells is not None and len(cells.rows):
        held = [block for block in blocks if _held(cells, block).any()]
        if not any(block in held for block in chosen):
            chosen[-1] = held[len(held) // 2]
    return chosen


def _held(cells: Cells, block: Block) -> NDArray[np.bool_]:
    rows = (cells.rows >= block.row) & (cells.rows < block.row + block.height)
    return rows & (cells.cols >= block.col) & (cells.cols < block.col + block.width)


def _warm_up(wanted: FeaturePlan) -> None:
    """Compile what is compiled, which is no part of the pace."""
    of_series(invented(wanted), wanted)


def _measure_block(prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan, block: Block, pace: _Pace) -> None:
    start = time.perf_counter()
    series = read_series(layers, block, prepared.grid)
    middle = time.perf_counter()
    features = of_series(series, wanted, of_objects(layers, wanted, block, prepared.grid))
    pace.read += middle - start
    pace.fill += time.perf_counter() - middle
    pace.cells += block.height * block.width
    pace.series_bytes = max(pace.series_bytes, sum(values.nbytes for values, _ in series.values()))
    _note_clear(series, pace)
    pace.features.append((block, features))


def _note_clear(series: GappySeries, pace: _Pace) -> None:
    for index, (values, _) in series.items():
        pace.clear.setdefault(index, []).append(float(np.isfinite(values).mean()) if values.size else 0.0)


def _learn(prepared: Prepared, wanted: FeaturePlan, pace: _Pace, cells: Cells | None) -> None:
    """Train a small model, and classify the measured blocks with it."""
    found = _samples(prepared, wanted, pace, cells)
    wanted_part = prepared.recipe.classifier
    fewer = min(_TREES, wanted_part.trees) if wanted_part.name in _FORESTS else wanted_part.trees
    part = wanted_part.model_copy(update={"trees": fewer})
    learn(found, part.model_copy(update={"trees": 1}), wanted.layout)  # compiling is no part of the pace
    start = time.perf_counter()
    forest = learn(found, part, wanted.layout)
    pace.learn, pace.learnt = (time.perf_counter() - start) * _TREES / part.trees, len(found)
    codes = [*prepared.nomenclature.codes, 0]
    _classify(pace.features[0][1].crop(8), forest, codes)
    for _, features in pace.features:
        pace.classify += _classify(features, forest, codes) * _TREES / part.trees


def _classify(features: BlockFeatures, forest: Model, codes: Sequence[int]) -> float:
    start = time.perf_counter()
    classify(features, forest, codes)
    return time.perf_counter() - start


def _samples(prepared: Prepared, wanted: FeaturePlan, pace: _Pace, cells: Cells | None) -> Samples:
    """What the small model learns from: the reference in the measured blocks; where that is poor, invented classes."""
    if isinstance(prepared.known, LabelledSeries):
        found = sampling.from_series(prepared.known, prepared.labels, wanted)
        return found.take(np.random.default_rng(1).permutation(len(found))[:_SAMPLES])
    values, labels = [], []
    for block, features in pace.features:
        rows, cols, known = _cells_in(block, cells)
        usable = features.usable[rows, cols]
        values.append(features.values[:, rows[usable], cols[usable]].T)
        labels.append(known[usable])
    stack, classes = np.concatenate(values)[:_SAMPLES], np.concatenate(labels)[:_SAMPLES]
    if len(np.unique(classes)) < 2:
        stack, classes = _invented(pace, len(prepared.nomenclature))
    groups = np.arange(len(classes), dtype=np.int64)
    return Samples(np.ascontiguousarray(stack), classes, groups, np.zeros((len(classes), 2)))


def _cells_in(block: Block, cells: Cells | None) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    nothing = np.empty(0, np.int64)
    if cells is None:
        return nothing, nothing, nothing
    here = cells.take(_held(cells, block))
    order = np.random.default_rng(1).permutation(len(here.rows))
    return here.rows[order] - block.row, here.cols[order] - block.col, here.labels[order]


def _invented(pace: _Pace, classes: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Cells of the measured blocks, classed by chance: a model at least as deep as a real one."""
    rng, values = np.random.default_rng(1), []
    for _, features in pace.features:
        flat = features.values[:, features.usable]
        values.append(flat[:, rng.permutation(flat.shape[1])[: _SAMPLES // len(pace.features)]].T)
    stack = np.concatenate(values)
    if len(stack) < classes:
        raise RasterError("The measured blocks have no clear cell.", hint="Check the images and their cloud masks.")
    labels = np.arange(len(stack)) % max(2, classes)
    return stack, rng.permutation(labels).astype(np.int64)


def _scaled(
    prepared: Prepared, layers: Sequence[Layer], pace: _Pace, cells: Cells | None, blocks: list[Block]
) -> dict[str, float]:
    """Seconds of each step of the whole map. While one block is classified, the next one is read."""
    recipe, grid = prepared.recipe, prepared.grid
    whole = grid.width * grid.height / max(1, pace.cells)
    trees = recipe.classifier.trees / _TREES
    compute = pace.fill + pace.classify * trees
    extract = 0.0
    if cells is not None:
        held = sum(block.height * block.width for block in blocks if _held(cells, block).any())
        extract = (pace.read + pace.fill) * held / max(1, pace.cells)
    count = _learnt(prepared, cells)
    fits = 1 + sum(recipe.runs_of(scheme) for scheme in recipe.scores)
    ratio = count * np.log2(max(2, count)) / (pace.learnt * np.log2(max(2, pace.learnt)))
    return {
        "hash": _hashing(layers),
        "learn": extract + pace.learn * trees * float(ratio) * fits,
        "map": max(pace.read, compute) * whole,
        "write": _writing(grid),
    }


def _learnt(prepared: Prepared, cells: Cells | None) -> int:
    """Samples that the model learns from, at most."""
    if cells is None:
        return max(1, len(prepared.labels))
    return max(1, len(sampling.chosen(prepared, cells)))


def _hashing(layers: Sequence[Layer]) -> float:
    """Seconds to hash every input, by the pace of the largest one that is not too large."""
    sizes = {origin.path: origin.path.stat().st_size for layer in layers for origin in layer.origins}
    fit = [path for path, size in sizes.items() if size <= _HASHED]
    if not fit:
        return sum(sizes.values()) / 500e6
    largest = max(fit, key=sizes.__getitem__)
    start = time.perf_counter()
    hash_file(largest)
    return (time.perf_counter() - start) * sum(sizes.values()) / max(1, sizes[largest])


def _writing(grid: Grid) -> float:
    """Seconds to write three rasters with overviews: some 20 million cells a second, and the report."""
    return grid.width * grid.height / 20e6 + 1


def _training_bytes(prepared: Prepared, wanted: FeaturePlan, cells: Cells | None) -> int:
    return _learnt(prepared, cells) * len(wanted.names) * 4


def _peak_bytes() -> int:
    """The highest memory of this process so far; Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
