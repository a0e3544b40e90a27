# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way on the engines of a large instance, PostgreSQL and an object store, by `terracite serve` alone.

People register, deposit, decide and read over the network; then the worker is killed, the database is stopped, the
store goes away. Needs `scripts/with-postgres scripts/with-s3`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import math
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psycopg
import pytest

from terracite.client import Client, Dataset
from terracite.config import Settings
from terracite.repository.instance import environment
from terracite.repository.records import plain
from terracite.services.storage import open_storage
from terracite.website.server import Background, start_background
from website import scene

DATABASE = os.environ.get("TERRACITE_TEST_DATABASE_URL", "")
CONTROL = os.environ.get("TERRACITE_TEST_POSTGRES_CONTROL", "")
STORE = os.environ.get("TERRACITE_TEST_S3_FOLDER", "")
pytestmark = pytest.mark.skipif(not (DATABASE and STORE), reason="no PostgreSQL and S3 server together")

BIG = os.urandom(1 << 20) * 21  #: sent in pieces, read from the store in several requests
MANY = 10  #: requests, more than there are connections


@dataclass
class Site:
    """A running instance, and its people."""

    running: Background
    store: str
    alice: Client
    bob: Client
    token: str  #: Alice's

    def get(self, path: str, **headers: str) -> httpx.Response:
        """What anybody gets."""
        return httpx.get(path if path.startswith("http") else self.running.url + path, headers=headers, timeout=60)


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """The address of a new database; no connection is kept open, for the server is restarted meanwhile."""
    name = f"way_{uuid4().hex}"

    def say(words: str) -> None:
        with psycopg.connect(DATABASE, autocommit=True) as connection:
            connection.execute(words)

    say(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(DATABASE)._replace(path=f"/{name}").geturl()
    finally:
        say(f"DROP DATABASE {name} WITH (FORCE)")


def command(running: Background, *words: str, token: str = "", **more: str) -> str:
    known = os.environ | environment(running.settings) | {"TERRACITE_TOKEN": token} | more
    program = Path(sys.executable).with_name("terracite")
    done = subprocess.run([program, *words], env=known, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def registered(url: str, name: str, family: str, scope: str = "", role: Callable[[], object] = lambda: None) -> str:
    """A new account made on the pages, and the text of its token."""
    with httpx.Client(base_url=url, timeout=30, follow_redirects=True, headers={"Referer": url}) as browser:

        def send(page: str, to: str, form: dict[str, str]) -> str:
            (csrf,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).text))
            answer = browser.post(to, data=form | {"csrfmiddlewaretoken": csrf})
            assert answer.status_code == 200, answer.text
            return answer.text

        about = {"given_name": name.title(), "family_name": family, "email": f"{name}@example.org", "orcid": ""}
        send("/account/register/", "/account/register/", about | {"username": name, "password": scene.PASSWORD})
        role()
        made = send("/account/", "/account/tokens/", {"label": "test", "scope": scope})
        return re.findall(r"tct_[\w-]{20,}", made)[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    store = f"{os.environ['TERRACITE_TEST_S3']}/{uuid4().hex}"
    folder = tmp_path_factory.mktemp("instance")
    with database_of_its_own() as database:
        settings = Settings(data_dir=folder, database_url=database, files_url=store)
        with start_background(settings) as running:
            alice = registered(running.url, "alice", "Martin")
            grant = ("repository", "person", "grant", "bob")
            roles = (("moderator", scene.LAND), ("curator",))
            bob = registered(
                running.url, "bob", "Payet", "moderate", lambda: [command(running, *grant, *role) for role in roles]
            )
            with Client(running.url, alice) as one, Client(running.url, bob) as other:
                yield Site(running, store, one, other, alice)


def workers(site: Site) -> list[int]:
    """The processes of the worker."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            parent = int(path.with_name("stat").read_text().rpartition(")")[2].split()[1])
            if parent == site.running.process.pid and b"website.worker" in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def folder_of(place: Path) -> Path:
    (place / "docs").mkdir(parents=True)
    (place / "docs" / "README.md").write_bytes(scene.README)
    (place / "map.tif").write_bytes(scene.map_bytes())
    (place / "plots.csv").write_text("site,ndvi\nA,0.8\nB,0.6\n")
    (place / "big.dat").write_bytes(BIG)
    return place


def sent(site: Site, folder: Path, **changes: object) -> Dataset:
    """A folder, by the command line; then described, by the client."""
    said = ("--to", site.running.url, "--discipline", scene.LAND, "--deposit", "Yearly maps")
    command(site.running, "deposit", str(folder), *said, token=site.token)
    (draft,) = site.alice.datasets(state="draft")
    draft = draft.refreshed().describe(**({name: plain(value) for name, value in scene.MAP.items()} | changes))
    assert [one.said() for one in draft.findings() if one.level == "blocker"] == []
    return draft


def published(site: Site, draft: Dataset, meanwhile: Callable[[], object] = lambda: None) -> Dataset:
    draft.submit()
    (waiting,) = site.bob.queue()
    site.bob.dataset(waiting.dataset).take().accept()
    meanwhile()
    return draft.wait_until("published", timeout_s=30)


def kill_workers(site: Site) -> None:
    """Three times, wherever it stands in its work; it is started again by itself. Then two minutes go by."""
    for _ in range(3):
        for pid in workers(site):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.7)
    with psycopg.connect(site.running.settings.database_url, autocommit=True) as connection:
        for table in ("outboxitem", "mail"):
            connection.execute(f"UPDATE repository_{table} SET claimed_until = claimed_until - interval '2 minutes'")


def eventually(what: Callable[[], bool], patience_s: float = 30) -> bool:
    end = time.monotonic() + patience_s
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True


@pytest.fixture(scope="module")
def dataset(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    draft = sent(site, folder_of(tmp_path_factory.mktemp("sent") / "maps"))
    assert eventually(lambda: {draft.preview(path).state for path in ("map.tif", "plots.csv")} == {"ready"})
    return published(site, draft, lambda: kill_workers(site))


def test_what_was_published_while_the_worker_was_killed_is_whole(site: Site, dataset: Dataset) -> None:
    keys = set(open_storage(site.store).list())
    assert {f"objects/{file.sha256[:2]}/{file.sha256}" for file in dataset.files()} <= keys
    assert list((site.running.settings.data_dir / "uploads").glob("*.part")) == []
    assert not (site.running.settings.data_dir / "terracite.sqlite3").exists()
    assert command(site.running, "repository", "check-history")
    assert "waits" not in command(site.running, "repository", "reconcile", "--dry-run")
    assert dataset.doi.startswith("10.5072/")


def test_anybody_reads_all_of_it(site: Site, dataset: Dataset) -> None:
    page = site.get(dataset.url)
    assert (page.status_code, "Land cover of Reunion Island" in page.text) == (200, True)
    address = f"{dataset.url}files/big.dat"
    etag = site.get(address, Range="bytes=0-0").headers["ETag"]
    middle = (1 << 23) - 5
    part = site.get(address, **{"Range": f"bytes={middle}-{middle + 9}", "If-Range": etag})
    assert (part.status_code, part.content) == (206, BIG[middle : middle + 10])
    assert site.get(address, **{"Range": "bytes=-3", "If-Range": '"other"'}).content == BIG
    assert site.get(address, Range=f"bytes={len(BIG)}-").status_code == 416
    packed = zipfile.ZipFile(io.BytesIO(site.get(f"/datasets/{dataset.identifier}/v1/files.zip").content))
    assert packed.testzip() is None
    assert {name.partition("/")[2] for name in packed.namelist()} == {file.path for file in dataset.files()}


def test_it_is_shown_found_and_harvested(site: Site, dataset: Dataset) -> None:
    seen = dataset.preview("map.tif").map
    zoom = seen["zooms"][0]
    west, _, _, north = seen["box"]
    n = 2**zoom
    x = int((west + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(north))) / math.pi) / 2 * n)
    tile = site.get(seen["tiles"].format(z=zoom, x=x, y=y))
    assert (tile.status_code, tile.content[:4]) == (200, b"\x89PNG")
    assert site.get(f"{dataset.url}preview/plots.csv").status_code == 200
    assert eventually(lambda: site.alice.search("Reunion cover").total == 1)
    listed = site.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
    assert dataset.doi in listed


def test_files_under_embargo_stay_closed(site: Site, dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "README.md").write_bytes(scene.README)
    (folder / "secret.csv").write_text("site,ndvi\nC,0.4\n")
    until = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90)).isoformat()
    closed = published(site, sent(site, folder, access={"kind": "embargoed", "embargo_until": until}))
    assert site.get(closed.url).status_code == 200
    for path in ("files/secret.csv", "preview/secret.csv", "files.zip"):
        assert site.get(closed.url + path).status_code == 403
    keys = "".join(open_storage(site.store).list())
    assert next(file.sha256 for file in closed.files() if file.path == "secret.csv") in keys

    site.bob.dataset(closed.identifier).withdraw("Taken back by its authors.")
    assert site.get(closed.url).status_code == 410
    assert site.get(f"{closed.url}files/secret.csv").status_code in {404, 410}
    assert eventually(lambda: site.alice.search("Reunion cover").total == 1)


def many(site: Site, path: str) -> list[int]:
    """The answers to as many readers at once as meet every connection that the site keeps open."""
    with ThreadPoolExecutor(MANY) as pool:
        return [answer.status_code for answer in pool.map(lambda _: site.get(path), range(MANY))]


@pytest.mark.skipif(not CONTROL, reason="the database cannot be stopped")
def test_the_database_may_be_restarted(site: Site, dataset: Dataset) -> None:
    private = "/api/v1/datasets?size=1"
    assert many(site, dataset.url) == many(site, private) == [200] * MANY
    subprocess.run([CONTROL, "restart"], check=True)
    assert many(site, dataset.url) == many(site, private) == [200] * MANY

    subprocess.run([CONTROL, "stop"], check=True)
    try:
        assert site.get("/search/?q=forest").status_code == 200  # its index is a file
        for path in (dataset.url, private, f"{dataset.url}files/map.tif"):
            answer = site.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20"), path
    finally:
        subprocess.run([CONTROL, "start"], check=True)
    assert many(site, dataset.url) == many(site, private) == [200] * MANY
    second = dataset.new_version()
    second.remove("big.dat")
    assert second.wait_for_files(30).state == "draft"  # the worker has found its way back too


@contextmanager
def store_away(site: Site) -> Iterator[None]:
    """The S3 server is killed outright; it comes back when asked to."""
    down, pid = Path(STORE) / "down", Path(STORE) / "pid"
    down.touch()
    os.kill(int(pid.read_text()), signal.SIGKILL)
    try:
        yield
    finally:
        down.unlink(missing_ok=True)


def test_the_store_may_go_away(site: Site, dataset: Dataset, tmp_path: Path) -> None:
    draft = site.alice.create_deposit("Later", disciplines=[scene.LAND]).create_dataset(title="Later")
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "big.dat").write_bytes(os.urandom(9_000_000))
    (folder / "small.csv").write_text("site,ndvi\nD,0.1\n")
    with ThreadPoolExecutor(1) as pool:
        with store_away(site):
            sending = pool.submit(draft.upload, folder)
            answer = site.get(f"{dataset.url}files/map.tif")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
            assert site.get(f"{dataset.url}preview/plots.csv").status_code == 503
            assert site.get(dataset.url).status_code == 200
            started = time.monotonic()
            assert many(site, f"{dataset.url}files/map.tif") == [503] * MANY
            assert time.monotonic() - started < 15  # nobody waits for a store that did not answer a moment ago
        assert sending.result(90) == ("big.dat", "small.csv")
    assert eventually(lambda: site.get(f"{dataset.url}files/map.tif").status_code == 200)
    assert eventually(lambda: {(file.path, file.state) for file in draft.files()} == {
        ("big.dat", "ok"), ("small.csv", "ok"),
    }, 90)  # fmt: skip
