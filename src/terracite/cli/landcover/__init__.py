# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite landcover``: make a map, judge it, and make of it what others need."""

from __future__ import annotations

import click

from terracite.cli.landcover.areas import areas
from terracite.cli.landcover.combining import fuse, mosaic
from terracite.cli.landcover.converting import convert_iota2
from terracite.cli.landcover.judging import accuracy, change, compare
from terracite.cli.landcover.making import check, init, plan, run, script
from terracite.cli.landcover.sampling import sample
from terracite.cli.landcover.scales import fractions, generalise
from terracite.cli.landcover.shaping import regularise, vectorise
from terracite.cli.landcover.years import years


@click.group(epilog="Example: terracite landcover init ARCHIVE polygons.gpkg, then terracite landcover run recipe.toml")
def landcover() -> None:
    """Make a land-cover map from a recipe, with its accuracy."""


for _command in (
    run, script, check, init, plan,
    areas,
    fuse, mosaic,
    fractions, generalise, years,
    regularise, vectorise,
    accuracy, compare, change,
    convert_iota2,
    sample,
):  # fmt: skip
    landcover.add_command(_command)
