# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Python client against a real server: the whole way, interruptions, and repositories of other versions."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from looking import look
from terracite.cli import cli
from terracite.client import Client, Dataset, RefusedError, sending
from terracite.errors import DepositError, ServiceError
from terracite.record.model import Text
from terracite.repository import files, people
from terracite.repository.models import DatasetVersion, Deposit, Person, TokenScope, Upload
from terracite.repository.outbox import process_outbox
from terracite.repository.records import plain
from terracite.services import http, rest, tus
from website import scene

ANSWERS = "/api/v1/datasets/6f1e4d1c-3a1f-4d5e-9a55-0d2f3c7b8a11"


@pytest.fixture
def cast(
    transactional_db: None, tmp_path: Path, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> scene.Cast:
    """The three, in a repository that answers over the network."""
    monkeypatch.setattr(files, "inspect", look)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path / "here", base_url=live_server.url)
    return scene.make_cast()


def client(live_server: Any, person: Person, language: str = "en") -> Client:
    return Client(live_server.url, people.make_token(person, "test", tuple(TokenScope)).text, language=language)


def folder(place: Path) -> Path:
    (place / "docs").mkdir(parents=True)
    (place / "docs" / "README.md").write_bytes(scene.README)
    (place / "map.tif").write_bytes(scene.map_bytes())
    (place / ".hidden").write_bytes(b"mine")
    return place


def test_the_whole_way(cast: scene.Cast, live_server: Any, tmp_path: Path) -> None:
    with (
        client(live_server, cast.alice) as alice,
        client(live_server, cast.bob) as bob,
        Client(live_server.url, "") as anybody,
    ):
        assert (alice.me().username, alice.me().scopes) == ("alice", ("read", "deposit", "moderate"))
        deposit = alice.create_deposit("Yearly maps", disciplines=[scene.LAND])
        assert [one.identifier for one in alice.deposits()] == [deposit.identifier]
        deposit = deposit.describe(licence="CC-BY-4.0")
        draft = deposit.create_dataset(title="Land cover")
        assert (draft.title.en, draft.record["licence"]) == ("Land cover", "CC-BY-4.0")
        steps: list[tuple[int, int]] = []
        sent = draft.upload(folder(tmp_path / "maps"), lambda *step: steps.append(step))
        assert (sent, steps[-1][0] == steps[-1][1]) == (("docs/README.md", "map.tif"), True)
        assert draft.upload(tmp_path / "maps") == ()
        draft = draft.wait_for_files(5)
        assert {one.level for one in draft.findings()} >= {"blocker"}
        with pytest.raises(RefusedError) as refused:
            draft.submit()
        assert (refused.value.code, refused.value.status) == ("blockers", 422)
        draft = draft.describe(**{name: plain(value) for name, value in scene.MAP.items()})
        assert [one for one in draft.findings() if one.level == "blocker"] == []
        assert draft.submit().state == "submitted"

        (waiting,) = bob.queue()
        review = bob.dataset(waiting.dataset).take()
        review.suggest("title.en", "Land cover of Reunion Island, 2023")
        review.request_changes("Say more.", field="abstract")
        (thread,) = draft.review()["threads"]
        draft = draft.answer_suggestion(draft.review()["suggestions"][0]["identifier"], accept=True)
        draft.comment("Done.", thread=thread["identifier"])
        draft.submit()
        review.take()
        review.close_thread(thread["identifier"])
        assert review.accept().state == "accepted"
        process_outbox()

        published = draft.wait_until("published", timeout_s=5)
        assert anybody.dataset(published.doi) == dataclasses.replace(published, form="", moves=())
        assert anybody.dataset(published.url).cite("apa").startswith("Martin, A., & Payet, J.")
        got = anybody.dataset(published.identifier).download(tmp_path / "got")
        assert {path.relative_to(tmp_path / "got").as_posix() for path in got} == {"docs/README.md", "map.tif"}
        assert (tmp_path / "got" / "map.tif").read_bytes() == scene.map_bytes()
        second = published.new_version()
        assert second.version == 2
        assert published.usage().version["views"] == 0
        assert second.preview("map.tif").state in {"waiting", "ready"}
        link = second.make_link("Reviewers", days=5)
        assert (link.address.startswith(live_server.url), second.links()[0].label) == (True, "Reviewers")
        second.revoke_link(link.identifier)
        source = json.dumps({"@context": "https://schema.org/", "@type": "Dataset", "name": "Elsewhere"})
        assert [one.field for one in second.offered_by(source)] == ["title.en"]
        assert second.import_from(source, fields=["title.en"]).title.en == "Elsewhere"
        invitation = deposit.invite("chloe@example.org", "reader")
        assert deposit.invitations() == (invitation,)
        deposit.call_back(invitation.identifier)


def test_interrupted_files_go_on_where_they_stopped(
    cast: scene.Cast, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "IN_PIECES_FROM_BYTES", 100_000)
    monkeypatch.setattr(tus, "PIECE_BYTES", 100_000)
    monkeypatch.setattr(tus, "WAITS_S", ())
    monkeypatch.setattr(rest, "WAITS_S", (0.0,))
    content = random.Random(1).randbytes(300_000)
    (tmp_path / "big.bin").write_bytes(content)
    offsets: list[str] = []
    told = http.told

    def lossy(connection: Any, method: str, path: str, **request: Any) -> Any:
        offset = request.get("headers", {}).get("Upload-Offset", "")
        if method == "PATCH" and offset:
            offsets.append(offset)
            if offsets == ["0", "100000"]:
                raise ServiceError("lost", retry=True)
        return told(connection, method, path, **request)

    monkeypatch.setattr(http, "told", lossy)
    with client(live_server, cast.alice) as alice:
        draft = alice.create_deposit("Maps", disciplines=[scene.LAND]).create_dataset()
        with pytest.raises(ServiceError, match="lost"):
            draft.upload(tmp_path / "big.bin")
        draft.upload(tmp_path / "big.bin", into="data")  # another path: nothing to do with the first
        assert draft.upload(tmp_path / "big.bin") == ("big.bin",)
        assert offsets == ["0", "100000", "0", "100000", "200000", "100000", "200000"]
        assert sorted(file.path for file in draft.files()) == ["big.bin", "data/big.bin"]
        assert not Upload.objects.filter(state="receiving").exists()

        target = tmp_path / "got" / "big.bin"
        target.parent.mkdir()
        (tmp_path / "got" / "big.bin.part").write_bytes(content[:200_000])
        seen: list[int] = []
        draft.download(tmp_path / "got", ["big.bin"], lambda done, _total: seen.append(done))
        assert (target.read_bytes() == content, min(seen) > 200_000) == (True, True)
        target.unlink()
        (tmp_path / "got" / "big.bin.part").write_bytes(b"?" * 200_000)
        with pytest.raises(ServiceError, match="did not come as it was published"):
            draft.download(tmp_path / "got", ["big.bin"])
        draft.download(tmp_path / "got", ["big.bin"])
        assert target.read_bytes() == content
        with pytest.raises(RefusedError, match="it is not in this dataset"):
            draft.download(tmp_path / "got", ["small.bin"])


def test_lost_answers_and_other_editors(cast: scene.Cast, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "WAITS_S", (0.0, 0.0))
    told, lost = http.told, []

    def deaf(connection: Any, method: str, path: str, **request: Any) -> Any:
        answer = told(connection, method, path, **request)
        if method == "POST" and len(lost) < 2:
            lost.append(answer)
            raise ServiceError("lost", retry=True)
        return answer

    monkeypatch.setattr(http, "told", deaf)
    with client(live_server, cast.alice, "fr") as alice:
        deposit = alice.create_deposit("Cartes", disciplines=[scene.LAND], key="mine")
        assert (len(lost), Deposit.objects.count(), deposit.title) == (2, 1, Text(fr="Cartes"))
        assert alice.create_deposit("Cartes", disciplines=[scene.LAND], key="mine") == deposit
        one = deposit.create_dataset()
        one.describe(title="Un")
        with pytest.raises(RefusedError) as refused:
            one.describe(title="Deux", licence="CC-BY-4.0")
        ((conflict),) = refused.value.conflicts
        assert (refused.value.code, conflict["theirs"], one.refreshed().record["licence"]) == (
            "edit_conflict", "Un", "CC-BY-4.0",
        )  # fmt: skip
        with pytest.raises(RefusedError, match="Il n'y a rien à cette adresse"):
            alice.deposit("6f1e4d1c-3a1f-4d5e-9a55-0d2f3c7b8a11")
        with pytest.raises(DepositError, match="nothing to send"):
            one.upload(Path(__file__).parent / "none")
    assert DatasetVersion.objects.count() == 1


def replied(monkeypatch: pytest.MonkeyPatch, *answers: httpx.Response) -> list[str]:
    """The repository answers these, one after another."""
    left, asked = list(answers), []

    def answer(_connection: Any, method: str, path: str, **_request: Any) -> httpx.Response:
        asked.append(f"{method} {path}")
        return left.pop(0)

    monkeypatch.setattr(http, "told", answer)
    monkeypatch.setattr(rest.time, "sleep", lambda seconds: asked.append(f"slept {seconds:g}"))
    return asked


def test_another_version_of_the_repository_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"identifier": "6f1e4d1c-3a1f-4d5e-9a55-0d2f3c7b8a11", "version": 3, "colour": "blue", "title": {"en": "A"}}
    asked = replied(monkeypatch, httpx.Response(200, json=known))
    with Client("http://localhost:1", "") as repository:
        found = repository.dataset(f"http://localhost:1{ANSWERS}/v3/")
    assert (found, asked) == (
        Dataset(identifier=known["identifier"], version=3, title=Text(en="A")), [f"GET {ANSWERS}/versions/3"],
    )  # fmt: skip


def test_it_waits_as_long_as_the_repository_says(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = httpx.Response(429, json={"message": "Too often."}, headers={"Retry-After": "7"})
    asked = replied(monkeypatch, busy, httpx.Response(503, text="<html>"), httpx.Response(200, json={"username": "a"}))
    with Client("http://localhost:1", "t") as repository:
        assert repository.me().username == "a"
    assert asked == ["GET /api/v1/me", "slept 7", "GET /api/v1/me", "slept 1", "GET /api/v1/me"]


def test_a_refusal_is_not_asked_again_and_keeps_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [{"where": "title", "what": "it is missing.", "cure": "Give one."}]
    asked = replied(monkeypatch, httpx.Response(422, json={"code": "invalid", "message": "No.", "problems": problems}))
    with Client("http://localhost:1", "t") as repository, pytest.raises(RefusedError) as refused:
        repository.create_deposit("", disciplines=[])
    assert (str(refused.value), len(asked)) == ("No.\n  - title: it is missing. Give one.", 1)


def test_a_path_out_of_the_folder_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = {"path": "../outside.txt", "bytes": 1, "sha256": "0" * 64, "url": "http://localhost:1/x"}
    replied(monkeypatch, httpx.Response(200, json={"items": [file], "next": ""}))
    dataset = Dataset.of(rest.Api("http://localhost:1"), {"identifier": "x"})
    with pytest.raises(ServiceError, match="leads out of the folder"):
        dataset.download(tmp_path)


def test_a_folder_goes_to_a_draft_and_comes_back_by_command(
    cast: scene.Cast, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRACITE_TOKEN", people.make_token(cast.alice, "test").text)
    sent = folder(tmp_path / "maps")
    options = [str(sent), "--to", live_server.url, "--json"]

    def run(*arguments: str) -> Any:
        answer = CliRunner().invoke(cli, ["-q", *arguments], catch_exceptions=False)
        return json.loads(answer.stdout)

    assert run("deposit", *options, "--dry-run")[0]["action"] == "would be sent"
    with pytest.raises(DepositError, match="no desk to go to"):
        run("deposit", *options)
    (first,) = run("deposit", *options, "--discipline", scene.LAND)
    assert (first["action"], first["state"], first["sent"]) == ("sent", "draft", ["docs/README.md", "map.tif"])
    assert any(item.startswith("licence") for item in first["missing"])
    assert first["form"].startswith(f"{live_server.url}/deposit/")
    (sent / "more.csv").write_bytes(b"a\n1\n")
    (again,) = run("deposit", *options)
    assert (again["identifier"], again["action"], again["sent"]) == (first["identifier"], "updated", ["more.csv"])
    assert (run("deposit", *options)[0]["action"], DatasetVersion.objects.count()) == ("unchanged", 1)
    told = CliRunner().invoke(cli, ["deposit", *options[:-1]]).stdout
    assert f"Still missing; go on at {first['form']}" in told

    got = run("dataset", "get", first["url"], "docs", "--output", str(tmp_path / "got"), "--json")
    assert got["files"] == [str(tmp_path / "got" / "docs" / "README.md")]
    shown = run("dataset", "show", first["identifier"], "--from", live_server.url, "--json")
    assert [file["path"] for file in shown["files"]] == ["docs/README.md", "map.tif", "more.csv"]
    cited = CliRunner().invoke(cli, ["dataset", "cite", first["identifier"], "--from", live_server.url]).stdout
    assert first["url"] in cited
