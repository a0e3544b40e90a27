# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries catalogue``: the inventory of an image archive as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.timeseries.archive import Scan


@click.command(epilog="Example: terracite timeseries catalogue /data/sen2chain --output inventory --format geoparquet")
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the files.")
@click.option("--product", default="auto", show_default=True, help="Type of the image tree.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="One of json, csv, geoparquet, footprints, stac, html, sen2val. Repeat for several; default: all.",
)
@click.option(
    "--catalogue-url",
    default="",
    metavar="URL",
    help="What goes before a record's identifier in the links of the sen2val layers.",
)
@click.option("--archive-url", default="", metavar="URL", help="Where the files of ARCHIVE are served, for STAC.")
@click.option("--licence", default="other", show_default=True, help="Of the images, for STAC: SPDX identifier.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def catalogue(
    archives: tuple[Path, ...],
    output: Path,
    product: str,
    formats: tuple[str, ...],
    catalogue_url: str,
    archive_url: str,
    licence: str,
    as_json: bool,
) -> None:
    """Write the inventory of ARCHIVE as files: tables, footprints, a STAC catalogue, a page, the layers of sen2val.

    Standard output lists the main files.
    """
    from terracite.timeseries.archive import check_apart, scan
    from terracite.timeseries.inventory_files import FORMATS, Addresses, write_inventory

    check_apart(archives, output)
    with console.progress("looking into images") as progress:
        found = scan(archives, product, progress=progress)
    _report(found)
    addresses = Addresses(catalogue_url, archive=archive_url, licence=licence)
    written = write_inventory(found, output, formats or tuple(FORMATS), addresses)
    console.result([str(path) for path in written], as_json=as_json, text="\n".join(str(path) for path in written))


def _report(found: Scan) -> None:
    for problem in found.problems:
        console.warn(str(problem))
    console.step(f"scanned {found.file_count} files: {len(found.series)} series")
