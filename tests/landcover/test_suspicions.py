# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be run and looks wrong is told before it runs; what lies nowhere near the images is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas
import pytest
import rasterio
from shapely.affinity import translate
from shapely.geometry import box

from landcover.conftest import CELL, CRS, LEFT, TOP, Scene
from terracite.errors import RecipeError
from terracite.landcover.checks import prepare


def _notes(scene: Scene) -> list[str]:
    return [str(note) for note in prepare(scene.recipe).notes]


def _change(scene: Scene, change: Callable[[Any], Any]) -> None:
    path = scene.folder / "polygons.gpkg"
    frame = change(geopandas.read_file(path))
    path.unlink()
    frame.to_file(path)


def _refusal(scene: Scene) -> str:
    with pytest.raises(RecipeError) as refusal:
        prepare(scene.recipe)
    (problem,) = [problem for problem in refusal.value.problems if problem.where.startswith("reference.file")]
    return str(problem)


def test_a_sound_recipe_raises_no_suspicion(landscape: Scene) -> None:
    assert prepare(landscape.recipe).notes == ()


def test_classes_with_too_few_polygons_are_named(scene: Scene) -> None:
    _change(scene, lambda frame: frame[(frame["class"] == "field") | (frame.index == 0)])
    assert _notes(scene) == [
        "nomenclature (line 14): class 1 'Water' has one of the polygons only. "
        "Add some: it is learnt, and never tested.",
        "nomenclature (line 14): class 3 'Forest' has none of the polygons of the reference. "
        "Add some: the map cannot show it.",
    ]


def test_polygons_outside_the_images_are_counted(scene: Scene) -> None:
    _change(scene, lambda frame: frame.set_geometry([translate(frame.geometry[0], -9000), *frame.geometry[1:]]))
    assert _notes(scene) == [
        "reference.file (line 11): 1 of 15 shapes of 'polygons.gpkg' lie outside the images. They are not used."
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frame: frame.set_crs("EPSG:32733", allow_override=True),
         "Its coordinates fit EPSG:32740 and the file says EPSG:32733: assign EPSG:32740 (QGIS: Layer, Set CRS)."),
        (lambda frame: frame.to_crs("EPSG:4326").set_crs(CRS, allow_override=True),
         "Its coordinates fit EPSG:4326 and the file says EPSG:32740: assign EPSG:4326 (QGIS: Layer, Set CRS)."),
        (lambda frame: frame.set_geometry([box(*(shape.bounds[i] for i in (1, 0, 3, 2))) for shape in frame.geometry]),
         "Its x and y are exchanged: swap the two columns."),
        (lambda frame: frame.set_geometry(frame.translate(200_000, 0)),
         "Check its reference system, and that it is of the same place."),
    ],
    ids=["wrong system", "degrees", "exchanged", "elsewhere"],
)  # fmt: skip
def test_a_reference_elsewhere_is_refused_with_what_its_coordinates_fit(
    scene: Scene, change: Callable[[Any], Any], told: str
) -> None:
    _change(scene, change)
    said = _refusal(scene)
    assert said.startswith("reference.file (line 11): none of the 15 shapes of 'polygons.gpkg' lies on the images (")
    assert said.endswith(told)


def test_a_date_that_one_index_lacks_is_named(scene: Scene) -> None:
    next(scene.images.glob("*2022-02-20*_EVI.tif")).unlink()
    assert _notes(scene) == [
        "images (line 2): EVI has no image on 2022-02-20, where others have. The gap is filled; look for the files."
    ]


def test_an_index_on_another_grid_is_told(scene: Scene) -> None:
    for path in scene.images.glob("*_EVI.tif"):
        with rasterio.open(path) as image:
            profile, values = image.profile, image.read()[:, ::2, ::2]
        transform = rasterio.transform.from_origin(LEFT + 3, TOP, 2 * CELL, 2 * CELL)
        with rasterio.open(path, "w", **profile | {"height": 60, "width": 80, "transform": transform}) as image:
            image.write(values)
    (note,) = _notes(scene)
    assert "the images of EVI lie on another grid (80 x 60 cells of 20 m) than the map (160 x 120 cells" in note


def test_odd_images_are_named(scene: Scene) -> None:
    small, lost, *_ = sorted(scene.images.glob("*_EVI.tif"))
    with rasterio.open(small) as image:
        profile, values = image.profile, image.read(1, window=((0, 50), (0, 160)))
    with rasterio.open(small, "w", **profile | {"height": 50}) as image:
        image.write(values, 1)
    with rasterio.open(lost) as image:
        profile, values = image.profile, image.read()
    with rasterio.open(lost, "w", **profile | {"crs": None}) as image:
        image.write(values)
    assert [note.partition(": ")[2] for note in _notes(scene)] == [
        f"'{lost}' has no coordinate reference system. Assign one, for example with: rio edit-info --crs EPSG:32740 "
        "FILE. It is left out.",
        f"1 of 12 images of EVI lie on another grid ({small.name}: 160 x 50 cells of 10 m) than the others "
        "(160 x 120 cells of 10 m). They are resampled; check that they are whole.",
    ]


def test_images_without_a_place_are_refused_with_their_cure(scene: Scene) -> None:
    for path in scene.images.glob("*_EVI.tif"):
        with rasterio.open(path) as image:
            profile, values = image.profile, image.read()
        with rasterio.open(path, "w", **profile | {"crs": None}) as image:
            image.write(values)
    with pytest.raises(RecipeError) as refusal:
        prepare(scene.recipe)
    (problem,) = refusal.value.problems
    assert "None of the 12 images of EVI can be read" in problem.what
    assert "has no coordinate reference system" in problem.what
    assert "Assign one" in problem.cure


def test_regions_are_read_and_their_gaps_told(scene: Scene) -> None:
    halves = [box(LEFT, TOP - 1200, LEFT + 600, TOP), box(LEFT + 600, TOP - 1200, LEFT + 1100, TOP)]
    geopandas.GeoDataFrame({"zone": ["west", "middle"]}, geometry=halves, crs=CRS).to_crs("EPSG:4326").to_file(
        scene.folder / "zones.geojson"
    )
    scene.with_recipe("[nomenclature]\n", '[strata]\nfile = "zones.geojson"\ncolumn = "zone"\n\n[nomenclature]\n')
    prepared = prepare(scene.recipe)
    assert prepared.strata is not None
    assert prepared.strata.names == ("middle", "west")
    assert prepared.strata.of(prepared.known).tolist() == [1] * 10 + [-1] * 5
    assert [str(note).partition(": ")[2] for note in prepared.notes] == [
        "5 of 15 polygons of the reference lie in no region. Complete the regions.",
    ]
    scene.with_recipe('column = "zone"', 'column = "zones"')
    with pytest.raises(
        RecipeError, match=r"strata .line 14.: 'zones.geojson' has no column 'zones'\. Did you mean 'zone'"
    ):
        prepare(scene.recipe)
