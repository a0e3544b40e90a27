# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of a map's record and report, in French and English: what, where, when, how made, how right."""

from __future__ import annotations

import datetime as dt

import numpy as np

from terracite.landcover import mapping
from terracite.landcover.classifiers.registry import REGISTRY
from terracite.landcover.outcome import Outcome
from terracite.landcover.recipe import ClassifierPart
from terracite.landcover.scoring import ModelScore
from terracite.landcover.uncertainty import wording as doubts
from terracite.record.model import Text

_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}  # fmt: skip
SCHEMES = {
    "polygon": Text(fr="par polygone", en="by polygon"),
    "block": Text(fr="par bloc spatial", en="by spatial block"),
    "random": Text(fr="au hasard", en="at random"),
}
_SETTINGS = {
    "trees": {"fr": "arbres", "en": "trees"},
    "depth": {"fr": "profondeur", "en": "depth"},
    "min_leaf": {"fr": "feuille minimale", "en": "smallest leaf"},
    "epochs": {"fr": "passages", "en": "epochs"},
}


def title(found: Outcome) -> Text:
    """The title of the recipe, or: what, where, when."""
    written, where = found.prepared.recipe.record.title, place(found)
    years = f"{found.first.year}" if found.first.year == found.last.year else f"{found.first.year}-{found.last.year}"
    return Text(
        fr=written.fr or f"Carte d'occupation du sol {_of(where.fr)}, {years}",
        en=written.en or f"Land-cover map of {where.en}, {years}",
    )


def place(found: Outcome) -> Text:
    """The name of the place, or its middle in degrees."""
    named = found.prepared.recipe.record.place
    west, south, east, north = found.prepared.grid.lonlat_box()
    lon, lat = (west + east) / 2, (south + north) / 2
    eastward, northward = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
    point = f"{abs(lat):.2f}° {northward}, {abs(lon):.2f}° {eastward}"
    return Text(fr=named.best("fr") or point.replace(" W", " O").replace(".", ","), en=named.best("en") or point)


def makers(found: Outcome) -> str:
    """Who made the map: "Hoarau, Alice; Institut du paysage"."""
    people = found.prepared.recipe.record.creators
    return "; ".join(", ".join(filter(None, (one.family_name, one.given_name))) or one.organisation for one in people)


def citation(found: Outcome) -> Text:
    """How to cite the map as long as it has no DOI."""
    who, name, year = makers(found), title(found), found.made_on.year
    return Text(
        fr=f"{who} ({year}) : {name.best('fr')}. Jeu de données.".strip(),
        en=f"{who} ({year}): {name.best('en')}. Dataset.".strip(),
    )


def abstract(found: Outcome) -> Text:
    """What the dataset holds, on what ground and how right; technique is left to the lineage."""
    recipe, grid = found.prepared.recipe, found.prepared.grid
    written, where, notice = recipe.record.abstract, place(found), recipe.record.notice
    size = f"{grid.cell_size_m:.0f}" if grid.cell_size_m >= 10 else f"{grid.cell_size_m:.1f}"
    labels = {language: ", ".join(found.prepared.nomenclature.labels(language)) for language in ("fr", "en")}
    fr = (
        f"Carte d'occupation du sol {_of(where.fr)} en {len(found.prepared.nomenclature)} classes ({labels['fr']}), "
        f"par cellules de {size} m, d'après {found.dates} dates d'images du {day(found.first, 'fr')} au "
        f"{day(found.last, 'fr')}. Chaque cellule a sa classe, une confiance et le nombre de dates claires sur "
        f"lesquelles elle repose. {worth(found).fr}"
    )
    en = (
        f"Land-cover map of {where.en} in {len(found.prepared.nomenclature)} classes ({labels['en']}), in cells of "
        f"{size} m, from {found.dates} dates of images between {day(found.first, 'en')} and {day(found.last, 'en')}. "
        f"Each cell has its class, a confidence and the number of clear dates it rests on. {worth(found).en}"
    )
    return Text(
        fr=_after(notice.best("fr"), written.fr or fr),
        en=_after(notice.best("en"), written.en or en),
    )


def worth(found: Outcome) -> Text:
    """How right the map is, or that nobody knows: one sentence."""
    if found.accuracy is not None and found.judgement is not None:
        overall, points = found.accuracy.overall, found.judgement.points
        value, low, high = (100 * float(one) for one in (overall.value, overall.low, overall.high))
        return Text(
            fr=f"Exactitude globale de la carte : {number(value, 'fr')} % (intervalle à 95 % : {number(low, 'fr')} à "
            f"{number(high, 'fr')} %), estimée par un échantillon probabiliste de {points} points.",
            en=f"Overall accuracy of the map: {number(value, 'en')} % (95 % interval: {number(low, 'en')} to "
            f"{number(high, 'en')} %), estimated from a probability sample of {points} points.",
        )
    if found.judgement is not None and found.judgement.agreement is not None:
        return Text(
            fr="L'exactitude de la carte n'est pas connue : les points fournis n'ont pas été tirés au hasard.",
            en="The accuracy of the map is not known: the points given were not drawn by chance.",
        )
    if found.judgement is not None:
        return Text(
            fr="L'échantillon probabiliste fourni est trop petit : l'exactitude de la carte n'est pas connue.",
            en="The probability sample given is too small: the accuracy of the map is not known.",
        )
    return Text(
        fr="L'exactitude de la carte n'a pas été mesurée : aucun échantillon probabiliste n'a été fourni.",
        en="The accuracy of the map was not measured: no probability sample was given.",
    )


def statement(found: Outcome) -> Text:
    """Where the data come from, in two sentences."""
    kinds = {source.title for layer in found.layers for source in layer.sources}
    indices = ", ".join(layer.index for layer in found.layers)
    named = "; ".join(sorted(kinds)) if len(kinds) <= 4 else f"{len(kinds)} series"
    known = found.prepared.recipe.reference.file.name
    return Text(
        fr=f"Carte produite par apprentissage à partir des séries {indices} ({named}) et des données de référence "
        f"« {known} », traitées avec Terracite.",
        en=f"Map produced by learning from the series {indices} ({named}) and the reference data '{known}', "
        f"processed with Terracite.",
    )


def steps(found: Outcome) -> tuple[Text, ...]:
    """What was done, in order."""
    chosen = (doubts.step(found), *mapping.steps(found.prepared))
    done = (_filled(found), _learnt(found), *chosen, _mapped(found), _judged(found))
    return tuple(step for step in done if step)


def _filled(found: Outcome) -> Text:
    period, dates = found.prepared.recipe.period, len(found.plan.days)
    left = len(found.skipped)
    fr, en = f"les {dates} dates des images", f"the {dates} dates of the images"
    if period.step_days:
        fr, en = f"{dates} dates tous les {period.step_days} jours", f"{dates} dates every {period.step_days} days"
    return Text(
        fr=f"Nuages et absences remplis par interpolation linéaire dans le temps entre dates claires, sur {fr} "
        f"({len(found.plan.names)} variables par cellule)." + (f" {left} fichiers illisibles écartés." if left else ""),
        en=f"Clouds and gaps filled by linear interpolation in time between clear dates, on {en} "
        f"({len(found.plan.names)} variables per cell)." + (f" {left} unreadable files left out." if left else ""),
    )


def _learnt(found: Outcome) -> Text:
    kind, wanted = REGISTRY[found.card["classifier"]], found.prepared.recipe.classifier
    samples, groups = (sum(found.card[key].values()) for key in ("training_samples", "training_groups"))
    size = {lang: _said(kind.uses, wanted, lang) for lang in ("fr", "en")}
    if found.prepared.recipe.reference.kind == "series":
        fr, en = f"{samples} séries étiquetées", f"{samples} labelled series"
    else:
        fr = f"{samples} cellules de {groups} polygones ou points"
        en = f"{samples} cells in {groups} polygons or points"
    return Text(
        fr=f"Apprentissage ({kind.fr}{size['fr']}) sur {fr}.",
        en=f"Training ({kind.en}{size['en']}) on {en}.",
    )


def _said(names: tuple[str, ...], wanted: ClassifierPart, lang: str) -> str:
    """ "; trees 100; depth 25" """
    return "".join(f"{' ' if lang == 'fr' else ''}; {_SETTINGS[name][lang]} {getattr(wanted, name)}" for name in names)


def _mapped(found: Outcome) -> Text:
    unmapped = found.facts.unmapped_cells
    if not unmapped:
        return Text(fr="Classement de chaque cellule.", en="Classification of every cell.")
    fr, en = number(unmapped, "fr", 0), number(unmapped, "en", 0)
    return Text(
        fr=f"Classement de chaque cellule ; {fr} cellules sans date claire restent sans classe.",
        en=f"Classification of every cell; {en} cells without a clear date are left without a class.",
    )


def _judged(found: Outcome) -> Text:
    if found.accuracy is None:
        return Text()
    return Text(
        fr="Exactitude et surfaces estimées par l'échantillon probabiliste selon son plan de sondage "
        "(Olofsson et al. 2014 ; Stehman 2014), avec intervalles à 95 %.",
        en="Accuracy and areas estimated from the probability sample according to its design "
        "(Olofsson et al. 2014; Stehman 2014), with 95 % intervals.",
    )


def score_name(score: ModelScore) -> Text:
    """The name of a quality measure that nobody takes for the accuracy of the map."""
    scheme = SCHEMES[score.scheme]
    return Text(
        fr=f"Score du modèle {scheme.fr} (non indépendant : n'est pas l'exactitude de la carte)",
        en=f"Model score {scheme.en} (not independent: it is not the accuracy of the map)",
    )


def day(on: dt.date, language: str) -> str:
    """ "3 January 2022", "1er janvier 2022"."""
    first = "1er" if language == "fr" and on.day == 1 else str(on.day)
    return f"{first} {_MONTHS[language][on.month - 1]} {on.year}"


def number(value: float, language: str, digits: int = 1) -> str:
    """A number as people write it: "1,234.5" in English, "1 234,5" in French; "–" when there is none."""
    if not np.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if language == "fr" else text


def _of(name: str) -> str:
    """French "de": "de La Réunion", "d'Abidjan", "autour de 12,3° S" for a point."""
    if name[:1].isdigit():
        return f"autour de {name}"
    return f"d'{name}" if name[:1].lower() in "aeiouyéèêh" else f"de {name}"


def _after(notice: str, text: str) -> str:
    return f"{notice} {text}" if notice else text
