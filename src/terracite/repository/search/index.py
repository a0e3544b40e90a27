# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder of the index: who may write, which generation is read.

Layout: ``write.lock``, ``current`` (the name of the generation in use), one folder per generation. A rebuild fills a
new generation beside the old one, then moves ``current``: readers never see a half-filled index.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import tantivy

from terracite.errors import StorageError
from terracite.repository.search.fields import ANALYSERS, SCHEMA_VERSION, analyser, schema

WRITER_BYTES = 30_000_000
LOCK_PATIENCE_S = 60.0
_GENERATION = f"v{SCHEMA_VERSION}-"


@dataclass(slots=True)
class _Open:
    index: tantivy.Index
    stamp: tuple[int, int]  #: of meta.json when the index was last loaded


_opened: dict[Path, _Open] = {}
_guard = Lock()


def current(folder: Path) -> Path | None:
    """The generation in use, or None where there is none that this version of Terracite can read."""
    try:
        name = (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    path = folder / name
    return path if name.startswith(_GENERATION) and (path / "meta.json").is_file() else None


def reader(generation: Path) -> tantivy.Searcher:
    """A view of ``generation`` as it is now, also after another process has written to it."""
    with _guard:
        opened = _opened.get(generation)
        stamp = _stamp(generation)
        if opened is None:
            _forget_deleted()
            opened = _opened[generation] = _Open(_open(generation), stamp)
        elif opened.stamp != stamp:
            opened.index.reload()
            opened.stamp = stamp
        return opened.index.searcher()


@contextmanager
def writer(generation: Path) -> Iterator[tantivy.IndexWriter]:
    """The one writer of ``generation``; what was written is kept when the block ends well. Needs `locked`."""
    handle = _open(generation).writer(WRITER_BYTES, 1)
    try:
        yield handle
        handle.commit()
    except BaseException:
        handle.rollback()
        raise
    finally:
        handle.wait_merging_threads()


@contextmanager
def locked(folder: Path, patience_s: float = LOCK_PATIENCE_S) -> Iterator[None]:
    """Keeps every other writer out, in this process or another; raises `StorageError` after ``patience_s``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "write.lock").open("w") as lock:
        _wait_for(lock.fileno(), folder, time.monotonic() + patience_s)
        yield


def new_generation(folder: Path) -> Path:
    """An empty generation, not in use yet. Needs `locked`."""
    numbers = [int(path.name.rpartition("-")[2]) for path in folder.glob("v*-*") if path.is_dir()]
    path = folder / f"{_GENERATION}{max(numbers, default=0) + 1:06d}"
    path.mkdir()
    _open(path)
    return path


def use(generation: Path) -> None:
    """Make ``generation`` the current one and drop the others. Needs `locked`."""
    folder = generation.parent
    pointer = folder / ".current.partial"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(generation.name)
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / "current")
    for path in folder.glob("v*-*"):
        if path != generation:
            shutil.rmtree(path, ignore_errors=True)


def _open(generation: Path) -> tantivy.Index:
    index = tantivy.Index(schema(), path=str(generation))
    for name in ANALYSERS:
        index.register_tokenizer(name, analyser(name))
    return index


def _stamp(generation: Path) -> tuple[int, int]:
    status = (generation / "meta.json").stat()
    return status.st_mtime_ns, status.st_ino


def _forget_deleted() -> None:
    for path in [path for path in _opened if not path.exists()]:
        with suppress(KeyError):
            del _opened[path]


def _wait_for(descriptor: int, folder: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() > deadline:
                raise StorageError(
                    f"Another process keeps the search index in '{folder}' to itself.",
                    hint="Wait for a running `terracite repository reindex`, or stop it, then try again.",
                ) from error
            time.sleep(0.02)
        else:
            return
