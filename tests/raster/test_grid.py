# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where cells lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.errors import RasterError
from terracite.raster.grid import Block, Grid, crs_label, same_crs

TILE = Grid("EPSG:32740", (10.0, 0.0, 300000.0, 0.0, -10.0, 7700020.0), 10980, 10980)
WORLD = Grid("EPSG:4326", (1.0, 0.0, -180.0, 0.0, -1.0, 90.0), 360, 180)
SINUSOIDAL = "+proj=sinu +lon_0=0 +R=6371007.181 +units=m"

grids = st.builds(
    lambda size, left, top, width, height: Grid("EPSG:32740", (size, 0.0, left, 0.0, -size, top), width, height),
    st.floats(0.5, 500),
    st.floats(200_000, 700_000),
    st.floats(1_000_000, 9_000_000),
    st.integers(1, 900),
    st.integers(1, 900),
)


def test_centres_bounds_and_shape() -> None:
    assert TILE.shape == (10980, 10980)
    assert TILE.bounds == (300000.0, 7590220.0, 409800.0, 7700020.0)
    assert (TILE.xs()[0], TILE.xs()[-1]) == (300005.0, 409795.0)
    assert (TILE.ys()[0], TILE.ys()[-1]) == (7700015.0, 7590225.0)
    assert TILE.xs().dtype == np.float64


def test_cell_size_is_in_metres_whatever_the_unit() -> None:
    feet = Grid("EPSG:2263", (10.0, 0.0, 900000.0, 0.0, -10.0, 200000.0), 10, 10)  # US survey feet
    at_60_north = Grid("EPSG:4326", (0.001, 0.0, 5.0, 0.0, -0.001, 60.0), 10, 10)
    assert TILE.cell_size_m == 10.0
    assert feet.cell_size_m == pytest.approx(10 * 1200 / 3937)
    assert at_60_north.cell_size_m == pytest.approx((111.412 * 55.800) ** 0.5, rel=1e-3)  # metres per 0.001 degree


@settings(max_examples=25, deadline=None)
@given(grids, st.data())
def test_the_centre_of_a_cell_is_found_in_that_cell(grid: Grid, data: st.DataObject) -> None:
    row, col = data.draw(st.integers(0, grid.height - 1)), data.draw(st.integers(0, grid.width - 1))
    rows, cols = grid.cells(grid.xs()[col], grid.ys()[row])
    assert (int(rows), int(cols)) == (row, col)


def test_points_outside_have_no_cell() -> None:
    rows, cols = TILE.cells([299999.0, 300001.0, np.nan], [7700000.0, 7700000.0, 0.0])
    assert rows.tolist() == [-1, 2, -1]
    assert cols.tolist() == [-1, 0, -1]


def test_longitude_and_latitude_are_found_too() -> None:
    lon, lat = pyproj.Transformer.from_crs("EPSG:32740", "EPSG:4326", always_xy=True).transform(300105.0, 7699915.0)
    rows, cols = TILE.cells([lon], [lat], crs="EPSG:4326")
    assert (rows.tolist(), cols.tolist()) == ([10], [10])


@settings(max_examples=25, deadline=None)
@given(grids, st.integers(7, 700))
def test_blocks_cover_every_cell_once(grid: Grid, size: int) -> None:
    seen = np.zeros(grid.shape, np.uint8)
    for block in grid.blocks(size):
        assert max(block.shape) <= size
        seen[block.slices] += 1
    assert (seen == 1).all()


@settings(max_examples=30, deadline=None)
@given(grids, st.integers(7, 700))
def test_the_grid_of_a_block_has_the_same_centres(grid: Grid, size: int) -> None:
    block = list(grid.blocks(size))[-1]
    part = grid.crop(block)
    rows, cols = block.slices
    assert part.shape == block.shape
    assert np.allclose(part.xs(), grid.xs()[cols], atol=1e-6)
    assert np.allclose(part.ys(), grid.ys()[rows], atol=1e-6)


def test_a_block_is_a_window() -> None:
    window = Block(3, 5, 7, 11).window()
    assert (window.col_off, window.row_off, window.width, window.height) == (5, 3, 11, 7)


def test_box_of_a_tile() -> None:
    """Expected: the bounds of 40KCB in the published tile grid of Sentinel-2."""
    assert TILE.lonlat_box() == pytest.approx((55.06563865, -21.78947456, 56.1332867, -20.78894083), abs=1e-7)


def test_box_across_the_antimeridian_has_its_west_above_its_east() -> None:
    tile_01 = Grid("EPSG:32701", (10.0, 0.0, 150000.0, 0.0, -10.0, 8000020.0), 10980, 10980)
    west, south, east, north = tile_01.lonlat_box()
    assert west > 179
    assert east < -179
    assert south < north


def test_box_of_degrees() -> None:
    from_0_to_360 = Grid("EPSG:4326", (2.0, 0.0, 0.0, 0.0, -2.0, 90.0), 180, 90)
    pacific = Grid("EPSG:4326", (1.0, 0.0, 170.0, 0.0, -1.0, 10.0), 20, 20)
    assert WORLD.lonlat_box() == (-180.0, -90.0, 180.0, 90.0)
    assert from_0_to_360.lonlat_box() == (-180.0, -90.0, 180.0, 90.0)
    assert pacific.lonlat_box() == (170.0, -10.0, -170.0, 10.0)


def test_box_of_a_global_grid_whose_corners_are_not_on_earth() -> None:
    modis = Grid(SINUSOIDAL, (1e5, 0.0, -20015109.354, 0.0, -1e5, 10007554.677), 400, 200)
    west, south, east, north = modis.lonlat_box()
    assert (west, east) == pytest.approx((-180, 180), abs=3)
    assert (south, north) == pytest.approx((-90, 90), abs=3)


def test_areas_are_refused_where_cells_differ() -> None:
    mercator = Grid("EPSG:3857", (10.0, 0.0, 0.0, 0.0, -10.0, 6_000_000.0), 100, 100)
    assert TILE.cell_area_m2() == 100.0
    for grid in (WORLD, mercator):
        with pytest.raises(RasterError, match=r"not of equal area.*equal-area or UTM"):
            grid.cell_area_m2()


def test_areas_by_row_add_up_to_the_surface_of_the_earth() -> None:
    assert WORLD.row_areas_m2().sum() * WORLD.width == pytest.approx(510_065_621.7e6, rel=1e-6)
    assert TILE.row_areas_m2().tolist() == [100.0] * TILE.height


def test_matching_grids_differ_by_less_than_a_hundredth_of_a_cell() -> None:
    a, b, c, d, e, f = TILE.transform
    assert TILE.matches(Grid(TILE.wkt(), (a, b, c + 0.05, d, e, f), 10980, 10980))
    assert not TILE.matches(Grid("EPSG:32740", (a, b, c + 5, d, e, f), 10980, 10980))
    assert not TILE.matches(Grid("EPSG:32739", TILE.transform, 10980, 10980))
    assert not TILE.matches(Grid("EPSG:32740", TILE.transform, 10980, 10979))


def test_names_of_reference_systems() -> None:
    assert TILE.crs_label() == "EPSG:32740"
    assert Grid(TILE.wkt(), TILE.transform, 1, 1).crs_label() == "EPSG:32740"
    assert crs_label(SINUSOIDAL) == "Sinusoidal"
    assert same_crs("EPSG:4326", "OGC:CRS84")
    with pytest.raises(RasterError, match="not a coordinate reference system"):
        Grid("EPSG:nothing", TILE.transform, 1, 1).wkt()


def test_grid_of_real_images(shared_data: Path) -> None:
    cbers = Grid.of(next((shared_data / "cbers-bahia" / "rasters").glob("*_NDVI.tif")))
    modis = Grid.of(next((shared_data / "sits-sinop-raster").glob("*.jp2")))
    ndvi = Grid.of(next((shared_data / "sen2rts-s2-ndvi").glob("**/NDVI/*.tif")))
    assert (cbers.shape, cbers.crs_label()) == ((1000, 1000), "Albers Equal Area")
    assert cbers.cell_size_m == pytest.approx(63.99864, abs=1e-4)
    assert (modis.shape, modis.crs_label(), modis.cell_size_m) == ((144, 254), "Sinusoidal", pytest.approx(231.656))
    assert (ndvi.shape, ndvi.crs, ndvi.cell_size_m) == ((7, 25), "EPSG:32632", 10.0)
    assert modis.lonlat_box() == pytest.approx((-55.8002, -11.79984, -55.2, -11.49984), abs=1e-4)


def test_a_system_whose_code_only_gdal_knows_keeps_its_words(tmp_path: Path) -> None:
    albers = (
        "+proj=aea +lat_0=-12 +lon_0=-54 +lat_1=-2 +lat_2=-22 +x_0=5000000 +y_0=10000000 +ellps=GRS80 +units=m +no_defs"
    )
    place = {"crs": pyproj.CRS.from_proj4(albers).to_wkt(), "transform": rasterio.Affine(30, 0, 5e6, 0, -30, 1e7)}
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", dtype="uint8", count=1, height=4, width=4, **place
    ) as f:
        f.write(np.ones((4, 4), np.uint8), 1)
    grid = Grid.of(tmp_path / "a.tif")
    west, south, _, _ = grid.lonlat_box()
    assert (round(west, 1), round(south, 1)) == (-54.0, -12.0)


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.tif"
    path.write_text("not an image")
    with pytest.raises(RasterError, match=r"notes\.tif"):
        Grid.of(path)
