# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store of files, or the database, does not answer for a while: everybody is told, nothing is lost or condemned."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from terracite.errors import StoreAwayError
from terracite.repository import files, people, previews, tasks, uploads
from terracite.repository.models import Preview, StoredFile
from terracite.services import storage
from terracite.website.api import tus
from terracite.website.away import RETRY_S
from terracite.website.pages import errors

from . import scene

NOWHERE = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "us-east-1", "ENDPOINT": "http://127.0.0.1:9"}
Away = Callable[[], None]


@pytest.fixture
def store(instance: Path, settings, monkeypatch) -> Iterator[tuple[Away, Away]]:
    """What makes the store a server that is not there, and what brings it back."""
    there = settings.TERRACITE
    away = dataclasses.replace(there, files_url="s3://nowhere/files")

    def leave() -> None:
        with monkeypatch.context() as context:
            for name, value in (NOWHERE | {"ALLOW_HTTP": "true"}).items():
                context.setenv(f"AWS_{name}", value)
            settings.TERRACITE = away
            storage.storage_for(away)

    def come_back() -> None:
        settings.TERRACITE = there

    storage._by_address.cache_clear()
    yield leave, come_back
    storage._by_address.cache_clear()


def test_readers_and_programs_are_told_to_come_back(store, published, client: Client) -> None:
    leave, come_back = store
    previews.preview_of(published.files.get(path="README.md"))
    Preview.objects.update(state="ready", kind="text", facts={"shown_bytes": 9, "bytes": 9})
    page = f"/datasets/{published.dataset.uuid}/v1/"
    about = f"/api/v1/datasets/{published.dataset.uuid}/versions/1"
    leave()
    client.raise_request_exception = False
    for address in (f"{page}files/map.tif", f"{page}preview/README.md", f"{about}/files/map.tif"):
        answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, str(RETRY_S)), address
    assert client.head(f"{page}files/map.tif").status_code == 200
    assert client.get(page).status_code == 200
    come_back()
    assert client.get(f"{page}files/map.tif").status_code == 200


def test_what_arrives_meanwhile_is_kept_afterwards(store, draft, cast: scene.Cast) -> None:
    leave, come_back = store
    token = people.make_token(cast.alice, "test").text
    program = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "fr", "Tus-Resumable": "1.0.0"})
    about = f"/api/v1/datasets/{draft.dataset.uuid}/versions/1"
    leave()
    refused = program.put(f"{about}/files/small.txt", b"words", content_type="text/plain")
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (503, "storage_away", str(RETRY_S))
    assert refused.json()["message"] == "Le stockage des fichiers ne répond pas."
    said = {"Upload-Length": "5", "Upload-Metadata": tus.encoded({"path": "late.bin"})}
    answer = program.generic("POST", f"{about}/uploads", b"", headers=said)
    sent = {"Upload-Offset": "0", "Content-Type": tus.BODY_TYPE}
    refused = program.generic("PATCH", answer["Location"], b"bytes", tus.BODY_TYPE, headers=sent)
    assert (refused.status_code, program.head(answer["Location"])["Upload-Offset"]) == (503, "5")

    come_back()
    assert uploads.finish_pending(timezone.now() + timedelta(minutes=2)) == 1
    assert StoredFile.objects.get(path="late.bin").bytes == 5


def test_a_page_that_sends_a_file_says_it_in_words(store, draft, alice: Client) -> None:
    leave, _ = store
    leave()
    sent = {"files": io.BytesIO(b"a")}
    answer = alice.post(f"/deposit/{draft.uuid}/upload/?lang=en", sent, follow=True)
    assert "The store of files does not answer" in answer.content.decode()
    assert draft.files.count() == 2


def test_files_and_previews_are_not_condemned(store, draft, cast: scene.Cast) -> None:
    leave, come_back = store
    new = files.add_file(draft, cast.alice, "notes.txt", io.BytesIO(b"words"))
    previews.preview_of(draft.files.get(path="README.md"))
    leave()
    assert tasks.inspect_pending() == 0
    for _ in range(previews.making.MOST_ATTEMPTS + 1):
        Preview.objects.update(claimed_until=None)
        previews.make_pending(1)
    new.refresh_from_db()
    assert (new.state, new.problem[:34]) == ("scanning", "The store of files does not answer")
    assert set(Preview.objects.values_list("state", "attempts")) == {("waiting", 0)}

    come_back()
    assert tasks.inspect_pending() == 1
    new.refresh_from_db()
    assert (new.state, new.problem) == ("ok", "")


@pytest.mark.parametrize("error", [OperationalError("gone"), StoreAwayError("gone"), ValueError("ours")])
def test_a_page_that_met_it_says_when_to_come_back(error: Exception) -> None:
    try:
        raise error
    except type(error):
        answer = errors.failed(RequestFactory().get("/"))
    wanted = (500, None) if isinstance(error, ValueError) else (503, str(RETRY_S))
    assert (answer.status_code, answer.headers.get("Retry-After")) == wanted
