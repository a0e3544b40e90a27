# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crate for each row of a table of geoflow: its record, and the files that the row names where they are found."""

from __future__ import annotations

import datetime as dt
import mimetypes
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.write import CrateBuilder
from terracite.errors import Problem, Severity
from terracite.record.formats import format_named
from terracite.record.geoflow import EntityRow, read_entities
from terracite.record.geoflow.cells import SEPARATOR
from terracite.record.identifiers import doi_url
from terracite.record.model import FileRole, Record, Text
from terracite.record.reading import Reading

COMMAND = ("terracite", "geoflow", "convert")
ROW = "geoflow.csv"
_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one row."""

    folder: Path
    changed: bool  #: False when the crate was already there
    files: tuple[str, ...]  #: data files taken
    problems: tuple[Problem, ...]  #: files that the row names and that are not there


def crates_of_table(
    table: bytes, readings: Sequence[Reading], output: Path, data: Path | None, *, separator: str = SEPARATOR
) -> Iterator[Made]:
    """A crate per row of ``table`` in the folder ``output``; ``readings`` are those of its rows, in order.

    Data files are looked for below ``data`` by their name, and nowhere else: not at the paths of another machine that
    tables hold, nor at addresses. Every crate holds its row in geoflow's own format, so that none is empty.
    """
    for row, reading in zip(read_entities(table, separator), readings, strict=True):
        yield _crate(row, reading.record, output, data)


def _crate(row: EntityRow, record: Record, output: Path, data: Path | None) -> Made:
    name = _name(row, record)
    wanted = list(dict.fromkeys(_sources(row)))
    found = {source: path for source in wanted if (path := _found(source, data))}
    missing = tuple(
        Problem(
            name,
            f"The file '{source}' is not in the folder of the data.",
            "Give its folder with --data, or add the file to the crate by hand.",
            Severity.WARNING,
        )
        for source in wanted
        if source not in found
    )
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    document = format_named("geoflow").write(record, _page(record))
    with CrateBuilder(output / name) as crate:
        for source, path in found.items():
            _add(crate, source, path)
        (crate.staging / ROW).write_bytes(document)
        described = Text(fr="La ligne, aux normes de geoflow", en="The row, as geoflow has it")
        crate.add(ROW, FileRole.DOCUMENTATION, "text/csv", "CSV (UTF-8)", described)
        parameters: dict[str, object] = {"row": name}
        provenance = Provenance(COMMAND, software_versions(), now, now, (Input(name),), parameters)
        crate.finish(record, provenance)
    return Made(output / name, crate.changed, tuple(found), missing)


def _add(crate: CrateBuilder, source: str, path: Path) -> None:
    shutil.copyfile(path, crate.staging / path.name)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    crate.add(path.name, FileRole.DATA, kind, description=Text(fr=source, en=source) if source != path.name else None)


def _name(row: EntityRow, record: Record) -> str:
    """Of the crate's folder: the id of the row, as far as a folder can be called so."""
    own = next((one.text for one in row.entity.of("Identifier", "id")), "")
    return _NAMES.sub("_", own).strip("._")[:100] or str(record.uuid)


def _sources(row: EntityRow) -> Iterator[str]:
    """Names of files, by ``source`` and ``uploadSource``; the last part of what may be a path of anybody's machine."""
    for one in row.entity.of("Data", "source", "uploadSource"):
        for item in one.items:
            name = PurePosixPath(item.text.replace("\\", "/")).name
            if name and "://" not in item.text and item.text != "LandingPage":
                yield name


def _found(name: str, data: Path | None) -> Path | None:
    """The file of that name below ``data``, the first by path; never through a link that leads out of it."""
    if data is None:
        return None
    root = data.resolve()
    hits = (path for path in sorted(root.rglob(_escaped(name))) if path.is_file())
    return next((path for path in hits if path.resolve().is_relative_to(root)), None)


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _page(record: Record) -> str:
    return doi_url(record.doi) if record.doi else f"urn:uuid:{record.uuid}"
