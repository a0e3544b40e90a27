# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas: as mapped, and as a probability sample estimates them, as a table and as bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from terracite.landcover.estimation import MapAccuracy
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import labels, paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number
from terracite.record.model import MapClass


def areas(found: Outcome, language: str, say: Words) -> str:
    """Areas per class: estimated with their interval where there is a sample, and as mapped."""
    return section(say["areas"], _content(found, language, say))


def _content(found: Outcome, language: str, say: Words) -> str:
    if found.accuracy is not None:
        content = table(*_estimated(found, found.accuracy, language, say))
        return paragraph(say["areas_estimated"]) + content + _bars(found, found.accuracy, language, say)
    if found.facts.areas_ha is None:
        return paragraph(say["areas_none"])
    mapped = found.facts.areas_ha
    rows = [[label, number(area, language)] for label, area in zip(labels(found, language), mapped, strict=True)]
    rows.append([escape(say["total"]), number(float(mapped.sum()), language)])
    return paragraph(say["areas_mapped"]) + table([say["class"], say["mapped"]], rows)


def _estimated(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> tuple[list[str], list[list[str]]]:
    columns = [say[key] for key in ("class", "mapped", "estimated", "interval", "users", "producers")]
    mapped = found.facts.areas_ha
    rows = []
    for position, label in enumerate(labels(found, language)):
        cells = ["–" if mapped is None else number(float(mapped[position]), language)]
        cells.append(number(float(judged.areas.value[position]), language))
        cells.append(number(float(judged.areas.half_width[position]), language))
        for estimate in (judged.users, judged.producers):
            value, half = 100 * estimate.value[position], 100 * estimate.half_width[position]
            cells.append(f"{number(value, language)} ± {number(half, language)}")
        rows.append([label, *cells])
    whole = "–" if mapped is None else number(float(mapped.sum()), language)
    rows.append([escape(say["total"]), whole, number(judged.total_area, language), "", "", ""])
    return columns, rows


def _bars(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> str:
    """Estimated areas as bars with their interval, the mapped area as a circle: an SVG drawing."""
    values, halves = judged.areas.value, judged.areas.half_width
    mapped_areas = np.zeros(1) if found.facts.areas_ha is None else found.facts.areas_ha
    longest = float(max(np.nanmax(values + halves), mapped_areas.max()))
    height, left, width = 26, 170, 560
    parts = []
    for position, item in enumerate(found.prepared.nomenclature.classes):
        mapped = None if found.facts.areas_ha is None else float(found.facts.areas_ha[position])
        scaled = [width * float(value) / longest for value in (values[position], halves[position])]
        parts.append(_bar(item, language, position * height, left, scaled, mapped and width * mapped / longest))
    total = height * len(found.prepared.nomenclature)
    caption = escape(say["bars"])
    return (
        f'<figure><svg viewBox="0 0 {left + width + 20} {total}" width="{left + width + 20}" role="img" '
        f'aria-label="{caption}" font-size="13" font-family="inherit">{"".join(parts)}</svg>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _bar(item: MapClass, language: str, top: int, left: int, scaled: Sequence[float], mapped: float | None) -> str:
    long, half = scaled
    middle, low, high = top + 12, left + max(long - half, 0), left + long + half
    label = escape(_short(item.label.best(language), 22))
    at = left + (mapped or 0)
    circle = f'<circle cx="{at:.1f}" cy="{middle}" r="4.5" fill="none" stroke="#1d2a26" stroke-width="1.5"/>'
    return (
        f'<text x="{left - 8}" y="{middle + 4}" text-anchor="end" fill="currentColor">{label}</text>'
        f'<rect x="{left}" y="{top + 4}" width="{max(long, 0):.1f}" height="16" fill="{item.colour}" stroke="#0004"/>'
        f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5}v10M{high:.1f} {middle - 5}v10" '
        f'stroke="#1d2a26" stroke-width="1.5"/>' + (circle if mapped is not None else "")
    )


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
