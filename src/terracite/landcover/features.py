# SPDX-License-Identifier: AGPL-3.0-or-later
"""From gappy series to the numbers a classifier sees: every index on the same regular dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, RecipeError
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import PeriodPart
from terracite.raster.gaps import fill, regular_days
from terracite.raster.grid import Block, Grid

#: by index: values (time, y, x), and days (time,)
GappySeries = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float64]]]


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """Which numbers describe a cell: each index on each of ``days``, index by index."""

    indices: tuple[str, ...]
    days: NDArray[np.float64]  #: ordinals of dates

    @property
    def names(self) -> tuple[str, ...]:
        """ "NDVI 2022-01-01", ..."""
        return tuple(f"{index} {date}" for index in self.indices for date in self.dates)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        return tuple(dt.date.fromordinal(int(day)) for day in self.days)


@dataclass(frozen=True, slots=True)
class BlockFeatures:
    """The features of a block and what they rest on."""

    values: NDArray[np.float32]  #: (feature, y, x); NaN where a series has no clear date at all
    clear: NDArray[np.uint16]  #: (y, x): clear dates, of the index that has fewest

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(y, x): whether every series has a clear date."""
        return self.clear > 0


def plan(layers: Sequence[Layer], period: PeriodPart) -> FeaturePlan:
    """The dates that the gaps are filled on: every ``step_days`` of the period, or the images' own dates.

    Raises `RecipeError` when the period holds no image of some index.
    """
    empty = [layer.index for layer in layers if layer.days.size == 0]
    if empty:
        problems = [Problem("period", f"holds no image of {index}.", "Widen the period.") for index in empty]
        raise RecipeError("The recipe asks for dates that are not there.", problems)
    if period.step_days == 0:
        days = np.unique(np.concatenate([layer.days for layer in layers]))
    else:
        first = period.start.toordinal() if period.start else int(min(layer.days[0] for layer in layers))
        last = period.end.toordinal() if period.end else int(max(layer.days[-1] for layer in layers))
        days = regular_days(first, last, period.step_days)
    return FeaturePlan(tuple(layer.index for layer in layers), days)


def of_block(layers: Sequence[Layer], wanted: FeaturePlan, block: Block, grid: Grid) -> BlockFeatures:
    """The features of one block of the images."""
    return of_series(read_series(layers, block, grid), wanted)


def read_series(layers: Sequence[Layer], block: Block, grid: Grid) -> GappySeries:
    """The values of one block, as they are: (time, y, x) per index, NaN = cloud or no data, with their days."""
    return {layer.index: (layer.read(block, grid), layer.days) for layer in layers}


def of_series(series: GappySeries, wanted: FeaturePlan) -> BlockFeatures:
    """The features of values (time, y, x) per index, each with its days."""
    first = next(iter(series.values()))[0]
    values = np.empty((len(wanted.indices) * wanted.days.size, *first.shape[1:]), np.float32)
    clear = np.full(first.shape[1:], np.iinfo(np.uint16).max, np.uint16)
    for position, index in enumerate(wanted.indices):
        gappy, days = series[index]
        filled, count = fill(gappy, days, wanted.days)
        values[position * wanted.days.size : (position + 1) * wanted.days.size] = filled
        np.minimum(clear, count, out=clear)
    return BlockFeatures(values, clear)
