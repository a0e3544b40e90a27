# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many points a sample needs, how many in each stratum, and what precision is to be expected of them.

Pure functions after Cochran 1977 (equation 5.25) and Olofsson et al. 2014, section 5.1 (doi:10.1016/j.rse.2014.02.015).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

ALLOCATIONS = ("proportional", "equal", "neyman", "root")


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


def class_size(expected_users_accuracy: float, standard_error: float) -> int:
    """Points of one class for its user's accuracy to have ``standard_error``: the variance of a share, p (1 - p) / n.

    >>> class_size(0.8, 0.05)
    64
    """
    return math.ceil(expected_users_accuracy * (1 - expected_users_accuracy) / standard_error**2 - 1e-9)


def allocate(points: int, shares: ArrayLike, *, least: ArrayLike = 0, most: ArrayLike | None = None) -> Counts:
    """``points`` shared out by area, after each rare class was given ``least`` points. Sums to ``points`` exactly.

    A class is rare when its share by area would be less than ``least`` (one number, or one for each class). ``most``:
    what each class can give, such as its cells; what a class cannot take goes to the others, and the sum is less than
    ``points`` only where all of them are full. Raises `ValueError` when there are not enough points for ``least``.
    """
    weights = np.asarray(shares, np.float64) / np.sum(shares)
    floor = np.broadcast_to(np.asarray(least, np.int64), weights.shape)
    if most is None:
        return _allocate(points, weights, floor)
    room = np.asarray(most, np.int64)
    floor = np.minimum(floor, room)
    if points < floor.sum():
        raise ValueError(f"{points} points cannot give {floor.max()} to each of {weights.size} classes")
    given, full = np.zeros(weights.size, np.int64), np.zeros(weights.size, bool)
    while not full.all():
        given[full] = room[full]
        given[~full] = _allocate(points - int(room[full].sum()), weights[~full], floor[~full])
        over = ~full & (given > room)
        if not over.any():
            return given
        full |= over
    return room.copy()


def _allocate(points: int, weights: Floats, least: Counts) -> Counts:
    if points < least.sum():
        raise ValueError(f"{points} points cannot give {least.max()} to each of {weights.size} classes")
    rare = np.zeros(weights.size, bool)
    while True:
        left = points - int(least[rare].sum())
        wanted = np.where(rare, 0.0, weights) / max(weights[~rare].sum(), np.finfo(float).tiny) * left
        newly = ~rare & (wanted < least)
        if not newly.any():
            break
        rare |= newly
    given = np.where(rare, least, np.floor(wanted)).astype(np.int64)
    rest = np.argsort(np.where(rare, -1.0, wanted - np.floor(wanted)), kind="stable")[::-1]
    given[rest[: points - given.sum()]] += 1
    return given


def weights_of(method: str, shares: Floats, spread: Floats) -> Floats:
    """What points are shared out by. ``spread``: standard deviation of "mapped right" within each stratum.

    "proportional": area, best for the overall accuracy and areas of common classes; "equal": best for user's
    accuracies; "neyman": area times spread (Cochran 1977, equation 5.26), the least error of the overall accuracy;
    "root": square root of the area, between proportional and equal (Bankier 1988, power 1/2).
    """
    if method == "equal":
        return np.ones(shares.size)
    if method == "neyman":
        return shares * np.maximum(spread, 0.05)  # a stratum that is thought faultless is looked at all the same
    return np.sqrt(shares) if method == "root" else shares


def expected_shares(mix: Floats, areas: Floats, users: Floats) -> Floats:
    """The share of each reference class that is to be expected in each stratum, (strata, classes); rows sum to 1.

    ``mix``: (strata, classes) share of each mapped class in each stratum; ``areas``: (classes,) share of each on the
    map; ``users``: (classes,) expected user's accuracies. What is mapped wrong is taken to be of the other classes in
    proportion to their areas.
    """
    others = np.where(np.eye(users.size, dtype=bool), 0.0, areas)
    total = others.sum(axis=1, keepdims=True)
    confused = np.divide(others, total, out=np.zeros_like(others), where=total > 0) * (1 - users)[:, None]
    return np.asarray(mix @ (confused + np.diag(np.where(total[:, 0] > 0, users, 1.0))), np.float64)


def expected_error(weights: Floats, shares: Floats, points: Counts) -> Floats:
    """The standard error of stratified shares: sqrt(sum W² p (1 - p) / n), (...,) for ``shares`` (strata, ...)."""
    count = np.maximum(points, 1).reshape(-1, *(1,) * (shares.ndim - 1))
    weight = weights.reshape(count.shape)
    return np.asarray(np.sqrt((weight**2 * shares * (1 - shares) / count).sum(axis=0)), np.float64)
