# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite landcover``: make a map from a recipe, with its accuracy; check a recipe; write a first one."""

from __future__ import annotations

import functools
import inspect
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.errors import ProblemsError, TerraciteError

if TYPE_CHECKING:
    from terracite.landcover.run import RunResult
    from terracite.record.model import Language

_recipe = click.argument("recipe", metavar="RECIPE", type=click.Path(path_type=Path, dir_okay=False))
_language = click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the answer."
)
_engine = click.option(
    "--engine",
    type=click.Choice(["local", "processes", "dask", "slurm", "pbs"]),
    help="Who maps the blocks [as the recipe says].",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def _in_language(command: Callable[..., None]) -> Callable[..., None]:
    """A command that tells mistakes and warnings about a recipe in English or French."""

    @_language
    @functools.wraps(command)
    def speaking(*args: object, language: Language, **options: object) -> None:
        from terracite.landcover.recipe.french import told

        if "language" in inspect.signature(command).parameters:
            options["language"] = language
        try:
            with console.warning_through(lambda text: told(text, language)):
                command(*args, **options)
        except ProblemsError as error:
            if language == "en":
                raise
            raise TerraciteError(told(str(error), language)) from error

    return speaking


@click.group(epilog="Example: terracite landcover init ARCHIVE polygons.gpkg, then terracite landcover run recipe.toml")
def landcover() -> None:
    """Make a land-cover map from a recipe, with its accuracy."""


@landcover.command(epilog="Example: terracite landcover run examples/cbers-bahia.toml --output crates/cbers-bahia")
@_recipe
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Crate to make [name of RECIPE]."
)
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done.")
@_engine
@click.option("--workers", type=click.IntRange(0), help="Processes, or jobs of a cluster.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask that runs: tcp://HOST:8786.")
@click.option("--blocks", metavar="I/N", help="Do a part of the work: 0/N trains, 1/N to N/N map; then run without it.")
@_json
@_in_language
def run(
    recipe: Path,
    output: Path | None,
    dry_run: bool,
    engine: str | None,
    workers: int | None,
    scheduler: str | None,
    blocks: str | None,
    as_json: bool,
) -> None:
    """Make the map of RECIPE as a crate: classes, confidence, accuracy, areas, report and record.

    Run again, it does nothing when nothing changed. After an interruption it goes on where it stopped.
    """
    if dry_run:
        _show_plan(recipe, as_json)
        return
    from terracite.landcover.engine import Share, chosen
    from terracite.landcover.run import run as make
    from terracite.landcover.run import run_share

    folder = output or Path(recipe.stem)
    how = chosen(recipe, engine or ("dask" if scheduler else None), workers, scheduler)
    if blocks:
        run_share(recipe, folder, Share.parse(blocks), console, how=how)
        return
    found = make(recipe, folder, console, ("terracite", "landcover", "run", recipe.name), how=how)
    console.result(_facts(found), as_json=as_json, text=str(found.crate.folder))


@landcover.command(epilog="Example: terracite landcover script recipe.toml --engine slurm --workers 20 > map.sh")
@_recipe
@click.option("--engine", type=click.Choice(["slurm", "pbs"]), default="slurm", show_default=True, help="Queue.")
@click.option("--workers", type=click.IntRange(0), help="Jobs that map.")
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Crate to make.")
@click.option("--dask", is_flag=True, help="The job of one Dask worker instead, as --engine submits it.")
def script(recipe: Path, engine: str, workers: int | None, output: Path | None, dask: bool) -> None:
    """Print the script that makes the map of RECIPE with the jobs of SLURM or PBS.

    One job trains, an array of jobs maps a share of the blocks each, and one writes the crate. Dask is not needed.
    """
    from terracite.landcover.engine import chosen, cluster, scripts
    from terracite.landcover.recipe import EnginePart

    how = chosen(recipe, engine, workers, None) or EnginePart()
    text = cluster.job_script(how) if dask else scripts.submission(how, recipe, output or Path(recipe.stem))
    click.echo(text, nl=False)


@landcover.command(epilog="Example: terracite landcover check recipe.toml")
@_recipe
@_json
@_in_language
def check(recipe: Path, as_json: bool) -> None:
    """Check RECIPE and every file it names; all mistakes are told at once. No pixel is read."""
    _show_plan(recipe, as_json)


@landcover.command(
    epilog="Example: terracite landcover init --images ARCHIVE --reference polygons.gpkg --output recipe.toml"
)
@click.argument("given", metavar="[IMAGES] [REFERENCE]", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--images", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of images.")
@click.option("--reference", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="What is known.")
@click.option("--output", "-o", default="recipe.toml", show_default=True, type=click.Path(path_type=Path), help="File.")
@click.option("--product", default="auto", show_default=True, help="Type of the image tree, or a product file.")
def init(given: tuple[Path, ...], images: Path | None, reference: Path | None, output: Path, product: str) -> None:
    """Write a commented recipe for the image tree IMAGES and the reference file REFERENCE.

    The type of images, the class column, the period and the classes are guessed, each with its reason. A file that is
    there is never overwritten.
    """
    from terracite.landcover.starter import write_starter

    named = [path for path in (images, reference) if path]
    if len(named) + len(given) != 2:
        raise click.UsageError("Give a folder of images and a reference file: --images FOLDER --reference FILE.")
    folder = images or given[0]
    known = reference or given[-1]
    reason = write_starter(folder, known, output, product)
    console.step(f"wrote {output}; {reason}")
    console.note(f"see what it takes with: terracite landcover plan {shlex.quote(str(output))}")


@landcover.command(epilog="Example: terracite landcover plan recipe.toml --output /big/crates/map")
@_recipe
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Where the crate will be.")
@_json
@_in_language
def plan(recipe: Path, output: Path | None, language: Language, as_json: bool) -> None:
    """Say what the map of RECIPE takes before it is made: images, clear sky, samples, hours, memory, disk.

    Some blocks are really read and classified, and nothing is written. What will fail later is named.
    """
    from terracite.landcover import planning

    found = planning.plan(recipe, output, console)
    console.result(planning.as_json(found), as_json=as_json, text=planning.as_text(found, language))


@landcover.command(epilog="Example: terracite landcover fuse maps/rf maps/cnn --method dempster-shafer -o maps/fused")
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
@_json
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


@landcover.command(epilog="Example: terracite landcover mosaic maps/zone39 maps/zone40 --output maps/all")
@click.argument("crates", metavar="CRATE...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to make.")
@_json
def mosaic(crates: tuple[Path, ...], output: Path, as_json: bool) -> None:
    """Show the maps of several CRATEs as one: a VRT per reference system, and an index of their files (GeoParquet).

    Nothing is copied or warped. Where maps overlap, the first one named that maps a cell owns it.
    """
    from terracite.landcover.mosaic import mosaic as show

    found = show(crates, output)
    facts = {"folder": str(found.folder), "maps": [str(path) for path in found.maps], "files": found.files}
    console.result(facts, as_json=as_json, text="\n".join(str(path) for path in found.maps))


@landcover.command("convert-iota2", epilog="Example: terracite landcover convert-iota2 config.cfg --output recipe.toml")
@click.argument("configuration", metavar="CONFIG", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", "-o", default="recipe.toml", show_default=True, type=click.Path(path_type=Path), help="File.")
@_language
@_json
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


def _show_plan(recipe: Path, as_json: bool) -> None:
    from terracite.landcover.run import plan_only

    facts = plan_only(recipe, console)
    console.result(facts, as_json=as_json, text="\n".join(f"{name}: {value}" for name, value in facts.items()))


def _facts(found: RunResult) -> dict[str, object]:
    """What a program wants to know about a finished map."""
    record = found.crate.record
    return {
        "crate": str(found.crate.folder),
        "changed": found.changed,
        "uuid": str(record.uuid),
        "title": record.title.model_dump(),
        "quality": [
            {"name": item.name.best("en"), "value": item.value, "low": item.low, "high": item.high}
            for item in record.quality
        ],
        "classes": [
            {"code": item.code, "label": item.label.best("en"), "area_ha": item.area_ha} for item in record.classes
        ],
    }
