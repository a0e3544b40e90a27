# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the record of a fused map says beyond those of its maps."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.landcover.derived import Derived
from terracite.landcover.fusion.options import Options
from terracite.landcover.fusion.sources import MapSource
from terracite.landcover.products import CONFIDENCE
from terracite.raster.grid import Grid
from terracite.record.model import MapClass, Text, Variable

_METHODS = {
    "vote": Text(fr="au vote de la majorité", en="by majority vote"),
    "weighted": Text(fr="au vote pondéré", en="by weighted vote"),
    "dempster-shafer": Text(fr="par la règle de Dempster et Shafer", en="by Dempster and Shafer's rule"),
}
_MEASURES = {
    "precision": Text(fr="la précision de chaque classe", en="the precision of each class"),
    "recall": Text(fr="le rappel de chaque classe", en="the recall of each class"),
    "accuracy": Text(fr="l'exactitude globale", en="the overall accuracy"),
    "kappa": Text(fr="le kappa", en="kappa"),
}
_VARIABLES = (
    Variable(name="landcover", label=Text(fr="Classe d'occupation du sol", en="Land-cover class"), unit="1"),
    Variable(name="support", label=Text(fr="Soutien de la classe", en="Support of the class"), unit="percent"),
    Variable(name="conflict", label=Text(fr="Conflit entre les cartes", en="Conflict between maps"), unit="percent"),
    Variable(name="undecided", label=Text(fr="Indécis", en="Undecided"), unit="1"),
)


def derived_of(
    sources: Sequence[MapSource], how: Options, grid: Grid, classes: tuple[MapClass, ...], command: Sequence[str]
) -> Derived:
    """What is said of the map fused from ``sources``."""
    schemes = {source.map.nomenclature.id for source in sources}
    return Derived(
        kind="landcover-fusion",
        command=tuple(command) or ("terracite", "landcover", "fuse"),
        title=_title(sources),
        abstract=_abstract(sources, how, classes),
        steps=(_step(how),),
        grid=grid,
        resolution_m=grid.cell_size_m,
        variables=_VARIABLES,
        classes=classes,
        nomenclature=schemes.pop() if len(schemes) == 1 else "",
        parameters=_parameters(how),
        files=tuple(source.matrix for source in sources if source.matrix),
        further=(CONFIDENCE,) if how.by_confidence else (),
    )


def _parameters(how: Options) -> dict[str, object]:
    found: dict[str, object] = {"method": how.method, "by_confidence": how.by_confidence}
    if how.method == "dempster-shafer":
        found["measure"] = how.measure
    if how.weights:
        found["weights"] = list(how.weights)
    return found


def _title(sources: Sequence[MapSource]) -> Text:
    records, count = [source.map.crate.record for source in sources if source.map.crate], len(sources)
    place = next((extent.place for record in records for extent in record.extents if extent.place), Text())
    fr, en = (f" : {place.fr}" if place.fr else "", f": {place.en}" if place.en else "")
    return Text(
        fr=f"Carte d'occupation du sol fusionnée de {count} cartes{fr}",
        en=f"Land-cover map fused from {count} maps{en}",
    )


def _abstract(sources: Sequence[MapSource], how: Options, classes: Sequence[MapClass]) -> Text:
    method = _METHODS[how.method]
    named = (
        ", ".join(f"« {source.map.title.best('fr')} »" for source in sources),
        ", ".join(f"'{source.map.title.best('en')}'" for source in sources),
    )
    return Text(
        fr=f"Carte d'occupation du sol en {len(classes)} classes, fusionnée {method.fr} de {named[0]}, sur la grille "
        f"de la première. Chaque cellule a sa classe, son soutien et le conflit entre les cartes. L'exactitude de la "
        f"carte fusionnée n'a pas été mesurée.",
        en=f"Land-cover map in {len(classes)} classes, fused {method.en} from {named[1]}, on the grid of the first "
        f"one. Each cell has its class, its support and the conflict between the maps. The accuracy of the fused map "
        f"was not measured.",
    )


def _step(how: Options) -> Text:
    method, fr, en = _METHODS[how.method], "", ""
    if how.method == "dempster-shafer":
        measure = _MEASURES[how.measure]
        fr = f" La parole d'une carte vaut {measure.fr}, d'après sa matrice de confusion."
        en = f" The word of a map is worth {measure.en} of its confusion matrix."
    if how.by_confidence:
        fr, en = (
            f"{fr} Elle vaut moins où la carte est moins sûre.",
            f"{en} It is worth less where the map is less sure.",
        )
    return Text(fr=f"Fusion cellule par cellule {method.fr}.{fr}", en=f"Fusion cell by cell {method.en}.{en}")
