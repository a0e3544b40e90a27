# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two charts of a certificate as SVG: what each date covers, and what values it has."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from terracite.record.model import Language
from terracite.timeseries.quality.certificate import Certificate, DateQuality
from terracite.timeseries.quality.step import BEGINNING, is_after
from terracite.timeseries.quality.wording import number, say

WIDTH, HEIGHT = 700, 120  #: user units
_LEFT, _TOP, _RIGHT, _BOTTOM = 34, 6, 6, 18
#: what a bar is made of, from below: word, colour
COVER = (("clear", "#1f6f50"), ("masked", "#b9c0c7"), ("out", "#b3261e"), ("missing", "#eef0f2"))
_INK, _LINE = "#1b1b1b", "#8a929a"


@dataclass(frozen=True, slots=True)
class _Axis:
    """From numbers to user units."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.end - self.start), 2)


def cover_chart(certificate: Certificate, language: Language) -> str:
    """Bars: the clear, masked, out-of-range and missing share of each day."""
    alt = say("chart_cover_alt", language, clear=number(100 * certificate.clear_share, language))
    x, y = _time_axis(certificate), _Axis(0, 100, HEIGHT - _BOTTOM, _TOP)
    days = _by_day(certificate)
    width = _bar_width(list(days), x)
    marks = [mark for day, dates in days.items() for mark in _bar(x.at(day.timestamp()), width, y, dates)]
    return _svg(alt, [*_levels(y, (0, 50, 100), language, "%"), *marks, *_years(certificate, x)])


def _bar_width(days: list[dt.datetime], x: _Axis) -> float:
    """A little less than the usual distance of two days."""
    places = sorted(x.at(day.timestamp()) for day in days)
    steps = sorted(after - before for before, after in pairwise(places))
    return round(max(0.8, min(10.0, 0.8 * steps[len(steps) // 4])), 2) if steps else 10.0


def _bar(centre: float, width: float, y: _Axis, dates: list[DateQuality]) -> list[str]:
    cells = sum(date.cells for date in dates)
    counts = (
        sum(date.clear for date in dates),
        sum(date.masked or 0 for date in dates),
        sum(date.outside for date in dates),
        sum(date.nodata + date.near_nodata for date in dates),
    )
    marks, below = [], 0.0
    for (_, colour), count in zip(COVER, counts, strict=True):
        above = below + 100 * count / cells
        if count:
            top, height = y.at(above), round(y.at(below) - y.at(above), 2)
            left = round(centre - width / 2, 2)
            marks.append(f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{colour}"/>')
        below = above
    return marks


def values_chart(certificate: Certificate, language: Language) -> str:
    """Median (a dot, hollow after baseline 04.00) and middle 90 % (a line) of the clear values of each date."""
    dates = [date for date in certificate.dates if date.spread is not None]
    spreads = [date.spread for date in dates if date.spread is not None]
    if not spreads:
        return ""
    low, high = min(spread.low for spread in spreads), max(spread.high for spread in spreads)
    x, y = _time_axis(certificate), _Axis(low, high, HEIGHT - _BOTTOM, _TOP)
    medians = [spread.median for spread in spreads]
    alt = say("chart_values_alt", language, low=number(min(medians), language), high=number(max(medians), language))
    marks = [mark for date in dates for mark in _spread(date, x, y)]
    return _svg(
        alt,
        [
            *_levels(y, (low, (low + high) / 2, high), language),
            *_beginning(certificate, x),
            *marks,
            *_years(certificate, x),
        ],
    )


def _spread(date: DateQuality, x: _Axis, y: _Axis) -> list[str]:
    if date.spread is None:
        return []
    at = x.at(date.sensed_at.timestamp())
    fill = "#ffffff" if is_after(date) else COVER[0][1]
    return [
        f'<path d="M{at} {y.at(date.spread.low)}V{y.at(date.spread.high)}" stroke="{_LINE}" stroke-width="1"/>',
        f'<circle cx="{at}" cy="{y.at(date.spread.median)}" r="2.2" fill="{fill}" stroke="{COVER[0][1]}"/>',
    ]


def _beginning(certificate: Certificate, x: _Axis) -> list[str]:
    """The first day of baseline 04.00."""
    if not certificate.start < BEGINNING < certificate.end:
        return []
    at = x.at(BEGINNING.timestamp())
    return [f'<path d="M{at} {_TOP}V{HEIGHT - _BOTTOM}" stroke="#b3261e" stroke-width="1.2"/>']


def _by_day(certificate: Certificate) -> dict[dt.datetime, list[DateQuality]]:
    found: defaultdict[dt.datetime, list[DateQuality]] = defaultdict(list)
    for date in certificate.dates:
        found[date.sensed_at.replace(hour=12, minute=0, second=0, microsecond=0)].append(date)
    return dict(found)


def _time_axis(certificate: Certificate) -> _Axis:
    margin = 6
    ends = (certificate.start.timestamp(), certificate.end.timestamp())
    return _Axis(*ends, _LEFT + margin, WIDTH - _RIGHT - margin)


def _levels(y: _Axis, values: tuple[float, ...], language: Language, unit: str = "") -> list[str]:
    marks = []
    for value in values:
        at = y.at(value)
        told = number(value, language, 2) + unit
        marks.append(f'<path d="M{_LEFT} {at}H{WIDTH - _RIGHT}" stroke="#d5d9dd" stroke-width="0.6"/>')
        marks.append(_text(_LEFT - 3, at + 3, told, "end"))
    return marks


def _years(certificate: Certificate, x: _Axis) -> list[str]:
    """A label for each year, or for the first day of some months of a single year."""
    years = certificate.years
    if len(years) > 1:
        days = [(dt.datetime(year, 1, 1, tzinfo=dt.UTC), str(year)) for year in years]
    else:
        days = [(dt.datetime(years[0], month, 1, tzinfo=dt.UTC), f"{years[0]}-{month:02d}") for month in (1, 4, 7, 10)]
    inside = [(max(day, certificate.start), text) for day, text in days]
    base = HEIGHT - _BOTTOM
    marks, last = [], -100.0
    for day, text in inside:
        at = x.at(day.timestamp())
        if day <= certificate.end and at - last >= 45 and at <= WIDTH - 30:
            marks.append(f'<path d="M{at} {base}v4" stroke="{_INK}" stroke-width="0.8"/>')
            marks.append(_text(at, HEIGHT - 4, text, "middle"))
            last = at
    return marks


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{round(x, 2)}" y="{round(y, 2)}" text-anchor="{anchor}" font-size="9" '
        f'font-family="Helvetica" fill="{_INK}">{escape(text)}</text>'
    )


def _svg(alt: str, marks: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(alt)}">{"".join(marks)}</svg>'
    )
