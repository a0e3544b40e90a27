# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas of the classes of a map, in all and per administrative unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.cli.landcover.options import (
    class_column_option,
    in_language,
    json_option,
    sample_options,
    sample_part,
    sample_words,
)

if TYPE_CHECKING:
    from terracite.record.model import Language

_file = click.Path(path_type=Path, exists=True)


@click.command(
    epilog="Example: terracite landcover areas maps/2022 --units communes.gpkg --unit-name nom -o areas/2022"
)
@click.argument("map_path", metavar="MAP", type=_file)
@click.option("--units", type=_file, help="Polygons: communes, districts, catchments.")
@click.option("--unit-name", default="", metavar="COLUMN", help="What names them [nom, name...].")
@click.option("--sample", type=_file, help="Points drawn by chance, with the class that each really is.")
@class_column_option
@sample_options()
@click.option("--strata-shapes", type=_file, help="Polygons of the strata, where they are neither classes nor units.")
@click.option("--strata-name", default="", metavar="COLUMN", help="What names them, as --stratum-column does.")
@click.option("--nomenclature", type=_file, help="Classes of MAP: CSV with code, fr, en, colour.")
@click.option("--unit", type=click.Choice(["ha", "km2"]), default="ha", show_default=True, help="Of areas.")
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), help="Crate to make.")
@json_option
@in_language
def areas(
    map_path: Path, units: Path | None, unit_name: str, sample: Path | None, class_column: str,
    strata_shapes: Path | None, strata_name: str, nomenclature: Path | None, unit: str, output: Path | None,
    as_json: bool, language: Language, **drawn: Any,
) -> None:  # fmt: skip
    """Say how much of each class MAP has, in all and in each unit, in true hectares.

    With a sample, adjusted areas with 95 % intervals stand beside what the map counts; a unit with too few points is
    estimated with the help of the map, or refused with how many points are missing. --output writes CSV, Parquet, a
    spreadsheet, a chart and a GeoPackage.
    """
    from terracite.landcover import area_tables
    from terracite.landcover.classmap import open_map

    part = sample_part(sample, class_column, drawn) if sample else None
    asked = area_tables.Asked(units, unit_name, part, strata_shapes, strata_name, unit)
    found = open_map(map_path, nomenclature)
    table = area_tables.area_table(found, asked)
    for note in table.notes:
        console.warn(str(note))
    facts = area_tables.as_json(table)
    if output is not None:
        words = ["terracite", "landcover", "areas", map_path.name]
        words += [*(("--units", units.name) if units else ()), *sample_words(sample, drawn)]
        facts = {"output": str(output), "changed": area_tables.write_crate(output, found, asked, table, words), **facts}
    console.result(facts, as_json=as_json, text=area_tables.as_text(table, language))
    if output is not None:
        console.step(f"wrote {output}")
