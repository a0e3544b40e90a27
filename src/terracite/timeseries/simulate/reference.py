# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reference data for the simulated landscape: polygons to train with, and a probability sample to judge a map with.

The two are independent: the sample is drawn at random in every stratum, and no polygon is taken from a field
that holds one of its points.
"""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import rasterio
from numpy.typing import NDArray
from rasterio.features import shapes
from shapely.geometry import Point, shape

from terracite.timeseries.simulate.landscape import CLASSES, Landscape
from terracite.timeseries.simulate.tree import Place

CELL_SIZE_M = 10.0
POINTS_PER_STRATUM = 50
POLYGONS_PER_CLASS = 24
_MIN_CELLS = 30  # a polygon of less than 0.3 ha is not worth drawing


def write_reference(folder: Path, landscape: Landscape, place: Place, rng: np.random.Generator) -> None:
    """``polygons.gpkg``, ``points.gpkg``, ``points.csv``, ``strata.csv``, ``nomenclature.csv``, ``truth.tif``.

    The strata are those of an invented older map: the truth with one field in eight misnamed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2024-01-01T00:00:00.000Z"})  # same seed, same bytes
    try:
        strata = _older_map(landscape, rng)
        rows, columns = _sample(strata, rng)
        _write_points(folder, landscape, place, strata, rows, columns)
        polygons = _polygons(landscape, place, rng, taken=np.unique(landscape.parcels[rows, columns]))
        polygons.to_file(folder / "polygons.gpkg", layer="polygons", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    _write_nomenclature(folder / "nomenclature.csv")
    _write_truth(folder / "truth.tif", landscape.classes, place)


def _older_map(landscape: Landscape, rng: np.random.Generator) -> NDArray[np.uint8]:
    count = landscape.parcel_offset.size
    wrong = rng.random(count) < 0.125
    other = rng.integers(2, len(CLASSES) + 1, count).astype(np.uint8)
    land = landscape.classes != 1
    changed = wrong[landscape.parcels] & land
    return np.where(changed, other[landscape.parcels], landscape.classes).astype(np.uint8)


def _sample(strata: NDArray[np.uint8], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of cells drawn at random without replacement, the same number in every stratum."""
    flat = strata.ravel()
    chosen = []
    for code in np.unique(flat):
        cells = np.flatnonzero(flat == code)
        chosen.append(rng.choice(cells, min(POINTS_PER_STRATUM, cells.size), replace=False))
    rows, columns = np.unravel_index(np.concatenate(chosen), strata.shape)
    return rows, columns


def _write_points(
    folder: Path,
    landscape: Landscape,
    place: Place,
    strata: NDArray[np.uint8],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> None:
    labels = {item.code: item.label for item in CLASSES}
    cells = np.bincount(strata.ravel(), minlength=len(CLASSES) + 1)
    codes, stratum = landscape.classes[rows, columns].astype(int), strata[rows, columns].astype(int)
    x = place.origin[0] + (columns + 0.5) * CELL_SIZE_M
    y = place.origin[1] - (rows + 0.5) * CELL_SIZE_M
    table = geopandas.GeoDataFrame(
        {
            "id": np.arange(1, rows.size + 1),
            "class": codes,
            "class_en": [labels[code].en for code in codes],
            "class_fr": [labels[code].fr for code in codes],
            "stratum": stratum,
            "stratum_cells": cells[stratum],
        },
        geometry=[Point(east, north) for east, north in zip(x, y, strict=True)],
        crs=place.crs,
    )
    table.to_file(folder / "points.gpkg", layer="points", engine="pyogrio")
    table.drop(columns="geometry").assign(x=x, y=y).to_csv(folder / "points.csv", index=False)
    _write_strata(folder / "strata.csv", cells)


def _write_strata(path: Path, cells: NDArray[np.int64]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["stratum", "label_fr", "label_en", "cells", "area_ha"])
        for item in CLASSES:
            count = int(cells[item.code])
            writer.writerow([item.code, item.label.fr, item.label.en, count, count * CELL_SIZE_M**2 / 10_000])


def _polygons(
    landscape: Landscape, place: Place, rng: np.random.Generator, taken: NDArray[np.int32]
) -> geopandas.GeoDataFrame:
    """Some fields of every class, a cell inside their border, none of them in ``taken``."""
    codes, geometries = [], []
    inner = _inner(landscape.classes, landscape.parcels)
    free = ~np.isin(landscape.parcels, taken)
    for item in CLASSES:
        cells = inner & free & (landscape.classes == item.code)
        sizes = np.bincount(landscape.parcels[cells], minlength=landscape.parcel_offset.size)
        fields = np.flatnonzero(sizes >= _MIN_CELLS)
        for number in rng.choice(fields, min(POLYGONS_PER_CLASS, fields.size), replace=False):
            geometries.append(_largest_part(cells & (landscape.parcels == number), place))
            codes.append(item.code)
    labels = {item.code: item.label for item in CLASSES}
    columns = {
        "id": np.arange(1, len(codes) + 1),
        "class": codes,
        "class_en": [labels[code].en for code in codes],
        "class_fr": [labels[code].fr for code in codes],
    }
    return geopandas.GeoDataFrame(columns, geometry=geometries, crs=place.crs)


def _inner(classes: NDArray[np.uint8], parcels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Cells whose four neighbours belong to the same field and class."""
    both = np.pad(parcels.astype(np.int64) * 16 + classes, 1, constant_values=-1)
    here = both[1:-1, 1:-1]
    around = (both[:-2, 1:-1], both[2:, 1:-1], both[1:-1, :-2], both[1:-1, 2:])
    return np.asarray(np.logical_and.reduce([near == here for near in around]))


def _largest_part(cells: NDArray[np.bool_], place: Place) -> object:
    transform = rasterio.transform.from_origin(*place.origin, CELL_SIZE_M, CELL_SIZE_M)
    parts = [shape(part) for part, _ in shapes(cells.astype(np.uint8), mask=cells, transform=transform)]
    return max(parts, key=lambda part: part.area)


def _write_nomenclature(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "fr", "en", "colour"])
        writer.writerows([item.code, item.label.fr, item.label.en, item.colour] for item in CLASSES)


def _write_truth(path: Path, classes: NDArray[np.uint8], place: Place) -> None:
    height, width = classes.shape
    transform = rasterio.transform.from_origin(*place.origin, CELL_SIZE_M, CELL_SIZE_M)
    profile = {
        "height": height,
        "width": width,
        "count": 1,
        "dtype": "uint8",
        "crs": place.crs,
        "transform": transform,
    }
    with rasterio.open(path, "w", driver="GTiff", compress="deflate", nodata=0, **profile) as image:
        image.write(classes, 1)
        colours = {item.code: tuple(bytes.fromhex(item.colour[1:])) for item in CLASSES}
        image.write_colormap(1, {code: (*rgb, 255) for code, rgb in colours.items()})
