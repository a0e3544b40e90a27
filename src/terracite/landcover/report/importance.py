# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the model rests on: a bar for each band and index, a curve over the season."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import paragraph, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import day, number

_MOST = 20  #: bands and indices that are shown
_LEAST = 0.01  #: share of the samples below which no date matters, and no curve is drawn
_WIDE, _HIGH, _LEFT, _FOOT = 680, 170, 46, 24

Entry = Mapping[str, Any]


def importance(found: Outcome, language: str, say: Words) -> str:
    """Nothing where the model was not asked, or rests on one band and date."""
    groups: Sequence[Entry] = found.card.get("importance", {}).get("groups", ())
    series = [one for one in groups if one["kind"] == "series"]
    dates = [one for one in groups if one["kind"] == "date"]
    if not groups:
        return ""
    parts = [f"<h3>{escape(say['importance'])}</h3>", paragraph(say["importance_is"])]
    if series:
        parts.append(_list(series[:_MOST], language, say))
    if len(dates) > 2 and max(one["drop"] for one in dates) >= _LEAST:
        parts.append(_curve(dates, language, say))
    return "".join(parts)


def _list(series: Sequence[Entry], language: str, say: Words) -> str:
    longest = max(max(one["drop"] for one in series), 1e-9)
    rows = []
    for one in series:
        wide = max(0.0, 100 * one["drop"] / longest)
        bar = (
            '<svg class="drop" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{wide:.1f}" height="10"/></svg>'
        )
        half = "" if one["half_width"] is None else f" ± {number(100 * one['half_width'], language)}"
        rows.append([escape(one["name"]), f"{number(100 * one['drop'], language)}{half}", bar])
    return table([say["series"], say["lost"], ""], rows, say["importance"])


def _curve(dates: Sequence[Entry], language: str, say: Words) -> str:
    """The share lost by date; the area around the curve is its interval."""
    days = [dt.date.fromisoformat(one["name"]).toordinal() for one in dates]
    drops = [max(float(one["drop"]), 0.0) for one in dates]
    top = max(drops)
    across = (_WIDE - _LEFT - 8) / (days[-1] - days[0])
    points = [
        (_LEFT + (at - days[0]) * across, 6 + (_HIGH - _FOOT - 6) * (1 - drop / top))
        for at, drop in zip(days, drops, strict=True)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    base = _HIGH - _FOOT
    first, last = (escape(day(dt.date.fromordinal(at), language)) for at in (days[0], days[-1]))
    caption = escape(say["season"].format(day=_peak(dates, language)), quote=True)
    return (
        f'<figure><svg class="curve" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{caption}" font-size="13">'
        f'<path d="M{_LEFT} 6V{base}H{_WIDE - 8}" fill="none" stroke="currentColor"/>'
        f'<polyline points="{line}" fill="none"/>{dots}'
        f'<text x="{_LEFT - 6}" y="14" text-anchor="end">{number(100 * top, language)} %</text>'
        f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{_LEFT}" y="{_HIGH - 6}">{first}</text>'
        f'<text x="{_WIDE - 8}" y="{_HIGH - 6}" text-anchor="end">{last}</text></svg>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _peak(dates: Sequence[Entry], language: str) -> str:
    return day(dt.date.fromisoformat(max(dates, key=lambda one: float(one["drop"]))["name"]), language)
