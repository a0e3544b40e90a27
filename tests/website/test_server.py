# SPDX-License-Identifier: AGPL-3.0-or-later
"""One command starts website, worker and database, and stops them whole."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from terracite import config
from terracite.cli.config import config as config_command
from terracite.config import Settings
from terracite.errors import ServiceError
from terracite.repository.instance import environment
from terracite.services import ports
from terracite.website.forms.account import TRIES
from terracite.website.server import Background, serve, start_background, with_address

MB = 1 << 20


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("instance"), web_processes=2)
    with start_background(settings) as server:
        yield server


def children_of(pid: int) -> list[int]:
    """The web processes and the worker; Python's own tracker of shared resources comes and goes with them."""
    return [child for child in all_children_of(pid) if b"resource_tracker" not in command_of(child)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def all_children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: object, patience_s: float = 60) -> bool:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_it_answers_with_its_own_address_and_tables(running: Background) -> None:
    answer = httpx.get(f"{running.url}/robots.txt", timeout=30)
    assert (answer.status_code, f"Sitemap: {running.url}/sitemap.xml" in answer.text) == (200, True)
    with sqlite3.connect(running.settings.database_path) as database:
        assert database.execute("select count(*) from repository_person").fetchone() == (0,)
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)


def test_web_server_and_worker_run_beside_it(running: Background) -> None:
    def roles() -> list[str]:
        commands = [command_of(pid) for pid in children_of(running.process.pid)]
        return sorted(role for role in ("spawn_main", "website.worker") for text in commands if role.encode() in text)

    assert wait_for(lambda: roles() == ["spawn_main", "spawn_main", "website.worker"])


def test_two_web_processes_hold_one_limit(running: Background) -> None:
    """Each try on a connection of its own, so that any process may answer it."""
    page = httpx.get(f"{running.url}/account/login/", timeout=30)
    form = {"username": "nobody", "password": "wrong", "csrfmiddlewaretoken": page.cookies["csrftoken"]}
    answers = [
        httpx.post(
            f"{running.url}/account/login/",
            data=form,
            cookies=page.cookies,
            headers={"Origin": running.url},
            timeout=30,
        )
        for _ in range(TRIES + 2)
    ]
    assert ["Too many wrong passwords" in answer.text for answer in answers] == [False] * TRIES + [True] * 2


def test_a_worker_that_dies_is_started_again(running: Background) -> None:
    def workers() -> list[int]:
        found = children_of(running.process.pid)
        return [pid for pid in found if b"website.worker" in command_of(pid)]

    (first,) = workers()
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: workers() not in ([], [first]))


def test_a_port_in_use_is_told(running: Background) -> None:
    port = httpx.URL(running.url).port or 0
    with pytest.raises(ServiceError, match="--port"):
        serve(running.settings, port=port)
    with pytest.raises(ServiceError, match="Another program uses port"):
        start_background(replace(running.settings, data_dir=running.settings.data_dir / "second"), port=port)


MAKE = """
import json
from terracite.repository.instance import open_instance
open_instance()
from terracite.record.model import Text
from terracite.repository import deposits, people
alice = people.ensure_person("alice")
version = deposits.create_dataset(deposits.create_deposit(alice, Text(en="Maps"), ["ocean"]), alice)
print(json.dumps({"token": people.make_token(alice, "test").text, "dataset": str(version.dataset.uuid)}))
"""


def offset_after_restart(http: httpx.Client, location: str) -> int:
    """What the web server says that took the place of the killed one, as soon as it is there."""
    for _ in range(600):
        with suppress(httpx.TransportError):
            return int(http.head(location).headers["Upload-Offset"])
        time.sleep(0.1)
    raise AssertionError("no answer")


def test_an_upload_goes_on_after_the_web_server_is_killed(running: Background) -> None:
    command, known_settings = [sys.executable, "-c", MAKE], os.environ | environment(running.settings)
    done = subprocess.run(command, env=known_settings, capture_output=True, text=True, check=True)
    known = json.loads(done.stdout)
    content, killed_after = os.urandom(MB) * 50, 20 * MB
    headers = {
        "Tus-Resumable": "1.0.0",
        "Authorization": f"Bearer {known['token']}",
        "Content-Type": "application/offset+octet-stream",
    }

    def web_servers() -> list[int]:
        return [pid for pid in children_of(running.process.pid) if b"spawn_main" in command_of(pid)]

    with httpx.Client(base_url=running.url, headers=headers, timeout=60) as http:
        announced = {"Upload-Length": str(len(content)), "Upload-Metadata": "path YS5iaW4="}
        location = http.post(f"/api/v1/datasets/{known['dataset']}/versions/1/uploads", headers=announced).headers[
            "Location"
        ]
        (part,) = running.settings.uploads_dir.glob("*.part")

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(content), MB):
                if start == killed_after:
                    assert wait_for(lambda: part.stat().st_size > killed_after // 2)
                    for pid in web_servers():
                        os.kill(pid, signal.SIGKILL)
                yield content[start : start + MB]

        with suppress(httpx.TransportError):
            http.patch(location, content=pieces(), headers={"Upload-Offset": "0", "Content-Length": str(len(content))})
        offset = offset_after_restart(http, location)
        assert killed_after // 2 < offset <= killed_after
        assert part.read_bytes() == content[:offset]
        rest = http.patch(location, content=content[offset:], headers={"Upload-Offset": str(offset)})
        assert (rest.status_code, rest.headers["Upload-Offset"]) == (204, str(len(content)))
        (file,) = http.get(f"/api/v1/datasets/{known['dataset']}/versions/1").json()["files"]
    assert (file["path"], file["sha256"]) == ("a.bin", hashlib.sha256(content).hexdigest())


def stops_whole_and_soon(server: Background, number: signal.Signals) -> None:
    assert wait_for(lambda: len(children_of(server.process.pid)) == 2)
    children = children_of(server.process.pid)
    server.process.send_signal(number)
    assert server.process.wait(60) == 0
    assert not any(map(is_alive, children))
    assert not ports.is_open("127.0.0.1", httpx.URL(server.url).port or 0)


def test_by_hand_it_stops_whole_and_soon(tmp_path: Path) -> None:
    server = start_background(Settings(data_dir=tmp_path, web_processes=1))
    stops_whole_and_soon(server, signal.SIGINT)
    assert (tmp_path / "serve.log").read_text() == ""


def test_nothing_is_left_when_it_is_killed_and_the_next_one_stops_whole(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, web_processes=1)
    server = start_background(settings)
    assert wait_for(lambda: len(children_of(server.process.pid)) == 2)
    children = children_of(server.process.pid)
    server.process.kill()
    server.process.wait()
    assert wait_for(lambda: not any(map(is_alive, children)))
    again = start_background(settings, port=httpx.URL(server.url).port or 0)
    assert httpx.get(f"{again.url}/robots.txt", timeout=30).status_code == 200
    stops_whole_and_soon(again, signal.SIGTERM)


def test_settings_reach_other_processes_unchanged(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, site_name="Données é", debug=True, max_file_bytes=5, allowed_hosts=("a", "b")
    )
    assert config.load(environ=environment(settings)) == settings


@pytest.mark.parametrize(
    ("host", "base_url", "added"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080", ()),
        ("0.0.0.0", "http://127.0.0.1:8080", ()),
        ("::1", "http://[::1]:8080", ()),
        ("192.0.2.7", "http://192.0.2.7:8080", ("192.0.2.7",)),
    ],
)
def test_the_public_address_follows_the_port(host: str, base_url: str, added: tuple[str, ...]) -> None:
    settings = with_address(Settings(), host, 8080)
    assert (settings.base_url, settings.allowed_hosts) == (base_url, Settings().allowed_hosts + added)


def test_a_chosen_public_address_is_kept() -> None:
    assert (
        with_address(Settings(base_url="https://data.example.org"), "127.0.0.1", 80).base_url
        == "https://data.example.org"
    )


def test_config_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRACITE_DATACITE_PASSWORD", "hunter2")
    monkeypatch.setenv("TERRACITE_DATABASE_URL", "postgresql://me:hunter2@db/x")
    for arguments in ([], ["--json"]):
        answer = CliRunner().invoke(config_command, arguments)
        assert (answer.exit_code, "hunter2" in answer.output, answer.output.count("(set, hidden)")) == (0, False, 3)
