# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploads with SHA-256 beside a plain Django view on gunicorn, in one run: read the ratios, not the seconds.

    python bench/uploads.py             1 GB, three turns: some minutes
    python bench/uploads.py --gb 10 --turns 1

Ours is a whole server as `terracite serve` starts it, asked by tus: one request with everything, and pieces of 16 MB
each with its own SHA-256, as the deposit page sends them (no bar: each waits for the disk, which the peers never do).
The bytes are on the disk (fsync) before they are promised. The peers are the usual view (``request.FILES``, hashed,
stored by Django), and one that reads the body by hand and keeps no promise. The client is the same for all, one
connection on this machine that sends a file of random bytes by ``sendfile``. Memory is what uploads add to the process
that answers: its peak, less what it takes at rest. gunicorn and Django live in an environment of their own
(``.venv-witnesses/gunicorn``).

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common.figures import Met, bar, bar_is, head, summary
from common.servers import children, cpu_s, memory_mb, web_processes

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts")]
MB = 1 << 20
PIECE = 16 * MB
MAKE = """
import json
from terracite.repository.instance import open_instance
open_instance()
from terracite.record.model import Text
from terracite.repository import deposits, people
alice = people.ensure_person("alice")
version = deposits.create_dataset(deposits.create_deposit(alice, Text(en="Maps"), ["ocean"]), alice)
print(json.dumps({"token": people.make_token(alice, "bench").text, "dataset": str(version.dataset.uuid)}))
"""


@dataclass(frozen=True)
class Server:
    """Something that takes uploads."""

    port: int
    processes: Callable[[], list[int]]
    token: str = ""
    dataset: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=1.0)
    parser.add_argument("--turns", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT.parent if os.access(ROOT.parent, os.W_OK) else None) as name:
        folder = Path(name)
        sha256 = _random_file(folder / "file.bin", int(wanted.gb * 1000))
        with our_server(folder / "ours") as ours, gunicorn(folder / "plain") as plain:
            return _measured(folder, sha256, wanted.turns, ours, plain)


def _measured(folder: Path, sha256: str, turns: int, ours: Server, plain: Server) -> int:
    ways: dict[str, tuple[Server, Callable[[Path, Server, str], str]]] = {
        "ours, one request": (ours, one_request),
        "ours, pieces with checksums": (ours, in_pieces),
        "gunicorn, form": (plain, lambda file, server, _sha: as_form(file, server)),
        "gunicorn, body": (plain, lambda file, server, _sha: as_body(file, server)),
    }
    found: dict[str, dict[str, float]] = {}
    _announced(ours, 0, "")  # everything is loaded then
    at_rest = memory_mb(ours.processes(), "VmRSS")
    for _ in range(turns):
        for way, (server, send) in ways.items():
            cpu, start = cpu_s(server.processes()), time.perf_counter()
            if send(folder / "file.bin", server, sha256) != sha256:
                raise SystemExit(f"{way}: another SHA-256")
            one = {"wall": time.perf_counter() - start, "cpu": cpu_s(server.processes()) - cpu}
            best = found.setdefault(way, one)
            found[way] = {key: min(best[key], one[key]) for key in one}
            _forget(folder)
    added = memory_mb(ours.processes(), "VmHWM") - at_rest
    print(f"peak memory of the web process: {added + at_rest:.0f} MB, of which at rest {at_rest:.0f} MB")
    return _told(found, (folder / "file.bin").stat().st_size, added)


def _told(found: dict[str, dict[str, float]], size: int, added_mb: float) -> int:
    head()
    met: list[Met] = []
    for mine in ("ours, one request", "ours, pieces with checksums"):
        for peer in ("gunicorn, form", "gunicorn, body"):
            least = 1.4 if mine == "ours, one request" else None
            name = f"{mine} / {peer}"
            met.append(bar(f"{name}, s", found[mine]["wall"], found[peer]["wall"], least=least))
            bar(f"{name}, CPU s", found[mine]["cpu"], found[peer]["cpu"])
    for way, figures in found.items():
        print(f"  {way}: {size / figures['wall'] / 1e6:.0f} MB/s")
    met.append(bar_is(f"memory that uploads take: {added_mb:.0f} MB, under 100 MB", added_mb < 100))
    return summary(met)


def one_request(file: Path, server: Server, sha256: str) -> str:
    """tus: announced, then everything in one PATCH."""
    size = file.stat().st_size
    location = _announced(server, size, sha256)
    _asked(server, "PATCH", location, _tus(server) | {"Upload-Offset": "0"}, file, 0, size)
    return _kept_as(server, location)


def in_pieces(file: Path, server: Server, sha256: str) -> str:
    """tus: pieces of 16 MB, each with its SHA-256 (made by the client beforehand, as it is another machine's work)."""
    size = file.stat().st_size
    location = _announced(server, size, sha256)
    for offset in range(0, size, PIECE):
        count = min(PIECE, size - offset)
        said = {"Upload-Offset": str(offset), "Upload-Checksum": f"sha256 {_piece_digest(file, offset, count)}"}
        _asked(server, "PATCH", location, _tus(server) | said, file, offset, count)
    return _kept_as(server, location)


def as_form(file: Path, server: Server) -> str:
    """A form of a page, as browsers send it."""
    mark = "bench-0123456789"
    before = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="file.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    after, kind = f"\r\n--{mark}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={mark}"}
    answer = _asked(server, "POST", "/form", kind, file, 0, file.stat().st_size, before, after)
    return str(json.loads(answer)["sha256"])


def as_body(file: Path, server: Server) -> str:
    """The bytes alone."""
    return str(json.loads(_asked(server, "POST", "/body", {}, file, 0, file.stat().st_size))["sha256"])


@contextmanager
def our_server(folder: Path) -> Iterator[Server]:
    """`terracite serve`, with an account and a draft."""
    from terracite.config import Settings
    from terracite.repository.instance import environment
    from terracite.website.server import start_background

    with start_background(Settings(data_dir=folder)) as running:
        known = os.environ | environment(running.settings)
        done = subprocess.run([sys.executable, "-c", MAKE], env=known, check=True, capture_output=True, text=True)
        port, parent = int(running.url.rpartition(":")[2]), running.process.pid
        yield Server(port, lambda: web_processes(parent), **json.loads(done.stdout))


@contextmanager
def gunicorn(folder: Path) -> Iterator[Server]:
    """The plain views, with one worker, as ours has one web process."""
    from ask_witnesses import environment_with

    from terracite.services import ports

    folder.mkdir()
    place = environment_with("gunicorn", ["gunicorn==23.0.0", "Django==5.2.8"])
    port = ports.free_port("127.0.0.1")
    command = [place / "bin" / "gunicorn", "--workers", "1", "--timeout", "600", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"PLAIN_FOLDER": str(folder)}
    process = subprocess.Popen(
        [*command, "plain_upload:application"],
        cwd=ROOT / "bench" / "peers",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ports.wait_until_open("127.0.0.1", port, 60, lambda: process.poll() is None)
        yield Server(port, lambda: children(process.pid))
    finally:
        process.terminate()
        process.wait()


def _announced(server: Server, size: int, sha256: str) -> str:
    said = f",sha256 {base64.b64encode(sha256.encode()).decode()}" if sha256 else ""
    name = base64.b64encode(f"{time.time_ns()}.bin".encode()).decode()
    headers = _tus(server) | {"Upload-Length": str(size), "Upload-Metadata": f"path {name}{said}"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", f"/api/v1/datasets/{server.dataset}/versions/1/uploads", headers=headers)
    return connection.getresponse().headers["Location"]


def _kept_as(server: Server, location: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", location, headers=_tus(server))
    told = json.loads(connection.getresponse().read())
    return str(told["sha256"]) if told["state"] == "kept" else str(told)


def _tus(server: Server) -> dict[str, str]:
    return {
        "Tus-Resumable": "1.0.0",
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "application/offset+octet-stream",
    }


def _asked(
    server: Server, method: str, path: str, headers: dict[str, str], file: Path, offset: int, count: int,
    before: bytes = b"", after: bytes = b"",
) -> bytes:  # fmt: skip
    """The answer to one request whose body is a part of a file, between two texts."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.putrequest(method, path)
    for name, value in (headers | {"Content-Length": str(len(before) + count + len(after))}).items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.sock.sendall(before)
    with file.open("rb") as source:
        connection.sock.sendfile(source, offset, count)
    connection.sock.sendall(after)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {told[:500]!r}")
    return told


def _random_file(path: Path, megabytes: int) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(megabytes):
            chunk = os.urandom(1_000_000)
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


_pieces: dict[int, str] = {}


def _piece_digest(file: Path, offset: int, count: int) -> str:
    if offset not in _pieces:
        with file.open("rb") as source:
            source.seek(offset)
            _pieces[offset] = base64.b64encode(hashlib.sha256(source.read(count)).digest()).decode()
    return _pieces[offset]


def _forget(folder: Path) -> None:
    """What was received takes no room in the next turn, and is new to the server each time."""
    for place in ("ours/files/objects", "plain"):
        for path in (folder / place).rglob("*"):
            if path.is_file():
                path.unlink()
    os.sync()


if __name__ == "__main__":
    sys.exit(main())
