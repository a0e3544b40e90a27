# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished map of classes, whoever made it: a crate of Terracite, or any raster of codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.crate.provenance import Input, hash_file
from terracite.crate.read import Crate, open_crate
from terracite.errors import Problem, ProblemsError, RasterError
from terracite.landcover.classes import NOT_MAPPED, PALETTE, Nomenclature, from_classes, from_parts, read_csv
from terracite.landcover.mapping.nearest import check_classes
from terracite.landcover.products import MAP, standing
from terracite.raster.grid import Block, Grid
from terracite.raster.read import CACHE_BYTES, opened
from terracite.raster.vrt import files_of
from terracite.record.model import MapClass, Text

PROBABILITIES = "probabilities"
_LEAST_CACHE = 2**23


@dataclass(frozen=True, slots=True)
class ClassMap:
    """A map of classes on a grid; `NOT_MAPPED` (0) is the value of a cell without class, whatever the file says."""

    path: Path  #: raster of codes
    name: str  #: of the crate or the file, for messages
    crate: Crate | None
    grid: Grid
    nomenclature: Nomenclature  #: in the order of codes; without any class where nothing but the cells tells

    @property
    def title(self) -> Text:
        """The title of its record, or the name of the file."""
        return self.crate.record.title if self.crate else Text(fr=self.name, en=self.name)

    @property
    def identifier(self) -> str:
        """Its DOI as an address, or the URN of its record; "" for a bare raster."""
        if self.crate is None:
            return ""
        return f"https://doi.org/{self.crate.record.doi}" if self.crate.record.doi else self.crate.record.uuid.urn

    def beside(self, name: str) -> Path | None:
        """Another raster of the crate (`CONFIDENCE`, `CLEAR`, `PROBABILITIES`...); None where there is none."""
        path = standing(self.crate.folder, name) if self.crate else None
        return path if path and path.is_file() else None

    def blocks(self, size: int = 512) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
        """Every block with its codes, row by row; the file is opened once and one block is in memory."""
        cache = min(CACHE_BYTES, max(_LEAST_CACHE, 2 * size * self.grid.width))  # what is read is read once
        with opened(self.path, cache) as image:
            for block in self.grid.blocks(size):
                yield block, _codes(image, block, self.name)

    def read(self, block: Block) -> NDArray[np.uint8]:
        """The codes of a block, (y, x)."""
        with opened(self.path) as image:
            return _codes(image, block, self.name)

    def inputs(self, *further: str) -> tuple[Input, ...]:
        """The files of the map and of the ``further`` rasters beside it, hashed, as provenance names them."""
        paths = [self.path, *(path for name in further if (path := self.beside(name)))]
        return tuple(
            Input(self.identifier or self.name, self._called(file), *hash_file(file))
            for path in paths
            for file in files_of(path)
        )

    def _called(self, file: Path) -> str:
        return f"{self.name}/{file.relative_to(self.crate.folder).as_posix()}" if self.crate else file.name


def open_map(path: Path, nomenclature: Path | None = None) -> ClassMap:
    """The map at ``path``: a crate, or a raster of codes 1 to 255 in its first band.

    The classes are those of ``nomenclature`` (CSV: code, fr, en, colour, parent), else of the record, else of the tags
    ``CLASS_3`` and the colour table of the file. Raises `RasterError`, `CrateError`, `ProblemsError`.
    """
    path = Path(path)
    crate = open_crate(path) if path.is_dir() else None
    raster = standing(crate.folder, MAP) if crate else path
    if not raster.is_file():
        cure = "Give the crate of a land-cover map, or a raster of classes."
        raise RasterError(f"There is no map '{raster}'.", hint=cure)
    grid = Grid.of(raster)
    if crate is None:
        check_classes(raster)
    known = _read(nomenclature) if nomenclature else _known(crate, raster)
    return ClassMap(raster, crate.name if crate else path.name, crate, grid, known)


def _read(path: Path) -> Nomenclature:
    problems: list[Problem] = []
    parts = read_csv(path, problems)
    if problems:
        raise ProblemsError(f"The classes of '{path.name}' cannot be used.", problems)
    return from_parts("", sorted(parts, key=lambda part: part.code))


def _known(crate: Crate | None, raster: Path) -> Nomenclature:
    classes = crate.record.classes if crate and crate.record.classes else told(raster)
    scheme = crate.record.nomenclature if crate else ""
    return from_classes(scheme, sorted(classes, key=lambda one: one.code))


def named(code: int, known: dict[int, MapClass], rank: int) -> MapClass:
    """A class; one that no map names is called by its code."""
    label = Text(fr=str(code), en=str(code))
    return known.get(code) or MapClass(code=code, label=label, colour=PALETTE[rank % len(PALETTE)])


def told(path: Path) -> list[MapClass]:
    """The classes that the tags ``CLASS_3`` and the colour table of a raster tell."""
    with opened(path) as image:
        tags = image.tags()
        try:
            table = image.colormap(1)
        except ValueError:
            table = {}
    found = []
    for key, name in tags.items():
        code = key.removeprefix("CLASS_")
        if key.startswith("CLASS_") and code.isdigit() and 1 <= int(code) <= 255:
            red, green, blue = table.get(int(code), (136, 136, 136))[:3]
            colour = f"#{red:02x}{green:02x}{blue:02x}"
            found.append(MapClass(code=int(code), label=Text(fr=name, en=name), colour=colour))
    return found


def _codes(image: Any, block: Block, name: str) -> NDArray[np.uint8]:
    values = image.read(1, window=block.window())
    if image.nodata is not None and image.nodata != NOT_MAPPED:
        values = np.where(values == image.nodata, NOT_MAPPED, values)
    if values.dtype == np.uint8:
        return np.asarray(values)
    if ((values < 0) | (values > 255)).any():
        raise RasterError(
            f"'{name}' is no map of classes: it has values below 0 or above 255.",
            hint="Give a raster of whole numbers from 1 to 255, or set its nodata value.",
        )
    return np.asarray(values, np.uint8)
