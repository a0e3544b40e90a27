# SPDX-License-Identifier: AGPL-3.0-or-later
"""How right the map is, in words that need no statistics."""

from __future__ import annotations

from html import escape

import numpy as np

from terracite.landcover import wording
from terracite.landcover.estimation import Estimate, MapAccuracy
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import bullets, paragraph, section
from terracite.landcover.report.words import Words
from terracite.landcover.scoring import gap
from terracite.landcover.wording import number


def right(found: Outcome, language: str, say: Words) -> str:
    """Of 100 places, how many are mapped right; or that nobody knows, and what to do about it."""
    if found.accuracy is None:
        texts = [wording.worth(found).best(language), say["unknown"]]
        content = paragraph(" ".join(texts), ' class="notice"')
    else:
        content = _known(found, found.accuracy, language, say)
    return section(say["right"], content + _travel(found, language, say))


def _known(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> str:
    overall = of_100(judged.overall, language, say)
    lead = f'<p class="lead">{escape(say["of_100"].format(of_100=overall))}</p>'
    names = found.prepared.nomenclature.labels(language)
    lines = []
    for key, estimate, best in (
        ("surest", judged.users, True), ("least_sure", judged.users, False), ("missed", judged.producers, False),
    ):  # fmt: skip
        place = _extreme(estimate, best)
        if place is not None and (key != "surest" or _extreme(estimate, False) != place):
            lines.append(say[key].format(name=names[place], of_100=of_100(estimate.part(place), language, say)))
    told = paragraph(wording.worth(found).best(language) + " " + say["bounds"], ' class="soft"')
    return f'<div class="beside">{_hundred(judged.overall, say)}<div>{lead}{bullets(lines)}{told}</div></div>'


def _travel(found: Outcome, language: str, say: Words) -> str:
    """The warning that the map is worse where there are no samples."""
    apart = gap(found.scores)
    if apart is None:
        return ""
    near, far = (number(100 * one.overall.mean, language, 0) for one in apart)
    return paragraph(say["travel"].format(near=near, far=far), ' class="notice"')


def of_100(estimate: Estimate, language: str, say: Words) -> str:
    """ "86 (81 to 91)" """
    value, low, high = (number(100 * float(one), language, 0) for one in (estimate.value, estimate.low, estimate.high))
    return say["of_100_range"].format(value=value, low=low, high=high)


def _extreme(estimate: Estimate, best: bool) -> int | None:
    values = estimate.value
    if not np.isfinite(values).any():
        return None
    return int(np.nanargmax(values) if best else np.nanargmin(values))


def _hundred(overall: Estimate, say: Words) -> str:
    """A hundred squares: as many are dark as are surely right, paler those that may be."""
    low, high = (round(100 * float(value)) for value in (overall.low, overall.high))
    squares = []
    for number_ in range(100):
        kind = "sure" if number_ < low else "may" if number_ < high else "not"
        x, y = number_ % 10 * 11, number_ // 10 * 11
        squares.append(f'<rect class="{kind}" x="{x + 0.5}" y="{y + 0.5}" width="9" height="9"/>')
    told = escape(say["hundred"].format(low=low, high=high), quote=True)
    return (
        f'<figure class="hundred"><svg viewBox="0 0 110 110" role="img" aria-label="{told}">{"".join(squares)}</svg>'
        f"<figcaption>{told}</figcaption></figure>"
    )
