# SPDX-License-Identifier: AGPL-3.0-or-later
"""Design a probability sample for a map: how many points, how many in each class.

Pure functions after Cochran 1977 (equation 5.25) and Olofsson et al. 2014, section 5.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def sample_size(shares: ArrayLike, expected_users_accuracy: ArrayLike, standard_error: float) -> int:
    """Points needed for the overall accuracy to have ``standard_error`` (0.01 = one percentage point).

    ``shares``: (classes,) share of each class on the map; ``expected_users_accuracy``: (classes,) a guess, 0-1.
    Example: two even classes guessed right nine times in ten, error 0.01, need 900 points.
    """
    weights = np.asarray(shares, np.float64) / np.sum(shares)
    guess = np.asarray(expected_users_accuracy, np.float64)
    if not 0 < standard_error < 1:
        raise ValueError(f"the standard error should be between 0 and 1, not {standard_error}")
    if weights.shape != guess.shape or np.any((guess < 0) | (guess > 1)):
        raise ValueError("each class needs one expected user's accuracy between 0 and 1")
    return int(np.round(((weights * np.sqrt(guess * (1 - guess))).sum() / standard_error) ** 2))


def allocate(points: int, shares: ArrayLike, *, least: int = 0) -> NDArray[np.int64]:
    """``points`` shared out by area, after each rare class was given ``least`` points. Sums to ``points`` exactly.

    A class is rare when its share by area would be less than ``least``. Raises `ValueError` when there are not
    enough points to give every class ``least``.
    """
    weights = np.asarray(shares, np.float64) / np.sum(shares)
    if points < least * weights.size:
        raise ValueError(f"{points} points cannot give {least} to each of {weights.size} classes")
    rare = np.zeros(weights.size, bool)
    while True:
        left = points - least * int(rare.sum())
        wanted = np.where(rare, 0.0, weights) / max(weights[~rare].sum(), np.finfo(float).tiny) * left
        newly = ~rare & (wanted < least)
        if not newly.any():
            break
        rare |= newly
    given = np.where(rare, least, np.floor(wanted)).astype(np.int64)
    rest = np.argsort(np.where(rare, -1.0, wanted - np.floor(wanted)), kind="stable")[::-1]
    given[rest[: points - given.sum()]] += 1
    return given
