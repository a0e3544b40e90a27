# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several tiles make one map, each cell from one of them; an area says what is mapped, on which grid."""

from __future__ import annotations

import pickle
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import Point, box

from landcover.conftest import CELL, CRS, LEFT, TOP, Scene
from landcover.products_on_disk import SIZE, theia, write
from landcover.test_reading import found
from terracite.errors import Problem, RecipeError
from terracite.landcover.area import area_of
from terracite.landcover.checks import prepare
from terracite.landcover.planning import plan
from terracite.landcover.recipe import AreaPart
from terracite.landcover.run import run
from terracite.landcover.tiles import NOBODY, TiledLayer, owners
from terracite.raster.grid import LONLAT, Block, Grid, transformer

NAME = "SENTINEL2A_{}-063511-461_L2A_T{}_C_V1-0"
CLEAR = {"CLM_R1": np.zeros((SIZE, SIZE))}


def _grid(left: float, crs: str = "EPSG:32740", size: int = SIZE) -> Grid:
    return Grid(crs, (10.0, 0.0, left, 0.0, -10.0, 7_700_000.0), size, size)


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    """Two tiles that overlap by ten columns; the second one has a date more."""
    for tile, left, value, dates in (("40KCB", 300_000.0, 1000, (3,)), ("40KDB", 300_300.0, 2000, (3, 8))):
        for day in dates:
            values = np.full((SIZE, SIZE), value + day)
            theia(tmp_path, NAME.format(f"202201{day:02}", tile), {"FRE_B4": values}, CLEAR, left=left)
    return tmp_path


def test_every_cell_has_one_owner_the_tile_it_lies_deepest_in(tiles: Path) -> None:
    (layer,), _ = found(tiles)
    assert isinstance(layer, TiledLayer)
    area = area_of(AreaPart(), [layer], [])
    assert area is not None
    assert area.grid == Grid("EPSG:32740", _grid(300_000.0).transform, 70, SIZE)
    owned = owners(layer.extents, area.grid, Block(0, 0, SIZE, 70))
    assert owned[20].tolist() == [0] * 35 + [1] * 35
    assert owned[0, 30:40].tolist() == [0] * 10  # as deep in both, at ten metres of the upper edge: the first by name
    values = layer.read(Block(0, 0, SIZE, 70), area.grid)
    assert layer.days.size == 2
    np.testing.assert_allclose(values[0], np.where(owned == 0, 0.1003, 0.2003), rtol=1e-5)
    assert np.array_equal(np.isnan(values[1]), owned == 0)


def test_owners_do_not_depend_on_blocks_or_zones() -> None:
    west, east = _grid(300_000.0, size=300), _grid(302_000.0, size=300)
    x, y = transformer(west.crs, "EPSG:32739").transform(301_000.0, 7_700_000.0)
    other = Grid("EPSG:32739", (10.0, 0.0, round(x, -1), 0.0, -10.0, round(y, -1)), 300, 300)
    grid = Grid(west.crs, west.transform, 520, 300)
    extents = (west, other, east)
    whole = owners(extents, grid, Block(0, 0, 300, 520))
    assert set(np.unique(whole)) == {NOBODY, 0, 1, 2}
    for block in grid.blocks(128):
        assert np.array_equal(owners(extents, grid, block), whole[block.slices])
    far = Grid(west.crs, (10.0, 0.0, 0.0, 0.0, -10.0, 0.0), 5, 5)
    assert (owners(extents, far, Block(0, 0, 5, 5)) == NOBODY).all()


def test_a_layer_goes_to_any_process(tiles: Path) -> None:
    (layer,), _ = found(tiles)
    again = pickle.loads(pickle.dumps(layer))
    block = Block(0, 20, 30, 30)
    grid = Grid("EPSG:32740", _grid(300_000.0).transform, 70, SIZE)
    assert np.array_equal(again.read(block, grid), layer.read(block, grid), equal_nan=True)


def test_an_area_takes_a_box_a_size_and_a_system(tiles: Path) -> None:
    layers, _ = found(tiles)
    west, south = transformer("EPSG:32740", LONLAT).transform(300_105.0, 7_699_705.0)
    east, north = transformer("EPSG:32740", LONLAT).transform(300_495.0, 7_699_895.0)
    area = area_of(AreaPart(bbox=(west, south, east, north)), layers, [])
    assert area is not None
    assert (area.grid.transform[2], area.grid.transform[5]) == (300_100.0, 7_699_900.0)
    assert area.grid.shape == (20, 40)
    coarse = area_of(AreaPart(cell_size_m=30), layers, [])
    assert coarse is not None
    assert (coarse.grid.transform, coarse.grid.shape) == ((30.0, 0.0, 300_000.0, 0.0, -30.0, 7_700_010.0), (14, 24))
    other = area_of(AreaPart(crs="EPSG:2975", cell_size_m=20), layers, [])
    assert other is not None
    assert other.grid.crs == "EPSG:2975"
    values = layers[0].read(Block(0, 0, *other.grid.shape), other.grid)[0]
    assert 0.8 < np.isfinite(values).mean() < 1  # turned by two degrees


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (AreaPart(bbox=(0, 0, 1, 1)), "area: does not touch the images."),
        (AreaPart(crs="EPSG:4326"), "area.crs: a map whose cells have a size in metres cannot be in degrees."),
        (AreaPart(crs="EPSG:0"), "area.crs: 'EPSG:0' is not a coordinate reference system."),
        (AreaPart(file=Path("nowhere.gpkg")), "area.file: 'nowhere.gpkg' cannot be read"),
    ],
)
def test_mistakes_of_an_area_are_told(tiles: Path, part: AreaPart, told: str) -> None:
    problems: list[Problem] = []
    assert area_of(part, found(tiles)[0], problems) is None
    assert str(problems[0]).startswith(told)


def test_a_box_that_is_none_is_refused(scene: Scene) -> None:
    scene.with_recipe("[period]", "[area]\nbbox = [55.2, -21.0, 55.1, -20.9]\n\n[period]")
    with pytest.raises(RecipeError, match="west below east"):
        prepare(scene.recipe)


def test_only_what_lies_in_the_polygons_is_mapped(scene: Scene) -> None:
    circle = Point(LEFT + 90 * CELL, TOP - 60 * CELL).buffer(50 * CELL)
    geopandas.GeoDataFrame(geometry=[circle], crs=CRS).to_crs("EPSG:4326").to_file(scene.folder / "park.geojson")
    scene.with_recipe("[period]", '[area]\nfile = "park.geojson"\n\n[period]')
    prepared = prepare(scene.recipe)
    assert prepared.grid.shape == (100, 100)
    assert prepared.grid.transform[2] == LEFT + 40 * CELL
    values = prepared.layers[0].read(Block(0, 0, 100, 100), prepared.grid)
    rows, cols = np.mgrid[:100, :100] + 0.5
    inside = np.hypot(rows - 50, cols - 50) < 50
    assert np.isnan(values[:, ~inside]).all() or np.isnan(values[:, np.hypot(rows - 50, cols - 50) > 50.6]).all()
    assert np.isfinite(values[:, inside]).any(axis=0).mean() > 0.99
    corner = prepared.layers[0].read(Block(0, 0, 10, 10), prepared.grid)
    assert corner.shape == (12, 10, 10)
    assert np.isnan(corner).all()


def test_images_cut_into_tiles_are_read_as_the_whole_ones(scene: Scene) -> None:
    for path in scene.images.glob("*_2022-0[4-9]*.tif"):
        path.unlink()
    whole = prepare(scene.recipe)
    block = Block(0, 0, *whole.grid.shape)
    expected = [layer.read(block, whole.grid) for layer in whole.layers]
    for path in list(scene.images.glob("*.tif")):
        with rasterio.open(path) as image:
            profile, values = image.profile, image.read(1)
        for tile, start, stop in (("022024", 0, 100), ("022025", 60, 160)):
            place = rasterio.transform.from_origin(LEFT + start * CELL, TOP, CELL, CELL)
            cut = path.with_name(path.name.replace("022024", tile))
            with rasterio.open(cut, "w", **profile | {"width": stop - start, "transform": place}) as image:
                image.write(values[:, start:stop], 1)
    tiled = prepare(scene.recipe)
    assert (tiled.grid, tiled.notes) == (whole.grid, ())
    for layer, values in zip(tiled.layers, expected, strict=True):
        assert np.array_equal(layer.read(block, tiled.grid), values, equal_nan=True)


def test_several_sensors_and_a_relief_make_one_map(tmp_path: Path) -> None:
    """Reflectances of two tiles, radar and a relief of 30 m: planned, mapped and described."""
    truth = np.where(np.arange(70) < 40, 1, 2) * np.ones((SIZE, 1), int)
    for tile, start in (("40KCB", 0), ("40KDB", 30)):
        here, left = truth[:, start : start + SIZE], LEFT + start * CELL
        for month in (1, 2, 3):
            values = np.array([0, 500, 2500])[here] + month
            theia(tmp_path / "theia", NAME.format(f"20220{month}03", tile), {"FRE_B4": values}, CLEAR, left=left)
        power = np.array([0, 0.01, 0.2], np.float32)[here]
        write(tmp_path / "radar" / f"s1a_{tile}_vv_ASC_015_20220105t144150.tif", power, left=left)
    write(tmp_path / "dem.tif", np.arange(14 * 24, dtype=np.float32).reshape(14, 24), 30.0)
    squares = [
        box(left, TOP - top - 60, left + 60, TOP - top) for left in (LEFT + 50, LEFT + 550) for top in (50, 150, 300)
    ]
    reference = geopandas.GeoDataFrame({"class": ["field"] * 3 + ["forest"] * 3}, geometry=squares, crs=CRS)
    reference.to_file(tmp_path / "reference.gpkg")
    (tmp_path / "recipe.toml").write_text(
        '[[images]]\nfolder = "theia"\n[[images]]\nfolder = "radar"\n[[images]]\nfolder = "dem.tif"\n'
        'product = "still"\n[period]\nstep_days = 30\n[reference]\nfile = "reference.gpkg"\n'
        '[classifier]\nname = "random_forest"\ntrees = 3\n[validation]\nruns = 1\n'
    )
    planned = plan(tmp_path / "recipe.toml")
    assert [(item.index, item.dates) for item in planned.indices] == [("B4", 3), ("VV ASC 15", 1), ("DEM", 0)]
    made = run(tmp_path / "recipe.toml", tmp_path / "map")
    with rasterio.open(made.crate.folder / "landcover.tif") as image:
        assert np.array_equal(image.read(1), truth)
    notes = {source.title: source.description.en for source in made.crate.record.lineage.sources}
    assert notes["dem.tif: DEM"] == "Does not change in time."
