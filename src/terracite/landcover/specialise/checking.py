# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the images and classes of a recipe suit the model it starts from, found out before any pixel is read."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.errors import ModelError, Problem, RecipeError, Severity
from terracite.landcover.classes import Nomenclature, spelt
from terracite.landcover.features import plan
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import FeaturesPart, ModelPart, PeriodPart
from terracite.landcover.specialise.start import open_start, unsuited

_WHERE = "model.start"
UNIT = "1"  #: of the features of every recipe


def check(
    part: ModelPart,
    layers: Sequence[Layer],
    period: PeriodPart,
    features: FeaturesPart | None,
    classes: Nomenclature | None,
    problems: list[Problem],
) -> None:
    """Add to ``problems`` everything in which the recipe and the model of ``[model]`` do not fit together."""
    if part.start is None:
        return
    try:
        wanted = plan([layer.during(period) for layer in layers], period, features)
    except (RecipeError, ValueError):
        return  # told already: these images give no features
    found = unsuited(part.start, wanted.names, UNIT, wanted.gap_filling, _WHERE)
    problems += found
    if classes is None or any(item.severity is Severity.ERROR for item in found):
        return
    try:
        start = open_start(part.start, wanted.names)
    except ModelError as error:
        problems.append(Problem(_WHERE, error.message, error.hint))
        return
    theirs = frozenset[str]().union(*start.classes)
    own = [item for item in classes.classes if not {spelt(item.label.fr), spelt(item.label.en)} & theirs]
    if len(own) == len(classes):
        what = "none of its classes is called as one of this recipe."
        cure = "What they mean here is learnt from the samples alone; call classes that are the same alike."
        problems.append(Problem(_WHERE, what, cure, Severity.WARNING))
