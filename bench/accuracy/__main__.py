# SPDX-License-Identifier: AGPL-3.0-or-later
"""How right the classifiers are, beside published figures and beside scikit-learn's forest on the same splits.

    make accuracy                                       every set: the default classifier, and the best of the others
    python bench/accuracy --only br_mt --splits 5       some sets, the first splits of each
    python bench/accuracy --classifiers kernel,ensemble
    python bench/accuracy --classifiers temporal --with epochs=30    other settings than those that come by themselves

The protocol is in `bench/accuracy/PROTOCOL.md`. One line a figure: name, ours, the peer's, ratio of errors, bar, met or
not; a summary last; an error when a bar is not met by the default.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import trials
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from terracite.landcover.accuracy import confusion_matrix
from terracite.landcover.classifiers.contract import Settings, predict
from terracite.landcover.classifiers.registry import DEFAULT, train

DATA = Path(__file__).resolve().parents[3] / "shared/data"
PEER = "scikit-learn's forest"


def main() -> int:
    """Try every data set, and say which bars are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", default="", help="part of the name of a trial")
    parser.add_argument("--splits", type=int, default=0, help="of each trial, at most; 0 = all")
    parser.add_argument("--classifiers", default=",".join(dict.fromkeys((DEFAULT, *OTHERS))))
    parser.add_argument("--with", dest="settings", action="append", default=[], metavar="NAME=NUMBER")
    chosen = parser.parse_args()
    if not chosen.data.is_dir():
        print(f"skipped: there is no folder '{chosen.data}' (give one with --data)")
        return 0
    names = [PEER, *chosen.classifiers.split(",")]
    met = [item for trial in trials.TRIALS if chosen.only in trial.name for item in _tried(trial, names, chosen)]
    print(f"{sum(met)} of {len(met)} bars met by the default classifier ({DEFAULT})")
    return 0 if all(met) else 1


OTHERS = ("kernel", "intervals", "extra_trees", "random_forest")  #: tried beside the default unless others are named


def _tried(trial: trials.Trial, names: list[str], chosen: argparse.Namespace) -> list[bool]:
    known = trial.data(chosen.data)
    splits = trial.splits(known, chosen.data)[: chosen.splits or None]
    print(f"\n{trial.name}: {known.values.shape[0]} samples, {known.values.shape[1]} features, {len(splits)} splits")
    scores: dict[str, dict[str, float]] = {}
    settings = Settings(**{key: int(number) for key, _, number in (item.partition("=") for item in chosen.settings)})
    for name in names:
        start, spent = time.perf_counter(), time.process_time()
        scores[name] = _scored([_matrix(known, split, name, settings) for split in splits], trial.pooled)
        shown = "  ".join(f"{measure} {value:.4f}" for measure, value in scores[name].items())
        taken = f"{time.perf_counter() - start:.0f} s, {time.process_time() - spent:.0f} s of CPU"
        print(f"    {name:<24} {shown}   ({taken})", flush=True)
    met = [_bar(trial.name, measure, scores, least) for measure, least in trial.bars.items() if DEFAULT in scores]
    if not trial.bars and DEFAULT in scores:
        _bar(trial.name, "OA", scores, None)
    return [item for item in met if item is not None]


def _matrix(known: trials.sets.DataSet, split: trials.Split, name: str, settings: Settings) -> NDArray[np.int64]:
    """The confusion matrix of one split, rows predicted."""
    learnt, tested = split
    values, labels = known.values[learnt], known.labels[learnt]
    if name == PEER:
        peer = RandomForestClassifier(200, random_state=1, n_jobs=-1).fit(values, labels)
        found = peer.set_params(n_jobs=1).predict(known.values[tested])  # a few cells: threads cost more than they give
    else:
        model = train(name, values, labels, groups=known.groups[learnt], layout=known.layout, settings=settings)
        found, _ = predict(model, np.ascontiguousarray(known.values[tested].T))
    return confusion_matrix(found, known.labels[tested], int(known.labels.max()) + 1)


def _scored(matrices: list[NDArray[np.int64]], pooled: bool) -> dict[str, float]:
    """Overall accuracy and macro-F1; ``pooled``: of all splits together, else OA is the mean over the splits."""
    total = np.sum(matrices, axis=0)
    counted = [total] if pooled else matrices
    overall = float(np.mean([np.trace(matrix) / matrix.sum() for matrix in counted]))
    f_scores = 2 * np.diag(total) / np.maximum(total.sum(axis=0) + total.sum(axis=1), 1)
    return {"OA": overall, "macro-F1": float(f_scores.mean())}


def _bar(trial: str, measure: str, scores: dict[str, dict[str, float]], least: float | None) -> bool | None:
    ours, peer = scores[DEFAULT][measure], scores[PEER][measure]
    best = max((name for name in scores if name != PEER), key=lambda name: scores[name][measure])
    met = None if least is None else ours > least
    verdict = "no bar" if met is None else "met" if met else "NOT MET"
    bar = "" if least is None else f"> {least:.3f}"
    ratio = (1 - peer) / max(1 - ours, 1e-9)
    print(f"{trial + ', ' + measure:<46} {ours:>8.4f} {peer:>8.4f} {ratio:>6.2f}  {bar:<8} {verdict}", flush=True)
    print(f"{'    best of all: ' + best:<46} {scores[best][measure]:>8.4f}")
    return met


if __name__ == "__main__":
    sys.exit(main())
