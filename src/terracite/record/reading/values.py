# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values as people write them: dates, periods, numbers, languages, names, boxes, licences. Pure; None = unreadable."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from functools import cache
from typing import Any

from terracite.record import vocabularies
from terracite.record.identifiers import is_orcid
from terracite.record.model import Agent, Box, Era, Language, Period, Precision, Text

_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2})[:-](\d{2})(?:[:-](\d{2}(?:\.\d+)?))?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$"
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$")
_LONGEST_NUMBER = 80
_OPEN = frozenset({"", "..", "now", "present", "ongoing", "unknown", "today"})


def day(text: str) -> tuple[dt.date, Precision] | None:
    """A date and how exactly it is known: "2022-07-01", "2022-07", "2022", "20220701", "01/07/2022", a moment.

    >>> day("2022-07")
    (datetime.date(2022, 7, 1), <Precision.MONTH: 'month'>)
    """
    text = text.strip()
    if found := _YEAR_FIRST.match(text):
        year, month, number = found.groups()
        precision = Precision.DAY if number else Precision.MONTH if month else Precision.YEAR
        return _date(int(year), int(month or 1), int(number or 1), precision)
    if found := _COMPACT.match(text):
        return _date(int(found[1]), int(found[2]), int(found[3]), Precision.DAY)
    if found := _DAY_FIRST.match(text):
        number, month, year = found.groups()
        return _date(int(year), int(month), int(number), Precision.DAY)
    exact = moment(text)
    return (exact.date(), Precision.DAY) if exact else None


def moment(text: str) -> dt.datetime | None:
    """A moment in UTC, to the microsecond; one without a zone is taken as UTC. None for a day alone.

    >>> moment("2023-05-24 09-53-20").isoformat()
    '2023-05-24T09:53:20+00:00'
    >>> moment("20160926T021531Z").isoformat()
    '2016-09-26T02:15:31+00:00'
    """
    basic = _BASIC.match(text.strip())
    extended = "{}-{}-{}T{}:{}:{}{}".format(*(part or "" for part in basic.groups())) if basic else text.strip()
    found = _MOMENT.match(re.sub(r":(?=$|Z|[+-])", "", extended, count=1) if basic else extended)
    if not found:
        return None
    on, hour, minute, second, zone = found.groups()
    zone = {"Z": "+00:00", "UTC": "+00:00", None: "+00:00"}.get(zone, zone)
    assert zone is not None
    zone = zone if len(zone) > 3 else f"{zone}:00"
    try:
        return dt.datetime.fromisoformat(f"{on}T{hour}:{minute}:{second or '00'}{zone}").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def start_of(text: str) -> dt.date | dt.datetime | None:
    """The first instant meant: "2022" is 1 January 2022."""
    exact = moment(text)
    if exact:
        return exact
    found = day(text)
    return found[0] if found else None


def end_of(text: str) -> dt.date | dt.datetime | None:
    """The last instant meant: "2022" is 31 December 2022, "2022-02" is 28 February."""
    exact = moment(text)
    if exact:
        return exact
    found = day(text)
    if found is None:
        return None
    on, precision = found
    if precision is Precision.DAY:
        return on
    month = on.month if precision is Precision.MONTH else 12
    return on.replace(month=month, day=calendar.monthrange(on.year, month)[1])


def period(start: str, end: str, *, ongoing: bool = False) -> Period | None:
    """A period from the texts of its ends; an end such as "", ".." or "now" is open. None where it cannot be read."""
    first = start_of(start)
    if first is None:
        return None
    if end.strip().casefold() in _OPEN:
        return Period(start=first, ongoing=ongoing or end.strip().casefold() in {"now", "present", "ongoing", "today"})
    last = end_of(end)
    if last is None or _as_day(first) > _as_day(last):
        return None
    return Period(start=first, end=last)


def interval(text: str) -> Period | None:
    """ISO 8601 "start/end", with open ends, or one date, which stands for all it covers.

    >>> interval("2020/2021").interval()
    '2020-01-01/2021-12-31'
    """
    start, separator, end = text.strip().partition("/")
    return period(start, end if separator else start)


def era(oldest: str, youngest: str, name: Text = Text(), uri: str = "") -> Era | None:  # noqa: B008  # immutable
    """An era from years such as "-500" or "-2580000"; None when neither end is a year and there is no name."""
    first, last = _year(oldest), _year(youngest)
    if first is None and last is None and not name:
        return None
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Era(name=name, uri=uri, oldest_year=first, youngest_year=last)


def number(text: str) -> float | None:
    """A finite number; decimal commas, spaces and a trailing unit or degree sign are understood."""
    text = text.strip()
    if len(text) > _LONGEST_NUMBER:  # no number is, and the search below would take long
        return None
    found = re.match(r"([+-]?\d[\d\s]*(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[+-]?[.,]\d+)\s*[°\w²/]*\.?$", text)
    if not found:
        return None
    value = float(re.sub(r"\s", "", found[1]).replace(",", "."))
    return value if math.isfinite(value) else None


def language(text: str) -> Language | None:
    """ "fr" or "en" from any spelling of it: ISO 639-1, 639-2 (both), a locale, an address, its name; else None."""
    code = re.split(r"[/#:]", text.strip().rstrip("/").casefold())[-1]
    code = re.split(r"[-_;\s]", code)[0]
    if code in {"fr", "fre", "fra", "french", "français", "francais"}:
        return "fr"
    return "en" if code in {"en", "eng", "english", "anglais"} else None


def iso639_1(text: str) -> str:
    """The two-letter code of a language, from any spelling known; the text itself, in lower case, when it is not."""
    known = language(text)
    if known:
        return known
    code = re.split(r"[/#:]", text.strip().rstrip("/").casefold())[-1]
    code = re.split(r"[-_;\s]", code)[0]
    return _two_letters().get(code, code)


@cache
def _two_letters() -> dict[str, str]:
    return vocabularies.iso639_1_codes()


def agent(name: str, *, is_person: bool | None = None, **more: Any) -> Agent | None:
    """A person from "Family, Given", an organisation from any other name unless told; None for no name.

    ``more``: orcid, affiliations, email, ror... as `Agent` takes them.
    """
    name = " ".join(name.split())
    family, comma, given = name.partition(",")
    if not name:
        return None
    person = bool(comma) and len(name.split()) <= 8 if is_person is None else is_person
    if not person:
        return Agent(organisation=name, **more)
    if not comma:
        given, _, family = name.rpartition(" ")
    family, given = family.strip(), given.strip()
    return Agent(family_name=family or given, given_name=given if family else "", **more)


def orcid(text: str) -> str:
    """The ORCID in an address, a URN or digits without hyphens; "" when its checksum is wrong."""
    digits = re.sub(r"[^0-9X]", "", text.strip().upper().rstrip("/").rpartition("/")[2].rpartition(":")[2])
    code = "-".join(digits[start : start + 4] for start in range(0, 16, 4)) if len(digits) == 16 else ""
    return code if is_orcid(code) else ""


def box(west: float, south: float, east: float, north: float) -> tuple[Box, bool] | None:
    """A box, and whether it had to be repaired: longitudes of 0 to 360, north and south swapped, axes swapped.

    None when no reading of the four numbers lies on the Earth. ``west > east`` stays: it crosses the antimeridian.
    """
    values = (west, south, east, north)
    if not all(math.isfinite(value) for value in values):
        return None
    first, last = _longitudes(west, east)
    fixed = [first, south, last, north]
    if abs(south) > 90 or abs(north) > 90:
        if abs(west) > 90 or abs(east) > 90 or max(abs(south), abs(north)) > 360:
            return None
        first, last = _longitudes(south, north)
        fixed = [first, west, last, east]
    if fixed[1] > fixed[3]:
        fixed[1], fixed[3] = fixed[3], fixed[1]
    if any(abs(value) > limit for value, limit in zip(fixed, (180, 90, 180, 90), strict=True)):
        return None
    return Box(west=fixed[0], south=fixed[1], east=fixed[2], north=fixed[3]), tuple(fixed) != values


def licence(text: str) -> str:
    """The SPDX identifier of a licence given by identifier, address or well-known name; the text itself for others.

    >>> licence("https://creativecommons.org/licenses/by/4.0/legalcode")
    'CC-BY-4.0'
    """
    return vocabularies.spdx_of(text) or text.strip()


def _longitudes(west: float, east: float) -> tuple[float, float]:
    """The whole turn of 0 to 360 stays one."""
    return (-180.0, 180.0) if east - west == 360 else (_longitude(west), _longitude(east))


def _longitude(value: float) -> float:
    return value - 360 if 180 < value <= 360 else value


def _year(text: str) -> int | None:
    found = re.match(r"([+-]?\d{1,10})(?:\.0+)?(?:-\d{2}(-\d{2})?)?$", text.strip())
    return int(found[1]) if found else None


def _date(year: int, month: int, number: int, precision: Precision) -> tuple[dt.date, Precision] | None:
    try:
        return dt.date(year, month, number), precision
    except ValueError:
        return None


def _as_day(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
