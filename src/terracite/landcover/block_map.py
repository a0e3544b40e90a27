# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of one block of the map once it is classified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class BlockMap:
    """The map of one block; 0 = not mapped, for want of a clear date."""

    classes: NDArray[np.uint8]  #: (y, x), codes
    confidence: NDArray[np.uint8]  #: (y, x), share of the votes, 1-100
    clear: NDArray[np.uint16]  #: (y, x), number of clear dates
    further: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)  #: by file name, (band, y, x)
