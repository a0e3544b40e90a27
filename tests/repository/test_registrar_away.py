# SPDX-License-Identifier: AGPL-3.0-or-later
"""A registrar that is down for an hour, answers nonsense, or half an answer, or nothing after having done it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from services.fake_datacite import PASSWORD, PREFIX, USER, FakeDataCite, Planned
from terracite.repository import moderation, outbox
from terracite.repository.models import DatasetVersion
from terracite.services import http

from .conftest import in_review


@pytest.fixture
def datacite(settings) -> Iterator[FakeDataCite]:
    with FakeDataCite() as fake:
        settings.TERRACITE = dataclasses.replace(
            settings.TERRACITE, registrar="datacite", doi_prefix=PREFIX, datacite_url=fake.url, datacite_user=USER,
            datacite_password=PASSWORD,
        )  # fmt: skip
        yield fake


@pytest.fixture
def accepted(draft, cast, datacite) -> DatasetVersion:
    return moderation.accept(in_review(draft, cast), cast.bob)


def settle(version: DatasetVersion) -> None:
    outbox.retry_now()
    outbox.process_outbox()
    version.refresh_from_db()


NOTHING = Planned(503, b"", {"content-type": "text/html"})


@pytest.mark.parametrize(
    "answer",
    [
        Planned(200, b"<html>Maintenance</html>", {"content-type": "text/html"}),
        Planned(200, b'{"data": {"id": "10.', after_doing=True),
        Planned(201, b'{"data": {"attributes": {}}}', after_doing=True),
        Planned(200, b"", wait_s=0.6, after_doing=True),
        Planned(502, b"Bad gateway", after_doing=True),
    ],
)
def test_whatever_it_answers_the_doi_is_registered_once_and_soon(answer, accepted, datacite, monkeypatch) -> None:
    # what is bound when `ask` is defined
    monkeypatch.setattr(http.ask, "__kwdefaults__", {"wait_s": 0.3})
    datacite.planned = [answer]
    assert outbox.process_outbox() == 0
    accepted.refresh_from_db()
    item = outbox.waiting().get()
    assert (accepted.state, item.attempts) == ("accepted", 1)
    assert item.next_try_at - timezone.now() < dt.timedelta(minutes=1)  # no refusal: asked again soon

    settle(accepted)

    assert (accepted.state, accepted.doi_state) == ("published", "findable")
    assert {doi: known["state"] for doi, known in datacite.dois.items()} == {accepted.doi: "findable"}
    assert [event.move for event in accepted.events.all()].count("publish") == 1


def test_down_for_an_hour_it_is_asked_less_and_less_and_published_when_it_is_back(
    accepted, datacite, monkeypatch
) -> None:
    begin, now = timezone.now(), [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    while accepted.state == "accepted":
        datacite.planned = [NOTHING] * 9 if now[0] - begin < dt.timedelta(hours=1) else []
        outbox.process_outbox()
        accepted.refresh_from_db()
        assert (accepted.published_at is None) == (accepted.state == "accepted")
        now[0] += dt.timedelta(minutes=2)

    asked = len(datacite.seen)
    assert now[0] - begin < dt.timedelta(hours=1, minutes=10)
    assert asked < 20
    assert datacite.dois[accepted.doi]["state"] == "findable"
