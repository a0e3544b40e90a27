# SPDX-License-Identifier: AGPL-3.0-or-later
"""A regularised map as a crate, or as one raster."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from terracite.errors import RasterError
from terracite.landcover import derived, pictures
from terracite.landcover.classmap import ClassMap, named
from terracite.landcover.products import MAP, THUMBNAIL
from terracite.landcover.products.files import Item, cog, item, rounded, safe
from terracite.landcover.products.legend import legend
from terracite.landcover.progress import Listener, Progress, Silent
from terracite.landcover.shapes.options import Regular
from terracite.landcover.shapes.regular import Effects, regular_strips
from terracite.landcover.shapes.wording import abstract, done, title
from terracite.raster.grid import Block
from terracite.raster.write import Blocks, write_cog
from terracite.record.model import FileRole, MapClass, Text, Variable

EFFECTS = "effects.csv"


@dataclass(frozen=True, slots=True)
class Regularised:
    """What was made."""

    path: Path
    effects: Effects
    changed: bool = True  #: whether the crate was not there already


def regularise(
    known: ClassMap, how: Regular, output: Path, listener: Listener | None = None, command: Sequence[str] = ()
) -> Regularised:
    """Write the regularised map: ``output`` is a crate, or a raster ``.tif``.

    Raises `RasterError`, and `CrateError` where ``output`` is a folder that holds other files.
    """
    effects, hear = Effects(np.zeros((256, 256), np.int64)), listener or Silent()

    def raster(path: Path) -> None:
        with hear.progress("regularising") as progress:
            _write(path, known, _blocks(known, how, effects, progress))
        if not effects.mapped:
            raise RasterError(f"No cell of '{known.name}' has a class.", hint="Give a map with codes from 1 to 255.")

    if output.suffix.lower() in {".tif", ".tiff"}:
        raster(output)
        return Regularised(output, effects)

    def make(folder: Path) -> Iterable[Item]:
        raster(folder / f"{MAP}.tif")
        yield cog(f"{MAP}.tif", _VARIABLE)
        yield from legend(folder, classes_of(known, np.flatnonzero(effects.cells[:, 1:].sum(axis=0)) + 1))
        yield _table(folder, known, effects)
        (folder / THUMBNAIL).write_bytes(pictures.map_png(folder / f"{MAP}.tif", known.nomenclature.colours, 480))
        yield item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", "Aperçu de la carte.", "Preview of the map.")

    what = derived.Derived(
        "landcover-regular", tuple(command) or ("terracite", "landcover", "regularise", known.name),
        title(known), abstract(known, how), tuple(done(known, how)), known.grid,
        resolution_m=known.grid.cell_size_m,
        variables=(Variable(name=MAP, label=Text(fr="Classe d'occupation du sol", en="Land-cover class"), unit="1"),),
        classes=tuple(one.model_copy(update={"area_ha": None}) for one in known.nomenclature.classes),
        nomenclature=known.nomenclature.id, parameters=how.parameters(),
    )  # fmt: skip
    changed = derived.write(output, [known], what, make)
    return Regularised(output, effects, changed)


_VARIABLE = Text(
    fr="Classe d'occupation du sol de chaque cellule, après régularisation ; 0 = non cartographié.",
    en="Land-cover class of each cell, after regularisation; 0 = not mapped.",
)


def classes_of(known: ClassMap, codes: Iterable[int]) -> tuple[MapClass, ...]:
    """The classes of the map, and those that only its cells tell."""
    told = {one.code: one for one in known.nomenclature.classes}
    return tuple(named(code, told, rank) for rank, code in enumerate(sorted({*told, *map(int, codes)})))


def _blocks(known: ClassMap, how: Regular, effects: Effects, progress: Progress) -> Blocks:
    for top, _, after in regular_strips(known, how, effects=effects, progress=progress):
        yield Block(top, 0, len(after), known.grid.width), after


def _write(path: Path, known: ClassMap, blocks: Blocks) -> None:
    classes = known.nomenclature.classes
    write_cog(
        path, blocks, known.grid, dtype="uint8", nodata=0, descriptions=("land-cover class",),
        tags={f"CLASS_{one.code}": one.label.best("en") for one in classes},
        colours={one.code: one.colour for one in classes} or None,
    )  # fmt: skip


def _table(folder: Path, known: ClassMap, effects: Effects) -> Item:
    with (folder / EFFECTS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        counts = ["cells_before", "cells_after", "cells_lost", "cells_won", "change_percent"]
        writer.writerow(["code", "fr", "en", *counts])
        writer.writerows(_rows(known, effects))
    fr = "Ce que la régularisation change : cellules de chaque classe avant et après, perdues et gagnées."
    en = "What regularising changes: cells of each class before and after, lost and won."
    return item(EFFECTS, FileRole.DOCUMENTATION, "text/csv", "CSV", fr, en)


def _rows(known: ClassMap, effects: Effects) -> Iterator[list[object]]:
    lines = list(effects.by_class())
    names = {one.code: one.label for one in classes_of(known, [code for code, *_ in lines])}
    for code, before, after, lost, won in lines:
        share = rounded(100 * (after - before) / before, 2) if before else ""
        yield [code, safe(names[code].fr), safe(names[code].en), before, after, lost, won, share]
