# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from record.examples import PAGE, full_record
from terracite.errors import RecordError
from terracite.record.detection import detect
from terracite.record.formats import FORMATS

#: what one document cannot tell apart from its sister
SAME = {"geodcat-ap": "dcat-ap"}
#: a list of labels among the records
NOT_RECORDS = {"isotc211_fr-fr.xml"}
#: an ISO 19139 record among those of ISO 19115-3
MISFILED = {"iso19115-3/*.xml": {"pycsw_auscope-iso19139-geoprovinces.xml": "iso19139"}}


@pytest.mark.parametrize("name", [name for name, item in FORMATS.items() if item.reads and item.writes])
def test_what_we_write_is_recognised(name: str) -> None:
    assert detect(FORMATS[name].write(full_record(), PAGE)).name == SAME.get(name, name)


@pytest.mark.parametrize("document", [b"", b"plain words", b"<html><body/></html>", b"[1, 2]", b'"text"', b"\x00\x01"])
def test_what_is_in_no_format_is_refused_with_the_list(document: bytes) -> None:
    with pytest.raises(RecordError, match=r"no format that is read|not XML") as caught:
        detect(document)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (b"<answer><resource><titles><title>A</title></titles></resource></answer>", "datacite"),
        (b'{"attributes": {"Conventions": "CF-1.8", "title": "A"}}', "acdd"),
        (b"<http://ex.org/d/1> a <http://www.w3.org/ns/dcat#Dataset> .", "dcat-ap"),
        (b"<urn:uuid:1>\n  a dcat:Dataset .", "dcat-ap"),
        (b'{"attributes": {"titles": [{"title": "A"}]}}', "datacite-json"),
        (b'{"title": {"fr": "A"}, "licenc": "MIT"}', "json"),
    ],
)
def test_marks_of_the_format_are_enough(document: bytes, name: str) -> None:
    assert detect(document).name == name


def test_the_file_of_a_software_package_is_no_record() -> None:
    with pytest.raises(RecordError):
        detect(b'{"name": "a", "version": "1.0.0", "files": ["dist"], "dependencies": {}}')


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("iso19115-3/*.xml", "iso19115-3"),
        ("iso19139/*.xml", "iso19139"),
        ("datacite/schema-examples/*/*.xml", "datacite"),
        ("stac/S2B*.json", "stac-items"),
        ("dcat/*.xml", "dcat-ap-xml"),
        ("oai-pmh/get_GetRecord_oai_dc.xml", "oai_dc"),
        ("oai-pmh/get_GetRecord_datacite.xml", "datacite"),
    ],
)
def test_real_documents_are_recognised(shared_data: Path, path: str, name: str) -> None:
    found = sorted((shared_data / "metadata").glob(path))
    assert found
    others = {item.name: detect(item.read_bytes()).name for item in found if item.name not in NOT_RECORDS}
    assert {item: other for item, other in others.items() if other != name} == MISFILED.get(path, {})
