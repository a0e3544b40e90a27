# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures around a point, in colours that mean the same for every point of a sample."""

from __future__ import annotations

import base64
import datetime as dt
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from terracite.landcover.layers import Layer
from terracite.landcover.recipe import PeriodPart
from terracite.landcover.sampling.pages.views import Composite, FileView, Views
from terracite.raster.grid import Block, Grid, transformer

_LARGEST = 101  #: cells of a chip's side
_CONTEXT = 5  #: times as wide is the chip around
_NOTHING = (176, 176, 176)  #: colour of what was not seen
_SEEN = 0.5  #: share of the middle of a chip that has to be clear for a date to be shown
#: colours of one layer alone, from low to high: brown, pale, green
_RAMP = np.array([[92, 52, 23], [196, 154, 92], [244, 236, 205], [122, 172, 90], [18, 84, 40]], np.float64)

Floats = NDArray[np.float32]
Stretch = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point: where it is, and the corners of the cell that is to be judged, in one reference system."""

    id: str
    crs: str
    x: float
    y: float
    corners: tuple[tuple[float, float], ...]


def chip_grid(place: Place, like: Grid, size_m: float) -> Grid:
    """The cells of ``like`` around a place, an odd number a side; wider cells where there would be too many."""
    x, y = transformer(place.crs, like.crs).transform(place.x, place.y)
    a, b, c, d, e, f = like.transform
    determinant = a * e - b * d
    col = math.floor((e * (x - c) - b * (y - f)) / determinant)
    row = math.floor((a * (y - f) - d * (x - c)) / determinant)
    half = max(round(size_m / like.cell_size_m / 2), 2)
    if 2 * half + 1 <= _LARGEST:
        return like.crop(Block(row - half, col - half, 2 * half + 1, 2 * half + 1))
    step = (2 * half + 1) / _LARGEST
    left, top = like.corner(col - half, row - half)
    return Grid(like.crs, (a * step, b * step, left, d * step, e * step, top), _LARGEST, _LARGEST)


def outline(place: Place, grid: Grid) -> list[list[float]]:
    """The corners of the cell, in percent of a chip."""
    corners = np.array(place.corners)
    xs, ys = transformer(place.crs, grid.crs).transform(corners[:, 0], corners[:, 1])
    a, b, c, d, e, f = grid.transform
    determinant = a * e - b * d
    cols = (e * (xs - c) - b * (ys - f)) / determinant / grid.width * 100
    rows = (a * (ys - f) - d * (xs - c)) / determinant / grid.height * 100
    return [[round(float(col), 2), round(float(row), 2)] for col, row in zip(cols, rows, strict=True)]


class Reader:
    """The layers around one place, each read once."""

    def __init__(self, place: Place, size_m: float) -> None:
        self.place, self.size_m = place, size_m
        self._values: dict[int, Floats] = {}

    def grid(self, layer: Layer) -> Grid:
        return chip_grid(self.place, layer.grid, self.size_m)

    def values(self, layer: Layer) -> Floats:
        """(time, y, x)"""
        if id(layer) not in self._values:
            grid = self.grid(layer)
            self._values[id(layer)] = layer.read(Block(0, 0, *grid.shape), grid)
        return self._values[id(layer)]

    def on(self, composite: Composite, day: float) -> Floats:
        """(colour, y, x) on a day; layers of coarser cells are stretched to the finest."""
        found = [self.values(layer)[int(np.searchsorted(layer.days, day))] for layer in composite.layers]
        side = max(one.shape[0] for one in found)
        return np.stack([_widened(one, side) for one in found])


def chosen_days(reader: Reader, composite: Composite, count: int) -> list[float]:
    """Up to ``count`` days spread over the period, each the clearest of its part."""
    days = composite.days
    clear = np.array([_clear(reader.on(composite, day)) for day in days])
    edges = np.linspace(days[0], days[-1] + 1, count + 1)
    found = []
    for start, end in pairwise(edges):
        here = np.flatnonzero((days >= start) & (days < end) & (clear >= _SEEN))
        if here.size:
            best = here[np.lexsort((np.abs(days[here] - (start + end) / 2), -clear[here].round(2)))[0]]
            found.append(float(days[best]))
    return found


def stretches(views: Views, readers: Sequence[Reader], count: int) -> dict[str, Stretch]:
    """The values that are darkest and brightest, by composite: 1 and 99 % of what some points show."""
    found: dict[str, Stretch] = {}
    for composite in views.composites:
        seen = [
            reader.on(composite, day).reshape(len(composite.layers), -1)
            for reader in readers
            for day in chosen_days(reader, composite, count)
        ]
        own = _range(np.concatenate(seen, axis=1) if seen else np.empty((len(composite.layers), 0)))
        if composite.key == "true":  # one range for red, green and blue: grey ground stays grey
            own = ((min(low for low, _ in own), max(high for _, high in own)),) * len(own)
        found[composite.key] = own
    return found


def shown(reader: Reader, views: Views, ranges: Mapping[str, Stretch], count: int) -> list[dict[str, Any]]:
    """The composites of a place: their dates, side by side in one picture, and where the cell is in it."""
    found: list[dict[str, Any]] = []
    for composite in views.composites:
        days = chosen_days(reader, composite, count)
        pictures = [coloured(reader.on(composite, day), ranges[composite.key]) for day in days]
        finest = max((reader.grid(layer) for layer in composite.layers), key=lambda grid: grid.width)
        found.append({
            "key": composite.key, "name": composite.name, "dates": [_iso(day) for day in days],
            "image": webp(np.concatenate(pictures, axis=1)) if pictures else "",
            "cell": outline(reader.place, finest),
        })  # fmt: skip
    if found and found[0]["dates"]:
        found.append(_around(reader, views.composites[0], ranges, found[0]["dates"]))
    for view in views.files:
        grid = chip_grid(reader.place, view.grid, reader.size_m)
        found.append(_of_file(reader.place, view, grid, "image"))
    return found


def _around(
    reader: Reader, composite: Composite, ranges: Mapping[str, Stretch], dates: Sequence[str]
) -> dict[str, Any]:
    """The surroundings on one of the days."""
    day = dt.date.fromisoformat(dates[len(dates) // 2])
    like = composite.layers[0].grid
    grid = chip_grid(reader.place, like, reader.size_m * _CONTEXT)
    block = Block(0, 0, *grid.shape)
    layers = [layer.during(PeriodPart(start=day, end=day)) for layer in composite.layers]
    values = np.stack([layer.read(block, grid)[0] for layer in layers])
    return {
        "key": "context", "name": composite.name, "dates": [day.isoformat()],
        "image": webp(coloured(values, ranges[composite.key])), "cell": outline(reader.place, grid),
    }  # fmt: skip


def _of_file(place: Place, view: FileView, grid: Grid, key: str) -> dict[str, Any]:
    values = view.read(grid)
    values = np.repeat(values, 3, axis=0) if len(values) == 1 else values  # in grey
    picture = coloured(values, _range(values.reshape(len(values), -1)))
    return {"key": key, "name": view.path.stem, "dates": [view.date], "image": webp(picture),
            "cell": outline(place, grid)}  # fmt: skip


def series(reader: Reader, views: Views) -> list[dict[str, Any]]:
    """The values of the cell in the middle on its clear dates."""
    found = []
    for name, layers in views.series:
        middle = [_middle(reader.values(layer)) for layer in layers]
        days = layers[0].days
        values = middle[0]
        if len(layers) == 2:
            days, first, second = np.intersect1d(layers[0].days, layers[1].days, return_indices=True)
            nir, red = middle[0][first], middle[1][second]
            with np.errstate(divide="ignore", invalid="ignore"):
                values = (nir - red) / (nir + red)
        clear = np.isfinite(values)
        found.append({
            "name": name, "dates": [_iso(day) for day in days[clear]],
            "values": [round(float(value), 3) for value in values[clear]], "all": len(days),
        })  # fmt: skip
    return found


def coloured(values: Floats, stretch: Stretch) -> NDArray[np.uint8]:
    """(y, x, 3) colours of one or three layers (layer, y, x)."""
    low, high = (np.array([pair[side] for pair in stretch])[:, None, None] for side in (0, 1))
    share = np.clip((values - low) / (high - low), 0, 1)
    missing = ~np.isfinite(values).all(axis=0)
    share = np.nan_to_num(share)
    if len(values) == 1:
        steps = np.linspace(0, 1, len(_RAMP))
        picture = np.stack([np.interp(share[0], steps, _RAMP[:, band]) for band in range(3)], axis=-1)
    else:
        picture = np.moveaxis(share, 0, -1) * 255
    picture[missing] = _NOTHING
    return np.asarray(picture.round(), np.uint8)


def webp(picture: NDArray[np.uint8]) -> str:
    """(y, x, 3) as the address of an embedded WebP image."""
    height, width, _ = picture.shape
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(driver="WEBP", height=height, width=width, count=3, dtype="uint8", QUALITY=85) as image:
            image.write(np.moveaxis(picture, -1, 0))
        return "data:image/webp;base64," + base64.b64encode(memory.read()).decode()


def _range(values: NDArray[Any]) -> Stretch:
    found = []
    for band in values:
        clear = band[np.isfinite(band)]
        low, high = np.percentile(clear, (1, 99)) if clear.size else (0.0, 1.0)
        found.append((float(low), float(max(high, low + 1e-6))))
    return tuple(found)


def _clear(values: Floats) -> float:
    """The share of the middle of a chip (colour, y, x) that was seen in every colour."""
    side = values.shape[1]
    first, last = side // 2 - min(4, side // 2), side // 2 + min(4, side // 2) + 1
    return float(np.isfinite(values[:, first:last, first:last]).all(axis=0).mean())


def _middle(values: Floats) -> Floats:
    return values[:, values.shape[1] // 2, values.shape[2] // 2]


def _widened(values: Floats, side: int) -> Floats:
    places = ((np.arange(side) + 0.5) * values.shape[0] / side).astype(np.int64)
    return values[np.ix_(places, places)]


def _iso(day: float) -> str:
    return dt.date.fromordinal(int(day)).isoformat()
