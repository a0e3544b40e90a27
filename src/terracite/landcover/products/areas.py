# SPDX-License-Identifier: AGPL-3.0-or-later
"""The areas of the units of ``[areas]``, beside the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from terracite.errors import ProblemsError
from terracite.landcover.outcome import Outcome
from terracite.landcover.products.files import Item, standing
from terracite.landcover.products.rasters import MAP
from terracite.raster.grid import Grid


def area_files(folder: Path, found: Outcome) -> Iterator[Item]:
    """Write the tables of ``[areas]`` into ``folder``, which holds the map; nothing without that table.

    A sample that cannot be used is told in the report; the areas are then those that the map counts.
    """
    part = found.prepared.recipe.areas
    if part is None:
        return
    from terracite.landcover.area_tables import Asked, area_table, write_files  # they read finished maps
    from terracite.landcover.classmap import ClassMap

    raster = standing(folder, MAP)
    finished = ClassMap(raster, raster.name, None, Grid.of(raster), found.prepared.nomenclature)
    sample = found.prepared.recipe.validation.sample
    asked = Asked(part.units, part.name, sample, part.strata, part.strata_name, part.unit)
    try:
        table = area_table(finished, asked)
    except ProblemsError:
        if sample is None:
            raise
        table = area_table(finished, replace(asked, sample=None))
    yield from write_files(folder, table)
