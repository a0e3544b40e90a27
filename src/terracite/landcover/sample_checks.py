# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with a probability sample, before any map is looked at: every mistake, with the rows it is in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from terracite.errors import Problem, Severity
from terracite.landcover.recipe import SamplePart, nearest


def of_points(frame: Any, part: SamplePart, where: str) -> list[Problem]:
    """Points without position or class, points that were drawn twice, chances that are none.

    ``frame``: a GeoDataFrame with the columns that ``part`` names, rows numbered from 0.
    """
    name, file = part.file.name, f"{where}.file"
    if not len(frame):
        return [Problem(file, f"'{name}' holds no points.", "Give the points of the sample, with their classes.")]
    nowhere = int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    if nowhere:
        what = f"{nowhere} points of '{name}' have no position."
        return [Problem(file, what, "Give it; leaving them out would bias the result.")]
    if set(frame.geometry.geom_type) != {"Point"}:
        return [Problem(file, f"'{name}' should hold points only.", "Give points.")]
    return [*_unknown(frame, part, where), *_twice(frame, part, file), *_drawn(frame, part, where)]


def of_strata(listed: Sequence[tuple[str, float]], used: Sequence[str], path: Path, where: str) -> list[Problem]:
    """Strata without area, listed twice, or not listed at all."""
    found, place, names = [], f"{where}.strata_file", [name for name, _ in listed]
    for name in sorted({name for name in names if names.count(name) > 1}):
        what = f"'{path.name}' lists the stratum '{name}' twice."
        found.append(Problem(place, what, "Strata must not overlap: list each once, with its whole area."))
    for name, area in listed:
        if area <= 0:
            what = f"'{path.name}' gives the stratum '{name}' {area:g} ha."
            found.append(Problem(place, what, "Give its area, above 0."))
    for name in used:
        if name not in names:
            what = f"'{path.name}' has no area for the stratum '{name}'."
            found.append(Problem(place, what, nearest(name, names)))
    return found


def _unknown(frame: Any, part: SamplePart, where: str) -> list[Problem]:
    empty = frame[part.class_column].isna() | (frame[part.class_column].astype(str).str.strip() == "")
    if not (unknown := int(empty.sum())):
        return []
    what = f"{unknown} points of '{part.file.name}' have no class: a sample must be interpreted whole."
    cure = "Interpret them; leaving them out would bias the result."
    return [Problem(f"{where}.class_column", what, cure)]


def _twice(frame: Any, part: SamplePart, where: str) -> list[Problem]:
    """Points at one place: of two classes, a mistake; of one class, drawn twice, which chance may do."""
    keys = np.column_stack([frame.geometry.x, frame.geometry.y])
    _, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    place = place.ravel()
    again = np.flatnonzero(count[place] > 1)
    if not again.size:
        return []
    classes = frame[part.class_column].astype(str).to_numpy()
    first: dict[int, int] = {}
    pairs = [(first.setdefault(int(place[row]), int(row)), int(row)) for row in again]
    torn = next(((one, other) for one, other in pairs if classes[one] != classes[other]), None)
    if torn is not None:
        rows = f"{torn[0] + 1} and {torn[1] + 1}"
        what = f"'{part.file.name}' has points at one place with two classes, first rows {rows}."
        return [Problem(where, what, "Keep one of them.")]
    one, other = next((one, other) for one, other in pairs if one != other)
    rows = f"{one + 1} and {other + 1}"
    what = f"{again.size} points of '{part.file.name}' lie at the place of another, first rows {rows}."
    cure = "They count as drawn twice; if they were copied, keep one of each."
    return [Problem(where, what, cure, Severity.WARNING)]


def _drawn(frame: Any, part: SamplePart, where: str) -> list[Problem]:
    found = []
    if part.design in ("cluster", "two-stage") and (lost := int(frame[part.cluster_column].isna().sum())):
        what = f"{lost} points of '{part.file.name}' have no cluster."
        found.append(Problem(f"{where}.cluster_column", what, "Give it; a point drawn alone is a cluster of its own."))
    if part.design in ("cluster", "two-stage") and part.inclusion_column in frame.columns:
        chances = frame[part.inclusion_column]
        if chances.dtype.kind in "iuf" and (none := int((chances <= 0).sum())):
            what = f"{none} points of '{part.file.name}' have a chance of 0 or less to be drawn."
            found.append(Problem(f"{where}.inclusion_column", what, "Give the chance that each had, above 0."))
    return found
