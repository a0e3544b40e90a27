# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a map is made from: dated images of one index, wherever they come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.recipe import PeriodPart
from terracite.raster.grid import Block, Grid


@dataclass(frozen=True, slots=True)
class Origin:
    """Something a layer was made from: a file with its product id, or a crate with its identifier."""

    identifier: str
    path: Path
    name: str  #: relative to the source folder
    title: str = ""  #: "" = one of many images


@dataclass(frozen=True, slots=True)
class Source:
    """What the record cites: an image tree, or a time-series crate."""

    title: str
    identifier: str
    is_dataset: bool  #: a dataset with a record of its own, rather than a kind of product


class Layer(Protocol):
    """The dated images of one channel: an index, a band, a polarisation, or what does not change in time.

    ``days`` are ordinals of UTC dates (`datetime.date.toordinal`), in order; none where ``still``.
    """

    @property
    def index(self) -> str: ...
    @property
    def still(self) -> bool:
        """Whether it does not change in time: it has no days then, and is read as (1, y, x)."""
        ...

    @property
    def days(self) -> NDArray[np.float64]: ...
    @property
    def grid(self) -> Grid: ...
    @property
    def origins(self) -> tuple[Origin, ...]: ...
    @property
    def platforms(self) -> tuple[str, ...]: ...
    @property
    def sources(self) -> tuple[Source, ...]: ...
    def during(self, period: PeriodPart) -> Layer:
        """The layer with the dates of ``period`` only."""
        ...

    def checked(self) -> tuple[Layer, list[Problem]]:
        """The layer without the images that cannot be read, and what is wrong with each of those."""
        ...

    def read(self, block: Block, grid: Grid) -> NDArray[np.float32]:
        """Physical values (time, y, x) on ``grid``; NaN = cloud or no data."""
        ...
