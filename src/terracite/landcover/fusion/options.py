# SPDX-License-Identifier: AGPL-3.0-or-later
"""How maps are fused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from terracite.errors import TerraciteError

METHODS = ("vote", "weighted", "dempster-shafer")
MEASURES = ("precision", "recall", "accuracy", "kappa")


class FusionError(TerraciteError, ValueError):
    """Maps cannot be fused."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chooses."""

    method: str = "vote"  #: one of `METHODS`
    measure: str = "precision"  #: of a confusion matrix: what a map's word for a class is worth, one of `MEASURES`
    weights: tuple[float, ...] = ()  #: of each map, for "weighted"; () = its overall accuracy
    confusion: tuple[Path, ...] = ()  #: the matrix of each map, in their order; () = those of the crates
    by_confidence: bool = False  #: whether a map counts less where its own confidence is low
    block: int = 1024  #: side of the windows, in cells
