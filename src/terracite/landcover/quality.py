# SPDX-License-Identifier: AGPL-3.0-or-later
"""How right a map is, as the quality measures of its record: each with its interval, and how it was found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from terracite.landcover import products, wording
from terracite.landcover.accuracy import Interval
from terracite.landcover.estimation import Estimate, MapAccuracy
from terracite.landcover.outcome import Outcome
from terracite.landcover.scoring import ModelScore, gap
from terracite.landcover.uncertainty import wording as doubts
from terracite.record.model import Quality, Text

_DESIGNS = {
    "stratified by map class": Text(
        fr="tirage stratifié par les classes de la carte (Olofsson et al. 2014)",
        en="stratified by the classes of the map (Olofsson et al. 2014)",
    ),
    "stratified": Text(fr="tirage stratifié (Stehman 2014)", en="stratified (Stehman 2014)"),
    "simple random": Text(fr="tirage aléatoire simple (Stehman 2014)", en="simple random (Stehman 2014)"),
    "cluster": Text(fr="tirage par grappes (Stehman 1997)", en="drawn by clusters (Stehman 1997)"),
    "two-stage": Text(fr="tirage à deux degrés (Särndal et al. 1992)", en="two-stage (Särndal et al. 1992)"),
}
_OVERALL = Text(fr="Exactitude globale de la carte", en="Overall accuracy of the map")
_BY_CLASS = {
    "users": Text(fr="Exactitude pour l'utilisateur : {name}", en="User's accuracy: {name}"),
    "producers": Text(fr="Exactitude pour le producteur : {name}", en="Producer's accuracy: {name}"),
    "areas": Text(fr="Surface estimée : {name}", en="Estimated area: {name}"),
}


def quality(found: Outcome) -> Iterator[Quality]:
    """Map accuracy and areas from a probability sample first, then the model scores, then what confidence is worth."""
    if found.accuracy is not None:
        yield from _judged(found, found.accuracy)
    far = gap(found.scores)
    for score in found.scores:
        yield _scored(score, warned=far is not None and far[1] is score)
    yield from doubts.quality(found)


def _judged(found: Outcome, judged: MapAccuracy) -> Iterator[Quality]:
    note = design(found, judged)
    yield _measure(_OVERALL, judged.overall, note)
    pairs = chain.from_iterable(
        ((kind, position, item) for position, item in enumerate(found.prepared.nomenclature.classes))
        for kind in _BY_CLASS
    )
    for kind, position, item in pairs:
        estimate: Estimate = getattr(judged, kind).part(position)
        if np.isfinite(estimate.value):
            said = _BY_CLASS[kind]
            name = Text(fr=said.fr.format(name=item.label.best("fr")), en=said.en.format(name=item.label.best("en")))
            yield _measure(name, estimate, note, "ha" if kind == "areas" else "1")


def design(found: Outcome, judged: MapAccuracy) -> Text:
    """How the points were drawn, how many, who looked at them, and by which estimator."""
    points = found.judgement.points if found.judgement is not None else 0
    part, drawn = found.prepared.recipe.validation.sample, _DESIGNS[judged.method]
    who = part.interpreted_by if part is not None else ""
    return Text(
        fr=f"Estimée par un échantillon probabiliste de {points} points, intervalle à 95 % ; {drawn.fr}"
        + (f" ; points interprétés par {who}." if who else "."),
        en=f"Estimated from a probability sample of {points} points, 95 % interval; {drawn.en}"
        + (f"; points interpreted by {who}." if who else "."),
    )


def _measure(name: Text, estimate: Estimate, note: Text, unit: str = "1") -> Quality:
    digits = 4 if unit == "1" else 2
    value, low, high = (round(float(one), digits) for one in (estimate.value, estimate.low, estimate.high))
    return Quality(name=name, value=value, low=low, high=high, unit=unit, note=note, report=products.REPORT)


def _scored(score: ModelScore, *, warned: bool) -> Quality:
    mean = score.overall
    low, high = _ends(mean)
    note = Text(fr=f"Moyenne de {mean.runs} essais, intervalle à 95 %.", en=f"Mean of {mean.runs} runs, 95 % interval.")
    if score.block_degrees:
        note = Text(
            fr=f"{note.fr} Carrés de {wording.number(score.block_degrees, 'fr', 3)}°.",
            en=f"{note.en} Squares of {wording.number(score.block_degrees, 'en', 3)}°.",
        )
    if warned:
        note = Text(
            fr=f"{note.fr} C'est ce qu'il faut attendre là où aucun échantillon n'est proche.",
            en=f"{note.en} It is what to expect where there are no samples nearby.",
        )
    return Quality(
        name=wording.score_name(score), value=round(mean.mean, 4), low=low, high=high, note=note, report=products.REPORT
    )


def _ends(mean: Interval) -> tuple[float | None, float | None]:
    if not np.isfinite(mean.half_width):
        return None, None
    return round(max(mean.low, 0.0), 4), round(min(mean.high, 1.0), 4)
