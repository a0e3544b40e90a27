# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite simulate``: data to try Terracite with, plainly said to be simulated."""

from __future__ import annotations

from pathlib import Path

import click

from terracite.cli import console


@click.group(epilog="Example: terracite simulate archive demo-archive")
def simulate() -> None:
    """Make simulated data to try Terracite with."""


@simulate.command(epilog="Example: terracite simulate archive demo-archive --seed 7")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--size", default=384, show_default=True, help="Cells of 10 m per side.")
@click.option("--tile", default="40KCB", show_default=True, help="Name of the tile.")
@click.option("--year", "years", multiple=True, type=int, default=(2022, 2023), show_default=True)
@click.option("--index", "indices", multiple=True, default=("NDVI", "NDWIGAO"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Say where everything is, as JSON.")
def archive(
    folder: Path,
    seed: int,
    size: int,
    tile: str,
    years: tuple[int, ...],
    indices: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a small Sen2Chain library in DIR, with reference polygons and points. It is SIMULATED data."""
    from dataclasses import asdict

    from terracite.timeseries.simulate import make_archive

    with console.progress("simulating images") as progress:
        made = make_archive(folder, seed=seed, size=size, tile=tile, years=years, indices=indices, progress=progress)
    console.step(f"simulated archive: {made.dates} dates of {', '.join(made.indices)} on tile {made.tile}")
    text = "\n".join(f"{name}: {value}" for name, value in asdict(made).items() if isinstance(value, Path))
    console.result(asdict(made), as_json=as_json, text=text)
