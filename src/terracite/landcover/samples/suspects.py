# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reference data that look mislabelled: what models that had not seen them took them for.

The runs of the model score predict samples that their models had not learnt from. A polygon that they take for another
class, by far, is a suspect (after Northcutt, Jiang and Chuang 2021). A suspect is named; it is no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.samples.values import Samples

SURE = 0.4  #: how much more the likely class has to be heard than the given one; see docs/how-to/recipes.md
MOST = 0.25  #: of the polygons of a class that may be left out
NEIGHBOURS = 10


@dataclass(slots=True)
class Heard:
    """The shares that samples were given by models that had not seen them, summed up over runs."""

    shares: NDArray[np.float64]  #: (samples, classes)
    times: NDArray[np.int64]  #: (samples,)

    @classmethod
    def nothing(cls, samples: int, classes: int) -> Heard:
        return cls(np.zeros((samples, classes)), np.zeros(samples, np.int64))

    def add(self, test: NDArray[np.bool_], classes: NDArray[np.int64], shares: NDArray[np.float32]) -> None:
        """What one run said of the samples ``test``; ``classes``: positions, of the columns of ``shares``."""
        rows = np.flatnonzero(test)
        self.shares[np.ix_(rows, classes)] += shares
        self.times[rows] += 1


@dataclass(frozen=True, slots=True)
class Suspect:
    """One polygon, point or series that looks mislabelled."""

    group: int
    given: int  #: position of the class
    likely: int  #: position of the class that it was taken for
    sure: float  #: mean share of the likely class less that of the given one, 0-1
    neighbours: float  #: share of the most similar samples of other polygons that are of the likely class, 0-1
    samples: int


@dataclass(frozen=True, slots=True)
class Suspicions:
    """What looks mislabelled, the surest first."""

    suspects: tuple[Suspect, ...]
    judged: int  #: polygons, points or series that some run had not learnt from
    groups: int  #: of all
    left_out: tuple[Suspect, ...] = field(default=())


def find(samples: Samples, heard: Heard) -> Suspicions:
    """The polygons (points, series) that the runs took for another class, by `SURE` or more."""
    pairs, pair = np.unique(np.column_stack([samples.groups, samples.labels]), axis=0, return_inverse=True)
    pair = pair.reshape(-1)
    times = np.bincount(pair, heard.times, len(pairs))
    judged = np.flatnonzero(times > 0)
    total = np.zeros((len(pairs), heard.shares.shape[1]))
    np.add.at(total, pair, heard.shares)
    shares = total[judged] / times[judged, None]
    likely, given = shares.argmax(axis=1), pairs[judged, 1]
    rows = np.arange(len(judged))
    sure = shares[rows, likely] - shares[rows, given]
    doubtful = np.flatnonzero((likely != given) & (sure >= SURE))
    similar = _Similar(samples)
    found = [
        Suspect(
            group=int(pairs[judged[one], 0]),
            given=int(given[one]),
            likely=int(likely[one]),
            sure=float(sure[one]),
            neighbours=similar.share(np.flatnonzero(pair == judged[one]), int(likely[one])),
            samples=int((pair == judged[one]).sum()),
        )
        for one in doubtful
    ]
    found.sort(key=lambda one: (-one.sure, one.group, one.given))
    return Suspicions(tuple(found), len(judged), len(pairs))


class _Similar:
    """Samples by likeness: each feature in units of its spread."""

    def __init__(self, samples: Samples) -> None:
        spread = samples.values.std(axis=0, dtype=np.float64)
        self.values = (samples.values / np.where(spread > 0, spread, 1)).astype(np.float32)
        self.squares = np.einsum("ij,ij->i", self.values, self.values)
        self.labels, self.groups = samples.labels, samples.groups

    def share(self, rows: NDArray[np.intp], label: int) -> float:
        """How many of the samples most similar to the middle of ``rows`` are of ``label``; their own group aside."""
        middle = self.values[rows].mean(axis=0)
        distance = self.squares - 2 * self.values @ middle
        distance[self.groups == self.groups[rows[0]]] = np.inf
        nearest = np.argsort(distance, kind="stable")[:NEIGHBOURS]
        return float((self.labels[nearest] == label).mean())


def to_leave_out(found: Suspicions, samples: Samples) -> tuple[Suspect, ...]:
    """The suspects that can be left out: the surest, as long as each class keeps all but `MOST` of its polygons."""
    pairs = np.unique(np.column_stack([samples.groups, samples.labels]), axis=0)
    labels, counts = np.unique(pairs[:, 1], return_counts=True)
    room = dict(zip(labels.tolist(), np.floor(counts * MOST).astype(int).tolist(), strict=True))
    chosen = []
    for suspect in found.suspects:
        if room[suspect.given] > 0:
            room[suspect.given] -= 1
            chosen.append(suspect)
    return tuple(chosen)


def without(samples: Samples, suspects: Sequence[Suspect]) -> Samples:
    """The samples without those of ``suspects``."""
    pairs = {(suspect.group, suspect.given) for suspect in suspects}
    own = zip(samples.groups.tolist(), samples.labels.tolist(), strict=True)
    return samples.take(np.array([pair not in pairs for pair in own], bool))


def cleaned(samples: Samples, heard: Heard, clean: str) -> tuple[Samples, Suspicions]:
    """The samples to learn from and what looks mislabelled; ``clean``: "report" leaves all in, "leave_out" does not."""
    found = find(samples, heard)
    if clean != "leave_out":
        return samples, found
    left = to_leave_out(found, samples)
    return without(samples, left), replace(found, left_out=left)


def said(found: Suspicions) -> str:
    """One line for a console; nothing where no run judged anything."""
    if not found.judged:
        return ""
    done = f", {len(found.left_out)} of them left out" if found.left_out else ""
    unheard = f"; {found.groups - found.judged} were never tested on" if found.judged < found.groups else ""
    return f"reference: {len(found.suspects)} of {found.judged} look mislabelled (suspects.csv){done}{unheard}"
