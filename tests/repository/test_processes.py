# SPDX-License-Identifier: AGPL-3.0-or-later
"""Workers that are killed and people who act at the same moment: real processes, a real database file.

On PostgreSQL where ``TERRACITE_TEST_DATABASE_URL`` names one (`make postgres`): beside it, each scene has a database of
its own, for the scenes hold back and free every item of the outbox, another scene's too.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from stores import files_url

ROOT = Path(__file__).resolve().parents[2]
POSTGRESQL = os.environ.get("TERRACITE_TEST_DATABASE_URL", "")
on_the_database = pytest.mark.parametrize("database", [POSTGRESQL], ids=["postgresql" if POSTGRESQL else "sqlite"])


@contextmanager
def database_of_its_own(server: str) -> Iterator[str]:
    """The address of a new database beside ``server``'s, dropped at the end; "" is SQLite, a file per scene."""
    if not server:
        yield ""
        return
    name = f"scene_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def play(scene: str, folder: Path, server: str, *more: str, script: str = "driver.py") -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name(script)), scene, *more]
    with database_of_its_own(server) as database:
        environment = {
            **os.environ,
            "TERRACITE_DATA_DIR": str(folder),
            "TERRACITE_DATABASE_URL": database,
            "TERRACITE_FILES_URL": files_url(),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        }
        ended = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
        )
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


@on_the_database
def test_a_publication_that_was_killed_anywhere_completes_once(database: str, tmp_path: Path) -> None:
    told = play("kills", tmp_path, database)

    assert told["seen"] == {
        "before the registrar": ["killed", "accepted", "none"],
        "before the page": ["killed", "accepted", "registered"],
        "before the page is committed": ["killed", "accepted", "registered"],
        "before it is ticked off": ["killed", "published", "registered"],
        "before the inventory": ["killed", "published", "findable"],
    }
    assert set(map(tuple, told["after"].values())) == {("published", "findable", 1, True, 0)}
    assert told["chain"] == []


@on_the_database
def test_a_worker_that_was_killed_at_any_work_leaves_it_to_the_next(database: str, tmp_path: Path) -> None:
    told = play("workers", tmp_path, database)

    assert told["seen"] == {
        "looking": ["killed", "scanning", False, False],
        "looked": [1, "ok", True, "waiting", False, False],
        "drawing": ["killed", "ok", True, "waiting", False, False],
        "sending": ["killed", "ok", True, "waiting", False, False],
    }
    assert (told["after"], told["again"]) == (["ok", True, "ready", True, True], 0)


@on_the_database
def test_a_life_that_is_killed_at_every_act_goes_on_whole(database: str, tmp_path: Path) -> None:
    """Inspection, previews, publication, letters, a correction, the embargo's end, drafts thrown away, collection."""
    kills, seed = os.environ.get("TERRACITE_KILLS", "1"), str(dt.date.today().toordinal())  # noqa: DTZ011
    told = play(kills, tmp_path, database, seed, script="moments.py")  # other moments every day

    assert told["wrong"] == [], f"seed {seed}"
    assert told["killed"] >= 25 * int(kills) - 10, f"seed {seed}"
    assert told["end"] == {
        "problems": [], "state": "withdrawn", "doi": "registered", "title": "Cover, corrected", "once": [1] * 5,
        "found": 0,
    }  # fmt: skip


@on_the_database
def test_of_several_at_the_same_moment_one_wins(database: str, tmp_path: Path) -> None:
    told = play("races", tmp_path, database)

    refused = ["MoveRefusedError"] * 3
    assert told["uploads"] == ["same-0.py", "same-0.py", "same-1.py", "same-1.py"]
    assert told["files"] == [["README.md", "ok"], ["cover.txt", "ok"], ["same-0.py", "ok"], ["same-1.py", "ok"]]
    assert told["saves"] == ["1", *["EditConflictError"] * 3]
    assert told["submits"] == [*refused, "submitted"]
    assert told["takes"] == [*refused, "in_review"]
    assert told["accepts"] == [*refused, "accepted"]
    assert told["told"] == ["published", "findable", 1, True, 0]
    assert sum(told["done"]) == 4  # registered, findable, preserved, indexed: each once
    assert told["new"] == ["2", *refused]
    assert len(set(told["logged"])) == 40
    assert told["chain"] == []
