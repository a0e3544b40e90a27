# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a format says it carries wholly comes back as it was: ``from_x(to_x(record))``, for records of every kind."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import EXAMPLES, PAGE, full_record
from record.plausible import plausible_records
from terracite.record.crosswalk import paths, project
from terracite.record.formats import FORMATS
from terracite.record.model import Record

BOTH = [name for name, item in FORMATS.items() if item.reads and item.writes]
NEEDS = {"datacite"}  # refuse a draft without DOI, publisher...


def _lost(name: str, record: Record) -> dict[str, tuple[object, object]]:
    """The fields that the format promised and did not give back: path -> (as it was, as it came back)."""
    back = FORMATS[name].read(FORMATS[name].write(record, PAGE)).record
    kept = FORMATS[name].carries().whole_paths()
    pairs = {path: (project(record, path), project(back, path)) for path in kept}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("case", EXAMPLES)
def test_the_examples_come_back(name: str, case: str) -> None:
    if name in NEEDS and case in {"draft", "empty"}:
        pytest.skip("this format needs a published record")
    assert _lost(name, EXAMPLES[case]()) == {}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=plausible_records())
def test_any_plausible_record_comes_back(record: Record) -> None:
    """From every format: thinking of a record takes longer than ten of them."""
    lost = {name: _lost(name, record) for name in BOTH}
    assert {name: what for name, what in lost.items() if what} == {}


@pytest.mark.parametrize("name", BOTH)
def test_what_a_format_carries_is_said_of_fields_that_exist(name: str) -> None:
    carried = FORMATS[name].carries()
    named = carried.wholly | set(carried.partly)
    known = {".".join(path.split(".")[:length]) for path in paths() for length in range(1, path.count(".") + 2)}
    assert named - known == set()
    assert all(text.fr and text.en for text in carried.partly.values())
    assert not carried.wholly & set(carried.partly)


@pytest.mark.parametrize("name", BOTH)
def test_every_value_read_is_marked_as_imported(name: str) -> None:
    reading = FORMATS[name].read(FORMATS[name].write(full_record(), PAGE))
    if name != "json":
        assert reading.record.origins
        assert {origin.kind.value for origin in reading.record.origins.values()} == {"imported"}
        assert {origin.detail for origin in reading.record.origins.values()} == {name}
