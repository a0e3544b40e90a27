# SPDX-License-Identifier: AGPL-3.0-or-later
"""The figures of how right the map is, from a probability sample."""

from __future__ import annotations

from html import escape

from terracite.landcover.estimation import Estimate, MapAccuracy
from terracite.landcover.outcome import Judgement, Outcome
from terracite.landcover.recipe.french import told
from terracite.landcover.report.html import bullets, labels, matrix, paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number

_DESIGNS = {
    "stratified by map class": "design_map",
    "stratified": "design_strata",
    "simple random": "design_random",
    "cluster": "design_cluster",
    "two-stage": "design_two_stage",
}


def accuracy(found: Outcome, language: str, say: Words) -> str:
    """The accuracies and matrices of the probability sample, or why it was refused; nothing without a sample."""
    judgement = found.judgement
    if judgement is None:
        return ""
    if judgement.agreement is not None:
        share = number(100 * judgement.agreement.overall, language)
        return section(say["accuracy"], paragraph(say["not_by_chance"].format(share=share, count=judgement.points)))
    if judgement.accuracy is None:
        refusal = bullets([told(str(problem), "fr" if language == "fr" else "en") for problem in judgement.refusal])
        return section(say["accuracy"], paragraph(say["refused"]) + refusal)
    judged = judgement.accuracy
    parts = [
        paragraph(_design(found, judgement, judged, say)),
        _by_class(found, judged, language, say),
        matrix(100 * judged.matrix, found, language, say["shares"], digits=1),
        matrix(judged.counts, found, language, say["counts"]),
    ]
    return section(say["accuracy"], "".join(parts))


def _design(found: Outcome, judgement: Judgement, judged: MapAccuracy, say: Words) -> str:
    """How the points were drawn, how many, who looked at them; what became of those outside the map."""
    part = found.prepared.recipe.validation.sample
    texts = [say["points"].format(count=judgement.points), say[_DESIGNS[judged.method]]]
    if part is not None and part.interpreted_by:
        texts.append(say["interpreted"].format(who=part.interpreted_by))
    if judgement.unmapped_points:
        told = "unmapped_out" if judged.method == "stratified by map class" else "unmapped"
        texts.append(say[told].format(count=judgement.unmapped_points))
    return " ".join(texts)


def _by_class(found: Outcome, judged: MapAccuracy, language: str, say: Words) -> str:
    rows = [
        [label, *(percent(estimate.part(place), language, say) for estimate in (judged.users, judged.producers))]
        for place, label in enumerate(labels(found, language))
    ]
    rows.append([escape(say["overall"]), percent(judged.overall, language, say), ""])
    columns = [say["class"], say["users"], say["producers"]]
    return table(columns, rows, say["accuracy"]) + paragraph(say["read_2"], ' class="soft"')


def percent(estimate: Estimate, language: str, say: Words) -> str:
    """ "86.2 (81.0 to 91.3)", in percent with its 95 % interval"""
    value, low, high = (number(100 * float(one), language) for one in (estimate.value, estimate.low, estimate.high))
    return escape(say["of_100_range"].format(value=value, low=low, high=high))
