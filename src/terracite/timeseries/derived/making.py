# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making the files: the series is read once, block by block, and every product is written from it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster.grid import Block
from terracite.raster.netcdf_layout import FILL
from terracite.timeseries.derived import products
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.files import DerivedFile
from terracite.timeseries.derived.filling import Filler
from terracite.timeseries.derived.products import Arrays, Product
from terracite.timeseries.derived.source import Source

_STRIP_BYTES = 32 * 2**20  #: of what is computed at once, as float32
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Filled:
    """How complete a product is: cells that have a value, over all its dates or seasons."""

    product: Product
    path: Path
    values: int = 0
    cells: int = 0
    seen: int = 0  #: cells with a value on at least one date

    def tally(self, values: NDArray[np.int16]) -> None:
        """Count one block of the main variable, (axis, y, x)."""
        there = values != FILL
        self.values += int(np.count_nonzero(there))
        self.cells += there.size
        self.seen += int(np.count_nonzero(there.any(axis=0))) * there.shape[0]

    @property
    def share(self) -> float:
        """Cells and dates with a value, 0-1."""
        return self.values / self.cells if self.cells else 0.0

    @property
    def seen_share(self) -> float:
        """Cells with at least one value, 0-1."""
        return self.seen / self.cells if self.cells else 0.0


def make(
    source: Source,
    choices: Choices,
    folder: Path,
    attributes: Callable[[Product], Mapping[str, str | float]],
    progress: Progress | None = None,
) -> tuple[Filled, ...]:
    """Write the files of ``choices`` into ``folder``; memory grows neither with the grid nor with the dates.

    ``attributes``: the global ones of each product. Raises `RasterError` when the series cannot be read or a file
    cannot be written.
    """
    wanted = products.wanted(source, choices)
    found = [Filled(product, folder / f"{source.name}_{product.suffix}.nc") for product in wanted]
    try:
        with ExitStack() as opened:
            files = [opened.enter_context(DerivedFile(one.path, source, attributes(one.product))) for one in found]
            for one, file in zip(found, files, strict=True):
                one.product.define(file)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                _write_blocks(source, choices, found, [file.fill(pool) for file in files], progress)
    except RasterError:  # of the series: it is an OSError too
        raise
    except (OSError, RuntimeError) as error:  # how the NetCDF and HDF5 libraries say that they could not write
        raise RasterError(
            f"The derived files could not be written into '{folder.parent}': {error}.",
            hint="Free some space, or give another folder with --output.",
        ) from error
    return tuple(found)


def _write_blocks(
    source: Source, choices: Choices, found: Sequence[Filled], files: Sequence[Filler], progress: Progress | None
) -> None:
    """While one block is computed, the next one is read and the one before is packed."""
    blocks = list(source.blocks(sum(one.product.layers for one in found)))
    curves = products.Curves.over(source, choices) if choices.needs_curve else None
    for number, (block, stack) in enumerate(_ahead(source, blocks)):
        parts = _computed(source, choices, curves, [one.product for one in found], stack)
        for one, file, arrays in zip(found, files, parts, strict=True):
            file.flush()
            for name, values in arrays.items():
                file.put(name, block, values)
            one.tally(arrays[one.product.main])
        if progress:
            progress(number + 1, len(blocks))
    for file in files:
        file.flush()


def _ahead(source: Source, blocks: Sequence[Block]) -> Iterator[tuple[Block, NDArray[np.int16]]]:
    """Each block and its DN; the next one is being read by a thread meanwhile, the only one that reads."""
    with ThreadPoolExecutor(1) as reader:
        opened = source.reading()
        read = reader.submit(opened.__enter__).result()
        try:
            coming = reader.submit(read, blocks[0])
            for block, following in zip(blocks, [*blocks[1:], None], strict=True):
                stack = coming.result()
                if following is not None:
                    coming = reader.submit(read, following)
                yield block, stack
        finally:
            reader.submit(opened.__exit__, None, None, None).result()


def _computed(
    source: Source,
    choices: Choices,
    curves: products.Curves | None,
    wanted: Sequence[Product],
    stack: NDArray[np.int16],
) -> list[Arrays]:
    """The variables of each product over a block, computed in strips of rows."""
    dates, height, width = stack.shape
    layers = dates + (curves.nodes.size if curves else 0)
    rows = max(1, _STRIP_BYTES // (4 * layers * width))
    made: list[Arrays] = [{} for _ in wanted]
    for row in range(0, height, rows):
        strip = products.Strip(stack[:, row : row + rows], source, choices, curves)
        for product, whole in zip(wanted, made, strict=True):
            for name, values in product.compute(strip).items():
                if name not in whole:
                    whole[name] = np.empty((*values.shape[:-2], height, width), values.dtype)
                whole[name][..., row : row + rows, :] = values
    return made
