# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a crate: its record and how it was made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from terracite.crate import disk, layout
from terracite.crate.provenance import Provenance
from terracite.crate.ro_crate import provenance_of
from terracite.errors import CrateError, RecordError
from terracite.record.model import Record
from terracite.record.native import from_json

MAX_METADATA_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Crate:
    """A crate on disk, its record and its provenance read."""

    folder: Path
    record: Record
    provenance: Provenance

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def content_hash(self) -> str:
        """SHA-256 of the manifest: the same hash means the same bytes in every file."""
        return hashlib.sha256((self.folder / layout.MANIFEST).read_bytes()).hexdigest()


def open_crate(folder: Path) -> Crate:
    """The crate in ``folder``; checksums are not compared (see `terracite.crate.verify`).

    Raises `CrateError` when it is no folder, or its record or metadata are missing or cannot be read.
    """
    folder = Path(folder).absolute()
    disk.recover(folder)
    if not folder.is_dir():
        raise CrateError(f"There is no crate '{folder}'.", hint="Give the path of a folder that Terracite made.")
    record = _record(folder)
    return Crate(folder, record, provenance_of(_content(folder, layout.METADATA)))


def up_to_date(folder: Path, provenance: Provenance) -> bool:
    """Whether the crate in ``folder`` is whole (by sizes) and was made by the same work as ``provenance``.

    Lets a command skip what it has already done: same inputs, parameters and recipe, whatever the time.
    """
    try:
        crate = open_crate(folder)
    except CrateError:
        return False
    sizes = {file.path: file.bytes for file in crate.record.files}
    found = {path: (folder / path).stat().st_size for path in sizes if (folder / path).is_file()}
    whole = (folder / layout.MANIFEST).is_file() and found == sizes
    return whole and crate.provenance.same_work(provenance)


def _record(folder: Path) -> Record:
    content = _content(folder, layout.RECORD)
    try:
        return from_json(content)
    except RecordError as error:
        raise CrateError(f"'{folder / layout.RECORD}': {error.message}", hint=error.hint) from error


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.stat().st_size > MAX_METADATA_BYTES:
            raise CrateError(f"'{path}' is too large to be a crate's metadata.", hint="Make the crate again.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CrateError(f"'{folder}' is not a crate: it has no {name}.", hint="Give its folder.") from error
    except OSError as error:
        raise CrateError(f"'{path}' cannot be read: {error.strerror}.", hint="Check its rights.") from error
