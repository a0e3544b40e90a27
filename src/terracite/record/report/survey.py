# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many documents judged together, as before a harvest or a move: one line each, then what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from terracite.record.model import Language, Text
from terracite.record.report.one import Report
from terracite.record.report.page import Rows, page, section
from terracite.record.report.words import word
from terracite.record.rules import Level


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a survey, without its record: thousands of them stay small."""

    source: str
    format: str
    title: Text
    blockers: int
    warnings: int
    repairs: int
    leftovers: int
    fair: int  #: percent

    @property
    def is_ready(self) -> bool:
        return not self.blockers

    @classmethod
    def of(cls, report: Report) -> Entry:
        """The line of one report."""
        levels = Counter(item.level for item in report.findings)
        return cls(
            report.source,
            report.format,
            report.record.title,
            levels[Level.BLOCKER],
            levels[Level.WARNING],
            len(report.reading.remarks),
            len(report.reading.leftovers),
            report.fair.percent,
        )


@dataclass(slots=True)
class Common:
    """What several files share: how often, in how many files, and the first example."""

    example: str
    message: Text
    times: int = 0
    files: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Survey:
    """The files read so far, and those that were not."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  #: file, why
    kinds: dict[str, Common] = field(default_factory=dict)  #: repairs by kind
    rules: dict[str, Common] = field(default_factory=dict)  #: findings by rule

    def add(self, report: Report) -> None:
        """Count one report in; it may be forgotten afterwards."""
        self.entries.append(Entry.of(report))
        for remark in report.reading.remarks:
            _count(self.kinds, remark.kind, report.source, remark.where, remark.message)
        for finding in report.findings:
            _count(self.rules, finding.rule, report.source, finding.field, finding.message)

    def refuse(self, source: str, why: str) -> None:
        """Note a file that is not a record, or not one that is read here."""
        self.refused.append((source, why))

    @property
    def is_ready(self) -> bool:
        """Whether every record may be published."""
        return all(entry.is_ready for entry in self.entries)


def survey_to_dict(survey: Survey, language: Language) -> dict[str, Any]:
    """The survey as JSON's own types, its sentences in ``language``."""
    return {
        "files": [
            {
                "source": item.source,
                "format": item.format,
                "title": item.title.best(language),
                "ready": item.is_ready,
                "blockers": item.blockers,
                "warnings": item.warnings,
                "repairs": item.repairs,
                "leftovers": item.leftovers,
                "fair_percent": item.fair,
            }
            for item in survey.entries
        ],
        "refused": [{"source": source, "why": why} for source, why in survey.refused],
        "repairs_by_kind": _common_to_dict(survey.kinds, language),
        "findings_by_rule": _common_to_dict(survey.rules, language),
    }


def survey_to_text(survey: Survey, language: Language) -> str:
    """A line a file, then repairs by kind and findings by rule, the most frequent first."""
    lines = [
        f"{item.source}: {item.format}, {word('blockers', language).lower()} {item.blockers}, "
        f"{word('warnings', language).lower()} {item.warnings}, {word('repairs', language).lower()} {item.repairs}, "
        f"FAIR {item.fair} %"
        for item in survey.entries
    ]
    lines += [f"{source}: {why}" for source, why in survey.refused]
    for name, table in (("by_kind", survey.kinds), ("by_rule", survey.rules)):
        if not table:
            continue
        lines.append(f"\n{word(name, language)}")
        lines += [f"  {row[1]:>6} × {row[0]:28} ({row[2]}) {row[3]}" for row in _common_rows(table, language)]
    return "\n".join([*lines, "", _verdict(survey, language)])


def survey_to_html(survey: Survey, language: Language) -> str:
    """The survey as a page."""
    title = word("survey", language, count=len(survey.entries) + len(survey.refused))
    columns = ("file", "format", "title", "blockers", "warnings", "repairs", "left", "score")
    common = ("kind", "times", "documents", "what", "example")
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p><strong>{escape(_verdict(survey, language))}</strong></p>",
        *section("by_rule", language, common, list(_common_rows(survey.rules, language))),
        *section("by_kind", language, common, list(_common_rows(survey.kinds, language))),
        *section("files", language, columns, _entry_rows(survey.entries, language)),
        *section("refusals", language, ("file", "what"), [(source, why) for source, why in survey.refused]),
    ]
    return page(title, parts, language)


def _count(table: dict[str, Common], name: str, source: str, where: str, message: Text) -> None:
    common = table.setdefault(name, Common(f"{source}: {where}", message))
    common.times += 1
    common.files.add(source)


def _verdict(survey: Survey, language: Language) -> str:
    ready = sum(entry.is_ready for entry in survey.entries)
    return word("survey_line", language, read=len(survey.entries), ready=ready, refused=len(survey.refused))


def _entry_rows(entries: Iterable[Entry], language: Language) -> Rows:
    counts = ("blockers", "warnings", "repairs", "leftovers", "fair")
    return [
        (item.source, item.format, item.title.best(language), *(str(getattr(item, name)) for name in counts))
        for item in entries
    ]


def _by_frequency(table: dict[str, Common]) -> list[tuple[str, Common]]:
    return sorted(table.items(), key=lambda pair: (-pair[1].times, pair[0]))


def _common_rows(table: dict[str, Common], language: Language) -> Iterator[tuple[str, ...]]:
    for name, item in _by_frequency(table):
        yield name, str(item.times), str(len(item.files)), item.message.best(language), item.example


def _common_to_dict(table: dict[str, Common], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "times": item.times,
            "files": len(item.files),
            "example": item.example,
            "message": item.message.best(language),
        }
        for name, item in _by_frequency(table)
    ]
