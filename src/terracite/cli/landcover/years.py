# SPDX-License-Identifier: AGPL-3.0-or-later
"""Yearly maps made consistent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import class_column_option, json_option, sample_options, sample_part

_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(
    epilog="Example: terracite landcover years maps/2019 maps/2020 maps/2021 --forbid 'water>forest' -o maps/series"
)
@click.argument("maps", metavar="MAP...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--years", "given", metavar="Y,Y...", default="", help="Year of each MAP [its record's, or its name's].")
@click.option(
    "--stay", type=click.FloatRange(0, 1), default=0.95, show_default=True, help="Share that keeps its class."
)
@click.option("--transitions", type=_file, help="Or all transitions: CSV with from_code, to_code, probability.")
@click.option("--estimate", is_flag=True, help="Estimate the transitions from the maps, beginning with these.")
@click.option("--forbid", multiple=True, help="A transition that cannot happen: 'water>forest', or 'urban>*'.")
@click.option("--confusion", multiple=True, help="Confusion matrix of the maps, or of one: 2019=FILE [the crates'].")
@click.option(
    "--gaps", type=click.Choice(["fill", "keep"]), default="fill", show_default=True, help="Cells not mapped."
)
@click.option(
    "--sample",
    multiple=True,
    metavar="Y=FILE",
    help="Probability sample of a year (map: by its own MAP).",
)
@class_column_option
@sample_options("map")
@click.option("--nomenclature", type=_file, help="Classes of bare rasters (CSV: code, fr, en, colour).")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Crate to make.")
@json_option
def years(
    maps: tuple[Path, ...], given: str, stay: float, transitions: Path | None, estimate: bool, forbid: tuple[str, ...],
    confusion: tuple[str, ...], gaps: str, sample: tuple[str, ...], class_column: str,
    nomenclature: Path | None, output: Path, as_json: bool, **drawn: Any,
) -> None:  # fmt: skip
    """Make yearly MAPs consistent: per cell the most likely sequence of classes, without impossible changes.

    Areas of change come from a paired sample, not from these maps: terracite landcover change.
    """
    from terracite.landcover.years.chain import chain_of
    from terracite.landcover.years.opening import open_years
    from terracite.landcover.years.series import How, make_series

    matrices, samples = _by_year(confusion, "--confusion"), _by_year(sample, "--sample")
    if 0 in samples:
        raise click.UsageError("Say whose sample it is: --sample 2020=FILE.")
    series = open_years(maps, _years(given), matrices, nomenclature)
    known = series[0].map.nomenclature
    how = How(
        chain=chain_of(known, stay, transitions, forbid),
        learnt=estimate,
        fill=gaps == "fill",
        samples={year: sample_part(path, class_column, drawn, "map") for year, path in samples.items()},
        files=(*matrices.values(), *((transitions,) if transitions else ())),
    )
    words = ["terracite", "landcover", "years", *(path.name for path in maps), "--stay", f"{stay:g}"]
    words += [*(("--transitions", transitions.name) if transitions else ()), *(("--estimate",) if estimate else ())]
    words += [word for one in forbid for word in ("--forbid", one)] + ["--gaps", gaps]
    made = make_series(series, how, output, words, console)
    counted = made.counted
    facts = {
        "output": str(output), "changed": made.changed, "years": [one.year for one in series],
        "cells_changed": counted.altered.tolist(), "cells_filled": counted.filled.tolist(),
        "accuracy": [one.quality().sentence() for one in made.effects],
    }  # fmt: skip
    text = "\n".join([str(output), *(one.quality().sentence() for one in made.effects)])
    console.result(facts, as_json=as_json, text=text)
    for one, cells, filled in zip(series, counted.altered, counted.filled, strict=True):
        console.step(f"{one.year}: {cells} cells have another class than on the map of the year, {filled} were filled")
    console.note("areas of change come from a paired sample, not from these maps: terracite landcover change")


def _years(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isdigit() for word in words):
        raise click.UsageError(f"--years are whole numbers between commas, not '{text}'.")
    return tuple(int(word) for word in words)


def _by_year(given: tuple[str, ...], option: str) -> dict[int, Path]:
    """ "2019=FILE" by year; a FILE alone is that of year 0."""
    found: dict[int, Path] = {}
    for words in given:
        year, equals, name = words.partition("=")
        path = Path(name) if equals and year.isdigit() else Path(words)
        if not path.is_file():
            raise click.UsageError(f"{option}: there is no file '{path}'.")
        key = int(year) if path == Path(name) and equals else 0
        if key in found:
            raise click.UsageError(f"{option}: there are two for {key or 'all years'}.")
        found[key] = path
    return found
