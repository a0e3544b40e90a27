# SPDX-License-Identifier: AGPL-3.0-or-later
"""The features of a block, computed from what the images hold.

The features are one array; images that are features are filled straight into it. What is computed from them goes
through strips of rows, so that what lies between is small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.features import seasons, statistics
from terracite.landcover.features.channels import Channel
from terracite.landcover.features.formulas import value_of
from terracite.landcover.features.objects import Objects, Window, windows
from terracite.landcover.features.plan import FeaturePlan
from terracite.landcover.features.segments import describe, segment
from terracite.landcover.layers import Layer
from terracite.raster.gaps import fill
from terracite.raster.grid import Block, Grid

#: by index: values (time, y, x), and days (time,); (1, y, x) and no day for what does not change in time
GappySeries = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float64]]]

_STRIP_BYTES = 16 * 2**20  #: of the channels in time that lie between, at once


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """The features of a block and what they rest on."""

    values: NDArray[np.float32]  #: (feature, y, x); NaN where a series has no clear date at all
    clear: NDArray[np.uint16]  #: (y, x): clear dates, of the image series that has fewest; 1 where there is no series
    whole: NDArray[np.bool_] | None = None  #: (y, x): whether what is no series has values; None = everywhere

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(y, x): whether every feature has a value."""
        return self.clear > 0 if self.whole is None else (self.clear > 0) & self.whole

    def crop(self, side: int) -> BlockFeatures:
        """The first ``side`` rows and columns."""
        whole = None if self.whole is None else self.whole[:side, :side]
        return BlockFeatures(np.ascontiguousarray(self.values[:, :side, :side]), self.clear[:side, :side], whole)


def of_block(layers: Sequence[Layer], wanted: FeaturePlan, block: Block, grid: Grid) -> BlockFeatures:
    """The features of one block of the images."""
    return of_series(read_series(layers, block, grid), wanted, of_objects(layers, wanted, block, grid))


def read_series(layers: Sequence[Layer], block: Block, grid: Grid) -> GappySeries:
    """The values of one block, as they are: (time, y, x) per index, NaN = cloud or no data, with their days."""
    return {layer.index: (layer.read(block, grid), layer.days) for layer in layers}


def of_series(series: GappySeries, wanted: FeaturePlan, said: NDArray[np.float32] | None = None) -> BlockFeatures:
    """The features of values (time, y, x) per index, each with its days.

    ``said``: what `of_objects` says of the same cells, (feature, y, x); without it, that is missing (NaN).
    """
    shape = series[wanted.images[0].name][0].shape[1:]
    values = np.empty((len(wanted.names), *shape), np.float32)
    clear = np.full(shape, np.iinfo(np.uint16).max, np.uint16)
    if all(channel.still for channel in wanted.images):
        clear[:] = 1
    in_place = _in_place(wanted)
    images = {channel.name for channel in wanted.images}
    for name, rows in in_place.items():
        if name in images:
            gappy, days = series[name]
            count = fill(gappy, days, wanted.days, wanted.filling, values[rows])[1]
            np.minimum(clear, count, out=clear)
    if not _has_more(wanted, in_place):
        return BlockFeatures(values, clear)
    whole = np.ones(shape, bool)
    for strip in _strips(shape, wanted):
        _compute(series, wanted, strip, in_place, _Part(values[:, strip], clear[strip], whole[strip]))
    if wanted.objects is not None:
        first = len(wanted.names) - len(wanted.objects.names)
        _Part(values, clear, whole).put(first, _missing(wanted.objects, shape) if said is None else said)
    return BlockFeatures(values, clear, whole)


def of_objects(layers: Sequence[Layer], wanted: FeaturePlan, block: Block, grid: Grid) -> NDArray[np.float32] | None:
    """What is said of the object that each cell of a block lies in, (feature, y, x); None where nothing is wanted.

    Whole windows of the grid are read, so that objects do not depend on blocks. NaN where a cell is in no object.
    """
    if wanted.objects is None:
        return None
    found = _missing(wanted.objects, block.shape)
    for window in windows(block, grid):
        labels, table = _window(layers, wanted.objects, window, grid)
        top, left = max(block.row, window.row), max(block.col, window.col)
        bottom = min(block.row + block.height, window.row + window.height)
        right = min(block.col + block.width, window.col + window.width)
        inside = labels[top - window.row : bottom - window.row, left - window.col : right - window.col]
        place = slice(top - block.row, bottom - block.row), slice(left - block.col, right - block.col)
        found[:, place[0], place[1]] = np.moveaxis(table[inside], -1, 0)
    return found


def _window(layers: Sequence[Layer], wanted: Objects, window: Block, grid: Grid) -> Window:
    """The objects of a window, and what is said of each."""
    known = wanted.windows.get(layers, grid, window)
    if known is not None:
        return known
    images = {channel.name for channel in wanted.plan.images}
    series = read_series([layer for layer in layers if layer.index in images], window, grid)
    values, part = of_series(series, wanted.plan).values, wanted.part
    labels = segment(values[list(wanted.seen)], wanted.channels, part.size, part.components, part.compactness)
    found = labels.astype(np.uint16), describe(values[list(wanted.described)], labels, part.statistics)
    wanted.windows.put(grid, window, found)
    return found


def _missing(wanted: Objects, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.full((len(wanted.names), *shape), np.nan, np.float32)


def invented(wanted: FeaturePlan, side: int = 8) -> GappySeries:
    """A small block of chance values, to compile what is compiled."""
    rng = np.random.default_rng(1)
    dates, days = (2, wanted.days[[0, -1]]) if wanted.days.size else (0, wanted.days)
    return {
        one.name: (
            rng.random((1 if one.still else dates, side, side), np.float32),
            wanted.days[:0] if one.still else days,
        )
        for one in wanted.images
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A strip of rows of what is made."""

    values: NDArray[np.float32]
    clear: NDArray[np.uint16]
    whole: NDArray[np.bool_]

    def put(self, first: int, found: NDArray[np.float32]) -> int:
        """Write features from number ``first`` on, and return the number of the next one; (feature, y, x)."""
        self.values[first : first + len(found)] = found
        self.whole[:] &= np.isfinite(found).all(axis=0)
        return first + len(found)


def _in_place(wanted: FeaturePlan) -> dict[str, slice]:
    """Where in the features the channels lie that are there on every date."""
    dates = wanted.days.size
    return {name: slice(number * dates, (number + 1) * dates) for number, name in enumerate(wanted.indices)}


def _has_more(wanted: FeaturePlan, in_place: Mapping[str, slice]) -> bool:
    hidden = any(channel.name not in in_place for channel in wanted.images)
    return hidden or bool(wanted.computed) or len(wanted.names) > len(in_place) * wanted.days.size


def _strips(shape: tuple[int, ...], wanted: FeaturePlan) -> Iterator[slice]:
    """Rows that are computed at once: what they are does not change a value."""
    channels = len(wanted.images) + len(wanted.computed) + 2
    rows = max(4, _STRIP_BYTES // max(1, 4 * shape[1] * max(1, wanted.days.size) * channels))
    for row in range(0, shape[0], rows):
        yield slice(row, row + rows)


def _compute(
    series: GappySeries, wanted: FeaturePlan, strip: slice, in_place: Mapping[str, slice], part: _Part
) -> None:
    channels: dict[str, NDArray[np.float32]] = {}
    for image in wanted.images:
        channels[image.name] = _of_image(image, series, wanted, strip, in_place, part)
    for one in wanted.computed:
        found = _of_formula(one, channels, wanted)
        if one.name in in_place:
            part.values[in_place[one.name]] = found
            found = part.values[in_place[one.name]]
        if not one.still:
            part.whole[:] &= np.isfinite(found[0])
        channels[one.name] = found
    _put_rest(wanted, channels, part, len(in_place) * wanted.days.size)


def _put_rest(wanted: FeaturePlan, channels: Mapping[str, NDArray[np.float32]], part: _Part, place: int) -> None:
    """What stands after the values on every date, from feature number ``place`` on."""
    for name in wanted.still:
        place = part.put(place, channels[name][None])
    for name in wanted.dated if wanted.statistics else ():
        place = part.put(place, statistics.describe(channels[name], wanted.statistics))
    for name in wanted.dated:
        for _, positions in wanted.seasons:
            place = part.put(place, statistics.medians(channels[name], positions)[None])
    for name in wanted.phenology:
        place = part.put(place, seasons.describe(channels[name], wanted.days))
    if wanted.function is not None:
        part.put(place, wanted.function(channels, wanted.days))  # those of objects stand behind it


def _of_image(
    image: Channel, series: GappySeries, wanted: FeaturePlan, strip: slice, in_place: Mapping[str, slice], part: _Part
) -> NDArray[np.float32]:
    """A strip of an image's values without gaps, (time, y, x); (y, x) for what does not change in time."""
    gappy, days = series[image.name]
    if image.still:
        return gappy[0, strip] if len(gappy) == 1 else _mean(gappy[:, strip])
    if image.name in in_place:
        return part.values[in_place[image.name]]
    filled, count = fill(gappy[:, strip], days, wanted.days, wanted.filling)
    np.minimum(part.clear, count, out=part.clear)
    return filled


def _mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of what was noted several times and should not change."""
    there = np.isfinite(values)
    total, count = np.where(there, values, 0).sum(axis=0), there.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _of_formula(
    channel: Channel, channels: Mapping[str, NDArray[np.float32]], wanted: FeaturePlan
) -> NDArray[np.float32]:
    """What a formula makes; dates on which it cannot be computed are filled from the others."""
    found = value_of(channel.formula, {word: channels[name] for word, name in channel.reads})
    bad = ~np.isfinite(found)
    if bad.any():
        found = np.where(bad, np.float32(np.nan), found)
        if not channel.still:
            cells = bad.any(axis=0)
            found[:, cells] = fill(found[:, cells][:, None, :], wanted.days, wanted.days)[0][:, 0]
    return found
