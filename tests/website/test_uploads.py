# SPDX-License-Identifier: AGPL-3.0-or-later
"""tus 1.0 over HTTP: every header and status of the protocol, for pages and for programs."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from terracite.crate import archive
from terracite.repository import people, uploads
from terracite.repository.models import DatasetVersion, StoredFile, Upload
from terracite.repository.uploads.announcing import spool_of
from terracite.website.api import tus

from . import scene
from .test_api_v1 import crate

CONTENT = b"0123456789" * 10
BODY = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def encoded(**said: str) -> str:
    return tus.encoded(said)


def digest(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


@pytest.fixture
def program(cast: scene.Cast) -> Client:
    """Alice's, with a token."""
    return Client(headers={"Authorization": f"Bearer {people.make_token(cast.alice, 'test').text}", **TUS})


def address(version: DatasetVersion) -> str:
    return f"/api/v1/datasets/{version.dataset.uuid}/versions/{version.number}/uploads"


def create(client: Client, version: DatasetVersion, content: bytes = b"", **headers: str) -> Any:
    known = {"Upload-Length": str(len(CONTENT)), "Upload-Metadata": encoded(path="maps/a.bin"), **headers}
    return client.generic("POST", address(version), content, BODY, headers=known)


def patch(client: Client, location: str, offset: int, content: bytes, **headers: str) -> Any:
    return client.generic("PATCH", location, content, BODY, headers={"Upload-Offset": str(offset), **headers})


def test_what_the_server_can_do_is_said_to_everybody(client: Client, draft, settings) -> None:
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, max_file_bytes=5000)
    for path in ("/api/v1/uploads", address(draft), f"/api/v1/uploads/{draft.uuid}"):
        answer = client.options(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert {name: value for name, value in answer.headers.items() if name.startswith("Tus-")} == {
            "Tus-Resumable": "1.0.0",
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,creation-with-upload,checksum,termination,expiration",
            "Tus-Checksum-Algorithm": "sha256,sha1",
            "Tus-Max-Size": "5000",
        }


def test_a_file_is_announced_sent_in_pieces_and_kept(program: Client, draft) -> None:
    said = encoded(filename="carte d'été.bin", type="image/tiff", sha256=hashlib.sha256(CONTENT).hexdigest())
    answer = create(program, draft, **{"Upload-Metadata": said})
    assert (answer.status_code, answer["Tus-Resumable"], answer["Upload-Offset"]) == (201, "1.0.0", "0")
    assert 167 < (parsedate_to_datetime(answer["Upload-Expires"]) - timezone.now()).total_seconds() / 3600 < 168
    location = answer["Location"]

    first = patch(program, location, 0, CONTENT[:30], **{"Upload-Checksum": digest("sha1", CONTENT[:30])})
    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (204, "30", "1.0.0")
    assert parsedate_to_datetime(first["Upload-Expires"]) > timezone.now()
    told = program.head(location)
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"], told["Cache-Control"]) == (
        200, "30", "100", "no-store",
    )  # fmt: skip
    assert told["Upload-Metadata"] == said
    (listed,) = program.get(address(draft)).json()
    assert (listed["url"], listed["offset"], listed["state"]) == (location, 30, "receiving")

    assert patch(program, location, 30, CONTENT[30:])["Upload-Offset"] == "100"
    stored = StoredFile.objects.get(path="carte d'été.bin")
    assert (stored.sha256, stored.state) == (hashlib.sha256(CONTENT).hexdigest(), "incoming")
    assert (program.head(location)["Upload-Offset"], program.get(address(draft)).json()) == ("100", [])


def test_creation_with_upload_takes_it_all_at_once(program: Client, draft) -> None:
    answer = create(program, draft, CONTENT)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "100")
    assert StoredFile.objects.get(path="maps/a.bin").bytes == 100


def test_a_first_piece_that_is_damaged_leaves_nothing(program: Client, draft) -> None:
    answer = create(program, draft, CONTENT, **{"Upload-Checksum": digest("sha256", b"other")})
    assert (answer.status_code, Upload.objects.count()) == (460, 0)


def test_an_empty_file_needs_no_bytes(program: Client, draft) -> None:
    assert create(program, draft, **{"Upload-Length": "0"}).status_code == 201
    assert StoredFile.objects.get(path="maps/a.bin").bytes == 0


WRONG_ANNOUNCEMENTS: list[tuple[dict[str, str], int]] = [
    ({"Upload-Length": ""}, 400),
    ({"Upload-Length": "-1"}, 400),
    ({"Upload-Length": "1e3"}, 400),
    ({"Upload-Length": "9" * 30}, 400),
    ({"Upload-Metadata": ""}, 400),
    ({"Upload-Metadata": "path not*base64"}, 400),
    ({"Upload-Metadata": "path YQ==,path Yg=="}, 400),
    ({"Upload-Metadata": "path /w=="}, 400),
    ({"Upload-Metadata": "path " + "YQ==" * 3000}, 400),
    ({"Upload-Metadata": encoded(path="../../secret-key")}, 422),
    ({"Upload-Metadata": encoded(path="README.md/x")}, 422),
    ({"Upload-Metadata": encoded(path="a", sha256="1234")}, 422),
    ({"Tus-Resumable": "0.2.2"}, 412),
    ({"Tus-Resumable": ""}, 412),
]


def test_every_wrong_announcement_is_told(program: Client, draft) -> None:
    for headers, status in WRONG_ANNOUNCEMENTS:
        answer = create(program, draft, **headers)
        told = (answer.status_code, answer["Tus-Resumable"], Upload.objects.count(), bool(answer.json()["message"]))
        assert (headers, *told) == (headers, status, "1.0.0", 0, True)
        assert status != 412 or answer["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("offset", "content", "headers", "status"),
    [
        ("5", b"x", {}, 409),
        ("", b"x", {}, 400),
        ("x", b"x", {}, 400),
        ("10", b"x", {"Content-Type": "text/plain"}, 415),
        ("10", b"x" * 91, {}, 413),
        ("10", b"x", {"Upload-Checksum": digest("sha256", b"y")}, 460),
        ("10", b"x", {"Upload-Checksum": digest("md5", b"x")}, 400),
        ("10", b"x", {"Upload-Checksum": "sha1 ?"}, 400),
        ("10", b"x", {"Tus-Resumable": "2.0.0"}, 412),
    ],
)
def test_a_wrong_piece_changes_nothing(program: Client, draft, offset, content, headers, status) -> None:
    location = create(program, draft, CONTENT[:10])["Location"]
    kind = headers.pop("Content-Type", BODY)
    answer = program.generic("PATCH", location, content, kind, headers={"Upload-Offset": offset, **headers})
    assert (answer.status_code, program.head(location)["Upload-Offset"]) == (status, "10")


def test_two_at_once_are_locked_out(program: Client, draft) -> None:
    location = create(program, draft)["Location"]
    with spool_of(Upload.objects.get()).writer():
        answer = patch(program, location, 0, b"x")
    assert (answer.status_code, answer.json()["cure"]) == (423, uploads.UploadBusyError.hint)


def test_ended_and_expired_uploads_are_gone(program: Client, draft) -> None:
    location = create(program, draft, CONTENT[:10])["Location"]
    assert program.delete(location).status_code == 204
    assert {client(location).status_code for client in (program.head, program.delete)} == {410}
    assert patch(program, location, 10, b"x").status_code == 410
    location = create(program, draft, CONTENT[:10])["Location"]
    Upload.objects.update(expires=timezone.now())
    assert program.head(location).status_code == 410


def test_clients_that_only_post_say_what_they_mean(program: Client, draft) -> None:
    location = create(program, draft)["Location"]

    def post(method: str, content: bytes = b"") -> Any:
        headers = {"X-HTTP-Method-Override": method, "Upload-Offset": "0"}
        return program.generic("POST", location, content, BODY, headers=headers)

    assert post("PATCH", b"01")["Upload-Offset"] == post("HEAD")["Upload-Offset"] == "2"
    assert (post("TRACE").status_code, post("DELETE").status_code) == (405, 204)


def test_a_page_sends_with_its_session_and_its_csrf_token(cast, draft, bob, chloe) -> None:
    page = Client(enforce_csrf_checks=True, headers=TUS)
    page.force_login(cast.alice)
    refused = create(page, draft)
    assert (refused.status_code, refused.json()["cure"]) == (403, "Reload it, then go on.")
    page.get(f"/deposit/{draft.uuid}/files/")
    token = {"X-CSRFToken": page.cookies["csrftoken"].value}
    answer = create(page, draft, scene.map_bytes(2), **{"Upload-Length": str(len(scene.map_bytes(2))), **token})
    assert answer.status_code == 201
    assert StoredFile.objects.get(path="maps/a.bin").facts["crs"] == "EPSG:32740"  # looked into at once
    location = create(page, draft, **token)["Location"]
    assert patch(page, location, 0, b"x").status_code == 403
    assert patch(page, location, 0, b"x", **token).status_code == 204
    elsewhere = {**token, "Origin": "https://elsewhere.example"}
    assert patch(page, location, 1, b"x", **elsewhere).status_code == 403


def test_strangers_learn_and_change_nothing(client: Client, program, draft, cast) -> None:
    location = create(program, draft, CONTENT[:10])["Location"]
    stranger = Client(headers={"Authorization": f"Bearer {people.make_token(cast.chloe, 'x').text}", **TUS})
    nobody = Client(headers=TUS)
    assert [create(who, draft).status_code for who in (stranger, nobody)] == [404, 401]
    for who, status in ((stranger, 410), (nobody, 401)):
        answers = [who.head(location), who.get(location), who.delete(location), patch(who, location, 10, b"x")]
        assert [answer.status_code for answer in answers] == [status] * 4
    assert program.head(location)["Upload-Offset"] == "10"


def test_a_token_is_good_for_its_scopes(draft, cast, tmp_path: Path) -> None:
    text = people.make_token(cast.alice, "reads", ["read"]).text
    reader = Client(headers={"Authorization": f"Bearer {text}", **TUS})
    assert reader.get(f"/api/v1/datasets/{draft.dataset.uuid}").status_code == 200
    sent = b"".join(archive.zip_chunks(crate(tmp_path / "crate")))
    for answer in (create(reader, draft), reader.post("/api/v1/crates", sent, content_type="application/zip")):
        assert (answer.status_code, answer.json()["message"]) == (
            403,
            "This token is not for that: it lacks 'deposit'.",
        )


def test_a_submitted_version_takes_no_more(program: Client, submitted) -> None:
    assert create(program, submitted).status_code == 403


def test_a_crate_that_came_in_pieces_is_received(program: Client, cast, tmp_path: Path) -> None:
    content = b"".join(archive.zip_chunks(crate(tmp_path / "crate")))
    headers = {"Upload-Length": str(len(content)), "Upload-Metadata": encoded(filename="crate.zip")}
    location = program.generic("POST", "/api/v1/uploads", content[:9], BODY, headers=headers)["Location"]
    wanted = f"/api/v1/crates?upload={location.rpartition('/')[2]}&discipline={scene.LAND}"
    assert program.post(wanted).status_code == 409
    assert patch(program, location, 9, content[9:]).status_code == 204
    assert [item["state"] for item in program.get("/api/v1/uploads").json()] == ["kept"]
    answer = program.post(wanted)
    assert (answer.status_code, answer.json()["action"], Upload.objects.count()) == (200, "created", 0)


def test_the_description_for_programs_names_it(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths["/api/v1/uploads/{identifier}"]) >= {"get", "head", "patch", "delete"}


def test_a_token_that_only_reads_is_made_on_the_account_page(alice: Client, cast) -> None:
    for scope in ("read", "", "nonsense"):
        alice.post("/account/tokens/", {"label": scope, "scope": scope})
    made = cast.alice.api_tokens.order_by("pk").values_list("scopes", flat=True)
    assert list(made) == [["read"], ["read", "deposit"], ["read", "deposit"]]
    assert alice.get("/account/?lang=en").content.decode().count("reads only") == 1
