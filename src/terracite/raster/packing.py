# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the numbers of images become those of a series file: one type, scale and offset for all dates.

Most images need nothing of it: their whole numbers go into the file as they are. Two kinds do. Products whose offset
depends on their processing baseline (ESA's reflectances) are brought to the offset of the type by adding a whole
number: physical values stay exactly what they were. Floating-point images are rounded to multiples of a step, 0.0001
if the type says nothing else, or kept in single precision; the largest rounding error is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terracite.raster.indices import ranges

if TYPE_CHECKING:
    from terracite.raster.products.types import ProductType
    from terracite.raster.series import SeriesImage

FILL = -32768  #: no data, in whole numbers and in floating-point ones
WHOLE_NUMBERS = (
    "Say in a product file how the numbers are to be read, with scale = 1 and packing = 0.0001 or 'none' (see "
    "--product), or write the images as int16."
)
STEP = 1e-4  #: of floating-point values, where their type does not say another
_MOST = 32767
_WHOLE = 1e-6  #: how far a shift may be from a whole number


@dataclass(frozen=True, slots=True)
class Packing:
    """Numbers of a series file: physical value = number x ``scale`` + ``offset``; outside ``valid`` is missing."""

    scale: float
    offset: float
    valid: tuple[float, float]  #: numbers, both included
    is_rounded: bool = False  #: made from floating-point images
    is_float: bool = False  #: kept in single precision: ``scale`` is 1

    @property
    def kind(self) -> str:
        """Of the numbers, as numpy writes it."""
        return "f4" if self.is_float else "i2"

    @property
    def comment(self) -> str:
        """What a reader of the file must know."""
        if self.is_float:
            return "Values of floating-point images, kept in single precision."
        if self.is_rounded:
            return (
                f"Values of floating-point images, rounded to multiples of {self.scale:g}: rounding_error says by how "
                "much at most, lost_cells how many values were too large to be kept."
            )
        return (
            "Images whose processing baseline has another offset were brought to this one by adding a whole number "
            "to theirs: physical values are exactly those of the images."
        )


@dataclass(frozen=True, slots=True)
class Packed:
    """The numbers of some cells as the series file holds them."""

    values: NDArray[Any]  #: int16 or float32, `FILL` = no data
    lost: int = 0  #: cells whose value does not fit; they are missing
    error: float = 0.0  #: largest difference from the image, physical


def shifting(kind: ProductType, index: str) -> Packing | None:
    """The packing of whole numbers whose offset depends on the baseline; None for types with one offset."""
    if not kind.offsets:
        return None
    offsets = (kind.offset, *(offset for _, offset in kind.offsets))
    target = max(offsets)  # numbers are made smaller: the largest ones still fit
    shifts = [(offset - target) / kind.scale for offset in offsets]
    low, high = _within(index, kind.scale, target)
    low = max(low, round(kind.valid[0] + min(shifts)))
    return _packing(kind.scale, target, (max(low, FILL + 1), min(high, kind.valid[1], _MOST)))


def rounding(kind: ProductType, index: str) -> Packing:
    """The packing of floating-point images, as ``packing`` of the product type says."""
    if kind.packing == "none":
        low, high = ranges.get(index, (float(np.finfo(np.float32).min), float(np.finfo(np.float32).max)))
        return _packing(1.0, 0.0, (low, high), is_rounded=True, is_float=True)
    step = kind.packing or STEP
    low, high = _within(index, float(step), 0.0)
    return _packing(float(step), 0.0, (max(low, FILL + 1), min(high, _MOST)), is_rounded=True)


def takes_floats(kind: ProductType) -> bool:
    """Whether floating-point images fit a type; one whose scale is not 1 means whole numbers, unless it says so."""
    return kind.scale == 1 or kind.packing is not None


def packed(values: NDArray[Any], nodata: float | None, image: SeriesImage, how: Packing) -> Packed:
    """``values`` of ``image`` (DN, as its file holds them) as ``how`` wants them; NaN and ``nodata`` become `FILL`."""
    missing = np.zeros(values.shape, bool) if nodata is None else values == nodata
    shift = (image.offset - how.offset) / how.scale
    if image.scale == how.scale and abs(shift - round(shift)) < _WHOLE and values.dtype.kind in "iu":
        return _shifted(values, missing, round(shift), image.valid)
    physical = values.astype(np.float64) * image.scale + image.offset
    missing |= ~np.isfinite(physical) | (values < image.valid[0]) | (values > image.valid[1])
    return _single(physical, missing) if how.is_float else _rounded(physical, missing, how)


_packing = lru_cache(maxsize=1024)(Packing)  # the images of a series share one, in memory too


def _within(index: str, scale: float, offset: float) -> tuple[int, int]:
    """The numbers that an index can have; any where it is not bounded."""
    if index not in ranges:
        return FILL + 1, _MOST
    least, most = ranges[index]
    return round((least - offset) / scale), round((most - offset) / scale)


def _shifted(values: NDArray[Any], missing: NDArray[np.bool_], shift: int, valid: tuple[int, int]) -> Packed:
    missing |= (values < valid[0]) | (values > valid[1])
    wide = values.astype(np.int32)
    wide += shift
    lost = ((wide <= FILL) | (wide > _MOST)) & ~missing
    missing |= lost
    wide[missing] = FILL
    return Packed(wide.astype(np.int16), int(np.count_nonzero(lost)))


def _rounded(physical: NDArray[np.float64], missing: NDArray[np.bool_], how: Packing) -> Packed:
    with np.errstate(invalid="ignore"):
        numbers = np.rint((physical - how.offset) / how.scale)
        lost = ~(abs(numbers) <= _MOST) & ~missing
    missing |= lost
    numbers[missing] = FILL
    error = abs(numbers * how.scale + how.offset - physical)[~missing]
    return Packed(numbers.astype(np.int16), int(np.count_nonzero(lost)), float(error.max(initial=0.0)))


def _single(physical: NDArray[np.float64], missing: NDArray[np.bool_]) -> Packed:
    with np.errstate(over="ignore"):
        values = physical.astype(np.float32)
    lost = ~np.isfinite(values) & ~missing
    missing |= lost
    values[missing] = FILL
    error = abs(values - physical)[~missing]
    return Packed(values, int(np.count_nonzero(lost)), float(error.max(initial=0.0)))
