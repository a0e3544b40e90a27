# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest

from terracite.cli import main
from terracite.timeseries.run import RunResult
from terracite.timeseries.simulate import SimulatedArchive

CREATOR = ("--creator", "Payet, Alice")


def _code(*arguments: str) -> int:
    try:
        main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_inventory_prints_a_table(simulated: SimulatedArchive, capsys: pytest.CaptureFixture[str]) -> None:
    assert _code("timeseries", "inventory", str(simulated.root)) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split()[:3] == ["tile", "index", "dates"]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["40KCB", "NDVI", str(simulated.dates)],
        ["40KCB", "NDWIGAO", str(simulated.dates)],
    ]
    assert "is used instead" in err
    assert "10 duplicates, 1 with a problem, 2 unknown" in err


def test_inventory_as_json_and_csv(simulated: SimulatedArchive, capsys: pytest.CaptureFixture[str]) -> None:
    assert _code("timeseries", "inventory", str(simulated.root), "--json") == 0
    content = json.loads(capsys.readouterr().out)
    assert [row["index"] for row in content["series"]] == ["NDVI", "NDWIGAO"]
    assert (len(content["duplicates"]), len(content["unknown"]), len(content["problems"])) == (10, 2, 1)
    assert _code("timeseries", "inventory", str(simulated.root), "--csv") == 0
    assert capsys.readouterr().out.startswith("tile,index,dates,first,last,")


def test_run_lists_its_crates(
    crates: tuple[Path, RunResult], simulated: SimulatedArchive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _code("timeseries", "run", str(simulated.root), "--output", str(crates[0]), *CREATOR) == 0
    out, err = capsys.readouterr()
    assert out.split() == [str(path) for path in crates[1].crates]
    assert "40KCB-NDVI-2022" in err


def test_a_dry_run_writes_nothing(
    simulated: SimulatedArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert (
        _code("timeseries", "run", str(simulated.root), "--output", str(output), *CREATOR, "--dry-run", "--json") == 0
    )
    planned = json.loads(capsys.readouterr().out)
    assert [(item["name"], item["up_to_date"]) for item in planned] == [
        ("40KCB-NDVI-2022", False),
        ("40KCB-NDWIGAO-2022", False),
    ]
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("inventory", "nowhere"), 1, "There is no folder 'nowhere'"),
        (("run", "nowhere", "--output", "out", "--creator", ";"), 1, "Family, Given"),
        (("run", "nowhere", "--output", "out", "--discipline", "magic"), 2, "There is no discipline 'magic'"),
        (("run", "nowhere"), 2, "--output"),
    ],
)
def test_mistakes_are_told_with_their_cure(
    arguments: tuple[str, ...], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _code("timeseries", *arguments) == code
    assert message in capsys.readouterr().err


def test_simulate_says_where_everything_is(simulated: SimulatedArchive, capsys: pytest.CaptureFixture[str]) -> None:
    folder = simulated.root.parent
    assert _code("simulate", "archive", str(folder), "--seed", "3", "--size", "64", "--year", "2022", "--json") == 0
    assert json.loads(capsys.readouterr().out)["root"] == str(simulated.root)
    assert _code("simulate", "archive", str(folder), "--seed", "4") == 1
    assert "Choose another folder" in capsys.readouterr().err


def test_a_plan_is_kept_and_done(
    simulated: SimulatedArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, kept = tmp_path / "out", tmp_path / "plan.json"
    asked = ("timeseries", "plan", str(simulated.root), "--output", str(output), *CREATOR)
    assert _code(*asked, "--save", str(kept), "--index", "NDVI", "--language", "fr") == 0
    assert "Proposé : par tuile et indice, soit 1 DOI." in capsys.readouterr().out
    assert not output.exists()
    assert _code("timeseries", "run", "--plan", str(kept)) == 0
    assert capsys.readouterr().out.split() == [str(output / "40KCB-NDVI"), str(output / "inventory-sen2chain")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "not a plan"),
        ("nothing", "cannot be read as a plan"),
        ('{"terracite_plan": 1, "archives": ["a"], "output": "b"}', "lacks 'options'"),
        ('{"terracite_plan": 1, "archives": ["a"], "output": "b", "options": {"yeers": []}}', "yeers"),
        ('{"terracite_plan": 1, "archives": ["a"], "output": "b", "options": {"granularity": "tuile"}}', "tuile"),
        ('{"terracite_plan": 1, "archives": ["a"], "output": "b", "options": {"years": ["x"]}}', "options.years.0"),
    ],
)
def test_what_is_no_plan_is_refused(
    content: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content, encoding="utf-8")
    assert _code("timeseries", "run", "--plan", str(path)) == 1
    assert message in capsys.readouterr().err
    assert _code("timeseries", "run", "--plan", str(path), "--output", "x") == 2
    assert _code("timeseries", "run", "--output", "x") == 2
    assert _code("timeseries", "run", "--plan", str(path), "--year", "2022") == 2
    assert "--year" in capsys.readouterr().err


def test_filters_are_read_as_people_type_them(
    simulated: SimulatedArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("timeseries", "run", str(simulated.root), "--output", str(tmp_path / "out"), *CREATOR, "--dry-run")
    assert _code(*asked, "--index", "ndvi", "--tile", "t40kcb") == 0
    assert "40KCB-NDVI-2022" in capsys.readouterr().out
    assert _code(*asked, "--year", "2019") == 1
    assert "40KCB NDVI (2022)" in capsys.readouterr().err
