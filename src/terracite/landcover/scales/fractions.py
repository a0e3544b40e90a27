# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shares of classes on coarser cells as a crate: COGs in the map's projection, NetCDF on longitude and latitude."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover import derived
from terracite.landcover.classmap import PROBABILITIES, ClassMap
from terracite.landcover.derived import Derived
from terracite.landcover.products.files import Item, cog, item, safe
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.scales import netcdf
from terracite.landcover.scales.cells import Cells, LonLat, Squares, lonlat_corners
from terracite.landcover.scales.gather import Placed, gather, placed
from terracite.landcover.scales.sources import Source, source_of
from terracite.raster.grid import Block
from terracite.raster.write import write_cog
from terracite.record.cf import acdd_attributes
from terracite.record.cf.variables import variable_attributes
from terracite.record.model import FileRole, Record, Text, Variable

Floats = NDArray[np.float64]
_SIDE = 512  #: coarse cells along a side of what is in memory at once
_ROOM = 64 * 2**20  #: bytes of the rows of a NetCDF file that are in memory at once
_MOST = 65_534  #: fine cells in a coarse one that two bytes count


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which coarser cells."""

    sides: tuple[float, ...] = ()  #: of squares, in the unit of the map's projection
    steps: tuple[float, float] | None = None  #: of longitude and latitude, degrees
    grid: LonLat | None = None  #: cells that a file has
    grid_file: Path | None = None
    from_probabilities: bool = False


@dataclass(slots=True)
class Sums:
    """Areas by class and file, to compare with those of the map; m²."""

    of_map: Floats
    by_file: dict[str, Floats] = field(default_factory=dict)

    @property
    def largest_difference(self) -> float:
        """Of an area of a class in a file from that of the map, as a share of the map; what lies outside included."""
        whole = self.of_map.sum()
        return max((float(np.abs(found - self.of_map).max() / whole) for found in self.by_file.values()), default=0.0)


def fractions(
    found: ClassMap, output: Path, wanted: Wanted, command: Sequence[str] = (), listener: Listener | None = None
) -> tuple[bool, Sums]:
    """Make the crate; (whether it changed, areas by class as the map and each file have them).

    Raises `RasterError`, `ProblemsError`, `CrateError`.
    """
    source = source_of(found, wanted.from_probabilities)
    squares = [(side, Squares.over(found.grid, side)) for side in wanted.sides]
    climate = _Climate.over(source, wanted) if wanted.grid or wanted.steps else None
    what = _derived(source, wanted, tuple(command))
    sums = Sums(source.totals_m2())
    hear = listener or Silent()

    def make(folder: Path) -> Iterator[Item]:
        for side, one in squares:
            name = f"fractions_{side:g}.tif"
            hear.step(f"{name}: {one.grid.width} x {one.grid.height} cells of {side:g}")
            sums.by_file[name] = _write_squares(folder / name, source, one)
            fr = f"Part de chaque classe dans des cellules de {side:g}, une bande par classe ; puis non cartographié."
            en = f"Share of each class in cells of {side:g}, one band a class; then what is not mapped."
            yield cog(name, Text(fr=fr, en=en))
        if climate is not None:
            shape = f"{climate.grid.lon.size} x {climate.grid.lat.size}"
            hear.step(f"fractions.nc: {shape} cells of longitude and latitude")
            sums.by_file["fractions.nc"] = climate.write(folder / "fractions.nc", derived.record_of([found], what))
            fr = "Part de chaque classe dans des mailles de longitude et latitude, avec leur aire."
            en = "Share of each class in cells of longitude and latitude, with their area."
            yield item("fractions.nc", FileRole.DATA, "application/x-netcdf", "NetCDF-4 (CF-1.11, ACDD-1.3)", fr, en)
        yield _table(folder, source, sums)

    return derived.write(output, [found], what, make), sums


def _write_squares(path: Path, source: Source, squares: Squares) -> Floats:
    """Write a COG; returns the area of each class in it, m². Counts of cells where none is cut, else shares."""
    counted = 0 < squares.nested**2 <= _MOST
    scale = squares.nested**-2 if counted else None
    fine = float(source.areas_m2[0])
    area = fine * squares.nested**2 if counted else fine * _times(source, squares)
    total = np.zeros(source.bands)
    cells, corners = squares.cells(), partial(squares.corners, source.grid)
    blocks = placed(source.grid, corners, turns=False)

    def values() -> Iterator[tuple[Block, NDArray[Any]]]:
        nonlocal total
        for window in squares.grid.blocks(_SIDE):
            weights = np.full(source.grid.height, 1.0 if counted else fine / area)
            one = gather(source, cells, corners, blocks, window, weights)
            total += one.total.sum(axis=(1, 2)) * (fine if counted else area)
            stack = np.concatenate([one.total, one.covered[None]])
            if counted and not source.probabilities:
                stack[-1] *= squares.nested**2
                yield window, np.where(one.covered > 0, np.rint(stack), _MOST + 1).astype(np.uint16)
            else:
                own = stack if not counted else np.concatenate([one.total * squares.nested**-2, one.covered[None]])
                yield window, np.where(one.covered > 0, own, np.nan)

    whole = counted and not source.probabilities
    bands = [f"{one.code} {one.label.best('en')}" for one in source.classes] + ["not mapped", "reached by the map"]
    nomenclature = source.map.nomenclature.id
    tags = {"CELL_AREA_M2": repr(area)} | ({"NOMENCLATURE": nomenclature} if nomenclature else {})
    kind, nodata = ("uint16", _MOST + 1.0) if whole else ("float64", float("nan"))
    write_cog(
        path, values(), squares.grid, dtype=kind, nodata=nodata, descriptions=bands, tags=tags,
        scale=scale if whole else None,
    )  # fmt: skip
    return total


def _times(source: Source, squares: Squares) -> float:
    """How many times a fine cell goes into a coarse one."""
    a, b, _, d, e, _ = source.grid.transform
    return float(squares.grid.transform[0] ** 2 / abs(a * e - b * d))


@dataclass(frozen=True, slots=True)
class _Climate:
    """Cells of longitude and latitude under a map."""

    source: Source
    grid: LonLat
    cells: Cells
    blocks: list[Placed]

    @classmethod
    def over(cls, source: Source, wanted: Wanted) -> _Climate:
        west, south, east, north = source.grid.lonlat_box()
        middle = (west + east + (360 if east < west else 0)) / 2
        blocks = placed(source.grid, partial(lonlat_corners, source.grid, middle), turns=True)
        reach = min(one.west for one in blocks), max(one.east for one in blocks)
        grid = wanted.grid
        if grid is None:
            assert wanted.steps is not None
            grid = LonLat.by_step(*wanted.steps, (reach[0], south, reach[1], north))
        return cls(source, grid, grid.cells(middle, reach), blocks)

    def write(self, path: Path, record: Record) -> Floats:
        """Write the NetCDF file; returns the area of each class in it, and of what lies outside, by class; m²."""
        total = np.zeros(self.source.bands)
        flags = next((own for own in variable_attributes(record).values() if "flag_values" in own), {})

        def rows() -> Iterator[netcdf.Rows]:
            nonlocal total
            for one in self._rows():
                if one.fractions is not None and one.unmapped is not None:
                    stack = np.concatenate([one.fractions, one.unmapped[None]])
                    total += np.nansum(stack * one.areas, axis=(1, 2))
                yield one

        steps = {
            f"geospatial_{name}_resolution": f"{np.abs(np.diff(values)).mean():g} degrees"
            for name, values in (("lat", self.grid.lat), ("lon", self.grid.lon))
            if values.size > 1
        }
        attributes = acdd_attributes(_still(record)) | steps
        netcdf.write(path, self.grid, self.source.classes, rows(), attributes, flags)
        return total

    def _rows(self) -> Iterator[netcdf.Rows]:
        """Some rows of cells at a time, in the order of the plane."""
        corners = partial(lonlat_corners, self.source.grid, self.cells.middle or 0.0)
        columns = self.grid.lon.size
        step = max(1, _ROOM // (8 * (self.source.bands + 2) * (columns + self.cells.cols.size)))
        widths = np.diff(np.sort(self.grid.lon_bounds, axis=1), axis=1)[:, 0]
        weights = self.source.areas_m2
        for first in range(0, self.cells.rows.size, step):
            window = Block(first, 0, min(step, self.cells.rows.size - first), self.cells.cols.size)
            heights = np.diff(self.cells.y_edges[first : first + window.height + 1])
            areas = heights[:, None] * widths[None]
            one = gather(self.source, self.cells, corners, self.blocks, window, weights)
            order = self.cells.rows[first : first + window.height]
            own = order >= 0
            picked = np.argsort(order[own])
            total = netcdf.folded(one.total, self.cells, columns)[:, own][:, picked]
            covered = netcdf.folded(one.covered, self.cells, columns)[own][picked]
            if not own.any():
                continue
            start = int(order[own].min())
            if not covered.any():
                yield netcdf.Rows(start, None, None, None, areas[own][picked])
            else:
                yield netcdf.rows_of(start, total, covered, areas[own][picked])


def _still(record: Record) -> Record:
    """The record without the moments of this run: the same map gives the same bytes."""
    steps = tuple(step.model_copy(update={"on": None}) for step in record.lineage.steps)
    lineage = record.lineage.model_copy(update={"steps": steps})
    return record.model_copy(update={"dates": (), "record_updated": None, "lineage": lineage})


def _table(folder: Path, source: Source, sums: Sums) -> Item:
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "fr", "en", "map_ha", *(f"{name} ha" for name in sums.by_file)])
        names = [(one.code, safe(one.label.fr), safe(one.label.en)) for one in source.classes]
        for place, head in enumerate([*names, (0, "Non cartographié", "Not mapped")]):
            row = [values[place] / 10_000 for values in (sums.of_map, *sums.by_file.values())]
            writer.writerow([*head, *(round(float(value), 6) for value in row)])
    fr = "Surface de chaque classe : sur la carte, et dans chaque fichier de parts."
    en = "Area of each class: on the map, and in each file of shares."
    return item("areas.csv", FileRole.DATA, "text/csv", "CSV", fr, en)


def _derived(source: Source, wanted: Wanted, command: tuple[str, ...]) -> Derived:
    title = source.map.title
    sides = ", ".join(f"{side:g} m" for side in wanted.sides)
    steps = f"{wanted.steps[0]:g}° x {wanted.steps[1]:g}°" if wanted.steps else ""
    cells = "; ".join(filter(None, [sides, steps, wanted.grid_file.name if wanted.grid_file else ""]))
    of = (" d'après les probabilités", " from the probabilities") if source.probabilities else ("", "")
    return Derived(
        kind="landcover-fractions",
        command=command or ("terracite", "landcover", "fractions", source.map.name),
        title=Text(fr=f"Parts des classes : {title.best('fr')}", en=f"Shares of classes: {title.best('en')}"),
        abstract=Text(
            fr=f"Part de chaque classe d'occupation du sol dans des cellules plus grossières ({cells}){of[0]}. La part "
            "fois l'aire de la cellule redonne exactement la surface de chaque classe sur la carte fine : les erreurs "
            "de la carte y restent.",
            en=f"Share of each land-cover class in coarser cells ({cells}){of[1]}. The share times the area of the "
            "cell gives back exactly the area of each class on the fine map: the errors of the map stay in it.",
        ),
        steps=(
            Text(
                fr="Partage de chaque cellule fine entre les grossières, selon l'aire exacte de ce qui y tombe.",
                en="Each fine cell shared between the coarse cells by the exact area of what lies in them.",
            ),
        ),
        grid=source.grid,
        resolution_m=wanted.sides[0] if wanted.sides else None,
        variables=(
            Variable(
                name="area_fraction", label=Text(fr="Part de la classe", en="Share of the class"),
                standard_name="area_fraction", unit="1",
            ),
            Variable(name="cell_area", label=Text(fr="Aire de la cellule", en="Area of the cell"),
                     standard_name="cell_area", unit="m2"),
        ),
        classes=source.classes,
        nomenclature=source.map.nomenclature.id,
        parameters={"cells": cells, "from_probabilities": source.probabilities is not None},
        files=(wanted.grid_file,) if wanted.grid_file else (),
        further=(PROBABILITIES,) if source.probabilities else (),
    )  # fmt: skip
