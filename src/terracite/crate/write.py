# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing a crate: prepared in a hidden sibling folder, put in its place in one go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from terracite.crate import disk, layout, manifest
from terracite.crate.provenance import Provenance, hash_file
from terracite.crate.read import Crate, open_crate
from terracite.crate.ro_crate import to_ro_crate
from terracite.crate.verify import verify
from terracite.errors import CrateError
from terracite.record.model import DataFile, DateKind, FileRole, Record, Text
from terracite.record.native import to_json

_MOMENTS = frozenset({DateKind.CREATED, DateKind.UPDATED})


class CrateBuilder:
    """Makes the crate ``folder``; until `finish`, whatever stood there stays as it was.

    with CrateBuilder(Path("crates/40KCB-NDVI-2023")) as crate:
        write_series(crate.staging / "ndvi.nc")
        crate.add("ndvi.nc", FileRole.DATA, "application/x-netcdf", "NetCDF-4 (CF-1.11)")
        crate.finish(record, provenance)

    Leaving without `finish` drops the staging folder, unless ``resume`` is set: then it is kept, and found again
    by the next builder with ``resume``. A killed process leaves it behind too; the next builder clears or
    resumes it.
    """

    def __init__(self, folder: Path, *, resume: bool = False) -> None:
        self.folder = Path(folder).absolute()
        self.staging = layout.staging_of(self.folder)
        self.changed = False  #: after `finish`: whether anything was written
        self._resume = resume
        self._finished = False
        self._claim: int | None = None
        self._files: dict[str, DataFile] = {}

    def __enter__(self) -> Self:
        disk.recover(self.folder)
        refuse_others(self.folder)
        self._claim = disk.claim(self.staging)
        if self._claim is None:
            raise CrateError(
                f"Another process is making the crate '{self.folder.name}'.",
                hint="Wait until it has finished.",
            )
        if not self._resume:
            disk.empty(self.staging)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished and not self._resume:
            shutil.rmtree(self.staging, ignore_errors=True)
        if self._claim is not None:
            os.close(self._claim)

    def add(
        self,
        relative_path: str,
        role: FileRole | str,
        media_type: str,
        format: str = "",  # noqa: A002 - the record's own word
        description: Text | None = None,
    ) -> DataFile:
        """Declare a file already written whole below `staging`; it is hashed now. Returns its description."""
        path = layout.checked_path(relative_path)
        if path in layout.RESERVED:
            raise CrateError(f"'{path}' is a file that every crate has for itself.", hint="Choose another name.")
        if path in self._files:
            raise CrateError(f"'{path}' was added to the crate twice.", hint="Give each file its own name.")
        if not (self.staging / path).is_file():
            raise CrateError(f"'{path}' is not in the crate's staging folder.", hint="Write it first, then add it.")
        sha256, size = hash_file(self.staging / path)
        self._files[path] = DataFile(
            path=path,
            bytes=size,
            sha256=sha256,
            media_type=media_type,
            format=format,
            role=FileRole(role),
            description=description or Text(),
        )
        return self._files[path]

    def finish(self, record: Record, provenance: Provenance) -> Crate:
        """Write record, metadata and checksums, then put the crate in its place; receipts of the old one are kept.

        When an intact crate with the same files, record and work is there already, nothing is written.
        """
        self._check_files(provenance)
        files = tuple(self._files[path] for path in sorted(self._files))
        record = record.model_copy(update={"files": files})
        if self._already_there(record, provenance):
            shutil.rmtree(self.staging)
            self._finished = True
            return open_crate(self.folder)
        self._write_metadata(record, provenance)
        self._keep_receipts()
        for path in layout.files_in(self.staging):
            disk.sync(self.staging / path)
        disk.swap_in(self.staging, self.folder)
        self._finished = self.changed = True
        return Crate(self.folder, record, provenance)

    def _check_files(self, provenance: Provenance) -> None:
        """Drop the side files that tools leave; refuse what was forgotten."""
        forgotten = []
        for path in layout.files_in(self.staging):
            name = path.rsplit("/", 1)[-1]
            if name.startswith(".") or name.endswith((".aux.xml", ".partial")) or path in layout.RESERVED:
                (self.staging / path).unlink()
            elif path not in self._files:
                forgotten.append(path)
        if forgotten:
            raise CrateError(f"Files of the crate were never added: {', '.join(sorted(forgotten))}.")
        if not self._files:
            raise CrateError(f"The crate '{self.folder.name}' has no file.", hint="Add at least one.")
        if provenance.recipe and provenance.recipe not in self._files:
            raise CrateError(f"The recipe '{provenance.recipe}' was not added to the crate.", hint="Add that file.")

    def _already_there(self, record: Record, provenance: Provenance) -> bool:
        if not self.folder.is_dir() or verify(self.folder):
            return False
        old = open_crate(self.folder)
        return _timeless(old.record) == _timeless(record) and old.provenance.same_work(provenance)

    def _write_metadata(self, record: Record, provenance: Provenance) -> None:
        contents = {
            layout.RECORD: to_json(record).encode(),
            layout.METADATA: to_ro_crate(record, provenance),
        }
        checksums = {path: file.sha256 for path, file in self._files.items()}
        for name, content in contents.items():
            (self.staging / name).write_bytes(content)
            checksums[name] = hash_file(self.staging / name)[0]
        (self.staging / layout.MANIFEST).write_text(manifest.to_text(checksums), encoding="utf-8")

    def _keep_receipts(self) -> None:
        if (self.folder / layout.RECEIPTS).is_file():
            shutil.copyfile(self.folder / layout.RECEIPTS, self.staging / layout.RECEIPTS)


def refuse_others(folder: Path) -> None:
    """Raise `CrateError` where ``folder`` holds files that a crate in its place would delete: it is no crate, or
    somebody put files of their own into it. Side files that tools leave beside others do not count.
    """
    if not folder.is_dir():
        return
    known = layout.RESERVED
    if any((folder / name).is_file() for name in known):
        try:
            known |= manifest.read(folder).keys()
        except CrateError:
            return  # a torn crate: nothing tells which files were its own
    foreign = (path for path in layout.files_in(folder) if path not in known and not _is_side_file(path))
    if found := next(foreign, None):
        raise CrateError(
            f"'{folder}' holds other files, such as '{found}', which a crate in its place would delete.",
            hint="Move them elsewhere, or give the name of a folder that is not there yet, or an empty one.",
        )


def refuse_inputs(folder: Path, inputs: Iterable[Path]) -> None:
    """Raise `CrateError` where a crate in ``folder`` would delete one of the ``inputs`` (files, folders of crates) that
    it is made from, or would lie within the folder of one.
    """
    place = Path(folder).resolve()
    for path in inputs:
        found = path.resolve()
        if place == found or place in found.parents or (path.is_dir() and found in place.parents):
            raise CrateError(
                f"'{folder}' cannot be the result: it is, holds or lies in '{path.name}', which it is made from.",
                hint="Give another folder.",
            )


def _is_side_file(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.startswith(".") or name.endswith((".aux.xml", ".partial", "-wal", "-shm", "-journal"))


def _timeless(record: Record) -> dict[str, object]:
    """The record without the moments at which it was made, so that two runs can be compared."""
    content = record.model_dump(exclude={"record_updated"})
    content["dates"] = [date for date in content["dates"] if date["kind"] not in _MOMENTS]
    for step in content["lineage"]["steps"]:
        del step["on"]
    return content
