# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gap-filled, smoothed series on dates of our choosing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.errors import ConfigError
from terracite.raster.curves import whittaker
from terracite.timeseries.derived import savgol

METHODS = ("whittaker", "savgol")
SIDES = ("none", "low", "high")
AUTO = "auto"  #: the side that suits the index; to be settled before smoothing


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a series is smoothed.

    ``noise``: where leftover clouds lie: "low" for vegetation indices (they lower them), "high", "none", or "auto":
    what suits the index of a series file, and none for bare arrays.
    """

    method: str = "whittaker"
    stiffness: float = (
        100.0  #: of Whittaker's curve, for one node a day; the best of 3 to 10000 on real Sentinel-2 NDVI
    )
    half_window_days: float = 15.0  #: of Savitzky-Golay's window
    order: int = 2  #: of its polynomial
    noise: str = AUTO
    spike: float = 0.25  #: share of the pixel's range by which a spike stands out; 0 keeps spikes
    passes: int = 3  #: how often weights follow the curve, when noise lies on one side

    def __post_init__(self) -> None:
        for name, value, known in (("smoother", self.method, METHODS), ("side of noise", self.noise, (*SIDES, AUTO))):
            if value not in known:
                raise ConfigError(f"There is no {name} '{value}'.", hint=f"Choose among: {', '.join(known)}.")
        if self.stiffness <= 0 or self.half_window_days <= 0 or self.order < 0 or self.passes < 1 or self.spike < 0:
            raise ConfigError(
                "The settings of the smoother make no sense.",
                hint="Stiffness, window and passes are above 0; order and spike are 0 or more.",
            )


def smooth(
    values: NDArray[np.float32],
    days: ArrayLike,
    targets: ArrayLike,
    how: Smoothing | None = None,
    *,
    weights: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """The smoothed series on ``targets``, float32 (target, y, x).

    ``values``: (time, y, x), NaN = missing. ``days``: (time,), not decreasing; images of one day are averaged.
    ``targets``: evenly spaced days, two or more. ``weights``: (time,) or (time, y, x), 0 = not used; 1 everywhere
    when None. A pixel with fewer than three clear days is NaN throughout; before its first clear day and after its
    last one their smoothed value is held. Raises `ValueError` when shapes or order do not fit.
    """
    how = how or Smoothing()
    series = np.ascontiguousarray(values, np.float32)
    on, wanted = np.ascontiguousarray(days, np.float64), np.ascontiguousarray(targets, np.float64)
    trust = np.ones(on.shape, np.float32) if weights is None else np.asarray(weights, np.float32)
    trust = np.ascontiguousarray(trust if trust.ndim == 3 else trust[:, None, None])
    _check(series, on, wanted, trust)
    out = np.full((wanted.size, *series.shape[1:]), np.nan, np.float32)
    if on.size == 0:
        return out
    side = SIDES.index("none" if how.noise == AUTO else how.noise)
    if how.method == "savgol":
        half = passes_within(on, how.half_window_days)
        savgol.smooth_block(series, on, trust, wanted, half, how.order, side, float(how.spike), how.passes, out)
        return out
    nodes, first = _nodes(on, wanted)
    stiffness, spike = float(how.stiffness), float(how.spike)  # for whole numbers it would be compiled again
    whittaker.smooth_block(series, on, trust, nodes, stiffness, side, spike, how.passes, first, 1, out)
    return out


def passes_within(days: NDArray[np.float64], window_days: float) -> int:
    """How many passes of the satellite fall in ``window_days``, from the usual time between two of them."""
    gaps = np.diff(np.unique(days))
    return max(1, int(np.ceil(window_days / np.median(gaps)))) if gaps.size else 1


def _nodes(days: NDArray[np.float64], targets: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """``targets`` continued at the same step until they span ``days``, and where they begin among them."""
    step = targets[1] - targets[0]
    before = max(0, int(np.ceil((targets[0] - days[0]) / step)))
    after = max(0, int(np.ceil((days[-1] - targets[-1]) / step)))
    return targets[0] + step * np.arange(-before, targets.size + after), before


def _check(
    series: NDArray[np.float32], days: NDArray[np.float64], targets: NDArray[np.float64], weights: NDArray[np.float32]
) -> None:
    if series.ndim != 3 or days.shape != series.shape[:1]:
        raise ValueError(f"values {series.shape} should be (time, y, x) with one day per date, not {days.shape}")
    if np.any(np.diff(days) < 0):
        raise ValueError("the dates of a series must be in order of time")
    steps = np.diff(targets)
    if targets.ndim != 1 or targets.size < 2 or steps[0] <= 0 or not np.allclose(steps, steps[0]):
        raise ValueError("the target days must be two or more, evenly spaced and in order")
    if weights.shape not in {(days.size, 1, 1), series.shape}:
        raise ValueError(f"weights {weights.shape} should be (time,) or {series.shape}")
