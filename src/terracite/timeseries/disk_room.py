# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the output folder can take what a run would write, before anything is written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from terracite.errors import ArchiveError
from terracite.timeseries.inventory import human_bytes
from terracite.timeseries.options import Options
from terracite.timeseries.planning.sample import Progress, measure
from terracite.timeseries.units import Unit

_CELL_BYTES = 3  #: of a cell that nothing compresses: its number and its mask
_CRATE_BYTES = 2_000_000  #: of everything else of a crate: pages, picture, record, lists


def check_target(output: Path) -> None:
    """Raises `ArchiveError` when ``output`` is no folder, or may not be written to; makes nothing."""
    there = existing(output)
    if not there.is_dir():
        raise ArchiveError(f"'{there}' is not a folder.", hint="Choose another output folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ArchiveError(
            f"The folder '{there}' cannot be written to.",
            hint="Get the right to write there (is the disk mounted read-only?), or choose another output folder.",
        )


def check_room(units: Sequence[Unit], options: Options, output: Path, progress: Progress | None = None) -> None:
    """Raises `ArchiveError` when the disk of ``output`` will not hold the crates of ``units``.

    Where room is short, some images are measured, as a plan does. A crate that replaces another needs room beside it
    for as long as it is made.
    """
    free = shutil.disk_usage(existing(output)).free
    if sum(_most(unit) for unit in units) <= free:
        return
    sample = measure([one for unit in units for one in unit.series], options.compression, progress)
    sizes = [sum(sample.bytes_of(one) for one in unit.series) + _CRATE_BYTES for unit in units]
    growth = sum(size - _bytes_of(output / unit.name) for size, unit in zip(sizes, units, strict=True))
    needed = max(growth, 0) + (max(sizes) if any((output / unit.name).exists() for unit in units) else 0)
    if needed * (1 + 2 * sample.relative_error()) > free:
        raise ArchiveError(
            f"The disk of '{output}' has {human_bytes(free)} free, and this run needs about {human_bytes(needed)}.",
            hint="Free some space, choose another output folder, or fewer tiles, indices or years.",
        )


def existing(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


def _most(unit: Unit) -> int:
    cells = sum(one.grid.width * one.grid.height * len(one.images) for one in unit.series)
    return _CELL_BYTES * cells + _CRATE_BYTES + 1000 * unit.dates


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
