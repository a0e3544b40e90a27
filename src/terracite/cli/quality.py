# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries quality``: the quality certificate of series files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.record.model import Language
    from terracite.timeseries.quality import Certificate


@click.command(epilog="Example: terracite timeseries quality crates/40KCB-NDVI-* --output certificate")
@click.argument("series", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder for the pages and the JSON.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="On the terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print the certificate as JSON.")
def quality(series: tuple[Path, ...], output: Path | None, language: Language, as_json: bool) -> None:
    """One quality certificate of SERIES: series files of one index, or crates that hold them.

    Every cell of every date is counted: no data, clouds, values out of range, saturated or clipped; gaps and
    repeated dates are named. Give several years at once for the test across processing baseline 04.00.
    """
    from terracite.timeseries import quality as room

    paths = series_files(series)
    with console.progress("reading every cell") as progress:
        certificate = room.examine_files(paths, progress=progress)
    if output is not None:
        for path in _written(certificate, output):
            console.step(f"wrote {path}")
    console.result(room.to_dict(certificate), as_json=as_json, text=_told(certificate, language))


def series_files(given: tuple[Path, ...]) -> list[Path]:
    """The series files among ``given`` paths: themselves, or those in the folders of crates."""
    from terracite.errors import RasterError
    from terracite.raster.series_open import series_in

    found = [path for place in given for path in series_in(place)]
    if not found:
        raise RasterError(
            f"There is no series file in '{given[0]}'.",
            hint="Give series files, or the crates that 'terracite timeseries run' made.",
        )
    return found


def _written(certificate: Certificate, output: Path) -> list[Path]:
    from terracite.timeseries import quality as room
    from terracite.timeseries.quality.pdf import to_pdf

    output.mkdir(parents=True, exist_ok=True)
    contents = {
        "quality.json": room.to_json(certificate),
        "quality.en.html": room.to_html(certificate, "en").encode(),
        "quality.en.pdf": to_pdf(certificate, "en"),
        "quality.fr.html": room.to_html(certificate, "fr").encode(),
        "quality.fr.pdf": to_pdf(certificate, "fr"),
    }
    for name, content in contents.items():
        (output / name).write_bytes(content)
    return [output / name for name in contents]


def _told(certificate: Certificate, language: Language) -> str:
    from terracite.timeseries.quality import checks, title, verdict
    from terracite.timeseries.quality.wording import say

    found, colon = checks(certificate, language), " :" if language == "fr" else ":"
    levels = [say(check.level, language) for check in found]
    width = max(len(level) for level in levels)
    lines = [title(certificate, language), verdict(certificate, language)]
    lines += [
        f"{level:{width}}  {check.title(language)}{colon} {check.text}"
        for level, check in zip(levels, found, strict=True)
    ]
    return "\n".join(lines)
