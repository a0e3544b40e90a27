# SPDX-License-Identifier: AGPL-3.0-or-later
"""Products of each producer become reflectances or decibels with clouds left out, checked against rasterio by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from landcover.products_on_disk import SIZE, safe, safe_xml, theia, write
from terracite.errors import Problem
from terracite.landcover import images
from terracite.landcover.area import area_of
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import AreaPart, ImageSource
from terracite.landcover.sensors import safe as safe_metadata
from terracite.raster.grid import Block, Grid

BLOCK = Block(0, 0, SIZE, SIZE)
THEIA = "SENTINEL2A_20220103-063511-461_L2A_T40KCB_C_V1-0"
SAFE = "S2A_MSIL2A_20220103T063511_N0301_R134_T40KCB_20220103T081122"
LANDSAT = "LC08_L2SP_153074_20220103_20220110_02_T1"


def found(folder: Path, product: str = "auto", **keys: Any) -> tuple[list[Layer], list[str]]:
    """The layers of a folder, and what is wrong with it."""
    problems: list[Problem] = []
    layers = images.find(ImageSource(folder=folder, product=product, **keys), "images", problems)
    return layers, [str(problem) for problem in problems]


def one(layers: list[Layer], index: str) -> Layer:
    return next(layer for layer in layers if layer.index == index)


def numbers(low: int = 100, high: int = 5000, size: int = SIZE) -> np.ndarray:
    return np.random.default_rng(low).integers(low, high, (size, size))


def test_theia_reflectances_without_clouds_shadows_edges_and_saturated_cells(tmp_path: Path) -> None:
    red, swir = numbers(), numbers(200, size=SIZE // 2)
    red[0, :5] = -10_000
    masks = {name: np.zeros((SIZE, SIZE), np.uint8) for name in ("CLM_R1", "MG2_R1", "EDG_R1", "SAT_R1")}
    masks["CLM_R1"][1, :4] = [1, 128, 2, 64]  # bits 2 to 6 differ between producers and are not used
    masks["MG2_R1"][2, :6] = [1, 2, 4, 8, 16, 32]  # water, cloud, snow, shadows, hidden
    masks["EDG_R1"][3, :2] = 1
    masks["SAT_R1"][4, :3] = [4, 2, 8]  # B4, B3, B8
    masks["SAT_R2"] = np.zeros((SIZE // 2, SIZE // 2), np.uint8)
    masks["SAT_R2"][10, 10] = 16  # B11
    theia(tmp_path, THEIA, {"FRE_B4": red, "SRE_B4": red + 7, "FRE_B11": swir}, masks)

    layers, told = found(tmp_path)
    assert [layer.index for layer in layers] == ["B4", "B11"]
    assert told == []
    values = layers[0].read(BLOCK, layers[0].grid)[0]
    lost = {(0, col) for col in range(5)} | {(1, 0), (1, 1), (2, 3), (2, 4), (3, 0), (3, 1), (4, 0)}
    assert set(zip(*(axis.tolist() for axis in np.nonzero(np.isnan(values))), strict=True)) == lost
    clear = np.isfinite(values)
    np.testing.assert_allclose(values[clear], red[clear] * 1e-4, rtol=1e-6)

    on_map = layers[1].read(BLOCK, layers[0].grid)[0]  # 20 m on 10 m: between cells, masks at 10 m
    with rasterio.open(tmp_path / THEIA / f"{THEIA}_FRE_B11.tif") as image:
        smooth = image.read(1, out_shape=(SIZE, SIZE), resampling=rasterio.enums.Resampling.bilinear, out_dtype="f4")
    assert np.isnan(on_map[20:22, 20:22]).all()
    assert np.isnan(on_map).sum() == 2 + 2 + 2 + 4
    np.testing.assert_allclose(on_map[5:19], smooth[5:19] * 1e-4, atol=1e-4)


def test_what_a_recipe_says_of_theia(tmp_path: Path) -> None:
    red = numbers()
    masks = {"CLM_R1": np.zeros((SIZE, SIZE)), "MG2_R1": np.full((SIZE, SIZE), 4)}
    theia(tmp_path, THEIA, {"FRE_B4": red, "SRE_B4": red + 7}, masks)
    (layer,), _ = found(tmp_path, reflectance="SRE", indices=("B04",))
    np.testing.assert_allclose(layer.read(BLOCK, layer.grid)[0], (red + 7) * 1e-4, rtol=1e-6)
    (layer,), _ = found(tmp_path, snow="mask")
    assert np.isnan(layer.read(BLOCK, layer.grid)).all()
    (layer,), told = found(tmp_path, mask="none", prefix="T")
    assert (layer.index, told) == ("T.B4", [])
    assert found(tmp_path, mask="CM001")[1] == ['images.mask: cannot be \'CM001\'. Choose among: "auto", "none".']
    assert found(tmp_path, indices=("B40",))[1] == [
        "images.indices: there is no index 'B40' in the folder. Did you mean 'B4'?"
    ]


def test_a_mask_that_is_missing_is_told(tmp_path: Path) -> None:
    theia(tmp_path, THEIA, {"FRE_B4": numbers()}, {})
    (layer,), told = found(tmp_path)
    assert told == [
        f"images.folder: 1 product ({THEIA}): the mask CLM is missing. Its clouds are taken for ground: add the mask, "
        'or say mask = "none".'
    ]
    assert np.isfinite(layer.read(BLOCK, layer.grid)).all()


def test_a_synthesis_of_theia(tmp_path: Path) -> None:
    name, red = "SENTINEL2X_20180315-000000-000_L3A_T31TCJ_C_V1-1", numbers()
    write(tmp_path / name / f"{name}_FRC_B4.tif", red.astype(np.int16))
    flags = np.full((SIZE, SIZE), 4, np.uint8)
    flags[0, :4] = [0, 1, 2, 3]
    write(tmp_path / name / "MASKS" / f"{name}_FLG_R1.tif", flags)
    (layer,), _ = found(tmp_path)
    values = layer.read(BLOCK, layer.grid)[0]
    assert np.flatnonzero(np.isnan(values)).tolist() == [0, 1]
    assert layer.days.tolist() == [736_768.0]


@pytest.mark.parametrize(("offset", "quantification"), [(-1000, 10_000), (0, 10_000), (-500, 5000)])
def test_the_offset_of_esa_comes_from_the_xml(tmp_path: Path, offset: int, quantification: int) -> None:
    """Whatever the name says: baseline 0301 in the name had no offset, and products of it were made again with one."""
    red = numbers(1000)
    red[0, :2] = [0, 65_535]
    classes = np.full((SIZE // 2, SIZE // 2), 4)
    classes[5, :12] = range(12)
    safe(tmp_path, SAFE, {"B04_10m": red, "B04_20m": red[::2, ::2]}, classes, safe_xml(offset, quantification))
    (layer,), told = found(tmp_path)
    assert (layer.index, told) == ("B4", [])
    assert "MTD_MSIL2A.xml" in {origin.path.name for origin in layer.origins}
    values = layer.read(BLOCK, layer.grid)[0]
    lost = np.zeros((SIZE, SIZE), bool)
    lost[0, :2] = True
    for scene_class in (0, 1, 3, 8, 9, 10):
        lost[10:12, 2 * scene_class : 2 * scene_class + 2] = True
    assert np.array_equal(np.isnan(values), lost)
    np.testing.assert_allclose(values[~lost], (red[~lost] + offset) / quantification, rtol=1e-5, atol=1e-7)


def test_without_xml_the_baseline_is_taken_and_told(tmp_path: Path) -> None:
    red = numbers(1000)
    safe(tmp_path, SAFE.replace("N0301", "N0400"), {"B04_10m": red}, np.full((20, 20), 4), None)
    (layer,), (told,) = found(tmp_path)
    assert "has no MTD_MSIL2A.xml" in told
    assert "copy the XML beside the bands" in told
    np.testing.assert_allclose(layer.read(BLOCK, layer.grid)[0], (red - 1000) * 1e-4, rtol=1e-4)


def test_real_metadata_of_esa(shared_data: Path) -> None:
    told = {
        path.parent.name: safe_metadata.numbers_of(path)
        for path in (shared_data / "s2-safe" / "stactools").glob("S2*/MTD_MSIL2A.xml")
    }
    assert len(told) >= 8
    for name, bands in told.items():
        offset = -0.1 if "_N0400_" in name or "_N0509_" in name else 0.0  # of these ones; others are known otherwise
        assert set(bands.values()) == {(1e-4, offset)}, name
        assert {"B2", "B8A", "B12"} < set(bands)


def test_landsat_reflectances_without_clouds(tmp_path: Path) -> None:
    red, quality = numbers(7273, 43_636).astype(np.uint16), np.full((SIZE, SIZE), 1 << 6, np.uint16)
    red[0, 0] = 0
    quality[1, :7] = [1 << bit for bit in range(7)]
    write(tmp_path / LANDSAT / f"{LANDSAT}_SR_B4.TIF", red, 30.0)
    write(tmp_path / LANDSAT / f"{LANDSAT}_QA_PIXEL.TIF", quality, 30.0)
    (layer,), told = found(tmp_path, prefix="L8", indices=("B4",))
    assert (layer.index, layer.platforms, told) == ("L8.B4", ("Landsat 8",), [])
    values = layer.read(BLOCK, layer.grid)[0]
    lost = np.zeros((SIZE, SIZE), bool)
    lost[0, 0] = lost[1, :5] = True
    assert np.array_equal(np.isnan(values), lost)
    np.testing.assert_allclose(values[~lost], red[~lost] * 2.75e-5 - 0.2, rtol=1e-4, atol=1e-6)


def test_landsat_scenes_of_one_day_make_one_channel(tmp_path: Path) -> None:
    """Scenes of a path follow each other without tiles: their extents differ from date to date."""
    red = numbers(7273, 43_636).astype(np.uint16)
    for name, left in ((LANDSAT, 300_000.0), (LANDSAT.replace("153074", "153075"), 300_600.0)):
        write(tmp_path / name / f"{name}_SR_B4.TIF", red, 30.0, left=left)
        write(tmp_path / name / f"{name}_QA_PIXEL.TIF", np.zeros((SIZE, SIZE), np.uint16), 30.0, left=left)
    (layer,), told = found(tmp_path)
    assert told == []
    area = area_of(AreaPart(), [layer], [])
    assert area is not None
    assert area.grid.shape == (SIZE, SIZE + 20)
    values = layer.read(Block(0, 0, SIZE, SIZE + 20), area.grid)
    assert values.shape[0] == 1
    expected = red * 2.75e-5 - 0.2
    np.testing.assert_allclose(values[0, :, :20], expected[:, :20], rtol=1e-4)
    np.testing.assert_allclose(values[0, :, 20:SIZE], (expected[:, 20:] + expected[:, :20]) / 2, rtol=1e-4)


def _radar(folder: Path, name: str, power: np.ndarray) -> np.ndarray:
    write(folder / f"{name}.tif", power.astype(np.float32))
    return power


def test_radar_channels_by_orbit_in_decibels(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    east, west, other = (rng.uniform(0.01, 0.4, (SIZE, SIZE)) for _ in range(3))
    east[:, 20:], west[:, :15] = 0, 0
    _radar(tmp_path, "s1a_40KCB_vv_ASC_015_20220103t144150", east)
    _radar(tmp_path, "s1a_40KCB_vv_ASC_015_20220103t144215", west)  # the same orbit, a second later
    _radar(tmp_path, "s1a_40KCB_vh_ASC_015_20220103txxxxxx", other)
    _radar(tmp_path, "s1b_40KCB_vv_DES_110_20220105t014150", other)
    layers, told = found(tmp_path)
    assert [layer.index for layer in layers] == ["VV ASC 15", "VH ASC 15", "VV DES 110", "VH/VV ASC 15"]
    assert told == []
    both = np.where(east > 0, np.where(west > 0, (east + west) / 2, east), west)
    values = one(layers, "VV ASC 15").read(BLOCK, layers[0].grid)
    assert values.shape == (1, SIZE, SIZE)
    np.testing.assert_allclose(values[0], 10 * np.log10(both), atol=1e-4)
    ratio = one(layers, "VH/VV ASC 15").read(BLOCK, layers[0].grid)[0]
    np.testing.assert_allclose(ratio, 10 * np.log10(other / both), atol=1e-4)
    assert [layer.index for layer in found(tmp_path, indices=("VH", "VH/VV"))[0]] == ["VH ASC 15", "VH/VV ASC 15"]
    together, _ = found(tmp_path, indices=("VV",), orbits="together")
    assert [(layer.index, layer.days.size) for layer in together] == [("VV", 2)]
    ways, _ = found(tmp_path, indices=("VV",), orbits="directions")
    assert [layer.index for layer in ways] == ["VV ASC", "VV DES"]


def test_several_acquisitions_of_a_day_are_put_together_where_clear(tmp_path: Path) -> None:
    early, late = numbers(100), numbers(200)
    clouds = np.zeros((SIZE, SIZE), np.uint8)
    clouds[:10] = 1
    theia(tmp_path, THEIA, {"FRE_B4": early}, {"CLM_R1": clouds})
    theia(tmp_path, THEIA.replace("063511", "063536"), {"FRE_B4": late}, {"CLM_R1": clouds[::-1]})
    (layer,), _ = found(tmp_path)
    values = layer.read(BLOCK, layer.grid)
    assert values.shape[0] == layer.days.size == 1
    np.testing.assert_allclose(values[0, :10], late[:10] * 1e-4, rtol=1e-6)
    np.testing.assert_allclose(values[0, -10:], early[-10:] * 1e-4, rtol=1e-6)
    np.testing.assert_allclose(values[0, 10:-10], (early + late)[10:-10] / 2 * 1e-4, rtol=1e-5)


def test_layers_that_do_not_change(tmp_path: Path) -> None:
    heights = numbers(0, 3000).astype(np.float32)
    heights[0, 0] = np.nan
    write(tmp_path / "dem.tif", heights[::2, ::2], 20.0)
    grid = Grid.of(write(tmp_path / "else" / "map.tif", numbers().astype(np.int16)))
    (layer,), told = found(tmp_path / "dem.tif", "still")
    assert (layer.index, layer.still, layer.days.size, told) == ("DEM", True, 0, [])
    values = layer.read(BLOCK, grid)
    assert values.shape == (1, SIZE, SIZE)
    assert np.isnan(values).sum() == 4
    good, problems = layer.checked()
    assert (good, problems) == (layer, [])
    write(tmp_path / "soil.tif", np.stack([heights, heights]), crs=None)
    assert "has no coordinate reference system" in found(tmp_path, "still")[1][0]


def test_a_stack_needs_its_dates(tmp_path: Path) -> None:
    rain = np.arange(3 * 4 * 4).reshape(3, 4, 4).astype(np.int16)
    path = write(tmp_path / "rain.tif", rain, 100.0, nodata=-1)
    _, (told,) = found(path, "stack")
    assert "'rain.tif' has 3 bands, and 0 dates are in its names and tags" in told
    assert 'dates = "dates.txt"' in told
    (tmp_path / "dates.txt").write_text("20220201\n20220101\n20220301\n")
    (layer,), told = found(path, "stack", dates=tmp_path / "dates.txt", scale=0.1, offset=5.0, nodata=0)
    assert (layer.index, layer.still, told) == ("rain", False, [])
    assert np.diff(layer.days).tolist() == [31, 28]
    values = layer.read(Block(0, 0, 4, 4), layer.grid)
    np.testing.assert_allclose(values[0], rain[1] * 0.1 + 5, rtol=1e-6)
    assert np.isnan(values[1, 0, 0])


def test_a_real_stack_of_weather_radar_and_reflectances(shared_data: Path) -> None:
    """Every month of every variable, as GDAL gives it by its own names."""
    path = shared_data / "worldcereal" / "worldcereal_preprocessed_inputs.nc"
    layers, told = found(path, "stack", nodata=65_535, scale=1e-4)
    assert told == []
    assert len(layers) == 15
    red = one(layers, "S2-L2A-B04")
    assert (red.days.size, red.grid.crs, red.grid.shape) == (12, "EPSG:32631", (100, 100))
    with rasterio.open(f"netcdf:{path}:S2-L2A-B04") as image:
        raw = image.read()
    values = red.read(Block(0, 0, 100, 100), red.grid)
    assert np.array_equal(np.isnan(values), (raw == 65_535) | (raw == 32_769))
    clear = np.isfinite(values)
    np.testing.assert_allclose(values[clear], raw[clear] * 1e-4, rtol=1e-6)
    assert str(np.datetime64("0001-01-01") + np.timedelta64(int(red.days[0]) - 1, "D")) == "2020-11-01"


def test_a_catalogue_leads_to_the_files_of_products(tmp_path: Path) -> None:
    red = numbers()
    folder = theia(tmp_path / "data", THEIA, {"FRE_B4": red}, {"CLM_R1": np.zeros((SIZE, SIZE))})
    assets = {
        "B4": {"href": f"../data/{folder.name}/{THEIA}_FRE_B4.tif"},
        "clouds": {"href": f"../data/{folder.name}/MASKS/{THEIA}_CLM_R1.tif"},
    }
    item = {"type": "Feature", "stac_version": "1.0.0", "id": THEIA, "assets": assets}
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "one.json").write_text(json.dumps(item))
    (layer,), told = found(tmp_path / "items", "stac")
    assert (layer.index, told) == ("B4", [])
    np.testing.assert_allclose(layer.read(BLOCK, layer.grid)[0], red * 1e-4, rtol=1e-6)
    assets["B4"]["href"] = "https://example.org/B4.tif"
    (tmp_path / "items" / "one.json").write_text(json.dumps(item))
    assert "is not on this machine. Copy the assets" in found(tmp_path / "items", "stac")[1][0]
    assert "holds no STAC item" in found(tmp_path / "data", "stac")[1][0]


def test_real_products_of_theia_kept_as_stacks(shared_data: Path, tmp_path: Path) -> None:
    """What iota2 makes of ten bands, of two tiles and two dates each; no cloud mask is beside it."""
    for path in sorted((shared_data / "theia-s2-iota2" / "fullband").glob("T38*_FRE_STACK.tif")):
        name = path.name[7:]  # these copies have the tile before the name of the product
        folder = tmp_path / name.removesuffix("_FRE_STACK.tif")
        folder.mkdir()
        shutil.copy(path, folder / name)
    layers, told = found(tmp_path, "theia-l2a")
    assert [layer.index for layer in layers] == ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]
    assert ["4 products" in text and "the mask CLM is missing" in text for text in told] == [True]
    near = one(layers, "B8")
    assert near.days.size == 3
    values = near.read(Block(0, 0, 256, 256), near.grid)
    for position, date in enumerate(("20170203", "20170213", "20170223")):
        # both tiles were cut to the same square: the first by name owns it, and has no image of the second date
        (path, *_) = sorted(tmp_path.glob(f"SENTINEL2A_{date}-*/*.tif"), key=lambda path: path.name[40:])
        with rasterio.open(path) as image:
            expected = image.read(7) * 1e-4
        if date == "20170213":
            assert np.isnan(values[position]).all()
        else:
            np.testing.assert_allclose(values[position], expected, rtol=1e-6)
