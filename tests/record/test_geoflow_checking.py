# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's rules, cell by cell; real tables are judged as geoflow judges them, and repaired to its taste."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import EXAMPLES, PAGE
from record.plausible import plausible_records
from terracite.errors import RecordError, Severity
from terracite.record.formats import FORMATS
from terracite.record.geoflow import read_entities
from terracite.record.geoflow.cells import SEPARATOR
from terracite.record.geoflow.checking import check_table, to_dict, to_html, to_text
from terracite.record.geoflow.checking.columns import CONTACTS, ENTITIES, check_cell
from terracite.record.geoflow.checking.contents import is_date
from terracite.record.geoflow.columns import CONTACT_NAMES, NAMES
from terracite.record.geoflow.repair_report import repair_to_dict, repair_to_html, repair_to_text
from terracite.record.geoflow.repairing import repair
from terracite.record.geoflow.sheets import write_sheet
from terracite.record.model import Record

GOOD = {
    "Identifier": "id:a",
    "Title": "title:A",
    "Description": "abstract:One",
    "Subject": "theme:water",
    "Creator": "author:me",
    "Date": "creation:2022-07-04",
    "Type": "generic:dataset",
    "Language": "eng",
    "SpatialCoverage": "ewkt:SRID=4326;POLYGON((0 0,0 1,1 1,0 0))",
    "TemporalCoverage": "2021-01-01/2021-12-31",
    "Format": "resource:text/csv",
    "Relation": "http:site@https://example.org/",
    "Rights": "license:CC-BY-4.0",
    "Provenance": "statement:From images",
    "Data": "source:a.csv",
}


def _table(**cells: str) -> bytes:
    row = GOOD | cells
    return write_sheet(NAMES, [[row[name] for name in NAMES]])


def _rules(column: str, cell: str) -> list[str]:
    return [told.rule for told in check_cell(cell, ENTITIES[column], SEPARATOR)]


def test_a_good_table_has_nothing_to_say_about() -> None:
    check = check_table(_table(), source="a.csv", contacts={"me"})
    assert (check.kind, check.rows, check.findings, check.is_accepted) == ("entities", 1, (), True)


@pytest.mark.parametrize(
    ("column", "cell", "rules"),
    [
        ("Identifier", "", ["empty"]),
        ("Identifier", "NA", ["empty"]),
        ("Identifier", "a", ["default_key"]),
        ("Identifier", "id:a_\nperson:b", ["unknown_key"]),
        ("Identifier", "id:a_\ndoi:https://doi.org/10.5072/x", ["doi"]),
        ("Identifier", "id:a_\nuuid:6f1b6c9e-52f3-5b0e-9a55-5f2d3c6f7a41", ["uuid"]),
        ("Identifier", "id:a_\nuuid:6f1b6c9e-52f3-4b0e-9a55-5f2d3c6f7a41", []),
        ("Title", "A map", ["default_key"]),
        ("Title", "Map: land cover", ["unknown_key"]),
        ("Title", "title: Map: land cover", []),
        ("Title", "title:A_\ntitle#en:B", ["locale"]),
        ("Title", "title:A_\ntitle#EN:B", []),
        ("Description", "abstract:One\npurpose:Two", ["separator"]),
        ("Description", "abstract:One_\r\npurpose:Two", ["separator"]),
        ("Description", "abstract:One\npurpose: two", []),
        ("Description", "", ["empty"]),
        ("Subject", "", []),
        ("Subject", "water", ["no_key"]),
        ("Subject", "General:water", ["subject"]),
        ("Subject", "theme[General]@https://example.org/v:water", []),
        ("Creator", "", ["empty"]),
        ("Creator", "me", ["no_key"]),
        ("Creator", "boss:me", []),
        ("Creator", "author1x:me", ["unknown_key"]),
        ("Date", "", ["no_date"]),
        ("Date", "2022-07-04", ["default_key"]),
        ("Date", "publication:04/07/2022", ["date"]),
        ("Date", "publication:2022-02-30", ["date"]),
        ("Date", "birthday:2022-07-04", ["date"]),  # geoflow takes a single one of no known key for a value
        ("Date", "creation:2022_\nbirthday:2022-07-04", ["date_key"]),
        ("Type", "dataset", ["default_key"]),
        ("Language", "", ["language"]),
        ("Language", "fr", ["language"]),
        ("Language", "fre", []),
        ("SpatialCoverage", "", []),
        ("SpatialCoverage", "ewkt:POLYGON((0 0,0 1,1 1,0 0))", ["srid_missing"]),
        ("SpatialCoverage", "ewkt:SRID=4326;POLYGON((0 0,0 1))", ["geometry"]),
        ("SpatialCoverage", "ewkt:SRID=4326;POLYGON((0 0,0 1,1", ["geometry"]),
        ("SpatialCoverage", "wkt:POINT(1 2)", ["wkt_srid"]),
        ("SpatialCoverage", "srid:4326_\nwkt:POINT(1 2)", []),
        ("SpatialCoverage", "srid:NA", ["srid"]),
        ("TemporalCoverage", "", []),
        ("TemporalCoverage", "2021", []),
        ("TemporalCoverage", "2021-13-01/2021-12-31", ["date"]),
        ("TemporalCoverage", "2023-05-24 09-53-20 - 2023-05-24 10-11-32", []),  # R takes the day and drops the rest
        ("Format", "text/csv", ["default_key"]),
        ("Relation", "https://example.org/", ["no_key"]),
        ("Relation", "site:x@https://example.org/", ["unknown_key"]),
        ("Relation", "wms130:layer@https://example.org/wms", []),
        ("Rights", "free", ["no_key"]),
        ("Provenance", "process:one", ["statement"]),
        ("Provenance", "statement:a_\nprocessor:me", ["unknown_key"]),
        ("Data", "access:default", ["source"]),
    ],
)
def test_each_rule_of_geoflow(column: str, cell: str, rules: list[str]) -> None:
    assert _rules(column, cell) == rules


def test_contacts_have_their_rules() -> None:
    rule = CONTACTS["Identifier"]
    assert [told.rule for told in check_cell("me", rule, SEPARATOR)] == ["default_key"]
    assert [told.rule for told in check_cell("id:me_\norcid:1", rule, SEPARATOR)] == ["orcid"]
    check = check_table(write_sheet(CONTACT_NAMES, [["id:me", *[""] * 13], ["id:me", *[""] * 13]]))
    assert (check.kind, [item.rule for item in check.findings]) == ("contacts", ["twice"])


@pytest.mark.parametrize(
    "text", ["2022", "2022-07", "2022-07-04", "2022/07/04", "2022-07-04T10:00:00Z", "2022-07-04 10:00"]
)
def test_dates_that_r_reads(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", ["", "July 2022", "04/07/2022", "2022-7", "2022-02-30", "20220704"])
def test_dates_that_r_does_not_read(text: str) -> None:
    assert not is_date(text)


def test_columns_rows_and_people_are_checked_together() -> None:
    names = [name for name in NAMES if name != "Format"]
    row = [GOOD[name] for name in names]
    check = check_table(write_sheet([*names, "Notes"], [[*row, "x"], [*row, "y"]]), contacts={"you"})
    assert [(item.row, item.column, item.rule) for item in check.findings] == [
        (1, "", "missing_column"),
        (1, "", "other_column"),
        (2, "Creator", "contact"),
        (3, "Creator", "contact"),
        (3, "Identifier", "twice"),
    ]
    assert check.findings[3].entity == "a"


def test_encoding_and_delimiter_are_told() -> None:
    text = _table(Title="title:Été").decode()
    assert [item.rule for item in check_table(text.encode("cp1252")).findings] == ["encoding"]
    semicolons = ";".join(NAMES) + "\n" + ";".join(f'"{GOOD[name]}"' for name in NAMES)
    assert [item.rule for item in check_table(semicolons.encode()).findings] == ["delimiter"]
    assert [item.rule for item in check_table((",".join(NAMES)).encode()).findings] == ["no_rows"]


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(RecordError):
        check_table(b"a,b,c\n1,2,3\n")


@pytest.mark.parametrize("case", EXAMPLES)
def test_what_terracite_writes_is_accepted(case: str) -> None:
    check = check_table(FORMATS["geoflow"].write(EXAMPLES[case](), PAGE))
    needed = {"Title", "Description", "Creator"}  # a draft may lack them
    errors = [item for item in check.findings if item.severity is Severity.ERROR]
    assert [item for item in errors if not (item.rule == "empty" and item.column in needed)] == []


@given(plausible_records())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_record_is_accepted_but_for_what_it_lacks_and_colons(record: Record) -> None:
    """A text that has a key and a colon in it is taken for one by geoflow, even between quotation marks."""
    check = check_table(FORMATS["geoflow"].write(record, PAGE))
    errors = {item.rule for item in check.findings if item.severity is Severity.ERROR}
    assert errors <= {"empty", "separator"}


@pytest.mark.parametrize(
    "cell", ['"' * 60_001, "a:" * 30_000, "_\n" * 30_000, "title:a" * 9_000, "[" * 60_000, ":" * 60_000]
)
@pytest.mark.parametrize("column", ["Title", "Subject", "SpatialCoverage", "Date"])
def test_hostile_cells_are_checked_in_bounded_time(column: str, cell: str) -> None:
    started = time.process_time()  # a busy machine takes longer, and needs no more
    list(check_cell(cell, ENTITIES[column], SEPARATOR))
    assert time.process_time() - started < 2


def test_a_report_says_the_same_everywhere() -> None:
    check = check_table(_table(Title="<b>Map</b>: x", Language="fr"), source="a.csv")
    told = to_dict([check], "en")
    assert (told["accepted"], told["tables"][0]["errors"]) == (False, 2)
    assert [item["rule"] for item in told["tables"][0]["findings"]] == ["unknown_key", "language"]
    assert "row 2 (a), Language" in to_text([check], "en")
    assert "ligne 2 (a), Language" in to_text([check], "fr")
    assert "unknown_key × 1" in to_text([check], "en", most=1)
    page = to_html([check], "fr")
    assert "<b>Map</b>" not in page
    assert '<html lang="fr">' in page


def test_a_repair_changes_only_what_it_must() -> None:
    table = _table(
        Identifier="a",
        Title="title: A, and B",
        Creator="author:me@example.org, you@example.org",
        Date="publication:04/07/2022",
        Type="",
        Language="",
        SpatialCoverage="EPSG:2975",
        Provenance="process:one_\nprocessor:me@example.org",
    )
    found = repair(table, source="a.csv")
    assert found.after.findings == ()
    assert {change.column: change.after for change in found.changes} == {
        "Identifier": "id:a",
        "Creator": "author:me@example.org,you@example.org_\nprocessor:me@example.org",
        "Date": "publication:2022-07-04",
        "Type": "generic:dataset",
        "Language": "eng",
        "SpatialCoverage": "srid:2975",
        "Provenance": 'statement:""_\nprocess:one',
    }
    assert b"title: A, and B" in found.document
    assert repair(found.document).changes == ()


def test_what_only_a_person_knows_is_left_and_told() -> None:
    found = repair(_table(Title="", Date="creation:yesterday"), source="a.csv")
    assert [(item.column, item.rule) for item in found.after.findings] == [("Title", "empty"), ("Date", "date")]
    assert found.changes == ()
    assert "Left to correct by hand" in repair_to_text(found, "en")
    assert "À corriger" not in repair_to_html(found, "fr")
    assert repair_to_dict(found, "en")["remaining"]["errors"] == 2


def test_a_column_that_geoflow_lacks_is_told_when_it_goes() -> None:
    found = repair(write_sheet([*NAMES, "Notes"], [[*(GOOD[name] for name in NAMES), "x"]]))
    assert found.dropped == ("Notes",)
    assert "Notes" in repair_to_text(found, "en")


def _real(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "geoflow-entities").rglob("*.csv"))


def test_real_tables_are_judged(shared_data: Path) -> None:
    rules: Counter[str] = Counter()
    refused = set()
    for path in _real(shared_data):
        check = check_table(path.read_bytes(), source=path.name)
        rules.update(item.rule for item in check.findings)
        if not check.is_accepted:
            refused.add(path.name)
    assert len(_real(shared_data)) == 35
    assert len(refused) == 12, "all that the project published with are accepted"
    assert not any("zenodo" in name or "iso19115" in name for name in refused)
    assert rules["encoding"] == 3
    assert rules["default_key"] == 484


def test_every_real_table_is_repaired_as_far_as_its_meaning_is_sure(shared_data: Path) -> None:
    """What is left are cells that only a person can fill; columns that are not mended mean what they meant."""
    left: Counter[str] = Counter()
    mended = {"Type", "Language", "Date", "SpatialCoverage", "TemporalCoverage", "Provenance", "Creator"}
    for path in _real(shared_data):
        document = path.read_bytes()
        found = repair(document, source=path.name)
        left.update(item.rule for item in found.after.findings if item.severity is Severity.ERROR)
        assert repair(found.document).document == found.document, path.name
        if found.before.kind == "contacts":
            continue
        for one, two in zip(read_entities(document), read_entities(found.document), strict=True):
            for column in set(NAMES) - mended:
                assert one.entity.of(column) == two.entity.of(column), (path.name, column)
    assert left == {"empty": 15}
