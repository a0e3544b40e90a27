# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rows of one image, decoded ahead by a pool of threads: each tile once, and no thread waits for another.

GDAL can decode the tiles of one request by itself, but returns when the last of them is done: meanwhile other cores
idle. Here each tile is a job of a pool that also has other work.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from terracite.raster.grid import Grid
from terracite.raster.read import explained

SIDE = 1024  #: cells of a job, across and down: as many of the file's tiles as fit, at least one
_OPTIONS = {"GDAL_NUM_THREADS": "1", "GDAL_CACHEMAX": 8 * 2**20}  #: every tile is read only once


@dataclass(slots=True)
class _Band:
    """Some rows, whole tiles high."""

    values: NDArray[Any]
    jobs: list[Future[None]]
    uses: int = 0  #: how many times it will still be taken


class Bands:
    """Band 1 of the image at ``path``, by rows; `ask` for rows some time before they are to be `taken`.

    One thread asks and takes, in any order; the threads of ``pool`` decode. `close` it when nothing asked for is left.
    Raises `RasterError` when the file cannot be opened.
    """

    def __init__(self, path: Path, pool: Executor) -> None:
        self._path, self._pool = path, pool
        self._idle: SimpleQueue[Any] = SimpleQueue()  # a dataset serves one thread at a time
        self._all: list[Any] = []
        self._bands: dict[int, _Band] = {}
        first = self._opened()
        self.grid = Grid.of_dataset(first)
        self.kind = np.dtype(first.dtypes[0])
        self.nodata: float | None = None if first.nodata is None else float(first.nodata)
        rows, cols = first.block_shapes[0]
        self._rows, self._cols = rows * max(1, SIDE // rows), cols * max(1, SIDE // cols)
        self._across = (0, int(first.width))
        self._idle.put(first)

    def narrow(self, left: int, right: int) -> None:
        """Decode only these columns from now on."""
        self._across = (left, right)

    @property
    def count(self) -> int:
        """How many bands there are, each a row of jobs."""
        return len(self._numbers(0, self.grid.height))

    @property
    def jobs(self) -> int:
        """How many jobs a band is."""
        left, right = self._across
        count: int = (right - 1) // self._cols - left // self._cols + 1
        return count

    def ask(self, top: int, bottom: int) -> int:
        """Have the rows from ``top`` to before ``bottom`` decoded; the number of the last band that takes."""
        for number in self._numbers(top, bottom):
            if number not in self._bands:
                self._bands[number] = self._begun(number)
            self._bands[number].uses += 1
        return number

    def taken(self, top: int, bottom: int) -> list[NDArray[Any]]:
        """Rows that were asked for, as one array or several, from the top; waits for them.

        Raises `RasterError` when they cannot be decoded.
        """
        found = []
        for number in self._numbers(top, bottom):
            band = self._bands[number]
            for job in band.jobs:
                job.result()
            start = number * self._rows
            found.append(band.values[max(0, top - start) : bottom - start])
            band.uses -= 1
            if not band.uses:
                del self._bands[number]
        return found

    def close(self) -> None:
        """Let go of the file; no job may be under way."""
        for dataset in self._all:
            dataset.close()

    def _numbers(self, top: int, bottom: int) -> range:
        return range(top // self._rows, (bottom - 1) // self._rows + 1)

    def _begun(self, number: int) -> _Band:
        top, (left, right) = number * self._rows, self._across
        values = np.empty((min(self._rows, self.grid.height - top), right - left), self.kind)
        jobs = []
        for col in range(left // self._cols * self._cols, right, self._cols):
            first, end = max(col, left), min(col + self._cols, right)
            window = Window(first, top, end - first, len(values))
            jobs.append(self._pool.submit(self._decode, values[:, first - left : end - left], window))
        return _Band(values, jobs)

    def _decode(self, into: NDArray[Any], window: Window) -> None:
        try:
            dataset = self._idle.get_nowait()
        except Empty:
            dataset = self._opened()
        with explained(self._path), rasterio.Env(**_OPTIONS):
            dataset.read(1, window=window, out=into)
        self._idle.put(dataset)

    def _opened(self) -> Any:
        with explained(self._path), rasterio.Env(**_OPTIONS):
            dataset = rasterio.open(self._path)
        self._all.append(dataset)
        return dataset
