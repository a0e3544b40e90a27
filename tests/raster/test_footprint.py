# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where images have data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from shapely.geometry import box

from terracite.raster.footprint import box_footprint, data_footprint
from terracite.raster.grid import Grid

from .conftest import WriteImage

SQUARE = Grid("EPSG:32740", (10.0, 0.0, 300000.0, 0.0, -10.0, 7700020.0), 80, 60)


def area_share(part: shapely.Geometry, whole: shapely.Geometry) -> float:
    return float(part.area / whole.area)


def test_a_full_image_is_as_large_as_its_grid(write_image: WriteImage, ramp: NDArray[np.int16]) -> None:
    footprint = data_footprint(write_image("full.tif", ramp, nodata=16383))
    grid = box_footprint(SQUARE)
    assert footprint.symmetric_difference(grid).area < 1e-6 * grid.area
    assert footprint.bounds == pytest.approx(SQUARE.lonlat_box(), abs=1e-6)


def test_a_swath_edge_is_followed_and_holes_are_filled(write_image: WriteImage) -> None:
    rows, cols = np.mgrid[0:600, 0:800]
    values = np.where(rows + cols < 700, 5000, 16383).astype(np.int16)
    values[100:120, 100:120] = 16383  # a hole
    values[590:592, 790:792] = 5000  # a speck
    path = write_image("swath.tif", values)
    footprint = data_footprint(path, product="sen2chain")
    whole = box_footprint(Grid.of(path))
    assert footprint.geom_type == "Polygon"
    assert not footprint.interiors
    assert area_share(footprint, whole) == pytest.approx(((rows + cols) < 700).mean(), abs=0.005)
    assert len(footprint.exterior.coords) < 40


def test_decimation_hardly_moves_the_outline(write_image: WriteImage) -> None:
    rows, cols = np.mgrid[0:600, 0:800]
    path = write_image("swath.tif", np.where(rows < cols, 100, 16383).astype(np.int16), nodata=16383)
    fine, coarse = data_footprint(path, 800), data_footprint(path, 60)
    assert area_share(fine.symmetric_difference(coarse), fine) < 0.03


def test_an_image_without_data_has_no_footprint(write_image: WriteImage) -> None:
    assert data_footprint(write_image("empty.tif", np.full((9, 9), 16383, np.int16)), product="sen2chain").is_empty


def test_not_a_number_is_no_data(write_image: WriteImage) -> None:
    values = np.full((40, 40), np.nan, np.float32)
    values[:20] = 1
    path = write_image("floats.tif", values)
    assert area_share(data_footprint(path), box_footprint(Grid.of(path))) == pytest.approx(0.5, abs=0.01)


def test_two_parts_at_the_antimeridian() -> None:
    tile = Grid("EPSG:32701", (10.0, 0.0, 150000.0, 0.0, -10.0, 8000020.0), 10980, 10980)
    footprint = box_footprint(tile)
    assert footprint.geom_type == "MultiPolygon"
    assert [tuple(map(round, part.bounds)) for part in footprint.geoms] == [
        (-180, -19, -179, -18),
        (180, -19, 180, -18),
    ]
    assert footprint.is_valid
    assert shapely.box(-180, -90, 180, 90).covers(footprint)


def test_real_images(shared_data: Path) -> None:
    cbers = next((shared_data / "cbers-bahia" / "rasters").glob("*_NDVI.tif"))
    landsat = shared_data / "deposit-files" / "raster" / "RGB.byte.tif"  # a tilted scene in a black frame
    assert area_share(data_footprint(cbers), box_footprint(Grid.of(cbers))) == pytest.approx(1, abs=0.02)
    assert area_share(data_footprint(landsat), box(*Grid.of(landsat).lonlat_box())) == pytest.approx(0.65, abs=0.03)
