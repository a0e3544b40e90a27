# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table for a person at a terminal, and for a program."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from terracite.landcover.area_tables.table import METHODS, SHOWN, AreaTable, Place
from terracite.landcover.wording import number
from terracite.record.model import Language, Text

_MOST = 25  #: units that are printed
_SAYS = {
    "whole": Text(fr="Toute la carte", en="The whole map"),
    "class": Text(fr="classe", en="class"),
    "mapped": Text(fr="sur la carte", en="mapped"),
    "adjusted": Text(fr="estimé", en="adjusted"),
    "interval": Text(fr="intervalle à 95 %", en="95 % interval"),
    "unmapped": Text(fr="(non cartographié)", en="(not mapped)"),
    "points": Text(fr="points", en="points"),
    "missing": Text(fr="points manquants : {}", en="points missing: {}"),
    "partly": Text(fr="{} % de l'unité est sur la carte", en="{} % of the unit is on the map"),
    "more": Text(
        fr="... et {} unités de plus : --output les écrit.", en="... and {} more units: --output writes them."
    ),
    "no_sample": Text(
        fr="Ce sont des surfaces comptées sur la carte : leur erreur n'est pas connue. Donnez un échantillon tiré au "
        "hasard (--sample) pour des surfaces estimées avec leur intervalle.",
        en="These are areas counted on the map: their errors are of unknown size. Give a sample drawn by chance "
        "(--sample) for adjusted areas with intervals.",
    ),
    "refused": Text(
        fr="L'échantillon ne permet aucune estimation : ce sont des surfaces comptées sur la carte, dont l'erreur "
        "n'est pas connue.",
        en="The sample supports no estimate: these are areas counted on the map, whose errors are of unknown size.",
    ),
    "sample": Text(
        fr="À publier : la colonne « estimé » avec son intervalle ; la carte seule compte ses erreurs comme vraies.",
        en="To publish: the adjusted column with its interval; the mapped one takes the errors of the map for true.",
    ),
    "stretch": Text(
        fr="Cellules mesurées sur l'ellipsoïde : le plan de la carte dirait de {} à {} % de plus.",
        en="Cells are measured on the ellipsoid: the plane of the map would say {} to {} % more.",
    ),
}


def say(key: str, language: Language) -> str:
    """One sentence of the tables in a language."""
    return _SAYS[key].best(language)


def as_text(table: AreaTable, language: Language = "en") -> str:
    """The table of the whole map and of the first units."""
    lines = [line for place in table.places[: _MOST + 1] for line in (*_place(table, place, language), "")]
    if (more := len(table.units) - _MOST) > 0:
        lines += [say("more", language).format(more), ""]
    return "\n".join([*lines, *remarks(table, language)])


def remarks(table: AreaTable, language: Language) -> list[str]:
    """How the table is to be read."""
    found = [say("sample" if table.sampled else "no_sample", language)]
    if table.refusal or (table.sampled and all(place.areas is None for place in table.places)):
        found = [say("refused", language)]
    low, high = (100 * (value - 1) for value in table.stretch)
    if max(abs(low), abs(high)) >= 0.001:
        found.append(say("stretch", language).format(number(low, language, 3), number(high, language, 3)))
    return found


def _place(table: AreaTable, place: Place, language: Language) -> Iterator[str]:
    yield heading(table, place, language)
    if place.estimate is not None and place.estimate.reason.best(language):
        yield f"  {place.estimate.reason.best(language)}"
    columns = ["mapped", *(("adjusted", "interval") if place.areas is not None else ())]
    width = max([len(one.label.best(language)) for one in table.classes] + [len(say("unmapped", language))])
    yield f"  {say('class', language):<{width}}" + "".join(f" {say(name, language):>16}" for name in columns)
    for position, one in enumerate(table.classes):
        cells = [number(table.in_unit(place.mapped_ha[position]), language)]
        if place.areas is not None:
            value, low, high = (number(part, language) for part in table.interval(place, position))
            cells += [value, f"{low} – {high}"]
        yield f"  {one.label.best(language):<{width}}" + "".join(f" {cell:>16}" for cell in cells)
    if place.unmapped_ha:
        shown = number(table.in_unit(place.unmapped_ha), language)
        yield f"  {say('unmapped', language):<{width}} {shown:>16}"


def heading(table: AreaTable, place: Place, language: Language) -> str:
    """ "Saint-Paul: 24,123.4 ha, adjusted areas: direct (41 points)"."""
    name = place.name or say("whole", language)
    parts = [f"{number(table.in_unit(place.area_ha), language)} {SHOWN[table.unit]}"]
    if place.share_on_map < 0.9995:
        parts.append(say("partly", language).format(number(100 * place.share_on_map, language)))
    if place.estimate is not None:
        method = METHODS[place.method].best(language)
        parts.append(method if table.refusal else f"{method}, {place.estimate.points} {say('points', language)}")
        if place.estimate.missing:
            parts.append(say("missing", language).format(place.estimate.missing))
    return f"{name}{' :' if language == 'fr' else ':'} {', '.join(parts)}"


def as_json(table: AreaTable) -> dict[str, object]:
    """The whole table for a program; no number is rounded, and there is null where there is none."""
    return {
        "unit": table.unit,
        "plane_says_too_much": list(table.stretch),
        "places": [_json(table, place) for place in table.places],
        "notes": [str(note) for note in table.notes],
    }


def _json(table: AreaTable, place: Place) -> dict[str, object]:
    found = place.estimate
    classes = []
    for position, one in enumerate(table.classes):
        value, low, high = (None if np.isnan(part) else part for part in table.interval(place, position))
        mapped = table.in_unit(place.mapped_ha[position])
        classes.append(
            {"code": one.code, **one.label.model_dump(), "mapped": mapped, "adjusted": value, "low": low, "high": high}
        )
    return {
        "name": place.name or None,
        "area": table.in_unit(place.area_ha),
        "not_mapped": table.in_unit(place.unmapped_ha),
        "share_on_map": place.share_on_map,
        "method": place.method,
        "points": found.points if found else None,
        "points_missing": found.missing if found else None,
        "reason": found.reason.model_dump() if found else None,
        "classes": classes,
    }
