# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers of several people: their agreement, one class for each point, and nothing dropped in silence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest

from terracite.cli import main
from terracite.errors import ConfigError, Problem, ProblemsError
from terracite.landcover.classes import from_parts, with_labels
from terracite.landcover.recipe import ClassPart, SamplePart
from terracite.landcover.reference import read_sample
from terracite.landcover.sampling import agreement, collecting
from terracite.landcover.sampling.answers import COLUMNS, read_answers, read_points

CLASSES = [
    {"code": 1, "fr": "Eau", "en": "Water", "colour": ""},
    {"code": 2, "fr": "Forêt", "en": "Forest", "colour": ""},
]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Six points in two strata: a of 75 ha with four, b of 25 ha with two."""
    strata = ["a"] * 4 + ["b"] * 2
    places = geopandas.points_from_xy(np.arange(6.0), np.zeros(6))
    columns = {"id": range(1, 7), "stratum": strata, "class": np.full(6, None, object)}
    geopandas.GeoDataFrame(columns, geometry=places, crs="EPSG:4326").to_file(tmp_path / "points.gpkg")
    areas = [{"stratum": "a", "area_ha": 75}, {"stratum": "b", "area_ha": 25}]
    design = {"sample": "abc", "nomenclature": CLASSES, "strata": areas}
    (tmp_path / "design.json").write_text(json.dumps(design), encoding="utf-8")
    return tmp_path / "points.gpkg"


def answers(path: Path, who: str, said: dict[int, object], sample: str = "abc") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        rows = [{"sample": sample, "id": key, "class_code": code, "interpreter": who} for key, code in said.items()]
        writer.writerows(rows)
    return path


def test_cohen_by_hand() -> None:
    """Two people, 50 points: 20 both yes, 15 both no, 5 and 10 not (the example of the textbooks): kappa 0.4."""
    one = np.repeat([1, 1, 2, 2], [20, 5, 10, 15])
    other = np.repeat([1, 2, 1, 2], [20, 5, 10, 15])
    found = agreement.measured(np.stack([one, other]))
    assert (found.method, found.points) == ("Cohen", 50)
    assert found.share == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.by_class[1] == pytest.approx(2 * 20 / 55)
    assert agreement.confusions(np.stack([one, other]))[0, 1] == {(1, 1): 20, (1, 2): 5, (2, 1): 10, (2, 2): 15}


def test_fleiss_of_its_published_example() -> None:
    """Fourteen people, ten subjects, five categories: kappa 0.210 (Fleiss 1971, as quoted everywhere)."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    codes = np.stack([np.repeat(np.arange(1, 6), row) for row in table], axis=1)
    found = agreement.measured(codes)
    assert found.method == "Fleiss"
    assert found.share == pytest.approx(0.378, abs=5e-4)
    assert found.kappa == pytest.approx(0.210, abs=5e-4)


def test_agreement_where_there_is_nothing_to_compare() -> None:
    assert np.isnan(agreement.measured(np.array([[1, 0], [0, 2]])).share)
    same = agreement.measured(np.array([[1, 1], [1, 1]]))
    assert same.share == 1
    assert np.isnan(same.kappa)  # one class only: chance alone would agree


def test_rules() -> None:
    codes = np.array([[1, 1, 1, 0, 1, 0], [1, 2, 1, 2, 2, 0], [1, 2, 0, 0, 3, 0]])
    assert agreement.decided(codes, "majority").tolist() == [1, 2, 1, 2, 0, 0]
    assert agreement.decided(codes, "consensus").tolist() == [1, 0, 1, 2, 0, 0]


def test_a_whole_interpretation_is_read_by_a_recipe(sample: Path, tmp_path: Path) -> None:
    points = read_points(sample)
    said = read_answers([answers(tmp_path / "a.csv", "Alice", dict.fromkeys(range(1, 7), 2))], points)
    found = collecting.collect(points, said)
    assert found.complete
    assert found.agreed is None
    collecting.write(tmp_path / "interpreted.gpkg", found)
    (tmp_path / "strata.csv").write_text("stratum,area_ha\na,75\nb,25\n")
    problems: list[Problem] = []
    part = SamplePart(file=tmp_path / "interpreted.gpkg", strata_file=tmp_path / "strata.csv")
    read = read_sample(part, "validation.sample", problems)
    assert problems == []
    assert set(read.classes) == {"Forest"}
    otherwise = with_labels(from_parts("", [ClassPart(code=2, fr="Forêt", en="Forest", reference="F")]))
    assert otherwise.position("Forest") == otherwise.position("F") == 0
    with pytest.raises(ConfigError, match="is there already"):
        collecting.write(tmp_path / "interpreted.gpkg", found)
    with pytest.raises(ConfigError, match="is the sample itself"):
        collecting.write(sample, found, replace=True)


def test_disagreements_and_gaps_are_listed_and_the_sample_is_incomplete(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [
        answers(tmp_path / "a.csv", "Alice", {1: 1, 2: 1, 3: 2, 4: 2, 5: ""}),
        answers(tmp_path / "c.csv", "Chloé", {1: 1, 2: 2, 3: 2, 4: 2}),
    ]
    output = tmp_path / "out.gpkg"
    order = ["landcover", "sample", "collect", str(sample), *map(str, paths), "-o", str(output)]
    main([*order, "--language", "fr"])
    said = capsys.readouterr()
    assert "INCOMPLET : 3 point(s) sans classe (1 sans réponse, 1 impossibles à dire, 1 en désaccord)" in said.out
    assert "43,8 % de la surface" in said.out  # 1/4 of 75 ha and all of 25 ha
    assert "3 points have no class" in said.err
    frame = pyogrio.read_dataframe(output)
    assert frame["class"].fillna("").tolist() == ["Water", "", "Forest", "Forest", "", ""]
    assert len(frame) == 6
    with (tmp_path / "out-disagreements.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["id"], row["Alice"], row["Chloé"], row["class"]) == ("2", "Water", "Forest", "")
    with (tmp_path / "out-missing.csv").open(newline="") as file:
        why = {row["id"]: row["why"] for row in csv.DictReader(file)}
    assert why == {"2": "disagreement", "5": "cannot be told", "6": "not answered"}
    facts = json.loads((tmp_path / "out-agreement.json").read_text())
    assert facts["complete"] is False
    assert (facts["agreement"]["points"], facts["agreement"]["share"]) == (4, 0.75)
    last = answers(tmp_path / "last.csv", "Bob", {2: 1, 5: 1, 6: 2})
    main([*order, "--last-word", str(last), "--replace", "--json"])
    assert json.loads(capsys.readouterr().out)["complete"] is True
    assert pyogrio.read_dataframe(output)["class"].tolist() == ["Water", "Water", "Forest", "Forest", "Water", "Forest"]


def test_every_mistake_of_answers_is_told_at_once(sample: Path, tmp_path: Path) -> None:
    paths = [
        answers(tmp_path / "a.csv", "Alice", {1: 1, 9: 1, 2: 7}),
        answers(tmp_path / "b.csv", "Alice", {1: 2}),
        answers(tmp_path / "c.csv", "Bob", {1: 2}, sample="xyz"),
    ]
    (tmp_path / "d.csv").write_text("id;classe\n1;2\n", encoding="utf-8")
    with pytest.raises(ProblemsError) as told:
        read_answers([*paths, tmp_path / "d.csv", tmp_path / "e.csv"], read_points(sample))
    assert [(problem.where, problem.what) for problem in told.value.problems] == [
        ("a.csv, line 3", "there is no point '9'."),
        ("a.csv, line 4", "there is no class '7'."),
        ("b.csv, line 2", "'Alice' answers point 1 a second time."),
        ("c.csv, line 2", "is an answer to another sample, xyz."),
        ("d.csv", "has no column 'class'."),
        ("e.csv", "is not there, or not written in UTF-8."),
    ]


def test_names_that_a_spreadsheet_would_run_are_harmless(sample: Path, tmp_path: Path) -> None:
    points = read_points(sample)
    said = read_answers(
        [answers(tmp_path / "a.csv", "=cmd()", {1: 1}), answers(tmp_path / "b.csv", "Bob", {1: 2})], points
    )
    paths = collecting.write(tmp_path / "out.gpkg", collecting.collect(points, said))
    assert paths[1].read_text().splitlines()[0] == "id,lon,lat,class,'=cmd(),Bob"
