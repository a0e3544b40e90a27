# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fewer classes: cells, areas and accuracy go with them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import Point

from landcover.test_scales import UTM, codes, written
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ProblemsError
from terracite.landcover.classmap import open_map
from terracite.landcover.estimation import from_points
from terracite.landcover.scales.crosswalk import of_parents, read_crosswalk, shipped
from terracite.landcover.scales.generalise import _confidence, _merged_shares, generalise
from terracite.landcover.scales.merging import merged

HEAD = "from_code,to_code,fr,en,colour\n"


def _table(folder: Path, text: str) -> str:
    path = folder / "two.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return str(path)


def test_the_shipped_tables_lead_all_oso_classes_somewhere():
    assert shipped() == ["oso23-oso17", "oso23-parents"]
    assert [len(read_crosswalk(name).classes) for name in shipped()] == [17, 8]
    for name in shipped():
        assert sorted(read_crosswalk(name).table) == list(range(1, 24))
    assert read_crosswalk("oso23-parents").table[5] == 110
    assert read_crosswalk("oso23-oso17").table[11] == 11  # rice becomes summer crops: the same code, another class


def test_every_mistake_of_a_table_is_told(tmp_path):
    text = "1,10,Eau,Water,#0000ff\n1,20,Champ,Field,\n2,10,Lac,,\nx,10,,,\n3,10,,,red\n"
    with pytest.raises(ProblemsError) as refusal:
        read_crosswalk(_table(tmp_path, text))
    told = [f"{one.where} {one.what}" for one in refusal.value.problems]
    assert told == [
        "line 3 gives the class 1 to 10 and to 20.",
        "line 4 calls the fr of one class 'Lac' that was 'Eau'.",
        "line 5 'x' in column from_code is no code from 1 to 255.",
        "line 6 'red' is no colour.",
    ]
    found = open_map(written(tmp_path / "map.tif", codes(20, 20)))
    with pytest.raises(ProblemsError, match=r"class 7: \(forest\) has no line"):
        generalise(found, read_crosswalk(_table(tmp_path, "1,1,,,\n2,1,,,\n")), tmp_path / "made")
    with pytest.raises(ProblemsError, match="have no parents"):
        of_parents(found)


def _sampled(folder: Path, found: object, values: np.ndarray) -> Path:
    """A sample by map class whose reference errs; 7 of the map is often 2."""
    rng = np.random.default_rng(3)
    points, classes = [], []
    for code, count in ((1, 30), (2, 40), (7, 50)):
        rows, cols = np.nonzero(values == code)
        for at in rng.choice(rows.size, count, replace=False):
            x, y = found.grid.corner(cols[at] + 0.5, rows[at] + 0.5)  # type: ignore[attr-defined]
            points.append(Point(x, y))
            wrong = {1: 7, 2: 7, 7: 2}[code]
            classes.append(wrong if rng.random() < 0.25 else code)
    frame = geopandas.GeoDataFrame({"class": classes}, geometry=points, crs=UTM[0])
    frame.to_file(folder / "sample.gpkg")
    return folder / "sample.gpkg"


def test_accuracy_is_estimated_again_with_the_strata_kept(tmp_path, capsys):
    values = codes(60, 60)
    path = written(tmp_path / "map.tif", values)
    found = open_map(path)
    sample = _sampled(tmp_path, found, values)
    table = _table(tmp_path, "1,1,Eau,Water,#0000ff\n2,5,Végétation,Vegetation,#00ff00\n7,5,,,\n")
    command = ["landcover", "generalise", str(path), "--crosswalk", table, "--sample", str(sample)]
    main([*command, "-o", str(tmp_path / "made"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert [one["area_ha"] for one in facts["classes"]] == [(values == 1).sum() / 100, (values > 1).sum() / 100]
    crate = open_crate(tmp_path / "made")
    assert verify(crate.folder) == []
    assert crate.record.nomenclature == "two"
    with rasterio.open(tmp_path / "made/landcover.tif") as image:
        assert image.tags()["NOMENCLATURE"] == "two"
        np.testing.assert_array_equal(image.read(1), np.array([0, 1, 5, 0, 0, 0, 0, 5], np.uint8)[values])
    # by hand: the same points, their old classes as strata
    points = geopandas.read_file(sample)
    rows, cols = found.grid.cells(points.geometry.x, points.geometry.y)
    old, to = values[rows, cols], np.array([9, 0, 1, 9, 9, 9, 9, 1])
    areas = {str(code): float((values == code).sum()) for code in (1, 2, 7)}
    expected = from_points(to[old], to[points["class"].to_numpy()], [str(code) for code in old], areas, 2)
    [quality] = crate.record.quality
    assert quality.value == round(float(expected.overall.value), 4)
    assert quality.low == round(float(expected.overall.low), 4)
    with (tmp_path / "made/areas.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [float(line["users_accuracy"]) for line in lines] == [round(float(v), 6) for v in expected.users.value]
    assert [line["merged_from"] for line in lines] == ["1", "2 7"]


class _Crate:
    """What of a crate says how its accuracy was made."""

    def __init__(self, folder: Path, overall: float) -> None:
        quality = type("Q", (), {"name": type("N", (), {"en": "Overall accuracy of the map"}), "value": overall})
        self.folder, self.record = folder, type("R", (), {"quality": (quality,)})


def _with_matrix(folder: Path, overall: float, design: str = "map"):
    values = np.repeat(np.array([1, 2, 7], np.uint8), [40, 30, 30])[None].repeat(100, 0)
    found = open_map(written(folder / "map.tif", values))
    rows = "".join(
        f"{source},1,{row},{column},{count}\n"
        for source in ("sample", "polygon")
        for row, column, count in ((1, 1, 45), (1, 7, 5), (2, 2, 30), (2, 7, 20), (7, 7, 40), (7, 2, 10))
    )
    (folder / "confusion.csv").write_text("source,run,map_code,reference_code,count\n" + rows)
    (folder / "recipe.toml").write_text(f'[validation.sample]\nfile = "s.gpkg"\ndesign = "{design}"\n')
    return replace(found, crate=_Crate(folder, overall)), np.bincount(values.ravel(), minlength=256) / 100


def test_the_matrix_of_a_crate_is_enough_where_its_rows_are_the_strata(tmp_path):
    table = read_crosswalk(_table(tmp_path, "1,1,,,\n2,5,,,\n7,5,,,\n"))
    before = 0.4 * 0.9 + 0.3 * 0.6 + 0.3 * 0.8
    found, areas = _with_matrix(tmp_path, round(before, 4))
    known = merged(found, table, areas, None)
    assert known.accuracy is not None
    assert float(known.accuracy.overall.value) == pytest.approx(0.4 * 0.9 + 0.6)
    assert known.counts is not None
    assert known.counts.tolist() == [[45, 5], [0, 100]]
    assert known.scores[0].overall.mean == pytest.approx(145 / 150)  # the model score is merged, too
    assert "strata" in known.remark.en


@pytest.mark.parametrize(("overall", "design"), [(0.70, "map"), (0.78, "strata")])
def test_an_accuracy_that_the_matrix_does_not_hold_is_not_carried(tmp_path, overall, design):
    table = read_crosswalk(_table(tmp_path, "1,1,,,\n2,5,,,\n7,5,,,\n"))
    found, areas = _with_matrix(tmp_path, overall, design)
    known = merged(found, table, areas, None)
    assert known.accuracy is None
    assert "Give --sample" in known.remark.en
    [quality] = known.quality()
    assert quality.name.en.startswith("Model score")


def test_parents_and_probabilities_are_added_up(tmp_path):
    values = codes(16, 16)
    path = written(tmp_path / "map.tif", values)
    (tmp_path / "classes.csv").write_text("code,fr,en,parent\n1,Eau,Water,\n2,Champ,Field,9\n7,Forêt,Forest,9\n")
    found = open_map(path, tmp_path / "classes.csv")
    table = of_parents(found)
    assert dict(table.table) == {1: 1, 2: 9, 7: 9}
    assert [one.code for one in table.classes] == [1, 9]
    made = generalise(found, table, tmp_path / "made")
    assert made.known.accuracy is None
    assert "not known" in made.known.remark.en
    percents = np.stack([np.full((16, 16), 20), np.full((16, 16), 30), np.full((16, 16), 50)]).astype(np.uint8)
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", dtype="uint8", count=3, height=16, width=16, crs=UTM[0],
        transform=UTM[1],
    ) as image:  # fmt: skip
        image.write(percents)
    [(_, shares)] = _merged_shares(found, tmp_path / "p.tif", table)
    assert shares[:, 0, 0].tolist() == [20, 80]
    [(_, sure)] = _confidence(found, tmp_path / "p.tif", table)
    np.testing.assert_array_equal(sure, np.array([0, 20, 80, 0, 0, 0, 0, 80])[values])
