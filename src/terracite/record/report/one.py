# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a moderator would say of a document: how it was read, what is wrong with the record, how FAIR it is."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from terracite.errors import Severity
from terracite.record.fair import FairScore, predict
from terracite.record.model import Language, Record
from terracite.record.reading import Reading
from terracite.record.report.page import Rows, page, section
from terracite.record.report.words import word
from terracite.record.rules import Finding, blockers, check


@dataclass(frozen=True, slots=True)
class Report:
    """One document, judged. ``source`` is its name, ``format`` the name of its format."""

    source: str
    format: str
    reading: Reading
    findings: tuple[Finding, ...]
    fair: FairScore

    @property
    def record(self) -> Record:
        return self.reading.record

    @property
    def is_ready(self) -> bool:
        """Whether nothing stops a publication."""
        return not blockers(self.findings)


def report_on(reading: Reading, *, source: str, format_name: str) -> Report:
    """The report on a document that was read."""
    return Report(source, format_name, reading, tuple(check(reading.record)), predict(reading.record))


def verdict(report: Report, language: Language) -> str:
    """One sentence: ready, or how many blockers remain."""
    count = len(blockers(report.findings))
    return word("not_ready", language, count=count) if count else word("ready", language)


def fair_line(report: Report, language: Language) -> str:
    """The predicted FAIR score in one line."""
    score = report.fair
    return word("fair", language, earned=score.earned, most=score.most, percent=score.percent)


def to_dict(report: Report, language: Language) -> dict[str, Any]:
    """The report as JSON's own types, its sentences in ``language``."""
    return {
        "source": report.source,
        "format": report.format,
        "title": report.record.title.best(language),
        "ready": report.is_ready,
        "findings": [
            {
                "rule": item.rule,
                "level": item.level.value,
                "field": item.field,
                "message": item.message.best(language),
                "cure": item.cure.best(language),
            }
            for item in report.findings
        ],
        "remarks": [
            {
                "where": item.where,
                "kind": item.kind,
                "severity": item.severity.value,
                "message": item.message.best(language),
                "cure": item.cure.best(language),
            }
            for item in report.reading.remarks
        ],
        "leftovers": [{"where": item.where, "value": item.value} for item in report.reading.leftovers],
        "fair": {
            "earned": report.fair.earned,
            "most": report.fair.most,
            "percent": report.fair.percent,
            "metrics": [
                {"metric": item.identifier, "name": item.name.best(language), "earned": item.earned, "most": item.most}
                for item in report.fair.metrics
            ],
            "to_gain": [
                {"points": point.worth, "asks": point.asks.best(language), "cure": point.cure.best(language)}
                for point in report.fair.to_gain()
            ],
        },
    }


def to_html(report: Report, language: Language) -> str:
    """The report as a page."""
    title = report.record.title.best(language) or word("untitled", language)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(report.source)} · {word('read_as', language, format=escape(report.format))}</p>",
        f'<p class="{"good" if report.is_ready else "bad"}"><strong>{verdict(report, language)}</strong></p>',
        *section("findings", language, ("level", "where", "what", "cure"), _finding_rows(report, language)),
        f"<h2>{escape(fair_line(report, language))}</h2>",
        _bar(report.fair),
        *section("to_gain", language, ("worth", "what", "cure"), _gain_rows(report, language), level=3),
        *section("remarks", language, ("level", "where", "what", "cure"), _remark_rows(report, language)),
        *section("leftovers", language, ("where", "value"), _leftover_rows(report)),
    ]
    colon = "\u00a0:" if language == "fr" else ":"
    return page(f"{word('page', language)}{colon} {title}", parts, language)


def _finding_rows(report: Report, language: Language) -> Rows:
    return [
        (word(item.level.value, language), item.field, item.message.best(language), item.cure.best(language))
        for item in report.findings
    ]


def _remark_rows(report: Report, language: Language) -> Rows:
    names = {Severity.ERROR: "error", Severity.WARNING: "warning"}
    return [
        (word(names[item.severity], language), item.where, item.message.best(language), item.cure.best(language))
        for item in report.reading.remarks
    ]


def _leftover_rows(report: Report) -> Rows:
    return [(item.where, item.value) for item in report.reading.leftovers]


def _gain_rows(report: Report, language: Language) -> Rows:
    points = report.fair.to_gain()
    return [(f"{point.worth:g}", point.asks.best(language), point.cure.best(language)) for point in points]


def _bar(score: FairScore) -> str:
    """F, A, I and R, each as a bar with its figures."""
    parts = []
    for letter in "FAIR":
        earned, most = score.of(letter)
        meter = f'<meter min="0" max="{most:g}" value="{earned:g}">{earned:g}/{most:g}</meter>'
        parts.append(f"<li><strong>{letter}</strong> {meter} {earned:g}/{most:g}</li>")
    return f'<ul class="fair">{"".join(parts)}</ul>'
