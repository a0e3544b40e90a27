# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each field of a record as the desk reads it, with its checks, its conversations and how to ask about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from terracite.record import vocabularies
from terracite.record.model import (
    AccessKind,
    Agent,
    Contributor,
    Discipline,
    Extent,
    Keyword,
    Period,
    Record,
    RecordDate,
    Related,
    Representation,
    Resolution,
    ResourceType,
    Text,
)
from terracite.record.rules import Finding
from terracite.record.values import Value
from terracite.repository.models import Suggestion, Thread
from terracite.website import labels
from terracite.website.differences import Change
from terracite.website.templatetags import show

_MOST_LINES = 40  #: of one field; more stay behind a count
_LANGUAGES_IN = {"language", "data_languages"}
_LANGUAGES = {"fr": "Français", "en": "English"}  #: each by the name it gives itself
_APART = {"", "files", "version"}  #: shown elsewhere on the page, or nothing to read


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its words (``texts``: by language) or its ``lines``, and all that is said about it."""

    name: str
    texts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    more: int = 0  #: lines left out
    change: Change | None = None
    findings: list[Finding] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Nothing changed, nothing is asked."""
        return not (self.change or self.findings or self.threads or self.suggestions)


def fields_of(
    record: Record,
    changes: Iterable[Change],
    findings: Iterable[Finding],
    threads: Iterable[Thread],
    suggestions: Iterable[Suggestion],
) -> list[Field]:
    """The fields that hold something or that something is said about, in the order of the form."""
    by_change = {one.field: one for one in changes}
    by_finding = _grouped(findings, lambda one: one.section)
    by_thread = _grouped(threads, lambda one: one.field.partition(".")[0])
    by_suggestion = _grouped(suggestions, lambda one: one.field.partition(".")[0])
    found = []
    for name in [name for name in labels.FIELDS if name not in _APART]:
        texts, lines = _said(getattr(record, name, None))
        if name in _LANGUAGES_IN:
            lines = [_LANGUAGES.get(code, code) for code in lines]
        one = Field(
            name, texts, tuple(lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES), by_change.get(name),
            by_finding.get(name, []), by_thread.get(name, []), by_suggestion.get(name, []),
        )  # fmt: skip
        if texts or lines or not one.is_quiet:
            found.append(one)
    return found


def item(value: Any) -> str:
    """One item of a list, as a reader would write it."""
    for kind, write in _WRITTEN.items():
        if isinstance(value, kind):
            return write(value)
    return " · ".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    """What a value of any other kind holds, without the names that programs give to its parts."""
    if value is None or isinstance(value, bool) or value == "":
        return
    if isinstance(value, Text):
        yield from filter(None, [show.text(value)])
    elif isinstance(value, _SPOKEN):
        yield item(value)
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield item(one)
    else:
        yield str(value.value if isinstance(value, Enum) else value)


def _said(value: Any) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    if isinstance(value, Text):
        return tuple((language, words) for language, words in (("fr", value.fr), ("en", value.en)) if words), []
    if hasattr(value, "statement"):  # how the data were made: words, then steps and sources
        texts, _ = _said(value.statement)
        return texts, [item(one) for one in (*value.steps, *value.sources)]
    if isinstance(value, (list, tuple)):
        return (), [item(one) for one in value]
    return (), [item(value)] if value not in (None, "") else []


def _grouped(items: Iterable[Any], name: Callable[[Any], str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in items:
        found.setdefault(name(one), []).append(one)
    return found


def _agent(agent: Agent) -> str:
    where = ", ".join(one.name for one in agent.affiliations)
    return " · ".join(part for part in (agent.display_name, agent.orcid or agent.ror, where, agent.email) if part)


def _extent(extent: Extent) -> str:
    return ", ".join(part for part in (show.text(extent.place), show.box_words(extent.box)) if part)


def _keyword(keyword: Keyword) -> str:
    known = vocabularies.thesauri().get(keyword.thesaurus)
    source = show.text(known.title) if known else keyword.thesaurus
    return f"{show.text(keyword.label)} ({source})" if source else show.text(keyword.label)


def _date(date: RecordDate) -> str:
    return f"{show.label(date.kind.value, 'date')} {show.day(date.on)}"


def _related(one: Related) -> str:
    said = (show.label(one.relation, "relation"), one.title, one.identifier, show.text(one.note))
    return " · ".join(part for part in said if part)


_WRITTEN: dict[type, Callable[[Any], str]] = {
    Agent: _agent,
    Contributor: lambda one: f"{_agent(one.agent)} · {show.label(one.role.value, 'role')}",
    Extent: _extent,
    Keyword: _keyword,
    Period: show.period,
    RecordDate: _date,
    Related: _related,
    Resolution: lambda one: show.resolution(one.distance_m) if one.distance_m else f"1:{one.scale or 0:,}",
    AccessKind: lambda kind: show.label(kind.value, "access"),
    Discipline: lambda one: show.label(one.value, "discipline"),
    Representation: lambda kind: show.label(kind.value, "kind"),
    ResourceType: lambda kind: show.label(kind.value, "type"),
    dt.date: show.day,
    str: lambda code: show.label(code, "topic"),  # other words stay as they are
}
_SPOKEN = (AccessKind, Discipline, Representation, ResourceType, dt.date)  #: kinds that codes and days are told for
