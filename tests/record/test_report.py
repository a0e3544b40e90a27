# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from record.examples import full_record, publishable_draft
from terracite.record.model import Language, Record, Text
from terracite.record.reading import Leftover, Notes, Reading
from terracite.record.report import (
    Report,
    Survey,
    report_on,
    survey_to_dict,
    survey_to_html,
    survey_to_text,
    to_dict,
    to_html,
    verdict,
)


def _report(record: Record) -> Report:
    notes = Notes("oai_dc")
    notes.say("/dc/date", "unreadable", "31 <June>", expected=Text(fr="une date", en="a date"))
    reading = Reading(record, tuple(notes.remarks), (Leftover("/dc/source", "a & b"),))
    return report_on(reading, source="notice.xml", format_name="oai_dc")


def test_the_report_says_what_was_read_repaired_and_left() -> None:
    told = to_dict(_report(full_record()), "fr")
    assert (told["source"], told["format"], told["ready"]) == ("notice.xml", "oai_dc", True)
    assert told["remarks"][0]["message"] == "« 31 <June> » n’est pas une date ; laissé de côté."
    assert told["leftovers"] == [{"where": "/dc/source", "value": "a & b"}]
    assert (told["fair"]["earned"], told["fair"]["most"], len(told["fair"]["metrics"])) == (25, 25, 17)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(("language", "sentence"), [("fr", "point(s) bloquant(s)"), ("en", "blocker(s) to correct")])
def test_a_record_that_is_not_ready_says_how_much_is_missing(language: Language, sentence: str) -> None:
    report = _report(Record())
    assert not report.is_ready
    assert sentence in verdict(report, language)
    assert sentence in to_html(report, language)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in {"meta", "wbr"}:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_whole_and_runs_nothing_that_a_document_brings(language: Language) -> None:
    hostile = publishable_draft().model_copy(update={"title": Text(fr="<script>alert(1)</script>")})
    page = to_html(_report(hostile), language)
    tags = _Tags()
    tags.feed(page)
    assert tags.opened == []
    assert (tags.seen.count("script"), tags.seen.count("h1"), tags.seen.count("html")) == (0, 1, 1)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "31 &lt;June&gt;" in page
    assert "http" not in page.partition("</style>")[0]


def _survey() -> Survey:
    survey = Survey()
    survey.add(_report(full_record()))
    survey.add(_report(publishable_draft().model_copy(update={"title": Text(fr="<script>alert(1)</script>")})))
    survey.refuse("<readme>.txt", "in no format that is read here")
    return survey


def test_a_survey_counts_what_documents_share() -> None:
    told = survey_to_dict(_survey(), "en")
    assert told["repairs_by_kind"] == [
        {
            "name": "unreadable",
            "times": 2,
            "files": 1,
            "example": "notice.xml: /dc/date",
            "message": "“31 <June>” is not a date; left out.",
        }
    ]
    assert told["refused"] == [{"source": "<readme>.txt", "why": "in no format that is read here"}]
    assert [item["leftovers"] for item in told["files"]] == [1, 1]
    times = [item["times"] for item in told["findings_by_rule"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(("language", "verdict_"), [("fr", "2 notices lues"), ("en", "2 records read")])
def test_a_survey_is_text_and_a_page(language: Language, verdict_: str) -> None:
    survey = _survey()
    assert verdict_ in survey_to_text(survey, language).splitlines()[-1]
    page = survey_to_html(survey, language)
    tags = _Tags()
    tags.feed(page)
    assert (tags.opened, tags.seen.count("script"), tags.seen.count("h1")) == ([], 0, 1)
    assert "&lt;readme&gt;" in page
