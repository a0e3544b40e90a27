# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shares of classes on coarser cells sum to the map exactly, wherever it lies."""

from __future__ import annotations

import json
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import rasterio
import shapely
import xarray
from rasterio.transform import from_origin

from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ProblemsError, RasterError
from terracite.landcover.classmap import open_map
from terracite.landcover.scales import fractions as module
from terracite.landcover.scales.cells import LonLat, Squares, area_from_equator
from terracite.landcover.scales.climate import read_grid
from terracite.landcover.scales.fractions import Wanted, fractions
from terracite.landcover.scales.sources import Source, source_of
from terracite.raster.grid import Grid, transformer

UTM = ("EPSG:32740", from_origin(300_000, 7_700_000, 10, 10))
EQUAL_AREA = "+proj=cea +ellps=WGS84"  # an independent way to areas on the ellipsoid


def written(path: Path, codes: np.ndarray, place: tuple[str, rasterio.Affine] = UTM) -> Path:
    height, width = codes.shape
    with rasterio.open(
        path, "w", driver="GTiff", dtype="uint8", count=1, height=height, width=width, crs=place[0], transform=place[1],
        nodata=0,
    ) as image:  # fmt: skip
        image.write(codes, 1)
        image.update_tags(CLASS_1="water", CLASS_2="field", CLASS_7="forest")
    return path


def codes(height: int, width: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).choice(np.array([0, 1, 2, 7], np.uint8), (height, width), p=[0.1, 0.2, 0.3, 0.4])


def by_class(values: np.ndarray, cell: float) -> np.ndarray:
    return np.array([(values == code).sum() * cell for code in (1, 2, 7, 0)], float)


def test_squares_of_whole_cells_are_counted(tmp_path):
    values = codes(61, 47)
    found = open_map(written(tmp_path / "map.tif", values))
    _, sums = fractions(found, tmp_path / "shares", Wanted(sides=(20, 50)))
    np.testing.assert_array_equal(sums.of_map, by_class(values, 100.0))
    with rasterio.open(tmp_path / "shares/fractions_50.tif") as image:
        counts, scale = image.read(masked=True), image.scales[0]
        assert image.descriptions == ("1 water", "2 field", "7 forest", "not mapped", "reached by the map")
        area = float(image.tags()["CELL_AREA_M2"])
    assert counts.dtype == np.uint16
    assert (scale, area, counts.shape) == (0.04, 2500.0, (5, 13, 10))
    assert counts[2, 0, 0] == (values[:5, :5] == 7).sum()
    assert counts[4, 12, 9] == 1 * 2  # the corner of the map
    np.testing.assert_array_equal(counts[:4].sum(axis=0), counts[4])
    for file in sums.by_file.values():
        np.testing.assert_array_equal(file, sums.of_map)  # to the last bit


@pytest.mark.parametrize("side", [25.0, 33.3])
def test_squares_that_cut_cells_share_them(tmp_path, side, monkeypatch):
    monkeypatch.setattr(module, "_SIDE", 7)
    values = codes(40, 30)
    found = open_map(written(tmp_path / "map.tif", values))
    _, sums = fractions(found, tmp_path / "shares", Wanted(sides=(side,)))
    with rasterio.open(tmp_path / f"shares/fractions_{side:g}.tif") as image:
        shares, grid = image.read(), Grid.of_dataset(image)
        area = float(image.tags()["CELL_AREA_M2"])
    west, _, _, north = grid.bounds
    assert (west / side, north / side) == pytest.approx((round(west / side), round(north / side)), abs=1e-6)
    ours = [np.nansum(band) * area for band in shares[:4]]
    np.testing.assert_allclose(ours, by_class(values, 100.0), rtol=1e-14)
    np.testing.assert_allclose(sums.by_file[f"fractions_{side:g}.tif"], sums.of_map, rtol=1e-14)
    col, row = 4, 3  # by hand: overlaps of intervals
    own = _overlap(west + col * side, side, 300_000, 30), _overlap(north - (row + 1) * side, side, 7_700_000 - 400, 40)
    expected = (values[::-1] == 7)[None] * own[1][:, None] * own[0][None]
    assert shares[2, row, col] == pytest.approx(expected.sum() / side**2, rel=1e-9)


def _overlap(start: float, length: float, origin: float, cells: int) -> np.ndarray:
    edges = origin + 10.0 * np.arange(cells + 1)
    return np.clip(np.minimum(edges[1:], start + length) - np.maximum(edges[:-1], start), 0, None)


def _brute_force(values: np.ndarray, grid: Grid, file: xarray.Dataset) -> np.ndarray:
    """Area of each class in each cell: polygons in an equal-area projection, cut by shapely; (4, lat, lon)."""
    middle = float(file.lon.mean())
    to = transformer(grid.crs, f"{EQUAL_AREA} +lon_0={middle}")
    rows, cols = np.mgrid[: grid.height + 1, : grid.width + 1]
    x, y = to.transform(*grid.corner(cols, rows))
    ring = [np.stack([x[a, b], y[a, b]], -1) for a, b in (
        (np.s_[:-1], np.s_[:-1]), (np.s_[:-1], np.s_[1:]), (np.s_[1:], np.s_[1:]), (np.s_[1:], np.s_[:-1]),
    )]  # fmt: skip
    fine = shapely.polygons(np.stack(ring, -2))
    lonlat = transformer("OGC:CRS84", f"{EQUAL_AREA} +lon_0={middle}")
    result = np.zeros((4, file.lat.size, file.lon.size))
    for j, (south, north) in enumerate(file.lat_bnds.values):
        for i, (west, east) in enumerate(file.lon_bnds.values):
            (left, right), (low, high) = lonlat.transform([west, east], [min(south, north), max(south, north)])
            pieces = shapely.area(shapely.intersection(fine, shapely.box(left, low, right, high)))
            shares = pieces / shapely.area(fine)
            result[:, j, i] = [(shares * (values == code)).sum() for code in (1, 2, 7, 0)]
    return result * grid.row_areas_m2()[0]


def _climate(path: Path) -> tuple[xarray.Dataset, np.ndarray]:
    with xarray.open_dataset(path / "fractions.nc") as file:
        file.load()
    stack = np.concatenate([file.area_fraction.values, file.unmapped_fraction.values[None]])
    return file, np.nan_to_num(stack) * file.cell_area.values


def test_cells_of_longitude_and_latitude_against_polygons(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_ROOM", 2000)  # a few rows at a time
    values = codes(40, 35)
    place = ("EPSG:32740", from_origin(300_000, 7_700_000, 50, 50))
    found = open_map(written(tmp_path / "map.tif", values, place))
    fractions(found, tmp_path / "shares", Wanted(steps=(0.007, 0.005)))
    file, areas = _climate(tmp_path / "shares")
    np.testing.assert_allclose(areas, _brute_force(values, found.grid, file), atol=2e-3, rtol=2e-7)
    np.testing.assert_allclose(areas.sum(axis=(1, 2)), by_class(values, 2500.0), rtol=1e-14)
    shares = file.area_fraction.sum("class") + file.unmapped_fraction
    covered = file.covered_fraction.values
    np.testing.assert_allclose(np.where(np.isnan(shares), 0, shares), covered, atol=1e-12)
    assert (covered == 1).sum() > 2
    edges = area_from_equator(file.lat_bnds.values)
    ellipsoid = np.diff(edges, axis=1) * np.diff(file.lon_bnds.values, axis=1)[:, 0]
    assert np.abs(file.cell_area.values / ellipsoid - 1).max() < 0.003
    assert area_from_equator(np.array([90.0]))[0] * 720 == pytest.approx(510_065_621_724_088.4)  # the Earth (m²)


@pytest.mark.parametrize(("longitudes", "down"), [((-180, 180), True), ((0, 360), False)])
def test_a_map_across_the_antimeridian(tmp_path, longitudes, down):
    """Fiji, on grids of a climate model that begin at 180° W or at Greenwich, from north to south or not."""
    values = codes(50, 90)
    place = ("EPSG:3460", from_origin(2_092_000, 3_900_000, 1000, 1000))
    found = open_map(written(tmp_path / "map.tif", values, place))
    lon = np.arange(*longitudes, 0.5) + 0.25
    lat = np.arange(-89.75, 90, 0.5)[:: -1 if down else 1]
    _model(tmp_path / "model.nc", lon, lat)
    grid = read_grid(tmp_path / "model.nc")
    _, sums = fractions(found, tmp_path / "shares", Wanted(grid=grid))
    file, areas = _climate(tmp_path / "shares")
    assert file.area_fraction.shape == (3, 360, 720)
    np.testing.assert_array_equal(file.lon, lon.astype(np.float32))
    where = np.flatnonzero((file.covered_fraction > 0).any("lat"))
    inside = (lon[where] + 180) % 360 - 180
    assert (inside > 170).any()
    assert (inside < -170).any()
    np.testing.assert_allclose(areas.sum(axis=(1, 2)), by_class(values, 1e6), rtol=1e-14)
    np.testing.assert_allclose(sums.by_file["fractions.nc"], sums.of_map, rtol=1e-14)


def _model(path: Path, lon: np.ndarray, lat: np.ndarray) -> None:
    with netCDF4.Dataset(path, "w") as file:
        for name, values, units in (("x", lon, "degrees_east"), ("y", lat, "degrees_north")):
            file.createDimension(name, values.size)
            variable = file.createVariable(name, "f4", (name,))
            variable.units = units
            variable[:] = values


def test_a_map_of_the_whole_earth_meets_a_column_on_both_ends(tmp_path):
    values = codes(18, 36)
    found = open_map(written(tmp_path / "map.tif", values, ("EPSG:4326", from_origin(-180, 90, 10, 10))))
    lon, lat = np.arange(0, 360, 20.0), np.linspace(-85, 85, 18)  # the cell at 180 lies on both ends of the map
    _, sums = fractions(found, tmp_path / "shares", Wanted(grid=LonLat(*_both(lon, 20), *_swap(lat, lon))))
    np.testing.assert_allclose(sums.by_file["fractions.nc"], sums.of_map, rtol=1e-13)
    file, _ = _climate(tmp_path / "shares")
    np.testing.assert_allclose(file.covered_fraction, 1, rtol=1e-6)


def _both(lon: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    lat = np.linspace(-90, 90, 19)
    return np.column_stack([lon - step / 2, lon + step / 2]), np.column_stack([lat[:-1], lat[1:]])


def _swap(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return lon, lat


def test_probabilities_are_shares_of_their_own(tmp_path):
    values = codes(20, 20)
    found = open_map(written(tmp_path / "map.tif", values))
    with pytest.raises(ProblemsError, match=r"has no probabilities\.tif"):
        fractions(found, tmp_path / "shares", Wanted(sides=(50,), from_probabilities=True))
    plain = source_of(found)
    percents = np.stack([np.full_like(values, 20), np.full_like(values, 30), np.full_like(values, 50)])
    percents[:, values == 0] = 255
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", dtype="uint8", count=3, height=20, width=20, crs=UTM[0],
        transform=UTM[1],
    ) as image:  # fmt: skip
        image.write(percents)
    soft = Source(found, plain.classes, tmp_path / "p.tif", plain.table, plain.areas_m2)
    mapped = (values > 0).sum() * 100.0
    unmapped = (values == 0).sum() * 100.0
    np.testing.assert_allclose(soft.totals_m2(), [0.2 * mapped, 0.3 * mapped, 0.5 * mapped, unmapped], rtol=1e-6)
    total = module._write_squares(tmp_path / "soft.tif", soft, Squares.over(found.grid, 50))
    np.testing.assert_allclose(total, soft.totals_m2(), rtol=1e-12)


def test_the_crate_says_what_it_is(tmp_path, capsys):
    written(tmp_path / "map.tif", codes(30, 30))
    command = ["landcover", "fractions", str(tmp_path / "map.tif"), "--cell", "20,45", "--lonlat", "0.002x0.001"]
    main([*command, "-o", str(tmp_path / "shares"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["changed"] is True
    assert facts["largest_difference"] < 1e-14
    crate = open_crate(tmp_path / "shares")
    assert verify(crate.folder) == []
    assert {file.path for file in crate.record.files} == {
        "fractions_20.tif", "fractions_45.tif", "fractions.nc", "areas.csv", "README.md",
    }  # fmt: skip
    with netCDF4.Dataset(tmp_path / "shares/fractions.nc") as file:
        assert file.variables["area_fraction"].standard_name == "area_fraction"
        assert file.variables["area_fraction"].cell_measures == "area: cell_area"
        assert file.variables["class"].flag_meanings == "water field forest"
        assert file.Conventions == "CF-1.11, ACDD-1.3"
        assert "map.tif" in file.lineage
    main([*command, "-o", str(tmp_path / "shares"), "--json"])
    assert json.loads(capsys.readouterr().out)["changed"] is False


def test_what_cannot_be_done_is_refused_with_a_cure(tmp_path):
    degrees = ("EPSG:4326", from_origin(10, 40, 0.1, 0.1))
    found = open_map(written(tmp_path / "degrees.tif", codes(5, 5), degrees))
    with pytest.raises(RasterError, match="in degrees") as refusal:
        fractions(found, tmp_path / "shares", Wanted(sides=(100,)))
    assert "--lonlat" in refusal.value.hint
    far = LonLat(*_both(np.arange(100.0, 120, 10), 10), *_swap(np.linspace(-85, 85, 18), np.arange(100.0, 120, 10)))
    with pytest.raises(RasterError, match="do not meet"):
        fractions(found, tmp_path / "shares", Wanted(grid=far))
    with pytest.raises(RasterError, match="smaller than those of the map"):
        fractions(open_map(written(tmp_path / "utm.tif", codes(5, 5))), tmp_path / "shares", Wanted(sides=(5,)))
    _model(tmp_path / "odd.nc", np.array([0.0, 1, 0.5]), np.array([1.0, 2, 3]))
    with pytest.raises(RasterError, match=r"longitude of 'odd\.nc' neither rises nor falls"):
        read_grid(tmp_path / "odd.nc")
    with pytest.raises(RasterError, match="no grid of longitude and latitude"):
        read_grid(tmp_path / "utm.tif")
    unknown = codes(5, 5)
    unknown[0, 0] = 99
    with pytest.raises(ProblemsError, match="code 99: is on 1 cells"):
        fractions(open_map(written(tmp_path / "codes.tif", unknown)), tmp_path / "shares", Wanted(sides=(20,)))
