# SPDX-License-Identifier: AGPL-3.0-or-later
"""What no reader may fall for: bombs, network, wrong encodings, huge or broken documents. One list, every reader."""

from __future__ import annotations

import json
import random
import socket
import time

import pytest

from record.examples import PAGE, full_record
from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.record.reading import MAX_BYTES

READERS = [name for name, item in FORMATS.items() if item.reads]
XML = ["iso19115-3", "iso19139", "datacite", "oai_dc", "dcat-ap-xml"]
JSON = ["datacite-json", "dcat-ap-jsonld", "schema.org", "croissant", "ro-crate", "stac", "stac-items", "geojson", "acdd", "csl", "json"]  # fmt: skip  # noqa: E501
LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<MD_Metadata>&e;</MD_Metadata>"""
LOCAL_FILE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><MD_Metadata>&f;</MD_Metadata>'
NETWORK_DTD = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><MD_Metadata/>'


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection is a failure, not a delay."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def _read_or_refused(name: str, document: bytes, seconds: float = 10) -> bool:
    """False for a refusal with a cure; any other error than RecordError fails the test."""
    started = time.process_time()
    try:
        reading = FORMATS[name].read(document)
    except RecordError as error:
        return not error.hint
    finally:
        assert time.process_time() - started < seconds
    assert all(item.message.fr and item.message.en for item in reading.remarks)
    return True


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize("document", [LAUGHS, LOCAL_FILE], ids=["laughs", "local file"])
def test_entities_are_refused(name: str, document: bytes) -> None:
    for encoded in (document, document.decode().encode("utf-16")):
        assert not _read_or_refused(name, encoded)


@pytest.mark.parametrize("name", XML)
def test_a_dtd_is_not_fetched(name: str) -> None:
    _read_or_refused(name, NETWORK_DTD)


@pytest.mark.parametrize("name", READERS)
def test_a_document_of_200_mb_is_refused_at_once(name: str) -> None:
    document = bytes(200_000_000)
    started = time.process_time()
    with pytest.raises(RecordError, match=f"{MAX_BYTES:,}"):
        FORMATS[name].read(document)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    "document",
    [b'{"title": NaN}', b'{"a": Infinity}', b'{"a": ' * 100_000, b"[" * 5_000 + b"]" * 5_000, b'{"n": 1' + b"0" * 9000],
    ids=["nan", "infinity", "endless", "deep list", "long number"],
)
def test_json_that_is_not_json_is_refused(name: str, document: bytes) -> None:
    assert not _read_or_refused(name, document)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "document", [b"", b" ", b"\x00" * 9, b"\xff\xfe", b"plain", b"<a>", b"{}", b"[]", b"null", b"1"], ids=repr
)
def test_what_holds_nothing_is_refused_or_gives_an_empty_record(name: str, document: bytes) -> None:
    _read_or_refused(name, document)


@pytest.mark.parametrize("name", [name for name in READERS if FORMATS[name].writes])
def test_cut_and_altered_documents_are_read_or_refused(name: str) -> None:
    """Sixty documents made from a good one by cutting it, and by changing some of its bytes (seeded)."""
    chance = random.Random(name)
    good = FORMATS[name].write(full_record(), PAGE)
    for _ in range(30):
        _read_or_refused(name, good[: chance.randrange(len(good))])
        altered = bytearray(good)
        for _ in range(5):
            altered[chance.randrange(len(altered))] = chance.randrange(256)
        _read_or_refused(name, bytes(altered))


@pytest.mark.parametrize("name", [name for name in JSON if FORMATS[name].writes and name != "json"])
def test_values_of_the_wrong_kind_are_remarks_not_failures(name: str) -> None:
    """Each value of a good document in turn becomes a number, a text, a list, an object, null."""
    content = json.loads(FORMATS[name].write(full_record(), PAGE))
    top = content[0] if isinstance(content, list) else content
    for key in top:
        for wrong in (7, "odd", [], [7, None, {"x": []}], {"x": [1]}, None, True, [["a"]], -1e300):
            changed = top | {key: wrong}
            _read_or_refused(name, json.dumps([changed] if isinstance(content, list) else changed).encode())


@pytest.mark.parametrize("name", XML)
def test_text_in_another_encoding_is_read(name: str) -> None:
    document = FORMATS[name].write(full_record(), PAGE).decode()
    other = document.replace("UTF-8", "UTF-16", 1).encode("utf-16")
    assert FORMATS[name].read(other).record.title == FORMATS[name].read(document.encode()).record.title
