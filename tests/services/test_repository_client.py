# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending crates over the network, to a small stand-in for another machine's repository."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from crate.samples import RECORD, make_crate
from terracite.cli import cli
from terracite.crate import archive, receipts
from terracite.crate.read import Crate
from terracite.crate.verify import verify
from terracite.errors import ProblemsError, ServiceError
from terracite.services import repository_client

TOKEN = "not-a-real-token"


class Repository:
    """Takes crates whose length is announced, unpacks and verifies them, knows them by uuid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, str] = {}  #: identifier -> state
        self.posts: list[dict[str, list[str]]] = []
        self.refuse: tuple[int, dict[str, object]] | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, query: str, body: bytes) -> dict[str, object]:
        number = len(self.posts)
        (self.folder / f"{number}.zip").write_bytes(body)
        crate = archive.unpack(self.folder / f"{number}.zip", self.folder / str(number))
        assert verify(crate) == []
        self.posts.append(parse_qs(query))
        identifier = str(json.loads((crate / "record.json").read_text())["uuid"])
        self.known[identifier] = "submitted" if self.posts[-1]["submit"] == ["true"] else "draft"
        url = f"{self.url}/datasets/{identifier}"
        return {
            "identifier": identifier,
            "url": url,
            "state": self.known[identifier],
            "doi": None,
            "extra": 1,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        repository = self

        class Handler(BaseHTTPRequestHandler):
            wbufsize = 1 << 16

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers["content-length"]))
                if repository.refuse:
                    self.reply(*repository.refuse)
                elif self.headers["authorization"] != f"Bearer {TOKEN}" or parts.path != "/api/v1/crates":
                    self.reply(401, {"message": "Unknown token.", "hint": "Make a new one."})
                else:
                    self.reply(201, repository.take(parts.query, body))

            def do_GET(self) -> None:
                known = self.path.rpartition("/")[2] in repository.known
                self.reply(200 if known else 404, {})

            def reply(self, status: int, content: dict[str, object]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        return Handler


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    (tmp_path / "received").mkdir()
    running = Repository(tmp_path / "received")
    thread = threading.Thread(target=running.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


@pytest.fixture
def crate(tmp_path: Path) -> Crate:
    return make_crate(tmp_path / "40KCB-NDVI-2023")


def test_a_crate_arrives_whole_with_its_wishes(repository: Repository, crate: Crate) -> None:
    steps: list[tuple[int, int]] = []
    receipt = repository_client.send(
        crate,
        f"{repository.url}/",
        TOKEN,
        lambda done, total: steps.append((done, total)),
        disciplines=["continental_surfaces", "biodiversity"],
        deposit_title="Végétation de La Réunion",
        submit=True,
    )
    assert repository.posts == [
        {
            "discipline": ["continental_surfaces", "biodiversity"],
            "deposit": ["Végétation de La Réunion"],
            "submit": ["true"],
        }
    ]
    assert (receipt.target, receipt.identifier, receipt.state) == (
        repository.url,
        str(RECORD.uuid),
        "submitted",
    )
    assert (receipt.doi, receipt.snapshot) == ("", crate.content_hash)
    assert steps[-1] == (archive.zip_bytes(crate.folder),) * 2


def test_the_repository_is_asked_whether_it_still_has_it(repository: Repository, crate: Crate) -> None:
    receipt = repository_client.send(crate, repository.url, TOKEN)
    assert repository_client.still_there(repository.url, TOKEN, receipt.identifier)
    assert not repository_client.still_there(repository.url, TOKEN, "../elsewhere")


@pytest.mark.parametrize(("status", "retry"), [(401, False), (413, False), (422, False), (503, True)])
def test_a_refusal_gives_the_repository_s_reason(
    repository: Repository, crate: Crate, status: int, retry: bool
) -> None:
    repository.refuse = (status, {"message": "The crate has no licence."})
    with pytest.raises(ServiceError, match=rf"{status}: The crate has no licence") as caught:
        repository_client.send(crate, repository.url, TOKEN)
    assert (caught.value.status, caught.value.retry) == (status, retry)


def test_an_answer_without_identifier_is_an_error(repository: Repository, crate: Crate) -> None:
    repository.refuse = (200, {"state": "draft"})
    with pytest.raises(ServiceError, match="did not say under which identifier"):
        repository_client.send(crate, repository.url, TOKEN)


@pytest.mark.parametrize("url", ["http://data.example.org", "ftp://data.example.org", "data.example.org", "https://"])
def test_tokens_go_only_where_nobody_listens(crate: Crate, url: str) -> None:
    with pytest.raises(ServiceError, match=r"in clear|not the address"):
        repository_client.send(crate, url, TOKEN)


class TestCommand:
    def deposit(self, *arguments: object, token: str = TOKEN) -> Result:
        texts = ["-q", "deposit", *(str(argument) for argument in arguments)]
        return CliRunner().invoke(cli, texts, env={"TERRACITE_TOKEN": token})

    def test_a_second_run_changes_nothing(self, repository: Repository, crate: Crate) -> None:
        first = self.deposit(crate.folder, "--to", repository.url, "--json")
        kept = receipts.read(crate.folder)
        second = self.deposit(crate.folder, "--to", f"{repository.url}/", "--json")
        assert [json.loads(run.stdout)[0]["action"] for run in (first, second)] == ["sent", "unchanged"]
        assert (len(repository.posts), receipts.read(crate.folder)) == (1, kept)

    def test_submitting_later_is_sent_and_said(self, repository: Repository, crate: Crate) -> None:
        self.deposit(crate.folder, "--to", repository.url)
        later = self.deposit(crate.folder, "--to", repository.url, "--submit")
        again = self.deposit(crate.folder, "--to", repository.url, "--submit")
        assert later.stdout.startswith(f"{crate.name}: submitted, submitted  http://")
        assert again.stdout.startswith(f"{crate.name}: unchanged, submitted  http://")
        assert len(repository.posts) == 2

    def test_a_new_version_is_an_update(self, repository: Repository, crate: Crate) -> None:
        self.deposit(crate.folder, "--to", repository.url)
        make_crate(crate.folder, RECORD.model_copy(update={"licence": "CC0-1.0"}))
        assert "updated" in self.deposit(crate.folder, "--to", repository.url).stdout

    def test_a_repository_that_lost_it_gets_it_again(self, repository: Repository, crate: Crate) -> None:
        self.deposit(crate.folder, "--to", repository.url)
        repository.known.clear()
        self.deposit(crate.folder, "--to", repository.url)
        assert len(repository.posts) == 2

    def test_a_dry_run_sends_nothing(self, repository: Repository, crate: Crate) -> None:
        result = self.deposit(crate.folder, "--to", repository.url, "--dry-run", "--json", token="")
        size = sum(file.bytes for file in crate.record.files)
        assert json.loads(result.stdout) == [
            {
                "crate": crate.name,
                "action": "would be sent",
                "target": repository.url,
                "files": 3,
                "bytes": size,
            }
        ]
        assert (repository.posts, receipts.read(crate.folder)) == ([], [])

    def test_nothing_is_sent_while_one_crate_is_broken(self, repository: Repository, crate: Crate) -> None:
        broken = make_crate(crate.folder.parent / "broken").folder
        (broken / "ndvi.nc").unlink()
        (broken / "extra").write_text("x")
        result = self.deposit(crate.folder, broken, "--to", repository.url)
        assert isinstance(result.exception, ProblemsError)
        assert [problem.where for problem in result.exception.problems] == [
            "broken: ndvi.nc",
            "broken: extra",
        ]
        assert repository.posts == []

    def test_a_missing_token_is_told_with_its_cure(self, repository: Repository, crate: Crate) -> None:
        result = self.deposit(crate.folder, "--to", repository.url, token="")
        assert "TERRACITE_TOKEN is empty. Make a token on your account page" in str(result.exception)
