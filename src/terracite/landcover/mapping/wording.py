# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done to the shares of the classes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from terracite.landcover.recipe import SmoothPart
from terracite.record.model import Text

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared


def steps(prepared: Prepared) -> Iterator[Text]:
    """What was done between the model and the choice of a class, in order."""
    if prepared.recipe.output.smooth is not None:
        yield _smoothed(prepared.recipe.output.smooth)


def _smoothed(part: SmoothPart) -> Text:
    side, heard, weight = part.window, round(100 * part.neighbours), f"{part.weight:g}"
    return Text(
        fr=f"Lissage bayésien des parts des classes (Simoes et al. 2024) : voisinage de {side} x {side} cellules, dont "
        f"{heard} % sont entendues ; poids {weight.replace('.', ',')}.",
        en=f"Bayesian smoothing of the shares of the classes (Simoes et al. 2024): neighbourhood of {side} x {side} "
        f"cells, of which {heard} % are heard; weight {weight}.",
    )
