# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite record``, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from record.examples import full_record
from terracite.cli import main
from terracite.record.model import Record
from terracite.record.native import to_json


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(to_json(full_record()), encoding="utf-8")
    return path


def _exit_code(*arguments: str | Path) -> int:
    try:
        main(["record", *map(str, arguments)])
    except SystemExit as error:
        return int(error.code or 0)
    return 0


def test_check_says_when_a_record_is_ready(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("check", file) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Ready to be published."


def test_check_fails_on_a_blocker_and_speaks_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.json"
    path.write_text(to_json(Record()), encoding="utf-8")
    assert _exit_code("check", path, "--language", "fr") == 1
    assert capsys.readouterr().out.splitlines()[-1] == "13 point(s) bloquant(s) à corriger."


def test_check_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("check", file, "--json") == 0
    assert [item["rule"] for item in json.loads(capsys.readouterr().out)] == [
        "related_without_address",
        "orcid_missing",
        "affiliation_missing",
    ]


def test_convert_writes_a_whole_file_and_no_other(file: Path) -> None:
    assert _exit_code("convert", file, "--to", "bibtex", "--output", file.parent / "a.bib") == 0
    assert (file.parent / "a.bib").read_text(encoding="utf-8").startswith("@dataset{lebrun_2024_occupation,")
    assert sorted(path.name for path in file.parent.iterdir()) == ["a.bib", "record.json"]


def test_convert_to_standard_output(file: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _exit_code("convert", file, "--to", "iso19115-3", "--url", "https://data.example.org/1/") == 0
    assert b"https://data.example.org/1/files/report.html" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("{", "is not JSON"),
        ('{"creator": []}', "creator: is not a field of the record"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_file(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert _exit_code("check", path) == 1
    message = capsys.readouterr().err.replace("This is", "is")
    assert said in message
    assert "odd.json" in message


def test_a_mistyped_format_is_corrected(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("convert", file, "--to", "datacit") == 1
    assert "Did you mean 'datacite'?" in capsys.readouterr().err


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Record"
