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
from terracite.record.rules import Finding, blockers, check

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "page": ("Contrôle d’une notice", "Check of a record"),
    "untitled": ("Sans titre", "Untitled"),
    "ready": ("Prêt à être publié.", "Ready to be published."),
    "not_ready": ("{count} point(s) bloquant(s) à corriger.", "{count} blocker(s) to correct."),
    "read_as": ("Lu comme {format}", "Read as {format}"),
    "fair": (
        "Score FAIR attendu : {earned:g} sur {most:g} ({percent} %)",
        "FAIR score to expect: {earned:g} of {most:g} ({percent} %)",
    ),
    "to_gain": ("Des points à gagner", "Points to gain"),
    "findings": ("Ce qu’un modérateur dirait", "What a moderator would say"),
    "remarks": ("Ce qui a été réparé en lisant", "What was repaired while reading"),
    "leftovers": ("Ce que la notice ne peut pas garder", "What the record has no place for"),
    "none": ("Rien.", "Nothing."),
    "level": ("Niveau", "Level"),
    "where": ("Où", "Where"),
    "what": ("Constat", "Finding"),
    "cure": ("Remède", "Cure"),
    "value": ("Valeur", "Value"),
    "worth": ("Points", "Points"),
    "blocker": ("bloquant", "blocker"),
    "warning": ("à revoir", "warning"),
    "hint": ("conseil", "hint"),
    "error": ("perdu", "lost"),
}


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


def word(key: str, language: Language, **values: object) -> str:
    """A phrase of the report."""
    return _WORDS[key][0 if language == "fr" else 1].format(**values)


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
    """The report as one page that needs nothing else: every text escaped, readable on a phone and on paper."""
    title = report.record.title.best(language) or word("untitled", language)
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(report.source)} · {word('read_as', language, format=escape(report.format))}</p>",
        f'<p class="{"good" if report.is_ready else "bad"}"><strong>{verdict(report, language)}</strong></p>',
        *_section("findings", language, ("level", "where", "what", "cure"), _finding_rows(report, language)),
        f"<h2>{escape(fair_line(report, language))}</h2>",
        _bar(report.fair),
        *_section("to_gain", language, ("worth", "what", "cure"), _gain_rows(report, language), level=3),
        *_section("remarks", language, ("level", "where", "what", "cure"), _remark_rows(report, language)),
        *_section("leftovers", language, ("where", "value"), _leftover_rows(report)),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{word('page', language)}: {escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


Rows = list[tuple[str, ...]]


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


def _section(name: str, language: Language, columns: tuple[str, ...], rows: Rows, level: int = 2) -> list[str]:
    heading = f"<h{level}>{word(name, language)} ({len(rows)})</h{level}>"
    if not rows:
        return [heading, f"<p>{word('none', language)}</p>"]
    head = "".join(f'<th scope="col">{word(column, language)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{word(name, language)}">'
    return [heading, f"{scroll}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"]


def _bar(score: FairScore) -> str:
    """F, A, I and R, each as a bar with its figures."""
    parts = []
    for letter in "FAIR":
        earned, most = score.of(letter)
        meter = f'<meter min="0" max="{most:g}" value="{earned:g}">{earned:g}/{most:g}</meter>'
        parts.append(f"<li><strong>{letter}</strong> {meter} {earned:g}/{most:g}</li>")
    return f'<ul class="fair">{"".join(parts)}</ul>'


_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0}"
    "main{max-width:70rem;margin:auto;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "h3{font-size:1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.4rem .6rem;border-bottom:1px solid #ccc;overflow-wrap:anywhere}.scroll{overflow-x:auto}"
    ".good{color:#125b26}.bad{color:#8a1c12}.fair{list-style:none;padding:0}meter{width:12rem;max-width:50%}"
    "@media print{.scroll{overflow:visible}}"
)
