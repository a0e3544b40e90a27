# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map at other resolutions and in other nomenclatures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import class_column_option, json_option, sample_options, sample_part, sample_words

_map = click.argument("map_path", metavar="MAP", type=click.Path(path_type=Path, exists=True))
_nomenclature = click.option(
    "--nomenclature", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Classes of MAP: CSV with code, fr, en, colour, parent [those of its record].",
)  # fmt: skip


@click.command(epilog="Example: terracite landcover fractions maps/2022 --cell 20,50,100 --lonlat 0.25 -o maps/shares")
@_map
@click.option("--cell", "sides", metavar="M,M...", default="", help="Squares of these sides, in MAP's projection.")
@click.option("--lonlat", metavar="STEP", default="", help="Cells of longitude and latitude: 0.25, or 0.1x0.05.")
@click.option(
    "--grid", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Cells of a climate model: a NetCDF file, or a raster in degrees.",
)  # fmt: skip
@click.option("--from-probabilities", is_flag=True, help="Count each cell for its probabilities, not for its class.")
@_nomenclature
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Crate to make [MAP-fractions].")
@json_option
def fractions(
    map_path: Path, sides: str, lonlat: str, grid: Path | None, from_probabilities: bool, nomenclature: Path | None,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Share of each class of MAP in coarser cells, whose areas sum to those of MAP exactly.

    Squares become a COG each, with one band a class; cells of longitude and latitude a CF NetCDF file.
    """
    from terracite.landcover.classmap import open_map
    from terracite.landcover.scales.climate import read_grid
    from terracite.landcover.scales.fractions import Wanted
    from terracite.landcover.scales.fractions import fractions as make

    if not (sides or lonlat or grid):
        raise click.UsageError("Say which cells: --cell 20,50,100, --lonlat 0.25, or --grid FILE.")
    if lonlat and grid:
        raise click.UsageError("Give --lonlat or --grid, not both.")
    steps = _numbers(lonlat, "x", "--lonlat") or None
    if steps and (len(steps) > 2 or max(steps) > 90):
        raise click.UsageError(f"--lonlat is one step or two in degrees (0.25, 0.1x0.05), not '{lonlat}'.")
    wanted = Wanted(
        sides=_numbers(sides, ",", "--cell"),
        steps=(steps[0], steps[-1]) if steps else None,
        grid=read_grid(grid) if grid else None,
        grid_file=grid,
        from_probabilities=from_probabilities,
    )
    folder = output or Path(f"{map_path.stem}-fractions")
    words = ["terracite", "landcover", "fractions", map_path.name]
    words += [*(("--cell", sides) if sides else ()), *(("--lonlat", lonlat) if lonlat else ())]
    words += [*(("--grid", grid.name) if grid else ()), *(("--from-probabilities",) if from_probabilities else ())]
    changed, sums = make(open_map(map_path, nomenclature), folder, wanted, words, console)
    facts = {
        "output": str(folder), "changed": changed, "map_m2": sums.of_map.tolist(),
        "files": {name: values.tolist() for name, values in sums.by_file.items()},
        "largest_difference": sums.largest_difference,
    }  # fmt: skip
    console.result(facts, as_json=as_json, text=str(folder))
    console.step(f"largest difference of an area from that of the map: {sums.largest_difference:.1e} of the map")


def _numbers(text: str, between: str, option: str) -> tuple[float, ...]:
    """ "20,50" as (20.0, 50.0); none for ""."""
    try:
        found = tuple(float(word) for word in text.lower().split(between)) if text else ()
    except ValueError:
        found = (0.0,)
    if any(not 0 < number < float("inf") for number in found):
        raise click.UsageError(f"{option} is made of numbers above 0, not '{text}'.")
    return found


@click.command(
    epilog="Example: terracite landcover generalise maps/2022 --crosswalk classes.csv -o maps/2022-8-classes"
)
@_map
@click.option(
    "--crosswalk", metavar="CSV", default="", help="Columns from_code, to_code, fr, en, colour; or a shipped one."
)
@click.option("--level", type=click.Choice(["parent"]), help="Or: the parents that MAP's classes have.")
@click.option(
    "--sample", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Probability sample of MAP."
)
@class_column_option
@sample_options("map")
@_nomenclature
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path, file_okay=False), help="Crate to make.")
@json_option
def generalise(
    map_path: Path, crosswalk: str, level: str | None, sample: Path | None, class_column: str,
    nomenclature: Path | None, output: Path, as_json: bool, **drawn: Any,
) -> None:  # fmt: skip
    """Bring MAP into a coarser nomenclature, with its accuracy estimated again from its sample.

    Shipped tables: oso23-parents (8 classes), oso23-oso17.
    """
    from terracite.landcover.classmap import open_map
    from terracite.landcover.scales.crosswalk import of_parents, read_crosswalk, shipped
    from terracite.landcover.scales.generalise import generalise as make

    if bool(crosswalk) == bool(level):
        raise click.UsageError("Say into which classes: --crosswalk CSV, or --level parent.")
    found = open_map(map_path, nomenclature)
    table = read_crosswalk(crosswalk) if crosswalk else of_parents(found)
    if crosswalk in shipped() and found.nomenclature.id and not found.nomenclature.id.lower().startswith("oso"):
        console.warn(f"'{crosswalk}' is for the 23 classes of OSO; this map has those of '{found.nomenclature.id}'")
    part = sample_part(sample, class_column, drawn, "map") if sample else None
    words = ["terracite", "landcover", "generalise", map_path.name]
    words += ["--crosswalk", Path(crosswalk).name] if crosswalk else ["--level", "parent"]
    words += sample_words(sample, drawn)
    made = make(found, table, output, part, words)
    facts = {
        "output": str(output), "changed": made.changed, "nomenclature": table.id,
        "classes": [{"code": one.code, "label": one.label.best("en"), "area_ha": one.area_ha} for one in made.classes],
        "quality": [one.sentence() for one in made.known.quality()],
    }  # fmt: skip
    console.result(
        facts, as_json=as_json, text="\n".join([str(output), *(one.sentence() for one in made.known.quality())])
    )
    console.step(made.known.remark.best("en"))
