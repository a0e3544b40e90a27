# SPDX-License-Identifier: AGPL-3.0-or-later
"""Landing pages kept in memory: what must be seen at once is seen at once, and nobody gets another's page."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from terracite.repository import addresses, corrections, deposits, people, publication, usage
from terracite.repository.models import DatasetVersion, Preview, UsageDay
from terracite.repository.outbox import process_outbox
from terracite.repository.usage import sessions
from terracite.website.pages.landing import kept

from . import scene


@pytest.fixture
def address(published: DatasetVersion) -> str:
    sessions.memory.clear()
    return addresses.landing_path(published)


def read(address: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).get(address, headers=headers)


def queries(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def is_kept(address: str) -> bool:
    """Whether the next reader gets it with the one query that makes sure of it."""
    return queries(lambda: read(address)) == 1


def settle() -> None:
    """Every preview is made, as far as pages know."""
    Preview.objects.update(state="none")
    kept.pages.clear()


def test_the_second_reader_gets_the_same_page_with_one_query(address: str) -> None:
    first, second = read(address), read(address)
    assert is_kept(address)
    assert first.content == second.content
    for name in ("Link", "Vary", "Content-Type", "Content-Language", "Content-Security-Policy"):
        assert first.headers[name] == second.headers[name]
    assert b"csrf" not in first.content
    assert not second.cookies


def test_it_is_kept_compressed_too(address: str) -> None:
    plain, packed = read(address), read(address, **{"Accept-Encoding": "br, gzip"})
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert "Content-Encoding" not in read(address, **{"Accept-Encoding": "br"}).headers
    asked = [set(answer.headers["Vary"].split(", ")) for answer in (plain, packed)]
    assert asked[0] == asked[1] >= {"Accept-Encoding", "Accept-Language", "Cookie"}


def test_each_language_has_its_own(address: str) -> None:
    english, french = (read(address, **{"Accept-Language": language}) for language in ("en", "fr"))
    assert b'<html lang="en">' in english.content
    assert b'<html lang="fr">' in french.content
    chosen = Client()
    chosen.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert read(address, chosen, **{"Accept-Language": "en"}).content == french.content


def test_machines_still_get_what_they_ask_for(address: str) -> None:
    read(address)
    assert read(address, Accept="application/ld+json").headers["Content-Type"].startswith("application/ld+json")


def test_who_is_logged_in_neither_fills_nor_gets_it(address: str, alice: Client) -> None:
    own = alice.get(address).content
    assert not kept.pages.bytes
    assert b"Log in" in read(address, **{"Accept-Language": "en"}).content
    assert alice.get(address).content.count(b"csrfmiddlewaretoken") == own.count(b"csrfmiddlewaretoken") > 0


@pytest.mark.parametrize("cookie", [settings.SESSION_COOKIE_NAME, "messages", "terracite_review"])
def test_readers_with_something_of_their_own_are_left_out(address: str, cookie: str) -> None:
    client = Client()
    client.cookies[cookie] = "anything"
    assert read(address, client).status_code == 200
    assert not kept.pages.bytes


def test_questions_are_left_out(address: str) -> None:
    for asked in ("?style=apa", "?lang=fr", "?page=1"):
        assert read(address + asked).status_code == 200
    assert not kept.pages.bytes


def test_an_unusual_address_fills_nothing(address: str) -> None:
    assert read(address.replace("/v1/", "/v001/")).status_code == 200
    assert not kept.pages.bytes


def test_a_draft_is_never_kept(draft: DatasetVersion, alice: Client) -> None:
    path = addresses.landing_path(draft)
    assert alice.get(path).status_code == 200
    assert read(path).status_code == 404
    assert not kept.pages.bytes


def test_a_withdrawal_is_seen_at_once(address: str, published: DatasetVersion, cast: scene.Cast) -> None:
    read(address)
    people.grant(cast.chloe, "curator")
    publication.withdraw(published, cast.chloe, reason="The coordinates are wrong.")
    answer = read(address)
    assert (answer.status_code, b"The coordinates are wrong." in answer.content) == (410, True)
    assert b"/files/" not in answer.content


def test_a_correction_is_seen_at_once(address: str, published: DatasetVersion, cast: scene.Cast) -> None:
    read(address)
    corrections.correct_metadata(published, cast.alice, changes={"title.en": "A better title"})
    assert is_kept(address) is False  # its columns changed: made again, the same
    assert b"A better title" not in read(address, **{"Accept-Language": "en"}).content
    corrections.approve_correction(published, cast.bob)
    assert b"A better title" in read(address, **{"Accept-Language": "en"}).content


def test_a_newer_version_is_told_at_once(address: str, published: DatasetVersion, cast: scene.Cast) -> None:
    read(address)
    following = deposits.new_version(published, cast.alice)
    assert is_kept(address)
    DatasetVersion.objects.filter(pk=following.pk).update(state="published", published_at=timezone.now())
    assert b"There is a newer version" in read(address, **{"Accept-Language": "en"}).content


def test_the_end_of_an_embargo_is_seen_at_once(deposit: Any, cast: scene.Cast) -> None:
    until = timezone.now().date() + dt.timedelta(days=200)
    access = {"kind": "embargoed", "embargo_until": until.isoformat()}
    version = scene.published(scene.draft(deposit, cast.alice, access=access), cast)
    address = addresses.landing_path(version)
    link, owner = f'href="{address}files/'.encode(), Client()
    owner.force_login(cast.alice)
    assert link in owner.get(address).content
    for _ in range(2):
        assert link not in read(address).content
    publication.end_embargo(version, until)
    process_outbox()
    assert link in read(address).content


def test_it_is_a_minute_old_at_most(address: str, published: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    settle()
    read(address)
    UsageDay.objects.create(version=published, day=dt.date(2026, 1, 1), kind="view", hits=987_654)
    told = [b"987,654" in read(address, **{"Accept-Language": "en"}).content]
    clock = kept.time.monotonic() + kept.KEPT_S + 1
    monkeypatch.setattr(kept.time, "monotonic", lambda: clock)
    told.append(b"987,654" in read(address, **{"Accept-Language": "en"}).content)
    assert told == [False, True]


def test_a_preview_that_is_made_shows_within_seconds(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle()
    Preview.objects.update(state="waiting")
    read(address)
    assert is_kept(address)
    clock = kept.time.monotonic() + kept.UNSETTLED_S + 1
    monkeypatch.setattr(kept.time, "monotonic", lambda: clock)
    assert not is_kept(address)


def test_kept_pages_are_counted_too(address: str, published: DatasetVersion) -> None:
    for number in range(3):
        read(address, **{"User-Agent": f"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/12{number}.0"})
    usage.take_in(everything=True)
    assert usage.usage_of(published).version.views == 3


def test_memory_is_bounded(published: DatasetVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 1000)
    pages, counted = kept.Pages(), DatasetVersion(pk=1)
    for number in range(50):
        pages.put((number,), kept.Page(bytes(200), bytes(100), "", counted, kept.time.monotonic() + 60))
        pages.get((47,))
    assert pages.bytes == 900
    assert [number for number in range(50) if pages.get((number,))] == [47, 48, 49]
    pages.put((49,), kept.Page(bytes(5), bytes(5), "", counted, kept.time.monotonic() + 60))
    assert pages.bytes == 610
    assert isinstance(pages.get((49,)), kept.Page)
