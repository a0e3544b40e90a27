# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is already known of the files of an archive, kept between runs so that only changed files are opened.

The memory is one SQLite file, kept outside the archive. It can be deleted at any time, and costs only time then. It
holds the listing of the archive (see `terracite.timeseries.listing`) and facts about single files, each known by the
path below the root, the size and the time of change of its file. Other programs can read it while it is written.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from terracite.crate.provenance import hash_file
from terracite.errors import ArchiveError

_VERSION = 3  #: raised when images are looked at in another way, so that all are looked at again
_APPLICATION = 0x54435254  #: "TCRT", in the file's header
_WAIT_S = 60  #: how long another scan may take to let us write
_TABLES = """
create table facts (path text, name text, stamp text, value text, primary key (path, name)) without rowid;
create table state (name text primary key, value text) without rowid;
"""


class Memory:
    """Facts by file. ``path`` is None for a memory that lasts one run only.

    Facts are kept by `save`, which also makes the file; with ``autosave`` the file is there at once, and the scan
    itself saves now and then, so that one that is stopped goes on where it was.
    """

    def __init__(self, root: Path, path: Path | None = None, *, autosave: bool = False) -> None:
        self.root = root  #: of the archive
        self._prefix = os.path.join(root, "")  # noqa: PTH118 - with the separator at the end
        self.path = path
        self.autosave = autosave and path is not None
        self._new: dict[tuple[str, str], tuple[str, str]] = {}  #: not saved yet
        with self.explained():
            self.connection = self._opened()

    @classmethod
    def load(cls, root: Path, path: Path | None, *, autosave: bool = False) -> Memory:
        """The memory kept in ``path``; an empty one when there is none, or it cannot be read."""
        return cls(root, path, autosave=autosave)

    def get(self, path: Path, name: str) -> Any:
        """The fact ``name`` of a file; None when it is not known or the file has changed since."""
        return self.recall(path, name, stamp_of(path))

    def put(self, path: Path, name: str, value: Any) -> None:
        """Remember a JSON value about a file as it is now."""
        self.remember(path, name, stamp_of(path), value)

    def __del__(self) -> None:
        """Let go of the file at once: a connection that nobody closes keeps itself alive for a while."""
        if hasattr(self, "connection"):
            self.connection.close()

    def recall(self, path: Path, name: str, stamp: str) -> Any:
        """The fact ``name`` of a file that has this stamp; None when it is not known."""
        key = self._key(path)
        if (key, name) in self._new:
            kept, value = self._new[key, name]
            return json.loads(value) if kept == stamp else None
        query = "select value from facts where path = ? and name = ? and stamp = ?"
        with self.explained():
            found = self.connection.execute(query, (key, name, stamp)).fetchone()
        return None if found is None else json.loads(found[0])

    def remember(self, path: Path, name: str, stamp: str, value: Any) -> None:
        """Remember a JSON value about a file that has this stamp."""
        self._new[self._key(path), name] = (stamp, json.dumps(value))

    def sha256(self, path: Path) -> str:
        """The SHA-256 of a file, computed once as long as it does not change."""
        known: str | None = self.get(path, "sha256")
        if known is None:
            known = hash_file(path)[0]
            self.put(path, "sha256", known)
        return known

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Change the tables, all or nothing; readers go on seeing what was there until the end."""
        with self.explained():
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.commit()
            finally:
                if self.connection.in_transaction:
                    self.connection.rollback()

    def save(self) -> None:
        """Keep everything in ``path``, whole or not at all; nothing to do when nothing is new."""
        if self._new:
            rows = [(*key, *value) for key, value in self._new.items()]
            with self.writing() as connection:
                connection.executemany("insert or replace into facts values (?, ?, ?, ?)", rows)
            self._new.clear()
        if self.path is not None and self._is_scratch:
            with self.explained():
                self._move_to(self.path)

    def close(self) -> None:
        """Forget what was not saved, and let go of the file."""
        self.connection.close()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Whatever SQLite refuses inside becomes an `ArchiveError` with its cure."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(
                f"The memory of the scan '{self.path}' cannot be used: {error}.", hint=_cure(error)
            ) from error

    def _opened(self) -> sqlite3.Connection:
        self._is_scratch = False
        if self.path is not None and self.path.exists():
            connection = _connected(self.path)
            is_ours = False
            try:
                is_ours = _is_ours(connection)
            finally:
                if not is_ours:
                    connection.close()
            if is_ours:
                return connection
            if self.autosave:
                self.path.unlink()
        if self.path is not None and self.autosave:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return _with_tables(_connected(self.path))
        self._is_scratch = True  # SQLite keeps a file without a name on the disk, and removes it at the end
        return _with_tables(_connected(""))

    def _move_to(self, path: Path) -> None:
        """Make the scratch file the memory: written beside, then renamed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with closing(sqlite3.connect(part)) as copy:
                self.connection.backup(copy)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        self.connection.close()
        self.connection, self._is_scratch = _connected(path), False

    def _key(self, path: Path) -> str:
        text = os.fspath(path).removeprefix(self._prefix)
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def stamp_of(path: Path) -> str:
    """What tells one state of a file from another: its size and time of change; "" when it cannot be reached."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


def _connected(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)


def _is_ours(connection: sqlite3.Connection) -> bool:
    try:
        (application,) = connection.execute("pragma application_id").fetchone()
        (version,) = connection.execute("pragma user_version").fetchone()
        if (application, version) != (_APPLICATION, _VERSION):
            return False
        _set_up(connection)
        connection.execute("select 1 from facts, state limit 1")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise
        return False
    except sqlite3.DatabaseError:
        return False
    return True


def _with_tables(connection: sqlite3.Connection) -> sqlite3.Connection:
    _set_up(connection)
    connection.executescript(
        f"begin; {_TABLES} pragma application_id = {_APPLICATION}; pragma user_version = {_VERSION}; commit;"
    )
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    """Readers see the last saved state while we write; what was saved survives a kill."""
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")


def _cure(error: Exception) -> str:
    text = str(error)
    if "locked" in text:
        return "Another scan is using it: wait for it, or name another output folder."
    if "full" in text:
        return "Free some space, or name another output folder."
    if "readonly" in text or "unable to open" in text or isinstance(error, OSError):
        return "Name an output folder that you may write to."
    if "disk I/O error" in text:
        return "Free some space, raise the limit of file sizes, or name another output folder."
    return "Delete this file: that costs only time."
