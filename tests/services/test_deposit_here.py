# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite deposit --to here``: crates in, drafts in the repository of this machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crate.samples import RECORD, make_crate
from terracite.cli import cli
from terracite.crate import receipts, stable_uuid
from terracite.errors import DepositError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance of our own, in the settings of Django and in the environment that the command reads."""
    settings.TERRACITE = replace(settings.TERRACITE, data_dir=tmp_path / "instance")
    monkeypatch.setenv("TERRACITE_DATA_DIR", str(tmp_path / "instance"))


@pytest.fixture
def crates(tmp_path: Path) -> list[Path]:
    names = ("NDVI", "NDWIGAO")
    return [
        make_crate(tmp_path / name, RECORD.model_copy(update={"uuid": stable_uuid("here", name)})).folder
        for name in names
    ]


def deposit(*arguments: object) -> Result:
    options = ["--to", "here", "--as", "alice", "--discipline", "continental_surfaces", "--deposit", "Demo"]
    return CliRunner().invoke(cli, ["-q", "deposit", *map(str, arguments), *options])


def test_a_second_run_changes_nothing(crates: list[Path]) -> None:
    answers = [json.loads(deposit(*crates, "--json").stdout) for _ in range(2)]
    assert [[(one["crate"], one["action"], one["state"]) for one in answer] for answer in answers] == [
        [("NDVI", "sent", "draft"), ("NDWIGAO", "sent", "draft")],
        [("NDVI", "unchanged", "draft"), ("NDWIGAO", "unchanged", "draft")],
    ]
    assert [receipt.identifier for receipt in receipts.read(crates[0])] == [answers[0][0]["identifier"]]


def test_incomplete_crates_are_not_submitted_and_every_reason_is_told(crates: list[Path]) -> None:
    refused = deposit(*crates, "--submit").exception
    assert isinstance(refused, DepositError)
    assert refused.message == "0 of 2 crates were taken; these are not complete:"
    wheres = {problem.where for problem in refused.problems}
    assert {"NDVI: abstract", "NDWIGAO: abstract", "NDVI: topics", "NDWIGAO: topics"} <= wheres


def test_one_refused_crate_is_told_in_the_repository_s_own_words(crates: list[Path]) -> None:
    refused = deposit(crates[0], "--submit").exception
    assert isinstance(refused, DepositError)
    assert "is not complete" in refused.message
    assert receipts.read(crates[0]) == []
