# SPDX-License-Identifier: AGPL-3.0-or-later
"""Examining series files: every cell of every date is read once, chunk by chunk, on every core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from terracite.errors import RasterError
from terracite.raster.indices import ranges
from terracite.raster.netcdf import SeriesFile
from terracite.raster.series_open import open_any
from terracite.timeseries.quality.certificate import Certificate, DateQuality, Encoding
from terracite.timeseries.quality.counting import count_date
from terracite.timeseries.quality.spacing import repeats, same_pass, spacing_of
from terracite.timeseries.quality.step import step_test
from terracite.timeseries.quality.stored import cells_of
from terracite.timeseries.quality.subject import Subject, subject_in, subject_of
from terracite.timeseries.yearly import YearSeries

Progress = Callable[[int, int], None]


def examine(
    path: Path, one: YearSeries, *, left_out: int | None = None, progress: Progress | None = None
) -> Certificate:
    """The certificate of the series file ``path`` that was written from ``one``.

    ``left_out``: other versions of its images that the archive holds (the scan's duplicates); ``progress`` is called
    with (dates read, dates). Memory is that of some chunks a core, whatever the dates. Raises `RasterError` for a
    damaged file or one that does not hold the dates of ``one``.
    """
    return examine_unit([(path, one)], left_out=left_out, progress=progress)


def examine_unit(
    parts: Sequence[tuple[Path, YearSeries]], *, left_out: int | None = None, progress: Progress | None = None
) -> Certificate:
    """One certificate of several files of one index: more years make the step test possible."""
    with ExitStack() as stack:
        opened = [(stack.enter_context(open_any(path)), one) for path, one in parts]
        for series, one in opened:
            if series.times != tuple(image.sensed_at for image in one.images):
                raise RasterError(
                    f"'{series.path.name}' does not hold the dates of {one.name}.",
                    hint="It was written from other images: run again, then examine it.",
                )
        return _examined([(series, subject_of(one)) for series, one in opened], left_out, progress)


def examine_files(paths: Sequence[Path], *, progress: Progress | None = None) -> Certificate:
    """The certificate of series files of one index alone, without the archive they were made from.

    How the images were compressed, and how many versions were left out, is then not known.
    """
    with ExitStack() as stack:
        opened = [stack.enter_context(open_any(path)) for path in paths]
        return _examined([(series, subject_in(series)) for series in opened], None, progress)


def _examined(
    parts: Sequence[tuple[SeriesFile, Subject]], left_out: int | None, progress: Progress | None
) -> Certificate:
    first_file, first = _checked(parts)
    total = sum(len(series.times) for series, _ in parts)
    dates: list[DateQuality] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for series, subject in parts:
            for date in _counted(series, subject, pool):
                dates.append(date)
                if progress:
                    progress(len(dates), total)
    dates.sort(key=lambda date: (date.tile, date.sensed_at))
    return Certificate(
        index=first.index,
        product=first.product,
        dates=tuple(dates),
        cell_size_m=first_file.grid.cell_size_m,
        range=ranges.get(first.index),
        scale=first_file.scale,
        encoding=_joined([_with_losses(subject.encoding, series) for series, subject in parts]),
        spacing=spacing_of(dates),
        repeats=repeats(dates),
        same_pass=same_pass(dates),
        left_out=left_out,
        step=step_test(dates, is_sentinel2=_is_sentinel2(dates)),
        is_simulated=any(subject.is_simulated for _, subject in parts),
    )


def _counted(series: SeriesFile, subject: Subject, pool: Executor) -> Iterator[DateQuality]:
    """The dates of one file in their order, several at a time where its cells can be shared."""
    with cells_of(series) as cells:
        numbers = range(len(series.times))
        if cells.is_shared:
            yield from pool.map(lambda number: count_date(cells, number, subject), numbers)
        else:
            yield from (count_date(cells, number, subject) for number in numbers)


def _checked(parts: Sequence[tuple[SeriesFile, Subject]]) -> tuple[SeriesFile, Subject]:
    if not parts:
        raise RasterError("There is no series to examine.", hint="Give one series file or more.")
    indices = sorted({subject.index for _, subject in parts})
    if len(indices) > 1:
        raise RasterError(
            f"A certificate is about one index, and these files hold {', '.join(indices)}.",
            hint="Examine each index by itself.",
        )
    return parts[0]


def _is_sentinel2(dates: Sequence[DateQuality]) -> bool:
    return any(date.baseline or date.platform.upper().startswith(("SENTINEL-2", "S2")) for date in dates)


def _joined(encodings: Sequence[Encoding]) -> Encoding:
    known = [found.is_lossy for found in encodings if found.is_lossy is not None]
    bits = [found.bits_per_cell for found in encodings if found.bits_per_cell is not None]
    return Encoding(
        drivers=tuple(sorted({driver for found in encodings for driver in found.drivers})),
        is_lossy=any(known) if known else None,
        bits_per_cell=round(sum(bits) / len(bits), 3) if bits else None,
        lost=sum(lost) if (lost := [found.lost for found in encodings if found.lost is not None]) else None,
        rounding=max((found.rounding for found in encodings if found.rounding is not None), default=None),
    )


def _with_losses(encoding: Encoding, series: SeriesFile) -> Encoding:
    """What was lost on the way from the images into the series file too."""
    lost, rounding = series.losses or (None, None)
    return replace(encoding, lost=lost, rounding=rounding)
