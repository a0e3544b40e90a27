# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite crate``: look into a crate, check it against its checksums."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from terracite.crate.read import Crate
    from terracite.crate.receipts import Receipt

_FOLDER = click.argument("folder", type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog="Example: terracite crate verify crates/40KCB-NDVI-2023")
def crate() -> None:
    """Show or verify a crate (files, record, checksums, provenance)."""


@crate.command(epilog="Example: terracite crate show crates/40KCB-NDVI-2023")
@_FOLDER
@_JSON
def show(folder: Path, as_json: bool) -> None:
    """Say what a crate holds, how it was made and where it was sent."""
    from terracite.crate import receipts
    from terracite.crate.read import open_crate

    opened = open_crate(folder)
    sent = receipts.read(opened.folder)
    console.result(_summary(opened, sent), as_json=as_json, text=_text(opened, sent))


@crate.command(epilog="Example: terracite crate verify crates/40KCB-NDVI-2023")
@_FOLDER
@_JSON
def verify(folder: Path, as_json: bool) -> None:
    """Compare every file with its checksum; list what is missing, changed or added."""
    from terracite.crate import verify as checking

    with console.progress("verifying") as progress:
        problems = checking.verify(folder, progress)
    if as_json:
        console.result([_problem(problem) for problem in problems], as_json=True, text="")
    if problems:
        raise ProblemsError(f"The crate '{folder}' is not intact:", problems)
    if not as_json:
        click.echo(f"'{folder}' is intact: every file matches its checksum.")


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "where": problem.where,
        "what": problem.what,
        "cure": problem.cure,
        "severity": problem.severity.value,
    }


def _summary(opened: Crate, sent: list[Receipt]) -> dict[str, object]:
    from dataclasses import asdict

    record, provenance = opened.record, opened.provenance
    return {
        "name": opened.name,
        "uuid": str(record.uuid),
        "doi": record.doi,
        "title": record.title.model_dump(),
        "licence": record.licence,
        "content_hash": opened.content_hash,
        "files": [file.model_dump(mode="json", exclude_defaults=True) for file in record.files],
        "made": {
            "command": list(provenance.command),
            "software": dict(provenance.software),
            "started": provenance.started.isoformat(),
            "ended": provenance.ended.isoformat(),
            "inputs": [asdict(item) for item in provenance.inputs],
            "parameters": dict(provenance.parameters),
            "recipe": provenance.recipe,
        },
        "receipts": [asdict(receipt) for receipt in sent],
    }


def _text(opened: Crate, sent: list[Receipt]) -> str:
    import shlex

    record, provenance = opened.record, opened.provenance
    facts = {
        "title": record.title.best() or "(none)",
        "identifier": f"https://doi.org/{record.doi}" if record.doi else f"urn:uuid:{record.uuid}",
        "licence": record.licence or "(none)",
        "made by": shlex.join(provenance.command),
        "made on": f"{provenance.ended:%Y-%m-%d %H:%M} UTC",
        "from": f"{len(provenance.inputs)} inputs",
    }
    lines = [opened.name, *(f"  {name:<11} {value}" for name, value in facts.items()), "  files"]
    lines += [f"    {console_size(file.bytes):>9}  {file.path}  ({file.role.value})" for file in record.files]
    lines += [
        f"  sent to     {receipt.target}: {receipt.url or receipt.identifier} ({receipt.state})" for receipt in sent
    ]
    return "\n".join(lines)


def console_size(count: int) -> str:
    """A number of bytes for a person: "1.2 MB"."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
