# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often something was done lately, counted by all processes of one machine together.

One small SQLite file, whatever database the instance has: to count takes some hundredths of a millisecond, and never
waits for somebody who writes to the database. The file may be deleted at any time, which forgives everything. It holds
hashes of what is counted, under a key of the instance, and each no longer than it counts.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_TABLE = (
    "CREATE TABLE IF NOT EXISTS tally (key BLOB PRIMARY KEY, amount REAL NOT NULL, until REAL NOT NULL) "
    "STRICT, WITHOUT ROWID"
)
#: one more; from 1 again when the time is over, or when the clock was set back
_WITHIN = """
INSERT INTO tally VALUES (:key, 1, :now + :seconds) ON CONFLICT (key) DO UPDATE SET
  amount = CASE WHEN until BETWEEN :now AND :now + :seconds THEN amount + 1 ELSE 1 END,
  until = CASE WHEN until BETWEEN :now AND :now + :seconds THEN until ELSE :now + :seconds END
RETURNING amount
"""
#: ``amount`` is when the bucket will be full again: a minute from now at most, or else the clock was set back
_FULL = "CASE WHEN amount BETWEEN :now AND :now + 60.001 THEN amount ELSE :now END"
_TAKE = f"""
INSERT INTO tally VALUES (:key, :now + :step, :now + 60) ON CONFLICT (key) DO UPDATE SET
  amount = {_FULL} + :step, until = :now + 60
WHERE {_FULL} + :step <= :now + 60.000001
RETURNING amount
"""
_PATIENCE_S = 5.0
_TIDY_EACH = 500  #: counts, after which what is over is deleted
log = logging.getLogger(__name__)


class Tallies:
    """The counts of one instance. A file that cannot be used (full disk) refuses nobody: it is logged, and 0 told."""

    def __init__(self, path: Path, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock = path, clock
        self._secret = hashlib.blake2b(secret.encode(), digest_size=32).digest()
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._process, self._counted = 0, 0

    def within(self, key: str, seconds: float) -> int:
        """Count one more of ``key``; returns how many since the first of them, which was so long ago at most."""
        row = self._ask(_WITHIN, key, seconds=seconds)
        return int(row[0]) if row else 0

    def take(self, key: str, per_minute: int) -> float:
        """Take one from a bucket of ``per_minute`` that fills by itself; seconds to wait when it is empty, else 0."""
        step = 60 / per_minute
        if self._ask(_TAKE, key, step=step) is not None:
            return 0.0
        row = self._ask("SELECT amount + :step - :now - 60 FROM tally WHERE key = :key", key, step=step)
        return max(0.001, float(row[0])) if row else 0.0

    def forget(self, key: str) -> None:
        """Count ``key`` from 1 again."""
        self._ask("DELETE FROM tally WHERE key = :key", key)

    def _ask(self, statement: str, key: str, **values: float) -> tuple[float, ...] | None:
        named = {"key": hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).digest(), "now": self._clock()}
        with self._lock:
            try:
                rows: list[tuple[float, ...]] = self._opened().execute(statement, named | values).fetchall()
                self._tidy(named["now"])
            except (sqlite3.Error, OSError) as error:
                self._database = None
                log.warning("nothing is counted in '%s': %s", self._path, error)
                return None
        return rows[0] if rows else None

    def _opened(self) -> sqlite3.Connection:
        """This process's connection: none survives a fork."""
        if self._database is None or self._process != os.getpid():
            try:
                self._database = self._open()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # not a database: a machine that lost its power
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        Path(f"{self._path}{ending}").unlink(missing_ok=True)
                self._database = self._open()
            self._process = os.getpid()
        return self._database

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")  # to lose the last counts forgives some tries, no more
        database.execute(_TABLE)
        return database

    def _tidy(self, now: object) -> None:
        self._counted += 1
        if self._counted % _TIDY_EACH == 1:
            self._opened().execute("DELETE FROM tally WHERE until < ?", (now,))
