# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite inspect``: what a data file holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.errors import InspectionError

if TYPE_CHECKING:
    from terracite.raster.inspect import Facts


@click.command(epilog="Example: terracite inspect NDVI_40KCB_2022.nc map.tif")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one object per file, in a list.")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds that one file may take.")
@click.option("--memory", default=2048, show_default=True, help="MiB that one file may need.")
def inspect(files: tuple[Path, ...], as_json: bool, timeout: float, memory: int) -> None:
    """Say what each of FILES holds: where, when, what.

    Files are opened in a child process with limits, so that a broken one does no harm. The exit code is 1 when one of
    them could not be read.
    """
    from terracite.repository.described import inspect as look

    answers: list[dict[str, Any]] = []
    for file in files:
        try:
            facts = look(file, timeout_s=timeout, memory_mb=memory)
        except InspectionError as error:
            answers.append({"path": str(file), "error": error.message, "hint": error.hint})
            if not as_json:
                console.warn(str(error))
            continue
        answers.append({"path": str(file), "facts": facts.to_dict()})
        if not as_json:
            click.echo(_text(file, facts))
    if as_json:
        console.result(answers, as_json=True, text="")
    if failed := sum("error" in answer for answer in answers):
        raise InspectionError(f"{failed} of {len(files)} files could not be read.")


def _text(file: Path, facts: Facts) -> str:
    lines = [click.style(str(file), bold=True)]
    lines += [f"  {name:<12} {value}" for name, value in _lines(facts) if value]
    lines += [f"  {'warning' if facts.warnings else '':<12} {warning}" for warning in facts.warnings]
    return "\n".join(lines)


def _lines(facts: Facts) -> list[tuple[str, str]]:
    box = ", ".join(f"{value:.6g}" for value in facts.box) if facts.box else ""
    period = " to ".join(dict.fromkeys(moment for moment in (facts.start, facts.end) if moment))
    sizes = [(facts.rows, "rows"), (facts.columns, "columns"), (facts.bands, "bands")]
    variables = [f"{item.name} [{item.unit}]" if item.unit else item.name for item in facts.variables]
    classes = [f"{item.code} {item.label}".strip() for item in facts.classes]
    return [
        ("format", f"{facts.format} ({facts.media_type})"),
        ("box", f"{box} (west, south, east, north)" if box else ""),
        ("system", facts.crs),
        ("resolution", f"{facts.resolution_m:g} m" if facts.resolution_m else ""),
        ("period", period),
        ("size", " x ".join(f"{count} {name}" for count, name in sizes if count)),
        ("variables", _shortened(variables)),
        ("classes", _shortened(classes)),
        *((name, text.splitlines()[0][:200]) for name, text in facts.attributes.items() if text and name != "mentions"),
        ("described", ", ".join(name for name, value in facts.described.items() if value)),
    ]


def _shortened(items: list[str], most: int = 12) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
