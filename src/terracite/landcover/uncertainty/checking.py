# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a reference bears what ``[output]`` asks of the doubts of a map, before any image is read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, Severity
from terracite.landcover.classes import Nomenclature
from terracite.landcover.recipe import OutputPart
from terracite.landcover.uncertainty.conformal import fewest
from terracite.landcover.uncertainty.learnt import FEWEST


def problems(
    part: OutputPart, labels: NDArray[np.int64], groups: NDArray[np.int64], classes: Nomenclature, kind: str
) -> Iterator[Problem]:
    """What cannot be held back. ``labels``: class positions; ``groups``: polygons; ``kind``: "polygons", "series"."""
    calibrates = part.calibrate and "calibrate" in part.model_fields_set  # else it is done where it can be
    if not (part.sets or calibrates):
        return
    where = "output.sets" if part.sets else "output.calibrate"
    if kind == "series":
        what = "labelled series have no polygons: squares of land are held back, or single series."
        yield Problem(where, what, "Expect less of it where the map is far from them.", Severity.WARNING)
    counts = {place: np.unique(groups[labels == place]).size for place in range(len(classes))}
    held = sum(count for count in counts.values() if count > 1)
    if part.sets and held < fewest(part.sets):
        what = f"sets that hold {100 * part.sets:g} % need {fewest(part.sets)} {kind} to learn from; there are {held}."
        yield Problem("output.sets", what, "Ask for less, or add reference data.")
    if calibrates and held < FEWEST:
        what = f"needs {FEWEST} {kind} that can be held back; there are {held}."
        cure = "The confidence will be a share of votes: add reference data."
        yield Problem("output.calibrate", what, cure, Severity.WARNING)
    alone = [str(item.code) for place, item in enumerate(classes.classes) if counts[place] == 1]
    if alone:
        what = f"classes with one of the {kind} only are never held back: {', '.join(alone)}."
        yield Problem(where, what, "Their probability is not checked: add some.", Severity.WARNING)
