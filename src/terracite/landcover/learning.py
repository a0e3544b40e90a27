# SPDX-License-Identifier: AGPL-3.0-or-later
"""From samples to a trained model: scored, its reference looked over, described by its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from terracite.landcover import products, scoring, specialise
from terracite.landcover.checks import Prepared
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.classifiers.model import Card
from terracite.landcover.features import FeaturePlan
from terracite.landcover.importance import Importances
from terracite.landcover.layers import Layer
from terracite.landcover.mapping.regional import learn_regions, with_regions
from terracite.landcover.progress import Listener
from terracite.landcover.samples import Heard, Samples, cleaned, gather, suspect_files, suspects
from terracite.landcover.scoring import ModelScore
from terracite.landcover.teaching import Teaching
from terracite.landcover.uncertainty import dissimilarity
from terracite.landcover.uncertainty import files as doubt_files
from terracite.landcover.uncertainty import wording as doubt_wording
from terracite.landcover.uncertainty.held import HeldOut
from terracite.landcover.uncertainty.learnt import Learnt as Doubts
from terracite.landcover.uncertainty.learnt import learn as learn_doubts


@dataclass(frozen=True, slots=True)
class Learnt:
    """A trained model, its card and its scores."""

    model: Model
    card: Card
    scores: tuple[ModelScore, ...]


def learn(prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan, folder: Path, hear: Listener) -> Learnt:
    """The model of a recipe, trained and scored; what looks mislabelled is listed in files of ``folder``.

    The scores are those of models that learnt from all samples, doubtful ones too, and were tested on all.
    """
    gathered = gather(prepared, layers, wanted)
    for note in gathered.notes:
        hear.warn(str(note))
    found, classes = gathered.samples, len(prepared.nomenclature)
    one = learner_of(prepared, wanted)
    learner = with_regions(prepared, one)
    heard = Heard.nothing(len(found), classes)
    held = HeldOut(classes, prepared.recipe.validation.block_degrees)
    asked = Importances.of(wanted, prepared.recipe.validation.runs, prepared.recipe.samples.seed)
    with hear.progress("scoring the model") as progress:
        scores = scoring.model_scores(
            found, prepared.recipe, classes, progress, learner=learner, heard=heard, asked=asked, held=held
        )
    for note in scoring.notes(scores, prepared.recipe):
        hear.warn(str(note))
    used, doubts = cleaned(found, heard, prepared.recipe.samples.clean)
    suspect_files.write(folder, prepared, doubts)
    if line := suspects.said(doubts):
        hear.step(line)
    card = products.card(prepared, wanted, used, scores)
    known = {"judged": doubts.judged, "suspected": len(doubts.suspects), "left_out": len(doubts.left_out)}
    hear.step(f"model: {len(used)} samples, {len(wanted.names)} features; " + "; ".join(map(products.said, scores)))
    doubt = learn_doubts(held, found, prepared.recipe.output, prepared.recipe.samples.seed)
    for line in doubt_wording.said(doubt.facts):
        hear.step(line)
    teach = doubt.teaching(one, prepared.recipe.classifier.name)
    for note in learn_regions(prepared, used, teach, lambda own: products.card(prepared, wanted, own, ()), folder):
        hear.warn(str(note))
    model = teach(used)
    card = replace(card, uncertainty=_kept(prepared, used, model, doubt, folder))
    if one.trial is not None:
        hear.step(specialise.said(one.trial))
        card = replace(card, start=asdict(one.trial))
    return Learnt(model, replace(card, suspects=known, importance=asked.said()), scores)


def _kept(prepared: Prepared, used: Samples, model: Model, doubt: Doubts, folder: Path) -> dict[str, Any]:
    """Keep what was learnt of the model's doubts in ``folder``; what its card says of them."""
    unlike = None
    if prepared.recipe.output.dissimilarity:
        unlike = dissimilarity.learn(used.values, used.groups, model.importance, prepared.recipe.samples.seed)
    doubt_files.write(folder, doubt, unlike, prepared)
    return doubt.facts | ({"dissimilarity": doubt_wording.of_dissimilarity(unlike)} if unlike else {})


def learner_of(prepared: Prepared, wanted: FeaturePlan) -> Teaching:
    """What makes a model of samples, as the recipe asks."""
    return Teaching.of(prepared, wanted)
