# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verifying a crate finds every way in which it is not what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crate.samples import FILES, make_crate
from terracite.crate import layout, manifest
from terracite.crate.verify import verify
from terracite.errors import CrateError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_crate(tmp_path / "crate").folder


def found(folder: Path) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in verify(folder)]


def reseal(folder: Path) -> None:
    """Make the manifest agree with the files again, as a forger would."""
    paths = [path for path in layout.files_in(folder) if path not in layout.OUTSIDE_MANIFEST]
    sums = {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}
    (folder / layout.MANIFEST).write_text(manifest.to_text(sums))


def test_an_intact_crate_has_no_problem_and_progress_is_told(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    assert verify(folder, lambda done, total: steps.append((done, total))) == []
    assert steps == [(number, 5) for number in range(1, 6)]


def test_every_fault_is_found_at_once(folder: Path) -> None:
    (folder / "ndvi.nc").write_bytes(FILES["ndvi.nc"].replace(b"t", b"T"))
    (folder / "recipe.toml").unlink()
    (folder / "docs" / "extra.txt").write_text("new")
    assert found(folder) == [
        ("ndvi.nc", "was changed: its checksum differs."),
        ("recipe.toml", "is missing."),
        ("docs/extra.txt", "was added after the crate was made."),
    ]


def test_a_file_replaced_by_a_link_is_found(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(FILES["ndvi.nc"])
    (folder / "ndvi.nc").unlink()
    (folder / "ndvi.nc").symlink_to(tmp_path / "outside")
    assert found(folder) == [("ndvi.nc", "is a link, not a file.")]


def test_a_folder_replaced_by_a_link_is_found(folder: Path, tmp_path: Path) -> None:
    (folder / "docs").rename(tmp_path / "docs")
    (folder / "docs").symlink_to(tmp_path / "docs")
    assert ("docs/read me é.txt", "is missing.") in found(folder)
    assert ("docs", "was added after the crate was made.") in found(folder)


def test_a_manifest_that_points_outside_is_found_and_not_followed(folder: Path) -> None:
    text = (folder / layout.MANIFEST).read_text()
    (folder / layout.MANIFEST).write_text(text + f"{'0' * 64}  ../../etc/passwd\n")
    assert ("../../etc/passwd", "'../../etc/passwd' is not a path inside a crate.") in found(folder)


def test_a_forged_record_shows_against_the_manifest(folder: Path) -> None:
    (folder / "ndvi.nc").write_bytes(b"forged")
    reseal(folder)
    assert found(folder) == [("ndvi.nc", "has two checksums, one in record.json, one in manifest-sha256.txt.")]
    (folder / "ndvi.nc").unlink()
    reseal(folder)
    assert found(folder) == [("ndvi.nc", "is in record.json but not in manifest-sha256.txt.")]


@pytest.mark.parametrize("name", [layout.RECORD, layout.METADATA, layout.MANIFEST])
def test_missing_or_broken_metadata_is_one_problem_more_not_a_crash(folder: Path, name: str) -> None:
    (folder / name).write_text("{ not what it was")
    assert found(folder)
    (folder / name).unlink()
    assert any(name in f"{where} {what}" for where, what in found(folder))


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert [problem.where for problem in verify(tmp_path / "absent")][:1] == [str(tmp_path / "absent")]


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.just("0" * 64), min_size=1))
@example({" 100%25\n\r\u2028\x85\x0c*": "0" * 64})
def test_manifest_notation_round_trips_any_path(checksums: dict[str, str]) -> None:
    assert manifest.from_text(manifest.to_text(checksums)) == checksums


@pytest.mark.parametrize("text", ["abc  file\n", f"{'0' * 64}\n", f"{'0' * 64}  a\n{'1' * 64}  a\n"])
def test_a_manifest_that_is_not_one_is_told_with_its_line(text: str) -> None:
    with pytest.raises(CrateError, match=r"Line [12] of manifest-sha256\.txt"):
        manifest.from_text(text)
