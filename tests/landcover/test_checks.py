# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a recipe names is checked before any pixel is read, and every mistake is told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from rasterio.windows import Window

from landcover.conftest import CRS, Scene, _square
from terracite.errors import RecipeError
from terracite.landcover.checks import prepare


def _mistakes(recipe: Path) -> list[str]:
    with pytest.raises(RecipeError) as refusal:
        prepare(recipe)
    return [str(problem) for problem in refusal.value.problems]


def test_a_sound_recipe_is_ready(landscape: Scene) -> None:
    prepared = prepare(landscape.recipe)
    assert [layer.index for layer in prepared.layers] == ["NDVI", "EVI"]
    assert prepared.grid.shape == (120, 160)
    assert prepared.labels.tolist() == [0] * 5 + [1] * 5 + [2] * 5
    assert prepared.sample is not None
    assert prepared.sample.areas_ha == {"west": 72.0, "east": 120.0}


def test_mistakes_of_spelling_and_of_content_are_told_together(scene: Scene) -> None:
    scene.with_recipe('product = "bdc"', 'product = "bcd"')
    scene.with_recipe('class_column = "class"', 'class_column = "clas"')
    scene.with_recipe("runs = 3", "run = 3")
    scene.with_recipe('strata_file = "strata.csv"', 'strata_file = "stratas.csv"')
    scene.with_recipe("[record]\n", '[record]\nlicence = "CC-BY-4"\n')
    assert _mistakes(scene.recipe) == [
        "images.product (line 3): there is no product type 'bcd'. Did you mean 'bdc'?",
        "reference (line 10): 'polygons.gpkg' has no column 'clas'. Did you mean 'class'?",
        "validation.run (line 42): is not a key of this table. Did you mean 'runs'?",
        f"validation.sample.strata_file (line 46): there is no file '{scene.folder / 'stratas.csv'}'. Check the path.",
        "record.licence (line 52): 'CC-BY-4' is not in the SPDX list. Did you mean 'CC-BY-4.0'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('folder = "images"', 'folder = "image"', "there is no folder"),
        ('"EVI"]', '"EVY"]', "there is no index 'EVY' in the folder. Did you mean 'EVI'?"),
        ('"EVI"]', '"NDVI"]', "the index 'NDVI' is given twice"),
        ('folder = "images"', 'folder = "images"\ntile = "022O24"', "Did you mean '022024'?"),
        ("step_days = 20", "start = 2030-01-01", "there are images from 2022-01-03 to 2022-09-24"),
        ('en = "Field"', 'en = "Fields"', "'field' that is not in the nomenclature. Did you mean 'fields'?"),
        ("code = 3", "code = 2", "gives the code 2 to several classes"),
        ('file = "polygons.gpkg"', 'file = "points.gpkg"', "is the file that the map is trained with"),
        ('file = "polygons.gpkg"', 'file = "strata.csv"', "has no columns 'longitude' and 'latitude'"),
        ('file = "polygons.gpkg"', 'file = "recipe.toml"', "cannot be read"),
        ('file = "polygons.gpkg"', 'file = "polygons.gpkg"\nlayer = "polygon"', "Did you mean 'polygons'?"),
        ('strata_file = "strata.csv"', "", "the strata need their areas"),
        ('strata_file = "strata.csv"', 'stratum_column = "stratums"', "Did you mean 'stratum'?"),
        ('class_column = "class"', 'kind = "series"', "is not a table"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_cure(scene: Scene, old: str, new: str, told: str) -> None:
    scene.with_recipe(old, new)
    assert any(told in line for line in _mistakes(scene.recipe)), told


def test_a_stratum_without_area_is_named(scene: Scene) -> None:
    (scene.folder / "strata.csv").write_text("stratum,area_ha\nwest,72\neaster,120\n")
    assert "no area for the stratum 'east'. Did you mean 'easter'?" in _mistakes(scene.recipe)[0]


def test_a_sample_that_is_not_interpreted_whole_is_refused(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "points.gpkg")
    frame.loc[3, "class"] = None
    frame.to_file(scene.folder / "points.gpkg")
    assert "1 points of 'points.gpkg' have no class" in _mistakes(scene.recipe)[0]


def test_several_tiles_are_mapped_together_unless_the_recipe_names_some(scene: Scene) -> None:
    for path in scene.images.glob("*_2022-0[1-4]*"):
        shutil.copy(path, scene.images / path.name.replace("022024", "022025"))
    assert [getattr(layer, "tiles", ()) for layer in prepare(scene.recipe).layers] == [("022024", "022025")] * 2
    scene.with_recipe('folder = "images"', 'folder = "images"\ntile = "022025"')
    assert [layer.days.size for layer in prepare(scene.recipe).layers] == [5, 5]
    scene.with_recipe('tile = "022025"', 'tiles = ["022025", "022O24"]')
    assert "Did you mean '022024'?" in _mistakes(scene.recipe)[0]


def test_without_nomenclature_the_reference_gives_the_classes(scene: Scene) -> None:
    text = scene.recipe.read_text()
    start, end = text.index("[nomenclature]"), text.index("[samples]")
    scene.recipe.write_text(text[:start] + text[end:])
    prepared = prepare(scene.recipe)
    assert [(item.code, item.label.en) for item in prepared.nomenclature.classes] == [
        (1, "field"), (2, "forest"), (3, "water"),
    ]  # fmt: skip


def test_a_nomenclature_from_a_csv_file(scene: Scene) -> None:
    text = scene.recipe.read_text()
    start, end = text.index("[[nomenclature.classes]]"), text.index("[samples]")
    scene.recipe.write_text(text[:start] + 'file = "classes.csv"\n\n' + text[end:])
    table = scene.folder / "classes.csv"
    table.write_text(
        "code,fr,en,colour,reference\n1,Eau,Water,#0000ff,water\n2,Champ,Field,,field\n3,Bois,Wood,,forest\n"
    )
    assert prepare(scene.recipe).nomenclature.labels("fr") == ["Eau", "Champ", "Bois"]
    table.write_text("code,fr,en,color\n1,Eau,Water,#0000ff\nx,Champ,Field,\n")
    told = _mistakes(scene.recipe)
    assert any("unknown column 'color'. Did you mean 'colour'?" in line for line in told)
    assert any("line 3 of 'classes.csv', column code" in line for line in told)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('stratum,area_ha\nwest,72\neast,"12,5"\n', "row 2: area_ha is '12,5', which is not a number"),
        ("stratum;area_ha\nwest;72\neast;120\n", "semicolons between its columns. Save it as CSV in UTF-8"),
        ("stratum,area_ha,label\nwest,72,for\xeat\neast,120,\n", "is not written in UTF-8. Save it as CSV in UTF-8"),
    ],
)
def test_a_table_of_a_spreadsheet_is_told_with_its_cure(scene: Scene, table: str, told: str) -> None:
    (scene.folder / "strata.csv").write_bytes(table.encode("cp1252"))
    (line,) = _mistakes(scene.recipe)
    assert told in line


@pytest.mark.parametrize(
    ("cell", "told"),
    [('"-21,3"', "row 2: latitude is '-21,3', which is not a number"), ("", "row 2: latitude is 'nan'")],
)
def test_a_point_without_a_sound_position_is_named(scene: Scene, cell: str, told: str) -> None:
    table = f"longitude,latitude,class,stratum\n55.1,-20.8,water,west\n55.2,{cell},field,east\n"
    (scene.folder / "points.csv").write_text(table)
    scene.with_recipe("points.gpkg", "points.csv")
    (line,) = _mistakes(scene.recipe)
    assert told in line


def test_a_sample_point_without_a_shape_is_refused(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "points.gpkg")
    frame.loc[[3, 5], "geometry"] = None
    frame.to_file(scene.folder / "points.gpkg")
    assert "2 points of 'points.gpkg' have no position" in _mistakes(scene.recipe)[0]


def test_a_layer_without_shapes_is_no_reference(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "polygons.gpkg")
    pyogrio.write_dataframe(pd.DataFrame(frame.drop(columns="geometry")), scene.folder / "bare.gpkg")
    scene.with_recipe("polygons.gpkg", "bare.gpkg")
    assert _mistakes(scene.recipe) == [
        "reference.file (line 11): 'bare.gpkg' holds no shapes. Give polygons or points."
    ]


def test_words_among_the_values_of_labelled_series_are_named(scene: Scene) -> None:
    rows = "1,water,2022-01-03,55,-21,,0.1\n1,water,2022-01-27,55,-21,cloud,0.1\n"
    table = f"id,class,date,longitude,latitude,NDVI,EVI\n{rows}"
    (scene.folder / "series.csv").write_text(table)
    columns = 'kind = "series"\nid_column = "id"\ndate_column = "date"\nx_column = "longitude"\ny_column = "latitude"'
    scene.with_recipe('file = "polygons.gpkg"', f'file = "series.csv"\n{columns}')
    assert any("row 2: NDVI is 'cloud', which is not a number" in line for line in _mistakes(scene.recipe))


def test_a_nomenclature_in_another_encoding_is_told(scene: Scene) -> None:
    text = scene.recipe.read_text()
    start, end = text.index("[[nomenclature.classes]]"), text.index("[samples]")
    scene.recipe.write_text(text[:start] + 'file = "classes.csv"\n\n' + text[end:])
    (scene.folder / "classes.csv").write_bytes("code,fr\n1,Forêt\n".encode("cp1252"))
    assert "'classes.csv' is not written in UTF-8. Save it as CSV in UTF-8" in _mistakes(scene.recipe)[0]


def test_one_odd_image_does_not_set_the_grid_of_the_map(scene: Scene) -> None:
    first = min(scene.images.iterdir())
    with rasterio.open(first) as image:
        small, profile = image.read(window=Window(0, 0, 30, 20)), image.profile | {"width": 30, "height": 20}
    with rasterio.open(first, "w", **profile) as image:
        image.write(small)
    assert [layer.grid.shape for layer in prepare(scene.recipe).layers] == [(120, 160), (120, 160)]
    assert prepare(scene.recipe).grid.shape == (120, 160)


OWN = """
[station]
scale = 1e-4
nodata = -9999
valid = [-10000, 10000]

[[station.files]]
path = "CB4_64_16D_STK_{tile}_{date}_{end}_{index=NDVI|EVI}.tif"
"""


def test_a_recipe_takes_the_product_file_of_a_station(scene: Scene) -> None:
    (scene.folder / "station.toml").write_text(OWN)
    usual = prepare(scene.recipe)
    scene.with_recipe('product = "bdc"', 'product = "station.toml"')
    prepared = prepare(scene.recipe)
    assert [len(layer.days) for layer in prepared.layers] == [len(layer.days) for layer in usual.layers]
    assert {origin.path for layer in prepared.layers for origin in layer.origins} >= {scene.folder / "station.toml"}
    scene.with_recipe('"station.toml"', '"CB4_64_16D_STK_{tile}_{date}_{end}_{index}.tif"')
    assert [layer.index for layer in prepare(scene.recipe).layers] == ["NDVI", "EVI"]


def test_mistakes_of_a_product_file_are_told_where_the_recipe_names_it(scene: Scene) -> None:
    scene.with_recipe('product = "bdc"', 'product = "station.toml"')
    assert _mistakes(scene.recipe) == [
        f"images.product (line 3): The product file '{scene.folder / 'station.toml'}' cannot be read: No such file or "
        "directory. Give the path of a TOML file, such as --product station.toml."
    ]
    (scene.folder / "station.toml").write_text(OWN.replace("scale", "scael"))
    (told,) = _mistakes(scene.recipe)
    assert told.endswith("has a setting 'scael' that is not known. Did you mean 'scale'?")


def _rewritten(path: Path, **columns: object) -> None:
    frame = geopandas.read_file(path).assign(**columns)
    path.unlink()
    frame.to_file(path)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (pd.to_datetime(["2022-03-01"] * 15), "holds dates (2022-03-01), which are no classes. Name another column."),
        ([1.0, 2.5, 3.0] * 5, "holds numbers with decimals (2.5), which are no classes. Name another column."),
    ],
)
def test_a_column_that_cannot_be_classes_is_refused(scene: Scene, values: object, told: str) -> None:
    _rewritten(scene.folder / "polygons.gpkg", seen=values)
    scene.with_recipe('class_column = "class"', 'class_column = "seen"')
    assert told in "\n".join(_mistakes(scene.recipe))


def test_areas_of_strata_are_above_0(scene: Scene) -> None:
    (scene.folder / "strata.csv").write_text("stratum,area_ha\nwest,-72\neast,120\n")
    assert "'strata.csv' gives the stratum 'west' -72 ha. Give its area, above 0." in "\n".join(_mistakes(scene.recipe))


def test_a_sample_elsewhere_and_an_area_without_reference_are_refused(scene: Scene) -> None:
    points = geopandas.read_file(scene.folder / "points.gpkg")
    _rewritten(scene.folder / "points.gpkg", geometry=points.translate(100_000, 0))
    assert "none of the 120 shapes of 'points.gpkg' lies on the images" in "\n".join(_mistakes(scene.recipe))
    geopandas.GeoDataFrame(geometry=[_square(0, 150)], crs=CRS).to_file(scene.folder / "here.gpkg")
    scene.with_recipe("[samples]", '[area]\nfile = "here.gpkg"\n\n[samples]')
    assert "none of the 15 shapes of 'polygons.gpkg' lies in the area that is mapped. Make [area] larger" in "\n".join(
        _mistakes(scene.recipe)
    )


def test_one_region_is_enough_and_one_elsewhere_is_told(scene: Scene) -> None:
    geopandas.GeoDataFrame({"name": ["west"]}, geometry=[_square(0, 0, 60)], crs=CRS).to_file(scene.folder / "s.gpkg")
    scene.with_recipe("[samples]", '[strata]\nfile = "s.gpkg"\ncolumn = "name"\n\n[samples]')
    assert "polygons of the reference lie in no region" in str(prepare(scene.recipe).notes)


def test_heights_of_another_place_are_refused(scene: Scene) -> None:
    (scene.folder / "still").mkdir()
    profile = {"driver": "GTiff", "dtype": "float32", "count": 1, "height": 9, "width": 9, "crs": CRS}
    place = rasterio.transform.from_origin(500_000, 7_000_000, 30, 30)
    with rasterio.open(scene.folder / "still" / "DEM.tif", "w", **profile, transform=place) as image:
        image.write(np.ones((9, 9), np.float32), 1)
    scene.with_recipe("[period]", '[[images]]\nproduct = "still"\nfolder = "still"\n\n[period]')
    assert "the images of DEM lie elsewhere than the map. Check their" in "\n".join(_mistakes(scene.recipe))
