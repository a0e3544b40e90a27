# SPDX-License-Identifier: AGPL-3.0-or-later
"""By REST: who is let in, what is imported, seen and counted, and what a desk works with."""

from __future__ import annotations

import datetime as dt
import importlib
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from terracite.raster.previewing import makers
from terracite.repository import inheriting, previews, usage
from terracite.repository.models import ContactMessage, DatasetVersion, Invitation, Mail, UsageDay, UsageKind
from terracite.repository.moderation_history import check_history
from terracite.repository.previews import making

from . import scene
from .test_api_journey import Program, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: scene.Cast) -> Program:
    return Program(cast.alice)


@pytest.fixture
def bob(cast: scene.Cast) -> Program:
    return Program(cast.bob)


@pytest.fixture
def chloe(cast: scene.Cast) -> Program:
    return Program(cast.chloe)


def test_somebody_invited_by_mail_takes_part_and_becomes_the_owner(alice, chloe, deposit) -> None:
    here = f"/deposits/{deposit.uuid}"
    assert alice("POST", f"{here}/invitations", {"email": "nobody"}).status_code == 422
    made = alice("POST", f"{here}/invitations", {"email": "chloe@example.org", "role": "reader"})
    assert (made.status_code, made.json()["role"]) == (201, "reader")
    again = alice("POST", f"{here}/invitations", {"email": "chloe@example.org"}).json()
    assert [one["identifier"] for one in alice("GET", f"{here}/invitations").json()["items"]] == [again["identifier"]]
    token = Mail.objects.latest("pk").body.partition("/invitations/")[2].partition("/")[0]
    assert chloe("POST", "/invitations/tci_wrong/accept").status_code == 404
    assert chloe("POST", f"/invitations/{token}/accept").json()["role"] == "editor"
    assert chloe("GET", f"{here}/invitations").status_code == 403
    assert chloe("POST", f"{here}/give-away", {"username": "chloe"}).status_code == 403
    assert alice("POST", f"{here}/give-away", {"username": "bob"}).json()["problems"][0]["where"] == "username"
    assert alice("POST", f"{here}/give-away", {"username": "chloe"}).json()["role"] == "editor"
    assert chloe("GET", here).json()["role"] == "owner"
    waiting = chloe("POST", f"{here}/invitations", {"email": "dora@example.org"}).json()["identifier"]
    assert [chloe("DELETE", f"{here}/invitations/{waiting}").status_code for _ in range(2)] == [204, 204]
    assert not Invitation.objects.filter(email="dora@example.org").exists()


def test_a_link_shows_a_draft_to_whoever_has_it_and_is_told_once(alice, bob, submitted: DatasetVersion) -> None:
    here = f"{address(submitted)}/review-links"
    made = alice("POST", here, {"label": "Ecology", "days": 10}, **{"Idempotency-Key": "k"}).json()
    reader = Client()
    page = reader.get(made["address"].removeprefix("http://127.0.0.1:8000"), follow=True)
    assert (page.status_code, "Land cover" in page.content.decode()) == (200, True)
    (listed,) = alice("GET", here).json()["items"]
    assert (listed["label"], "address" in listed) == ("Ecology", False)
    assert (bob("GET", here).status_code, bob("POST", here, {}).status_code) == (403, 403)
    assert alice("POST", here, {"days": 0}).status_code == 422
    assert [alice("DELETE", f"{here}/{listed['identifier']}").status_code for _ in range(2)] == [204, 404]
    assert reader.get(f"/datasets/{submitted.dataset.uuid}/v1/").status_code == 404


def test_restricted_files_are_asked_for_and_opened(alice, chloe, bob, deposit, cast) -> None:
    version = scene.published(scene.draft(deposit, cast.alice, access={"kind": "restricted"}), cast)
    here = f"{address(version)}/access-requests"
    file = f"{address(version)}/files/README.md"
    asked = chloe("POST", here, {"reason": "To compare."})
    assert (asked.status_code, asked.json()["state"], chloe("GET", file).status_code) == (201, "proposed", 403)
    assert chloe("POST", here, {"reason": "Again."}).status_code == 403
    assert alice("POST", here, {"reason": "Mine."}).status_code == 403
    (waiting,) = alice("GET", here).json()["items"]
    assert (waiting["username"], bob("GET", here).json()["items"]) == ("chloe", [])
    answer = f"{here}/{waiting['identifier']}/answer"
    assert chloe("POST", answer, {"grant": True}).status_code == 403
    assert alice("POST", answer, {"grant": False}).status_code == 403
    until = timezone.now().date() + dt.timedelta(days=5)
    granted = alice("POST", answer, {"grant": True, "text": "Welcome", "until": until.isoformat()}).json()
    assert (granted["state"], granted["expires"][:10]) == ("accepted", str(until + dt.timedelta(days=1)))
    assert chloe("GET", file).status_code == 200
    assert chloe("GET", here).json()["items"][0]["answer"] == "Welcome"
    alice("POST", answer, {"grant": False, "text": "No longer."})
    assert chloe("GET", file).status_code == 403


def test_a_description_written_elsewhere_is_offered_then_taken(alice, chloe, deposit, cast) -> None:
    begun = alice("POST", f"/deposits/{deposit.uuid}/datasets", {"changes": {"title.en": "Mine"}}).json()
    here = f"/datasets/{begun['identifier']}/versions/1"
    content = {"@context": "https://schema.org/", "@type": "Dataset", "name": "Theirs", "description": "Long ago."}
    source = {"text": json.dumps(content)}
    offered = alice("POST", f"{here}/import/offer", source).json()
    said = {one["field"]: (one["value"], one["before"], one["default"]) for one in offered["offers"]}
    assert (offered["format"], said["title.en"]) == ("schema.org", ("Theirs", "Mine", False))
    assert alice("GET", here).json()["edit"] == begun["edit"]
    taken = alice("POST", f"{here}/import", source).json()
    assert ("abstract.en" in taken["taken"], "title.en" in taken["taken"]) == (True, False)
    late = alice("POST", f"{here}/import", source | {"fields": ["title.en"]}, **{"If-Match": '"old"'})
    assert late.status_code == 412
    assert alice("POST", f"{here}/import", source | {"fields": ["title.en"]}).json()["taken"] == ["title.en"]
    record = alice("GET", here).json()["record"]
    assert (record["title"]["en"], record["origins"]["title.en"]["kind"]) == ("Theirs", "imported")
    other = scene.draft(deposit, cast.alice)
    earlier = alice("POST", f"{here}/import/offer", {"dataset": str(other.dataset.uuid)}).json()
    assert "creators" in {one["field"] for one in earlier["offers"]}
    for wrong in ({}, {"text": "nothing known"}, source | {"doi": "10.5072/x"}, {"dataset": str(deposit.uuid)}):
        assert alice("POST", f"{here}/import/offer", wrong).status_code in {404, 422}, wrong
    assert chloe("POST", f"{here}/import/offer", source).status_code == 404


def test_a_field_takes_the_value_of_the_deposit_again(alice, draft: DatasetVersion, cast) -> None:
    here, deposit = address(draft), draft.dataset.deposit
    refused = alice("POST", f"{here}/inherit", {"field": "licence"})
    assert (refused.status_code, refused.json()["message"]) == (422, "The deposit says nothing of this field.")
    inheriting.save_common(deposit, cast.alice, {"licence": "CC0-1.0"})
    assert alice("GET", here).json()["record"]["licence"] == "CC-BY-4.0"
    assert alice("POST", f"{here}/inherit", {"field": "licence"}).json()["record"]["licence"] == "CC0-1.0"
    shown = alice("GET", f"/deposits/{deposit.uuid}")
    late = {"If-Match": shown["ETag"]}
    assert alice("GET", f"/deposits/{deposit.uuid}", **{"If-None-Match": shown["ETag"]}).status_code == 304
    changes = {"changes": {"licence": "CC-BY-4.0"}}
    assert [alice("PATCH", f"/deposits/{deposit.uuid}", changes, **late).status_code for _ in range(2)] == [200, 412]


def test_what_is_shown_of_files(alice, chloe, draft: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(maker: makers.Maker, path: Any, folder: Any, _alive: Any) -> Any:
        return importlib.import_module(f"terracite.raster.previewing.{maker.module}").make(path, folder)

    monkeypatch.setattr(making, "run", run)
    here = address(draft)
    assert alice("GET", f"{here}/preview/map.tif").json()["state"] == "waiting"
    previews.make_pending()
    shown = alice("GET", f"{here}/preview/map.tif").json()
    (layer,) = shown["map"]["layers"]
    assert (shown["kind"], shown["state"], layer["kind"], layer["classes"][0]["label"]) == (
        "raster", "ready", "classes", "Forest",
    )  # fmt: skip
    below = {name: shown["map"][name].removeprefix("http://127.0.0.1:8000") for name in ("tiles", "overview", "value")}
    value = alice("GET", below["value"].format(lon=55.5, lat=-21.1)).json()
    assert value["value"] in {1, 2, 3, 4, 5}
    assert alice("GET", below["overview"]).content[:4] == b"\x89PNG"
    zoom = shown["map"]["zooms"][0]
    statuses = {
        alice("GET", below["tiles"].format(z=zoom, x=x, y=y)).status_code
        for x in range(2)
        for y in range(2)
        if zoom < 9
    }
    assert statuses <= {200, 404}
    assert chloe("GET", below["overview"]).status_code == 404
    assert alice("GET", below["value"].format(lon="nan", lat=1)).status_code == 422


def test_counts_of_readers(published: DatasetVersion) -> None:
    day = dt.date(2026, 10, 3)
    for kind, hits in ((UsageKind.VIEW, 7), (UsageKind.DOWNLOAD, 2)):
        UsageDay.objects.create(version=published, day=day, kind=kind.value, hits=hits, visitors=1, bytes=10)
    told = Client().get(f"/api/v1{address(published)}/usage").json()
    assert (told["version"]["views"], told["dataset"]["downloads"]) == (7, 2)
    assert told["months"][0] == {"month": "2026-10-01", "counts": told["dataset"]}
    assert told["version"]["bytes"] == usage.usage_of(published).version.bytes


def test_a_desk_narrows_its_queue_and_keeps_its_sentences(alice, bob, chloe, submitted: DatasetVersion) -> None:
    here = address(submitted)
    for query, count in (("", 1), ("whose=mine", 0), ("whose=free", 1), ("words=reunion", 1), ("age=late", 0)):
        assert len(bob("GET", f"/desk/queue?{query}").json()["items"]) == count, query
    assert bob("GET", "/desk/queue?whose=nobody").status_code == 422
    figures = bob("GET", "/desk/statistics").json()
    assert (figures["waiting"], figures["disciplines"]) == (1, [scene.LAND])
    assert chloe("GET", "/desk/statistics").json()["disciplines"] == []
    shipped = bob("GET", "/desk/sentences").json()["items"]
    body = {"discipline": scene.LAND, "field": "title", "text": {"en": "Shorter.", "fr": "Plus court."}}
    own = bob("POST", "/desk/sentences", body).json()
    assert len(bob("GET", "/desk/sentences").json()["items"]) == len(shipped) + 1
    changed = bob("PUT", f"/desk/sentences/{own['identifier']}", body | {"text": {"en": "Much shorter."}}).json()
    assert changed["text"] == {"en": "Much shorter.", "fr": ""}
    assert bob("DELETE", f"/desk/sentences/{own['identifier']}").status_code == 204
    assert chloe("POST", "/desk/sentences", body).status_code == 403
    history = bob("GET", f"{here}/history/export").json()
    assert (history["format"], check_history(history)) == ("terracite-history-1", [])
    assert "submit" in [event["move"] for event in history["events"]]
    snapshot = bob("GET", f"{here}/review").json()["snapshot"]
    bob("POST", f"{here}/take", {})
    assert bob("POST", f"{here}/accept", {"seen": "0" * 64}).status_code >= 403
    assert bob("POST", f"{here}/accept", {"seen": snapshot}).json()["state"] == "accepted"


def test_a_correction_is_taken_back_and_contacts_are_written_to(alice, bob, chloe, published: DatasetVersion) -> None:
    here = address(published)
    alice("POST", f"{here}/correction", {"changes": {"title.en": "Land cover"}})
    assert bob("POST", f"{here}/correction/take-back", {}).status_code == 403
    assert alice("POST", f"{here}/correction/take-back", {}).status_code == 200
    assert alice("POST", f"{here}/correction/take-back", {}).status_code == 403
    assert bob("GET", f"{here}/review").json()["correction"] is None
    assert chloe("POST", f"{here}/contact", {"text": "Is there one of 2022?", "copy_to_me": True}).status_code == 204
    assert (ContactMessage.objects.get().email, Mail.objects.filter(kind="contact").count()) == (
        "chloe@example.org",
        1,
    )


def test_finders_answer_programs_too(alice, draft: DatasetVersion) -> None:
    anybody = Client()
    assert anybody.get("/api/v1/find/people", {"q": "martin"}).status_code == 401
    (found,) = [one for one in alice("GET", "/find/people?q=martin").json()["items"] if one["fill"]["orcid"]]
    assert found["fill"]["orcid"] == "0000-0002-1825-0097"
    place = anybody.get("/api/v1/find/places", {"q": "40KCB"}).json()["items"][0]
    assert {"west", "south", "east", "north"} <= place["fill"].keys()
    assert anybody.get("/api/v1/find/nothing").status_code == 422
