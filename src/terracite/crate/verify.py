# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking a crate against its own checksums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from terracite.crate import layout, manifest
from terracite.crate.provenance import hash_file
from terracite.crate.read import open_crate
from terracite.errors import CrateError, Problem, Severity
from terracite.record.model import Record

Progress = Callable[[int, int], None]  #: called with (done, total), in files
_AGAIN = "Make or download the crate again."


def verify(folder: Path, progress: Progress | None = None) -> list[Problem]:
    """Everything wrong with the crate in ``folder``: missing, changed or added files, broken metadata, path tricks.

    Empty when the crate is intact. Every file is read once.
    """
    folder = Path(folder).absolute()
    problems: list[Problem] = []
    try:
        problems += _record_against_manifest(open_crate(folder).record, manifest.read(folder))
    except CrateError as error:
        problems.append(Problem(str(folder), error.message, error.hint or _AGAIN))
    try:
        problems += _files_against_manifest(folder, manifest.read(folder), progress or _silent)
    except CrateError as error:
        problem = Problem(str(folder), error.message, error.hint or _AGAIN)
        problems += [problem] if problem not in problems else []
    return problems


def _record_against_manifest(record: Record, checksums: Mapping[str, str]) -> Iterator[Problem]:
    described = {file.path: file.sha256 for file in record.files}
    listed = {path: sha256 for path, sha256 in checksums.items() if path not in layout.RESERVED}
    for path in sorted(described.keys() | listed.keys()):
        if path not in listed:
            yield Problem(path, f"is in {layout.RECORD} but not in {layout.MANIFEST}.", _AGAIN)
        elif path not in described:
            yield Problem(path, f"is in {layout.MANIFEST} but not in {layout.RECORD}.", _AGAIN)
        elif described[path] != listed[path]:
            yield Problem(path, f"has two checksums, one in {layout.RECORD}, one in {layout.MANIFEST}.", _AGAIN)


def _files_against_manifest(folder: Path, checksums: Mapping[str, str], progress: Progress) -> Iterator[Problem]:
    present = {path for path in layout.files_in(folder) if path not in layout.OUTSIDE_MANIFEST}
    for name in sorted({layout.RECORD, layout.METADATA} - checksums.keys()):
        yield Problem(name, f"is not in {layout.MANIFEST}.", _AGAIN)
    for done, path in enumerate(sorted(checksums), start=1):
        problem = _check_file(folder, path, checksums[path], present)
        if problem:
            yield problem
        progress(done, len(checksums))
    for path in sorted(present - checksums.keys()):
        if path not in layout.RESERVED:
            cure = "Remove it, or make the crate again with it."
            yield Problem(path, "was added after the crate was made.", cure, Severity.ERROR)


def _check_file(folder: Path, path: str, expected: str, present: set[str]) -> Problem | None:
    try:
        layout.checked_path(path)
    except CrateError as error:
        return Problem(path, error.message, "Do not use this crate: its manifest points outside it.")
    if path not in present:
        return Problem(path, "is missing.", _AGAIN)
    if _passes_a_link(folder, path):
        return Problem(path, "is a link, not a file.", "Replace it by the file itself.")
    try:
        found = hash_file(folder / path)[0]
    except OSError as error:
        return Problem(path, f"cannot be read: {error.strerror}.", "Check the disk and its rights.")
    return None if found == expected else Problem(path, "was changed: its checksum differs.", _AGAIN)


def _passes_a_link(folder: Path, path: str) -> bool:
    parts = path.split("/")
    return any((folder / Path(*parts[:count])).is_symlink() for count in range(1, len(parts) + 1))


def _silent(_done: int, _total: int) -> None:
    """No progress shown."""
