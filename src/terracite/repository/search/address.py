# SPDX-License-Identifier: AGPL-3.0-or-later
"""A search as the parameters of an address, and back: the same for the page, the REST API and a bookmark.

``q``, ``bbox`` (west,south,east,north in degrees), ``start``, ``end`` (a day or a year), ``discipline``, ``type``,
``format``, ``licence``, ``access`` (each may be repeated), ``deposit``, ``loose``, ``sort``, ``page``, ``size``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from terracite.errors import Problem
from terracite.record.model import Box, Language
from terracite.repository.search.model import MAX_PAGE_SIZE, SORTS, SearchQuery, Sort

LISTS = {
    "discipline": "disciplines",
    "type": "types",
    "format": "formats",
    "licence": "licences",
    "access": "access",
}
MAX_TEXT = 400
MAX_PAGE = 5000


def from_parameters(
    parameters: Mapping[str, Sequence[str]], language: Language = "en"
) -> tuple[SearchQuery, list[Problem]]:
    """The search that the address asks for; what cannot be understood is left out and told."""
    problems: list[Problem] = []
    values: dict[str, Any] = {name: tuple(_texts(parameters, key)) for key, name in LISTS.items()}
    query = SearchQuery(
        text=_text(parameters, "q")[:MAX_TEXT],
        box=_box(_text(parameters, "bbox"), problems),
        start=_day("start", _text(parameters, "start"), problems, first=True),
        end=_day("end", _text(parameters, "end"), problems, first=False),
        deposit=_text(parameters, "deposit"),
        loose=_text(parameters, "loose") == "1",
        page=_number("page", _text(parameters, "page"), 1, MAX_PAGE, problems),
        size=_number("size", _text(parameters, "size"), 20, MAX_PAGE_SIZE, problems),
        sort=_sort(_text(parameters, "sort"), problems),
        language=language if language in get_args(Language) else "en",
        **values,
    )
    return query, problems


def to_parameters(query: SearchQuery) -> list[tuple[str, str]]:
    """The parameters of the address of ``query``, defaults left out; `urllib.parse.urlencode` makes them one text."""
    found = [
        ("q", query.text),
        ("bbox", _box_text(query.box)),
        ("start", _day_text(query.start)),
        ("end", _day_text(query.end)),
    ]
    found += [(key, value) for key, name in LISTS.items() for value in getattr(query, name)]
    found += [("deposit", query.deposit), ("loose", "1" if query.loose else "")]
    found += [("sort", query.sort if query.sort != "relevance" else "")]
    found += [
        ("page", str(query.page) if query.page > 1 else ""),
        ("size", str(query.size) if query.size != 20 else ""),
    ]
    return [(key, value) for key, value in found if value]


def _texts(parameters: Mapping[str, Sequence[str]], key: str) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in parameters.get(key, ()) if value.strip()))


def _text(parameters: Mapping[str, Sequence[str]], key: str) -> str:
    values = parameters.get(key, ())
    return values[-1].strip() if values else ""


def _sort(text: str, problems: list[Problem]) -> Sort:
    for sort in SORTS:
        if text == sort:
            return sort
    if text:
        problems.append(Problem("sort", f"'{text}' is not an order.", f"Use one of {', '.join(SORTS)}."))
    return "relevance"


def _box(text: str, problems: list[Problem]) -> Box | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not all(map(math.isfinite, (west, south, east, north))):
            raise ValueError
        return Box(west=west, south=south, east=east, north=north)
    except ValueError:
        cure = "Write west,south,east,north in degrees, such as 55.2,-21.4,55.9,-20.8."
        problems.append(Problem("bbox", f"'{text}' is not a box.", cure))
        return None


def _box_text(box: Box | None) -> str:
    return ",".join(f"{value:.9g}" for value in (box.west, box.south, box.east, box.north)) if box else ""


def _day(key: str, text: str, problems: list[Problem], *, first: bool) -> dt.date | None:
    """A day, or the first or last day of a month or a year."""
    if not text:
        return None
    try:
        return _completed(text, first=first)
    except (ValueError, OverflowError):
        problems.append(Problem(key, f"'{text}' is not a date.", "Write 2023, 2023-07 or 2023-07-14."))
        return None


def _completed(text: str, *, first: bool) -> dt.date:
    if len(text) == 4 and text.isdecimal():
        return dt.date(int(text), 1, 1) if first else dt.date(int(text), 12, 31)
    if len(text) == 7:
        start = dt.date.fromisoformat(f"{text}-01")
        return start if first else (start.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return dt.date.fromisoformat(text)


def _day_text(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _number(key: str, text: str, default: int, highest: int, problems: list[Problem]) -> int:
    if not text:
        return default
    if len(text) < 10 and text.isascii() and text.isdecimal() and 1 <= int(text) <= highest:
        return int(text)
    problems.append(Problem(key, f"'{text}' is not a number from 1 to {highest}.", "Correct it, or leave it out."))
    return default
