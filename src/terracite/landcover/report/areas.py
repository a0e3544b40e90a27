# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas: as mapped, and as a probability sample estimates them, side by side, as a table and as bars."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.estimation import MapAccuracy
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import labels, paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number
from terracite.record.model import MapClass

_ROW, _LEFT, _WIDTH = 38, 170, 540  #: of the bars, in pixels of the drawing


def areas(found: Outcome, language: str, say: Words) -> str:
    """Areas per class: estimated with their interval where there is a sample, and as mapped."""
    return section(say["areas"], _content(found, language, say))


def _content(found: Outcome, language: str, say: Words) -> str:
    mapped = found.facts.areas_ha
    if found.accuracy is not None:
        content = table(*_estimated(found, found.accuracy, language, say), say["areas"])
        drawn = _bars(found, found.accuracy, language, say)
        return paragraph(say["areas_estimated"]) + content + drawn
    if mapped is None:
        return paragraph(say["areas_none"])
    whole = max(float(mapped.sum()), 1e-9)
    rows = [
        [label, number(area, language), number(100 * area / whole, language)]
        for label, area in zip(labels(found, language), mapped.tolist(), strict=True)
    ]
    rows.append([escape(say["total"]), number(float(mapped.sum()), language), number(100, language)])
    columns = [say[key] for key in ("class", "mapped", "share")]
    return paragraph(say["areas_mapped"]) + table(columns, rows, say["areas"])


def _estimated(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> tuple[list[str], list[list[str]]]:
    columns = [say[key] for key in ("class", "estimated", "interval", "share", "mapped")]
    mapped, estimate = found.facts.areas_ha, judged.areas
    rows = []
    for place, label in enumerate(labels(found, language)):
        value, low, high = (float(one[place]) for one in (estimate.value, estimate.low, estimate.high))
        between = escape(say["between"].format(low=number(low, language), high=number(high, language)))
        share = number(100 * value / judged.total_area, language)
        counted = "–" if mapped is None else number(float(mapped[place]), language)
        rows.append([label, f"<b>{number(value, language)}</b>", between, share, counted])
    whole = "–" if mapped is None else number(float(mapped.sum()), language)
    rows.append([escape(say["total"]), number(judged.total_area, language), "", number(100, language), whole])
    return columns, rows


def _bars(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> str:
    """For each class its estimated area with the interval, and under it the mapped one: an SVG drawing."""
    estimate, mapped = judged.areas, found.facts.areas_ha
    tops = [estimate.high, np.zeros(1) if mapped is None else mapped]
    scale = _WIDTH / max(float(np.nanmax(one)) for one in tops)
    parts = []
    for place, item in enumerate(found.prepared.nomenclature.classes):
        ends = np.array([estimate.value[place], estimate.low[place], estimate.high[place]], np.float64) * scale
        counted = None if mapped is None else float(mapped[place]) * scale
        parts.append(_bar(item, language, place * _ROW, ends, counted))
    total, caption = _ROW * len(found.prepared.nomenclature), escape(say["bars"], quote=True)
    return (
        f'<figure><div class="scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<svg class="bars" viewBox="0 0 {_LEFT + _WIDTH + 20} {total}" role="img" aria-label="{caption}" '
        f'font-size="14" font-family="inherit">{"".join(parts)}</svg></div><figcaption>{caption}</figcaption></figure>'
    )


def _bar(item: MapClass, language: str, top: int, ends: NDArray[np.float64], mapped: float | None) -> str:
    long, low, high = np.nan_to_num(ends)
    label = escape(_short(item.label.best(language), 22))
    middle = top + 12
    counted = "" if mapped is None else (
        f'<rect x="{_LEFT}" y="{top + 22}" width="{mapped:.1f}" height="8" fill="none" stroke="currentColor"/>'
    )  # fmt: skip
    return (
        f'<text x="{_LEFT - 8}" y="{top + 20}" text-anchor="end" fill="currentColor">{label}</text>'
        f'<rect x="{_LEFT}" y="{top + 5}" width="{long:.1f}" height="14" fill="{item.colour}" stroke="#0006"/>{counted}'
        f'<path d="M{_LEFT + low:.1f} {middle}H{_LEFT + high:.1f}M{_LEFT + low:.1f} {middle - 6}v12'
        f'M{_LEFT + high:.1f} {middle - 6}v12" stroke="#fff" stroke-width="4" fill="none"/>'
        f'<path d="M{_LEFT + low:.1f} {middle}H{_LEFT + high:.1f}M{_LEFT + low:.1f} {middle - 6}v12'
        f'M{_LEFT + high:.1f} {middle - 6}v12" stroke="#1d2a26" stroke-width="2" fill="none"/>'
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
