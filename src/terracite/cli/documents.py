# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records in files: found in folders, read in any format, written whole or not at all."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from terracite.crate.disk import write_atomically
from terracite.errors import RecordError

if TYPE_CHECKING:
    from terracite.record.reading import Reading

_CRATE = ("record.json", "ro-crate-metadata.json")
_NETCDF = (b"\x89HDF", b"CDF\x01", b"CDF\x02", b"CDF\x05")


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths; of a folder, every file below it but the hidden ones, in order. A crate counts as one file."""
    for path in paths:
        if not path.is_dir() or all((path / name).exists() for name in _CRATE):
            yield path
            continue
        below = (found for found in sorted(path.rglob("*")) if found.is_file())
        yield from (found for found in below if not any(part.startswith(".") for part in found.relative_to(path).parts))


def name_below(file: Path, folder: Path) -> str:
    """The path of a file as seen from a folder."""
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


def read_file(file: Path, source: str = "") -> tuple[str, Reading]:
    """The name of the format of a file (``source``, or found out), and what it gave. "-" is the standard input."""
    from terracite.record.detection import detect
    from terracite.record.formats import format_named

    if file.is_dir() and (file / "record.json").exists():
        file = file / "record.json"
    if not source and _is_netcdf(file):
        return "acdd", _netcdf(file)
    content = _content(file)
    try:
        if not content.strip():
            raise RecordError("The file is empty.", hint="Check that it was written whole.")
        chosen = format_named(source) if source else detect(content)
        return chosen.name, chosen.read(content)
    except RecordError as error:
        raise RecordError(f"'{file}': {error.message}", hint=error.hint) from error


def write_file(path: Path, document: bytes) -> None:
    """Write a file whole or not at all; through a link, and into a device as it is. Raises `RecordError`."""
    if path.is_dir():
        raise RecordError(f"'{path}' is a folder.", hint="Name a file in it.")
    real = path.resolve()
    try:
        if real.exists() and not real.is_file():
            real.write_bytes(document)
            return
        write_atomically(real, document)
    except OSError as error:
        hint = "Check the permissions and the free space." if real.parent.is_dir() else "Make its folder first."
        raise RecordError(f"'{path}' cannot be written: {error.strerror}.", hint=hint) from error


def stem(file: Path) -> str:
    """The name without the ending of its format: "a" for "a.datacite.xml"."""
    from terracite.record.formats import FORMATS

    endings = sorted((item.extension for item in FORMATS.values()), key=len, reverse=True)
    ending = next((ending for ending in endings if file.name.endswith(ending)), file.suffix)
    return file.name.removesuffix(ending) or file.name


def _is_netcdf(file: Path) -> bool:
    """Whether a file begins as NetCDF does; a pipe is not looked into, for what is read of it is gone."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            return stream.read(4) in _NETCDF
    except OSError:
        return False  # reading it says why


def _netcdf(file: Path) -> Reading:
    """What the attributes of a NetCDF file say; its content makes the uuid of a file that names itself nowhere."""
    from terracite.raster.netcdf_header import header
    from terracite.record.cf import from_attributes

    with file.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").digest()
    try:
        return from_attributes(*header(file), document=content)
    except RecordError as error:
        raise RecordError(f"'{file}': {error.message}", hint=error.hint) from error


def _content(file: Path) -> bytes:
    """What a file holds, up to a little more than is read of a document: a device may go on without end."""
    from terracite.record.reading import MAX_BYTES

    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise RecordError(f"There is no file '{file}'.", hint="Check the path.") from error
    except IsADirectoryError as error:
        hint = f"Give the record in it: {file / 'record.json'}."
        raise RecordError(f"'{file}' is a folder.", hint=hint) from error
    except OSError as error:
        raise RecordError(f"'{file}' cannot be read: {error.strerror}.", hint="Check its permissions.") from error
