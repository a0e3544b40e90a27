# SPDX-License-Identifier: AGPL-3.0-or-later
"""The class of a cell that several maps speak of: the most votes, or the greatest belief.

Dempster's rule, as Xu, Krzyzak and Suen 1992 (doi:10.1109/21.155943) use it for classifiers, and the Orfeo ToolBox with
them: map i, which says class c, gives the mass m_i to {c} and 1 - m_i to "not c"; where it is only trusted to t, both
count t times, and 1 - t goes to "any class". For the maps that say c these are combined into a_c on {c} and o_c on what
leaves c open; then {c} has the mass a_c x product of the o of the other classes said, no class said has the product of
all o, and what is missing to 1 is conflict. Belief is the mass over (1 - conflict).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

UNDECIDED = 0  #: class of a cell where two classes have the same, or nothing is believed
NOTHING = 255  #: of support, conflict and indecision, where no map says anything
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Combined:
    """One window of the fused map."""

    classes: NDArray[np.uint8]  #: (y, x), codes; 0 = no map says anything, or undecided
    support: NDArray[np.uint8]  #: (y, x), %: belief, or share of the votes; 255 = no map says anything
    conflict: NDArray[np.uint8]  #: (y, x), %: conflict, or share of the votes for other classes
    undecided: NDArray[np.uint8]  #: (y, x), 1 where two classes have the same


def vote(values: NDArray[np.uint8], weights: NDArray[np.float64], trust: NDArray[np.float32] | None) -> Combined:
    """The class with the most votes; ``values``: (map, y, x), 0 = the map says nothing there.

    ``weights``: (map,), of each map's vote; ``trust``: (map, y, x), 0-1, what each vote is multiplied by, or None.
    """
    table = np.repeat(weights[:, None], 256, axis=1)
    return _combined(values, table, trust, False)


def dempster(values: NDArray[np.uint8], masses: NDArray[np.float64], trust: NDArray[np.float32] | None) -> Combined:
    """The class with the greatest belief; ``masses``: (map, 256), by code, NaN = not known; else as `vote`."""
    return _combined(values, masses, trust, True)


def _combined(
    values: NDArray[np.uint8], table: NDArray[np.float64], trust: NDArray[np.float32] | None, believes: bool
) -> Combined:
    shape = values.shape[1:]
    classes, undecided = np.zeros(shape, np.uint8), np.full(shape, NOTHING, np.uint8)
    support, conflict = np.full(shape, NOTHING, np.uint8), np.full(shape, NOTHING, np.uint8)
    sure = np.ones((1, 1, 1), np.float32) if trust is None else np.ascontiguousarray(trust, np.float32)
    _combine(np.ascontiguousarray(values), table, sure, trust is not None, believes,
             classes, support, conflict, undecided)  # fmt: skip
    return Combined(classes, support, conflict, undecided)


@njit(cache=True)
def _combine(  # type: ignore[no-untyped-def] # pragma: no cover
    values, table, trust, trusted, believes, classes, support, conflict, undecided
):
    maps, height, width = values.shape
    said, held = np.empty(maps, np.uint8), np.empty((maps, 3))
    for y in range(height):
        for x in range(width):
            count = 0
            for i in range(maps):
                code = values[i, y, x]
                if code:
                    own = trust[i, y, x] if trusted else 1.0
                    count = _add(code, table[i, code], own, said, held, count, believes)
            if count:
                best, share, against, tie = _decided(held, count, believes)
                classes[y, x] = UNDECIDED if tie else said[best]
                support[y, x] = round(100 * share)
                conflict[y, x] = round(100 * against)
                undecided[y, x] = 1 if tie else 0


@njit(cache=True)
def _add(code, mass, own, said, held, count, believes):  # type: ignore[no-untyped-def] # pragma: no cover
    """Take in what one map says; ``held``: mass on the class, on "not it", and on any class. How many were said."""
    k = 0
    while k < count and said[k] != code:
        k += 1
    if k == count:
        said[k] = code
        held[k, 0], held[k, 1], held[k, 2] = 0.0, 0.0, 1.0
    if not believes:
        held[k, 0] += own * mass
    elif mass == mass:  # known
        yes, no, any_ = own * mass, own * (1 - mass), 1 - own
        held[k, 0] = held[k, 0] * (yes + any_) + held[k, 2] * yes
        held[k, 1] = held[k, 1] * (no + any_) + held[k, 2] * no
        held[k, 2] *= any_
    return max(count, k + 1)


@njit(cache=True)
def _decided(held, count, believes):  # type: ignore[no-untyped-def] # pragma: no cover
    """(place of the best class, its share, what speaks against it, whether another has as much)."""
    mass, total = np.empty(count), 0.0
    for k in range(count):
        mass[k] = held[k, 0] * _open(held, count, k) if believes else held[k, 0]
        total += mass[k]
    if believes:
        total += _open(held, count, -1)
    best = np.argmax(mass)
    tie = mass[best] <= 0
    for k in range(count):
        tie = tie or (k != best and mass[k] >= mass[best] - _TIE)
    share = mass[best] / total if total > 0 else 0.0
    return best, share, (1 - total if believes else 1 - share), tie


@njit(cache=True)
def _open(held, count, but):  # type: ignore[no-untyped-def] # pragma: no cover
    """The mass that all classes but one leave open."""
    product = 1.0
    for k in range(count):
        if k != but:
            product *= held[k, 1] + held[k, 2]
    return product
