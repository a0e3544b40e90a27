# SPDX-License-Identifier: AGPL-3.0-or-later
"""The areas of the units of ``[areas]``, beside the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from terracite.errors import Problem, Severity
from terracite.landcover.outcome import Outcome
from terracite.landcover.products.files import Item, standing
from terracite.landcover.products.rasters import MAP
from terracite.raster.grid import Grid


def with_areas(folder: Path, found: Outcome) -> Outcome:
    """The outcome with the areas of the units of ``[areas]``, counted on the map in ``folder``; unchanged without.

    A sample that bears no estimate is told in the table (`AreaTable.refusal`), which then has mapped areas only.
    """
    part = found.prepared.recipe.areas
    if part is None:
        return found
    from terracite.landcover.area_tables import Asked, area_table  # they read finished maps
    from terracite.landcover.classmap import ClassMap

    raster = standing(folder, MAP)
    finished = ClassMap(raster, raster.name, None, Grid.of(raster), found.prepared.nomenclature)
    asked = Asked(
        part.units, part.name, found.prepared.recipe.validation.sample, part.strata, part.strata_name, part.unit
    )
    return replace(found, areas=area_table(finished, asked, insist=False))


def area_files(folder: Path, found: Outcome) -> Iterator[Item]:
    """Write the tables of the units into ``folder``; nothing without units."""
    if found.areas is not None:
        from terracite.landcover.area_tables import write_files

        yield from write_files(folder, found.areas)


def warnings(found: Outcome) -> Iterator[Problem]:
    """What a run says of units whose areas the sample does not tell."""
    if found.areas is None or not found.areas.sampled:
        return
    table = found.areas
    cure = "Their areas are those that the map counts, errors included."
    if table.refusal:
        yield Problem("areas", "the sample supports no estimate of any unit.", cure, Severity.WARNING)
        yield from table.refusal
        return
    refused = sum(place.method == "refused" for place in table.units)
    if refused:
        what = f"of {len(table.units)} units, {refused} get no estimate from the sample."
        yield Problem("areas", what, f"{cure} See areas_by_unit.csv.", Severity.WARNING)
