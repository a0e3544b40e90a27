# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written down of a trained model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from terracite.landcover.checks import Prepared
from terracite.landcover.classifiers.model import Card
from terracite.landcover.features import FeaturePlan
from terracite.landcover.samples import Samples
from terracite.landcover.scoring import ModelScore, counts_by_class, groups_by_class


def card(prepared: Prepared, wanted: FeaturePlan, found: Samples, scores: Iterable[ModelScore]) -> Card:
    """The card of a trained model."""
    classes, recipe = prepared.nomenclature.classes, prepared.recipe
    count, groups = counts_by_class(found.labels, len(classes)), groups_by_class(found, len(classes))
    codes = [str(item.code) for item in classes]
    return Card(
        classifier=recipe.classifier.name,
        parameters=recipe.classifier.model_dump(exclude={"name"}),
        features=wanted.names,
        unit="1",
        gap_filling=wanted.gap_filling,
        classes=tuple({"code": item.code, **item.label.model_dump(), "colour": item.colour} for item in classes),
        training_samples=dict(zip(codes, count.tolist(), strict=True)),
        training_groups=dict(zip(codes, groups.tolist(), strict=True)),
        scores={
            score.scheme: {
                "overall": score.overall.mean,
                "half_width": _finite(score.overall.half_width),
                "kappa": _finite(score.kappa.mean),
                "runs": score.overall.runs,
                **({"block_degrees": score.block_degrees} if score.block_degrees else {}),
                **({"unknown": list(score.unknown)} if score.unknown else {}),
            }
            for score in scores
        },
    )


def said(score: ModelScore) -> str:
    """ "score by polygon 0.91 ± 0.02" """
    half = score.overall.half_width
    interval = "" if np.isnan(half) else f" ± {half:.3f}"
    return f"model score by {score.scheme} {score.overall.mean:.3f}{interval}"


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
