# SPDX-License-Identifier: AGPL-3.0-or-later
"""How sure the map is cell by cell, and how far that can be trusted: probabilities, sets, dissimilarity."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.uncertainty import sampled
from terracite.landcover.uncertainty.wording import facts_of, outside
from terracite.landcover.wording import number

_SAY = {
    "fr": {
        "title": "Jusqu'où se fier à chaque cellule",
        "kept": "Si la confiance tient parole, ce qui est annoncé à 80 % est juste 80 fois sur 100. Voici ce qu'il en "
        "est sur des échantillons dont le modèle n'a rien appris.",
        "said": "Annoncé (%)", "seen": "Juste (%)", "samples": "Échantillons",
        "gap": "Écart moyen : {after} points de % ({before} avant calibration).",
        "far": "Loin des échantillons (carrés de terrain mis à part), l'écart est de {far} points de %.",
        "sets": "Pour chaque cellule, sets.tif donne les classes possibles : la vraie devrait en être {wanted} % du "
        "temps.",
        "of": "Parmi", "covered": "Vraie classe dans l'ensemble (%)", "size": "Classes par ensemble",
        "all": "les polygones mis à part", "distant": "loin des échantillons", "outside": "hors des régions",
        "map": "la carte (échantillon probabiliste de {points} points)",
        "unlike": "{share} % de la carte ne ressemble à rien de ce que le modèle a appris (dissimilarity.tif) : on ne "
        "sait rien de son exactitude là-bas.",
    },
    "en": {
        "title": "How far each cell can be trusted",
        "kept": "If the confidence keeps its word, what is stated with 80 % is right 80 times in 100. This is how it "
        "is on samples that the model learnt nothing from.",
        "said": "Stated (%)", "seen": "Right (%)", "samples": "Samples",
        "gap": "Mean gap: {after} points of % ({before} before calibration).",
        "far": "Far from the samples (squares of land kept apart) the gap is {far} points of %.",
        "sets": "For each cell, sets.tif has the possible classes: the true one should be among them {wanted} % of the "
        "time.",
        "of": "Among", "covered": "True class in the set (%)", "size": "Classes in a set",
        "all": "polygons kept apart", "distant": "far from the samples", "outside": "outside the regions",
        "map": "the map (probability sample of {points} points)",
        "unlike": "{share} % of the map is unlike anything that the model learnt from (dissimilarity.tif): nothing is "
        "known of its accuracy there.",
    },
}  # fmt: skip


def sureness(found: Outcome, language: str, _: Words) -> str:
    """Whether probabilities and sets are kept, and where the map is like nothing learnt from; "" for none."""
    say, facts = _SAY[language], facts_of(found.card)
    parts = [*_kept(facts, language, say), *_sets(found, facts, language, say)]
    if (share := outside(found.facts)) is not None:
        parts.append(paragraph(say["unlike"].format(share=number(100 * share, language))))
    return section(say["title"], "".join(parts)) if parts else ""


def _kept(facts: dict[str, Any], language: str, say: dict[str, str]) -> Iterator[str]:
    if not (about := facts.get("calibration")):
        return
    rows = [
        [_percent(one["said"], language), _percent(one["seen"], language), number(one["samples"], language, 0)]
        for one in about["curve"]
    ]
    yield paragraph(say["kept"]) + table([say["said"], say["seen"], say["samples"]], rows, say["title"])
    before, after = (_percent(about[state]["ece"], language) for state in ("before", "after"))
    yield paragraph(say["gap"].format(before=before, after=after))
    if far := facts.get("far"):
        yield paragraph(say["far"].format(far=_percent(far["ece"], language)))


def _sets(found: Outcome, facts: dict[str, Any], language: str, say: dict[str, str]) -> Iterator[str]:
    if not (about := facts.get("sets")):
        return
    entries = list(facts.get("coverage", ()))
    if "coverage" in facts.get("far", {}):
        entries.append({"of": "far", "position": -1, **facts["far"]["coverage"]})
    rows = [
        [
            escape(_among(one, found, language, say)),
            _interval(one["share"], one["half_width"], language),
            number(one["size"], language, 2),
        ]
        for one in entries
        if one["share"] is not None
    ]
    if (on_map := sampled.coverage(found)) is not None:
        share, half, points = on_map
        rows.append([escape(say["map"].format(points=points)), _interval(share, half, language), ""])
    wanted = number(100 * about["wanted"], language, 0)
    yield paragraph(say["sets"].format(wanted=wanted)) + table(
        [say["of"], say["covered"], say["size"]], rows, say["of"]
    )


def _among(one: dict[str, Any], found: Outcome, language: str, say: dict[str, str]) -> str:
    place = int(one["position"])
    if one["of"] == "class":
        return found.prepared.nomenclature.labels(language)[place]
    if one["of"] == "region":
        strata = found.prepared.strata
        return str(strata.names[place]) if strata is not None and place >= 0 else say["outside"]
    return say["distant" if one["of"] == "far" else "all"]


def _interval(share: float, half: float | None, language: str) -> str:
    spread = "" if half is None else f" ± {_percent(half, language)}"
    return f"{_percent(share, language)}{spread}"


def _percent(share: float | None, language: str) -> str:
    return number(float("nan") if share is None else 100 * share, language)
