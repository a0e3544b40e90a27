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
from terracite.raster.netcdf import DateCount, UnreadableImageError
from terracite.raster.netcdf_strips import Strip
from terracite.raster.series import SeriesImage


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
