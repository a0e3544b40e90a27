# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are read together: the parts of a Shapefile, the folder of a Zarr store."""

from __future__ import annotations

from pathlib import PurePosixPath

from terracite.repository.models import StoredFile
from terracite.repository.states import FileState

SHAPEFILE_PARTS = (".shx", ".dbf", ".prj", ".cpg")  #: what is read with .shp
_ROOTS = (".zmetadata", "zarr.json", ".zgroup")  #: of a Zarr store, the one that tells most first
_MOST_FILES = 2000
_MOST_BYTES = 200 * 2**20


def of(stored: StoredFile) -> dict[str, StoredFile]:
    """The files that this one is read with, by their paths relative to its folder."""
    path = PurePosixPath(stored.path)
    if path.suffix.lower() == ".shp":
        return {f"{path.stem}{_suffix(part)}": part for part in _parts(stored)}
    if path.name in _ROOTS and "zarr" in stored.path.lower():
        return _store(stored, path.parent)
    return {}


def ask_again(stored: StoredFile) -> None:
    """A part arrived: what it belongs to, looked into before, is looked into again by the worker."""
    main = main_of(stored)
    if main is not None and main.pk != stored.pk and main.state == FileState.OK and not main.facts.get("box"):
        StoredFile.objects.filter(pk=main.pk).update(state=FileState.INCOMING.value)


def main_of(stored: StoredFile) -> StoredFile | None:
    """The .shp of a part of a Shapefile; None for any other file."""
    path = PurePosixPath(stored.path)
    if path.suffix.lower() not in SHAPEFILE_PARTS:
        return None
    names = [str(path.with_suffix(suffix)) for suffix in (".shp", ".SHP")]
    return stored.version.files.filter(path__in=names).first()


def _parts(stored: StoredFile) -> list[StoredFile]:
    path = PurePosixPath(stored.path)
    names = [str(path.with_suffix(case)) for suffix in SHAPEFILE_PARTS for case in (suffix, suffix.upper())]
    return list(stored.version.files.filter(path__in=names))


def _suffix(stored: StoredFile) -> str:
    return PurePosixPath(stored.path).suffix.lower()


def _store(stored: StoredFile, folder: PurePosixPath) -> dict[str, StoredFile]:
    """The small files of the store, descriptions first; whole chunks are left out where there are many."""
    prefix = f"{folder}/" if str(folder) != "." else ""
    files = stored.version.files.filter(path__startswith=prefix).exclude(pk=stored.pk)
    left = _MOST_BYTES
    found: dict[str, StoredFile] = {}
    for file in sorted(files[: 10 * _MOST_FILES], key=lambda item: item.bytes):
        left -= file.bytes
        if left < 0 or len(found) >= _MOST_FILES:
            break
        found[file.path.removeprefix(prefix)] = file
    return found
