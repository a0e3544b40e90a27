# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model score, which is not the accuracy of the map."""

from __future__ import annotations

from html import escape

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import interval, labels, matrix, paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.scoring import ModelScore


def score(found: Outcome, language: str, say: Words) -> str:
    """Every model score, each with its matrix; nothing without any."""
    if not found.scores:
        return ""
    every = "".join(_score(one, found, language, say) for one in found.scores)
    known = found.card.get("suspects", {})
    doubts = paragraph(say["suspects"].format(**known)) if known.get("suspected") else ""
    return section(say["score"], paragraph(say["not_independent"]) + every + doubts)


def _score(one: ModelScore, found: Outcome, language: str, say: Words) -> str:
    title = say[f"scheme_{one.scheme}"].format(runs=len(one.matrices))
    rows = [
        [escape(say["overall"]), interval(one.overall, language)],
        [escape(say["kappa"]), interval(one.kappa, language)],
    ]
    rows += [
        [f"{escape(say['f_score'])}, {label}", interval(value, language)]
        for label, value in zip(labels(found, language), one.f_scores, strict=True)
    ]
    content = f"<h3>{escape(title)}</h3>{table(['', '± 95 %'], rows)}"
    if one.untested:
        names = ", ".join(found.prepared.nomenclature.labels(language)[position] for position in one.untested)
        content += paragraph(say["untested"].format(classes=names))
    return content + matrix(one.matrix, found, language, say["score_matrix"])
