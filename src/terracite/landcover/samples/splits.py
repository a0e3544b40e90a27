# SPDX-License-Identifier: AGPL-3.0-or-later
"""How samples are split so that a test says something: by polygon, by place, at random."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.samples.values import Samples

BLOCKS = 5  #: squares that samples should lie in, so that what is learnt in some says something of the others
_WIDEST, _NARROWEST = 0.5, 0.001  #: degrees: about 55 km and 100 m


def polygon_splits(
    samples: Samples, runs: int, train_share: float, seed: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """``runs`` pairs of (training rows, test rows): the polygons of each class and region are drawn anew for each run.

    Those tested on least often so far come first, so that a few runs test on all. Every class with two polygons or more
    in a region has at least one on either side there. A polygon of several classes is not tested on where a class would
    be left without any to learn from.
    """
    heads = _heads(samples)
    times = np.zeros(len(heads), np.int64)
    for run in range(runs):
        rng = np.random.default_rng([seed, run])
        tested: list[NDArray[np.int64]] = []
        for stratum, label in np.unique(heads[:, :2], axis=0):
            own = np.flatnonzero((heads[:, 0] == stratum) & (heads[:, 1] == label))
            if own.size >= 2:
                size = int(np.clip(round(own.size * (1 - train_share)), 1, own.size - 1))
                drawn_anew = rng.permutation(own)
                chosen = drawn_anew[np.argsort(times[drawn_anew], kind="stable")[:size]]
                times[chosen] += 1
                tested.append(heads[chosen, 2])
        drawn = np.unique(np.concatenate(tested)) if tested else np.empty(0, np.int64)
        test = np.isin(samples.groups, _spared(heads, drawn))
        yield ~test, test


def _heads(samples: Samples) -> NDArray[np.int64]:
    """Each class of each polygon once: (region, class, polygon); a polygon lies where its first sample does."""
    _, first, group = np.unique(samples.groups, return_index=True, return_inverse=True)
    home = samples.strata[first][group.reshape(-1)]
    return np.unique(np.column_stack([home, samples.labels, samples.groups]), axis=0)


def _spared(heads: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    """The polygons drawn without those that some class needs to be learnt from."""
    for stratum, label in np.unique(heads[:, :2], axis=0):
        own = heads[(heads[:, 0] == stratum) & (heads[:, 1] == label), 2]
        if np.isin(own, drawn).all():
            drawn = np.setdiff1d(drawn, own[:1])
    return drawn


def fold_splits(
    groups: NDArray[np.int64], runs: int, seed: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """``runs`` folds: every group is tested on once and trained with otherwise; folds are of about equal size."""
    names, members = np.unique(groups, return_inverse=True)
    sizes = np.bincount(members)
    rng = np.random.default_rng(seed)
    folds, load = np.empty(names.size, np.int64), np.zeros(runs)
    for group in sorted(rng.permutation(names.size), key=lambda position: -sizes[position]):
        folds[group] = np.argmin(load)
        load[folds[group]] += sizes[group]
    for run in range(runs):
        test = folds[members] == run
        if test.any() and not test.all():
            yield ~test, test


def blocks_of(samples: Samples, degrees: float | None = None) -> tuple[NDArray[np.int64], float]:
    """The number of the square that each sample lies in, and the side of the squares in degrees.

    A polygon lies whole in the square of its middle. ``degrees``: the side; None = half a degree, halved until the
    samples lie in `BLOCKS` squares. All samples are in one square where none can be told apart.
    """
    _, group = np.unique(samples.groups, return_inverse=True)
    group = group.reshape(-1)
    middle = np.column_stack([np.bincount(group, samples.lonlat[:, axis]) / np.bincount(group) for axis in (0, 1)])
    if not np.isfinite(middle).all():
        return np.zeros(len(samples), np.int64), 0.0
    side = degrees or _WIDEST
    squares = spatial_blocks(middle, side)
    while degrees is None and squares.max() + 1 < BLOCKS and side > _NARROWEST:
        side /= 2
        squares = spatial_blocks(middle, side)
    return squares[group], side


def spatial_blocks(lonlat: NDArray[np.float64], degrees: float) -> NDArray[np.int64]:
    """The number of the square of ``degrees`` a side that each point lies in."""
    squares = np.floor(lonlat / degrees).astype(np.int64)
    return np.unique(squares, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
