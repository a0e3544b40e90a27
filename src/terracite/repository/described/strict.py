# SPDX-License-Identifier: AGPL-3.0-or-later
"""What documents say that nobody should believe: placeholders, dates to come, boxes of nothing, words for licences."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

from terracite.record import vocabularies
from terracite.record.identifiers import bare_doi, web_address
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    DateKind,
    Extent,
    Keyword,
    Lineage,
    Period,
    Record,
    RecordDate,
    Related,
    Text,
    as_day,
)
from terracite.repository.described.agents import EMAIL, is_organisation

_PLACEHOLDER = re.compile(
    r"(?i)\s*(unknown|unnamed.*|untitled.*|n/?a|none|null|nil|tb[ade]|to ?do|todo.*|test|tests?\b.{0,10}|title|titre|"
    r"abstract|r[ée]sum[ée]|description|name|nom|author|readme|read me|lisez-?moi|varies.*|various|not (supplied|"
    r"available|applicable|provided|specified).*|inconnue?|non (renseign|d[ée]fini|communiqu).*|sans titre|xxx+|\?+|"
    r"-+|\.+)\s*"
)
_TEMPLATE = re.compile(
    r"(?i)lorem ipsum|\{\{|\}\}|<[a-z_ ]{3,40}>|\[(insert|your|votre|title|titre)|YYYY|AAAA/|MM/(DD|JJ)|bogus|"
    r"your (name|title|data)|insert (title|name|text)|fill (this )?in"
)
_NEVER = frozenset({dt.date(1970, 1, 1), dt.date(1900, 1, 1), dt.date(1899, 12, 30), dt.date(1, 1, 1),
                    dt.date(1995, 7, 26)})  # fmt: skip  #: zeros of clocks; the last is what GDAL writes into tables
_OLDEST_MADE = dt.date(1900, 1, 1)
_MOST_KEYWORDS = 30
_LOOKED_INTO = ("gcmd-science", "gemet", "inspire-themes", "cf-standard-names")  #: for words of no named thesaurus
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def sound(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without what is not to be believed."""
    said = {name: value for name, value in fields.items() if value}
    found = {name: _RULES[name](value) if name in _RULES else value for name, value in said.items()}
    return {name: value for name, value in found.items() if value}


def is_placeholder(text: str) -> bool:
    """Whether a text stands where somebody forgot to write one."""
    return not text.strip() or bool(_PLACEHOLDER.fullmatch(text)) or bool(_TEMPLATE.search(text))


def dates_of_history(record: Record) -> dict[str, Any]:
    """The day of the first step, as the date of creation, where the file states none."""
    if record.date(DateKind.CREATED) is not None:
        return {}
    days = [as_day(step.on) for step in record.lineage.steps if step.on]
    return {"dates": (*record.dates, RecordDate(kind=DateKind.CREATED, on=min(days)))} if days else {}


def is_possible_day(day: dt.date) -> bool:
    """Whether data can have been made on that day."""
    return day not in _NEVER and _OLDEST_MADE < day <= dt.datetime.now(dt.UTC).date()


def _text(value: Text) -> Text | None:
    kept = {language: _unmarked(text) for language, text in value.items() if not is_placeholder(text)}
    return Text(**kept) if kept else None


def _unmarked(text: str) -> str:
    """Without the marks of HTML; a break is a new line."""
    return re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", re.sub(r"(?i)<br ?/?>|</p>", "\n", text))


def _title(value: Text) -> Text | None:
    """A title has words: the name of a file or a code is none."""
    kept = {language: text for language, text in value.items()
            if not is_placeholder(text) and len(text.split()) > 1 and len(text) <= 500}  # fmt: skip
    return Text(**{language: " ".join(text.split()) for language, text in kept.items()}) if kept else None


def _lineage(value: Lineage) -> Lineage | None:
    told = (step.model_copy(update={"description": _without_mails(step.description)}) for step in value.steps)
    steps = tuple(step for step in told if not _TEMPLATE.search(f"{step.description.best()} {step.command}")
                  and (step.command or len(step.description.best()) > 3))  # fmt: skip
    found = value.model_copy(update={"statement": _text(value.statement) or Text(), "steps": steps})
    return found if found != Lineage() else None


def _without_mails(text: Text) -> Text:
    """Addresses of people are never shown."""
    return Text(**{language: EMAIL.sub("[…]", said) for language, said in text.items()})


def _agents(value: tuple[Agent, ...]) -> tuple[Agent, ...]:
    named = (agent for agent in value if any(not letter.islower() and letter.isalpha() for letter in agent.name))
    return tuple(agent for agent in named if not is_placeholder(agent.display_name) and len(agent.display_name) < 200)


def _contributors(value: Iterable[Any]) -> tuple[Any, ...]:
    sure = (item for item in value if item.agent.is_person or is_organisation(item.agent.organisation))
    return tuple(item for item in sure if not is_placeholder(item.agent.display_name) and "@" not in item.agent.name)


def _related(value: tuple[Related, ...]) -> tuple[Related, ...]:
    """Those with an identifier: words of a reference are none."""
    return tuple(item for item in value if bare_doi(item.identifier) or web_address(item.identifier) == item.identifier)


def _time_resolution(value: str) -> str | None:
    return value if _DURATION.fullmatch(value) else None


def _keywords(value: tuple[Keyword, ...]) -> tuple[Keyword, ...]:
    kept = [item for item in value if not is_placeholder(item.label.best()) and len(item.label.best()) <= 150]
    found = {found.uri or found.label.best(): found for found in map(with_address, kept)}
    return tuple(found.values())[:_MOST_KEYWORDS]


def with_address(keyword: Keyword) -> Keyword:
    """The keyword of a thesaurus that has exactly this label; else the keyword as it is."""
    if keyword.uri:
        return keyword
    label = keyword.label.best().strip()
    for thesaurus in (keyword.thesaurus,) if keyword.thesaurus else _LOOKED_INTO:
        if thesaurus in vocabularies.thesauri() and (known := vocabularies.keyword(label, thesaurus)):
            return known
    return keyword.model_copy(update={"thesaurus": ""})  # it says so, and the thesaurus does not


def _dates(value: tuple[RecordDate, ...]) -> tuple[RecordDate, ...]:
    own = {DateKind.CREATED, DateKind.COLLECTED}
    return tuple(date for date in value if date.kind in own and is_possible_day(date.on))


def _extents(value: tuple[Extent, ...]) -> tuple[Extent, ...]:
    return tuple(item for item in value if any((item.box.west, item.box.south, item.box.east, item.box.north)))


def _periods(value: tuple[Period, ...]) -> tuple[Period, ...]:
    today = dt.datetime.now(dt.UTC).date()
    ends = ((period, as_day(period.start), as_day(period.end) if period.end else None) for period in value)
    return tuple(period for period, first, last in ends
                 if first not in _NEVER and (last is None or last.year <= today.year + 200))  # fmt: skip


def _licence(value: str) -> str | None:
    found = vocabularies.spdx_of(value)
    return found or (value if value in vocabularies.spdx_identifiers() else None)


def _access(value: Access) -> Access | None:
    return value if value.kind is not AccessKind.UNKNOWN else None


_RULES: dict[str, Callable[[Any], Any]] = {
    "title": _title,
    "abstract": _text,
    "purpose": _text,
    "lineage": _lineage,
    "related": _related,
    "time_resolution": _time_resolution,
    "creators": _agents,
    "contacts": _agents,
    "contributors": _contributors,
    "keywords": _keywords,
    "dates": _dates,
    "extents": _extents,
    "periods": _periods,
    "licence": _licence,
    "access": _access,
}
