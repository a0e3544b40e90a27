# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole job: from an archive to its zips, making only those that changed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terracite.crate.disk import claim
from terracite.errors import Problem, StorageError
from terracite.raster.products import ProductFile, ProductType, guess, named
from terracite.raster.products.walking import Roots, checked
from terracite.timeseries.archive import check_apart, common_root
from terracite.timeseries.listing import refreshed
from terracite.timeseries.memory import Memory
from terracite.timeseries.packing import writing
from terracite.timeseries.packing.choosing import Chosen, Pack, Wanted, choose

MEMORY = ".terracite-memory.sqlite"  #: beside the zips; may be deleted, costs only time

WRITTEN, UNCHANGED, FAILED, PLANNED = "written", "unchanged", "failed", "planned"
Progress = Callable[[int, int], None]

#: what a disk refuses -> what to do
_CURES = {
    errno.ENOSPC: "Free some space, or give a folder on another disk with --output; zips that were finished are kept.",
    errno.EDQUOT: "Free some space, or give a folder on another disk with --output; zips that were finished are kept.",
    errno.EFBIG: "This disk or its limits cannot hold so large a file: give a folder on another one with --output.",
    errno.EROFS: "Give a folder on a disk that can be written with --output.",
    errno.EACCES: "Give a folder that you may write to with --output.",
    errno.EPERM: "Give a folder that you may write to with --output.",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """One zip and what became of it."""

    pack: Pack
    path: Path
    size: int  #: bytes
    state: str  #: "written", "unchanged", "failed", or "planned" when nothing was to be written
    sha256: str = ""  #: of the zip; "" when it is not known


@dataclass(frozen=True, slots=True)
class PackResult:
    """What packing did, or would do."""

    zips: tuple[Packed, ...]  #: by name
    duplicates: tuple[tuple[ProductFile, str], ...]  #: other versions, each with the reason why it is not packed
    problems: tuple[Problem, ...]  #: files left out, and zips that could not be made

    @property
    def is_whole(self) -> bool:
        """Whether every zip is there, or could be."""
        return all(one.state != FAILED for one in self.zips)


def pack(
    roots: Roots,
    output: Path,
    wanted: Wanted | None = None,
    product: str | ProductType = "auto",
    *,
    settle_s: float = 0.0,
    dry_run: bool = False,
    progress: Progress | None = None,
    told: Callable[[Packed], None] = lambda one: None,  # noqa: ARG005
) -> PackResult:
    """Make the zips of an archive in the folder ``output``; with ``dry_run``, only say which and how large.

    A zip that is right already is not touched. One whose files changed while they were packed is not written, and
    the next ones are made all the same. Raises `ArchiveError` when there is nothing to pack or ``output`` lies in the
    archive, `StorageError` when it cannot be written to.
    """
    folders = tuple(folder.absolute() for folder in checked(roots))
    check_apart(folders, output)
    kind = named(guess(folders) if product == "auto" else product)
    with _memory(common_root(folders), output.absolute(), keep=not dry_run) as memory:
        with memory.writing() as connection:
            listing = refreshed(connection, folders, kind, settle_s=settle_s)
        chosen = choose(listing, folders, wanted or Wanted())
        if dry_run:
            return _result(chosen, (_planned(one, output, memory) for one in chosen.packs), [])
        return _write(chosen, output, memory, progress, told)


def _write(
    chosen: Chosen, output: Path, memory: Memory, progress: Progress | None, told: Callable[[Packed], None]
) -> PackResult:
    done: list[Packed] = []
    failed: list[Problem] = []
    with _claimed(output):
        for number, one in enumerate(chosen.packs):
            path = output / one.file_name
            try:
                packed = _one(one, path, memory)
            except writing.ChangedSourceError as error:
                packed = Packed(one, path, writing.size_of(one), FAILED)
                failed.append(Problem(str(path), f"It was not written: {error.message}", error.hint))
            memory.save()
            done.append(packed)
            told(packed)
            if progress:
                progress(number + 1, len(chosen.packs))
    return _result(chosen, done, failed)


def _one(one: Pack, path: Path, memory: Memory) -> Packed:
    size = writing.size_of(one)
    with _explained(path):
        if writing.is_up_to_date(one, path, memory):
            return Packed(one, path, size, UNCHANGED, memory.sha256(path))
        free = shutil.disk_usage(path.parent).free
        if free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return Packed(one, path, size, WRITTEN, writing.write(one, path, memory))


def _planned(one: Pack, output: Path, memory: Memory) -> Packed:
    path = output / one.file_name
    fresh = writing.is_up_to_date(one, path, memory, may_read=False)
    return Packed(one, path, writing.size_of(one), UNCHANGED if fresh else PLANNED)


def _result(chosen: Chosen, done: Iterator[Packed] | list[Packed], failed: list[Problem]) -> PackResult:
    return PackResult(tuple(done), chosen.duplicates, (*chosen.problems, *failed))


@contextmanager
def _memory(root: Path, output: Path, *, keep: bool) -> Iterator[Memory]:
    memory = Memory.load(root, output / MEMORY, autosave=keep)
    try:
        yield memory
    finally:
        memory.close()


@contextmanager
def _claimed(output: Path) -> Iterator[None]:
    """``output`` for this process alone, for two would write the same names."""
    with _explained(output):
        lock = claim(output)
    if lock is None:
        raise StorageError(f"Another program is packing into '{output}'.", hint="Wait for it, or name another folder.")
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What the disk refuses becomes a `StorageError` with its cure."""
    try:
        yield
    except StorageError:
        raise
    except OSError as error:
        cure = _CURES.get(error.errno or 0, "Check the folder that --output names.")
        raise StorageError(f"'{path}' could not be written: {error.strerror}.", hint=cure) from error
