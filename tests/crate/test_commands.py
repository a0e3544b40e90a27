# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite crate show`` and ``verify``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crate.samples import NOON, RECORD, make_crate
from terracite.cli import cli
from terracite.crate import receipts
from terracite.crate.receipts import Receipt
from terracite.errors import CrateError, ProblemsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_crate(tmp_path / "40KCB-NDVI-2023").folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["-q", "crate", *(str(argument) for argument in arguments)])


def test_show_says_what_it_holds_how_it_was_made_and_where_it_went(folder: Path) -> None:
    receipts.add(folder, Receipt("here", "uuid-1", "http://127.0.0.1:8000/datasets/1", "published", at=NOON))
    assert run("show", folder).stdout.splitlines() == [
        "40KCB-NDVI-2023",
        "  title       NDVI of tile 40KCB in 2023",
        f"  identifier  urn:uuid:{RECORD.uuid}",
        "  licence     CC-BY-4.0",
        "  made by     terracite timeseries run 'my archive'",
        "  made on     2026-11-21 12:04 UTC",
        "  from        2 inputs",
        "  files",
        "          8 B  docs/read me é.txt  (documentation)",
        "         16 B  ndvi.nc  (data)",
        "          9 B  recipe.toml  (data)",
        "  sent to     here: http://127.0.0.1:8000/datasets/1 (published)",
    ]


def test_show_as_json(folder: Path) -> None:
    shown = json.loads(run("show", folder, "--json").stdout)
    assert shown["uuid"] == str(RECORD.uuid)
    assert [file["path"] for file in shown["files"]] == ["docs/read me é.txt", "ndvi.nc", "recipe.toml"]
    assert shown["made"]["command"] == ["terracite", "timeseries", "run", "my archive"]
    assert shown["made"]["parameters"]["bands"] == ["B4", "B8"]


def test_show_of_something_else_is_told(tmp_path: Path) -> None:
    assert isinstance(run("show", tmp_path).exception, CrateError)


def test_verify_of_an_intact_crate(folder: Path) -> None:
    assert run("verify", folder).stdout == f"'{folder}' is intact: every file matches its checksum.\n"
    assert json.loads(run("verify", folder, "--json").stdout) == []


def test_verify_lists_every_problem_and_fails(folder: Path) -> None:
    (folder / "ndvi.nc").write_bytes(b"changed")
    (folder / "recipe.toml").unlink()
    result = run("verify", folder, "--json")
    assert [problem["where"] for problem in json.loads(result.stdout)] == ["ndvi.nc", "recipe.toml"]
    assert isinstance(result.exception, ProblemsError)
    assert "recipe.toml: is missing." in str(result.exception)
