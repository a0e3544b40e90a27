# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite record``: check a record in any standard, write it in another, show its schema."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from terracite.cli import console
from terracite.cli.documents import files_in, name_below, read_file, stem, write_file
from terracite.errors import RecordError

if TYPE_CHECKING:
    from terracite.record.formats import Format
    from terracite.record.model import Language, Record
    from terracite.record.reading import Reading
    from terracite.record.report import Report

LANGUAGES = click.Choice(["en", "fr"])
REMARKS_SHOWN = 5


@click.group(epilog="Example: terracite record convert notice.xml --to datacite --output notice.datacite.xml")
def record() -> None:
    """Check a metadata record; read and write it in every standard."""


@record.command(epilog="Example: terracite record check notice.xml --html report.html")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--from", "source", default="", help="Format of FILES; found from each file itself without it.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of the findings.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the report as a page too.")
def check(files: tuple[Path, ...], source: str, language: Language, as_json: bool, html: Path | None) -> None:
    """Say what keeps FILES from being published, and what would make them better.

    A file is a record in any format that is read (`terracite record formats`), a crate, or a NetCDF file; "-" reads the
    standard input. Several files, or a folder, get one line each, then what was repaired and found, by frequency.
    Exit code 1 when a blocker remains, or a path given is not there.
    """
    one = len(files) == 1 and next(files_in(files), None) == files[0]
    text, content, page, ready = _judge(files[0], source, language) if one else _survey(files, source, language)
    console.result(content, as_json=as_json, text=text)
    if html:
        write_file(html, page.encode())
        console.step(f"Wrote {html}.")
    if not ready:
        sys.exit(1)


@record.command(epilog="Example: terracite record convert *.xml --to dcat-ap --output converted")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "name", required=True, help="iso19115-3, datacite, dcat-ap, stac, geoflow, bibtex...")
@click.option("--from", "source", default="", help="Format of FILES; found from each file without it.")
@click.option("--url", default="", help="Address of the page of the dataset, for the links to its files.")
@click.option("--output", type=click.Path(path_type=Path), help="File to write, or a folder for several.")
@click.option("--json", "as_json", is_flag=True, help="What was written and what was lost, as JSON; needs --output.")
def convert(files: tuple[Path, ...], name: str, source: str, url: str, output: Path | None, as_json: bool) -> None:
    """Write FILES in another standard. E-mail addresses are left out.

    What was repaired, what has no place in a record and what the format cannot carry is told on the standard error;
    `terracite record check` lists all of what was read.
    """
    from terracite.record.formats import format_named

    chosen = format_named(name)
    if url and not url.startswith(("http://", "https://")):
        raise RecordError(f"'{url}' is not the address of a page.", hint="Give one that starts with https://.")
    found = tuple(files_in(files))
    if as_json and output is None:
        raise RecordError("The document and --json would both go to the standard output.", hint="Give --output.")
    if found != files or len(found) > 1:
        _convert_all(found, chosen, source, url, output, as_json=as_json)
        return
    done = _converted(files[0], chosen, source, url)
    if output is None:
        click.echo(done.document, nl=False)
        return
    path = output / f"{stem(files[0])}{chosen.extension}" if output.is_dir() else output
    write_file(path, done.document)
    if as_json:
        console.result(done.told(files[0], path), as_json=True, text="")
    console.step(f"Wrote {path} ({chosen.label.best('en')}, {len(done.document):,} bytes).")


@record.command(epilog="Example: terracite record formats")
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
def formats(as_json: bool) -> None:
    """List the formats that records are read from and written in."""
    from terracite.record.formats import FORMATS

    rows = [
        {"name": item.name, "label": item.label.en, "reads": item.reads, "writes": item.writes}
        for item in FORMATS.values()
    ]
    lines = [
        f"{item.name:18} {'read' if item.reads else '':5} {'write' if item.writes else '':6} {item.label.en}"
        for item in FORMATS.values()
    ]
    console.result(rows, as_json=as_json, text="\n".join(lines))


@record.command(epilog="Example: terracite record schema > record.schema.json")
def schema() -> None:
    """Print the JSON Schema of a record."""
    from terracite.record.native import json_schema

    console.result(json_schema(), as_json=True, text="")


def _judge(file: Path, source: str, language: Language) -> tuple[str, dict[str, Any], str, bool]:
    """The report on one file: for a terminal, as JSON, as a page, and whether nothing stops a publication."""
    from terracite.record.report import report_on, to_dict, to_html

    chosen, reading = read_file(file, source)
    report = report_on(reading, source=file.name, format_name=chosen)
    return _told(report, language), to_dict(report, language), to_html(report, language), report.is_ready


def _survey(paths: tuple[Path, ...], source: str, language: Language) -> tuple[str, dict[str, Any], str, bool]:
    """The same for many files; one that is no record is named, and nothing stops for it."""
    from terracite.record.report import Survey, report_on, survey_to_dict, survey_to_html, survey_to_text

    survey = Survey()
    found = list(files_in(paths))
    folder = paths[0] if len(paths) == 1 else Path()  # the names of the files start there
    with console.progress("reading records") as progress:
        for count, file in enumerate(found, start=1):
            try:
                chosen, reading = read_file(file, source)
                survey.add(report_on(reading, source=name_below(file, folder), format_name=chosen))
            except RecordError as error:
                survey.refuse(name_below(file, folder), error.message.removeprefix(f"'{file}': "))
            progress(count, len(found))
    pages = survey_to_text(survey, language), survey_to_dict(survey, language), survey_to_html(survey, language)
    gone = [path for path in paths if str(path) != "-" and not path.exists()]
    return *pages, survey.is_ready and bool(survey.entries) and not gone


class _Converted(NamedTuple):
    """A record in its new format, with what was lost on the way."""

    document: bytes
    reading: Reading
    gone: list[str]  #: fields that the format does not carry
    in_part: list[str]

    def told(self, file: Path, path: Path) -> dict[str, Any]:
        return {
            "source": str(file),
            "written": str(path),
            "bytes": len(self.document),
            "remarks": [{"where": item.where, "what": item.message.en} for item in self.reading.remarks],
            "leftovers": len(self.reading.leftovers),
            "not_carried": self.gone,
            "carried_in_part": self.in_part,
        }


def _convert_all(
    files: tuple[Path, ...], chosen: Format, source: str, url: str, output: Path | None, *, as_json: bool
) -> None:
    """Every file that can be; the others are named at the end, and nothing stops for them."""
    if output is None or (output.exists() and not output.is_dir()):
        raise RecordError("Several files need a folder to be written to.", hint="Give it with --output.")
    output.mkdir(parents=True, exist_ok=True)
    failed, told = [], []
    taken: set[str] = set()
    for file in files:
        try:
            done = _converted(file, chosen, source, url)
            path = output / _free_name(file, chosen, taken)
            write_file(path, done.document)
            told.append(done.told(file, path))
        except RecordError as error:
            failed.append(file)
            told.append({"source": str(file), "error": error.message, "hint": error.hint})
            console.warn(str(error))
    if as_json:
        console.result(told, as_json=True, text="")
    console.step(f"Wrote {len(files) - len(failed)} of {len(files)} records to {output} ({chosen.label.best('en')}).")
    if failed:
        raise RecordError(f"{len(failed)} of {len(files)} files could not be converted; the others are written.")


def _free_name(file: Path, chosen: Format, taken: set[str]) -> str:
    """A name for the converted file that no other file of this run got: "a", "a.xml", "folder-a.xml", "a-2"."""
    plain = stem(file)
    names = (plain, file.name, f"{file.absolute().parent.name}-{file.name}")
    numbered = (f"{plain}-{number}" for number in itertools.count(2))
    name = next(name for name in itertools.chain(names, numbered) if name not in taken)
    taken.add(name)
    return f"{name}{chosen.extension}"


def _converted(file: Path, chosen: Format, source: str, url: str) -> _Converted:
    from terracite.record.crosswalk import lost

    _, reading = read_file(file, source)
    document = chosen.write(reading.record, url or _page(reading.record))
    gone, in_part = lost(reading.record, chosen.carries()) if chosen.reads else ([], [])
    _tell(file, reading)
    _tell_lost(chosen, gone, in_part)
    if reading.record.access.kind == "unknown" and (not chosen.reads or chosen.carries().how("access.kind")):
        console.note(f"{file.name} does not say who may have the data; it is not written as open access.")
    return _Converted(document, reading, gone, in_part)


def _tell_lost(chosen: Format, gone: list[str], in_part: list[str]) -> None:
    label = chosen.label.best("en")
    if gone:
        console.note(f"Not in {label}, which has no place for it: {', '.join(gone)}.")
    if in_part:
        console.note(f"In {label} perhaps only in part: {', '.join(in_part)}.")


def _tell(file: Path, reading: Reading) -> None:
    """How much was repaired and left, the first remarks by name."""
    remarks, left = reading.remarks, len(reading.leftovers)
    for item in remarks[:REMARKS_SHOWN]:
        console.note(f"{item.where}: {item.message.en}" if item.where else item.message.en)
    more = len(remarks) - REMARKS_SHOWN
    parts = [f"{more} more remarks"] if more > 0 else []
    parts += [f"{left} values that the record has no place for"] if left else []
    if parts:
        console.note(f"{file.name}: {', '.join(parts)} (terracite record check {file})")


def _page(source: Record) -> str:
    """Where the dataset is, as far as the record knows."""
    from terracite.record.identifiers import doi_url

    return doi_url(source.doi) if source.doi else f"urn:uuid:{source.uuid}"


def _told(report: Report, language: Language) -> str:
    """One finding per paragraph, then how it was read, the FAIR score and the verdict."""
    from terracite.record.report import fair_line, verdict, word

    lines = [
        f"{item.level.value:8} {item.field}: {item.message.best(language)}\n         → {item.cure.best(language)}"
        for item in report.findings
    ]
    remarks, leftovers = report.reading.remarks, report.reading.leftovers
    if remarks:
        lines.append(f"\n{word('remarks', language)} ({len(remarks)})")
        lines += [f"  {item.where}: {item.message.best(language)}" for item in remarks]
    if leftovers:
        lines.append(f"\n{word('leftovers', language)} ({len(leftovers)})")
        lines += [f"  {item.where}: {' '.join(item.value.split())[:120]}" for item in leftovers]
    return "\n".join([*lines, "", fair_line(report, language), verdict(report, language)])
