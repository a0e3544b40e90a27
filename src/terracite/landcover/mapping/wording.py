# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done to the shares of the classes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from terracite.landcover.recipe import PriorsPart, SmoothPart, StrataPart
from terracite.record.model import Text

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared


def steps(prepared: Prepared) -> Iterator[Text]:
    """What was done between the model and the choice of a class, in order."""
    strata, priors = prepared.recipe.strata, prepared.recipe.priors
    if strata is not None and prepared.strata is not None and strata.models == "each":
        yield _by_region(strata, prepared.strata.names)
    if priors is not None:
        yield _with_priors(priors)
    if prepared.recipe.output.smooth is not None:
        yield _smoothed(prepared.recipe.output.smooth)


def _by_region(part: StrataPart, names: tuple[str, ...]) -> Text:
    count, width, near = len(names), f"{part.blend_m:g}", f"{part.buffer:g}"
    return Text(
        fr=f"Un modèle par région ({count} régions), appris sur les échantillons de la région et ceux à moins de "
        f"{near} m ; aux limites, les parts des modèles voisins sont mêlées sur {width} m.",
        en=f"One model per region ({count} regions), learnt from the samples of the region and those within "
        f"{near} m; by a border the shares of both models are blended over {width} m.",
    )


def _with_priors(part: PriorsPart) -> Text:
    fr, en = [], []
    if part.classes:
        shares = ", ".join(f"{name} {100 * share:g} %" for name, share in part.classes.items())
        fr.append(f"parts attendues ({shares})")
        en.append(f"expected shares ({shares})")
    if part.map is not None:
        fr.append(f"carte existante « {part.map.name} »")
        en.append(f"existing map '{part.map.name}'")
    return Text(
        fr=f"Connaissances antérieures prises en compte par la règle de Bayes : {' ; '.join(fr)}. Les scores du modèle "
        f"sont sans elles.",
        en=f"Prior knowledge taken in by Bayes' rule: {'; '.join(en)}. The scores of the model are without it.",
    )


def _smoothed(part: SmoothPart) -> Text:
    side, heard, weight = part.window, round(100 * part.neighbours), f"{part.weight:g}"
    return Text(
        fr=f"Lissage bayésien des parts des classes (Simoes et al. 2024) : voisinage de {side} x {side} cellules, dont "
        f"{heard} % sont entendues ; poids {weight.replace('.', ',')}.",
        en=f"Bayesian smoothing of the shares of the classes (Simoes et al. 2024): neighbourhood of {side} x {side} "
        f"cells, of which {heard} % are heard; weight {weight}.",
    )
