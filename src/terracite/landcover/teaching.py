# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes a model of samples: the classifier of the recipe, by levels of classes, beside a model to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from terracite.landcover import scoring, specialise
from terracite.landcover.checks import Prepared
from terracite.landcover.classes import spelt
from terracite.landcover.classifiers.contract import Layout, Model
from terracite.landcover.classifiers.hierarchy import hierarchical
from terracite.landcover.features import FeaturePlan
from terracite.landcover.recipe import ClassifierPart
from terracite.landcover.samples import Samples


@dataclass(slots=True)
class Teaching:
    """Trains as the recipe asks; what was tried with a model to start from is kept in ``trial``."""

    part: ClassifierPart
    layout: Layout
    parents: Mapping[int, int]  #: of each class position; empty = one level
    names: tuple[frozenset[str], ...]  #: what each class position is called
    start: specialise.Start | None = None
    trial: specialise.Trial | None = None

    @classmethod
    def of(cls, prepared: Prepared, wanted: FeaturePlan) -> Teaching:
        """What the recipe asks for. Raises `ModelError` where the model to start from cannot be read."""
        recipe, classes = prepared.recipe, prepared.nomenclature
        names = tuple(
            frozenset(spelt(name) for name in item.label.model_dump().values() if name) for item in classes.classes
        )
        parents = {}
        if recipe.classifier.hierarchical:
            parents = {place: -1 - place if above is None else above for place, above in enumerate(classes.parents)}
        begin = recipe.model.start if recipe.model is not None else None
        start = specialise.open_start(begin, wanted.names) if begin is not None else None
        return cls(recipe.classifier, wanted.layout, parents, names, start)

    def __call__(self, known: Samples) -> Model:
        if self.start is None:
            return self.plain(known)
        model, self.trial = specialise.adapt(
            known, self.start, self.names, self.plain, self.part.name, seed=self.part.seed
        )
        return model

    def plain(self, known: Samples) -> Model:
        """The classifier of the recipe, trained from scratch."""
        if not self.parents:
            return scoring.learn(known, self.part, self.layout)
        return hierarchical(
            self.part.name,
            known.labels,
            self.parents,
            lambda rows, labels: scoring.learn(replace(known.take(rows), labels=labels), self.part, self.layout),
        )
