# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restricted files: asked for, given for a while, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terracite.errors import MoveError
from terracite.repository import access_requests, deposits
from terracite.repository.models import DatasetVersion, Notice
from terracite.repository.permissions import can_ask_for_access, can_download

from .conftest import People, published


@pytest.fixture
def restricted(draft: DatasetVersion, cast: People) -> DatasetVersion:
    deposits.save(draft, cast.alice, {"access": {"kind": "restricted"}})
    return published(draft, cast)


def opens(version: DatasetVersion, person: object) -> bool:
    return can_download(person, version.files.select_related("version").first())  # type: ignore[arg-type]


def test_a_yes_opens_the_files_to_who_asked_and_to_nobody_else(restricted, cast):
    request = access_requests.ask(restricted, cast.chloe, "A map of native forests")
    assert not opens(restricted, cast.chloe)

    access_requests.answer(request, cast.alice, grant=True, text="With pleasure")

    assert opens(restricted, cast.chloe)
    assert not opens(restricted, cast.bob)
    assert not opens(restricted, None)
    assert [one.person for one in access_requests.granted(restricted)] == [cast.chloe]
    assert [one.move for one in Notice.objects.filter(person=cast.chloe)] == ["grant_access"]


def test_it_ends_on_its_day_or_when_it_is_taken_back(restricted, cast):
    request = access_requests.ask(restricted, cast.chloe, "A map")
    access_requests.answer(request, cast.alice, grant=True, until=timezone.now().date())
    assert opens(restricted, cast.chloe)

    request.refresh_from_db()
    request.expires_at = timezone.now() - dt.timedelta(seconds=1)
    request.save()
    assert not opens(restricted, cast.chloe)

    access_requests.answer(request, cast.alice, grant=True)
    assert opens(restricted, cast.chloe)
    access_requests.answer(request, cast.alice, grant=False, text="The owner of the land says no")
    assert not opens(restricted, cast.chloe)


def test_a_no_needs_its_reason_and_is_told(restricted, cast):
    request = access_requests.ask(restricted, cast.chloe, "Curiosity")
    with pytest.raises(MoveError, match="reason"):
        access_requests.answer(request, cast.alice, grant=False)

    access_requests.answer(request, cast.alice, grant=False, text="Only for research")

    assert [one.note for one in Notice.objects.filter(person=cast.chloe)] == ["Only for research"]
    with pytest.raises(MoveError, match="already answered"):
        access_requests.answer(request, cast.alice, grant=True)


def test_who_may_ask_and_answer(restricted, draft, cast, deposit):
    assert [name for name, person in vars(cast).items() if can_ask_for_access(person, restricted)] == [
        "bob", "berenice", "chloe", "admin",
    ]  # fmt: skip
    request = access_requests.ask(restricted, cast.chloe, "A map")
    for person in (cast.bob, cast.chloe, cast.admin):
        with pytest.raises(MoveError, match="owner"):
            access_requests.answer(request, person, grant=True)
    with pytest.raises(MoveError, match="already asked"):
        access_requests.ask(restricted, cast.chloe, "Again")
    with pytest.raises(MoveError, match="few words"):
        access_requests.ask(restricted, cast.bob, "  ")


def test_open_files_and_drafts_are_not_asked_for(draft, cast):
    with pytest.raises(MoveError, match="nothing to ask"):
        access_requests.ask(draft, cast.chloe, "A map")
    with pytest.raises(MoveError, match="nothing to ask"):
        access_requests.ask(published(draft, cast), cast.chloe, "A map")
