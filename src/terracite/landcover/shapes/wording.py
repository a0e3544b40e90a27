# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of a regularised map and of its polygons, in French and English."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.landcover.classmap import ClassMap
from terracite.landcover.shapes.options import Regular
from terracite.landcover.shapes.regular import Effects
from terracite.record.model import Language, Text

#: A figure of accuracy is of the map that was judged.
ACCURACY = Text(
    fr="L'exactitude donnée avec la carte de départ est celle de la carte avant régularisation.",
    en="The accuracy given with the first map is that of the map before regularisation.",
)


def title(known: ClassMap) -> Text:
    """Of a regularised map."""
    given = known.title
    return Text(fr=f"{given.best('fr')}, régularisée", en=f"{given.best('en')}, regularised")


def abstract(known: ClassMap, how: Regular) -> Text:
    """What was done, and what holds no more."""
    steps = list(done(known, how))
    return Text(
        fr=" ".join([*(step.fr for step in steps), ACCURACY.fr]),
        en=" ".join([*(step.en for step in steps), ACCURACY.en]),
    )


def done(known: ClassMap, how: Regular) -> Iterator[Text]:
    """One sentence for each step."""
    kept = [one.label for one in known.nomenclature.classes if one.code in how.keep]
    fr = f" ; restent en place : {', '.join(one.best('fr') for one in kept)}" if kept else ""
    en = f"; never removed: {', '.join(one.best('en') for one in kept)}" if kept else ""
    if how.majority:
        side = f"{how.majority} x {how.majority}"
        yield Text(
            fr=f"Filtre majoritaire de {side} cellules, à égalité la cellule garde sa classe{fr}.",
            en=f"Majority filter of {side} cells, a cell keeps its class when there is a tie{en}.",
        )
    if how.minimum > 1:
        yield Text(
            fr=f"Taches de moins de {how.minimum} cellules ({8 if how.corners else 4} voisines) données à la classe "
            f"dont elles ont la plus longue frontière, les plus petites d'abord{fr}.",
            en=f"Patches under {how.minimum} cells ({8 if how.corners else 4}-connected) given to the class that they "
            f"share the longest border with, the smallest first{en}.",
        )
    if how.does_nothing:
        yield Text(fr="Aucune cellule n'a été changée.", en="No cell was changed.")


def effects_text(known: ClassMap, effects: Effects, language: Language) -> str:
    """The share of cells changed, per class, for a person to read."""
    names = {one.code: one.label.best(language) for one in known.nomenclature.classes}
    lines = []
    for code, before, after, lost, won in effects.by_class():
        change = f"{100 * (after - before) / before:+.1f} %" if before else "+"
        name = names.get(code, str(code))
        said = {
            "en": f"  {name}: {before} cells before, {after} after ({change}; {lost} lost, {won} won)",
            "fr": f"  {name} : {before} cellules avant, {after} après ({change} ; {lost} perdues, {won} gagnées)",
        }
        lines.append(said[language])
    share = f"{100 * effects.changed_share:.2f} %"
    head = {"en": f"{share} of the mapped cells changed.", "fr": f"{share} des cellules cartographiées changent."}
    return "\n".join([head[language], *lines, ACCURACY.best(language)])


def polygons_title(known: ClassMap) -> Text:
    """Of the polygons of a map."""
    given = known.title
    return Text(fr=f"{given.best('fr')} : polygones", en=f"{given.best('en')}: polygons")


def polygons_abstract(known: ClassMap, how: Regular, simplify_m: float) -> Text:
    """What the polygons are, and what holds no more."""
    steps = list(polygons_steps(known, how, simplify_m))
    fr = "Les polygones voisins partagent leurs frontières : ni vide ni recouvrement."
    en = "Adjacent polygons share their borders: no gap, no overlap."
    caveat = Text() if how.does_nothing else ACCURACY
    return Text(
        fr=" ".join([*(step.fr for step in steps), fr, caveat.fr]).strip(),
        en=" ".join([*(step.en for step in steps), en, caveat.en]).strip(),
    )


def polygons_steps(known: ClassMap, how: Regular, simplify_m: float) -> Iterator[Text]:
    """One sentence for each step."""
    if not how.does_nothing:
        yield from done(known, how)
    yield Text(
        fr="Polygones tracés le long des cellules, une tache (par les côtés) un polygone ; parts des classes, "
        "confiance et dates claires comptées sur la carte avant régularisation.",
        en="Polygons traced along the cells, one polygon a 4-connected patch; shares of classes, confidence and clear "
        "dates counted on the map before regularisation.",
    )
    if simplify_m:
        yield Text(
            fr=f"Frontières simplifiées une fois pour les deux voisins, à {simplify_m:g} m près ; les points où trois "
            "polygones se touchent et le bord de la carte restent.",
            en=f"Borders simplified once for both neighbours, within {simplify_m:g} m; the points where three polygons "
            "meet and the edge of the map stay.",
        )
