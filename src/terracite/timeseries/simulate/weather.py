# SPDX-License-Identifier: AGPL-3.0-or-later
"""When the satellites pass in the simulation, and which clouds they meet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.timeseries.simulate.landscape import smooth_noise


@dataclass(frozen=True, slots=True)
class Pass:
    """One acquisition."""

    sensed_at: dt.datetime  #: UTC
    mission: str  #: "S2A" or "S2B"
    orbit: int  #: relative orbit
    cloud_share: float  #: 0-1, before the mask is dilated
    baseline: int  #: processing baseline, such as 400

    def product_id(self, tile: str, *, baseline: int = 0, made_at: dt.datetime | None = None) -> str:
        """The L2A product name; another ``baseline`` and ``made_at`` make it a reprocessed product."""
        made = made_at or self.sensed_at + dt.timedelta(hours=4, minutes=self.orbit % 60)
        return (
            f"{self.mission}_MSIL2A_{self.sensed_at:%Y%m%dT%H%M%S}_N{baseline or self.baseline:04d}"
            f"_R{self.orbit:03d}_T{tile}_{made:%Y%m%dT%H%M%S}"
        )


FULL_ORBIT, PARTIAL_ORBIT = 120, 20


def passes(rng: np.random.Generator, years: tuple[int, ...]) -> list[Pass]:
    """About 45 usable acquisitions a year, in order: every fifth day on one orbit, now and then on its neighbour."""
    found = [one for year in years for one in _year(rng, year)]
    return sorted(found, key=lambda one: one.sensed_at)


def _year(rng: np.random.Generator, year: int) -> list[Pass]:
    first = dt.datetime(year, 1, 3, 6, 29, 31, tzinfo=dt.UTC)
    found = []
    for number in range(73):
        cloud = float(rng.uniform(0, 0.06) if rng.random() < 0.38 else rng.beta(1.0, 1.1))
        mission = ("S2A", "S2B")[number % 2]
        shift = dt.timedelta(days=5 * number, seconds=int(rng.integers(-9, 9)))
        partial = number % 6 == 4
        when = first + shift + (dt.timedelta(days=3, minutes=-10) if partial else dt.timedelta())
        kept = rng.random() < (0.4 if partial else 0.72)
        if cloud < 0.85 and kept and when.year == year:
            found.append(Pass(when, mission, PARTIAL_ORBIT if partial else FULL_ORBIT, cloud, _baseline(when)))
    return found


def _baseline(when: dt.datetime) -> int:
    """The processing baseline in force at that time (ESA's: 04.00 on 2022-01-25, 05.09 on 2022-12-06)."""
    if when.date() < dt.date(2022, 1, 25):
        return 301
    return 400 if when.date() < dt.date(2022, 12, 6) else 509


@dataclass(frozen=True, slots=True)
class Sky:
    """What hides the ground on one date."""

    opacity: NDArray[np.float32]  #: (y, x) 0 = clear, 1 = opaque cloud
    mask: NDArray[np.uint8]  #: (y/2, x/2) at 20 m, 1 = cloud, as the station's cloud mask sees it
    outside: NDArray[np.bool_]  #: (y, x) beyond the edge of the swath


def make_sky(rng: np.random.Generator, one: Pass, altitude: NDArray[np.float32]) -> Sky:
    """Clouds that gather on the heights, and the swath edge when the orbit only grazes the tile."""
    size = altitude.shape[0]
    field = 0.5 * altitude
    for weight, parts in ((1.0, 4), (0.5, 9), (0.3, 20)):
        field = field + weight * smooth_noise(rng, size, size / parts)
    limit = np.quantile(field, 1 - one.cloud_share)
    opacity = ((field - limit) / 0.12 + 0.5).clip(0, 1) if one.cloud_share > 0.01 else np.zeros_like(field)
    return Sky(opacity.astype(np.float32), _cloud_mask(opacity), _outside(size, one))


def _cloud_mask(opacity: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Cells of 20 m with over a quarter of cloud, dilated by one cell; uint8 0 or 1."""
    half = opacity.shape[0] // 2
    cloud = opacity.reshape(half, 2, half, 2).mean(axis=(1, 3)) > 0.25
    wide = np.pad(cloud, 1)
    shifts = [wide[1 + y : 1 + y + half, 1 + x : 1 + x + half] for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return np.asarray(np.logical_or.reduce(shifts), np.uint8)


def _outside(size: int, one: Pass) -> NDArray[np.bool_]:
    if one.orbit == FULL_ORBIT:
        return np.zeros((size, size), bool)
    y, x = np.mgrid[0:size, 0:size]
    return np.asarray(x < 0.30 * size - 0.21 * y)
