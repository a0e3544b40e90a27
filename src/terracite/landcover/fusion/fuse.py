# SPDX-License-Identifier: AGPL-3.0-or-later
"""From several maps to one: a crate with its record, or rasters alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from terracite.crate.write import refuse_inputs
from terracite.landcover import pictures
from terracite.landcover.classmap import named
from terracite.landcover.derived import Derived, write
from terracite.landcover.fusion import windows
from terracite.landcover.fusion.combine import NOTHING
from terracite.landcover.fusion.options import FusionError, Options
from terracite.landcover.fusion.saying import derived_of
from terracite.landcover.fusion.sources import classes_of, sources_of
from terracite.landcover.products.files import THUMBNAIL, Item, cog, item
from terracite.landcover.products.legend import legend
from terracite.landcover.progress import Listener, Silent
from terracite.raster.grid import Grid
from terracite.raster.write import write_cog
from terracite.record.model import FileRole, MapClass, Text

_LAYERS = {  #: layer -> what its band holds, and what the record says of it
    "classes": (
        "fused class",
        Text(fr="Classe fusionnée ; 0 = aucune ou indécise.", en="Fused class; 0 = none, or undecided."),
    ),
    "support": (
        "support, %",
        Text(
            fr="Soutien de la classe, en % : croyance, ou part des votes ; 255 = aucune carte n'y dit rien.",
            en="Support of the class, in %: belief, or share of the votes; 255 = no map says anything there.",
        ),
    ),
    "conflict": (
        "conflict, %",
        Text(
            fr="Conflit entre les cartes, en % ; 255 = aucune carte n'y dit rien.",
            en="Conflict between the maps, in %; 255 = no map says anything there.",
        ),
    ),
    "undecided": (
        "1 = undecided",
        Text(fr="1 où deux classes sont à égalité, 0 ailleurs.", en="1 where two classes have the same, 0 elsewhere."),
    ),
}
_NAMES = {"classes": "landcover", "support": "support", "conflict": "conflict", "undecided": "undecided"}


@dataclass(frozen=True, slots=True)
class Fused:
    """What was made."""

    path: Path  #: the crate, or the raster of classes
    cells: Mapping[int, int]  #: by code
    undecided: int  #: cells
    unmapped: int  #: cells where no map says anything
    changed: bool = True


def fuse(
    paths: Sequence[Path],
    output: Path,
    options: Options | None = None,
    listener: Listener | None = None,
    command: Sequence[str] = (),
) -> Fused:
    """Fuse the maps in ``paths`` (crates, or rasters of classes) on the grid of the first one.

    ``output``: a crate, or a file ``.tif`` with its further layers beside it. Raises `FusionError`, `MatrixError`,
    `RasterError` and `CrateError`, each naming the map.
    """
    how, hear = options or Options(), listener or Silent()
    sources = sources_of(paths, how)
    known, grid = classes_of(sources), sources[0].map.grid
    hear.step(f"{len(sources)} maps, {grid.width} x {grid.height} cells of '{sources[0].name}'")
    output = Path(output).absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as work:
        with hear.progress("fusing") as progress:
            cells, areas = windows.keep_all(Path(work), sources, how, grid, progress)
        codes = [int(code) for code in np.flatnonzero(cells[1:]) + 1]
        if not codes:
            raise FusionError("No cell has a class.", hint="Check that the maps hold codes from 1 to 255.")
        classes = tuple(named(code, known, rank) for rank, code in enumerate(sorted({*codes, *known})))
        undecided, unmapped = _not_told(Path(work), grid, how)
        changed = True
        if output.suffix.lower() in {".tif", ".tiff"}:
            refuse_inputs(output, paths)
            names = {layer: f"{output.stem}_{name}.tif" for layer, name in _NAMES.items()} | {"classes": output.name}
            _rasters(output.parent, names, Path(work), grid, how, classes)
        else:
            what = derived_of(sources, how, grid, _with_areas(classes, areas), command)
            maps = [source.map for source in sources]
            changed = write(output, maps, what, lambda folder: _files(folder, Path(work), how, what))
    return Fused(output, {code: int(cells[code]) for code in codes}, undecided, unmapped, changed)


def _not_told(work: Path, grid: Grid, how: Options) -> tuple[int, int]:
    """(cells undecided, cells where no map says anything)"""
    undecided = unmapped = 0
    for _, values in windows.kept(work, "undecided", grid, how.block):
        undecided += int((values == 1).sum())
        unmapped += int((values == NOTHING).sum())
    return undecided, unmapped


def _rasters(
    folder: Path, names: Mapping[str, str], work: Path, grid: Grid, how: Options, classes: Sequence[MapClass]
) -> None:
    tags = {f"CLASS_{one.code}": one.label.best("en") for one in classes}
    for layer, (band, _) in _LAYERS.items():
        is_map = layer == "classes"
        write_cog(
            folder / names[layer], windows.kept(work, layer, grid, how.block), grid, dtype="uint8",
            nodata=0 if is_map else NOTHING, descriptions=(band,), tags=tags if is_map else None,
            colours={one.code: one.colour for one in classes} if is_map else None,
        )  # fmt: skip


def _with_areas(classes: Sequence[MapClass], areas: NDArray[np.float64] | None) -> tuple[MapClass, ...]:
    """The classes with their area as mapped; ``areas``: (256,) m² by code."""
    if areas is None:
        return tuple(classes)
    return tuple(one.model_copy(update={"area_ha": round(float(areas[one.code]) / 10_000, 2)}) for one in classes)


def _files(folder: Path, work: Path, how: Options, what: Derived) -> Iterator[Item]:
    names = {layer: f"{name}.tif" for layer, name in _NAMES.items()}
    _rasters(folder, names, work, what.grid, how, what.classes)
    yield from (cog(names[layer], label) for layer, (_, label) in _LAYERS.items())
    yield from legend(folder, what.classes)
    colours = {one.code: one.colour for one in what.classes}
    (folder / THUMBNAIL).write_bytes(pictures.map_png(folder / names["classes"], colours, 480))
    fr, en = "Aperçu de la carte.", "Preview of the map."
    yield item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", fr, en)
