# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recipes from the configurations of other programs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.cli.landcover.options import json_option, language_option

if TYPE_CHECKING:
    from terracite.record.model import Language


@click.command("convert-iota2", epilog="Example: terracite landcover convert-iota2 config.cfg --output recipe.toml")
@click.argument("configuration", metavar="CONFIG", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", "-o", default="recipe.toml", show_default=True, type=click.Path(path_type=Path), help="File.")
@language_option
@json_option
def convert_iota2(configuration: Path, output: Path, language: Language, as_json: bool) -> None:
    """Write the recipe that the iota2 configuration CONFIG asks for, and say what could not be carried over.

    Old and new spellings are read. The report lists every setting: what changes the map comes first.
    """
    from terracite.landcover import iota2

    found = iota2.write(configuration, output)
    report = iota2.as_json(found.items, found.remarks)
    text = iota2.as_text(found.items, found.remarks, language)
    console.result({"recipe": str(output), **report}, as_json=as_json, text=text)
    console.step(f"wrote {output}; check it with: terracite landcover check {shlex.quote(str(output))}")
