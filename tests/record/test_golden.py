# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documents we write, kept whole: ``tests/golden/<format>/<case>/expected*``.

The records are those of ``tests/golden/json``. To accept a change on purpose, read the difference, then run with
``TERRACITE_GOLDEN=write``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from record.examples import EXAMPLES, PAGE
from terracite.record.cf import acdd_attributes
from terracite.record.formats import FORMATS
from terracite.record.native import from_json, to_json

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
FOLDERS = {
    "iso19115-3": "iso19115",
    "schema.org": "schema_org",
    "oai_dc": "dublin_core",
}
CASES = [
    (name, case)
    for name in FORMATS
    for case in EXAMPLES
    if name != "json" and not (name == "datacite" and case in {"draft", "empty"})
]


def _agrees(path: Path, content: bytes) -> None:
    if os.environ.get("TERRACITE_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert content.decode().splitlines() == path.read_bytes().decode().splitlines()


@pytest.mark.parametrize("case", EXAMPLES)
def test_a_record_is_written_as_json_and_read_back(case: str) -> None:
    path = GOLDEN / "json" / case / "expected.json"
    record = EXAMPLES[case]()
    _agrees(path, to_json(record).encode())
    assert from_json(path.read_bytes()) == record


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_record_is_written_in_every_format(name: str, case: str) -> None:
    record = from_json((GOLDEN / "json" / case / "expected.json").read_bytes())
    extension = FORMATS[name].extension.rpartition(".")[2]
    path = GOLDEN / FOLDERS.get(name, name) / case / f"expected.{extension}"
    _agrees(path, FORMATS[name].write(record, PAGE))


@pytest.mark.parametrize("case", ["full", "pacific"])
def test_a_record_is_written_as_attributes(case: str) -> None:
    record = EXAMPLES[case]()
    content = json.dumps(acdd_attributes(record), ensure_ascii=False, indent=1).encode() + b"\n"
    _agrees(GOLDEN / "cf" / case / "expected.json", content)
