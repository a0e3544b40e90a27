# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was learnt of a model's doubts, beside the model: the samples of the dissimilarity, and tables of what was kept.

``dissimilarity.npz`` (arrays), ``reliability.csv``, ``coverage.csv``; thresholds and figures are in the model's card.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from terracite.errors import ModelError
from terracite.landcover.classifiers.model import save_arrays
from terracite.landcover.uncertainty.conformal import Thresholds
from terracite.landcover.uncertainty.dissimilarity import Dissimilarity
from terracite.landcover.uncertainty.layers import Doubt
from terracite.landcover.uncertainty.learnt import Learnt

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared

SAMPLES, RELIABILITY, COVERAGE = "dissimilarity.npz", "reliability.csv", "coverage.csv"


def write(folder: Path, learnt: Learnt, unlike: Dissimilarity | None, prepared: Prepared) -> None:
    """Write into ``folder`` what there is."""
    if unlike is not None:
        save_arrays(folder / SAMPLES, unlike.arrays())
    if learnt.curves:
        _table(folder / RELIABILITY, _reliability(learnt, prepared))
    if learnt.coverages:
        _table(folder / COVERAGE, _coverage(learnt, prepared))


def load(folder: Path, card: Mapping[str, Any], *, unlike: bool) -> Doubt:
    """What the rasters of a map are made of; ``unlike``: whether dissimilarity is one. Raises `ModelError`."""
    about = card.get("uncertainty", {}).get("sets")
    thresholds = Thresholds(about["wanted"], tuple(about["least"]), tuple(about["own"])) if about else None
    return Doubt(thresholds, _samples(folder) if unlike else None)


def _samples(folder: Path) -> Dissimilarity:
    try:
        with np.load(folder / SAMPLES, allow_pickle=False) as file:
            return Dissimilarity.from_arrays({name: file[name] for name in file.files})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"There is no usable '{SAMPLES}' in '{folder}'.", hint="Train the model again.") from error


def _reliability(learnt: Learnt, prepared: Prepared) -> Iterator[Iterable[object]]:
    yield "state", "class_code", "probability_from", "probability_to", "samples", "mean_probability", "observed_share"
    codes = prepared.nomenclature.codes
    for state, place, one in learnt.curves:
        code = "chosen" if place < 0 else codes[place]
        yield state, code, one.low, one.high, one.samples, round(one.said, 5), round(one.seen, 5)


def _coverage(learnt: Learnt, prepared: Prepared) -> Iterator[Iterable[object]]:
    yield "of", "which", "wanted", "coverage", "half_width", "coverage_by_polygon", "mean_size", "samples", "polygons"
    wanted = learnt.thresholds.wanted if learnt.thresholds else 0.0
    for of, place, one in learnt.coverages:
        numbers = (one.share, one.half_width, one.by_group, one.size)
        kept = ["" if np.isnan(number) else round(number, 5) for number in numbers]
        yield of, _which(of, place, prepared), wanted, *kept, one.samples, one.groups


def _which(of: str, place: int, prepared: Prepared) -> object:
    if of == "class":
        return prepared.nomenclature.codes[place]
    if of == "region" and prepared.strata is not None and place >= 0:
        return prepared.strata.names[place]
    return ""


def _table(path: Path, rows: Iterator[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
