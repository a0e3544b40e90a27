# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a crate: complete, repeatable, all or nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from crate.samples import FILES, NOON, PROVENANCE, RECORD, listing, make_crate
from terracite.crate import layout, receipts
from terracite.crate.provenance import Input, hash_file
from terracite.crate.read import open_crate
from terracite.crate.receipts import Receipt
from terracite.crate.verify import verify
from terracite.crate.write import CrateBuilder, refuse_inputs
from terracite.errors import CrateError
from terracite.record.model import DateKind, FileRole, Step, Text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "crates" / "40KCB-NDVI-2023"


def test_a_crate_holds_its_files_and_the_four_of_every_crate(folder: Path) -> None:
    make_crate(folder)
    assert set(listing(folder)) == {*FILES, layout.RECORD, layout.METADATA, layout.MANIFEST}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_record_is_completed_with_sizes_and_checksums(folder: Path) -> None:
    crate = make_crate(folder)
    assert [file.path for file in crate.record.files] == sorted(FILES)
    for file in crate.record.files:
        assert (file.sha256, file.bytes) == hash_file(folder / file.path)
    assert crate.record.files[0].role is FileRole.DOCUMENTATION
    assert crate.record.files[0].description == Text(en="The file docs/read me é.txt")


def test_what_is_written_is_read_back(folder: Path) -> None:
    made = make_crate(folder)
    opened = open_crate(folder)
    assert opened == made
    assert opened.provenance == PROVENANCE
    assert opened.record.title == RECORD.title
    assert verify(folder) == []


def test_a_folder_of_other_files_is_never_replaced(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.odt").write_text("years of work")
    with pytest.raises(CrateError, match="other files"):
        make_crate(folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.odt"]
    (folder / "thesis.odt").unlink()
    make_crate(folder)  # an empty folder is fine


def test_files_that_a_person_put_into_a_crate_are_not_deleted_with_it(folder: Path) -> None:
    make_crate(folder)
    (folder / "data.tif.aux.xml").write_text("made by a GIS")
    make_crate(folder)  # side files of tools are nobody's work
    (folder / "points.gpkg").write_text("interpreted by hand")
    with pytest.raises(CrateError, match=r"other files, such as 'points\.gpkg'"):
        make_crate(folder)
    assert (folder / "points.gpkg").read_text() == "interpreted by hand"


def test_a_crate_cannot_take_the_place_of_what_it_is_made_from(folder: Path) -> None:
    make_crate(folder)
    for output, source in ((folder, folder), (folder, folder / "record.json"), (folder / "new", folder)):
        with pytest.raises(CrateError, match="which it is made from"):
            refuse_inputs(output, [source])
    refuse_inputs(folder.with_name("new"), [folder])


def test_the_same_work_again_changes_nothing(folder: Path) -> None:
    make_crate(folder)
    before = {path: (content, (folder / path).stat().st_mtime_ns) for path, content in listing(folder).items()}
    later = NOON + dt.timedelta(days=1)
    step = Step(description=Text(en="Stacked"), on=later)
    record = RECORD.model_copy(
        update={"record_updated": later, "lineage": RECORD.lineage.model_copy(update={"steps": (step,)})}
    ).with_dates(created=later.date())
    make_crate(folder, record, dataclasses.replace(PROVENANCE, started=later, ended=later))
    after = {path: (content, (folder / path).stat().st_mtime_ns) for path, content in listing(folder).items()}
    assert after == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert open_crate(folder).record.date(DateKind.CREATED) is None


@pytest.mark.parametrize("change", ["bytes", "record", "inputs", "parameters", "damaged", "file removed"])
def test_anything_else_makes_a_new_crate(folder: Path, change: str) -> None:
    before = make_crate(folder).content_hash
    record, provenance, files = RECORD, PROVENANCE, dict(FILES)
    match change:
        case "bytes":
            files["ndvi.nc"] += b"!"
        case "record":
            record = RECORD.model_copy(update={"licence": "CC0-1.0"})
        case "inputs":
            provenance = dataclasses.replace(PROVENANCE, inputs=(*PROVENANCE.inputs, Input("S2B")))
        case "parameters":
            provenance = dataclasses.replace(PROVENANCE, parameters={"year": 2024})
        case "damaged":
            (folder / "ndvi.nc").write_bytes(b"bit rot")
        case "file removed":
            del files["docs/read me é.txt"]
    after = make_crate(folder, record, provenance, files)
    assert {path: content for path, content in listing(folder).items() if path in files} == files
    assert verify(folder) == []
    assert (after.content_hash == before) is (change == "damaged")


def test_receipts_survive_a_new_version(folder: Path) -> None:
    make_crate(folder)
    receipts.add(folder, Receipt("here", "uuid-1", state="published", at=NOON))
    make_crate(folder, RECORD.model_copy(update={"licence": "CC0-1.0"}))
    assert [receipt.identifier for receipt in receipts.read(folder)] == ["uuid-1"]
    assert verify(folder) == []


def test_an_error_on_the_way_leaves_the_old_crate_and_no_staging(folder: Path) -> None:
    make_crate(folder)
    before = listing(folder)
    with pytest.raises(KeyError), CrateBuilder(folder) as builder:  # noqa: PT012
        (builder.staging / "half.nc").write_bytes(b"half")
        raise KeyError("the computation failed")
    assert listing(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_resuming_finds_what_was_staged(folder: Path) -> None:
    with pytest.raises(KeyError), CrateBuilder(folder, resume=True) as builder:  # noqa: PT012
        (builder.staging / "ndvi.nc").write_bytes(b"half the work")
        raise KeyError("stopped")
    with CrateBuilder(folder, resume=True) as builder:
        assert (builder.staging / "ndvi.nc").read_bytes() == b"half the work"
        builder.add("ndvi.nc", FileRole.DATA, "application/x-netcdf")
        builder.finish(RECORD, dataclasses.replace(PROVENANCE, recipe=""))
    assert verify(folder) == []
    assert not layout.staging_of(folder).exists()


def test_without_resuming_old_staging_is_cleared(folder: Path) -> None:
    layout.staging_of(folder).mkdir(parents=True)
    (layout.staging_of(folder) / "stale.nc").write_bytes(b"from a killed run")
    make_crate(folder)
    assert "stale.nc" not in listing(folder)


def test_two_processes_cannot_make_the_same_crate_at_once(folder: Path) -> None:
    with CrateBuilder(folder), pytest.raises(CrateError, match="Another process"), CrateBuilder(folder):
        pass
    make_crate(folder)


def test_side_files_of_tools_are_dropped_and_forgotten_files_refused(folder: Path) -> None:
    with CrateBuilder(folder) as builder:
        for name in ("map.tif", "map.tif.aux.xml", ".lock"):
            (builder.staging / name).write_bytes(b"x")
        builder.add("map.tif", "data", "image/tiff")
        builder.finish(RECORD, dataclasses.replace(PROVENANCE, recipe=""))
    assert set(listing(folder)) == {"map.tif", layout.RECORD, layout.METADATA, layout.MANIFEST}
    with CrateBuilder(folder) as builder:
        (builder.staging / "map.tif").write_bytes(b"x")
        (builder.staging / "legend.csv").write_bytes(b"x")
        builder.add("map.tif", "data", "image/tiff")
        with pytest.raises(CrateError, match=r"never added: legend\.csv"):
            builder.finish(RECORD, dataclasses.replace(PROVENANCE, recipe=""))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../out",
        "a/../../out",
        "a//b",
        "a\\b",
        "./a",
        "a\nb",
        "record.json",
        "receipts.json",
    ],
)
def test_paths_that_leave_the_crate_or_take_its_own_names_are_refused(folder: Path, path: str) -> None:
    with CrateBuilder(folder) as builder, pytest.raises(CrateError):
        builder.add(path, FileRole.DATA, "text/plain")


def test_mistakes_of_the_caller_are_told(folder: Path) -> None:
    with CrateBuilder(folder) as builder:
        with pytest.raises(CrateError, match="no file"):
            builder.finish(RECORD, PROVENANCE)
        with pytest.raises(CrateError, match="not in the crate's staging folder"):
            builder.add("absent.nc", FileRole.DATA, "application/x-netcdf")
        (builder.staging / "a.nc").write_bytes(b"x")
        builder.add("a.nc", FileRole.DATA, "application/x-netcdf")
        with pytest.raises(CrateError, match="twice"):
            builder.add("a.nc", FileRole.DATA, "application/x-netcdf")
        with pytest.raises(CrateError, match=r"recipe 'recipe\.toml' was not added"):
            builder.finish(RECORD, PROVENANCE)
    assert not folder.exists()
