# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a map from a recipe; check a recipe, write a first one, say what it takes."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.cli.landcover.options import in_language, json_option

if TYPE_CHECKING:
    from terracite.landcover.run import RunResult
    from terracite.record.model import Language

_recipe = click.argument("recipe", metavar="RECIPE", type=click.Path(path_type=Path, dir_okay=False))
_engine = click.option(
    "--engine",
    type=click.Choice(["local", "processes", "dask", "slurm", "pbs"]),
    help="Who maps the blocks [as the recipe says].",
)


@click.command(epilog="Example: terracite landcover run examples/cbers-bahia.toml --output crates/cbers-bahia")
@_recipe
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Crate to make [name of RECIPE]."
)
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done.")
@_engine
@click.option("--workers", type=click.IntRange(0), help="Processes, or jobs of a cluster.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask that runs: tcp://HOST:8786.")
@click.option("--blocks", metavar="I/N", help="Do a part of the work: 0/N trains, 1/N to N/N map; then run without it.")
@json_option
@in_language
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


@click.command(epilog="Example: terracite landcover script recipe.toml --engine slurm --workers 20 > map.sh")
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


@click.command(epilog="Example: terracite landcover check recipe.toml")
@_recipe
@json_option
@in_language
def check(recipe: Path, as_json: bool) -> None:
    """Check RECIPE and every file it names; all mistakes are told at once. No pixel is read."""
    _show_plan(recipe, as_json)


@click.command(
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


@click.command(epilog="Example: terracite landcover plan recipe.toml --output /big/crates/map")
@_recipe
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Where the crate will be.")
@json_option
@in_language
def plan(recipe: Path, output: Path | None, language: Language, as_json: bool) -> None:
    """Say what the map of RECIPE takes before it is made: images, clear sky, samples, hours, memory, disk.

    Some blocks are really read and classified, and nothing is written. What will fail later is named.
    """
    from terracite.landcover import planning

    found = planning.plan(recipe, output, console)
    console.result(planning.as_json(found), as_json=as_json, text=planning.as_text(found, language))


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
