# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model score, which is not the accuracy of the map, and what the model rests on."""

from __future__ import annotations

from html import escape

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import interval, labels, matrix, paragraph, section, table
from terracite.landcover.report.importance import importance
from terracite.landcover.report.words import Words
from terracite.landcover.scoring import ModelScore, gap
from terracite.landcover.wording import number


def score(found: Outcome, language: str, say: Words) -> str:
    """Every model score side by side, each with its matrix; nothing without any."""
    if not found.scores:
        return ""
    parts = [paragraph(say["not_independent"], ' class="notice"'), _schemes(found, language, say)]
    parts.append(_overall(found, language, say))
    if apart := gap(found.scores):
        parts.append(paragraph(_warning(apart, found, language, say), ' class="notice"'))
    parts += [_by_class(found, language, say), *(_matrix(one, found, language, say) for one in found.scores)]
    known = found.card.get("suspects", {})
    if known.get("suspected"):
        parts.append(paragraph(say["suspects"].format(**known)))
    parts.append(importance(found, language, say))
    return section(say["score"], "".join(parts))


def _schemes(found: Outcome, language: str, say: Words) -> str:
    """What each score asks."""
    items = []
    for one in found.scores:
        side = say["block_side"].format(degrees=number(one.block_degrees, language, 3), km=_km(one, language))
        told = say[f"scheme_{one.scheme}"].format(runs=len(one.matrices))
        items.append(f"<li>{escape(told)}{escape(side) if one.block_degrees else ''}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _km(one: ModelScore, language: str) -> str:
    return number(one.block_degrees * 111.2, language, 0 if one.block_degrees >= 0.1 else 1)


def _overall(found: Outcome, language: str, say: Words) -> str:
    rows = [
        [escape(say["overall"]), *(interval(one.overall, language) for one in found.scores)],
        [escape(say["kappa"]), *(interval(one.kappa, language) for one in found.scores)],
    ]
    return table(["", *_names(found, say)], rows, say["score"]) + paragraph(say["freedom"], ' class="soft"')


def _by_class(found: Outcome, language: str, say: Words) -> str:
    columns = [say["class"]]
    kinds = (("users_short", "users"), ("producers_short", "producers"), ("f_score", "f_scores"))
    columns += [f"{say[key]}, {name}" for key, _ in kinds for name in _names(found, say)]
    rows = [
        [label, *(interval(getattr(one, name)[place], language) for _, name in kinds for one in found.scores)]
        for place, label in enumerate(labels(found, language))
    ]
    return table(columns, rows, say["score_classes"])


def _matrix(one: ModelScore, found: Outcome, language: str, say: Words) -> str:
    content = f"<h3>{escape(say[f'name_{one.scheme}'])}</h3>"
    if one.untested:
        content += paragraph(say["untested"].format(classes=_listed(one.untested, found, language)))
    return content + matrix(one.matrix, found, language, say["score_matrix"])


def _names(found: Outcome, say: Words) -> list[str]:
    return [say[f"name_{one.scheme}"] for one in found.scores]


def _warning(apart: tuple[ModelScore, ModelScore], found: Outcome, language: str, say: Words) -> str:
    near, far = (number(100 * one.overall.mean, language, 0) for one in apart)
    text = say["travel"].format(near=near, far=far)
    if apart[1].unknown:
        rest = number(100 * apart[1].overall_of_known.mean, language, 0)
        text += " " + say["one_place"].format(classes=_listed(apart[1].unknown, found, language), rest=rest)
    return text


def _listed(places: tuple[int, ...], found: Outcome, language: str) -> str:
    names = found.prepared.nomenclature.labels(language)
    return ", ".join(names[place] for place in places)
