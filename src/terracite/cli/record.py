# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite record``: check a record, write it in another standard, show its schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.errors import RecordError

if TYPE_CHECKING:
    from terracite.record.model import Record
    from terracite.record.rules import Finding

LANGUAGES = click.Choice(["en", "fr"])


@click.group(epilog="Example: terracite record convert record.json --to iso19115-3 --output record.xml")
def record() -> None:
    """Check a metadata record; write it in every standard."""


@record.command(epilog="Example: terracite record check crate/record.json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of the findings.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def check(file: Path, language: str, as_json: bool) -> None:
    """Say what keeps FILE from being published, and what would make it better.

    FILE is a record in Terracite's JSON; "-" reads the standard input. Exit code 1 when a blocker remains.
    """
    from terracite.record.rules import blockers
    from terracite.record.rules import check as check_record

    findings = check_record(_read(file))
    console.result([_as_dict(item, language) for item in findings], as_json=as_json, text=_told(findings, language))
    if blockers(findings):
        sys.exit(1)


@record.command(epilog="Example: terracite record convert record.json --to datacite")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "name", required=True, help="iso19115-3, datacite, oai_dc, schema.org, bibtex, ris, csl...")
@click.option("--url", default="", help="Address of the page of the dataset, for the links to its files.")
@click.option("--output", type=click.Path(path_type=Path), help="File to write; the standard output without it.")
def convert(file: Path, name: str, url: str, output: Path | None) -> None:
    """Write FILE in another standard. E-mail addresses are left out."""
    from terracite.record.formats import format_named

    chosen = format_named(name)
    source = _read(file)
    document = chosen.write(source, url or _page(source))
    if output is None:
        click.echo(document, nl=False)
        return
    _write(output, document)
    console.step(f"Wrote {output} ({chosen.label.best('en')}, {len(document):,} bytes).")


@record.command(epilog="Example: terracite record schema > record.schema.json")
def schema() -> None:
    """Print the JSON Schema of a record."""
    from terracite.record.native import json_schema

    console.result(json_schema(), as_json=True, text="")


def _read(file: Path) -> Record:
    from terracite.record.native import from_json

    if str(file) == "-":
        return from_json(sys.stdin.buffer.read())
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise RecordError(f"There is no file '{file}'.", hint="Check the path.") from error
    except IsADirectoryError as error:
        hint = f"Give the record in it: {file / 'record.json'}."
        raise RecordError(f"'{file}' is a folder.", hint=hint) from error
    try:
        return from_json(content)
    except RecordError as error:
        raise RecordError(f"'{file}': {error.message}", hint=error.hint) from error


def _page(source: Record) -> str:
    """Where the dataset is, as far as the record knows."""
    from terracite.record.identifiers import doi_url

    return doi_url(source.doi) if source.doi else f"urn:uuid:{source.uuid}"


def _write(path: Path, document: bytes) -> None:
    """Whole or not at all."""
    import os

    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(document)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _as_dict(finding: Finding, language: str) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "field": finding.field,
        "message": finding.message.best(language),
        "cure": finding.cure.best(language),
    }


def _told(findings: list[Finding], language: str) -> str:
    """One finding per paragraph, then the verdict."""
    from terracite.record.rules import blockers

    lines = [
        f"{item.level.value:8} {item.field}: {item.message.best(language)}\n         → {item.cure.best(language)}"
        for item in findings
    ]
    count = len(blockers(findings))
    left = {"en": f"{count} blocker(s) to correct.", "fr": f"{count} point(s) bloquant(s) à corriger."}
    ready = {"en": "Ready to be published.", "fr": "Prêt à être publié."}
    return "\n".join([*lines, left[language] if count else ready[language]])
