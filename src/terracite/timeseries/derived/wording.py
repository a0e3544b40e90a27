# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of the records of derived products, in French and English."""

from __future__ import annotations

from terracite.record.model import Quality, Text
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.making import Filled

_METHOD = {
    "median": Text(fr="médiane", en="median"),
    "mean": Text(fr="moyenne", en="mean"),
    "max": Text(fr="maximum", en="maximum"),
}
_SPAN = {"month": Text(fr="mois", en="month"), "year": Text(fr="année", en="year")}
_NOISE = {
    "low": Text(
        fr="les valeurs au-dessus de la courbe comptent plus, car les nuages oubliés abaissent l'indice",
        en="values above the curve count more, for clouds that were missed lower the index",
    ),
    "high": Text(
        fr="les valeurs sous la courbe comptent plus, car les nuages oubliés élèvent l'indice",
        en="values below the curve count more, for clouds that were missed raise the index",
    ),
}


def products(choices: Choices) -> Text:
    """The products in one phrase: "monthly composites, smoothed series and phenology"."""
    fr, en = [], []
    for span in choices.composites:
        fr.append({"month": "composites mensuels", "year": "composites annuels"}[span])
        en.append({"month": "monthly composites", "year": "yearly composites"}[span])
    if choices.smoothed:
        fr.append("série lissée")
        en.append("smoothed series")
    if choices.phenology:
        fr.append("phénologie")
        en.append("phenology")
    return Text(fr=_listed(fr, "et"), en=_listed(en, "and"))


def title(choices: Choices, of: Text) -> Text:
    """What was made, of which series."""
    made = products(choices)
    return Text(fr=f"{_capital(made.fr)} : {of.fr or of.en}", en=f"{_capital(made.en)}: {of.en or of.fr}")


def abstract(choices: Choices, of: Text, variable: str) -> Text:
    """What each file holds and how to read it."""
    fr, en = [], []
    if choices.composites:
        fr.append(
            f"Composites : {_METHOD[choices.method].fr} des dates claires ; clear_count dit sur combien de dates "
            "repose chaque cellule, date_count combien d'images la période compte."
        )
        en.append(
            f"Composites: {_METHOD[choices.method].en} of the clear dates; clear_count says how many dates each cell "
            "rests on, date_count how many images the period has."
        )
    if choices.smoothed:
        fr.append(
            f"Série lissée : {variable} tous les {choices.step_days} jours, lacunes comblées ; tenue constante avant "
            "la première date claire et après la dernière ; clear_count et longest_gap disent ce qui la porte."
        )
        en.append(
            f"Smoothed series: {variable} every {choices.step_days} days, gaps filled; held before the first clear "
            "date and after the last one; clear_count and longest_gap tell what carries it."
        )
    if choices.phenology:
        fr.append(
            "Phénologie : début, pic et fin de chaque saison, en jours ; season_gap est la plus longue durée sans date "
            "claire autour de la saison, donc ce que valent ses dates."
        )
        en.append(
            "Phenology: start, peak and end of each season, in days; season_gap is the longest time without a clear "
            "date around the season, hence what its dates are worth."
        )
    return Text(
        fr=" ".join([f"Produits calculés à partir de : {of.fr or of.en}.", *fr]),
        en=" ".join([f"Products computed from: {of.en or of.fr}.", *en]),
    )


def statement(of: Text) -> Text:
    """Where they come from, in one sentence."""
    return Text(
        fr=f"Calculé à partir des valeurs claires de la série « {of.fr or of.en} », dont la fiche dit l'origine.",
        en=f"Computed from the clear values of the series '{of.en or of.fr}', whose record tells its origin.",
    )


def steps(choices: Choices) -> tuple[Text, ...]:
    """How each product was computed."""
    found = [_composite(span, choices.method) for span in choices.composites]
    if choices.needs_curve:
        found.append(_smoothing(choices))
    if choices.phenology:
        found.append(_phenology(choices))
    return tuple(found)


def quality(one: Filled) -> Quality:
    """How complete a product is."""
    if one.product.kind == "phenology":
        name = Text(fr="Cellules avec au moins une saison", en="Cells with at least one season")
        return Quality(name=name, value=round(100 * one.seen_share, 3), unit="%")
    if one.product.kind == "smoothed":
        name = Text(fr="Cellules avec une courbe lissée", en="Cells with a smoothed curve")
        return Quality(name=name, value=round(100 * one.seen_share, 3), unit="%")
    span = _SPAN[one.product.kind]
    name = Text(
        fr=f"Cellules avec une valeur, composites par {span.fr}", en=f"Cells with a value, composites by {span.en}"
    )
    return Quality(name=name, value=round(100 * one.share, 3), unit="%")


def file_label(kind: str) -> Text:
    """What one file is."""
    return {
        "month": Text(fr="Composites mensuels et nombre de dates claires", en="Monthly composites and clear dates"),
        "year": Text(fr="Composites annuels et nombre de dates claires", en="Yearly composites and clear dates"),
        "smoothed": Text(fr="Série lissée, lacunes comblées", en="Smoothed, gap-filled series"),
        "phenology": Text(fr="Début, pic et fin des saisons", en="Start, peak and end of the seasons"),
    }[kind]


def _composite(span: str, method: str) -> Text:
    return Text(
        fr=f"Composites par {_SPAN[span].fr} du calendrier (UTC) : {_METHOD[method].fr} des dates claires de chaque "
        "cellule, sans comblement.",
        en=f"Composites by calendar {_SPAN[span].en} (UTC): {_METHOD[method].en} of the clear dates of each cell, "
        "without filling.",
    )


def _smoothing(choices: Choices) -> Text:
    how = choices.smoothing
    if how.method == "savgol":
        fr = (
            f"Lissage de Savitzky-Golay (polynôme d'ordre {how.order}, fenêtre de {_number(how.half_window_days)} "
            "jours de chaque côté), puis spline cubique"
        )
        en = (
            f"Savitzky-Golay smoothing (polynomial of order {how.order}, window of {_number(how.half_window_days)} "
            "days on each side), then a cubic spline"
        )
    else:
        stiffness = _number(how.stiffness)
        fr = f"Lissage de Whittaker (Eilers 2003, doi:10.1021/ac034173t), rigidité {stiffness} pour un nœud par jour"
        en = f"Whittaker smoothing (Eilers 2003, doi:10.1021/ac034173t), stiffness {stiffness} for one node a day"
    if how.spike:
        percent = _number(100 * how.spike)
        fr += f" ; pointes de plus de {percent} % de l'étendue de la cellule retirées"
        en += f"; spikes of more than {percent} % of the range of the cell taken out"
    side = _NOISE.get(how.noise)
    if side and how.passes > 1:
        fr, en = f"{fr} ; {side.fr} ({how.passes} passes)", f"{en}; {side.en} ({how.passes} passes)"
    return Text(fr=f"{fr}.", en=f"{en}.")


def _phenology(choices: Choices) -> Text:
    rule = choices.rule
    share = _number(100 * rule.threshold)
    fr_by, en_by = {
        "threshold": (
            f"à {share} % de la montée et de la descente",
            f"at {share} % of the rise and of the fall",
        ),
        "derivative": ("à la plus forte montée et descente", "at the steepest rise and fall"),
    }[rule.method]
    least, amplitude = _number(100 * rule.least_share), _number(rule.least_amplitude)
    return Text(
        fr=f"Saisons lues sur la courbe lissée : début et fin {fr_by} ; une montée et une descente comptent à partir "
        f"de {least} % de l'étendue de la cellule et de {amplitude.replace('.', ',')} ; au plus {rule.most} par année, "
        "celle du pic.",
        en=f"Seasons read from the smoothed curve: start and end {en_by}; a rise and a fall count from {least} % of "
        f"the range of the cell and {amplitude}; at most {rule.most} a year, that of the peak.",
    )


def _number(value: float) -> str:
    return f"{value:g}"


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
