# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite reproduce``: make the map of a crate again and compare."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from terracite.cli import console


@click.command(epilog="Example: terracite reproduce crates/map --inputs /data/recipes")
@click.argument("crate", metavar="CRATE", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--inputs",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder that the paths of the recipe are relative to [the current one].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def reproduce(ctx: click.Context, crate: Path, inputs: Path | None, as_json: bool) -> None:
    """Make the land-cover map of CRATE again, from its own recipe and inputs, and compare every file.

    Each input is checked first: those that are missing or have changed are named. Nothing of CRATE changes. Ends in
    an error when a file differs.
    """
    from terracite.landcover.reproduce import reproduce as again

    found = again(crate, inputs, console)
    lines = [f"identical  {name}" for name in found.same]
    for word, names in (("different", found.different), ("missing", found.missing), ("added", found.added)):
        lines += [f"{word:<10} {name}" for name in names]
    count = len(found.same) + len(found.different) + len(found.missing) + len(found.added)
    lines.append("identical" if found.is_identical else f"not identical: {count - len(found.same)} of {count} files")
    console.result({"identical": found.is_identical, **asdict(found)}, as_json=as_json, text="\n".join(lines))
    ctx.exit(0 if found.is_identical else 1)
