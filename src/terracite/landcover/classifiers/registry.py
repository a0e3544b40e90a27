# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every classifier there is: its name, what it is called, how it is trained and what reads its file again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from numpy.typing import ArrayLike

from terracite.errors import ModelError
from terracite.landcover.classifiers.contract import Layout, Model, Settings, training
from terracite.landcover.classifiers.together import SINGLE, Together, Trainer, ensemble, stacking


@dataclass(frozen=True, slots=True)
class Kind:
    """One classifier."""

    fr: str
    en: str
    train: Trainer
    model: type[Model]
    uses: tuple[str, ...]  #: settings that change anything, beside the seed


_TREES = ("trees", "depth", "min_leaf")
_SIZE = ("trees", "min_leaf")
REGISTRY: Mapping[str, Kind] = {
    "random_forest": Kind("forêt aléatoire", "random forest", *SINGLE["random_forest"], _TREES),
    "extra_trees": Kind(
        "forêt d'arbres extrêmement aléatoires", "extremely randomised trees", *SINGLE["extra_trees"], _TREES
    ),
    "boosting": Kind("amplification de gradient", "gradient boosting", *SINGLE["boosting"], _TREES),
    "intervals": Kind("forêt sur quantiles d'intervalles", "forest on interval quantiles", *SINGLE["intervals"], _SIZE),
    "kernel": Kind("moindres carrés à noyau", "kernel least squares", *SINGLE["kernel"], ()),
    "temporal": Kind(
        "réseau temporel à convolutions", "temporal convolutional network", *SINGLE["temporal"], ("epochs",)
    ),
    "ensemble": Kind("réunion de trois méthodes", "ensemble of three methods", ensemble, Together, _SIZE),
    "stacking": Kind("réunion pondérée de quatre méthodes", "stacking of four methods", stacking, Together, _TREES),
}


DEFAULT = "ensemble"  #: what serves best over all, on the data of `make accuracy`


def kind(name: str) -> Kind:
    """The classifier of that name. Raises `ModelError` naming the nearest one."""
    if name not in REGISTRY:
        near = get_close_matches(name, REGISTRY, n=1)
        cure = f"Did you mean '{near[0]}'?" if near else f"Choose among: {', '.join(REGISTRY)}."
        raise ModelError(f"There is no classifier '{name}'.", hint=cure)
    return REGISTRY[name]


def train(
    name: str,
    values: ArrayLike,
    labels: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    layout: Layout | None = None,
    settings: Settings | None = None,
) -> Model:
    """A trained classifier; the same data and settings give the same model.

    ``values``: (samples, features), finite; ``labels``: (samples,) whole numbers; ``weights``: (samples,), positive.
    ``groups``: (samples,), the polygon that each lies in, where some share one.
    ``layout``: which features are series; without one the time-series methods see each feature on its own.

    Raises `ModelError` where the classifier is unknown, a value is missing, or there are fewer than two classes.

    >>> model = train("extra_trees", [[0.1], [0.2], [0.8], [0.9]], [1, 1, 2, 2], settings=Settings(min_leaf=1))
    >>> model.classes.tolist()
    [1, 2]
    """
    return kind(name).train(training(values, labels, weights, layout, groups), settings or Settings())
