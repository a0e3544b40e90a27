# SPDX-License-Identifier: AGPL-3.0-or-later
"""A finished map without its smallest patches, and as polygons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import in_language, json_option
from terracite.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from terracite.landcover.classmap import ClassMap
    from terracite.landcover.shapes import Regular
    from terracite.record.model import Language


def _regular_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        [
            click.option("--majority", type=int, default=0, help="Side of a majority filter, in cells: 3 [none]."),
            click.option("--minimum", default="", help="Smallest patch that stays: 0.5ha, 5000m2 or 50cells [none]."),
            click.option(
                "--connect", type=click.Choice(["4", "8"]), default="4", show_default=True,
                help="Neighbours of a cell, for patches under the minimum.",
            ),
            click.option("--keep", default="", help="Classes that are never removed, by code or name: 4,Water."),
            click.option(
                "--nomenclature", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                help="Classes as CSV (code, fr, en, colour) [those of the map].",
            ),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def _opened(
    map_: Path, nomenclature: Path | None, majority: int, minimum: str, connect: str, keep: str
) -> tuple[ClassMap, Regular, list[str]]:
    """The map, what is done to it, and the words of the command that say so."""
    from terracite.landcover.classmap import open_map
    from terracite.landcover.shapes import options_of

    known = open_map(map_, nomenclature)
    how = options_of(known, majority, minimum, int(connect), [word.strip() for word in keep.split(",") if word.strip()])
    given: dict[str, Any] = {"--majority": majority, "--minimum": minimum, "--keep": keep}
    words = [part for name, value in given.items() if value for part in (name, str(value))]
    return known, how, [known.name, *words, *(["--connect", "8"] if how.corners else [])]


@click.command(epilog="Example: terracite landcover regularise maps/reunion --majority 3 --minimum 0.5ha -o regular")
@click.argument("map_", metavar="MAP", type=click.Path(path_type=Path, exists=True))
@_regular_options
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Crate to make, or a .tif file.")
@json_option
@in_language
def regularise(
    map_: Path, majority: int, minimum: str, connect: str, keep: str, nomenclature: Path | None, output: Path,
    as_json: bool, language: Language,
) -> None:  # fmt: skip
    """Remove the smallest patches of a MAP: a crate, or a raster of classes.

    First the majority filter, then the sieve: patches under the minimum go to the class that they share the longest
    border with, the smallest first, until none is left. In degrees, hectares are those of the mean cell.
    """
    from terracite.landcover.shapes.regularise import regularise as write
    from terracite.landcover.shapes.wording import effects_text

    known, how, words = _opened(map_, nomenclature, majority, minimum, connect, keep)
    if how.does_nothing:
        cure = "Give --majority, --minimum, or both."
        raise ProblemsError(
            "The map would stay as it is.", [Problem("--majority, --minimum", "neither is given.", cure)]
        )
    found = write(known, how, output, console, ("terracite", "landcover", "regularise", *words))
    classes = {
        str(code): {"before": before, "after": after, "lost": lost, "won": won}
        for code, before, after, lost, won in found.effects.by_class()
    }
    share = round(found.effects.changed_share, 6)
    facts = {"output": str(found.path), "changed": found.changed, "changed_share": share, "classes": classes}
    text = f"{effects_text(known, found.effects, language)}\n{found.path}"
    console.result(facts, as_json=as_json, text=text)


@click.command(
    epilog="Example: terracite landcover vectorise maps/reunion --minimum 0.5ha --simplify 10 --format gpkg,shp -o out"
)
@click.argument("map_", metavar="MAP", type=click.Path(path_type=Path, exists=True))
@_regular_options
@click.option("--simplify", type=float, default=0, help="Metres that a border may move by [0: along the cells].")
@click.option("--format", "formats", default="gpkg", show_default=True, help="gpkg, shp, fgb, pmtiles, parquet.")
@click.option(
    "--attributes", type=click.Choice(["oso", "plain"]), default="oso", show_default=True,
    help="Columns of OSO's vectors, or class and area alone.",
)  # fmt: skip
@click.option(
    "--units", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Administrative units: files for each, cut at its border.",
)  # fmt: skip
@click.option("--unit-name", default="", help="The column that names the units [found].")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Crate to make.")
@json_option
@in_language
def vectorise(
    map_: Path, majority: int, minimum: str, connect: str, keep: str, nomenclature: Path | None, simplify: float,
    formats: str, attributes: Any, units: Path | None, unit_name: str, output: Path, as_json: bool, language: Language,
) -> None:  # fmt: skip
    """Make polygons of a MAP, without gaps or overlaps: a crate, or a raster of classes.

    With --majority and --minimum the map is regularised first; the shares of the classes in each polygon are still
    those of the MAP. Borders are simplified once for both neighbours. In degrees, metres are those at its middle.
    """
    from terracite.landcover.shapes.vectorise import Drawing
    from terracite.landcover.shapes.vectorise import vectorise as write
    from terracite.landcover.shapes.wording import effects_text

    known, how, words = _opened(map_, nomenclature, majority, minimum, connect, keep)
    wanted = tuple(word.strip().lower() for word in formats.split(",") if word.strip())
    drawing = Drawing(how, simplify, wanted, attributes, units, unit_name)
    more = [*(["--simplify", f"{simplify:g}"] if simplify else []), "--format", ",".join(wanted)]
    found = write(known, drawing, output, console, ("terracite", "landcover", "vectorise", *words, *more))
    share = round(found.effects.changed_share, 6)
    facts = {
        "output": str(found.path), "changed": found.changed, "polygons": found.polygons, "units": found.units,
        "changed_share": share,
    }  # fmt: skip
    lines = [] if how.does_nothing else [effects_text(known, found.effects, language)]
    count = {"en": f"{found.polygons} polygons", "fr": f"{found.polygons} polygones"}[language]
    console.result(facts, as_json=as_json, text="\n".join([*lines, count, str(found.path)]))
