# SPDX-License-Identifier: AGPL-3.0-or-later
"""The regions of a recipe, and which of them each feature of the reference lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, Severity
from terracite.landcover.recipe import ReferencePart, StrataPart
from terracite.landcover.reference import Features, read_features

OUTSIDE = -1  #: of a feature in no region


@dataclass(frozen=True, slots=True)
class Strata:
    """Named regions; ``frame`` is a GeoDataFrame of polygons, one name each."""

    frame: Any
    names: tuple[str, ...]  #: in order
    positions: NDArray[np.int64]  #: (polygons,): of each polygon's name

    def of(self, features: Features) -> NDArray[np.int64]:
        """The position of the region that each feature's inner point lies in, or `OUTSIDE`."""
        points = features.frame.geometry.representative_point().to_crs(self.frame.crs)
        inside, regions = self.frame.sindex.query(points, predicate="intersects")
        found = np.full(len(points), OUTSIDE, np.int64)
        found[inside[::-1]] = self.positions[regions[::-1]]  # where regions overlap, the first one counts
        return found


def read_strata(part: StrataPart, problems: list[Problem]) -> Strata | None:
    """The regions of ``[strata]``; mistakes go to ``problems``."""
    as_reference = ReferencePart(file=part.file, layer=part.layer, class_column=part.column)
    known = read_features(as_reference, "strata", problems, least=1)
    if known is None:
        return None
    if known.kind != "polygons":
        problems.append(Problem("strata.file", f"'{part.file.name}' should hold polygons.", "Give polygons."))
        return None
    names, positions = np.unique([str(name) for name in known.classes], return_inverse=True)
    return Strata(known.frame, tuple(str(name) for name in names), positions.astype(np.int64))


def suspicions(strata: Strata, features: Features) -> list[Problem]:
    """What the regions leave out."""
    outside = int((strata.of(features) == OUTSIDE).sum())
    if not outside:
        return []
    what = f"{outside} of {len(features.classes)} {features.kind} of the reference lie in no region."
    return [Problem("strata", what, "Complete the regions.", Severity.WARNING)]
