# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite record``, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from record.examples import full_record
from terracite.cli import main
from terracite.record.formats import FORMATS
from terracite.record.model import Record
from terracite.record.native import from_json, to_json


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
    assert capsys.readouterr().out.splitlines()[-1] == "14 point(s) bloquant(s) à corriger."


def test_check_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("check", file, "--json") == 0
    assert [item["rule"] for item in json.loads(capsys.readouterr().out)["findings"]] == [
        "related_without_address",
        "orcid_missing",
        "affiliation_missing",
    ]


def test_a_folder_gets_one_line_a_file_and_what_they_share(
    file: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (notice.parent / "readme.txt").write_text("Nothing of a record.", encoding="utf-8")
    (notice.parent / ".hidden.xml").write_text("<html/>", encoding="utf-8")
    page = file.parent / "survey.html"
    capsys.readouterr()
    _exit_code("check", file.parent, "--json", "--html", page)
    told = json.loads(capsys.readouterr().out)
    assert {(Path(item["source"]).name, item["format"]) for item in told["files"]} >= {("notice.xml", "iso19139")}
    assert [Path(item["source"]).name for item in told["refused"]] == ["readme.txt"]
    orcid = next(item for item in told["findings_by_rule"] if item["name"] == "orcid_missing")
    assert (orcid["files"], orcid["times"]) == (2, 2)
    assert "notice.xml" in page.read_text(encoding="utf-8")


def test_a_file_that_is_not_there_is_named_among_several(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("check", file, file.parent / "gone.xml") == 1
    assert "There is no file" in capsys.readouterr().out


def test_a_folder_without_records_is_not_ready(tmp_path: Path) -> None:
    assert _exit_code("check", tmp_path) == 1


def test_files_of_one_name_do_not_overwrite_each_other(file: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()
    for copy, name in ((other / "record.json", "json"), (other / "record.ttl", "dcat-ap")):
        assert _exit_code("convert", file, "--to", name, "--output", copy) == 0
    assert _exit_code("convert", file, other, "--to", "ris", "--output", folder) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["record.json.ris", "record.ris", "record.ttl.ris"]


def test_an_output_is_written_through_a_link_and_never_over_a_folder(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link, target = tmp_path / "link.ris", tmp_path / "target.ris"
    target.touch()
    link.symlink_to(target)
    assert _exit_code("convert", file, "--to", "ris", "--output", link) == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("TY  -")
    assert _exit_code("convert", file, "--to", "ris", "--output", "/dev/null") == 0
    assert not Path("/dev/null").is_file()
    assert _exit_code("check", file, "--html", tmp_path) == 1
    assert "is a folder" in capsys.readouterr().err
    assert _exit_code("convert", file, "--to", "ris", "--output", tmp_path / "no" / "a.ris") == 1
    assert "a.ris' cannot be written" in capsys.readouterr().err


def test_convert_writes_a_whole_file_and_no_other(file: Path) -> None:
    assert _exit_code("convert", file, "--to", "bibtex", "--output", file.parent / "a.bib") == 0
    assert (file.parent / "a.bib").read_text(encoding="utf-8").startswith("@dataset{lebrun_2024_occupation,")
    assert sorted(path.name for path in file.parent.iterdir()) == ["a.bib", "record.json"]


def test_what_a_format_cannot_carry_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = file.parent / "citation.bib"
    assert _exit_code("convert", file, "--to", "bibtex", "--output", output, "--json") == 0
    told, said = capsys.readouterr()
    found = json.loads(told)
    assert found["written"] == str(output)
    assert {"files", "extents", "related", "lineage"} <= set(found["not_carried"])
    assert {"doi", "title", "uuid", "contacts.email"} & set(found["not_carried"]) == set()
    assert "keywords.label" in found["carried_in_part"]
    assert "Not in BibTeX, which has no place for it: " + ", ".join(found["not_carried"]) in said


@pytest.mark.parametrize("url", ["javascript:alert(1)", "example.org/map", "not an address"])
def test_a_page_has_an_address_of_the_web(file: Path, capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert _exit_code("convert", file, "--to", "bibtex", "--url", url) == 1
    assert f"'{url}' is not the address of a page. Give one that starts with https://." in capsys.readouterr().err


def test_an_empty_file_and_one_without_end_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terracite.record.reading.MAX_BYTES", 10_000)
    monkeypatch.setattr("terracite.record.reading.xml_tree.MAX_BYTES", 10_000)
    (tmp_path / "empty.xml").write_bytes(b" \n")
    assert _exit_code("check", tmp_path / "empty.xml") == 1
    assert "The file is empty." in capsys.readouterr().err
    assert _exit_code("check", "/dev/zero", "--from", "iso19139") == 1
    assert "The document holds 10,001 bytes; the most that is read is 10,000." in capsys.readouterr().err
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert _exit_code("check", tmp_path / "none.geojson") == 1
    assert "This FeatureCollection is empty." in capsys.readouterr().err


def test_nothing_lost_is_nothing_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("convert", file, "--to", "json", "--output", file.parent / "again.json") == 0
    assert "place for it" not in capsys.readouterr().err
    assert _exit_code("convert", file, "--to", "json", "--json") == 1
    assert "Give --output" in capsys.readouterr().err


def test_an_access_that_nothing_says_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "silent.json"
    path.write_text('{"title": {"en": "Map"}}', encoding="utf-8")
    assert _exit_code("convert", path, "--to", "oai_dc", "--from", "json", "--url", "https://example.org/map") == 0
    document, said = capsys.readouterr()
    assert "silent.json does not say who may have the data" in said
    assert "<dc:identifier>https://example.org/map</dc:identifier>" in document
    assert "openAccess" not in document


def test_convert_to_standard_output(file: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _exit_code("convert", file, "--to", "iso19115-3", "--url", "https://data.example.org/1/") == 0
    assert b"https://data.example.org/1/files/report.html" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        ("{", "is not JSON"),
        ('{"creator": [], "licence": "MIT"}', "creator: is not a field of the record"),
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


@pytest.fixture
def notice(file: Path) -> Path:
    """The record as ISO 19139, as a catalogue would give it."""
    path = file.parent / "notice.xml"
    assert _exit_code("convert", file, "--to", "iso19139", "--output", path) == 0
    return path


def test_a_document_of_another_standard_is_recognised_and_converted(
    notice: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    capsysbinary.readouterr()
    assert _exit_code("convert", notice, "--to", "json") == 0
    read = from_json(capsysbinary.readouterr().out)
    assert (read.title, read.licence) == (full_record().title, "CC-BY-4.0")
    assert {origin.detail for origin in read.origins.values()} == {"iso19139"}


def test_check_reports_on_a_document_of_another_standard(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = notice.parent / "report.html"
    capsys.readouterr()
    code = _exit_code("check", notice, "--json", "--html", page)
    report = json.loads(capsys.readouterr().out)
    assert (report["format"], report["source"], code) == ("iso19139", "notice.xml", 0 if report["ready"] else 1)
    assert {"findings", "remarks", "leftovers", "fair"} <= report.keys()
    assert full_record().title.en in page.read_text(encoding="utf-8")


def test_many_files_go_to_a_folder_and_a_bad_one_stops_nothing(
    file: Path, notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = notice.parent / "bad.xml"
    bad.write_text("<html/>", encoding="utf-8")
    folder = notice.parent / "out"
    assert _exit_code("convert", file, bad, notice, "--to", "oai_dc", "--output", folder) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["notice.dc.xml", "record.dc.xml"]
    told = capsys.readouterr().err
    assert "bad.xml" in told
    assert "1 of 3 files could not be converted" in told


def test_several_files_without_a_folder_are_refused(file: Path, notice: Path) -> None:
    assert _exit_code("convert", file, notice, "--to", "ris") == 1


def test_the_wrong_format_named_says_so(notice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("convert", notice, "--from", "datacite", "--to", "ris") == 1
    assert "notice.xml" in capsys.readouterr().err


def test_formats_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code("formats", "--json") == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == list(FORMATS)
