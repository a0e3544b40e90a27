# SPDX-License-Identifier: AGPL-3.0-or-later
"""Large JSON and CSV files, in a ZIP or not, read one object or row at a time."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from terracite.errors import RecordError

_CHUNK = 1 << 20
_LONGEST_ITEM = 4 << 20  #: characters of one object; the largest of ROR has 60,000
_MOST_UNPACKED = 4 << 30
_CURE = "Give the ROR data dump (ZIP or JSON), the Crossref funder list (CSV) or ORCID summaries (CSV or JSON)."


@contextmanager
def opened(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """The name and the bytes of a file; of a ZIP, its largest JSON (schema v2 first), else its largest CSV."""
    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                file.seek(0)
                yield path.name, file
                return
            with zipfile.ZipFile(file) as archive, archive.open(_inner(archive)) as inner:
                yield inner.name or path.name, inner  # type: ignore[misc]
    except (OSError, zipfile.BadZipFile, EOFError, UnicodeDecodeError) as error:
        raise RecordError(f"'{path.name}' cannot be read: {error}.", hint=_CURE) from error


def json_items(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The objects of a JSON array, or of one object a line."""
    reader = io.TextIOWrapper(file, encoding="utf-8-sig")
    decoder = json.JSONDecoder()
    text = ""
    ended = False
    while True:
        text = text.lstrip(" \t\r\n,[")
        if not text or text.startswith("]"):
            if ended or text.startswith("]"):
                return
            text = reader.read(_CHUNK)
            ended = not text
            continue
        try:
            item, end = decoder.raw_decode(text)
        except json.JSONDecodeError as error:
            more = reader.read(_CHUNK)
            if not more or len(text) > _LONGEST_ITEM:
                raise RecordError(f"This is not JSON: {error.msg}.", hint=_CURE) from error
            text += more
            continue
        text = text[end:]
        if not isinstance(item, dict):
            raise RecordError("A list of objects was expected.", hint=_CURE)
        yield item


def csv_rows(file: BinaryIO) -> Iterator[dict[str, str]]:
    """The rows of a table with a header, names of columns in lower case."""
    reader = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
    try:
        for row in reader:
            yield {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name}
    except csv.Error as error:
        raise RecordError(f"This is not a table: {error}.", hint=_CURE) from error


def _inner(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [item for item in archive.infolist() if item.filename.lower().endswith((".json", ".csv"))]
    if not members:
        raise RecordError("The ZIP holds neither JSON nor CSV.", hint=_CURE)
    best = max(members, key=lambda item: (item.filename.endswith(".json"), "v2" in item.filename, item.file_size))
    if best.file_size > _MOST_UNPACKED:
        raise RecordError("The ZIP unpacks to more than 4 GB.", hint=_CURE)
    return best
