# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which cells are learnt from: overlaps, features without class, limits, balance; and what is said of it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely.geometry import MultiPoint, Point, box

from landcover.conftest import CELL, CRS, LEFT, TOP, Scene
from terracite.errors import Problem, RecipeError
from terracite.landcover import samples as module
from terracite.landcover.checks import prepare
from terracite.landcover.features import plan
from terracite.landcover.recipe import ReferencePart, SamplesPart
from terracite.landcover.reference import files_of, read_features
from terracite.landcover.samples import Cells


def _square(row: int, col: int, size: int = 8) -> object:
    return box(LEFT + col * CELL, TOP - (row + size) * CELL, LEFT + (col + size) * CELL, TOP - row * CELL)


def _add(scene: Scene, shapes: list[tuple[str | None, object]]) -> None:
    names, geometry = zip(*shapes, strict=True)
    known = geopandas.read_file(scene.folder / "polygons.gpkg")
    more = geopandas.GeoDataFrame({"class": names}, geometry=list(geometry), crs=CRS)
    pd.concat([known, more]).to_file(scene.folder / "polygons.gpkg")


def test_cells_under_polygons_of_several_classes_are_left_out_and_counted(scene: Scene) -> None:
    _add(scene, [("water", _square(5, 14)), ("field", _square(25, 14)), ("forest", _square(25, 16))])
    found, problems = module.surveyed(prepare(scene.recipe))
    assert (found.contested, found.claimants) == (64, 3)  # one more overlaps, and is of the same class
    rows, cols = found.cells.rows, found.cells.cols
    assert not ((rows >= 25) & (rows < 33) & (cols >= 14) & (cols < 22)).any()
    assert [str(problem) for problem in problems] == [
        "reference.file: 3 polygons of different classes overlap, on 64 cells. Those cells are left out; correct the "
        'file, or set overlaps = "last" in [samples].'
    ]
    last, told = module.surveyed(prepare(scene.with_recipe("per_class = 150", 'overlaps = "last"')))
    assert len(last.cells) == len(found.cells) + found.contested
    assert last.cells.labels[(last.cells.rows == 30) & (last.cells.cols == 16)].tolist() == [2]
    assert told[0].cure == "The last one of the file counts there."


def test_features_without_class_or_shape_are_counted(scene: Scene) -> None:
    _add(scene, [(None, _square(5, 14)), (" ", _square(25, 14)), ("water", None)])
    prepared = prepare(scene.recipe)
    assert [str(note) for note in prepared.notes][:2] == [
        "reference.file (line 11): 2 of 18 features of 'polygons.gpkg' have no class, first number 16. "
        "Give them one; they are left out.",
        "reference.file (line 11): 1 of 18 features of 'polygons.gpkg' have no shape, first number 18. "
        "Draw them; they are left out.",
    ]
    assert len(prepared.labels) == 15


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.geoparquet", "a.gml"])
def test_points_and_polygons_are_read_from_any_format_in_any_system(name: str, tmp_path: Path) -> None:
    points = [MultiPoint([(2, 43), (2.1, 43)]), Point(2.2, 43.1), Point(2.3, 43.2)]
    frame = geopandas.GeoDataFrame({"class": ["a", "b", "a"]}, geometry=points, crs="EPSG:4326").to_crs("EPSG:2154")
    if name.endswith("shp") or name.endswith("fgb"):
        frame.geometry = frame.geometry.centroid
    frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_file(tmp_path / name)
    problems: list[Problem] = []
    found = read_features(ReferencePart(file=tmp_path / name), "reference", problems)
    assert problems == []
    assert found is not None
    assert (found.kind, sorted(found.classes), found.rows.tolist()) == ("points", ["a", "a", "b"], [1, 2, 3])
    assert found.frame.crs.to_epsg() == 2154


def test_every_part_of_a_shapefile_and_of_a_geodatabase_is_an_input(tmp_path: Path) -> None:
    for name in ("a.shp", "a.dbf", "a.SHX", "a.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in files_of(tmp_path / "a.shp")] == ["a.shp", "a.SHX", "a.dbf"]
    assert [path.name for path in files_of(tmp_path)] == ["a.SHX", "a.dbf", "a.shp", "a.txt"]
    assert files_of(tmp_path / "a.gpkg") == (tmp_path / "a.gpkg",)


def _cells(labels: list[int], groups: list[int], strata: list[int] | None = None) -> Cells:
    rows = np.arange(len(labels))
    own = [] if strata is None else [np.array(strata)]
    return Cells(rows, rows, np.array(labels), np.array(groups), *own)


def test_limits_hold_for_each_polygon_class_and_region() -> None:
    cells = _cells([0] * 30 + [1] * 30, [0] * 20 + [1] * 10 + [2] * 30, [0] * 15 + [1] * 15 + [0] * 30)
    kept = module.choose(cells, SamplesPart(per_class=7), {})
    pairs = np.column_stack([kept.labels, kept.strata])
    assert [np.unique(pairs, axis=0).tolist(), len(kept)] == [[[0, 0], [0, 1], [1, 0]], 21]
    kept = module.choose(cells, SamplesPart(per_polygon=4), {})
    assert np.bincount(kept.groups).tolist() == [4, 4, 4]
    kept = module.choose(cells, SamplesPart(per_class=3), {1: 25})
    assert np.bincount(kept.labels).tolist() == [6, 25]
    assert np.array_equal(kept.rows, module.choose(cells, SamplesPart(per_class=3), {1: 25}).rows)


@pytest.mark.parametrize(("balance", "share"), [("none", 0.9), ("even", 0.5), ("sqrt", 0.75)])
def test_classes_count_by_their_samples_alike_or_half_way(balance: str, share: float) -> None:
    labels = np.array([0] * 90 + [1] * 10)
    weights = module.weights_of(labels, balance)  # type: ignore[arg-type]
    assert weights.mean() == pytest.approx(1)
    assert weights[:90].sum() / weights.sum() == pytest.approx(share)


def test_caps_are_by_name_or_code_and_checked(scene: Scene) -> None:
    prepared = prepare(scene.with_recipe("per_class = 150", "per_class = 150\ncaps = { 'Forêt' = 20, 1 = 30 }"))
    kept = module.chosen(prepared, module.surveyed(prepared)[0].cells)
    assert np.bincount(kept.labels).tolist() == [30, 150, 20]
    with pytest.raises(RecipeError) as raised:
        prepare(scene.with_recipe("'Forêt' = 20", "'Forêts' = 20"))
    assert [str(item) for item in raised.value.problems] == [
        "samples.caps (line 37): there is no class 'Forêts' in the nomenclature. Did you mean 'forêt'?"
    ]


def test_a_class_with_few_samples_is_remarked(scene: Scene) -> None:
    prepared = prepare(scene.with_recipe("per_class = 150", "caps = { field = 8 }\nbalance = 'even'"))
    wanted = plan(prepared.layers, prepared.recipe.period)
    found = module.gather(prepared, prepared.layers, wanted)
    assert [str(note) for note in found.notes] == [
        "samples.minimum: class 2 'Field' has 8 samples, fewer than 10. Add reference data, or join it with another "
        "class."
    ]
    assert found.samples.weights[found.samples.labels == 1].sum() == pytest.approx(len(found.samples) / 3)


def test_a_class_without_clear_cells_is_remarked(scene: Scene) -> None:
    for path in scene.images.glob("*.tif"):
        with rasterio.open(path, "r+") as image:
            values = image.read(1)
            values[:, :40] = -9999  # all of the water
            image.write(values, 1)
    prepared = prepare(scene.recipe)
    wanted = plan(prepared.layers, prepared.recipe.period)
    assert [str(note) for note in module.gather(prepared, prepared.layers, wanted).notes] == [
        "reference: class 1 'Water' has no sample on clear cells of the images. The map cannot show it: add reference "
        "data, or images."
    ]
