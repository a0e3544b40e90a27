# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which numbers describe a cell, decided from the recipe and the layers alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, RecipeError
from terracite.landcover.classifiers.contract import Layout
from terracite.landcover.features import objects, seasons
from terracite.landcover.features.channels import Channel, Chosen, by_name, choose, is_still
from terracite.landcover.features.objects import Objects
from terracite.landcover.features.user import UserFunction, load
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import FeaturesPart, PeriodPart, nearest
from terracite.raster.gaps import Filling, regular_days

_FILLED = {
    "linear": "linear in time between clear dates, held before the first and after the last",
    "whittaker": "Whittaker's curve of stiffness {stiffness:g}, held before the first clear date and after the last",
    "composite": "median of the clear dates half a step around each date, linear in time where there is none",
}


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """Which numbers describe a cell: each channel on each of ``days``, channel by channel; then what has no date.

    Can be sent to any process: it holds the text of a user's function, not where it lies.
    """

    images: tuple[Channel, ...]  #: that are read
    computed: tuple[Channel, ...]  #: each only from what stands before it
    dated: tuple[str, ...]  #: channels in time that are features, or that features are computed from
    still: tuple[str, ...]  #: channels without time that are features
    days: NDArray[np.float64]  #: ordinals of dates
    filling: Filling = Filling()  # noqa: RUF009 # frozen
    shows_dates: bool = True  #: whether the value on each date is a feature
    statistics: tuple[str, ...] = ()
    seasons: tuple[tuple[str, tuple[int, ...]], ...] = ()  #: name, and positions of its days
    phenology: tuple[str, ...] = ()  #: channels
    function: UserFunction | None = None
    objects: Objects | None = None

    @property
    def indices(self) -> tuple[str, ...]:
        """The channels whose values on every date are features."""
        return self.dated if self.shows_dates else ()

    @property
    def layout(self) -> Layout:
        """How the features follow each other: channels x dates first."""
        return Layout(len(self.indices), self.days.size) if self.indices else Layout()

    @property
    def names(self) -> tuple[str, ...]:
        """ "NDVI 2022-01-01", ..., "DEM", "NDVI mean", "NDVI wet", "NDVI season 1 start", ...

        The last ones are those of objects: "NDVI 2022-01-01 object mean", ...
        """
        return (
            *(f"{index} {date}" for index in self.indices for date in self.dates),
            *self.still,
            *(f"{channel} {one}" for channel in self.dated for one in self.statistics),
            *(f"{channel} {season}" for channel in self.dated for season, _ in self.seasons),
            *(f"{channel} {one}" for channel in self.phenology for one in seasons.NAMES),
            *(self.function.features if self.function else ()),
            *(self.objects.names if self.objects else ()),
        )

    @property
    def dates(self) -> tuple[dt.date, ...]:
        return tuple(dt.date.fromordinal(int(day)) for day in self.days)

    @property
    def files(self) -> tuple[Path, ...]:
        """Files that the features depend on, beside the images."""
        return (self.function.path,) if self.function else ()

    @property
    def gap_filling(self) -> str:
        """How gaps are filled, in words."""
        return _FILLED[self.filling.method].format(stiffness=self.filling.stiffness)


def plan(layers: Sequence[Layer], period: PeriodPart, part: FeaturesPart | None = None) -> FeaturePlan:
    """What describes a cell; gaps are filled on every ``step_days`` of the period, or on the images' own dates.

    Raises `RecipeError` when the period holds no image of some index, or ``part`` asks for what is not there.
    """
    problems = [
        Problem("period", f"holds no image of {layer.index}.", "Widen the period.")
        for layer in layers
        if layer.days.size == 0 and not is_still(layer)
    ]
    if problems:
        raise RecipeError("The recipe asks for dates that are not there.", problems)
    chosen = choose(part, layers, problems)
    days = _days([layer for layer in layers if not is_still(layer)], period)
    found = _planned(chosen, days, period, part or FeaturesPart(), problems)
    if problems:
        raise RecipeError("The recipe asks for features that cannot be made.", problems)
    return found


def check(layers: Sequence[Layer], period: PeriodPart, part: FeaturesPart | None, problems: list[Problem]) -> None:
    """Add to ``problems`` what is wrong with ``[features]``, without reading a pixel."""
    within = [layer.during(period) for layer in layers]
    if part is None or any(layer.days.size == 0 and not is_still(layer) for layer in within):
        return
    chosen = choose(part, within, problems)
    _planned(chosen, _days([layer for layer in within if not is_still(layer)], period), period, part, problems)


def needed(layers: Sequence[Layer], part: FeaturesPart | None) -> list[Layer]:
    """The layers that some feature is made of."""
    names = {channel.name for channel in choose(part, layers, []).images}
    return [layer for layer in layers if layer.index in names] or list(layers)


def _days(layers: Sequence[Layer], period: PeriodPart) -> NDArray[np.float64]:
    if not layers:
        return np.empty(0)
    if period.step_days == 0:
        return np.unique(np.concatenate([layer.days for layer in layers]))
    first = period.start.toordinal() if period.start else int(min(layer.days[0] for layer in layers))
    last = period.end.toordinal() if period.end else int(max(layer.days[-1] for layer in layers))
    return regular_days(first, last, period.step_days)


def _planned(
    chosen: Chosen, days: NDArray[np.float64], period: PeriodPart, part: FeaturesPart, problems: list[Problem]
) -> FeaturePlan:
    if period.fill != "linear" and 0 < days.size < 2:
        what = f"{days.size} date is too few to be filled by '{period.fill}'."
        problems.append(Problem("period.fill", what, "Make step_days smaller."))
    found = FeaturePlan(
        chosen.images,
        chosen.computed,
        chosen.dated,
        chosen.still,
        days,
        Filling(period.fill, period.stiffness),
        part.dates,
        part.statistics if days.size else (),
        _seasons(part, days, problems),
        _phenology(chosen, part, days, problems),
        _function(chosen, part, days, problems),
    )
    if part.objects is not None:
        found = replace(found, objects=objects.planned(found, part.objects, problems))
    _check_names(found, problems)
    return found


def _seasons(
    part: FeaturesPart, days: NDArray[np.float64], problems: list[Problem]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    months = [dt.date.fromordinal(int(day)).month for day in days]
    found = []
    for name, wanted in part.seasons.items():
        positions = tuple(number for number, month in enumerate(months) if month in wanted)
        if not positions:
            what = "none of the dates lies in these months."
            problems.append(Problem(f"features.seasons.{name}", what, "Change the months, or the period."))
        found.append((name, positions))
    return tuple(found)


def _phenology(
    chosen: Chosen, part: FeaturesPart, days: NDArray[np.float64], problems: list[Problem]
) -> tuple[str, ...]:
    known = {channel.name: channel for channel in (*chosen.images, *chosen.computed) if not channel.still}
    found = []
    for number, name in enumerate(part.phenology):
        match = by_name(known, name)
        if match is None:
            cure = f"{nearest(name, known)} Or add it to indices." if known else "Add it to indices."
            problems.append(Problem(f"features.phenology.{number}", f"there is no band or index '{name}'.", cure))
        else:
            found.append(match)
    if found and (days.size < 3 or not np.allclose(np.diff(days), days[1] - days[0])):
        what = "growing seasons need three regular dates or more."
        problems.append(Problem("features.phenology", what, "Set step_days in [period] to 10 or so."))
    return tuple(found)


def _function(
    chosen: Chosen, part: FeaturesPart, days: NDArray[np.float64], problems: list[Problem]
) -> UserFunction | None:
    if part.function is None:
        return None
    return load(part.function, (*chosen.images, *chosen.computed), days, problems)


def _check_names(found: FeaturePlan, problems: list[Problem]) -> None:
    if problems:
        return
    names = found.names
    if not names:
        problems.append(Problem("features", "asks for no feature at all.", "Add bands, indices or statistics."))
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        problems.append(Problem("features", f"makes '{twice[0]}' twice.", "Name things differently."))
