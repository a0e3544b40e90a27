# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between the packed numbers (DN) of files and the floating-point ones of smoothers, by every core."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from terracite.raster.netcdf_layout import FILL


def packed(values: NDArray[np.float32], valid: tuple[int, int]) -> NDArray[np.int16]:
    """To the nearest DN within ``valid``, (axis, y, x); what is not finite becomes -32768."""
    out = np.empty(values.shape, np.int16)
    _pack(values, np.float32(valid[0]), np.float32(valid[1]), out)
    return out


def unpacked(numbers: NDArray[np.int16]) -> NDArray[np.float32]:
    """DN as float32, (axis, y, x); -32768 becomes NaN."""
    out = np.empty(numbers.shape, np.float32)
    _unpack(numbers, out)
    return out


@njit(parallel=True, cache=True)
def _pack(values, low, high, out):  # type: ignore[no-untyped-def] # pragma: no cover
    for y in prange(values.shape[1]):
        for k in range(values.shape[0]):
            for x in range(values.shape[2]):
                value = values[k, y, x]
                out[k, y, x] = np.int16(min(max(np.rint(value), low), high)) if np.isfinite(value) else FILL


@njit(parallel=True, cache=True)
def _unpack(numbers, out):  # type: ignore[no-untyped-def] # pragma: no cover
    for y in prange(numbers.shape[1]):
        for k in range(numbers.shape[0]):
            for x in range(numbers.shape[2]):
                number = numbers[k, y, x]
                out[k, y, x] = np.nan if number == FILL else np.float32(number)
