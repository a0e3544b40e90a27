# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rasters of a map, written block by block from what the run kept of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from terracite.landcover.block_map import BlockMap
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.mapping import extras_of
from terracite.landcover.outcome import Outcome
from terracite.landcover.products.files import Item, cog, mosaic
from terracite.landcover.recipe import OutputPart
from terracite.landcover.uncertainty import wording as doubts
from terracite.landcover.work import Work
from terracite.raster.grid import Block, Grid
from terracite.raster.vrt import Piece, write_vrt
from terracite.raster.write import Blocks, write_cog
from terracite.record.model import Text

MAP, CONFIDENCE, CLEAR = "landcover", "confidence", "clear_dates"  #: names; `standing` says which file each is
LONGEST, SIDE = 40_000, 20_480  #: cells: a map that is longer is written in parts, of about that side

Pick = Callable[[BlockMap], NDArray[Any]]


def rasters(folder: Path, work: Work, found: Outcome) -> Iterator[Item]:
    """Write the map and all that goes with each cell; memory does not grow with the map."""
    colours, tags = found.prepared.nomenclature.colours, class_tags(found)
    notice = found.prepared.recipe.record.notice.best("en")
    own = tags | ({"NOTICE": notice} if notice else {})
    write = _Writer(folder, work, found)
    fr, en = "Classe d'occupation du sol de chaque cellule ; 0 = non cartographié.", "Land-cover class; 0 = not mapped."
    yield from write(_Raster(MAP, Text(fr=fr, en=en), ("land cover class",), own, colours), lambda one: one.classes)
    sure = doubts.confidence(found)
    yield from write(_Raster(CONFIDENCE, sure, ("confidence, %",)), lambda one: one.confidence)
    kind = "uint16" if found.facts.clear_range[1] > 255 else "uint8"
    fr, en = "Nombre de dates claires utilisées ; 0 = aucune.", "Number of clear dates used; 0 = none."
    yield from write(_Raster(CLEAR, Text(fr=fr, en=en), ("clear dates",), dtype=kind), lambda one: one.clear)
    output, calibrated = found.prepared.recipe.output, doubts.is_calibrated(found)
    for extra in extras_of(output, found.prepared.nomenclature, calibrated=calibrated):
        what = _Raster(extra.name, extra.label, extra.bands, nodata=extra.nodata)
        what = replace(what, tags=tags, colours=colours) if extra.is_classes else replace(what, tags=dict(extra.tags))
        yield from write(what, lambda one, name=extra.name: one.further[name])  # type: ignore[misc]


def side_of(output: OutputPart, grid: Grid) -> int:
    """Cells a side of the parts that the rasters of a map are written in; 0 = each is one file."""
    if output.tiles_of is not None:
        return output.tiles_of
    return 0 if max(grid.shape) <= LONGEST else SIDE // output.block * output.block


def class_tags(found: Outcome) -> dict[str, str]:
    """The classes as metadata of a raster of codes."""
    nomenclature = found.prepared.nomenclature
    tags = {f"CLASS_{item.code}": item.label.best("en") for item in nomenclature.classes}
    return tags | ({"NOMENCLATURE": nomenclature.id} if nomenclature.id else {})


@dataclass(frozen=True, slots=True)
class _Raster:
    """What one raster holds."""

    name: str
    label: Text
    bands: tuple[str, ...]
    tags: Mapping[str, str] | None = None
    colours: Mapping[int, str] | None = None
    dtype: str = "uint8"
    nodata: int = NOT_MAPPED

    def write(self, path: Path, blocks: Blocks, grid: Grid) -> None:
        """Write a COG of it, or of a part of it."""
        write_cog(
            path, blocks, grid, dtype=self.dtype, nodata=self.nodata, colours=self.colours, descriptions=self.bands,
            tags=self.tags,
        )  # fmt: skip


class _Writer:
    """Writes rasters of one map in one folder, each as one file or in parts."""

    def __init__(self, folder: Path, work: Work, found: Outcome) -> None:
        self.folder, self.work = folder, work
        self.grid, output = found.prepared.grid, found.prepared.recipe.output
        self.size, self.side = output.block, side_of(output, self.grid)

    def __call__(self, raster: _Raster, pick: Pick) -> Iterator[Item]:
        if not self.side:
            everything = Block(0, 0, *self.grid.shape)
            raster.write(self.folder / f"{raster.name}.tif", self._blocks(everything, pick), self.grid)
            yield cog(f"{raster.name}.tif", raster.label)
            return
        pieces = tuple(self._pieces(raster, pick))
        write_vrt(
            self.folder / f"{raster.name}.vrt", pieces, self.grid, dtype=raster.dtype, nodata=raster.nodata,
            colours=raster.colours, descriptions=raster.bands, tags=raster.tags,
        )  # fmt: skip
        yield mosaic(f"{raster.name}.vrt", raster.label)
        fr, en = f"Une partie de {raster.name}.vrt.", f"A part of {raster.name}.vrt."
        for piece in pieces:
            yield cog(piece.path, Text(fr=fr, en=en), f"{raster.name}/*.tif")

    def _pieces(self, raster: _Raster, pick: Pick) -> Iterator[Piece]:
        """Write the parts that hold something."""
        for part in self.grid.blocks(self.side):
            row, col = part.row // self.side, part.col // self.side
            path = f"{raster.name}/{raster.name}_R{row:04d}_C{col:04d}.tif"
            if blocks := _from_first_held(self._blocks(part, pick), raster.nodata):
                raster.write(self.folder / path, blocks, self.grid.crop(part))
                yield Piece(path, part)

    def _blocks(self, part: Block, pick: Pick) -> Iterator[tuple[Block, NDArray[Any]]]:
        """The blocks of a part, where they lie in it; one at a time is in memory."""
        for block in self.grid.crop(part).blocks(self.size):
            kept = replace(block, row=part.row + block.row, col=part.col + block.col)
            yield block, pick(self.work.block(kept))


def _from_first_held(blocks: Iterator[tuple[Block, NDArray[Any]]], nodata: int) -> Blocks | None:
    """The blocks from the first one on that holds a value; None where none does."""
    for block, values in blocks:
        if (values != nodata).any():
            return chain([(block, values)], blocks)
    return None
