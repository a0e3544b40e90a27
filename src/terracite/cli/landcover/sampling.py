# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite landcover sample``: from a map to points that people have looked at."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import json_option, language_option

if TYPE_CHECKING:
    from terracite.record.model import Language

_there = click.Path(path_type=Path, exists=True)
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(epilog="Example: terracite landcover sample design maps/2023 --output sample --dry-run")
def sample() -> None:
    """Draw points on a map, have them interpreted, and put the answers together."""


@sample.command(epilog="Example: terracite landcover sample design maps/2023 --output sample --error 0.01")
@click.argument("map_path", metavar="MAP", type=_there)
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to make.")
@click.option(
    "--method", type=click.Choice(["stratified", "systematic", "random", "two-stage"]), default="stratified",
    show_default=True, help="How points are drawn.",
)  # fmt: skip
@click.option("--points", type=click.IntRange(0), default=0, help="How many points; of each unit with --unit.")
@click.option("--error", type=float, default=0.0, help="Or: wanted standard error of the overall accuracy [0.01].")
@click.option("--class-error", type=float, default=0.0, help="Wanted standard error of each class's user's accuracy.")
@click.option("--expected", multiple=True, help="Expected user's accuracy: 0.8, and forest=0.9 [0.8].")
@click.option("--least", type=click.IntRange(2), default=None, help="Points of each stratum, at least [50].")
@click.option(
    "--allocation", type=click.Choice(["proportional", "equal", "neyman", "root"]), default="proportional",
    show_default=True, help="How points are shared out.",
)  # fmt: skip
@click.option("--strata", type=_file, help="Polygons that are strata [the classes of the map].")
@click.option("--unit", type=_file, help="Polygons, such as municipalities, that have --points each.")
@click.option("--column", default="", help="Names of the polygons [the only text column].")
@click.option("--by-class", is_flag=True, help="With polygons: the classes within each of them are strata.")
@click.option("--clusters", type=click.IntRange(0), default=0, help="two-stage: squares to draw.")
@click.option("--per-cluster", type=int, default=10, show_default=True, help="two-stage: points of each square.")
@click.option("--cluster-size", type=float, default=0.0, help="two-stage: side of a square, in metres.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, other points.")
@click.option("--minutes", type=float, default=1.5, show_default=True, help="To interpret a point.")
@click.option("--interpreters", type=click.IntRange(1), default=1, show_default=True, help="Who look at each point.")
@click.option("--nomenclature", type=_file, help="Classes of a bare raster (CSV: code, fr, en, colour).")
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@language_option
@json_option
def design(
    map_path: Path, output: Path, strata: Path | None, unit: Path | None, expected: tuple[str, ...],
    column: str, cluster_size: float, nomenclature: Path | None, dry_run: bool, language: Language, as_json: bool,
    **asked: Any,
) -> None:  # fmt: skip
    """Draw the points of a probability sample on MAP: a crate, or a raster of classes.

    Every hectare of a stratum is as likely as any other. The plan says what precision is to be expected, and why. The
    folder has points.gpkg (for who computes), points.csv and points.kml (for who interprets: no class of the map is in
    them), strata.csv and design.json. A sample that is there is never overwritten.
    """
    from terracite.landcover import sampling
    from terracite.landcover.classmap import open_map
    from terracite.landcover.sampling import files, told, wanted

    if strata and unit:
        raise click.UsageError("Give polygons once: --strata FILE or --unit FILE.")
    asked |= {"zones": strata or unit, "zone_column": column, "units": unit is not None}
    wish = wanted.Wanted(expected=wanted.expectations(expected), cluster_size_m=cluster_size, **asked)
    with console.progress("counting cells") as progress:
        plan = sampling.plan(open_map(map_path, nomenclature), wish, progress)
    facts = told.as_json(plan)
    if dry_run:
        console.result(facts, as_json=as_json, text=told.as_text(plan, language))
        return
    if not as_json:
        click.echo(told.as_text(plan, language))
    found = sampling.drawn(plan)
    changed = files.write(output, plan, found)
    lines = files.recipe_lines(output, plan)
    folder = shlex.quote(str(output))
    if as_json:
        console.result({**facts, "folder": str(output), "drawn": len(found), "changed": changed, "recipe": lines},
                       as_json=True, text="")  # fmt: skip
    console.step(f"{len(found)} points in {output}" if changed else f"'{output}' has this very sample: nothing to do")
    console.note(f"once interpreted, put into the recipe:\n{lines}")
    console.note(
        f"see the points with: terracite landcover sample page {folder}/points.gpkg --images RECIPE -o page.html"
    )


def _numbers(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    try:
        found = tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise click.BadParameter(f"write band numbers between commas: 3,2,1, not '{text}'.") from None
    if len(found) not in {0, 1, 3}:
        raise click.BadParameter("give one band, or three: red, green, blue.")
    return found


@sample.command(
    epilog="Example: terracite landcover sample page sample/points.gpkg --images recipe.toml --output page.html"
)
@click.argument("points", type=_file)
@click.option("--images", multiple=True, required=True, type=_file, help="Recipe whose images are shown, or a GeoTIFF.")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Page to write.")
@click.option("--dates", type=click.IntRange(1, 24), default=6, show_default=True, help="Pictures of each point.")
@click.option("--size", type=float, default=0.0, help="Side of a picture, in metres [25 cells of the map].")
@click.option("--cell", type=float, default=0.0, help="Side of the cell to judge, where no design.json tells.")
@click.option("--bands", default="", callback=_numbers, help="Bands of GeoTIFFs as red, green, blue [1,2,3].")
@click.option("--only", type=_file, help="CSV with the ids of some points, such as those in disagreement.")
@click.option(
    "--nomenclature", type=_file, help="Classes to choose from (CSV: code, fr, en, colour) [those of the map]."
)
@click.option(
    "--max-mb", type=click.FloatRange(1, 500), default=25.0, show_default=True, help="Larger pages are split."
)
@language_option
def page(
    points: Path, images: tuple[Path, ...], output: Path, dates: int, size: float, cell: float, bands: tuple[int, ...],
    only: Path | None, nomenclature: Path | None, max_mb: float, language: Language,
) -> None:  # fmt: skip
    """Write a page on which people say what is at POINTS, from pictures of several dates and the series.

    One file that asks nothing of any network, in French and English, made for the keyboard. Answers stay in the
    browser and are saved as CSV. Nothing that the map says is in it.
    """
    from terracite.landcover.sampling import answers, pages

    known = answers.read_points(points, nomenclature)
    chosen = answers.read_ids(only) if only else ()
    views = pages.views_of(images, bands)
    with console.progress("drawing pictures") as progress:
        written = pages.write_pages(
            output, known, views, only=chosen, dates=dates, size_m=size, cell_m=cell, language=language,
            largest_mb=max_mb, progress=progress,
        )  # fmt: skip
    for path in written:
        click.echo(path)
    megabytes = sum(path.stat().st_size for path in written) / 1e6
    console.step(f"{len(chosen) or len(known.ids)} points on {len(written)} page(s), {megabytes:.1f} MB in all")
    console.note(
        f"put the answers together with: terracite landcover sample collect {shlex.quote(str(points))} ANSWERS.csv"
    )


@sample.command(
    epilog="Example: terracite landcover sample collect sample/points.gpkg alice.csv bob.csv -o sample/interpreted.gpkg"
)
@click.argument("points", type=_file)
@click.argument("answers", metavar="ANSWER.csv...", nargs=-1, required=True, type=_file)
@click.option(
    "--output", "-o", required=True, type=click.Path(path_type=Path, dir_okay=False), help="GeoPackage to write."
)
@click.option(
    "--rule", type=click.Choice(["majority", "consensus"]), default="majority", show_default=True,
    help="Which class a point has when people differ.",
)  # fmt: skip
@click.option("--last-word", type=_file, help="Answers of a further look: they decide the points they are about.")
@click.option("--nomenclature", type=_file, help="Classes, where no design.json tells (CSV: code, fr, en, colour).")
@click.option("--replace", is_flag=True, help="Replace the result of an earlier collection.")
@language_option
@json_option
def collect(
    points: Path, answers: tuple[Path, ...], output: Path, rule: str, last_word: Path | None,
    nomenclature: Path | None, replace: bool, language: Language, as_json: bool,
) -> None:  # fmt: skip
    """Put the ANSWERs of one or several people to POINTS together, and measure how far they agree.

    Beside the result are the points in disagreement (look at them again: sample page --only), those without a class,
    and the agreement. No point is ever dropped: a sample with points left is marked incomplete.
    """
    from terracite.landcover.sampling import answers as reading
    from terracite.landcover.sampling import collecting

    known = reading.read_points(points, nomenclature)
    said = reading.read_answers(answers, known)
    last = reading.last_word(reading.read_answers([last_word], known)) if last_word else None
    found = collecting.collect(known, said, rule, last)
    paths = collecting.write(output, found, replace=replace)
    console.result(collecting.as_json(found), as_json=as_json, text=collecting.as_text(found, language))
    for path in paths:
        console.step(str(path))
    if not found.complete:
        console.warn(f"{int((found.classes == 0).sum())} points have no class: see {paths[2].name}")
