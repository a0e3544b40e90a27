# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makers of maps: what a tile holds is what the file holds, at every place on Earth; what cannot be drawn says why."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.warp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.previewing import cube, mercator, raster
from terracite.raster.previewing.child import answer
from terracite.raster.previewing.makers import maker_for
from terracite.raster.previewing.pack import INDEX, PACK, SERIES_INDEX, SERIES_PACK, Pack, decoded, encoded
from terracite.raster.previewing.process import PreviewError, run
from terracite.raster.previewing.pyramid import majority, mean

from .cubes import write_cube

REUNION = rasterio.Affine(30, 0, 320_000, 0, -30, 7_680_000)


def write(path: Path, cells: NDArray[Any], crs: Any = "EPSG:32740", transform: Any = REUNION, **more: Any) -> Path:
    cells = cells[None] if cells.ndim == 2 else cells
    profile = {"driver": "GTiff", "count": cells.shape[0], "height": cells.shape[1], "width": cells.shape[2]}
    with rasterio.open(path, "w", **profile, dtype=cells.dtype, crs=crs, transform=transform, **more) as image:
        image.write(cells)
    return path


def packed(folder: Path, pack: str = PACK, index: str = INDEX) -> Pack:
    content = (folder / pack).read_bytes()
    return Pack.of((folder / index).read_bytes(), lambda start, length: content[start : start + length])


def value_at(
    folder: Path, facts: dict[str, Any], lon: float, lat: float, layer: int = 0, step: int = 0
) -> float | None:
    zoom, found = facts["zooms"][1], facts["layers"][layer]
    column, row = mercator.position(lon, lat, zoom)
    block = packed(folder).block(
        found["plane"] + step, zoom, math.floor(column), math.floor(row), found["dtype"], found["bands"]
    )
    cell = math.floor(row % 1 * 256), math.floor(column % 1 * 256)
    return float(block[0][0][cell]) if block and block[1][cell] else None


@given(st.floats(-180, 179.999), st.floats(-85, 85), st.integers(0, 22))
def test_a_position_on_the_map_comes_back(lon: float, lat: float, zoom: int) -> None:
    assert mercator.lonlat(*mercator.position(lon, lat, zoom), zoom) == pytest.approx((lon, lat), abs=1e-6)


@given(st.sampled_from(["uint8", "int16", "float32"]), st.integers(1, 3), st.booleans())
def test_a_block_comes_back(dtype: str, bands: int, is_whole: bool) -> None:
    values = np.random.default_rng(1).integers(0, 99, (bands, 256, 256)).astype(dtype)
    mask = np.ones((256, 256), np.bool_) if is_whole else values[0] > 50
    back, known = decoded(encoded(values, mask), dtype, bands)
    assert (back == values).all()
    assert (known == mask).all()


def test_coarser_cells_are_the_mean_of_those_with_data_or_the_commonest_class() -> None:
    values = np.array([[[1, 2, 7, 7], [3, 9, 8, 7]]], np.uint8)
    mask = np.array([[1, 1, 1, 1], [1, 0, 1, 1]], np.bool_)
    assert [one.tolist() for one in mean(values, mask)] == [[[[2, 7]]], [[True, True]]]
    assert majority(values, np.ones_like(mask))[0].tolist() == [[[1, 7]]]
    assert majority(np.array([[[5, 0], [0, 0]]], np.uint8), np.array([[True, False], [False, False]]))[0].item() == 5


@pytest.mark.parametrize(
    ("crs", "transform", "names"),
    [
        ("EPSG:32740", REUNION, "utm"),
        ("EPSG:4326", rasterio.Affine(0.01, 0, 178.9, 0, -0.01, -16), "across the antimeridian, counted on"),
        ("EPSG:4326", rasterio.Affine(2, 0, 0, 0, -1, 60), "0 to 360"),
        ("EPSG:32601", rasterio.Affine(3000, 0, 200_000, 0, -3000, 8_000_000), "UTM zone 1 over the antimeridian"),
        ("EPSG:3413", rasterio.Affine(25_000, 0, -2_500_000, 0, -25_000, 2_000_000), "around the north pole"),
        ("EPSG:3031", rasterio.Affine(25_000, 0, -2_500_000, 0, -25_000, 2_000_000), "around the south pole"),
    ],
)
def test_every_place_has_the_value_of_its_cell(tmp_path: Path, crs: str, transform: Any, names: str) -> None:
    cells = np.arange(120 * 180, dtype=np.float32).reshape(120, 180)
    made = raster.make(write(tmp_path / "a.tif", cells, crs, transform), tmp_path)

    rows, columns = np.meshgrid(range(7, 120, 15), range(5, 180, 19), indexing="ij")
    xs, ys = transform * (columns.ravel() + 0.5, rows.ravel() + 0.5)
    lons, lats = rasterio.warp.transform(crs, "EPSG:4326", xs.tolist(), ys.tolist())
    for lon, lat, row, column in zip(lons, lats, rows.ravel(), columns.ravel(), strict=True):
        if abs(lat) < 84:
            found = value_at(tmp_path, made.facts, (lon + 180) % 360 - 180, lat)
            assert found is not None, (names, lon, lat)
            beside = abs(found // 180 - row), abs(found % 180 - column)  # cells of the map may be a quarter wider
            assert max(beside) <= 1, (names, lon, lat)


def test_a_tile_of_a_coarser_zoom_is_there_for_each_finer_one(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).integers(1, 200, (900, 700)).astype(np.uint16)
    made = raster.make(write(tmp_path / "a.tif", cells, nodata=0), tmp_path)
    coarsest, finest = made.facts["zooms"]
    pack = packed(tmp_path)
    for zoom in range(coarsest, finest + 1):
        part = mercator.tiles_of(tuple(made.facts["box"]), zoom)[0]
        found = [
            pack.block(0, zoom, x, y, "uint16")
            for x in range(part.left, part.right + 1)
            for y in range(part.top, part.bottom + 1)
        ]
        assert all(found), zoom
    assert made.facts["layers"][0]["extremes"] == [1.0, 199.0]


def test_classes_have_their_names_colours_and_shares_of_ground(tmp_path: Path) -> None:
    cells = np.repeat(np.array([1, 2, 2, 9], np.uint8), 50)[:, None].repeat(200, 1)
    path = write(tmp_path / "a.tif", cells, nodata=9)
    with rasterio.open(path, "r+") as image:
        image.write_colormap(1, {1: (255, 0, 0, 255), 2: (0, 0, 255, 255)})
    (layer,) = raster.make(path, tmp_path).facts["layers"]

    assert [(item["code"], item["colour"], round(item["share"], 2)) for item in layer["classes"]] == [
        (1, "#ff0000", 0.33), (2, "#0000ff", 0.67)]  # fmt: skip


def test_three_bands_of_reflectance_are_stretched_to_a_picture(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).integers(500, 3000, (3, 60, 60)).astype(np.uint16)
    (layer,) = raster.make(write(tmp_path / "a.tif", cells), tmp_path).facts["layers"]
    assert (layer["kind"], layer["bands"], layer["dtype"]) == ("colours", 3, "uint8")


def test_more_bands_are_layers_to_choose(tmp_path: Path) -> None:
    cells = np.random.default_rng(1).normal(0, 1, (14, 30, 30)).astype(np.float32)
    made = raster.make(write(tmp_path / "a.tif", cells), tmp_path)
    assert [layer["plane"] for layer in made.facts["layers"]] == list(range(12))
    assert made.warnings == ("The first 12 of 14 bands are shown.",)


def test_what_lies_nowhere_is_a_picture(tmp_path: Path) -> None:
    cells = np.arange(300 * 400, dtype=np.int32).reshape(300, 400)
    made = raster.make(write(tmp_path / "a.tif", cells, None, rasterio.Affine.identity()), tmp_path)
    assert (made.facts["space"], made.facts["zooms"]) == ("picture", [0, 1])
    values, mask = packed(tmp_path).block(0, 1, 1, 1, "int32")
    assert values[0, 43, 143] == cells[299, 399]
    assert mask.sum() == 44 * 144


def test_a_huge_raster_is_shown_coarser_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "MOST_BYTES", 4 * 4 * 65536)
    cells = np.full((2048, 2048), 7, np.float32)
    made = raster.make(write(tmp_path / "a.tif", cells, tiled=True), tmp_path)
    assert made.facts["shown_m"] > 60
    assert made.warnings[0].startswith("The map shows cells of about ")
    assert value_at(tmp_path, made.facts, *middle(made.facts["box"])) == 7


def middle(box: list[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_a_raster_that_declares_too_many_cells_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "width": 2_000_000, "height": 2_000_000}
    with rasterio.open(
        path, "w", **profile, tiled=True, blockxsize=65536, blockysize=65536, SPARSE_OK=True, BIGTIFF="YES"
    ):
        pass
    with pytest.raises(InspectionError, match="2 000 000 x 2 000 000 cells: too many"):
        raster.make(path, tmp_path)


def test_complex_numbers_are_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match="Complex"):
        raster.make(write(tmp_path / "a.tif", np.ones((9, 9), np.complex64)), tmp_path)


def test_nothing_of_nasty_stops_the_maker(shared_data: Path, tmp_path: Path) -> None:
    for number, path in enumerate(sorted((shared_data / "deposit-files" / "nasty").glob("[tn]*/*"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        copy = folder / path.with_suffix(".nc" if "netcdf" in path.parts else ".tif").name
        copy.write_bytes(path.read_bytes())
        maker = maker_for(copy.suffix)
        assert maker is not None
        made = answer(maker.module, copy, folder)
        assert "facts" in made or (made["error"] and made["hint"]), path


def test_a_cube_gives_back_every_value_of_every_date(tmp_path: Path) -> None:
    values = np.round(np.random.default_rng(1).uniform(-0.2, 0.9, (5, 40, 50)), 4)
    values[2, :10] = np.nan
    made = cube.make(write_cube(tmp_path / "a.nc", values), tmp_path)

    (layer,) = made.facts["layers"]
    assert made.facts["steps"] == [f"2023-01-0{day}" for day in range(1, 6)]
    rows, columns = [0, 5, 20, 39], [0, 17, 33, 49]
    xs, ys = 320_600 + 1200 * np.array(columns), 7_679_400 - 1200 * np.array(rows)
    for lon, lat, row, column in zip(
        *rasterio.warp.transform("EPSG:32740", "EPSG:4326", xs, ys), rows, columns, strict=True
    ):
        for step in range(5):
            kept = value_at(tmp_path, made.facts, lon, lat, step=step)
            assert (np.nan if kept is None else kept * layer["scale"]) == pytest.approx(
                values[step, row, column], nan_ok=True
            )
        assert series(tmp_path, made.facts, lon, lat) == pytest.approx(values[:, row, column].tolist(), nan_ok=True)


def series(folder: Path, facts: dict[str, Any], lon: float, lat: float) -> list[float]:
    column, row = mercator.position(lon, lat, facts["zooms"][1])
    x, y = math.floor(column * 256), math.floor(row * 256)
    content = packed(folder, SERIES_PACK, SERIES_INDEX).content(0, 0, x // 32, y // 32)
    assert content
    values, _ = decoded(content, "float32", len(facts["steps"]), 32)
    return (values[:, y % 32, x % 32].astype(float) * facts["layers"][0]["scale"]).tolist()


def test_a_cube_over_the_antimeridian(tmp_path: Path) -> None:
    values = np.arange(200.0).reshape(1, 10, 20) / 1000
    made = cube.make(write_cube(tmp_path / "a.nc", values, lonlat=(170.0, 5.0)), tmp_path)
    assert made.facts["box"] == [169.5, -4.5, -170.5, 5.5]
    scale = made.facts["layers"][0]["scale"]
    assert value_at(tmp_path, made.facts, 175, 3) * scale == pytest.approx(values[0, 2, 5])
    assert value_at(tmp_path, made.facts, -175, 3) * scale == pytest.approx(values[0, 2, 15])


def test_many_dates_are_thinned_and_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terracite.raster.previewing.cube_layers.MOST_STEPS", 4)
    made = cube.make(write_cube(tmp_path / "a.nc", np.ones((9, 8, 8)) / 2), tmp_path)
    assert made.facts["steps"] == ["2023-01-01", "2023-01-04", "2023-01-06", "2023-01-09"]
    assert made.warnings == ("4 of 9 steps are shown, evenly chosen.",)


def test_a_wide_cube_is_shown_coarser_with_cells_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cube, "MOST_STEP_CELLS", 1)
    values = np.random.default_rng(1).uniform(0, 1, (2, 1500, 1300)).round(4)
    made = cube.make(write_cube(tmp_path / "a.nc", values), tmp_path)
    assert made.facts["size"][0] < 1300
    assert any("coarse" in text or "of about" in text for text in made.warnings)


@pytest.mark.parametrize(
    "name", ["atmosphere/eraint_uvz.nc", "atmosphere/bcsd_obs_1999.nc", "ocean/sic_daily_sample.zarr.zip"]
)
def test_cubes_of_others(shared_data: Path, tmp_path: Path, name: str) -> None:
    facts = cube.make(shared_data / "deposit-files" / name, tmp_path).facts
    assert facts["space"] == "map"
    assert facts["steps"]
    assert facts["layers"]


def test_a_child_may_not_take_more_memory_than_it_is_given(tmp_path: Path) -> None:
    import dataclasses

    maker = dataclasses.replace(maker_for(".tif"), memory_mb=120)
    (tmp_path / "made").mkdir()
    with pytest.raises(PreviewError, match=r"memory|stopped the program|cannot be drawn"):
        run(maker, write(tmp_path / "a.tif", np.ones((40, 40), np.uint8)), tmp_path / "made")
