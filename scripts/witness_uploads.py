# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks tuspy to send a file to a real server: killed in the middle, as the server is; gone on; ended; expired."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from witnesses import tus

from terracite.config import Settings
from terracite.repository.instance import environment as environment_of
from terracite.website.server import start_background

PROGRAM = Path(tus.__file__)
SIZE, PIECE = 50_000_000, 4_000_000
MAKE = """
import json
from terracite.repository.instance import open_instance
open_instance()
from terracite.record.model import Text
from terracite.repository import deposits, people
alice = people.ensure_person("alice")
version = deposits.create_dataset(deposits.create_deposit(alice, Text(en="Maps"), ["ocean"]), alice)
print(json.dumps([people.make_token(alice, "witness").text, str(version.dataset.uuid)]))
"""


def ask_about_uploads(figure: Callable[[str, int, int, float], bool]) -> list[bool]:
    """One line: what of the six things that tuspy may expect came true."""
    from ask_witnesses import environment_with, packages_in

    started = time.monotonic()
    python = environment_with("tus", packages_in(PROGRAM)) / "bin" / "python"
    with tempfile.TemporaryDirectory() as name:
        found = _played(Path(name), python)
    for what, is_so in found.items():
        if not is_so:
            print(f"    not so: {what}")
    return [figure("uploads x tuspy", sum(found.values()), len(found), time.monotonic() - started)]


def _played(folder: Path, python: Path) -> dict[str, bool]:
    content = os.urandom(1_000_000) * (SIZE // 1_000_000)
    (folder / "file.bin").write_bytes(content)
    settings, found = Settings(data_dir=folder / "instance"), {}
    with start_background(settings) as server:
        known = os.environ | environment_of(server.settings)
        made = subprocess.run([sys.executable, "-c", MAKE], env=known, check=True, capture_output=True, text=True)
        token, dataset = json.loads(made.stdout)
        port = int(server.url.rpartition(":")[2])
        client = _start(python, server.url, dataset, token, folder, "maps/a.bin", step_s=0.3)
        location = client.stdout.readline().split()[0] if client.stdout else ""
        time.sleep(1.5)
        client.kill()
        client.wait()
        offset = _offset(location, token)
        found["a client that is killed leaves whole pieces"] = 0 < offset < SIZE and offset % PIECE == 0
        again = _start(python, server.url, dataset, token, folder, "maps/a.bin", location, step_s=0.3)
        begun = int(again.stdout.readline().split()[1]) if again.stdout else -1
        found["it goes on from there"] = begun == offset
        time.sleep(1)
        server.process.kill()  # and now the server
        server.process.wait()
        again.kill()
        again.wait()
        time.sleep(2)  # its children follow
    with start_background(settings, port=port) as server:
        offset = _offset(location, token)
        last = _start(python, server.url, dataset, token, folder, "maps/a.bin", location)
        told = (last.communicate()[0] or "").split()
        found["and after the server was killed"] = offset >= begun and int(told[1]) == offset and told[-1] == "sent"
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as http:
            (file,) = http.get(f"/api/v1/datasets/{dataset}/versions/1").json()["files"]
            sha256 = hashlib.sha256(content).hexdigest()
            found["the file is the same"] = (file["path"], file["sha256"]) == ("maps/a.bin", sha256)
            ended = _begun(python, server.url, dataset, token, folder, "b.bin")
            http.delete(ended, headers={"Tus-Resumable": "1.0.0"})
            found["an upload that is ended is gone"] = _status(ended, token) == 410
            expired = _begun(python, server.url, dataset, token, folder, "c.bin")
            found["an expired one is gone, and the worker removes it"] = _expires(expired, token, server.settings)
    return found


def _begun(python: Path, url: str, dataset: str, token: str, folder: Path, path: str) -> str:
    client = _start(python, url, dataset, token, folder, path, step_s=5)
    location = client.stdout.readline().split()[0] if client.stdout else ""
    client.send_signal(signal.SIGKILL)
    client.wait()
    return location


def _expires(location: str, token: str, settings: Settings) -> bool:
    """As if a week had passed."""
    uuid = location.rpartition("/")[2].replace("-", "")
    with sqlite3.connect(settings.database_path, timeout=20) as database:
        database.execute("update repository_upload set expires = '2020-01-01 00:00:00' where uuid = ?", [uuid])
    for path in settings.uploads_dir.glob(f"{uuid}.part"):
        os.utime(path, (0, 0))
    gone = _status(location, token) == 410
    for _ in range(50):
        if not list(settings.uploads_dir.glob(f"{uuid}.*")):
            return gone
        time.sleep(0.2)
    return False


def _start(
    python: Path, url: str, dataset: str, token: str, folder: Path, path: str, *location: str, step_s: float = 0
) -> subprocess.Popen[str]:
    address = f"{url}/api/v1/datasets/{dataset}/versions/1/uploads"
    return subprocess.Popen(
        [python, PROGRAM, address, token, folder / "file.bin", path, *location],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PIECE": str(PIECE), "STEP_S": str(step_s)},
    )


def _head(location: str, token: str) -> httpx.Response:
    return httpx.head(location, headers={"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"}, timeout=30)


def _offset(location: str, token: str) -> int:
    return int(_head(location, token).headers.get("Upload-Offset", -1))


def _status(location: str, token: str) -> int:
    return _head(location, token).status_code
