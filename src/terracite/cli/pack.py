# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries pack``: the images of an archive as zips."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.timeseries.packing import Packed, PackResult


@click.command(
    epilog="Example: terracite timeseries pack /data/sen2chain --output zips --tile 40KCB --year 2022 --masked"
)
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the zips.")
@click.option("--tile", "tiles", multiple=True, help="Only this tile.")
@click.option("--index", "indices", multiple=True, help="Only this index; cloud masks belong to every index.")
@click.option("--year", "years", multiple=True, type=int, help="Only this year of sensing.")
@click.option("--raw", is_flag=True, help="Only images as they are; with --masked or --masks, these too.")
@click.option("--masked", is_flag=True, help="Only masked images; with --raw or --masks, these too.")
@click.option("--masks", is_flag=True, help="Only cloud masks; with --raw or --masked, these too.")
@click.option("--product", default="auto", show_default=True, help="Type of the image tree.")
@click.option(
    "--settle",
    "settle_s",
    default=0.0,
    metavar="SECONDS",
    help="Leave files changed less than so many seconds ago for the next time; 60 beside a Sen2Chain at work.",
)
@click.option("--dry-run", is_flag=True, help="Say which zips would be made, and their bytes; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def pack(
    archives: tuple[Path, ...],
    output: Path,
    product: str,
    settle_s: float,
    dry_run: bool,
    as_json: bool,
    **choices: Any,
) -> None:
    """Pack the images of ARCHIVE into zips: one per index, tile and year of sensing; raw, masked and masks apart.

    Images go in as they are, with the files beside them and a list of checksums. A zip that is right already is not
    touched. Standard output lists the zips.
    """
    from terracite.timeseries import packing

    wanted = packing.Wanted(
        tiles=choices["tiles"],
        indices=choices["indices"],
        years=choices["years"],
        kinds=tuple(kind for kind in packing.KINDS if choices[kind]),
    )
    with console.progress("packing") as progress:
        result = packing.pack(
            archives,
            output,
            wanted,
            product,
            settle_s=settle_s,
            dry_run=dry_run,
            progress=progress,
            told=_tell,
        )
    _report(result)
    text = "\n".join(_line(one) if dry_run else str(one.path) for one in result.zips)
    console.result(_as_json(result), as_json=as_json, text=text)
    if not result.is_whole:
        click.get_current_context().exit(1)


def _tell(one: Packed) -> None:
    (console.warn if one.state == "failed" else console.step)(_line(one))


def _line(one: Packed) -> str:
    from terracite.timeseries.inventory import human_bytes

    return f"{one.path.name}: {one.pack.images} images, {one.size} bytes ({human_bytes(one.size)}), {one.state}"


def _report(result: PackResult) -> None:
    for problem in result.problems:
        console.warn(str(problem))
    for file, reason in result.duplicates:
        console.note(f"left out: {file.path.name}. {reason}")


def _as_json(result: PackResult) -> dict[str, Any]:
    return {
        "zips": [
            {
                "path": str(one.path),
                "state": one.state,
                "kind": one.pack.kind,
                "tile": one.pack.tile,
                "index": one.pack.index,
                "year": one.pack.year,
                "images": one.pack.images,
                "files": len(one.pack.members),
                "bytes": one.size,
                "sha256": one.sha256,
            }
            for one in result.zips
        ],
        "duplicates": [{"file": str(file.path), "reason": reason} for file, reason in result.duplicates],
        "problems": [
            {"file": problem.where, "what": problem.what, "cure": problem.cure} for problem in result.problems
        ],
    }
