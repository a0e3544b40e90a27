# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a deposit to a citation by REST alone; and what keeps programs and people apart on the way."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from terracite.repository import answered, people
from terracite.repository.models import ApiToken, Dataset, DatasetVersion, Deposit, Person, TokenScope
from terracite.repository.outbox import process_outbox
from terracite.repository.records import plain
from terracite.services.tallies import Tallies
from terracite.website import limits

from . import scene

pytestmark = pytest.mark.django_db


class Program:
    """Somebody's token at work."""

    def __init__(self, person: Person, **headers: str) -> None:
        token = people.make_token(person, "test", tuple(TokenScope)).text
        self.client = Client(headers={"Authorization": f"Bearer {token}", **headers})

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        address = path if path.startswith("/api") else f"/api/v1{path}"
        if isinstance(body, bytes):
            return self.client.generic(method, address, body, "application/octet-stream", headers=headers)
        return getattr(self.client, method.lower())(
            address, *([] if body is None else [body]), content_type="application/json", headers=headers
        )


@pytest.fixture
def alice(cast: scene.Cast) -> Program:
    return Program(cast.alice)


@pytest.fixture
def bob(cast: scene.Cast) -> Program:
    return Program(cast.bob)


def address(version: DatasetVersion) -> str:
    return f"/datasets/{version.dataset.uuid}/versions/{version.number}"


def test_from_a_deposit_to_a_citation(alice: Program, bob: Program) -> None:
    made = alice("POST", "/deposits", {"title": {"en": "Maps"}, "disciplines": [scene.LAND]})
    assert (made.status_code, made.json()["role"]) == (201, "owner")
    begun = alice("POST", f"/deposits/{made.json()['identifier']}/datasets", {"changes": {"title.en": "Land cover"}})
    here = f"/datasets/{begun.json()['identifier']}/versions/1"
    for path, content in (("docs/README.md", scene.README), ("map.tif", scene.map_bytes())):
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        sent = alice("PUT", f"{here}/files/{path}", content, **{"Content-Digest": f"sha-256=:{digest}:"})
        assert (sent.status_code, sent.json()["state"]) == (201, "ok"), sent.json()
    assert alice("GET", f"{here}/findings").json()["blockers"] > 0
    early = alice("POST", f"{here}/submit", {"terms_accepted": True})
    assert (early.status_code, early.json()["code"]) == (422, "blockers")
    described = alice("PATCH", here, {"changes": {name: plain(value) for name, value in scene.MAP.items()}})
    assert (described.status_code, described.json()["record"]["classes"][0]["area_ha"]) == (200, 41250.0)
    assert alice("GET", f"{here}/findings").json()["blockers"] == 0
    assert alice("POST", f"{here}/submit", {"terms_accepted": True}).json()["state"] == "submitted"

    (waiting,) = bob("GET", "/desk/queue").json()["items"]
    assert (waiting["dataset"], waiting["moderator"]) == (begun.json()["identifier"], "")
    assert bob("POST", f"{here}/take", {}).json()["moves"] == sorted(bob("GET", f"{here}/review").json()["moves"])
    bob("POST", f"{here}/suggestions", {"field": "title.en", "value": "Land cover of the west of Reunion Island, 2023"})
    bob("POST", f"{here}/request-changes", {"text": "Say who measured.", "field": "lineage"})
    review = alice("GET", f"{here}/review").json()
    (suggestion,), (thread,) = review["suggestions"], review["threads"]
    taken = alice("POST", f"{here}/suggestions/{suggestion['identifier']}/answer", {"accept": True})
    assert taken.json()["title"]["en"] == "Land cover of the west of Reunion Island, 2023"
    alice("POST", f"{here}/comments", {"text": "Jean did.", "thread": thread["identifier"]})
    alice("POST", f"{here}/submit", {"terms_accepted": True})
    bob("POST", f"{here}/take", {})
    assert "title" in bob("GET", f"{here}/review").json()["changed"]
    bob("POST", f"{here}/threads/{thread['identifier']}/close")
    assert bob("POST", f"{here}/accept", {}).json()["state"] == "accepted"
    process_outbox()

    anybody = Client()
    shown = anybody.get(f"/api/v1{here}").json()
    assert (shown["state"], shown["doi"][:8], shown["form"], shown["moves"]) == ("published", "10.5072/", "", [])
    part = anybody.get(f"/api/v1{here}/files/map.tif", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.getvalue()) == (206, scene.map_bytes()[:4])
    cited = anybody.get(f"/api/v1{here}/citation", {"style": "apa", "language": "fr"}).json()["text"]
    assert cited.startswith("Martin, A., & Payet, J.")
    assert shown["url"] in cited
    assert anybody.get(f"/api/v1{here}/metadata/bibtex").content.startswith(b"@")
    found = anybody.get("/api/v1/datasets", {"doi": f"https://doi.org/{shown['doi']}"}).json()["items"]
    assert [item["identifier"] for item in found] == [shown["identifier"]]
    moves = [event["move"] for event in alice("GET", f"{here}/history?size=100").json()["items"]]
    assert (moves[0], moves[-1]) == ("create", "publish")


def test_a_new_version_tells_what_differs(alice: Program, published: DatasetVersion) -> None:
    here = address(published)
    second = alice("POST", f"{here}/new-version", {}).json()
    there = f"/datasets/{second['identifier']}/versions/2"
    assert alice("POST", f"{here}/new-version", {}).json()["code"] == "newer_version"
    assert alice("DELETE", f"{there}/files/README.md").status_code == 204
    alice("PUT", f"{there}/files/tables/a.csv", b"site,ndvi\nA,0.8\n")
    alice("PATCH", there, {"changes": {"title.en": "Land cover of Reunion Island, 2024, at 10 m"}})
    told = alice("GET", f"{there}/differences").json()
    (title,) = [item for item in told["items"] if item["field"] == "title"]
    assert [piece["words"] for piece in title["pieces"] if piece["kind"] != "same"] == ["2023", "2024"]
    assert (told["since"], told["added"], told["removed"]) == (1, ["tables/a.csv"], ["README.md"])
    assert Client().get(f"/api/v1{there}/differences").status_code == 404
    assert alice("DELETE", f"{there}/files?folder=tables").json() == {"removed": 1}


def test_a_correction_waits_for_its_desk(alice: Program, bob: Program, published: DatasetVersion) -> None:
    here = address(published)
    refused = alice("POST", f"{here}/correction", {"changes": {"licence": "CC0-1.0"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "identity_changed")
    alice(
        "POST", f"{here}/correction", {"changes": {"title.en": "Land cover of Reunion Island in 2023"}, "note": "Typo"}
    )
    assert Client().get(f"/api/v1{here}").json()["title"]["en"] == "Land cover of Reunion Island, 2023, at 10 m"
    assert bob("GET", f"{here}/review").json()["correction"]["note"] == "Typo"
    assert alice("POST", f"{here}/correction/approve", {}).status_code == 403
    assert bob("POST", f"{here}/correction/approve", {}).json()["title"]["en"] == "Land cover of Reunion Island in 2023"


def test_what_two_people_write_in_the_same_place_is_told(alice: Program, cast, draft: DatasetVersion) -> None:
    here, edit = address(draft), draft.edit
    alice("PUT", f"/deposits/{draft.dataset.deposit.uuid}/members/chloe", {"role": "editor"})
    chloe = Program(cast.chloe)
    chloe("PATCH", here, {"changes": {"title.en": "Chloé's title"}, "edit": edit})
    answer = alice("PATCH", here, {"changes": {"title.en": "Alice's title", "title.fr": "Titre"}, "edit": edit})
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_conflict")
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["field"], conflict["mine"], conflict["theirs"]) == ("title.en", "Alice's title", "Chloé's title")
    assert alice("GET", here).json()["title"] == {"fr": "Titre", "en": "Chloé's title"}
    alice("PUT", f"/deposits/{draft.dataset.deposit.uuid}/members/chloe", {"role": "reader"})
    assert chloe("PATCH", here, {"changes": {"title.en": "Mine"}}).json()["code"] == "role"
    assert chloe("DELETE", f"/deposits/{draft.dataset.deposit.uuid}/members/chloe").status_code == 204
    assert chloe("GET", here).status_code == 404


def test_a_change_meant_for_another_state_is_not_made(alice: Program, draft: DatasetVersion) -> None:
    here = address(draft)
    etag = alice("GET", here)["ETag"]
    assert alice("GET", here, **{"If-None-Match": etag}).status_code == 304
    first = alice("PATCH", here, {"changes": {"title.en": "One"}}, **{"If-Match": etag})
    assert (first.status_code, first["ETag"] != etag) == (200, True)
    late = alice("PATCH", here, {"changes": {"title.en": "Two"}}, **{"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "changed")
    assert alice("PATCH", here, {"changes": {"title.en": "Two"}}, **{"If-Match": first["ETag"]}).status_code == 200


def test_a_call_that_lost_its_answer_is_repeated_and_done_once(alice: Program, bob: Program) -> None:
    body = {"title": {"en": "Maps"}, "disciplines": [scene.LAND]}
    answers = [alice("POST", "/deposits", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert "Idempotency-Replayed" not in answers[0]
    assert (answers[1]["Idempotency-Replayed"], answers[1].status_code, Deposit.objects.count()) == ("true", 201, 1)
    other = alice("POST", "/deposits", body | {"title": {"en": "Others"}}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert bob("POST", "/deposits", body, **{"Idempotency-Key": "k1"}).status_code == 201
    refused = [alice("POST", "/deposits", body | {"disciplines": []}, **{"Idempotency-Key": "k2"}) for _ in range(2)]
    assert [one.status_code for one in refused] == [422, 422]
    assert alice("POST", "/deposits", body, **{"Idempotency-Key": "k2"}).status_code == 201
    assert alice("POST", "/deposits", body, **{"Idempotency-Key": "é" * 101}).status_code == 422


def test_answers_are_forgotten_after_a_while(alice: Program) -> None:
    body = {"title": {"en": "Maps"}, "disciplines": [scene.LAND]}
    alice("POST", "/deposits", body, **{"Idempotency-Key": "k"})
    answered.AnsweredCall.objects.update(at=timezone.now() - answered.KEPT - dt.timedelta(days=1))
    alice("POST", "/deposits", body, **{"Idempotency-Key": "k"})
    assert Deposit.objects.count() == 2


def test_errors_are_told_in_the_language_of_the_caller(cast: scene.Cast, submitted: DatasetVersion) -> None:
    here = address(submitted)
    told = {}
    for language in ("en", "fr"):
        answer = Program(cast.alice, **{"Accept-Language": language})("PATCH", here, {"changes": {"title.en": "x"}})
        told[language] = answer.json()["message"]
        assert (answer.status_code, answer.json()["code"], answer["Content-Language"]) == (409, "state", language)
    assert told["en"].startswith("'edit' is not possible while")
    assert told["fr"].startswith("« edit » n'est pas possible")
    answer = Client(headers={"Accept-Language": "fr"}).get("/api/v1/me").json()
    assert (answer["message"], answer["code"]) == ("Il faut un jeton.", "unauthorized")


def test_lists_come_in_pages_that_nothing_shifts(alice: Program, cast: scene.Cast) -> None:
    made = [scene.make_deposit(cast.alice) for _ in range(5)]
    seen, following = [], "/api/v1/deposits?mine=true&size=2"
    while following:
        page = alice("GET", following).json()
        seen += [item["identifier"] for item in page["items"]]
        following = page["next"].removeprefix("http://127.0.0.1:8000")
        scene.make_deposit(cast.alice)  # newer than what was read
    assert seen == [str(one.uuid) for one in reversed(made)]
    for cursor in ("x", "bnVsbA", "LTE", "IngAIg", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"):
        assert alice("GET", f"/deposits?cursor={cursor}").status_code in {200, 422}


def test_a_token_ends_on_its_day(cast: scene.Cast) -> None:
    program = Program(cast.alice)
    assert program("GET", "/me").json()["token_expires"] is None
    ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert (program("GET", "/me").status_code, program("GET", "/search").status_code) == (401, 200)


def test_who_calls_too_often_waits_but_never_with_an_upload_under_way(
    alice: Program, draft: DatasetVersion, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, calls_per_minute=3)
    monkeypatch.setattr(limits, "_of", lambda path, secret: Tallies(path, secret, lambda: 0.0))
    assert [alice("GET", "/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = alice("GET", "/me")
    assert (answer["Retry-After"], answer.json()["code"]) == ("20", "too_often")
    assert alice("HEAD", f"/uploads/{draft.uuid}", **{"Tus-Resumable": "1.0.0"}).status_code == 410
    assert alice("GET", f"{address(draft)}/files/README.md", Range="bytes=0-3").status_code == 206


def test_a_file_arrives_whole_or_not_at_all(alice: Program, draft: DatasetVersion) -> None:
    here = f"{address(draft)}/files"
    assert alice("PUT", f"{here}/a.csv?sha256={'0' * 64}", b"a\n1\n").status_code == 422
    assert alice("PUT", f"{here}/a.csv", b"a\n1\n", **{"Content-Digest": "sha-256=:eA==:"}).status_code == 422
    assert alice("PUT", f"{here}/../a.csv", b"a\n1\n").status_code in {404, 422}
    assert alice("PUT", f"{here}/a.csv", b"a\n1\n").status_code == 201
    again = alice("PUT", f"{here}/a.csv", b"a\n1\n", **{"If-None-Match": "*"})
    assert (again.status_code, alice("PUT", f"{here}/a.csv", b"a\n1\n").status_code) == (412, 200)
    described = alice("PATCH", f"{here}/a.csv", {"role": "data", "description": {"en": "One column"}}).json()
    assert described["description"]["en"] == "One column"
    assert alice("PATCH", f"{here}/a.csv", {"role": "nothing"}).status_code == 422
    assert alice("GET", f"{address(draft)}/facts/a.csv").json()["facts"]["columns"]
    assert [item["path"] for item in alice("GET", f"{here}?size=2").json()["items"]] == ["README.md", "a.csv"]


def test_a_draft_thrown_away_can_be_taken_back(alice: Program, draft: DatasetVersion) -> None:
    assert alice("POST", f"{address(draft)}/discard", {}).json()["state"] == "discarded"
    assert alice("POST", f"{address(draft)}/restore", {}).json()["state"] == "draft"
    assert alice("POST", f"{address(draft)}/doi", {}).json()["doi"].startswith("10.5072/")
    assert Dataset.objects.count() == 1
