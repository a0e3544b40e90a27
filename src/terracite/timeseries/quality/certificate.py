# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a quality certificate holds: facts counted on every cell of every date, and what follows from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from math import gcd

USABLE_SHARE = 0.05  #: of the grid that must be clear for a date to count as usable


@dataclass(frozen=True, slots=True)
class Spread:
    """The clear values of one date, physical; percentiles are those of the numbers themselves, none in between."""

    least: float
    low: float  #: 5th percentile
    median: float
    high: float  #: 95th percentile
    greatest: float
    mean: float
    deviation: float  #: standard deviation


@dataclass(frozen=True, slots=True)
class DateQuality:
    """One date of one tile, in cells of the grid."""

    tile: str
    sensed_at: dt.datetime  #: UTC
    product_id: str
    platform: str
    orbit: str
    baseline: str  #: processing baseline, "0400"; "" when it is not known
    cells: int
    nodata: int
    outside: int  #: hold a number that the index cannot have, and that is not ``near_nodata``
    near_nodata: int  #: such a number close to nodata: lossy compression moved nodata there; readers take it as missing
    undeclared: int  #: of those near nodata: exactly the nodata of the product type, so the image declared another one
    saturated_low: int  #: at the least number that the image can hold
    saturated_high: int
    clipped: int | None  #: nodata, but probably values above the greatest number; None where that cannot happen
    masked: int | None  #: cloud, among the cells in range; None when the date has no mask
    clear: int  #: in range, and not masked
    spread: Spread | None  #: None without a clear cell
    dn_step: int  #: every number found is a multiple of it; 0 when there is no number
    digest: str  #: of the numbers, to find a date that was copied under another name

    @property
    def data(self) -> int:
        """Cells that hold a number."""
        return self.cells - self.nodata

    @property
    def clear_share(self) -> float:
        """Of the grid, 0-1."""
        return self.clear / self.cells

    @property
    def is_usable(self) -> bool:
        """Whether enough of the grid is clear."""
        return self.clear_share >= USABLE_SHARE


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the images that the series was made from are compressed."""

    drivers: tuple[str, ...] = ()  #: GDAL's names, such as "JP2OpenJPEG"
    is_lossy: bool | None = None  #: None when it is not known
    bits_per_cell: float | None = None  #: mean over the images, as stored
    lost: int | None = None  #: values that the series file cannot hold; None when it has the numbers of the images
    rounding: float | None = None  #: largest difference from the values of the images; None when they are exact


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a date."""

    tile: str
    start: dt.datetime
    end: dt.datetime

    @property
    def days(self) -> float:
        """How long it lasts."""
        return (self.end - self.start) / dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the dates lie in time. ``empty_months``: "2022-03", between first and last date, without a usable date."""

    usual_days: float  #: median between two dates; 0 for a single date
    longest: Gap | None  #: None for a single date
    empty_months: tuple[str, ...]


class Verdict(StrEnum):
    """What a step test can say."""

    STEP = "step"
    NONE = "none"  #: no step that matters
    UNDECIDED = "undecided"  #: the interval is too wide
    UNTESTED = "untested"  #: too little data for any interval
    NOT_CONCERNED = "not_concerned"  #: all dates are of one side, or not from Sentinel-2


@dataclass(frozen=True, slots=True)
class StepTest:
    """Values after processing baseline 04.00 compared with values before it, same seasons (see `step`)."""

    verdict: Verdict
    before: int = 0  #: usable dates
    after: int = 0
    effect: float | None = None  #: after minus before, physical; None when no month has both
    low: float | None = None  #: bounds of its 95 % interval
    high: float | None = None
    design: str = ""  #: "within": both sides in the same months of the same years; "between": other years
    months: int = 0  #: months that have both sides


@dataclass(frozen=True, slots=True)
class Certificate:
    """The quality of one series: one index, over one tile and year or several."""

    index: str
    product: str  #: type in the registry; "" when it is not known
    dates: tuple[DateQuality, ...]  #: by tile and time
    cell_size_m: float
    range: tuple[float, float] | None  #: least and greatest physical value of the index, where it has them
    scale: float  #: physical value of one DN
    encoding: Encoding
    spacing: Spacing
    repeats: tuple[tuple[DateQuality, DateQuality], ...]  #: two dates with the same numbers in every cell
    same_pass: tuple[tuple[DateQuality, DateQuality], ...]  #: two images of one pass over one tile
    left_out: int | None  #: other versions of these images that the archive holds; None when nobody counted
    step: StepTest
    is_simulated: bool = False

    @property
    def tiles(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(sorted({date.tile for date in self.dates}))

    @property
    def years(self) -> tuple[int, ...]:
        """Years of sensing, each once."""
        return tuple(sorted({date.sensed_at.year for date in self.dates}))

    @property
    def start(self) -> dt.datetime:
        """The first date."""
        return min(date.sensed_at for date in self.dates)

    @property
    def end(self) -> dt.datetime:
        """The last date."""
        return max(date.sensed_at for date in self.dates)

    @property
    def cells(self) -> int:
        """Over all dates."""
        return sum(date.cells for date in self.dates)

    @property
    def data(self) -> int:
        """Cells that hold a number, over all dates."""
        return sum(date.data for date in self.dates)

    @property
    def clear_share(self) -> float:
        """Clear cells of all dates among all their cells, 0-1."""
        return self.total("clear") / self.cells

    @property
    def missing_percent(self) -> float:
        """Cells without data, those that lossy compression moved away from nodata included, over all dates."""
        return 100 * (self.total("nodata") + self.total("near_nodata")) / self.cells

    @property
    def has_mask(self) -> bool:
        """Whether at least one date has a cloud mask."""
        return any(date.masked is not None for date in self.dates)

    @property
    def value_step(self) -> float:
        """Every value found is a multiple of it, physical; 0 when there is no value."""
        return gcd(*(date.dn_step for date in self.dates)) * self.scale

    def share_of_data(self, count: int) -> float:
        """``count`` in percent of the cells that hold a number."""
        return 100 * count / self.data if self.data else 0.0

    def total(self, name: str) -> int:
        """The sum over the dates of one of their counts; dates where it is not known count for nothing."""
        return sum(getattr(date, name) or 0 for date in self.dates)
