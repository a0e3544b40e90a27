# SPDX-License-Identifier: AGPL-3.0-or-later
"""The products that can be made of a series: what each file holds, and how a strip of cells is computed.

Everything is computed on DN, which are proportional to the index, so that packing changes nothing but by rounding.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from terracite.raster.curves.phenology import longest_gaps, seasons
from terracite.raster.netcdf_layout import FILL
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.composites import Period, calendar, composite_of_numbers, numbers
from terracite.timeseries.derived.files import DerivedFile
from terracite.timeseries.derived.numbers import packed, unpacked
from terracite.timeseries.derived.smoothing import smooth
from terracite.timeseries.derived.source import EPOCH_ORDINAL, Source

Arrays = dict[str, NDArray[Any]]
Floats = NDArray[np.float32]

_COUNT = {"standard_name": "number_of_observations", "units": "1", "coverage_content_type": "qualityInformation"}
_DAYS = {"units": "days", "coverage_content_type": "qualityInformation"}


@dataclass(frozen=True, slots=True)
class Curves:
    """The days on which smoothed curves are computed, and which of them are written."""

    nodes: NDArray[np.float64]  #: days since 1970-01-01
    every: int  #: each so many-th node is written
    written: int  #: how many are

    @classmethod
    def over(cls, source: Source, choices: Choices) -> Curves:
        """From the first of January of the first year to the end of the last one."""
        first, after = _january(source.years[0]), _january(source.years[-1] + 1)
        step = choices.step_days / choices.nodes_per_step
        nodes = np.float64(first) + step * np.arange(int(np.ceil((after - 1 - first) / step)) + 1, dtype=np.float64)
        return cls(nodes, choices.nodes_per_step, len(range(first, after, choices.step_days)))

    @property
    def dates(self) -> tuple[dt.datetime, ...]:
        """The days that are written, UTC."""
        days = self.nodes[:: self.every][: self.written]
        return tuple(dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=float(day)) for day in days)


class Strip:
    """Some rows of a series, in the forms that products need; each form is made once, when it is asked for.

    ``numbers``: DN (time, y, x), -32768 = missing.
    """

    def __init__(
        self, numbers_: NDArray[np.int16], source: Source, choices: Choices, curves: Curves | None = None
    ) -> None:
        self.numbers = numbers_
        self._source, self._choices, self._curves = source, choices, curves

    @cached_property
    def values(self) -> Floats:
        """The same as float32, NaN = missing."""
        return unpacked(self.numbers)

    @cached_property
    def curve(self) -> Floats:
        """The smoothed DN on the nodes, (node, y, x)."""
        if self._curves is None:
            raise AssertionError("this product needs a curve")
        return smooth(self.values, self._source.days, self._curves.nodes, self._choices.smoothing)


class Product(Protocol):
    """One file that is made of a series."""

    kind: str  #: "month", "year", "smoothed" or "phenology"
    main: str  #: the variable whose missing cells tell how complete the product is

    @property
    def suffix(self) -> str:
        """What follows the name of the series in that of the file."""

    @property
    def period(self) -> Period:
        """When it begins and ends."""

    @property
    def layers(self) -> int:
        """How many values a cell has in this file, all variables together."""

    @property
    def resolution(self) -> str:
        """Between two dates, as an ISO 8601 duration; "" when it has no dates."""

    def define(self, file: DerivedFile) -> None:
        """Lay out the file."""

    def compute(self, strip: Strip) -> Arrays:
        """The variables of a strip."""


def wanted(source: Source, choices: Choices) -> tuple[Product, ...]:
    """The products of ``choices``, in the order of their files."""
    found: list[Product] = [Composite(source, span, choices.method) for span in dict.fromkeys(choices.composites)]
    if choices.smoothed:
        found.append(Smoothed(source, choices))
    if choices.phenology:
        found.append(Phenology(source, choices))
    return tuple(found)


class Composite:
    """A composite of each month or year, with the number of clear dates of each cell."""

    def __init__(self, source: Source, span: str, method: str) -> None:
        self.kind, self.main = span, source.variable
        self._source, self._method = source, method
        self._periods = calendar(source.times, span)
        self._number = numbers(source.times, self._periods)

    @property
    def suffix(self) -> str:
        return f"{self.kind}_{self._method}"

    @property
    def layers(self) -> int:
        return 2 * len(self._periods)

    @property
    def period(self) -> Period:
        return Period(self._periods[0].start, self._periods[-1].end)

    @property
    def resolution(self) -> str:
        return {"month": "P1M", "year": "P1Y"}[self.kind]

    def define(self, file: DerivedFile) -> None:
        file.periods(self._periods)
        method = {"median": "median", "mean": "mean", "max": "maximum"}[self._method]
        name = str(self._source.attributes.get("long_name", self._source.index))
        label = f"{name}, {method} of the clear dates of the {self.kind}"
        facts = {"long_name": label, "cell_methods": f"time: {method} area: mean", "coordinates": "date_count"}
        file.values("time", facts, ancillary="clear_count")
        count = {"long_name": "clear dates that the cell rests on", "cell_methods": "time: sum"}
        file.define("clear_count", "u2", "time", {**_COUNT, **count})
        dates = np.bincount(self._number, minlength=len(self._periods))
        file.along(
            "date_count",
            "time",
            "i4",
            dates.tolist(),
            {"long_name": "images of the period, clear or not", "units": "1"},
        )

    def compute(self, strip: Strip) -> Arrays:
        periods = len(self._periods)
        made, counts = composite_of_numbers(strip.numbers, self._number, periods, self._method, self._source.valid)
        return {self.main: made, "clear_count": counts}


class Smoothed:
    """The gap-filled, smoothed series on evenly spaced dates."""

    kind, suffix = "smoothed", "smoothed"

    def __init__(self, source: Source, choices: Choices) -> None:
        self.main = source.variable
        self._source, self._curves, self._step_days = source, Curves.over(source, choices), choices.step_days

    @property
    def layers(self) -> int:
        return self._curves.written + 2

    @property
    def period(self) -> Period:
        return Period(self._curves.dates[0], self._curves.dates[-1])

    @property
    def resolution(self) -> str:
        return f"P{self._step_days}D"

    def define(self, file: DerivedFile) -> None:
        file.times(self._curves.dates)
        name = str(self._source.attributes.get("long_name", self._source.index))
        facts = {
            "long_name": f"{name}, smoothed and gap-filled",
            "cell_methods": "time: point area: mean",
            "comment": "Held before the first clear date of a cell and after its last one.",
        }
        file.values("time", facts, ancillary="clear_count longest_gap")
        file.define("clear_count", "u2", "", {**_COUNT, "long_name": "clear dates of the cell"})
        file.define("longest_gap", "u2", "", {**_DAYS, "long_name": "longest time without a clear date"})

    def compute(self, strip: Strip) -> Arrays:
        values, curve = strip.values, strip.curve
        start, end = (np.full((1, *values.shape[1:]), day, np.float32) for day in (self._curves.nodes[[0, -1]]))
        gaps = longest_gaps(values, self._source.days, start, end)[0]
        return {
            self.main: packed(curve[:: self._curves.every][: self._curves.written], self._source.valid),
            "clear_count": np.sum(strip.numbers != FILL, axis=0, dtype=np.uint16),
            "longest_gap": np.nan_to_num(gaps).astype(np.uint16),
        }


class Phenology:
    """When the seasons of each cell start, peak and end."""

    kind, suffix, main, resolution = "phenology", "phenology", "season_peak", ""

    def __init__(self, source: Source, choices: Choices) -> None:
        self._source = source
        self._nodes = Curves.over(source, choices).nodes
        self._most = choices.rule.most
        self._by = choices.rule
        self._rule = replace(choices.rule, least_amplitude=choices.rule.least_amplitude / abs(source.scale))
        self._years = source.years

    @property
    def layers(self) -> int:
        return 6 * len(self._years) * self._most + 1

    @property
    def period(self) -> Period:
        return Period(self._source.times[0], self._source.times[-1])

    def define(self, file: DerivedFile) -> None:
        file.season_axis(self._years, self._most)
        since = {"units": f"days since {self._years[0]}-01-01 00:00:00", "calendar": "standard"}
        share = f"{100 * self._by.threshold:g} % of the"
        by = {
            "threshold": (f"the curve comes up through {share} rise", f"the curve goes down through {share} fall"),
            "derivative": ("the curve rises most steeply", "the curve falls most steeply"),
        }[self._by.method]
        labels = {
            "season_start": f"start of the season: day when {by[0]}",
            "season_peak": "peak of the season: day of the largest value",
            "season_end": f"end of the season: day when {by[1]}",
        }
        for name, label in labels.items():
            facts = {**since, "units_metadata": "leap_seconds: none", "long_name": label, "coordinates": "season_year"}
            file.define(name, "i2", "season", facts, fill=FILL)
        index = str(self._source.attributes.get("long_name", self._source.index))
        for name, label in (("season_top", "on the peak"), ("season_base", "in the two valleys, mean")):
            file.measure(name, "season", {"long_name": f"{index} {label}", "coordinates": "season_year"})
        gap = {**_DAYS, "long_name": "longest time without a clear date around the season"}
        file.define("season_gap", "u2", "season", {**gap, "coordinates": "season_year"}, fill=65535)
        count = "seasons found in all years, also those beyond the places of this file"
        file.define("season_count", "u1", "", {"units": "1", "long_name": count})

    def compute(self, strip: Strip) -> Arrays:
        starts = [_january(year) for year in range(self._years[0], self._years[-1] + 2)]
        found = seasons(strip.curve, self._nodes, starts, self._rule)
        gaps = longest_gaps(strip.values, self._source.days, found.start, found.end)
        days = {"season_start": found.start, "season_peak": found.peak, "season_end": found.end}
        within = (FILL + 1, -FILL - 1)
        return {
            **{name: packed(day - starts[0], within) for name, day in days.items()},
            "season_top": packed(found.top, self._source.valid),
            "season_base": packed(found.base, self._source.valid),
            "season_gap": np.where(np.isfinite(gaps), gaps, 65535).astype(np.uint16),
            "season_count": found.count,
        }


def _january(year: int) -> int:
    """The first of January as days since 1970-01-01."""
    return dt.date(year, 1, 1).toordinal() - EPOCH_ORDINAL
