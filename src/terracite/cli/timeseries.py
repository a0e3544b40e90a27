# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries``: inventory an image archive; make series, footprints and records of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.cli.catalogue import catalogue
from terracite.cli.derive import derive
from terracite.cli.pack import pack
from terracite.cli.products import products
from terracite.cli.quality import quality

if TYPE_CHECKING:
    from terracite.record.model import Language
    from terracite.timeseries.options import Options
    from terracite.timeseries.run import RunResult

_archive = click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path(path_type=Path))
_settle = click.option(
    "--settle",
    "settle_s",
    default=0.0,
    metavar="SECONDS",
    help="Leave files changed less than so many seconds ago for the next time; 60 beside a Sen2Chain at work.",
)
_product = click.option("--product", default="auto", show_default=True, help="Type of the image tree.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog="Example: terracite timeseries inventory /data/sen2chain")
def timeseries() -> None:
    """Inventory an image archive; make time series, footprints and records of it."""


timeseries.add_command(derive)
timeseries.add_command(catalogue)
timeseries.add_command(pack)
timeseries.add_command(products)
timeseries.add_command(quality)


@timeseries.command(epilog="Example: terracite timeseries inventory demo-archive/sen2chain")
@_archive
@_product
@_settle
@click.option("--csv", "as_csv", is_flag=True, help="Print the inventory as CSV.")
@_json
def inventory(archives: tuple[Path, ...], product: str, settle_s: float, as_csv: bool, as_json: bool) -> None:
    """What ARCHIVE holds, per tile and index: dates, gaps, clear share, orbits, versions, size."""
    from terracite.timeseries import inventory as room
    from terracite.timeseries.archive import scan

    with console.progress("looking into images") as progress:
        found = scan(archives, product, progress=progress, settle_s=settle_s)
    rows = room.inventory(found)
    for problem in (*found.problems, *found.suspicions, *found.waiting):
        console.warn(str(problem))
    text = room.to_csv(rows) if as_csv else room.as_table(rows)
    left_out = {
        "duplicates": [{"file": str(file.path), "reason": reason} for file, reason in found.duplicates],
        "unknown": [{"file": str(file.path), "reason": file.reason} for file in found.unknown],
        "problems": [{"file": problem.where, "reason": problem.what} for problem in found.problems],
        "suspicious": [{"file": note.where, "reason": note.what} for note in found.suspicions],
        "waiting": [{"file": note.where, "reason": note.what} for note in found.waiting],
    }
    console.note(
        f"{found.file_count} files; left out: {len(found.duplicates)} duplicates, "
        f"{len(found.problems)} with a problem, {len(found.unknown)} unknown"
    )
    console.result({"product": found.product, "series": room.to_json(rows), **left_out}, as_json=as_json, text=text)


def _choices(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say who signs and which series are wanted."""
    for option in reversed(
        (
            click.option(
                "--creator",
                "creators",
                multiple=True,
                metavar="NAME",
                help='"Family, Given; ORCID; Organisation", or an organisation. Repeat, in order of citation.',
            ),
            click.option("--contact", "contacts", multiple=True, metavar="NAME", help="Default: the first creator."),
            click.option("--licence", default="CC-BY-4.0", show_default=True, help="SPDX identifier."),
            click.option(
                "--discipline",
                "disciplines",
                multiple=True,
                default=("continental_surfaces",),
                show_default=True,
            ),
            click.option("--place", default="", metavar="NAME", help='Name of the area; "French / English".'),
            click.option(
                "--source",
                default="",
                metavar="TEXT",
                help='What the images were made from: "title; DOI or address".',
            ),
            click.option("--tile", "tiles", multiple=True, help="Only this tile."),
            click.option("--index", "indices", multiple=True, help="Only this index."),
            click.option("--year", "years", multiple=True, type=int, help="Only this year of sensing."),
            _settle,
            click.option(
                "--format",
                type=click.Choice(["netcdf", "zarr", "cog"]),
                default="netcdf",
                show_default=True,
                help="How series are written: a NetCDF file, a Zarr v3 store, or a folder of COGs with STAC Items.",
            ),
            click.option(
                "--compression",
                type=click.Choice(["zlib", "zstd"]),
                default="zlib",
                show_default=True,
                help="Of NetCDF and COG; a Zarr store has its own.",
            ),
            click.option(
                "--granularity",
                default="tile-index-year",
                show_default=True,
                metavar="NAME",
                help="Which series make one dataset: tile-index-year, tile-index, index-year, tile, index, archive.",
            ),
        )
    ):
        command = option(command)
    return command


@timeseries.command(epilog="Example: terracite timeseries plan ARCHIVE --output crates --to zenodo --save plan.json")
@_archive
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the crates.")
@click.option("--to", "target", default="zenodo", show_default=True, help="Where to publish: zenodo, repository.")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep the plan, for `run --plan`.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@_product
@_choices
@_json
def plan(
    archives: tuple[Path, ...],
    output: Path,
    target: str,
    save: Path | None,
    language: Language,
    product: str,
    as_json: bool,
    **choices: Any,
) -> None:
    """Say what a run over ARCHIVE costs before anything is written: files, bytes, hours, DOIs, and who can hold it.

    Bytes and hours are measured on some images, written to a temporary folder. The way of cutting into datasets that is
    proposed has the fewest DOIs that the place to publish can hold.
    """
    from terracite.timeseries import planning
    from terracite.timeseries.planning.saved import save as save_plan
    from terracite.timeseries.run import weigh

    options = _options(product, **choices)
    found = weigh(archives, output, planning.target(target), options, console.progress)
    console.result(planning.as_json(found), as_json=as_json, text=planning.as_text(found, language))
    if save:
        save_plan(save, found, archives, output, options)
        console.step(f"Wrote {save}. To do it: terracite timeseries run --plan {shlex.quote(str(save))}")


@timeseries.command(
    epilog='Example: terracite timeseries run ARCHIVE --output crates --creator "Payet, Marie; ; Station SEAS-OI"'
)
@click.argument("archives", metavar="[ARCHIVE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder of the crates.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Do what `timeseries plan --save` wrote.")
@_product
@_choices
@click.option("--dry-run", is_flag=True, help="Say what would be made; write nothing.")
@_json
def run(
    archives: tuple[Path, ...],
    output: Path | None,
    plan_file: Path | None,
    product: str,
    dry_run: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Make one crate per tile, index and year of ARCHIVE, and one of its inventory and footprints.

    Running again makes only what changed. Standard output lists the crates, for `terracite deposit`.
    """
    archives, output, options = _task(archives, output, plan_file, lambda: _options(product, **choices))
    if dry_run:
        return _show_plan(archives, output, options, as_json=as_json)
    from terracite.timeseries import run as room

    if not options.creators:
        console.warn('No creator: the records cannot be published as they are. Cure: --creator "Family, Given".')
    result = room.run(archives, output, options, console.progress, told=console.step)
    for problem in (*result.problems, *result.notes):
        console.warn(str(problem))
    return _show_result(result, as_json=as_json)


def _task(
    archives: tuple[Path, ...], output: Path | None, plan_file: Path | None, typed: Callable[[], Options]
) -> tuple[tuple[Path, ...], Path, Options]:
    """What to run: as typed, or as planned."""
    if plan_file is not None:
        if others := _typed_beside_the_plan():
            raise click.UsageError(
                f"A plan holds every choice: give it without {', '.join(others)}, or correct the plan."
            )
        from terracite.timeseries.planning.saved import load

        planned = load(plan_file)
        return planned.archives, planned.output, planned.options
    if not archives or output is None:
        raise click.UsageError("Give ARCHIVE and --output, or --plan.")
    return archives, output, typed()


def _typed_beside_the_plan() -> list[str]:
    """The options and arguments of the command line that a plan would overrule."""
    context = click.get_current_context()
    free = {"plan_file", "dry_run", "as_json"}
    return [
        parameter.opts[0] if parameter.param_type_name == "option" else "ARCHIVE"
        for parameter in context.command.params
        if parameter.name not in free
        and context.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE
    ]


def _show_result(result: RunResult, *, as_json: bool) -> None:
    from terracite.timeseries.inventory import to_json

    value = {
        "crates": [str(path) for path in result.crates],
        "written": [str(path) for path in result.written],
        "inventory": to_json(result.inventory),
        "problems": [
            {"file": problem.where, "what": problem.what, "cure": problem.cure} for problem in result.problems
        ],
    }
    console.result(value, as_json=as_json, text="\n".join(str(path) for path in result.crates))


def _show_plan(archives: tuple[Path, ...], output: Path, options: Options, *, as_json: bool) -> None:
    from dataclasses import asdict

    from terracite.timeseries.inventory import human_bytes
    from terracite.timeseries.run import plan as planned_crates

    planned = planned_crates(archives, output, options, console.progress)
    lines = [
        f"{item.name}: {item.dates} dates, about {human_bytes(item.estimated_bytes)}, "
        f"{'up to date' if item.up_to_date else 'to be written'}"
        for item in planned
    ]
    console.result([asdict(item) for item in planned], as_json=as_json, text="\n".join(lines))


def _options(product: str, **choices: Any) -> Options:
    from terracite.record.model import Discipline, Text
    from terracite.timeseries.options import Options, agent, source

    known = [str(discipline) for discipline in Discipline]
    for name in choices["disciplines"]:
        if name not in known:
            raise click.UsageError(f"There is no discipline '{name}'. Choose among: {', '.join(known)}.")
    fr, _, en = (part.strip() for part in choices.pop("place").partition("/"))
    return Options(
        product=product,
        creators=tuple(agent(text) for text in choices.pop("creators")),
        contacts=tuple(agent(text) for text in choices.pop("contacts")),
        disciplines=tuple(Discipline(name) for name in choices.pop("disciplines")),
        place=Text(fr=fr, en=en or fr),
        source=source(named) if (named := choices.pop("source")) else None,
        **choices,
    )
