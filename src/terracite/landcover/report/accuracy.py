# SPDX-License-Identifier: AGPL-3.0-or-later
"""How right the map is, from a probability sample."""

from __future__ import annotations

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import bullets, matrix, paragraph, section
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
    """The matrix of the probability sample, or why it was refused; nothing without a sample."""
    judgement = found.judgement
    if judgement is None:
        return ""
    if judgement.agreement is not None:
        share = number(100 * judgement.agreement.overall, language)
        return section(say["accuracy"], paragraph(say["not_by_chance"].format(share=share, count=judgement.points)))
    if judgement.accuracy is None:
        refusal = bullets([str(problem) for problem in judgement.refusal])
        return section(say["accuracy"], paragraph(say["refused"]) + refusal)
    parts = [paragraph(say[_DESIGNS[judgement.accuracy.method]])]
    if judgement.unmapped_points:
        told = "unmapped_out" if judgement.accuracy.method == "stratified by map class" else "unmapped"
        parts.append(paragraph(say[told].format(count=judgement.unmapped_points)))
    parts.append(matrix(judgement.accuracy.counts, found, language, say["counts"]))
    return section(say["accuracy"], "".join(parts))
