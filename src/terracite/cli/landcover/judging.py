# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite landcover accuracy``, ``compare``, ``change``: what a probability sample says of maps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import class_column_option, in_language, json_option, sample_options, sample_part
from terracite.errors import Problem

if TYPE_CHECKING:
    from terracite.record.model import Language

_there = click.Path(path_type=Path, exists=True)
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Options of the three commands, beside those that say how a sample was drawn."""
    for option in (
        click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False),
                     help="Folder for tables (CSV) and JSON."),
        click.option("--nomenclature", type=_file, help="Classes of a bare raster (CSV: code, fr, en, colour)."),
        sample_options(),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(epilog="Example: terracite landcover accuracy maps/2023 points.gpkg --strata strata.csv -o judged")
@click.argument("map_path", metavar="MAP", type=_there)
@click.argument("sample", type=_there)
@class_column_option
@click.option("--units", type=_there, help="Polygons, such as municipalities, to be judged one by one.")
@click.option("--unit-name", default="", help="Column of their names [the column called so].")
@click.option("--least", type=click.IntRange(15), default=30, show_default=True,
              help="Points a unit needs for a direct estimate.")  # fmt: skip
@_shared
@in_language
@json_option
def accuracy(
    map_path: Path, sample: Path, class_column: str, units: Path | None, unit_name: str, least: int,
    nomenclature: Path | None, output: Path | None, language: Language, as_json: bool, **drawn: Any,
) -> None:  # fmt: skip
    """How right is MAP (a crate, or a raster of classes), by a probability SAMPLE of points: accuracies and areas with
    95 % intervals, whole and per unit.

    Points that were not drawn by chance (--design none) give a score only.
    """
    from terracite.landcover import judging
    from terracite.landcover.classmap import open_map
    from terracite.landcover.judging import files, telling

    part = sample_part(sample, class_column, drawn)
    found = judging.judge_map(open_map(map_path, nomenclature), part, units, unit_name, least)
    _answer(files.facts_of(found), files.tables_of(found), telling.told(found, language), output, as_json)
    _warn(found.notes)


@click.command(epilog="Example: terracite landcover compare maps/2023 maps/2023-new points.gpkg --strata strata.csv")
@click.argument("first", metavar="MAP1", type=_there)
@click.argument("second", metavar="MAP2", type=_there)
@click.argument("sample", type=_there)
@class_column_option
@_shared
@in_language
@json_option
def compare(
    first: Path, second: Path, sample: Path, class_column: str, nomenclature: Path | None, output: Path | None,
    language: Language, as_json: bool, **drawn: Any,
) -> None:  # fmt: skip
    """Which of two maps is better, by one probability SAMPLE: differences with intervals that know that the same points
    tell of both. With --design map the strata are the classes of MAP1.
    """
    from terracite.landcover import judging
    from terracite.landcover.classmap import open_map
    from terracite.landcover.judging import files, telling

    part = sample_part(sample, class_column, drawn)
    found = judging.compare_maps(open_map(first, nomenclature), open_map(second, nomenclature), part)
    names = (first.name, second.name)
    text = telling.told_of_two(found, names, language)
    _answer(files.facts_of_two(found, names), files.tables_of_two(found), text, output, as_json)
    _warn(found.notes)


@click.command(epilog="Example: terracite landcover change points.gpkg --from 2018 --to 2023 --strata strata.csv")
@click.argument("sample", type=_there)
@click.option("--from", "before", required=True, help="Column of the class at the first date.")
@click.option("--to", "after", required=True, help="Column of the class at the second date.")
@click.option(
    "--maps", nargs=2, type=_there, help="Maps of both dates: with --design map their transitions are strata."
)
@click.option("--area", type=float, default=0.0, help="Hectares that the sample stands for, without strata and maps.")
@_shared
@in_language
@json_option
def change(
    sample: Path, before: str, after: str, maps: tuple[Path, Path] | None, area: float, nomenclature: Path | None,
    output: Path | None, language: Language, as_json: bool, **drawn: Any,
) -> None:  # fmt: skip
    """What changed between two dates, from a SAMPLE of points whose class is known at both: transitions in hectares,
    net and gross, with intervals. Two maps are never subtracted.
    """
    from terracite.landcover import judging
    from terracite.landcover.classmap import open_map
    from terracite.landcover.judging import files, telling

    part = sample_part(sample, before, drawn)
    both = (open_map(maps[0], nomenclature), open_map(maps[1], nomenclature)) if maps else None
    found = judging.measure_change(part, (before, after), both, area, judging.read_classes(nomenclature))
    text = telling.told_of_change(found, language)
    _answer(files.facts_of_change(found), files.tables_of_change(found), text, output, as_json)
    _warn(found.notes)


def _answer(facts: dict[str, Any], tables: dict[str, Any], text: str, output: Path | None, as_json: bool) -> None:
    from terracite.landcover.judging import files

    if output is not None:
        files.write(output, facts, tables)
    console.result(facts, as_json=as_json, text=text)
    if output is not None:
        console.step(f"{output}: {', '.join([*tables, 'judgement.json'])}")


def _warn(notes: Iterable[Problem]) -> None:
    for note in notes:
        console.warn(str(note))
