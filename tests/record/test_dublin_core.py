# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from record.conftest import Validate
from record.examples import EXAMPLES, full_record, pacific_record
from record.strategies import records
from terracite.record.dublin_core import to_oai_dc
from terracite.record.model import Record


def _found(record: Record, element: str) -> list[str]:
    root = etree.fromstring(to_oai_dc(record))
    return [str(item.text) for item in root.iterfind(f"{{http://purl.org/dc/elements/1.1/}}{element}")]


@pytest.mark.parametrize("case", EXAMPLES)
def test_examples_are_valid(case: str, dublin_core_faults: Validate) -> None:
    assert dublin_core_faults(to_oai_dc(EXAMPLES[case]())) == []


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_valid_and_holds_no_email(record: Record, dublin_core_faults: Validate) -> None:
    document = to_oai_dc(record)
    assert dublin_core_faults(document) == []
    assert b"secret@" not in document


def test_titles_creators_and_identifier() -> None:
    record = full_record()
    assert _found(record, "title") == [record.title.fr, record.title.en]
    assert _found(record, "creator") == ["Lebrun, Zoé", "Rakoto", "Collectif Mascareignes"]
    assert _found(record, "identifier") == ["https://doi.org/10.5072/6f0d3c3e", f"urn:uuid:{record.uuid}"]


def test_coverage_says_where_and_when() -> None:
    assert _found(pacific_record(), "coverage") == [
        "northlimit=-15.5; eastlimit=180.0; southlimit=-19.5; westlimit=176.5; downlimit=-30.0; zunits=m",
        "northlimit=-15.5; eastlimit=-178.0; southlimit=-19.5; westlimit=-180.0; downlimit=-30.0; zunits=m",
        "2019-05-01T06:00:00Z/..",
    ]


def test_an_embargo_is_told_in_rights_and_date() -> None:
    assert _found(pacific_record(), "rights")[0] == "info:eu-repo/semantics/embargoedAccess"
    assert _found(pacific_record(), "date") == ["2022-02-01", "info:eu-repo/date/embargoEnd/2023-06-01"]
