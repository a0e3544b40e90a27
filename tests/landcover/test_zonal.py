# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas per unit: exact shares of cells, true areas on the ellipsoid, the same whatever the blocks."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

from terracite.errors import RasterError
from terracite.landcover.classmap import ClassMap, open_map
from terracite.landcover.zonal import Units, areas_by_unit, read_units, statistics_by_unit
from terracite.landcover.zonal.coverage import band, edges_of
from terracite.raster.cell_areas import cell_areas
from terracite.raster.grid import Block, Grid, crs_of

HEIGHT, WIDTH = 60, 90
SINUSOIDAL = pyproj.CRS.from_proj4("+proj=sinu +R=6371007.181 +units=m +no_defs").to_wkt()
PLACES = {  # crs -> left, top, cell
    "EPSG:32631": (300_000, 5_000_000, 100),
    "EPSG:3035": (4_000_000, 3_000_000, 100),
    "EPSG:4326": (2, 50, 0.01),
    "EPSG:3857": (200_000, 6_000_000, 100),
    SINUSOIDAL: (1_000_000, 5_000_000, 231.65),
}


def raster(path: Path, values: np.ndarray, crs: str = "EPSG:32631") -> Path:
    left, top, size = PLACES[crs]
    profile = {"driver": "GTiff", "dtype": values.dtype, "count": 1, "height": HEIGHT, "width": WIDTH, "crs": crs}
    with rasterio.open(path, "w", transform=rasterio.Affine(size, 0, left, 0, -size, top), **profile) as image:
        image.write(values, 1)
    return path


def codes(seed: int = 1) -> np.ndarray:
    patches = np.random.default_rng(seed).integers(0, 4, (HEIGHT // 5, WIDTH // 5))
    return np.kron(patches, np.ones((5, 5))).astype(np.uint8)


def tiling(grid: Grid, count: int = 12) -> np.ndarray:
    """Polygons that tile more than the grid, one of them with a hole that another one fills."""
    rng = np.random.default_rng(7)
    left, bottom, right, top = grid.bounds
    seeds = shapely.MultiPoint(np.column_stack([rng.uniform(left, right, count), rng.uniform(bottom, top, count)]))
    wide = shapely.box(left, bottom, right, top).buffer((right - left) / 7)
    parts = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=wide)), wide)
    hole = shapely.centroid(parts[0]).buffer(1.3 * abs(grid.transform[0]), quad_segs=3)
    hole = shapely.intersection(hole, parts[0])
    parts[0] = shapely.difference(parts[0], hole)
    return np.append(parts, hole)


def units_of(found: ClassMap, shapes: np.ndarray, folder: Path) -> Units:
    frame = geopandas.GeoDataFrame({"nom": [f"U{n}" for n in range(len(shapes))]}, geometry=shapes, crs=found.grid.crs)
    frame.to_file(folder / "units.gpkg")
    return read_units(folder / "units.gpkg", "nom", found.grid)


@pytest.mark.parametrize("crs", PLACES, ids=["utm", "laea", "degrees", "mercator", "sinusoidal"])
def test_units_that_tile_the_map_sum_to_the_map_which_has_its_true_area(crs: str, tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes(), crs))
    areas = areas_by_unit(found, units_of(found, tiling(found.grid), tmp_path))
    np.testing.assert_allclose(areas.areas_ha.sum(axis=0), areas.map_ha, rtol=1e-12)
    np.testing.assert_allclose(areas.unmapped_ha.sum(), areas.map_unmapped_ha, rtol=1e-12)
    left, bottom, right, top = found.grid.bounds
    edge = shapely.get_coordinates(shapely.segmentize(shapely.box(left, bottom, right, top), (right - left) / 2000))
    known = crs_of(crs)
    to_lonlat = pyproj.Transformer.from_crs(known, known.geodetic_crs, always_xy=True)
    geod = known.get_geod()
    assert geod is not None
    true_m2 = abs(geod.polygon_area_perimeter(*to_lonlat.transform(*edge.T))[0])
    assert areas.map_ha.sum() + areas.map_unmapped_ha == pytest.approx(true_m2 / 10_000, rel=1e-7)


def test_cells_on_borders_count_with_the_share_that_geos_finds(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes(), "EPSG:3035"))
    grid, size = found.grid, 100
    units = units_of(found, tiling(grid), tmp_path)
    areas = areas_by_unit(found, units, block=17)
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    x, y = grid.transform[2] + cols * size, grid.transform[5] - rows * size
    cells = shapely.box(x, y - size, x + size, y)
    for number, shape in enumerate(units.shapes):
        shared = shapely.area(shapely.intersection(cells, shape)) / 10_000
        expected = np.bincount(codes().ravel(), shared.ravel(), minlength=4)
        np.testing.assert_allclose(areas.areas_ha[number], expected[1:], atol=1e-9)
        assert areas.unmapped_ha[number] == pytest.approx(expected[0], abs=1e-9)
    whole = shapely.area(units.shapes) / 10_000
    np.testing.assert_allclose(areas.areas_ha.sum(axis=1) + areas.unmapped_ha, whole * areas.share_on_map)


def test_a_unit_within_one_cell_and_one_with_edges_on_cell_lines(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", np.ones((HEIGHT, WIDTH), np.uint8), "EPSG:3035"))
    left, top = 4_000_000, 3_000_000
    small = shapely.box(left + 210, top - 340, left + 260, top - 310)
    exact = shapely.box(left + 500, top - 900, left + 700, top - 600)
    areas = areas_by_unit(found, units_of(found, np.array([small, exact]), tmp_path))
    np.testing.assert_allclose(areas.areas_ha[:, 0], [0.15, 6.0], rtol=1e-9)


def test_a_grid_whose_rows_go_north_is_covered_alike() -> None:
    down = Grid("EPSG:3035", (10.0, 0, 0, 0, -10.0, 200.0), 30, 20)
    up = Grid("EPSG:3035", (10.0, 0, 0, 0, 10.0, 0.0), 30, 20)
    shape = np.array([shapely.Point(140, 90).buffer(63)])
    for grid in (down, up):
        cover = band(edges_of(shape, grid), 0, 20, 30)
        total = cover.borders[3].sum() + (cover.spans[2] - cover.spans[1]).sum()
        assert total == pytest.approx(shapely.area(shape[0]) / 100)


def test_areas_do_not_depend_on_the_blocks(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes()))
    units = units_of(found, tiling(found.grid), tmp_path)
    one, other = areas_by_unit(found, units), areas_by_unit(found, units, block=13)
    np.testing.assert_allclose(one.areas_ha, other.areas_ha, rtol=1e-12, atol=1e-12)


def test_areas_per_stratum_sum_to_the_unit(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes()))
    units = units_of(found, tiling(found.grid), tmp_path)
    left, bottom, _, top = found.grid.bounds
    west = shapely.box(left, bottom, left + 4000, top)
    frame = geopandas.GeoDataFrame({"name": ["west"]}, geometry=[west], crs=found.grid.crs)
    frame.to_file(tmp_path / "strata.gpkg")
    strata = read_units(tmp_path / "strata.gpkg", "name", found.grid)
    areas = areas_by_unit(found, units, strata)
    assert areas.by_stratum is not None
    np.testing.assert_allclose(areas.by_stratum.sum(axis=1)[:, :-1], areas.areas_ha)
    values = codes()[:, :40]
    assert areas.by_stratum[:, 0, :-1].sum() == pytest.approx((values > 0).sum() / areas.stretch[0], rel=1e-4)


def test_codes_without_a_class_are_counted_and_named(tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    table.write_text("code,fr,en,colour\n1,Eau,Water,#0000ff\n2,Bois,Wood,#00ff00\n")
    found = open_map(raster(tmp_path / "map.tif", codes()), table)
    areas = areas_by_unit(found, units_of(found, tiling(found.grid), tmp_path))
    assert (areas.codes, areas.unknown) == ((1, 2, 3), (3,))
    assert areas.map_ha[2] > 0


def test_mean_and_spread_of_another_raster_per_unit_and_class(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes(), "EPSG:3035"))
    units = units_of(found, tiling(found.grid), tmp_path)
    values = np.random.default_rng(3).integers(1, 100, (HEIGHT, WIDTH)).astype(np.uint8)
    path = raster(tmp_path / "confidence.tif", values, "EPSG:3035")
    (one,) = statistics_by_unit(found, units, [path], block=31)
    areas = areas_by_unit(found, units)
    np.testing.assert_allclose(one.area_m2[:, :-1], areas.areas_ha * 10_000)
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    x, y = 4_000_000 + cols * 100, 3_000_000 - rows * 100
    share = shapely.area(shapely.intersection(shapely.box(x, y - 100, x + 100, y), units.shapes[2]))
    here = codes() == 2
    mean = np.average(values[here], weights=share[here])
    assert one.mean[2, 1] == pytest.approx(mean)
    assert one.sd[2, 1] == pytest.approx(np.sqrt(np.average((values[here] - mean) ** 2, weights=share[here])))


def test_a_raster_of_other_cells_gives_no_statistics(tmp_path: Path) -> None:
    found = open_map(raster(tmp_path / "map.tif", codes(), "EPSG:3035"))
    units = units_of(found, tiling(found.grid), tmp_path)
    other = raster(tmp_path / "other.tif", codes(), "EPSG:32631")
    with pytest.raises(RasterError, match="other cells than the map"):
        statistics_by_unit(found, units, [other])


def test_cells_of_a_plane_tied_to_nothing_have_no_area() -> None:
    plane = 'LOCAL_CS["somewhere",UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
    with pytest.raises(RasterError, match="cannot be measured"):
        cell_areas(Grid(pyproj.CRS(plane).to_wkt(), (10.0, 0, 0, 0, -10.0, 0), 20, 20))


def test_utm_cells_are_measured_on_the_ellipsoid_and_not_on_the_plane() -> None:
    grid = Grid("EPSG:32631", (10.0, 0, 499_950.0, 0, -10.0, 4_000_000.0), 10, 10)
    areas = cell_areas(grid)
    assert areas.of(Block(0, 0, 1, 1))[0, 0] == pytest.approx(100 / 0.9996**2)
    assert areas.stretch == pytest.approx((0.9996**2, 0.9996**2), rel=1e-6)


COMMUNES = Path(__file__).parents[3] / "shared/data/vocab/france/31-haute-garonne/communes-31-haute-garonne.geojson"


@pytest.mark.skipif(not COMMUNES.exists(), reason="needs ../shared/data")
def test_real_communes_have_one_area_on_every_grid(tmp_path: Path) -> None:
    """Toulouse on maps in Lambert 93, UTM, degrees and Web Mercator, beside the area that PROJ gives its polygon."""
    frame = geopandas.read_file(COMMUNES)
    town = frame.loc[frame["nom"] == "Toulouse", "geometry"].iloc[0]
    expected = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(town, 1e-4))[0]) / 10_000
    found = []
    for crs, cell in (("EPSG:2154", 100), ("EPSG:32631", 100), ("EPSG:4326", 0.001), ("EPSG:3857", 137)):
        left, bottom, right, top = geopandas.GeoSeries([town], crs=4326).to_crs(crs).total_bounds
        height, width = int((top - bottom) / cell) + 8, int((right - left) / cell) + 8
        place = rasterio.Affine(cell, 0, left - 3 * cell, 0, -cell, top + 3 * cell)
        profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": height, "width": width, "crs": crs}
        with rasterio.open(tmp_path / "map.tif", "w", transform=place, **profile) as image:
            image.write(np.ones((height, width), np.uint8), 1)
        on_map = open_map(tmp_path / "map.tif")
        areas = areas_by_unit(on_map, read_units(COMMUNES, "", on_map.grid))
        found.append(areas.areas_ha[areas.names.index("Toulouse"), 0])
    np.testing.assert_allclose(found, expected, rtol=2e-6)
    np.testing.assert_allclose(found, found[0], rtol=1e-7)
