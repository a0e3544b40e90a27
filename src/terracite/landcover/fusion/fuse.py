# SPDX-License-Identifier: AGPL-3.0-or-later
"""From several maps to one: a crate with its record, or rasters alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from terracite.crate.provenance import Input, Provenance, hash_file, software_versions
from terracite.crate.write import CrateBuilder, refuse_inputs
from terracite.errors import RasterError
from terracite.landcover import pictures
from terracite.landcover.classmap import named
from terracite.landcover.fusion import windows
from terracite.landcover.fusion.combine import NOTHING
from terracite.landcover.fusion.options import FusionError, Options
from terracite.landcover.fusion.record import describe, readme_heads
from terracite.landcover.fusion.sources import MapSource, classes_of, sources_of
from terracite.landcover.products.crate import readme
from terracite.landcover.products.files import README, THUMBNAIL, Item, cog, item
from terracite.landcover.products.legend import legend
from terracite.landcover.progress import Listener, Silent
from terracite.raster.grid import Grid
from terracite.raster.vrt import files_of
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
    known, grid = classes_of(sources), sources[0].grid
    hear.step(f"{len(sources)} maps, {grid.width} x {grid.height} cells of '{sources[0].name}'")
    output = Path(output).absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as work:
        with hear.progress("fusing") as progress:
            cells = windows.keep_all(Path(work), sources, how, grid, progress)
        codes = [int(code) for code in np.flatnonzero(cells[1:]) + 1]
        if not codes:
            raise FusionError("No cell has a class.", hint="Check that the maps hold codes from 1 to 255.")
        classes = tuple(named(code, known, rank) for rank, code in enumerate(sorted({*codes, *known})))
        undecided, unmapped = _not_told(Path(work), grid, how)
        changed = True
        if output.suffix.lower() in {".tif", ".tiff"}:
            names = {layer: f"{output.stem}_{name}.tif" for layer, name in _NAMES.items()} | {"classes": output.name}
            _rasters(output.parent, names, Path(work), grid, how, classes)
        else:
            provenance = _provenance(sources, how, command)
            changed = _crate(output, Path(work), sources, how, grid, _with_areas(classes, cells, grid), provenance)
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


def _with_areas(classes: Sequence[MapClass], cells: NDArray[np.int64], grid: Grid) -> tuple[MapClass, ...]:
    """The classes with their area as mapped, where all cells are of one size."""
    try:
        area = grid.cell_area_m2() / 10_000
    except RasterError:
        return tuple(classes)
    return tuple(one.model_copy(update={"area_ha": round(float(cells[one.code]) * area, 2)}) for one in classes)


def _crate(
    output: Path, work: Path, sources: Sequence[MapSource], how: Options, grid: Grid,
    classes: Sequence[MapClass], provenance: Provenance,
) -> bool:  # fmt: skip
    refuse_inputs(output, (one.crate.folder if one.crate else one.path for one in sources))
    with CrateBuilder(output) as crate:
        folder, names = crate.staging, {layer: f"{name}.tif" for layer, name in _NAMES.items()}
        _rasters(folder, names, work, grid, how, classes)
        items: list[Item] = [cog(names[layer], label) for layer, (_, label) in _LAYERS.items()]
        items += legend(folder, classes)
        colours = {one.code: one.colour for one in classes}
        (folder / THUMBNAIL).write_bytes(pictures.map_png(folder / names["classes"], colours, 480))
        fr, en = "Aperçu de la carte.", "Preview of the map."
        items.append(item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", fr, en))
        record = describe(sources, how, grid, classes, provenance)
        (folder / README).write_text(readme(readme_heads(record), items), encoding="utf-8")
        fr, en = "Ce que contient chaque fichier.", "What each file holds."
        items.append(item(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", fr, en))
        for one in items:
            crate.add(one.path, one.role, one.media_type, one.format, one.description)
        crate.finish(record, provenance)
        return crate.changed


def _called(source: MapSource, file: Path) -> str:
    """A file of a map: a crate, by its path there, and a raster, by its own name."""
    if source.crate is None:
        return file.name
    return f"{source.name}/{file.relative_to(source.path.parent).as_posix()}"


def _provenance(sources: Sequence[MapSource], how: Options, command: Sequence[str]) -> Provenance:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    files = [(source, path) for source in sources for path in (source.path, source.confidence) if path]
    inputs = [
        Input(source.identifier or source.name, _called(source, file), *hash_file(file))
        for source, path in files
        if path == source.path or how.by_confidence
        for file in files_of(path)
    ]  # fmt: skip
    inputs += [Input(path.name, path.name, *hash_file(path)) for path in how.confusion]
    parameters: dict[str, object] = {"method": how.method, "by_confidence": how.by_confidence}
    if how.method == "dempster-shafer":
        parameters["measure"] = how.measure
    if how.weights:
        parameters["weights"] = list(how.weights)
    words = tuple(command) or ("terracite", "landcover", "fuse")
    return Provenance(words, software_versions("numpy", "numba", "rasterio"), now, now, tuple(inputs), parameters)
