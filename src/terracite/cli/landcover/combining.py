# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several maps of one place as one: fused cell by cell, or shown side by side."""

from __future__ import annotations

from pathlib import Path

import click

from terracite.cli import console
from terracite.cli.landcover.options import json_option


@click.command(epilog="Example: terracite landcover fuse maps/rf maps/cnn --method dempster-shafer -o maps/fused")
@click.argument("maps", metavar="MAP...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Crate to make, or a .tif file.")
@click.option(
    "--method", type=click.Choice(["vote", "weighted", "dempster-shafer"]), default="vote", show_default=True,
    help="How the class is chosen.",
)  # fmt: skip
@click.option(
    "--measure", type=click.Choice(["precision", "recall", "accuracy", "kappa"]), default="precision",
    show_default=True, help="What a map's word is worth (dempster-shafer).",
)  # fmt: skip
@click.option(
    "--confusion", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Confusion matrix of each map, in their order [of the crates].",
)  # fmt: skip
@click.option("--weights", default="", help="Weight of each map: 2,1,1 (weighted) [overall accuracy].")
@click.option("--by-confidence", is_flag=True, help="A map counts less where its own confidence is low.")
@json_option
def fuse(
    maps: tuple[Path, ...], output: Path, method: str, measure: str, confusion: tuple[Path, ...], weights: str,
    by_confidence: bool, as_json: bool,
) -> None:  # fmt: skip
    """Fuse several MAPs of one place: crates, or rasters of classes, on the grid of the first one.

    Besides the class, each cell has its support and the conflict between the maps; ties are marked as undecided.
    """
    from terracite.landcover import fusion

    try:
        given = tuple(float(word) for word in weights.split(",") if word.strip())
    except ValueError:
        raise click.UsageError(f"--weights are numbers between commas, not '{weights}'.") from None
    options = fusion.Options(method, measure, given, confusion, by_confidence)
    words = ("terracite", "landcover", "fuse", *(path.name for path in maps), "--method", method)
    found = fusion.fuse(maps, output, options, console, words)
    facts = {
        "output": str(found.path), "changed": found.changed, "cells": found.cells,
        "undecided": found.undecided, "unmapped": found.unmapped,
    }  # fmt: skip
    console.result(facts, as_json=as_json, text=str(found.path))
    console.step(f"{found.undecided} cells undecided, {found.unmapped} without any class")


@click.command(epilog="Example: terracite landcover mosaic maps/zone39 maps/zone40 --output maps/all")
@click.argument("crates", metavar="CRATE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to make.")
@json_option
def mosaic(crates: tuple[Path, ...], output: Path, as_json: bool) -> None:
    """Show the maps of several CRATEs as one: a VRT per reference system, and an index of their files (GeoParquet).

    Nothing is copied or warped. Where maps overlap, the first one named that maps a cell owns it.
    """
    from terracite.landcover.mosaic import mosaic as show

    found = show(crates, output)
    facts = {"folder": str(found.folder), "maps": [str(path) for path in found.maps], "files": found.files}
    console.result(facts, as_json=as_json, text="\n".join(str(path) for path in found.maps))
