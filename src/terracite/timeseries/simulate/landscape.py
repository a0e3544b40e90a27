# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invented landscape: a strip of coast with town, fields and forest, and how each class looks in the year.

Pure functions of a random generator and a size; nothing here is measured, all of it is made up to be plausible
for the leeward coast of a tropical island of the southern hemisphere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.record.model import Text


@dataclass(frozen=True, slots=True)
class LandClass:
    """One class of the simulated landscape."""

    code: int
    label: Text
    colour: str


WATER, BUILT, CANE, ORCHARD, SAVANNA, FOREST = 1, 2, 3, 4, 5, 6

CLASSES = (
    LandClass(WATER, Text(fr="Eau", en="Water"), "#2b6ca3"),
    LandClass(BUILT, Text(fr="Bâti", en="Built-up"), "#c8504b"),
    LandClass(CANE, Text(fr="Canne à sucre", en="Sugar cane"), "#c7d64f"),
    LandClass(ORCHARD, Text(fr="Vergers", en="Orchards"), "#a886c2"),
    LandClass(SAVANNA, Text(fr="Savane herbacée", en="Grass savanna"), "#d9b26f"),
    LandClass(FOREST, Text(fr="Forêt", en="Forest"), "#2f7d4f"),
)


@dataclass(frozen=True, slots=True)
class Landscape:
    """The truth of the simulation; every array is (y, x)."""

    classes: NDArray[np.uint8]  #: codes of `CLASSES`
    parcels: NDArray[np.int32]  #: number of the field a cell belongs to, 0..n-1
    altitude: NDArray[np.float32]  #: 0 = lowest, about 1 = highest
    parcel_offset: NDArray[np.float32]  #: what sets a field apart from its class, in index units, per parcel
    harvest_day: NDArray[np.float32]  #: day of the year when a cane field is cut, per parcel
    other_class: NDArray[np.uint8]  #: the class that a field is mixed with (trees in a savanna), per parcel
    other_share: NDArray[np.float32]  #: how much of it there is, 0-1, per parcel
    texture: NDArray[np.float32]  #: what sets a cell apart from its field, in index units


def smooth_noise(rng: np.random.Generator, size: int, step: float) -> NDArray[np.float32]:
    """Noise (size, size) without edges finer than ``step`` cells: mean 0, about -1 to 1."""
    knots = int(np.ceil(size / step)) + 2
    lattice = rng.uniform(-1, 1, (knots, knots))
    position = np.arange(size) / step
    low = position.astype(int)
    weight = position - low
    weight = weight * weight * (3 - 2 * weight)
    rows = lattice[low] * (1 - weight)[:, None] + lattice[low + 1] * weight[:, None]
    noise = rows[:, low] * (1 - weight) + rows[:, low + 1] * weight
    return np.asarray(noise, np.float32)


def make_landscape(rng: np.random.Generator, size: int) -> Landscape:
    """A landscape of ``size`` x ``size`` cells of 10 m: sea in the west, forest on the heights in the east."""
    altitude = _altitude(rng, size)
    parcels = _parcels(rng, size)
    count = int(parcels.max()) + 1
    classes = _parcel_classes(rng, altitude, parcels, count)[parcels]
    _carve_ravines(rng, classes, altitude)
    classes[altitude < _SHORE] = WATER
    return Landscape(
        classes=classes,
        parcels=parcels,
        altitude=altitude,
        parcel_offset=rng.normal(0, 0.085, count).astype(np.float32),
        harvest_day=rng.uniform(190, 335, count).astype(np.float32),
        other_class=rng.integers(BUILT, FOREST + 1, count).astype(np.uint8),
        other_share=(0.6 * rng.beta(1.0, 2.8, count)).astype(np.float32),
        texture=rng.normal(0, 0.05, (size, size)).astype(np.float32),
    )


_SHORE = 0.13  # altitude below which there is sea


def _altitude(rng: np.random.Generator, size: int) -> NDArray[np.float32]:
    inland = np.linspace(0, 1, size, dtype=np.float32)[None, :]
    hills = 0.14 * smooth_noise(rng, size, size / 3) + 0.05 * smooth_noise(rng, size, size / 9)
    return np.asarray(inland + hills, np.float32)


def _parcels(rng: np.random.Generator, size: int) -> NDArray[np.int32]:
    """Field numbers: the Voronoi cells of a jittered, rotated grid of about 170 m x 110 m."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    along, across = (0.94 * x + 0.34 * y) / 17.0, (0.94 * y - 0.34 * x) / 11.0
    column, row = np.floor(along).astype(int), np.floor(across).astype(int)
    column0, row0 = column.min() - 1, row.min() - 1
    shape = (int(row.max() - row0) + 2, int(column.max() - column0) + 2)
    seeds = rng.uniform(0.15, 0.85, (*shape, 2))
    nearest, best = np.zeros((size, size), np.int64), np.full((size, size), np.inf)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            r, c = row - row0 + down, column - column0 + right
            r, c = r.clip(0, shape[0] - 1), c.clip(0, shape[1] - 1)
            distance = (along - column0 - c - seeds[r, c, 0]) ** 2 + (across - row0 - r - seeds[r, c, 1]) ** 2
            closer = distance < best
            best = np.where(closer, distance, best)
            nearest = np.where(closer, r * shape[1] + c, nearest)
    return np.unique(nearest, return_inverse=True)[1].reshape(size, size).astype(np.int32)


def _parcel_classes(
    rng: np.random.Generator, altitude: NDArray[np.float32], parcels: NDArray[np.int32], count: int
) -> NDArray[np.uint8]:
    """The class of each parcel: what suits its altitude, in patches, with chance."""

    def mean(values: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.bincount(parcels.ravel(), values.ravel(), count) / np.bincount(parcels.ravel(), minlength=count)

    size = altitude.shape[0]
    height = mean(altitude)
    patches = [mean(smooth_noise(rng, size, size / 7)) for _ in CLASSES]
    suits = {
        BUILT: 0.6 - 9 * np.abs(height - 0.24),
        CANE: 1.4 - 5 * np.abs(height - 0.45),
        ORCHARD: 0.2 - 4 * np.abs(height - 0.52),
        SAVANNA: 0.6 - 5 * np.abs(height - 0.30),
        FOREST: 7 * (height - 0.62),
    }
    scores = [score + 2.2 * patches[code - 1] + rng.gumbel(0, 0.35, count) for code, score in suits.items()]
    best: NDArray[np.uint8] = np.asarray(list(suits), np.uint8)[np.argmax(scores, axis=0)]
    return best


def _carve_ravines(rng: np.random.Generator, classes: NDArray[np.uint8], altitude: NDArray[np.float32]) -> None:
    """Forest along the ravines that run down to the sea."""
    size = classes.shape[0]
    rows = np.arange(size)[:, None]
    wander = smooth_noise(rng, size, size / 5)
    for number, start in enumerate((0.18, 0.47, 0.81)):
        bed = size * (start + 0.06 * wander[number * 7])[None, :]
        width = 2.0 + 3.0 * altitude.mean(axis=0)[None, :]
        classes[np.abs(rows - bed) < width] = FOREST


def index_image(landscape: Landscape, index: str, day_of_year: int) -> NDArray[np.float32]:
    """The clear-sky values (y, x) of "NDVI" or any other name (then NDWIGAO) on one day, without random noise."""
    look = _ndvi if index == "NDVI" else _ndwi
    land = landscape.classes != WATER
    share = np.where(land, landscape.other_share[landscape.parcels], 0)
    values = (1 - share) * look(landscape, landscape.classes, day_of_year)
    values += share * look(landscape, landscape.other_class[landscape.parcels], day_of_year)
    values += np.where(land, landscape.parcel_offset[landscape.parcels], 0) + landscape.texture
    return _blurred(values.clip(-0.95, 0.95).astype(np.float32))


def _season(day_of_year: int) -> float:
    """1 at the end of the rains (early March), -1 in the dry season."""
    return float(np.cos(2 * np.pi * (day_of_year - 65) / 365.25))


def _ndvi(landscape: Landscape, classes: NDArray[np.uint8], day_of_year: int) -> NDArray[np.float32]:
    season = _season(day_of_year)
    table = np.zeros(len(CLASSES) + 1, np.float32)
    table[[WATER, BUILT, ORCHARD, SAVANNA, FOREST]] = (
        -0.08,
        0.23 + 0.03 * season,
        0.72 + 0.04 * season,
        0.40 + 0.15 * season,
        0.81 + 0.03 * season,
    )
    age = (day_of_year - landscape.harvest_day[landscape.parcels]) % 365
    cane = 0.24 + 0.56 / (1 + np.exp(-(age - 75) / 22)) - 0.14 * ((age - 280) / 85).clip(0, 1)
    return np.where(classes == CANE, cane, table[classes]).astype(np.float32)


def _ndwi(landscape: Landscape, classes: NDArray[np.uint8], day_of_year: int) -> NDArray[np.float32]:
    ndvi, season = _ndvi(landscape, classes, day_of_year), _season(day_of_year)
    slope, base = np.zeros((2, len(CLASSES) + 1), np.float32)
    slope[[CANE, ORCHARD, SAVANNA, FOREST]] = 0.9, 0.5, 0.55, 0.6
    base[[WATER, BUILT, CANE, ORCHARD, SAVANNA, FOREST]] = (
        0.28,
        -0.15,
        -0.36,
        -0.06,
        -0.27,
        -0.12 + 0.02 * season,
    )
    return np.asarray(slope[classes] * ndvi + base[classes], np.float32)


def _blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """``values`` seen through a sensor: weights 1 2 1 both ways, so that cells at borders are mixed."""
    for axis in (0, 1):
        padded = np.pad(values, [(1, 1) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        before, here, after = (np.take(padded, np.arange(n, n + values.shape[axis]), axis=axis) for n in range(3))
        values = ((before + 2 * here + after) / 4).astype(np.float32)
    return values
