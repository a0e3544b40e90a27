# SPDX-License-Identifier: AGPL-3.0-or-later
"""The values of one place through time, as numbers and as a drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from django.conf import settings

from terracite.raster.previewing import mercator
from terracite.raster.previewing.mercator import TILE
from terracite.raster.previewing.pack import SERIES_INDEX, SERIES_PACK, SERIES_SIDE, Pack, decoded
from terracite.repository.models import Preview
from terracite.repository.previews.maps import Layer, reader_of, real
from terracite.services.storage import storage_for

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 240, 64, 12, 16, 34


@dataclass(frozen=True, slots=True)
class Series:
    """One value a step, None where there is none."""

    steps: tuple[str, ...]
    values: tuple[float | None, ...]

    @property
    def known(self) -> tuple[tuple[int, float], ...]:
        """Place and value of the steps that have one."""
        return tuple((place, value) for place, value in enumerate(self.values) if value is not None)


def at(preview: Preview, layer: Layer, lon: float, lat: float) -> Series:
    """The values of ``layer`` at a place, at every step of the preview."""
    steps = tuple(preview.facts["steps"])
    zoom = preview.facts["zooms"][1]
    if preview.facts["space"] == "map":
        column, row = mercator.position(lon, lat, zoom)
    else:
        column, row = lon / TILE, lat / TILE
    if not steps or not (0 <= column < 2**zoom and 0 <= row < 2**zoom):
        return Series(steps, (None,) * len(steps))
    x, y = math.floor(column * TILE), math.floor(row * TILE)
    content = _block(preview, layer, x // SERIES_SIDE, y // SERIES_SIDE)
    if content is None:
        return Series(steps, (None,) * len(steps))
    values, _ = decoded(content, layer.facts["dtype_of_series"], len(steps), SERIES_SIDE)
    found = values[:, y % SERIES_SIDE, x % SERIES_SIDE].astype(np.float64).tolist()
    return Series(steps, tuple(real(layer, value) if math.isfinite(value) else None for value in found))


def svg(series: Series, unit: str) -> str:
    """A line through the values; its words say what it shows, for those who cannot see it."""
    known = series.known
    if not known:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} 40" role="img"></svg>'
    low, high = min(value for _, value in known), max(value for _, value in known)
    if low == high:
        low, high = low - 1, high + 1
    last = max(1, len(series.steps) - 1)
    wide, tall = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM

    def point(place: int, value: float) -> str:
        return f"{_LEFT + place / last * wide:.1f},{_TOP + (high - value) / (high - low) * tall:.1f}"

    lines = "".join(f'<polyline points="{" ".join(point(*one) for one in run)}"/>' for run in _runs(known))
    dots = "".join(
        '<circle cx="{}" cy="{}" r="2.5"/>'.format(*point(*one).split(",")) for one in known if len(known) <= 120
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" width="{_WIDE}" height="{_HIGH}" '
        f'role="img" aria-label="{escape(_said(series, unit))}" class="series">'
        f'<g fill="none" stroke="#7d8a84" stroke-width="1">'
        f'<path d="M{_LEFT} {_TOP}V{_HIGH - _BOTTOM}H{_WIDE - _RIGHT}"/></g>'
        f'<g fill="none" stroke="#0b7a6b" stroke-width="2">{lines}</g><g fill="#0b7a6b">{dots}</g>'
        f'<g font-family="sans-serif" font-size="13" fill="#7d8a84">{_labels(series, unit, low, high)}</g></svg>'
    )


def _runs(known: tuple[tuple[int, float], ...]) -> list[list[tuple[int, float]]]:
    """What follows each other without a gap."""
    runs: list[list[tuple[int, float]]] = []
    for place, value in known:
        if runs and runs[-1][-1][0] == place - 1:
            runs[-1].append((place, value))
        else:
            runs.append([(place, value)])
    return runs


def _labels(series: Series, unit: str, low: float, high: float) -> str:
    right, foot = _WIDE - _RIGHT, _HIGH - 10
    return "".join(
        (
            f'<text x="{_LEFT - 6}" y="{_TOP + 5}" text-anchor="end">{high:.4g}</text>',
            f'<text x="{_LEFT - 6}" y="{_HIGH - _BOTTOM}" text-anchor="end">{low:.4g}</text>',
            f'<text x="{_LEFT + 6}" y="{_TOP + 5}">{escape(unit)}</text>',
            f'<text x="{_LEFT}" y="{foot}">{escape(series.steps[0][:10])}</text>',
            f'<text x="{right}" y="{foot}" text-anchor="end">{escape(series.steps[-1][:10])}</text>',
        )
    )


def _said(series: Series, unit: str) -> str:
    values = [value for _, value in series.known]
    return f"{series.steps[0]} – {series.steps[-1]}: {min(values):.4g} – {max(values):.4g} {unit}".strip()


def _block(preview: Preview, layer: Layer, x: int, y: int) -> bytes | None:
    storage = storage_for(settings.TERRACITE)
    index = storage.read_bytes(f"{preview.prefix}/{SERIES_INDEX}")
    pack = Pack.of(index, reader_of(storage, f"{preview.prefix}/{SERIES_PACK}"))
    number: Any = layer.facts["number"]
    return pack.content(number, 0, x, y)
