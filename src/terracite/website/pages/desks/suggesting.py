# SPDX-License-Identifier: AGPL-3.0-or-later
"""Edits that a desk may suggest: which fields, how each is typed, and what was typed made a value of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from terracite.errors import DepositError, Problem
from terracite.record.model import Record
from terracite.repository.records import SYSTEM_DATES, value_at
from terracite.website import choices, labels
from terracite.website.templatetags.show import text

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """One field that can be suggested: its name, its input ("words", "lines", "choice") and what it holds now."""

    name: str
    kind: str
    language: str
    value: str
    choices: Choices

    @property
    def label(self) -> str:
        words = text(labels.field(self.name))
        return f"{words} ({self.language})" if self.language else words


def offers(record: Record) -> list[Offer]:
    """Every field that can be suggested, with its present value as it would be typed."""
    return [_offer(name, record) for name in FIELDS]


def typed_value(name: str, typed: str, record: Record) -> object:
    """What was typed as a value of the field. `KeyError` for a field that cannot be suggested, `DepositError` for a
    line that cannot be read."""
    return FIELDS[name].read(typed.replace("\r\n", "\n").strip(), record)


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: str
    read: Callable[[str, Record], object]
    write: Callable[[Any], str]
    choices: Callable[[Record], Choices] = lambda _record: []


def _offer(name: str, record: Record) -> Offer:
    kind = FIELDS[name]
    language = name.rpartition(".")[2] if name.endswith((".fr", ".en")) else ""
    return Offer(name, kind.kind, language, kind.write(value_at(record, name)), kind.choices(record))


def _read_keywords(typed: str, record: Record) -> object:
    """One keyword a line, "forêt | forest" in two languages; those already there keep their thesaurus."""
    known = {_keyword(one): one.model_dump(mode="json") for one in record.keywords}
    return [known.get(line) or {"label": _two_languages(line)} for line in _lines(typed)]


def _two_languages(line: str) -> dict[str, str]:
    french, bar, english = (part.strip() for part in line.partition("|"))
    return {"fr": french, "en": english if bar else french}


def _keyword(one: Any) -> str:
    label = one.label
    return f"{label.fr} | {label.en}" if label.fr and label.en and label.fr != label.en else label.best("fr")


def _read_dates(typed: str, _record: Record) -> object:
    """``created 2022-07-01``, one a line."""
    found, problems = [], []
    for line in _lines(typed):
        kind, _, day = line.partition(" ")
        try:
            found.append({"kind": kind, "on": dt.date.fromisoformat(day.strip()).isoformat()})
        except ValueError:
            problems.append(Problem("dates", f"'{line}' is not a date.", "Write 'created 2022-07-01'."))
    if problems:
        raise DepositError("Some values cannot be used.", problems)
    return found


def _write_dates(dates: Any) -> str:
    return "\n".join(f"{one.kind.value} {one.on.isoformat()}" for one in dates if one.kind not in SYSTEM_DATES)


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


_WORDS = _Kind("words", lambda typed, _record: typed, str)
_TOPICS = _Kind("lines", lambda typed, _record: _lines(typed), "\n".join, lambda _record: choices.topics())
FIELDS: Mapping[str, _Kind] = {
    **{
        f"{name}.{language}": _WORDS
        for name in ("title", "abstract", "lineage.statement", "purpose", "notes")
        for language in ("fr", "en")
    },
    "licence": _Kind("choice", lambda typed, _record: typed, str, lambda record: choices.licences(record.licence)),
    "keywords": _Kind("lines", _read_keywords, lambda found: "\n".join(map(_keyword, found))),
    "topics": _TOPICS,
    "dates": _Kind("lines", _read_dates, _write_dates),
    "time_resolution": _WORDS,
    "language": _Kind("choice", lambda typed, _record: typed, str, lambda _r: [("fr", "Français"), ("en", "English")]),
}
