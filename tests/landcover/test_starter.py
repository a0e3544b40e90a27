# SPDX-License-Identifier: AGPL-3.0-or-later
"""A first recipe is written from what is there, each guess with its reason, and it works as it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas
import pandas as pd
import pytest

from landcover.conftest import Scene
from terracite.errors import RecipeError
from terracite.landcover.checks import prepare
from terracite.landcover.starter import class_column, write_starter


def _written(scene: Scene, reference: Path | None = None) -> str:
    path = scene.folder / "first.toml"
    write_starter(scene.images, reference or scene.folder / "polygons.gpkg", path)
    return path.read_text(encoding="utf-8")


def test_what_was_found_is_written_with_its_reason(scene: Scene) -> None:
    text = _written(scene)
    assert 'product = "bdc"  # Brazil Data Cube composites\nindices = ["EVI", "NDVI"]' in text
    assert "[period]              # 2022: 24 images\nstart = 2022-01-03\nend = 2022-09-24" in text
    assert 'class_column = "class"  # it is called so, with 3 different values in 15 rows' in text
    assert '[[nomenclature.classes]]  # 5 in the reference\ncode = 2\nfr = "forest"' in text
    prepared = prepare(scene.folder / "first.toml")
    assert prepared.notes == ()
    assert len(prepared.nomenclature) == 3


def test_an_existing_file_is_never_overwritten(scene: Scene) -> None:
    with pytest.raises(RecipeError, match="already there"):
        write_starter(scene.images, scene.folder / "polygons.gpkg", scene.recipe)


def test_all_tiles_are_taken_and_named(scene: Scene) -> None:
    for path in list(scene.images.iterdir())[:4]:
        shutil.copy(path, scene.images / path.name.replace("022024", "022025"))
    assert '# tile = "022024"  # all are mapped without it: 022024, 022025' in _written(scene)


def test_of_several_years_the_one_with_most_images_is_taken(scene: Scene) -> None:
    for path in list(scene.images.glob("*2022-0[12]*")):
        shutil.copy(path, scene.images / path.name.replace("2022-", "2020-"))
    text = _written(scene)
    assert "[period]              # 2020: 6 images, 2022: 24 images; the year with most is taken" in text
    assert "start = 2022-01-01\nend = 2022-12-31" in text


def test_a_table_of_labelled_series_is_known_as_such(scene: Scene) -> None:
    rows = [
        f"{number},{'water' if number < 3 else 'field'},{date},55.1,-20.8,0.{number},0.2"
        for number in range(6)
        for date in ("2022-01-03", "2022-01-27")
    ]
    table = scene.folder / "series.csv"
    table.write_text("id,label,date,lon,lat,NDVI,EVI\n" + "\n".join(rows))
    text = _written(scene, table)
    assert 'kind = "series"\nid_column = "id"\ndate_column = "date"\nx_column = "lon"\ny_column = "lat"' in text
    assert prepare(scene.folder / "first.toml").labels.tolist() == [1, 1, 1, 0, 0, 0]


def test_the_likeliest_column_is_the_class_and_the_others_are_named(scene: Scene) -> None:
    frame = geopandas.read_file(scene.folder / "polygons.gpkg").rename(columns={"class": "crop_group"})
    frame["fid_2"], frame["area"], frame["zone"] = range(15), [1.5] * 15, ["a", "b", "c"] * 5
    frame.to_file(scene.folder / "other.gpkg")
    text = _written(scene, scene.folder / "other.gpkg")
    assert "class_column = \"crop_group\"  # its name holds 'crop', with 3 different values in 15 rows" in text
    assert '#   or "zone": 3 different values in 15 rows' in text
    assert "fid_2" not in text


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"code": [1, 2, 1], "libelle": ["a", "b", "a"]}, "libelle"),
        ({"CODE_CULTU": ["BLE", "MAI", "BLE"], "SURF_PARC": [1.5, 2.5, 1.5]}, "CODE_CULTU"),
        ({"whatever": ["a", "b", "a"], "date": ["x", "y", "x"]}, "whatever"),
        ({"id": [1, 2, 1], "unique": [1, 2, 3], "same": [1, 1, 1]}, None),
    ],
)
def test_a_class_has_few_values_met_several_times(columns: dict[str, list[object]], expected: str | None) -> None:
    found = class_column(pd.DataFrame(columns))
    assert (found[0].name if found else None) == expected


def test_everything_that_is_missing_is_told_at_once(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.gpkg").write_text("no geopackage")
    with pytest.raises(RecipeError) as refusal:
        write_starter(tmp_path / "empty", tmp_path / "notes.gpkg", tmp_path / "r.toml")
    assert [problem.where for problem in refusal.value.problems] == ["IMAGES.folder", "REFERENCE"]
    assert not (tmp_path / "r.toml").exists()
