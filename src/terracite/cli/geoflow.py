# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite geoflow``: check and repair geoflow's tables, make records and crates of them."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.cli.documents import files_in, name_below, write_file
from terracite.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terracite.record.geoflow import EntityRow, Table
    from terracite.record.geoflow.checking import TableCheck
    from terracite.record.model import Language
    from terracite.record.reading import Reading

CRATES = "crates"
MOST_SHOWN = 20  #: findings of a table on a terminal; JSON and HTML have them all
_path = click.Path(path_type=Path)
_language = click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the report."
)
_json = click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
_html = click.option("--html", type=_path, help="Write the report as a page too.")
_separator = click.option(
    "--separator", default="_\\n", show_default=True, help="What separates the components of a cell (line_separator)."
)


@click.group(epilog="Example: terracite geoflow check entities.csv --contacts contacts.csv")
def geoflow() -> None:
    """Check and repair geoflow's tables; make records and crates of them."""


@geoflow.command(epilog="Example: terracite geoflow check entities.csv --contacts contacts.csv --html report.html")
@click.argument("files", nargs=-1, required=True, type=_path)
@click.option("--contacts", type=_path, help="Table of contacts that the entities call by id.")
@_separator
@_language
@_json
@_html
def check(
    files: tuple[Path, ...],
    contacts: Path | None,
    separator: str,
    language: Language,
    as_json: bool,
    html: Path | None,
) -> None:
    """Say, cell by cell, what geoflow would stop at in FILES: tables of entities or contacts, workflows, or folders.

    A workflow is checked by the tables it names beside it, with its own separator.

    The rules are geoflow's own: columns, cells that may not be empty, keys, dates, languages, EWKT, provenance. Exit
    code 1 when geoflow would stop.
    """
    from terracite.record.geoflow.checking import to_dict, to_html, to_text

    known = _ids([contacts], _mark(separator)) if contacts else None
    folder = files[0] if len(files) == 1 and files[0].is_dir() else Path()
    checks = [
        found
        for path in _tables(files)
        for job in _jobs(path, name_below(path, folder), known, _mark(separator))
        if (found := _checked(job, named=path in files))
    ]
    if not checks:
        raise RecordError("There is no table of geoflow here.", hint="Give a CSV, a workflow, or their folder.")
    console.result(to_dict(checks, language), as_json=as_json, text=to_text(checks, language, MOST_SHOWN))
    if html:
        _page(html, to_html(checks, language))
    if not all(one.is_accepted for one in checks):
        sys.exit(1)


@geoflow.command(epilog="Example: terracite geoflow repair entities.csv --output entities-strict.csv")
@click.argument("file", type=_path)
@click.option("--output", required=True, type=_path, help="Table to write; never FILE itself.")
@_separator
@_language
@_json
@_html
def repair(file: Path, output: Path, separator: str, language: Language, as_json: bool, html: Path | None) -> None:
    """Write FILE as geoflow reads it: UTF-8, commas, every column, keys spelt out; and say each cell that changed.

    Only what cannot mean anything else is changed. What a person must decide is listed; exit code 1 when geoflow would
    still stop at it.
    """
    from terracite.record.geoflow.repair_report import repair_to_dict, repair_to_html, repair_to_text
    from terracite.record.geoflow.repairing import repair as repaired

    if output.exists() and file.exists() and output.samefile(file):
        raise RecordError("The output is the table itself.", hint="Give another file with --output.")
    found = repaired(_read(file), source=file.name, separator=_mark(separator))
    write_file(output, found.document)
    console.result(repair_to_dict(found, language), as_json=as_json, text=repair_to_text(found, language))
    if html:
        _page(html, repair_to_html(found, language))
    console.step(f"Wrote {output}.")
    if not found.after.is_accepted:
        sys.exit(1)


@geoflow.command(
    epilog="Example: terracite geoflow convert entities.csv --contacts contacts.csv --to iso19115-3 --output records"
)
@click.argument("entities", type=_path)
@click.option("--contacts", type=_path, help="Table of contacts that the entities call by id.")
@click.option("--to", "name", required=True, help='A format of `terracite record formats`, or "crates".')
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="For crates: where the files are.")
@_separator
def convert(entities: Path, contacts: Path | None, name: str, output: Path, data: Path | None, separator: str) -> None:
    """Make a record of each row of ENTITIES, in any standard, or a crate with its files.

    A row is a file named by its id. E-mail addresses are left out of records. Standard output lists what was written.
    """
    from terracite.record.geoflow import read_entities, read_geoflow_table

    table, people, mark = _read(entities), _read(contacts) if contacts else b"", _mark(separator)
    readings = read_geoflow_table(table, people, mark)
    rows = read_entities(table, mark)
    _tell(readings, entities)
    output.mkdir(parents=True, exist_ok=True)
    written = _crates(table, readings, output, data, mark) if name == CRATES else _records(rows, readings, name, output)
    console.result([str(path) for path in written], as_json=False, text="\n".join(str(path) for path in written))
    console.step(f"Wrote {len(written)} of {len(rows)} rows to {output}.")


def _records(rows: Sequence[EntityRow], readings: Sequence[Reading], name: str, output: Path) -> list[Path]:
    """A file a row; one that the format cannot hold is named, and the others are written."""
    from terracite.record.formats import format_named
    from terracite.record.identifiers import doi_url

    chosen = format_named(name)
    written: dict[Path, int] = {}
    for row, reading in zip(rows, readings, strict=True):
        record = reading.record
        path = output / f"{_stem(row)}{chosen.extension}"
        if path in written:  # another row has the same id
            path = output / f"{_stem(row)}-line-{row.entity.line}{chosen.extension}"
        url = doi_url(record.doi) if record.doi else f"urn:uuid:{record.uuid}"
        try:
            write_file(path, chosen.write(record, url))
        except RecordError as error:
            console.warn(f"line {row.entity.line}: {error}")
        else:
            written[path] = row.entity.line
    if not written:
        raise RecordError("No row could be written in that format.", hint="See `terracite geoflow check`.")
    return list(written)


def _crates(table: bytes, readings: Sequence[Reading], output: Path, data: Path | None, mark: str) -> list[Path]:
    from terracite.timeseries.tables import crates_of_table

    written = []
    for made in crates_of_table(table, readings, output, data, separator=mark):
        written.append(made.folder)
        for problem in made.problems:
            console.warn(str(problem))
    return written


def _tell(readings: Sequence[Reading], entities: Path) -> None:
    remarks = sum(len(reading.remarks) for reading in readings)
    if remarks:
        console.note(f"{remarks} remarks while reading (terracite geoflow check {entities})")


def _stem(row: EntityRow) -> str:
    """The id of a row, as far as a file can be called so."""
    own = next((one.text for one in row.entity.of("Identifier", "id")), "")
    return re.sub(r"[^A-Za-z0-9._-]+", "_", own).strip("._")[:100] or f"line-{row.entity.line}"


@dataclass(frozen=True, slots=True)
class _Job:
    """One table to check."""

    path: Path
    source: str
    separator: str
    contacts: frozenset[str] | None


def _jobs(path: Path, source: str, contacts: frozenset[str] | None, mark: str) -> list[_Job]:
    """The table itself, or those that a workflow names and that are files beside it."""
    from terracite.record.geoflow.workflow import is_workflow, read_workflow

    content = _read(path)
    if not is_workflow(content):
        return [_Job(path, source, mark, contacts)]
    workflow = read_workflow(content)
    people = _beside(path, workflow.contacts)
    known = contacts if contacts is not None else _ids(people, workflow.separator) if people else None
    entities = _beside(path, workflow.entities)
    return [_Job(table, f"{source}: {table.name}", workflow.separator, known) for table in (*entities, *people)]


def _beside(workflow: Path, tables: Sequence[Table]) -> list[Path]:
    """The tables that are files in the folder of the workflow; the others are named."""
    found = []
    for table in tables:
        path = workflow.parent / Path(table.source).name
        if table.handler == "csv" and path.is_file():
            found.append(path)
        else:
            console.note(f"{workflow.name}: not checked, it is elsewhere: {table.source} ({table.handler})")
    return found


def _checked(job: _Job, *, named: bool) -> TableCheck | None:
    """The check of a table; None, told, for a file of a folder that is no table of geoflow."""
    from terracite.record.geoflow.checking import check_table

    try:
        return check_table(_read(job.path), source=job.source, separator=job.separator, contacts=job.contacts)
    except RecordError as error:
        if named:
            raise RecordError(f"'{job.path}': {error.message}", hint=error.hint) from error
        console.note(f"{job.source}: {error.message}")
        return None


def _ids(contacts: Sequence[Path], mark: str) -> frozenset[str]:
    from terracite.record.geoflow import read_contacts
    from terracite.record.reading import Notes

    tables = [read_contacts(_read(path), Notes("geoflow"), mark) for path in contacts]
    return frozenset(name for table in tables for one in table for name in one.ids)


def _tables(paths: tuple[Path, ...]) -> list[Path]:
    """The files; of a folder, its CSV files."""
    return [path for path in files_in(paths) if path in paths or path.suffix.casefold() == ".csv"]


def _mark(separator: str) -> str:
    """The separator with its line breaks, which a shell passes as two characters."""
    return separator.replace("\\n", "\n")


def _page(path: Path, content: str) -> None:
    write_file(path, content.encode())
    console.step(f"Wrote {path}.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RecordError(f"There is no file '{path}'.", hint="Check the path.") from error
    except OSError as error:
        raise RecordError(f"'{path}' cannot be read: {error.strerror}.", hint="Check its permissions.") from error
