# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import full_record
from record.strategies import records
from terracite.errors import RecordError
from terracite.record import native
from terracite.record.model import KeywordKind, Record
from terracite.record.native import from_json, json_schema, to_json

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


@given(records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_read_back_the_same(record: Record) -> None:
    assert from_json(to_json(record)) == record


def test_a_day_stays_a_day_and_a_moment_a_moment() -> None:
    text = '{"periods": [{"start": "2023-01-01", "end": "2023-01-01T00:00:00Z"}]}'
    period = from_json(text).periods[0]
    assert (type(period.start).__name__, type(period.end).__name__) == ("date", "datetime")


def test_empty_fields_are_left_out() -> None:
    record = Record()
    assert json.loads(to_json(record)) == {
        "schema_version": 3,
        "uuid": str(record.uuid),
        "language": "en",
        "resource_type": "dataset",
        "access": {"kind": "unknown"},
        "version": {"number": "1.0"},
    }


def test_every_mistake_is_listed_with_its_place() -> None:
    text = json.dumps(
        {
            "titel": "x",
            "creators": [{"given_name": "Ana"}],
            "extents": [{"box": {"west": -200, "south": 0, "east": 1, "north": 1}}],
            "periods": [{"start": "last summer"}],
            "files": [{"path": "../etc/passwd", "bytes": 1, "sha256": "00"}],
        }
    )
    with pytest.raises(RecordError) as raised:
        from_json(text)
    places = [line.split(":")[0].strip(" -") for line in raised.value.message.splitlines()[1:]]
    assert places == [
        "creators.0",
        "extents.0.box.west",
        "periods.0.start",
        "files.0.path",
        "files.0.sha256",
        "titel",
    ]
    assert raised.value.message.startswith("The record has 6 mistakes:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"extents": [{"box": {"west": NaN}}]}', "NaN"),
        ('{"quality": [{"name": {}, "value": 1e999}]}', "finite number"),
        ('{"licence": "MIT", "licence": "CC0-1.0"}', "'licence' is given twice"),
        ('{"schema_version": 4}', "newer Terracite"),
        ('{"schema_version": true}', "not a version"),
        (b"\xff\xfe\xfa{", "not JSON"),
        ('{"title": {"en": "\\ud800"}}', "hex escape"),
    ],
)
def test_what_is_not_a_record_is_refused_with_its_reason(text: str | bytes, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        from_json(text)


def test_a_huge_document_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "MAX_BYTES", 10)
    with pytest.raises(RecordError, match="the most that is read is 10"):
        from_json('{"licence": "MIT"}')


def test_a_record_of_version_1_is_still_read() -> None:
    old = GOLDEN / "json_v1" / "full" / "expected.json"
    record = from_json(old.read_bytes())
    assert record.schema_version == 3
    assert record.title == full_record().title
    assert {item.kind for item in record.keywords} == {KeywordKind.THEME}


def test_the_schema_names_every_field_and_allows_no_other() -> None:
    schema = json_schema()
    assert list(schema["properties"]) == list(Record.model_fields)
    assert schema["additionalProperties"] is False


def test_the_full_example_uses_every_field() -> None:
    content = json.loads(to_json(full_record()))
    assert set(content) == set(Record.model_fields)


def test_a_number_without_end_is_told() -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        from_json('{"schema_version": ' + "9" * 5000 + "}")
