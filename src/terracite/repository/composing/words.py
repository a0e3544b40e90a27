# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers, days, places and lists in the words of a language; the sentences are data (`data/words.toml`)."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from terracite.record.model import Language, Period, as_day


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: Language

    def say(self, key: str, count: int | None = None, **values: object) -> str:
        """A sentence; one of a pair by ``count``, which is its ``{n}`` then."""
        pattern = _table()[self.language][key]
        if isinstance(pattern, list):
            many = 0 if count == 1 or (count == 0 and self.language == "fr") else 1
            pattern = pattern[many]
        return str(pattern).format(n="" if count is None else self.number(count), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """With the signs of the language for thousands and decimals."""
        signs = _table()[self.language]
        text = f"{value:,.{digits}f}"
        return text.replace(",", "_").replace(".", signs["decimal"]).replace("_", signs["thousands"])

    def listed(self, items: Sequence[str], most: int = 12) -> str:
        """ "a, b and c"; more than ``most`` are counted."""
        shown = list(items[:most])
        if len(items) > most:
            shown.append(self.say("others", len(items) - most))
        if len(shown) < 2:
            return "".join(shown)
        return self.say("comma").join(shown[:-1]) + self.say("and") + shown[-1]

    def day(self, day: dt.date) -> str:
        """ "21 January 2019"."""
        month = _table()[self.language]["months"][day.month - 1]
        number = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return self.say("day", day=number, month=month, year=day.year)

    def when(self, periods: Sequence[Period]) -> str:
        """A period as short as it can be said: a year, years, a month or a day; "" where it has an open end."""
        first, last = ends_of(periods)
        if first is None or last is None:
            return ""
        if first == last:
            return self.day(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{_table()[self.language]['months'][first.month - 1]} {first.year}"
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"

    def article(self, kind: str) -> str:
        """What stands before a thing in a sentence."""
        return str(_table()[self.language]["articles"].get(kind, ""))

    def degrees(self, value: float, digits: int, *, is_latitude: bool) -> str:
        """ "12.35° S"."""
        side = ("north" if value >= 0 else "south") if is_latitude else ("east" if value >= 0 else "west")
        return f"{self.number(abs(value), digits)}°\N{NO-BREAK SPACE}{self.say(side)}"

    def length(self, metres: float) -> str:
        """ "12.6 km", "30 m"."""
        if metres >= 1000:
            return f"{self.number(metres / 1000, 1)} km"
        return f"{self.number(metres, 0 if float(metres).is_integer() else 1 if metres >= 10 else 2)} m"

    def time_step(self, duration: str) -> str:
        """The usual steps in words; "" for another."""
        return str(_table()[self.language]["steps"].get(duration, ""))


def ends_of(periods: Sequence[Period]) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day; no last one where a period goes on."""
    ends = [as_day(period.end) for period in periods if period.end is not None]
    first = min((as_day(period.start) for period in periods), default=None)
    return first, max(ends) if ends and len(ends) == len(periods) else None


@cache
def _table() -> dict[str, dict[str, Any]]:
    path = resources.files("terracite.repository").joinpath("composing/data/words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
