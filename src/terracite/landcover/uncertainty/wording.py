# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of confidence, sets and dissimilarity, in French and English, in files, records and on the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from terracite.errors import Problem, Severity
from terracite.landcover.uncertainty import sampled
from terracite.record.model import Quality, Text

if TYPE_CHECKING:
    from terracite.landcover.outcome import MapFacts, Outcome
    from terracite.landcover.uncertainty.dissimilarity import Dissimilarity

_MUCH = 0.1  #: of a map outside the area of applicability, above which a run warns
_HELD = {
    "polygon": Text(fr="polygones de référence mis à part", en="reference polygons kept apart"),
    "block": Text(fr="carrés de terrain mis à part", en="squares of land kept apart"),
    "random": Text(fr="échantillons mis à part", en="samples kept apart"),
}


def facts_of(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the card of a model says of its doubts."""
    found: dict[str, Any] = card.get("uncertainty", {})
    return found


def is_calibrated(found: Outcome) -> bool:
    """Whether confidence and shares are probabilities."""
    return "calibration" in facts_of(found.card)


def confidence(found: Outcome) -> Text:
    """What confidence.tif holds, and what it does not say."""
    if not is_calibrated(found):
        return Text(
            fr="Confiance : part des voix du classifieur pour la classe, en % (ce n'est pas une probabilité).",
            en="Confidence: share of the classifier's votes for the class, in % (not a probability).",
        )
    changed = _changed(found)
    held = _HELD[facts_of(found.card)["held_back"]]
    return Text(
        fr=f"Confiance : probabilité que la classe soit juste, en %, calibrée sur des {held.fr}{changed.fr} ; elle "
        "vaut là où le sol ressemble à la référence.",
        en=f"Confidence: probability that the class is right, in %, calibrated on {held.en}{changed.en}; it holds "
        "where the ground is like the reference.",
    )


def legend(found: Outcome) -> Text:
    """What the colours of the confidence mean, in a few words."""
    if is_calibrated(found):
        fr, en = "Confiance : probabilité que la classe soit juste (%)", "Confidence: probability of being right (%)"
    else:
        fr, en = "Confiance : part des voix pour la classe (%)", "Confidence: share of the votes for the class (%)"
    return Text(fr=fr, en=en)


def _changed(found: Outcome) -> Text:
    """What came after calibration, and was not checked."""
    fr, en = [], []
    if found.prepared.recipe.priors is not None:
        fr.append("des connaissances antérieures")
        en.append("prior knowledge")
    if found.prepared.recipe.output.smooth is not None:
        fr.append("du lissage")
        en.append("smoothing")
    if not en:
        return Text()
    return Text(
        fr=f", puis changée par l'effet {' et '.join(fr)}, ce qui n'a pas été vérifié",
        en=f", then changed by {' and '.join(en)}, which was not checked",
    )


def step(found: Outcome) -> Text:
    """What was done, for the lineage; nothing where shares are as the model gave them."""
    facts = facts_of(found.card)
    if "calibration" not in facts:
        return Text()
    about, held = facts["calibration"], _HELD[facts["held_back"]]
    kinds = {
        "none": Text(fr="sans correction utile", en="no correction was needed"),
        "temperature": Text(fr="par température (Guo et al. 2017)", en="by temperature (Guo et al. 2017)"),
        "vector": Text(fr="par classe (Kull et al. 2019)", en="class by class (Kull et al. 2019)"),
    }
    kind = kinds[about["method"]]
    before, after = (100 * (about[state]["ece"] or 0) for state in ("before", "after"))
    return Text(
        fr=f"Calibration des parts des classes en probabilités, {kind.fr}, apprise et vérifiée sur des {held.fr} : "
        f"écart moyen entre probabilité et fréquence de {before:.1f} points de % avant, {after:.1f} après.",
        en=f"Calibration of the shares of the classes into probabilities, {kind.en}, learnt and checked on {held.en}: "
        f"mean gap between probability and frequency {before:.1f} points of % before, {after:.1f} after.",
    )


def quality(found: Outcome) -> Iterator[Quality]:
    """The measures of a record: gap of the probabilities, coverage of the sets, share of the map that is applicable."""
    facts = facts_of(found.card)
    if "calibration" in facts:
        yield Quality(
            name=Text(
                fr="Écart moyen entre probabilité annoncée et fréquence observée (calibration)",
                en="Mean gap between stated probability and observed frequency (calibration)",
            ),
            value=round(facts["calibration"]["after"]["ece"] or 0.0, 4),
            note=_kept_apart(facts),
        )
    covered = next((one for one in facts.get("coverage", ()) if one["of"] == "all"), None)
    if covered is not None and covered["by_group"] is not None:
        wanted = f"{100 * facts['sets']['wanted']:g}"
        yield Quality(
            name=Text(
                fr=f"Part des polygones dont la vraie classe est dans l'ensemble prédit ({wanted} % voulus)",
                en=f"Share of polygons whose true class is in the predicted set ({wanted} % wanted)",
            ),
            value=round(covered["by_group"], 4),
            note=_kept_apart(facts),
        )
    if (on_map := sampled.coverage(found)) is not None:
        value, half, points = on_map
        wanted = f"{100 * facts['sets']['wanted']:g}"
        yield Quality(
            name=Text(
                fr=f"Part de la surface cartée dont la vraie classe est dans l'ensemble prédit ({wanted} % voulus)",
                en=f"Share of the mapped area whose true class is in the predicted set ({wanted} % wanted)",
            ),
            value=round(value, 4),
            low=round(max(value - half, 0), 4),
            high=round(min(value + half, 1), 4),
            note=Text(
                fr=f"Estimée par l'échantillon probabiliste ({points} points), intervalle à 95 %.",
                en=f"Estimated from the probability sample ({points} points), 95 % interval.",
            ),
        )
    if (share := outside(found.facts)) is not None:
        yield Quality(
            name=Text(
                fr="Part de la carte hors du domaine d'application du modèle",
                en="Share of the map outside the area of applicability of the model",
            ),
            value=round(share, 4),
            note=Text(
                fr="Indice de dissemblance au-delà de sa limite (Meyer et Pebesma 2021).",
                en="Dissimilarity index above its limit (Meyer and Pebesma 2021).",
            ),
        )


def _kept_apart(facts: Mapping[str, Any]) -> Text:
    held, groups = _HELD[facts["held_back"]], facts["groups"]
    return Text(
        fr=f"Mesuré sur {groups} {held.fr} ; n'est pas l'exactitude de la carte.",
        en=f"Measured on {groups} {held.en}; it is not the accuracy of the map.",
    )


def outside(facts: MapFacts) -> float | None:
    """The share of the mapped cells outside the area of applicability; None where it was not asked for."""
    mapped = int(facts.cells.sum())
    return None if facts.outside_cells is None or not mapped else facts.outside_cells / mapped


def warnings(facts: MapFacts) -> Iterator[Problem]:
    """What a run says of a map much of which is unlike what its model learnt from."""
    share = outside(facts)
    if share is not None and share > _MUCH:
        what = f"{100 * share:.0f} % of the map is unlike anything that the model learnt from."
        cure = "Nothing is known of its accuracy there: see dissimilarity.tif, and add reference data."
        yield Problem("output.dissimilarity", what, cure, Severity.WARNING)


def said(facts: Mapping[str, Any]) -> Iterator[str]:
    """Lines for a console."""
    if least := facts.get("not_calibrated"):
        yield f"probabilities: not calibrated, {facts['groups']} polygons held back and {least} needed"
    if about := facts.get("calibration"):
        before, after = (about[state]["ece"] or 0.0 for state in ("before", "after"))
        moved = f", {100 * about['changed']:.1f} % of classes change" if about["changed"] else ""
        yield f"probabilities: {about['method']}, mean gap {before:.3f} -> {after:.3f}{moved} (reliability.csv)"
    for one in facts.get("coverage", ()):
        if one["of"] == "all" and one["by_group"] is not None:
            wanted = f"{facts['sets']['wanted']:g}"
            yield f"sets: {one['by_group']:.3f} of polygons covered, {wanted} wanted; {one['size']:.2f} classes in one"


def of_dissimilarity(found: Dissimilarity) -> dict[str, Any]:
    """What the card of a model says of it."""
    return {"samples": len(found.points), "axes": found.axes.shape[1], "mean": found.mean, "limit": found.limit}
