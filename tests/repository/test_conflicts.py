# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that contradict each other, and files with faults of their own: which, and what to do about it."""

from __future__ import annotations

import pytest

from terracite.raster.inspect import Facts
from terracite.record.model import Record
from terracite.repository import checks, conflicts, facts, file_checks
from terracite.repository.models import StoredFile


def grid(**said: object) -> Facts:
    return Facts("COG", "image/tiff", representation="grid", **said)  # type: ignore[arg-type]


def rules(known: dict[str, Facts], record: Record | None = None) -> list[str]:
    return [finding.rule for finding in conflicts.between(known, record or Record())]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (grid(crs="EPSG:2975"), grid(crs="EPSG:2975"), []),
        (grid(crs="EPSG:2975"), grid(crs="EPSG:4326"), ["files_systems_differ"]),
        (grid(crs="EPSG:2975"), Facts("CSV", "x", crs="EPSG:4326", representation="textTable"), []),
        (grid(resolution_m=10.0), grid(resolution_m=10.05), []),
        (grid(resolution_m=10.0), grid(resolution_m=30.0), ["files_resolutions_differ"]),
        (grid(box=(55, -22, 56, -21)), grid(box=(45, -13, 46, -12)), []),
        (grid(box=(55, -22, 56, -21)), grid(box=(-22, 55, -21, 56)), ["files_far_apart"]),
        (grid(start="2019-01-01"), grid(start="2023-01-01"), []),
        (grid(start="1970-01-02"), grid(start="2023-01-01"), ["files_periods_far_apart"]),
        (grid(described={"licence": "CC-BY-4.0"}), grid(described={"licence": "ODbL-1.0"}), ["files_licences_differ"]),
    ],
)
def test_conflicts_between_two_files(first, second, expected):
    assert rules({"a.tif": first, "b.tif": second}) == expected


def test_a_conflict_names_files_and_values_in_both_languages():
    known = {"a.tif": grid(crs="EPSG:2975"), "b.tif": grid(crs="EPSG:4326"), "c.tif": grid(crs="EPSG:2975")}
    (found,) = conflicts.between(known, Record())

    assert (
        found.message.en == "The files have different reference systems: EPSG:2975 (a.tif, c.tif), EPSG:4326 (b.tif)."
    )
    assert found.message.fr.startswith("Les fichiers ont des systèmes de coordonnées différents")
    assert found.cure.en
    assert found.cure.fr


def test_the_licence_of_a_file_against_the_one_chosen():
    known = {"a.nc": grid(described={"licence": "CC-BY-NC-4.0"})}

    assert rules(known, Record(licence="CC-BY-4.0")) == ["licence_disagrees"]
    assert rules(known, Record(licence="CC-BY-NC-4.0")) == []
    assert rules(known) == []


def stored(path: str, role: str = "data", **said: object) -> StoredFile:
    found = Facts("x", "x", **said).to_dict() if said else {}  # type: ignore[arg-type]
    return StoredFile(path=path, role=role, facts=found)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([stored("a.tif")], []),
        ([stored("a.shp"), stored("a.SHX"), stored("a.dbf"), stored("a.prj")], []),
        ([stored("a.shp"), stored("a.shx")], ["shapefile_incomplete"]),
        ([stored("my data.csv")], ["odd_file_names"]),
        ([stored("é-à_1.csv"), stored("sub/b+c.csv")], []),
        ([stored("a.zip", programs=("setup.exe",))], ["executable_in_archive"]),
        ([stored("a.zip", programs=("run.py",))], ["code_in_archive"]),
        ([stored("a.zip", attributes={"members": "b.tif\nc.rar"})], ["archive_in_archive"]),
        ([stored("a.csv", attributes={"formulas": "3"})], ["formulas_in_table"]),
        ([stored("README.md", "documentation", attributes={"mentions": "a.tif *.csv maps/"}), stored("a.tif"),
          stored("b.csv"), stored("maps/x.gpkg")], []),
        ([stored("README.md", "documentation", attributes={"mentions": "a.tif"}), stored("a.tif"), stored("b.csv")],
         ["readme_leaves_files_out"]),
    ],
)  # fmt: skip
def test_faults_of_files(files, expected):
    assert [finding.rule for finding in file_checks.findings(files)] == expected


def test_they_are_shown_among_the_checks(draft):
    says = [grid(crs="EPSG:2975"), grid(crs="EPSG:4326")]
    for name, said in zip(("a.tif", "b.tif"), says, strict=True):
        StoredFile.objects.create(version=draft, path=name, sha256=name[0] * 64, state="ok", facts=said.to_dict())

    assert [finding.rule for finding in facts.conflicts(draft)] == ["files_systems_differ"]
    assert "files_systems_differ" in [finding.rule for finding in checks.findings(draft)]
