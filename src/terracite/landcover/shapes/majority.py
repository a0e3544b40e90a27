# SPDX-License-Identifier: AGPL-3.0-or-later
"""The majority filter: each cell takes the class that most cells around it have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.shapes.kernels import kernel


@kernel
def majority(  # noqa: C901 - compiled: one pass over cells
    codes: NDArray[np.uint8], top: int, side: int, keep: NDArray[np.bool_], found: NDArray[np.uint8],
    votes: NDArray[np.int64],
) -> None:  # fmt: skip
    """Fill ``found`` (height, x) with the filtered rows from ``top`` on of ``codes`` (y, x).

    ``codes``: with ``side // 2`` rows more on either side, but for the first and the last rows of a map; 0 = not
    mapped. A cell without class stays so and has no vote; a tie leaves a cell as it is, and so does a class in
    ``keep`` (256,). ``votes`` (256,): zeros, before and after.
    """
    rows, cols = codes.shape
    reach = side // 2
    for row in range(top, top + found.shape[0]):
        first = row - reach if row > reach else 0
        last = row + reach + 1 if row + reach < rows else rows
        for col in range(cols):
            own = codes[row, col]
            found[row - top, col] = own
            if own == 0 or keep[own]:
                continue
            left = col - reach if col > reach else 0
            right = col + reach + 1 if col + reach < cols else cols
            others = 0
            for y in range(first, last):
                for x in range(left, right):
                    others += codes[y, x] != own
            if others * 2 <= (last - first) * (right - left):  # no other class can have more votes than its own
                continue
            for y in range(first, last):
                for x in range(left, right):
                    votes[codes[y, x]] += 1
            votes[0] = 0
            best, most, tied = own, votes[own], False
            for y in range(first, last):
                for x in range(left, right):
                    code = codes[y, x]
                    if votes[code] > most:
                        best, most, tied = code, votes[code], False
                    elif votes[code] == most and code != best:
                        tied = True
            found[row - top, col] = own if tied else best
            for y in range(first, last):
                for x in range(left, right):
                    votes[codes[y, x]] = 0
