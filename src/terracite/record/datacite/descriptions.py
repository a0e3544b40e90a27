# SPDX-License-Identifier: AGPL-3.0-or-later
"""Property 17 written: abstract, methods, notes, and in words what DataCite has no property for.

What is told in words is told in the languages the record speaks, under headings (`technical.HEADINGS`) that people
understand and `read_descriptions` recognises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from terracite.record.datacite.technical import HEADINGS, quality_lines, technical_lines
from terracite.record.datacite.terms import languages
from terracite.record.model import Record, Text

LinesOf = Callable[[Record, str], Iterable[str]]


def descriptions(record: Record) -> Iterator[dict[str, str]]:
    yield from _described(record.abstract, "Abstract", record)
    yield from _in_each_language(record, "Methods", _methods)
    yield from _described(_headed("purpose", record.purpose), "Other", record)
    yield from _described(_headed("version", record.version.notes), "Other", record)
    yield from _described(record.notes, "TechnicalInfo", record)
    yield from _in_each_language(record, "TechnicalInfo", technical_lines)
    yield from _in_each_language(record, "Other", quality_lines)


def _described(text: Text, kind: str, record: Record) -> Iterator[dict[str, str]]:
    for language, words in text.ordered(record.first_language):
        if words.strip():
            yield _description(words, kind, language)


def _in_each_language(record: Record, kind: str, lines: LinesOf) -> Iterator[dict[str, str]]:
    for language in languages(record):
        if text := "\n".join(lines(record, language)):
            yield _description(text, kind, language)


def _description(text: str, kind: str, language: str) -> dict[str, str]:
    return {"description": text, "descriptionType": kind, "lang": language}


def _headed(key: str, text: Text) -> Text:
    heading = HEADINGS[key]
    return Text(fr=text.fr and f"{heading.fr} : {text.fr}", en=text.en and f"{heading.en}: {text.en}")


def _methods(record: Record, language: str) -> Iterator[str]:
    """The lineage in one language: its statement, then the steps told in it, with their numbers."""
    if statement := getattr(record.lineage.statement, language).strip():
        yield statement
    for number, step in enumerate(record.lineage.steps, start=1):
        if words := getattr(step.description, language).strip():
            yield f"{number}. {words}"
