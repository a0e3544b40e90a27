# SPDX-License-Identifier: AGPL-3.0-or-later
"""The samples of a recipe, and what a person should know of them: overlaps, classes with few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from terracite.errors import Problem, RecipeError, Severity
from terracite.landcover.features import FeaturePlan
from terracite.landcover.layers import Layer
from terracite.landcover.reference import Features, LabelledSeries
from terracite.landcover.samples.cells import Cells, Survey, survey
from terracite.landcover.samples.choice import caps_of, choose, weights_of
from terracite.landcover.samples.extraction import from_cells, from_series
from terracite.landcover.samples.values import Samples

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared


@dataclass(frozen=True, slots=True)
class Gathered:
    """The samples that the model learns from, and remarks on them."""

    samples: Samples
    notes: tuple[Problem, ...] = ()


def gather(prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan) -> Gathered:
    """The samples of a recipe. Raises `RecipeError` when fewer than two classes have any."""
    part, notes = prepared.recipe.samples, list[Problem]()
    if isinstance(prepared.known, LabelledSeries):
        found = from_series(prepared.known, prepared.labels, wanted)
    else:
        under, notes = surveyed(prepared)
        cells = chosen(prepared, under.cells)
        found = from_cells(cells, layers, wanted, prepared.grid, prepared.recipe.output.block)
    count = len(np.unique(found.labels))
    if count < 2:
        what = f"lies over {count} class on clear cells of the images."
        problem = Problem("reference", what, "Check that it covers the images, and its reference system.")
        raise RecipeError("There is nothing to learn from.", [problem])
    notes += _few(prepared, found)
    return Gathered(replace(found, weights=weights_of(found.labels, part.balance)), tuple(notes))


def chosen(prepared: Prepared, cells: Cells) -> Cells:
    """The cells that a recipe learns from."""
    part = prepared.recipe.samples
    return choose(cells, part, caps_of(part, prepared.nomenclature, []))


def surveyed(prepared: Prepared) -> tuple[Survey, list[Problem]]:
    """The cells under the polygons or points of a recipe, and a remark where those of different classes overlap."""
    known, part = prepared.known, prepared.recipe.samples
    if not isinstance(known, Features):
        raise TypeError("labelled series lie over no cells")
    strata = prepared.strata.of(known) if prepared.strata is not None else None
    size, keep = prepared.recipe.output.block, part.overlaps == "last"
    found = survey(known, prepared.labels, prepared.grid, size, strata=strata, keep_last=keep)
    if not found.contested:
        return found, []
    what = f"{found.claimants} {known.kind} of different classes overlap, on {found.contested} cells."
    cure = (
        "The last one of the file counts there."
        if keep
        else 'Those cells are left out; correct the file, or set overlaps = "last" in [samples].'
    )
    return found, [Problem("reference.file", what, cure, Severity.WARNING)]


def _few(prepared: Prepared, found: Samples) -> list[Problem]:
    """Classes of the reference that have fewer samples than ``minimum``, or none."""
    least, classes = prepared.recipe.samples.minimum, prepared.nomenclature.classes
    counts = np.bincount(found.labels, minlength=len(classes))
    none = np.setdiff1d(prepared.labels[prepared.labels >= 0], found.labels).tolist()
    lost = [
        Problem(
            "reference",
            f"class {classes[at].code} '{classes[at].label.best('en')}' has no sample on clear cells of the images.",
            "The map cannot show it: add reference data, or images.",
            Severity.WARNING,
        )
        for at in none
    ]
    return lost + [
        Problem(
            "samples.minimum",
            f"class {item.code} '{item.label.best('en')}' has {count} samples, fewer than {least}.",
            "Add reference data, or join it with another class.",
            Severity.WARNING,
        )
        for item, count in zip(classes, counts.tolist(), strict=True)
        if 0 < count < least
    ]
