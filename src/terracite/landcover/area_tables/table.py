# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of the areas of a map and of its units; rows of the tables are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.estimation import Estimate, UnitEstimate
from terracite.landcover.zonal import Units
from terracite.record.model import MapClass, Text

Floats = NDArray[np.float64]

UNITS = {"ha": 1.0, "km2": 100.0}  #: hectares in each
SHOWN = {"ha": "ha", "km2": "km²"}
METHODS = {
    "direct": Text(fr="directe", en="direct"),
    "model-assisted": Text(fr="assistée par modèle", en="model-assisted"),
    "refused": Text(fr="refusée", en="refused"),
    "mapped": Text(fr="comptée sur la carte", en="counted on the map"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The whole map, or one unit. Areas are in hectares on the ellipsoid."""

    name: str  #: "" for the whole map
    mapped_ha: Floats  #: (classes,)
    unmapped_ha: float  #: on the map's grid, without class
    share_on_map: float  #: 0-1: how much of it lies on the map's grid
    estimate: UnitEstimate | None  #: None without a sample

    @property
    def area_ha(self) -> float:
        """What of it lies on the map, with class or without."""
        return float(self.mapped_ha.sum() + self.unmapped_ha)

    @property
    def method(self) -> str:
        """ "direct", "model-assisted", "refused"; "mapped" without a sample."""
        return self.estimate.method if self.estimate else "mapped"

    @property
    def areas(self) -> Estimate | None:
        """(classes,) adjusted areas, where there are any."""
        return self.estimate.areas if self.estimate else None


@dataclass(frozen=True, slots=True, eq=False)
class AreaTable:
    """Areas of every class, of the whole map and of each unit."""

    classes: tuple[MapClass, ...]
    whole: Place
    units: tuple[Place, ...]
    unit: str  #: "ha" or "km2"
    stretch: tuple[float, float]  #: least and most by which the map's own plane says areas too large
    notes: tuple[Problem, ...] = ()  #: warnings about units, sample and classes
    drawn: Units | None = None  #: the shapes of the units
    refusal: tuple[Problem, ...] = ()  #: why the sample, where there is one, bears no estimate at all

    @property
    def places(self) -> tuple[Place, ...]:
        """The whole map first, then the units."""
        return (self.whole, *self.units)

    @property
    def sampled(self) -> bool:
        """Whether there is a sample."""
        return self.whole.estimate is not None

    def in_unit(self, hectares: float) -> float:
        """Hectares in the unit of the table."""
        return float(hectares) / UNITS[self.unit]

    def interval(self, place: Place, position: int) -> tuple[float, float, float]:
        """Adjusted area of a class with the ends of its 95 % interval, in the unit of the table; NaN where none is."""
        found = place.areas
        if found is None:
            return (np.nan, np.nan, np.nan)
        low, value, high = (self.in_unit(np.asarray(one)[position]) for one in (found.low, found.value, found.high))
        return value, low, high

    def rows(self) -> Iterator[tuple[Place, int, MapClass]]:
        """Every place with every class."""
        for place in self.places:
            for position, one in enumerate(self.classes):
                yield place, position, one
