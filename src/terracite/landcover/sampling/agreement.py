# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far people agree who looked at the same points. Pure functions on codes of classes; 0 = no answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two or more people on the points that all of them answered."""

    points: int  #: that all of them answered
    share: float  #: of pairs of answers that are the same, 0-1; NaN where there is none
    kappa: float  #: beyond chance: Cohen's for two people, Fleiss's for more; NaN where chance alone is certain
    method: str  #: "Cohen" or "Fleiss"
    by_class: dict[int, float]  #: when one says this class, how often another one does


def measured(codes: Codes) -> Agreement:
    """Agreement of ``codes`` (people, points).

    Cohen 1960 (kappa of two), Fleiss 1971 (equations 1 to 7, of more), and specific agreement by class (Dice 1945):
    twice the pairs that both say a class over all answers of it in pairs.
    """
    shared = codes[:, (codes > 0).all(axis=0)]
    people, points = shared.shape
    known = np.unique(shared)
    counts = np.stack([(shared == code).sum(axis=0) for code in known]) if known.size else np.zeros((0, 0))
    method = "Cohen" if people == 2 else "Fleiss"
    if not points:
        return Agreement(0, float("nan"), float("nan"), method, {})
    pairs = points * people * (people - 1)
    same = counts * (counts - 1)
    share = float(same.sum() / pairs)
    chance = _chance(shared, known) if people == 2 else float(((counts.sum(axis=1) / (points * people)) ** 2).sum())
    kappa = (share - chance) / (1 - chance) if chance < 1 else float("nan")
    answers = counts.sum(axis=1) * (people - 1)
    by_class = {int(code): float(same[row].sum() / answers[row]) for row, code in enumerate(known)}
    return Agreement(points, share, float(kappa), method, by_class)


def confusions(codes: Codes) -> dict[tuple[int, int], dict[tuple[int, int], int]]:
    """For each pair of people (positions), how often one said a class (first) and the other another (second)."""
    found = {}
    for one, other in combinations(range(len(codes)), 2):
        both = (codes[one] > 0) & (codes[other] > 0)
        pairs, counts = np.unique(codes[[one, other]][:, both].T, axis=0, return_counts=True)
        found[one, other] = {
            (int(first), int(second)): int(count) for (first, second), count in zip(pairs, counts, strict=True)
        }
    return found


def decided(codes: Codes, rule: str) -> Codes:
    """(points,) the class of each point; 0 where nobody answers, or the rule does not decide.

    "majority": the class that most say, none where two are level; "consensus": the class that all who answer say.
    """
    known = np.unique(codes[codes > 0])
    if not known.size:
        return np.zeros(codes.shape[1], np.int64)
    counts = np.stack([(codes == code).sum(axis=0) for code in known])
    most = counts.max(axis=0)
    alone = (counts == most).sum(axis=0) == 1
    settled = alone & (most > 0) if rule == "majority" else most == np.maximum(counts.sum(axis=0), 1)
    return np.where(settled, known[counts.argmax(axis=0)], 0).astype(np.int64)


def _chance(codes: Codes, known: Codes) -> float:
    one, other = ([(row == code).mean() for code in known] for row in codes)
    return float(np.dot(one, other))
