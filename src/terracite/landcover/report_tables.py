# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables and bars of the report, in one language at a time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.landcover.accuracy import Interval
from terracite.landcover.estimation import MapAccuracy
from terracite.landcover.outcome import Outcome
from terracite.landcover.scoring import ModelScore
from terracite.landcover.wording import number
from terracite.record.model import MapClass

Words = dict[str, str]
_DESIGNS = {
    "stratified by map class": "design_map",
    "stratified": "design_strata",
    "simple random": "design_random",
}


def areas(found: Outcome, language: str, say: Words) -> str:
    """Areas per class: estimated with their interval where there is a sample, and as mapped."""
    if found.accuracy is not None:
        table = _table(*_estimated(found, found.accuracy, language, say))
        return f"<p>{escape(say['areas_estimated'])}</p>{table}{_bars(found, found.accuracy, language, say)}"
    if found.facts.areas_ha is None:
        return f"<p>{escape(say['areas_none'])}</p>"
    mapped = found.facts.areas_ha
    labels = _labels(found, language)
    rows = [[label, number(area, language)] for label, area in zip(labels, mapped, strict=True)]
    rows.append([escape(say["total"]), number(float(mapped.sum()), language)])
    return f"<p>{escape(say['areas_mapped'])}</p>{_table([say['class'], say['mapped']], rows)}"


def accuracy(found: Outcome, language: str, say: Words) -> str:
    """The matrix of the probability sample, or why it was refused."""
    judgement = found.judgement
    if judgement is None:
        return ""
    if judgement.accuracy is None:
        reasons = "".join(f"<li>{escape(str(problem))}</li>" for problem in judgement.refusal)
        return f"<p>{escape(say['refused'])}</p><ul>{reasons}</ul>"
    parts = [f"<p>{escape(say[_DESIGNS[judgement.accuracy.method]])}</p>"]
    if judgement.unmapped_points:
        words = "unmapped_out" if judgement.accuracy.method == "stratified by map class" else "unmapped"
        parts.append(f"<p>{escape(say[words].format(count=judgement.unmapped_points))}</p>")
    parts.append(_matrix(judgement.accuracy.counts, found, language, say["counts"]))
    return "".join(parts)


def model(found: Outcome, language: str, say: Words) -> str:
    """Every model score, each with its matrix."""
    scores = "".join(_score(score, found, language, say) for score in found.scores)
    known = found.card.get("suspects", {})
    doubts = f"<p>{escape(say['suspects'].format(**known))}</p>" if known.get("suspected") else ""
    return f"<p>{escape(say['not_independent'])}</p>{scores}{doubts}"


def _score(score: ModelScore, found: Outcome, language: str, say: Words) -> str:
    title = say[f"scheme_{score.scheme}"].format(runs=len(score.matrices))
    rows = [
        [escape(say["overall"]), _interval(score.overall, language)],
        [escape(say["kappa"]), _interval(score.kappa, language)],
    ]
    rows += [
        [f"{escape(say['f_score'])}, {label}", _interval(value, language)]
        for label, value in zip(_labels(found, language), score.f_scores, strict=True)
    ]
    content = f"<h3>{escape(title)}</h3>{_table(['', '± 95 %'], rows)}"
    if score.untested:
        names = ", ".join(found.prepared.nomenclature.labels(language)[position] for position in score.untested)
        content += f"<p>{escape(say['untested'].format(classes=names))}</p>"
    return content + _matrix(score.matrix, found, language, say["score_matrix"])


def _estimated(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> tuple[list[str], list[list[str]]]:
    columns = [say[key] for key in ("class", "mapped", "estimated", "interval", "users", "producers")]
    mapped = found.facts.areas_ha
    rows = []
    for position, label in enumerate(_labels(found, language)):
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


def _matrix(counts: ArrayLike, found: Outcome, language: str, caption: str) -> str:
    values: NDArray[np.int64] = np.asarray(counts)
    labels = [escape(label) for label in found.prepared.nomenclature.labels(language)]
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    body = ""
    for row, label in enumerate(labels):
        cells = "".join(
            f"<td{_shade(row == column, value)}>{number(float(value), language, 0)}</td>"
            for column, value in enumerate(values[row].tolist())
        )
        body += f'<tr><th scope="row">{label}</th>{cells}</tr>\n'
    told = escape(caption)
    return (
        f'<p class="soft">{told}</p><div class="scroll"><table class="matrix" aria-label="{told}">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>\n{body}</tbody></table></div>"
    )


def _shade(right: bool, value: int) -> str:
    return ' class="right"' if right else ' class="wrong"' if value else ""


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; ``columns`` are plain text, the cells of ``rows`` are HTML, the first one a heading."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>\n"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _labels(found: Outcome, language: str) -> list[str]:
    """The name of each class with its colour, as HTML."""
    return [
        f'<span class="swatch" style="background:{item.colour}"></span>{escape(item.label.best(language))}'
        for item in found.prepared.nomenclature.classes
    ]


def _interval(value: Interval, language: str) -> str:
    mean = number(value.mean, language, 3)
    return mean if np.isnan(value.half_width) else f"{mean} ± {number(value.half_width, language, 3)}"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
