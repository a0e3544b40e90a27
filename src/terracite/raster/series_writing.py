# SPDX-License-Identifier: AGPL-3.0-or-later
"""What writing a series has in common, whatever the format: dates checked, cells counted, refusals explained."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Grid
from terracite.raster.netcdf_strips import Strip
from terracite.raster.series import SeriesImage


class UnreadableImageError(RasterError):
    """One image of the series cannot be decoded; ``image`` says which, so that the others can go on without it."""

    def __init__(self, message: str, *, image: SeriesImage, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.image = image


@dataclass(frozen=True, slots=True)
class DateCount:
    """What one date holds, in cells of the grid."""

    missing: int  #: nodata, or outside the valid range
    masked: int | None  #: cloud, among the others; None when the date has no mask of its own
    total: int
    lost: int = 0  #: among the missing: values that the numbers of the file cannot hold (see `packing`)
    error: float = 0.0  #: largest difference from the values of the image, physical

    @property
    def clear_share(self) -> float:
        """Cells that can be used, 0-1."""
        return (self.total - self.missing - (self.masked or 0)) / self.total

    @property
    def cloud_percent(self) -> float:
        """Masked cells among those that were seen, 0-100; NaN when that is not known."""
        seen = self.total - self.missing
        return 100 * self.masked / seen if seen and self.masked is not None else float("nan")


@dataclass(slots=True)
class Tally:
    """What the cells of one date hold, as far as it was read."""

    missing: int = 0
    masked: int | None = None
    lost: int = 0
    error: float = 0.0

    def add(self, strip: Strip, missing: int, masked: int) -> None:
        """Count the cells of ``strip``: so many missing, so many masked among the others."""
        self.missing += missing
        self.lost += strip.lost
        self.error = max(self.error, strip.error)
        if strip.mask is not None:
            self.masked = (self.masked or 0) + masked

    def include(self, other: Tally) -> None:
        """Count what ``other`` counted too."""
        self.missing += other.missing
        self.lost += other.lost
        self.error = max(self.error, other.error)
        if other.masked is not None:
            self.masked = (self.masked or 0) + other.masked

    def count(self, grid: Grid) -> DateCount:
        """The same as a fact of the date."""
        return DateCount(self.missing, self.masked, grid.width * grid.height, self.lost, self.error)


def facts(counts: Sequence[DateCount], digests: Sequence[str]) -> dict[str, NDArray[Any]]:
    """What is known of the dates once their images were read, by variable (`netcdf_layout.KNOWN_LATER`)."""
    percents = np.array([count.cloud_percent for count in counts], np.float32)
    return {
        "missing_cells": np.array([count.missing for count in counts]),
        "masked_cells": np.array([-1 if count.masked is None else count.masked for count in counts]),
        "cloud_cover": np.where(np.isnan(percents), np.float32(-1), percents),
        "source_digest": np.array(digests, dtype=object),
        layout.LOST: np.array([count.lost for count in counts]),
        layout.ERROR: np.array([count.error for count in counts], np.float32),
    }


def check_times(images: Sequence[SeriesImage]) -> None:
    """Raise `RasterError` unless there are images, one per sensing time, in order."""
    if not images:
        raise RasterError("A series without images cannot be written.", hint="Check the selection of dates.")
    for before, after in pairwise(images):
        if before.sensed_at >= after.sensed_at:
            raise RasterError(
                f"'{after.path.name}' is not later than '{before.path.name}'.",
                hint="A series needs one image per sensing time, in order.",
            )


def grid_of(image: SeriesImage) -> Grid:
    """The grid of an image; `UnreadableImageError` when it cannot be opened."""
    with blamed(image):
        return Grid.of(image.path)


@contextmanager
def blamed(image: SeriesImage) -> Iterator[None]:
    """What goes wrong in reading ``image``, as an `UnreadableImageError` that names it."""
    try:
        yield
    except RasterError as error:
        raise UnreadableImageError(error.message, image=image, hint=error.hint) from error


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system says when it cannot write, as a `RasterError` with a cure."""
    try:
        yield
    except RasterError:  # of an image: it is an OSError too
        raise
    except PermissionError as error:
        raise RasterError(
            f"'{path.name}' could not be written: permission denied.",
            hint=f"Allow writing in '{path.parent}', or choose another folder.",
        ) from error
    except (RuntimeError, OSError) as error:
        raise RasterError(
            f"'{path.name}' could not be written: {error}.", hint="Free some space and run again."
        ) from error


def keep(path: Path) -> None:
    """Ask the disk to keep a file or a folder for good."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
