# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map in a coarser nomenclature, as a crate, with its accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.landcover import derived, pictures
from terracite.landcover.classmap import PROBABILITIES, ClassMap
from terracite.landcover.derived import Derived
from terracite.landcover.judging.under import count_cells, read_under
from terracite.landcover.products import CONFIDENCE, MAP
from terracite.landcover.products.files import THUMBNAIL, Item, cog, item, rounded, write_csv
from terracite.landcover.products.legend import legend
from terracite.landcover.recipe import SamplePart
from terracite.landcover.scales import merging
from terracite.landcover.scales.crosswalk import Crosswalk, check
from terracite.landcover.scales.merging import Merged
from terracite.raster.grid import Block
from terracite.raster.read import opened
from terracite.raster.write import write_cog
from terracite.record.model import FileRole, MapClass, Text, Variable

_NO_SHARE = 255


@dataclass(frozen=True, slots=True)
class Generalised:
    """What was made."""

    changed: bool
    known: Merged
    classes: tuple[MapClass, ...]  #: with their areas as mapped


def generalise(
    found: ClassMap, table: Crosswalk, output: Path, sample: SamplePart | None = None, command: Sequence[str] = ()
) -> Generalised:
    """Make the crate ``output`` of a map whose classes become those of ``table``.

    Raises `ProblemsError` (classes without a line, a sample that cannot be used), `RasterError`, `CrateError`.
    """
    none = np.empty(0, np.int64)
    under = read_under(found, none, none)
    check(table, found.nomenclature, (code for code in under.present.tolist() if code))
    known = merging.merged(found, table, under.areas_ha, sample)
    cells = _summed(count_cells(found), table)
    areas = None if under.areas_ha is None else _summed(under.areas_ha, table)
    classes = tuple(
        one if areas is None else one.model_copy(update={"area_ha": round(float(areas[one.code]), 2)})
        for one in table.classes
    )
    what = _derived(found, table, classes, known, sample, tuple(command))

    def make(folder: Path) -> Iterator[Item]:
        yield from _rasters(folder, found, table)
        yield from legend(folder, table.classes)
        yield _areas(folder, table, cells, areas, known)
        yield _confusion(folder, known, [one.code for one in table.classes])
        (folder / THUMBNAIL).write_bytes(
            pictures.map_png(folder / f"{MAP}.tif", {one.code: one.colour for one in classes}, 480)
        )
        yield item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", "Aperçu de la carte.", "Preview of the map.")

    return Generalised(derived.write(output, [found], what, make), known, classes)


def _summed(by_code: NDArray[np.int64] | NDArray[np.float64], table: Crosswalk) -> NDArray[np.float64]:
    """What is counted by code of the map, by code of the other nomenclature: (256,)."""
    to = table.codes(np.arange(256, dtype=np.uint8))
    return np.bincount(to, by_code, minlength=256).astype(np.float64)


def _rasters(folder: Path, found: ClassMap, table: Crosswalk) -> Iterator[Item]:
    tags = {f"CLASS_{one.code}": one.label.best("en") for one in table.classes}
    tags |= {"NOMENCLATURE": table.id} if table.id else {}
    blocks = ((block, table.codes(codes)) for block, codes in found.blocks())
    write_cog(
        folder / f"{MAP}.tif", blocks, found.grid, dtype="uint8", nodata=0, descriptions=("land cover class",),
        tags=tags, colours={one.code: one.colour for one in table.classes},
    )  # fmt: skip
    yield cog(f"{MAP}.tif", Text(fr="Classe, après fusion ; 0 = non cartographié.", en="Merged class; 0 = not mapped."))
    soft, sure = _soft(found), found.beside(CONFIDENCE)
    if soft is not None:
        bands = tuple(f"{one.code} {one.label.best('en')}, %" for one in table.classes)
        write_cog(
            folder / f"{PROBABILITIES}.tif", _merged_shares(found, soft, table), found.grid, dtype="uint8",
            nodata=_NO_SHARE, descriptions=bands,
        )  # fmt: skip
        fr, en = "Part de chaque classe après fusion, en %.", "Share of each merged class, in %."
        yield cog(f"{PROBABILITIES}.tif", Text(fr=fr, en=en))
    if soft is not None or sure is not None:
        values = _confidence(found, soft, table) if soft is not None else _copied(found, sure or found.path)
        name = f"{CONFIDENCE}.tif"
        write_cog(folder / name, values, found.grid, dtype="uint8", nodata=0, descriptions=("confidence, %",))
        fr, en = "Part des voix pour la classe fusionnée, en %.", "Share of the votes for the merged class, in %."
        if soft is None:
            fr = "Part des voix pour la classe d'avant la fusion, en % : celle de la classe fusionnée est plus haute."
            en = "Share of the votes for the class before merging, in %: that of the merged class is higher."
        yield cog(name, Text(fr=fr, en=en))


def _soft(found: ClassMap) -> Path | None:
    """The probabilities of the map, where they have one band a class."""
    path = found.beside(PROBABILITIES)
    if path is None:
        return None
    with opened(path) as image:
        return path if image.count == len(found.nomenclature) else None


def _merged_shares(found: ClassMap, soft: Path, table: Crosswalk) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
    to = table.positions(found.nomenclature.classes)[:-1]
    with opened(soft) as image:
        for block in found.grid.blocks():
            shares = image.read(window=block.window())
            there = shares[0] != _NO_SHARE
            total = np.zeros((len(table.classes), *block.shape), np.int64)
            np.add.at(total, to, np.where(there, shares, 0))
            yield block, np.where(there, np.minimum(total, 100), _NO_SHARE).astype(np.uint8)


def _confidence(found: ClassMap, soft: Path, table: Crosswalk) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
    rank = np.zeros(256, np.int64)
    rank[[one.code for one in table.classes]] = np.arange(len(table.classes))
    for block, shares in _merged_shares(found, soft, table):
        codes = found.read(block)
        place = rank[table.codes(codes)]
        own = np.take_along_axis(shares, place[None], axis=0)[0]
        yield block, np.where((codes > 0) & (own != _NO_SHARE), own, 0).astype(np.uint8)


def _copied(found: ClassMap, path: Path) -> Iterator[tuple[Block, NDArray[np.uint8]]]:
    with opened(path) as image:
        for block in found.grid.blocks():
            yield block, image.read(1, window=block.window())


def _areas(
    folder: Path, table: Crosswalk, cells: NDArray[np.float64], areas: NDArray[np.float64] | None, known: Merged
) -> Item:
    head = [
        "code", "fr", "en", "cells", "mapped_ha", "estimated_ha", "estimated_ha_low", "estimated_ha_high",
        "users_accuracy", "users_accuracy_half_width", "producers_accuracy", "producers_accuracy_half_width",
        "merged_from",
    ]  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for place, one in enumerate(table.classes):
        mapped = "" if areas is None else round(float(areas[one.code]), 4)
        merged_from = " ".join(str(code) for code, to in table.table.items() if to == one.code)
        figures = [int(cells[one.code]), mapped, *_estimated(known, place), merged_from]
        rows.append([one.code, one.label.fr, one.label.en, *figures])
    write_csv(folder / "areas.csv", rows)
    fr = "Surface de chaque classe fusionnée : sur la carte, et estimée par l'échantillon ; exactitudes réestimées."
    en = "Area of each merged class: on the map, and estimated from the sample; accuracies estimated again."
    return item("areas.csv", FileRole.DATA, "text/csv", "CSV", fr, en)


def _estimated(known: Merged, place: int) -> list[object]:
    if known.accuracy is None:
        return [""] * 7
    areas = known.accuracy.areas
    found = [rounded(float(values[place]), 4) for values in (areas.value, areas.low, areas.high)]
    for one in (known.accuracy.users, known.accuracy.producers):
        found += [rounded(float(one.value[place]), 6), rounded(float(one.half_width[place]), 6)]
    return found


def _confusion(folder: Path, known: Merged, codes: Sequence[int]) -> Item:
    heads = ["source", "run", "map_code", "reference_code", "count"]
    write_csv(folder / merging.CONFUSION, [heads, *merging.rows(known, codes)])
    fr = "Matrices de confusion, lignes et colonnes des classes fusionnées additionnées."
    en = "Confusion matrices, with the rows and columns of merged classes added up."
    return item(merging.CONFUSION, FileRole.DATA, "text/csv", "CSV", fr, en)


def _derived(
    found: ClassMap, table: Crosswalk, classes: tuple[MapClass, ...], known: Merged, sample: SamplePart | None,
    command: tuple[str, ...],
) -> Derived:  # fmt: skip
    before, after = len(found.nomenclature), len(classes)
    own = tuple(path for path in (table.file, *((sample.file, sample.strata_file) if sample else ())) if path)
    return Derived(
        kind="landcover-generalised",
        command=command or ("terracite", "landcover", "generalise", found.name),
        title=Text(
            fr=f"{found.title.best('fr')}, en {after} classes", en=f"{found.title.best('en')}, in {after} classes"
        ),
        abstract=Text(
            fr=f"La carte d'origine, dont les {before} classes deviennent {after}. {known.remark.fr}",
            en=f"The map before, whose {before} classes become {after}. {known.remark.en}",
        ),
        steps=(
            Text(
                fr=f"Fusion de classes selon la table {table.id or 'des parents'}.",
                en=f"Classes merged by the table {table.id or 'of parents'}.",
            ),
        ),
        grid=found.grid,
        resolution_m=found.grid.cell_size_m,
        variables=(Variable(name=MAP, label=Text(fr="Classe d'occupation du sol", en="Land-cover class"), unit="1"),),
        classes=classes,
        nomenclature=table.id,
        quality=known.quality(),
        parameters={"crosswalk": {str(code): to for code, to in table.table.items()}},
        files=own,
        further=tuple(name for name in (CONFIDENCE, PROBABILITIES) if found.beside(name)),
    )
