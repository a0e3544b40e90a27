# SPDX-License-Identifier: AGPL-3.0-or-later
"""The programs that ask OWSLib and the schemas about our ISO documents: they accept what is right, and only that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from record.examples import EXAMPLES, PAGE, full_record
from terracite.record.formats import FORMATS
from terracite.record.model import Record

WITNESSES = Path(__file__).resolve().parent.parent.parent / "scripts" / "witnesses"
ISO = ("iso19115-3", "iso19139")


@pytest.fixture
def owslib_iso(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(WITNESSES))
    return __import__("owslib_iso")


def _answers(program: str, files: list[Path], **environment: str) -> list[bool]:
    command = [sys.executable, WITNESSES / f"{program}.py", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)
    return [json.loads(line)["ok"] for line in done.stdout.splitlines()]


def _written(folder: Path, name: str, records: dict[str, Record]) -> list[Path]:
    files = [folder / f"{case}.xml" for case in records]
    for path, record in zip(files, records.values(), strict=True):
        path.write_bytes(FORMATS[name].write(record, PAGE))
    return files


@pytest.mark.parametrize("name", ISO)
def test_owslib_reads_back_what_the_records_say(name: str, tmp_path: Path, owslib_iso: ModuleType) -> None:
    records = {case: make() for case, make in EXAMPLES.items()}
    files = _written(tmp_path, name, records)
    for path, record in zip(files, records.values(), strict=True):
        Path(f"{path}.expected.json").write_text(json.dumps(owslib_iso.expected(record)))
    assert _answers("owslib_iso", files) == [True] * len(files)


@pytest.mark.parametrize("name", ISO)
@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("title", "Another"),
        ("box", [55.2, -21.4, 55.9, -20.7]),
        ("period", ["2023-01-01", None]),
        ("contacts", []),
        ("keywords", ["absent"]),
    ],
)
def test_owslib_does_not_read_what_is_not_there(
    name: str, fact: str, value: object, tmp_path: Path, owslib_iso: ModuleType
) -> None:
    files = _written(tmp_path, name, {"full": full_record()})
    facts = owslib_iso.expected(full_record()) | {fact: value}
    Path(f"{files[0]}.expected.json").write_text(json.dumps(facts))
    found = owslib_iso.judged(files[0])
    assert (found["ok"], fact in found["why"]) == (False, True)


def test_the_schemas_refuse_what_they_do_not_know(tmp_path: Path, shared_data: Path) -> None:
    files = [*_written(tmp_path, "iso19115-3", {"a": full_record()}), *_written(tmp_path, "iso19139", {"b": Record()})]
    broken = files[0].read_bytes().replace(b"mri:abstract", b"mri:summary")
    (tmp_path / "broken.xml").write_bytes(broken)
    (tmp_path / "other.xml").write_bytes(b"<html/>")
    asked = [*files, tmp_path / "broken.xml", tmp_path / "other.xml"]
    assert _answers("iso_schema", asked, TERRACITE_SHARED_DATA=str(shared_data)) == [True, True, False, False]
