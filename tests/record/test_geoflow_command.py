# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite geoflow``, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from record.examples import full_record, publishable_draft
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.record.geoflow import Table, Workflow, write_geoflow_table, write_workflow
from terracite.record.model import FileRole

PAGE = "https://example.org/d/1"


def _code(*arguments: object) -> int:
    try:
        main(["geoflow", *map(str, arguments)])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    """Entities and contacts of two records, as Terracite writes them."""
    entities, contacts = write_geoflow_table([(full_record(), PAGE), (publishable_draft(), PAGE)])
    paths = tmp_path / "entities.csv", tmp_path / "contacts.csv"
    paths[0].write_bytes(entities)
    paths[1].write_bytes(contacts)
    return paths


def test_tables_of_terracite_are_accepted(tables: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert _code("check", *tables, "--contacts", tables[1]) == 0
    assert capsys.readouterr().out.count("geoflow reads it") == 2


def test_a_folder_is_checked_file_by_file(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.csv").write_text("a,b,c\n1,2,3\n")
    (tmp_path / "notes.txt").write_text("nothing")
    assert _code("check", tmp_path, "--json") == 0
    out, err = capsys.readouterr()
    assert [table["source"] for table in json.loads(out)["tables"]] == ["contacts.csv", "entities.csv"]
    assert "other.csv: This table does not have the columns of geoflow." in err


def test_a_workflow_is_checked_by_the_tables_beside_it(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow = tmp_path / "workflow.json"
    elsewhere = Table("https://docs.example.org/sheet", "gsheet")
    named = Workflow("w", (Table("entities.csv"), elsewhere), (Table("contacts.csv"),))
    workflow.write_bytes(write_workflow(named))
    assert _code("check", workflow) == 0
    out, err = capsys.readouterr()
    assert "workflow.json: entities.csv: 2 entities, 0 errors" in out
    assert "workflow.json: contacts.csv" in out
    assert "not checked, it is elsewhere: https://docs.example.org/sheet (gsheet)" in err


def test_what_geoflow_would_stop_at_is_an_error(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(tables[0].read_bytes().replace(b"generic:", b"kind:"))
    page = tmp_path / "report.html"
    assert _code("check", broken, "--language", "fr", "--html", page) == 1
    assert "n’est pas une clé de geoflow" in capsys.readouterr().out
    assert "n’est pas une clé de geoflow" in page.read_text(encoding="utf-8")


def test_a_repair_is_written_beside_never_over(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loose = tmp_path / "loose.csv"
    loose.write_bytes(tables[0].read_bytes().decode().replace("generic:", "").encode("cp1252", "replace"))
    assert _code("repair", loose, "--output", loose) == 1
    assert "Give another file with --output." in capsys.readouterr().err
    assert _code("repair", loose, "--output", tmp_path / "strict.csv", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {change["column"] for change in told["changes"]} == {"Type"}
    assert told["remaining"]["errors"] == 0
    assert "generic:" in (tmp_path / "strict.csv").read_text(encoding="utf-8")


def test_rows_become_records(tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "records"
    assert _code("convert", tables[0], "--contacts", tables[1], "--to", "json", "--output", output) == 0
    written = capsys.readouterr().out.split()
    assert sorted(Path(path).name for path in written) == sorted(path.name for path in output.iterdir())
    titles = {json.loads(path.read_text(encoding="utf-8"))["title"]["fr"] for path in output.iterdir()}
    assert titles == {full_record().title.fr, publishable_draft().title.fr}
    assert "@" not in "".join(path.read_text(encoding="utf-8") for path in output.iterdir()).replace("@id", "")


def test_rows_become_crates_with_the_files_that_are_there(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data" / "deep"
    data.mkdir(parents=True)
    wanted = [file.path for file in full_record().files if file.role is FileRole.DATA]
    (data / Path(wanted[0]).name).write_bytes(b"content")
    output = tmp_path / "crates"
    arguments = ("convert", tables[0], "--contacts", tables[1], "--to", "crates", "--output", output)
    assert _code(*arguments, "--data", tmp_path / "data") == 0
    out, err = capsys.readouterr()
    crates = [Path(path) for path in out.split()]
    assert [verify(path) for path in crates] == [[], []]
    files = {file.path for path in crates for file in open_crate(path).record.files}
    assert Path(wanted[0]).name in files
    assert "is not in the folder of the data" in err or len(wanted) == 1
    assert _code(*arguments, "--data", tmp_path / "data") == 0


def test_a_link_out_of_the_folder_is_not_followed(
    tables: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, secret = tmp_path / "data", tmp_path / "secret"
    data.mkdir()
    secret.write_bytes(b"secret")
    wanted = next(file.path for file in full_record().files if file.role is FileRole.DATA)
    (data / Path(wanted).name).symlink_to(secret)
    output = tmp_path / "crates"
    assert _code("convert", tables[0], "--to", "crates", "--output", output, "--data", data) == 0
    assert all(path.read_bytes() != b"secret" for path in output.rglob("*") if path.is_file())
    capsys.readouterr()


@pytest.mark.parametrize(
    "command", [("check",), ("repair", "--output", "x"), ("convert", "--to", "json", "--output", "x")]
)
def test_a_table_that_is_not_there_is_named(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _code(command[0], tmp_path / "none.csv", *command[1:]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_a_folder_without_tables_is_not_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    assert _code("check", tmp_path) == 1
    assert "There is no table of geoflow here." in capsys.readouterr().err
