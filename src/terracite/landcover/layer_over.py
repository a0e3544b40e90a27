# SPDX-License-Identifier: AGPL-3.0-or-later
"""A layer made from another one, which says of itself most of what that one says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from terracite.landcover.layers import Layer, Origin, Source
from terracite.landcover.recipe import PeriodPart
from terracite.landcover.tiles import grids_of
from terracite.raster.grid import Grid


@dataclass(frozen=True, slots=True)
class LayerOver:
    """What stays the same whatever is made of the ``layer`` below."""

    layer: Layer

    @property
    def grid(self) -> Grid:
        return self.layer.grid

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Every extent of the layer."""
        return grids_of(self.layer)

    @property
    def origins(self) -> tuple[Origin, ...]:
        return self.layer.origins

    @property
    def platforms(self) -> tuple[str, ...]:
        return self.layer.platforms

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.layer.sources

    def during(self, period: PeriodPart) -> Self:
        return replace(self, layer=self.layer.during(period))
