# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finished maps shown as one, without a copy or a warp: a VRT per reference system, and an index of their files.

A VRT holds one reference system. Maps of several UTM zones stay on their own grids, each zone in its own VRT.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.crate.read import Crate, open_crate
from terracite.errors import CrateError
from terracite.landcover.products import CONFIDENCE, MAP, standing
from terracite.landcover.products.legend import qml
from terracite.landcover.reuse import shift
from terracite.raster.footprint import box_footprint
from terracite.raster.grid import Block, Grid, same_crs
from terracite.raster.vrt import Piece, files_of, write_vrt
from terracite.record.model import MapClass

INDEX = "index.parquet"
_OURS = re.compile(r"(landcover|confidence)_\w+\.(vrt|qml|fr\.qml)(\.aux\.xml)?|index\.parquet")


@dataclass(frozen=True, slots=True)
class Mosaic:
    """What was written."""

    folder: Path
    maps: tuple[Path, ...]  #: the VRT of each reference system
    files: int  #: that the index lists


@dataclass(frozen=True, slots=True)
class _Map:
    """A map of the mosaic: a crate, its grid, and where it begins on that of the first map of its zone."""

    crate: Crate
    grid: Grid
    row: int = 0
    col: int = 0

    def cogs(self, raster: str) -> Iterator[tuple[Path, Grid]]:
        """The files that hold the cells of a raster."""
        for path in files_of(standing(self.crate.folder, raster)):
            if path.suffix.lower() != ".vrt":
                yield path, Grid.of(path)


@dataclass(frozen=True, slots=True)
class _Zone:
    """The maps of one reference system, in the order given, on the grid that holds them all."""

    name: str
    grid: Grid
    maps: tuple[_Map, ...]


def mosaic(crates: Sequence[Path], output: Path) -> Mosaic:
    """Show the maps of ``crates`` as one in the folder ``output``.

    Written: ``landcover_EPSG32740.vrt`` (and ``confidence_...``, where all maps have it) per reference system, styles
    for QGIS, and ``index.parquet`` (GeoParquet, WGS 84: each file with its outline and hash). Paths are relative:
    crates and mosaic have to be moved together. Where maps overlap, the first one that maps a cell owns it.

    Raises `CrateError` for what is no map, maps of other classes, maps whose cells do not coincide, and a folder with
    other files.
    """
    maps = [_opened(path) for path in crates]
    if not maps:
        raise CrateError("There is no map to show.", hint="Give the crates of land-cover maps.")
    for other in maps[1:]:
        _check_classes(maps[0].crate, other.crate)
    zones = _zones(maps)
    output = Path(output).absolute()
    _refuse_others(output)
    output.mkdir(parents=True, exist_ok=True)
    written = [path for zone in zones for path in _write_zone(zone, output, maps[0].crate)]
    count = _write_index(zones, output)
    for path in output.iterdir():  # of a mosaic that stood there
        if path not in {*written, output / INDEX}:
            path.unlink()
    shown = tuple(path for path in written if path.suffix == ".vrt" and path.name.startswith(MAP))
    return Mosaic(output, shown, count)


def _opened(path: Path) -> _Map:
    crate = open_crate(path)
    raster = standing(crate.folder, MAP)
    if not raster.is_file() or not crate.record.classes:
        raise CrateError(
            f"'{crate.name}' is not a land-cover map.", hint="Give crates of `terracite landcover run` or `fuse`."
        )
    return _Map(crate, Grid.of(raster))


def _check_classes(first: Crate, other: Crate) -> None:
    ids = first.record.nomenclature, other.record.nomenclature
    cure = f"Make one of them again with the [nomenclature] of '{first.name}', or recode it."
    if all(ids) and ids[0] != ids[1]:
        raise CrateError(f"'{first.name}' is of nomenclature '{ids[0]}', '{other.name}' of '{ids[1]}'.", hint=cure)
    mine, theirs = _names(first.record.classes), _names(other.record.classes)
    for code in sorted(mine.keys() | theirs.keys()):
        one, two = mine.get(code, "nothing"), theirs.get(code, "nothing")
        if one != two:
            what = f"Code {code} is '{one}' in '{first.name}' and '{two}' in '{other.name}'."
            raise CrateError(what, hint=cure)


def _names(classes: Iterable[MapClass]) -> dict[int, str]:
    return {item.code: item.label.best("en") for item in classes}


def _zones(maps: Iterable[_Map]) -> tuple[_Zone, ...]:
    groups: list[list[_Map]] = []
    for one in maps:
        group = next((group for group in groups if same_crs(group[0].grid.crs, one.grid.crs)), None)
        if group is None:
            groups.append([one])
        else:
            row, col = _placed(one.crate.name, one.grid, group[0].grid, group[0].crate.name)
            group.append(replace(one, row=row, col=col))
    names: dict[str, int] = {}
    return tuple(_zone(group, names) for group in groups)


def _placed(name: str, grid: Grid, onto: Grid, other: str) -> tuple[int, int]:
    """(row, column) of the first cell of a grid on another one, whose cells are the same."""
    if (found := shift(grid, onto)) is None:
        raise CrateError(
            f"The cells of '{name}' and '{other}' do not coincide.",
            hint=f"Make '{name}' again with the same cell size, on the cell corners of the other, or leave it out.",
        )
    return found


def _zone(group: Sequence[_Map], names: dict[str, int]) -> _Zone:
    top, left = min(one.row for one in group), min(one.col for one in group)
    height = max(one.row + one.grid.height for one in group) - top
    width = max(one.col + one.grid.width for one in group) - left
    grid = group[0].grid.crop(Block(top, left, height, width))
    name = re.sub(r"[^A-Za-z0-9]+", "", grid.crs_label()) or "zone"
    names[name] = names.get(name, 0) + 1
    return _Zone(name if names[name] == 1 else f"{name}_{names[name]}", grid, tuple(group))


def _write_zone(zone: _Zone, folder: Path, first: Crate) -> Iterator[Path]:
    classes, scheme = first.record.classes, first.record.nomenclature
    colours = {item.code: item.colour for item in classes if item.colour}
    tags = {f"CLASS_{item.code}": item.label.best("en") for item in classes}
    tags |= {"NOMENCLATURE": scheme} if scheme else {}
    path, pieces = folder / f"{MAP}_{zone.name}.vrt", _pieces(zone, MAP, folder)
    yield write_vrt(
        path, pieces, zone.grid, dtype="uint8", nodata=0, colours=colours, descriptions=("land cover class",), tags=tags
    )
    for ending, language in ((".qml", "en"), (".fr.qml", "fr")):
        style = path.with_suffix(ending)
        style.write_text(qml(classes, language), encoding="utf-8")
        yield style
    if all(standing(one.crate.folder, CONFIDENCE).is_file() for one in zone.maps):
        path, pieces = folder / f"{CONFIDENCE}_{zone.name}.vrt", _pieces(zone, CONFIDENCE, folder)
        yield write_vrt(path, pieces, zone.grid, dtype="uint8", nodata=0, descriptions=("confidence, %",))


def _pieces(zone: _Zone, raster: str, folder: Path) -> list[Piece]:
    """The files of a raster, where they lie in the zone; those of the first map first."""
    found = []
    for one in zone.maps:
        for path, grid in one.cogs(raster):
            at = _placed(path.name, grid, zone.grid, one.crate.name)
            found.append(Piece(_relative(path, folder), Block(*at, *grid.shape)))
    return found


def _write_index(zones: Iterable[_Zone], folder: Path) -> int:
    """One row per file of the maps; returns how many."""
    import geopandas

    rows, outlines = [], []
    for zone in zones:
        for one in zone.maps:
            known = {file.path: file for file in one.crate.record.files}
            for path, grid in one.cogs(MAP):
                file = known[path.relative_to(one.crate.folder).as_posix()]
                record = one.crate.record
                rows.append(
                    {
                        "file": _relative(path, folder),
                        "shown_by": f"{MAP}_{zone.name}.vrt",
                        "crate": one.crate.name,
                        "uuid": record.uuid.urn,
                        "doi": record.doi or "",
                        "title": record.title.best("en"),
                        "crs": grid.crs_label(),
                        "cell_size_m": round(grid.cell_size_m, 3),
                        "rows": grid.height,
                        "columns": grid.width,
                        "bytes": file.bytes,
                        "sha256": file.sha256,
                    }
                )
                outlines.append(box_footprint(grid))
    part = folder / f".{INDEX}.partial"
    frame = geopandas.GeoDataFrame(rows, geometry=outlines, crs="EPSG:4326")
    frame.to_parquet(part, index=False, schema_version="1.1.0", write_covering_bbox=True)
    part.replace(folder / INDEX)
    return len(rows)


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _refuse_others(folder: Path) -> None:
    """A mosaic replaces a mosaic, and nothing else."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if not _OURS.fullmatch(path.name.removeprefix(".").removesuffix(".partial")):
            what = f"'{folder}' holds other files, such as '{path.name}'."
            raise CrateError(what, hint="Give a folder that is not there yet, or that of an earlier mosaic.")
