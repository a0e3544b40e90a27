# SPDX-License-Identifier: AGPL-3.0-or-later
"""The REST API: search, datasets and deposits for everybody, crates with a token, errors with their cure."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from published import deposit, person, publish, record
from terracite.cli.deposit import deposit as deposit_command
from terracite.crate import archive
from terracite.crate.provenance import Provenance
from terracite.crate.read import open_crate
from terracite.crate.write import CrateBuilder
from terracite.errors import ServiceError
from terracite.record.model import Access, AccessKind, FileRole, Text
from terracite.repository import people, search
from terracite.repository.models import DatasetVersion, Event, StoredFile, Upload
from terracite.repository.states import State
from terracite.services import http, repository_client, tus

pytestmark = pytest.mark.django_db

MOMENT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, settings: Any) -> Path:
    settings.TERRACITE = replace(settings.TERRACITE, data_dir=tmp_path / "instance")
    return tmp_path


@pytest.fixture
def token() -> str:
    return people.make_token(person("alice"), "test").text


def crate(folder: Path, content: bytes = b"site,ndvi\nA,0.8\n", **values: Any) -> Path:
    with CrateBuilder(folder) as builder:
        for name, data in (("sites.csv", content), ("README.md", b"Sites.\n")):
            (builder.staging / name).write_bytes(data)
            builder.add(name, FileRole.DATA, "text/plain", "text")
        known = record(uuid=UUID("6f1e4d1c-3a1f-5d5e-9a55-0d2f3c7b8a11"), **values)
        builder.finish(known, Provenance(("terracite",), (("terracite", "0.1.0"),), MOMENT, MOMENT))
    return folder


def get(address: str, token: str = "") -> Any:
    return Client(headers=bearer(token)).get(f"/api/v1{address}")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def send(content: bytes, token: str, query: str = "") -> Any:
    return Client(headers=bearer(token)).post(f"/api/v1/crates{query}", content, content_type="application/zip")


def zipped(folder: Path) -> bytes:
    return b"".join(archive.zip_chunks(folder))


def test_search_takes_the_parameters_of_the_page() -> None:
    for title in ("One", "Two", "Three"):
        publish(record(title=Text(en=title)))
    first = get("/search?q=vegetation&sort=title&size=2&licence=CC-BY-4.0").json()
    assert (first["total"], first["pages"], [hit["title"]["en"] for hit in first["hits"]]) == (3, 2, ["One", "Three"])
    assert first["facets"]["licence"] == [{"value": "CC-BY-4.0", "count": 3, "chosen": True}]
    assert first["next"].startswith("http://127.0.0.1:8000/api/v1/search?q=vegetation")
    following = get(first["next"].removeprefix("http://127.0.0.1:8000/api/v1")).json()
    assert ([hit["title"]["en"] for hit in following["hits"]], following["next"]) == (["Two"], "")


def test_a_parameter_that_is_not_understood_is_told() -> None:
    answer = get("/search?bbox=here&page=x")
    assert (answer.status_code, [item["where"] for item in answer.json()["problems"]]) == (200, ["bbox", "page"])


def test_a_dataset_comes_with_record_files_and_formats() -> None:
    version = publish(files={"a b.nc": b"123"})
    answer = get(f"/datasets/{version.dataset.uuid}").json()
    assert (answer["identifier"], answer["doi"], answer["state"]) == (
        str(version.dataset.uuid),
        version.doi,
        "published",
    )
    (file,) = answer["files"]
    assert file["url"] == f"http://127.0.0.1:8000/datasets/{version.dataset.uuid}/v1/files/a%20b.nc"
    assert (file["bytes"], answer["record"]["title"]["fr"]) == (3, version.title_fr)
    assert {item["name"] for item in answer["formats"]} >= {"iso19115-3", "datacite", "schema.org"}
    assert "alice@example.org" not in str(answer)
    assert get(f"/datasets/{version.dataset.uuid}/versions/1").json() == answer


@pytest.mark.parametrize(
    "address", ["/datasets/{}", "/datasets/{}/versions/1", "/datasets/{}/versions/9", "/deposits/{}"]
)
def test_what_is_not_there_is_404_with_a_cure(address: str) -> None:
    answer = get(address.format(uuid4()))
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not_found",
        "message": "There is nothing at this address.",
        "cure": "Check the identifier, or send your token.",
        "problems": [],
        "conflicts": [],
    }


def test_a_draft_is_for_its_owner_alone(token: str) -> None:
    version = publish(state=State.DRAFT)
    DatasetVersion.objects.update(published_at=None)
    stranger = people.make_token(person("chloe"), "test").text
    address = f"/datasets/{version.dataset.uuid}"
    assert [get(address, who).status_code for who in ("", stranger, token)] == [404, 404, 200]
    assert [get("/deposits", who).json()["total"] for who in ("", stranger, token)] == [0, 0, 1]


def test_a_session_opens_nothing_in_the_api() -> None:
    version = publish(state=State.DRAFT)
    DatasetVersion.objects.update(published_at=None)
    client = Client()
    client.force_login(person("alice"))
    assert client.get(f"/api/v1/datasets/{version.dataset.uuid}").status_code == 404
    assert client.post("/api/v1/crates", b"", content_type="application/zip").status_code == 401


def test_files_under_embargo_have_no_address_for_others(token: str) -> None:
    version = publish(access=Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2099, 1, 1)))
    address = f"/datasets/{version.dataset.uuid}"
    assert [bool(get(address, who).json()["files"][0]["url"]) for who in ("", token)] == [False, True]


def test_deposits_group_datasets() -> None:
    group = deposit("Savanna")
    versions = [publish(group=group), publish(group=group)]
    publish()
    listed = get("/deposits").json()
    assert (listed["total"], listed["next"]) == (2, "")
    one = get(f"/deposits/{group.uuid}").json()
    assert one in listed["items"]
    assert one["datasets"] == [str(version.dataset.uuid) for version in versions]


def test_a_crate_is_received_once(tmp_path: Path, token: str) -> None:
    content = zipped(crate(tmp_path / "ndvi"))
    first = send(content, token, "?deposit=Savanna&discipline=ocean")
    assert (first.status_code, first.json()["action"], first.json()["state"]) == (200, "created", "draft")
    version = DatasetVersion.objects.get()
    assert (version.dataset.deposit.title_en, version.record["disciplines"]) == ("Savanna", ["ocean"])
    events = Event.objects.count()
    again = send(content, token)
    assert (again.status_code, again.json()) == (200, first.json() | {"action": "unchanged"})
    assert Event.objects.count() == events
    assert get(f"/datasets/{first.json()['identifier']}", token).json()["state"] == "draft"
    assert list((tmp_path / "instance" / "incoming").iterdir()) == []


def test_a_crate_is_submitted_when_asked(tmp_path: Path, token: str) -> None:
    assert send(zipped(crate(tmp_path / "ndvi")), token, "?submit=true").json()["state"] == "submitted"


def test_sending_needs_a_valid_token(tmp_path: Path) -> None:
    content = zipped(crate(tmp_path / "ndvi"))
    for token in ("", "tct_wrong"):
        answer = send(content, token)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert "account page" in answer.json()["cure"]
    assert DatasetVersion.objects.count() == 0


def outside() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as built:
        built.writestr("crate/record.json", "{}")
        built.writestr("../outside.txt", "x")
    return memory.getvalue()


@pytest.mark.parametrize("content", [b"", b"not a zip", outside()])
def test_what_is_not_a_crate_is_refused_with_a_cure(content: bytes, token: str) -> None:
    answer = send(content, token)
    assert (answer.status_code, bool(answer.json()["message"]), bool(answer.json()["cure"])) == (422, True, True)
    assert StoredFile.objects.count() == 0


def test_a_crate_cut_short_or_changed_on_its_way_is_refused(tmp_path: Path, token: str) -> None:
    content = zipped(crate(tmp_path / "ndvi"))
    assert send(content[: len(content) // 2], token).status_code == 422
    (tmp_path / "ndvi" / "sites.csv").write_bytes(b"site,ndvi\nA,0.9\n")
    answer = send(zipped(tmp_path / "ndvi"), token)
    assert (answer.status_code, [item["where"] for item in answer.json()["problems"]]) == (422, ["sites.csv"])
    assert DatasetVersion.objects.count() == 0


def test_an_incomplete_submission_says_everything_that_is_missing(tmp_path: Path, token: str) -> None:
    answer = send(zipped(crate(tmp_path / "ndvi", licence="", abstract=Text())), token, "?submit=true")
    assert answer.status_code == 422
    assert {item["where"] for item in answer.json()["problems"]} == {"abstract", "licence"}


def test_somebody_elses_crate_is_403(tmp_path: Path, token: str) -> None:
    content = zipped(crate(tmp_path / "ndvi"))
    send(content, token)
    assert send(content, people.make_token(person("bob"), "test").text).status_code == 403


def test_a_wrong_parameter_is_422_in_the_same_form(token: str) -> None:
    answer = get("/deposits?size=0")
    assert (answer.status_code, [item["where"] for item in answer.json()["problems"]]) == (422, ["size"])


def test_it_describes_itself() -> None:
    described = get("/openapi.json").json()
    assert list(described["paths"]["/api/v1/crates"]["post"]["requestBody"]["content"]) == ["application/zip"]
    assert "swagger" in get("/docs").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_command_line_sends_over_the_network(
    tmp_path: Path, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TERRACITE = replace(settings.TERRACITE, base_url=live_server.url)
    monkeypatch.setenv("TERRACITE_TOKEN", people.make_token(person("alice"), "test").text)
    folder = crate(tmp_path / "ndvi")
    arguments = [str(folder), "--to", live_server.url, "--deposit", "Savanna"]
    answers = [CliRunner().invoke(deposit_command, arguments) for _ in range(2)]
    assert [answer.exit_code for answer in answers] == [0, 0], answers[0].output
    assert "unchanged" in answers[1].output
    assert DatasetVersion.objects.get().dataset.deposit.title_en == "Savanna"
    search.rebuild()


@pytest.mark.django_db(transaction=True)
def test_a_large_crate_goes_in_pieces_and_goes_on_after_an_interruption(
    tmp_path: Path, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TERRACITE = replace(settings.TERRACITE, base_url=live_server.url)
    token = people.make_token(person("alice"), "test").text
    opened = open_crate(crate(tmp_path / "ndvi", random.Random(1).randbytes(5_000_000)))
    monkeypatch.setattr(repository_client, "RESUMABLE_FROM_BYTES", 1_000_000)
    monkeypatch.setattr(tus, "PIECE_BYTES", 2_000_000)
    monkeypatch.setattr(tus, "WAITS_S", (0.0, 0.0))
    asked: list[str] = []
    ask = http.ask

    def hear(client: Any, method: str, path: str, **request: Any) -> Any:
        asked.append(f"{method} {request.get('headers', {}).get('Upload-Offset', '')}".strip())
        if asked[-1] == "PATCH 2000000" and asked.count(asked[-1]) <= lost:
            raise ServiceError("lost", retry=True)
        return ask(client, method, path, **request)

    monkeypatch.setattr(http, "ask", hear)
    lost = 9
    with pytest.raises(ServiceError, match="Run the same command again later: it goes on from where it is"):
        repository_client.send(opened, live_server.url, token)
    assert asked == ["GET", "POST", "HEAD", "PATCH 0", "PATCH 2000000", *["HEAD", "PATCH 2000000"] * 2]

    asked.clear()
    lost = 1  # once more, and the client goes on by itself
    steps: list[tuple[int, int]] = []
    receipt = repository_client.send(opened, live_server.url, token, lambda *step: steps.append(step))

    assert asked == ["GET", *["HEAD", "PATCH 2000000"] * 2, "PATCH 4000000", "POST"]
    total = archive.zip_bytes(opened.folder)
    assert (steps[0], steps[-1]) == ((2_000_000, total), (total, total))
    assert (receipt.state, DatasetVersion.objects.get().files.count(), Upload.objects.count()) == ("draft", 2, 0)
    search.rebuild()
