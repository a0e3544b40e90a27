# SPDX-License-Identifier: AGPL-3.0-or-later
"""The areas as bars: readable in print and without colour, since classes are told by words and estimates by shapes.

A bar is the adjusted area with its 95 % interval and a circle the mapped one; without a sample the bar is the mapped
area, hatched. Units have a panel a class, so that they are compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np

from terracite.landcover.area_tables.table import SHOWN, AreaTable, Place
from terracite.landcover.area_tables.text import say
from terracite.landcover.wording import number
from terracite.record.model import Language, Text

_ROW, _LEFT, _WIDTH, _RIGHT, _HEAD = 22, 210, 430, 110, 34
_MOST = 40  #: units that are drawn
_TITLE = Text(fr="Surfaces par classe", en="Areas per class")
_SAMPLED = Text(
    fr="Barre : surface estimée, avec son intervalle à 95 %. Cercle : surface comptée sur la carte.",
    en="Bar: adjusted area, with its 95 % interval. Circle: area counted on the map.",
)
_COUNTED = Text(
    fr="Barre hachurée : surface comptée sur la carte ; son erreur n'est pas connue.",
    en="Hatched bar: area counted on the map; its error is not known.",
)
_REFUSED = Text(fr="Hachures : estimation refusée, surface sur la carte.", en="Hatched: refused, area on the map.")


def svg(table: AreaTable, language: Language) -> str:
    """The chart as a page of its own."""
    panels = list(_panels(table, language))
    parts, top = [], 64
    for title, bars in panels:
        parts.append(f'<text x="12" y="{top + 20}" font-weight="bold">{escape(title)}</text>')
        longest = max((bar[3] for bar in bars), default=0.0) or 1.0
        for position, bar in enumerate(bars):
            parts.append(_bar(bar, top + _HEAD + position * _ROW, longest, language))
        top += _HEAD + _ROW * len(bars) + 10
    width, height = _LEFT + _WIDTH + _RIGHT, top + 10
    caption = (_SAMPLED if table.sampled else _COUNTED).best(language)
    if table.sampled and any(place.areas is None for place in table.places):
        caption += f" {_REFUSED.best(language)}"
    title = f"{_TITLE.best(language)} ({SHOWN[table.unit]})"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="13">\n'
        f"<title>{escape(title)}</title><desc>{escape(caption)}</desc>\n"
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0V6" stroke="#444" stroke-width="1.6"/></pattern></defs>\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        f'<text x="12" y="26" font-size="17" font-weight="bold">{escape(title)}</text>\n'
        f'<text x="12" y="48" fill="#333">{escape(caption)}</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )


#: label, mapped, (adjusted, low, high), greatest value
Bar = tuple[str, float, tuple[float, float, float], float]


def _panels(table: AreaTable, language: Language) -> Iterator[tuple[str, list[Bar]]]:
    whole = [_values(table, table.whole, k, one.label.best(language)) for k, one in enumerate(table.classes)]
    yield say("whole", language), whole
    if 0 < len(table.units) <= _MOST:
        for position, one in enumerate(table.classes):
            yield one.label.best(language), [_values(table, place, position, place.name) for place in table.units]


def _values(table: AreaTable, place: Place, position: int, label: str) -> Bar:
    mapped, interval = table.in_unit(place.mapped_ha[position]), table.interval(place, position)
    return label, mapped, interval, float(np.nanmax([mapped, *interval]))


def _bar(bar: Bar, top: float, longest: float, language: Language) -> str:
    label, mapped, (value, low, high), _ = bar
    middle, scale = top + _ROW / 2, _WIDTH / longest
    short = label if len(label) <= 30 else label[:29] + "…"
    text = f'<text x="{_LEFT - 8}" y="{middle + 4:.1f}" text-anchor="end">{escape(short)}</text>'
    if np.isnan(value):
        long = mapped * scale
        return (
            f'{text}<rect x="{_LEFT}" y="{top + 3:.1f}" width="{long:.1f}" height="{_ROW - 7}" fill="url(#hatch)" '
            f'stroke="#444"/>{_figure(number(mapped, language), long, middle)}'
        )
    at, first, last = (_LEFT + part * scale for part in (mapped, low, high))
    return (
        f'{text}<rect x="{_LEFT}" y="{top + 3:.1f}" width="{value * scale:.1f}" height="{_ROW - 7}" fill="#b9c4c9" '
        f'stroke="#444"/><path d="M{first:.1f} {middle}H{last:.1f}M{first:.1f} {middle - 5}v10M{last:.1f} '
        f'{middle - 5}v10" stroke="#000" stroke-width="1.6" fill="none"/>'
        f'<circle cx="{at:.1f}" cy="{middle}" r="4" fill="#fff" fill-opacity="0.6" stroke="#000" stroke-width="1.4"/>'
        + _figure(number(value, language), max(last, at) - _LEFT, middle)
    )


def _figure(text: str, long: float, middle: float) -> str:
    return f'<text x="{_LEFT + long + 8:.1f}" y="{middle + 4:.1f}" fill="#333">{escape(text)}</text>'
