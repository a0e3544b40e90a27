# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening crates: whole ones, broken ones, and those already done."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from crate.samples import PROVENANCE, RECORD, make_crate
from terracite.crate import layout
from terracite.crate.provenance import Input
from terracite.crate.read import open_crate, up_to_date
from terracite.errors import CrateError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_crate(tmp_path / "crate").folder


def test_a_folder_that_is_no_crate_is_told(tmp_path: Path) -> None:
    with pytest.raises(CrateError, match="There is no crate"):
        open_crate(tmp_path / "absent")
    with pytest.raises(CrateError, match=r"is not a crate: it has no record\.json"):
        open_crate(tmp_path)


@pytest.mark.parametrize("name", [layout.RECORD, layout.METADATA])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"@graph": 3}', b"[" * 100_000])
def test_broken_metadata_is_an_error_that_names_the_file(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(CrateError) as caught:
        open_crate(folder)
    assert name in str(caught.value)


def test_a_ro_crate_made_by_others_has_no_provenance_of_ours(folder: Path) -> None:
    content = json.loads((folder / layout.METADATA).read_text())
    content["@graph"] = [entity for entity in content["@graph"] if entity["@id"] != "#creation"]
    (folder / layout.METADATA).write_text(json.dumps(content))
    with pytest.raises(CrateError, match="does not say how the crate was made"):
        open_crate(folder)


def test_the_same_work_need_not_be_done_again(folder: Path) -> None:
    assert up_to_date(folder, PROVENANCE)
    reordered = dataclasses.replace(
        PROVENANCE,
        inputs=PROVENANCE.inputs[::-1],
        parameters=dict(reversed(PROVENANCE.parameters.items())) | {"bands": ("B4", "B8")},
    )
    assert up_to_date(folder, reordered)


@pytest.mark.parametrize("reason", ["new input", "parameter", "missing file", "cut file", "no manifest", "no crate"])
def test_other_work_or_a_damaged_crate_is_not_up_to_date(folder: Path, reason: str) -> None:
    provenance = PROVENANCE
    match reason:
        case "new input":
            provenance = dataclasses.replace(PROVENANCE, inputs=(*PROVENANCE.inputs, Input("S2C")))
        case "parameter":
            provenance = dataclasses.replace(PROVENANCE, parameters={})
        case "missing file":
            (folder / "ndvi.nc").unlink()
        case "cut file":
            (folder / "ndvi.nc").write_bytes(b"")
        case "no manifest":
            (folder / layout.MANIFEST).unlink()
        case "no crate":
            folder = folder / "absent"
    assert not up_to_date(folder, provenance)


def test_the_content_hash_speaks_of_bytes_alone(folder: Path, tmp_path: Path) -> None:
    same = make_crate(tmp_path / "elsewhere" / "crate")
    other = make_crate(tmp_path / "other", RECORD.model_copy(update={"licence": "CC0-1.0"}))
    assert open_crate(folder).content_hash == same.content_hash
    assert other.content_hash != same.content_hash
