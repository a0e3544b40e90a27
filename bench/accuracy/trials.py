# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which splits each data set is tried on, and the published figure to beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sets
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold

from terracite.landcover.samples import spatial_blocks

Split = tuple[NDArray[np.intp], NDArray[np.intp]]  #: rows trained with, rows tested
FOLDS = 5
SEEDS = (0, 1)  #: of the splits that are drawn


@dataclass(frozen=True)
class Trial:
    """One data set split one way."""

    name: str
    data: Callable[[Path], sets.DataSet]
    splits: Callable[[sets.DataSet, Path], list[Split]]
    bars: Mapping[str, float]  #: "OA" or "macro-F1" -> to be above
    pooled: bool = False  #: all splits in one matrix, as published; else the mean over the splits


def published(known: sets.DataSet, data: Path) -> list[Split]:
    """The splits that were published with the data."""
    every = np.arange(len(known.labels))
    return [(rows, np.setdiff1d(every, rows)) for rows in sets.dtwsat_splits(data)]


def random(known: sets.DataSet, _: Path) -> list[Split]:
    """Five folds at random, classes alike in each, drawn twice."""
    return [
        split
        for seed in SEEDS
        for split in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(known.values, known.labels)
    ]


def blocks(known: sets.DataSet, _: Path) -> list[Split]:
    """Five folds of squares of half a degree, drawn twice."""
    return _grouped(known, spatial_blocks(known.lonlat, 0.5))


def fields(known: sets.DataSet, _: Path) -> list[Split]:
    """Five folds of squares of a twentieth of a degree, drawn twice: neighbouring parcels stay together."""
    return _grouped(known, spatial_blocks(known.lonlat, 0.05))


def _grouped(known: sets.DataSet, groups: NDArray[np.int64]) -> list[Split]:
    return [
        split
        for seed in SEEDS
        for split in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(
            known.values, known.labels, groups
        )
    ]


def polygons(known: sets.DataSet, _: Path) -> list[Split]:
    """Five folds of polygons."""
    return list(GroupKFold(FOLDS).split(known.values, known.labels, known.groups))


TRIALS = (
    Trial("dtwsat-mt, 100 published splits", sets.dtwsat, published, {"OA": 0.982}),
    Trial("br_mt, random", sets.br_mt, random, {"OA": 0.976}),
    Trial("br_mt, 0.5 degree blocks", sets.br_mt, blocks, {"OA": 0.851}),
    Trial("cbers-bahia, random", sets.cbers, random, {"OA": 0.951}),
    Trial("eolearn-slovenia, polygons", sets.eolearn, polygons, {"OA": 0.877, "macro-F1": 0.50}, pooled=True),
    Trial("S2_T20LKP, 0.5 degree blocks", sets.t20lkp, blocks, {"OA": 0.852}),
    Trial("worldcereal, optical", sets.worldcereal_optical, fields, {}),
    Trial("worldcereal, optical and radar", sets.worldcereal_both, fields, {}),
)
