# SPDX-License-Identifier: AGPL-3.0-or-later
"""From accepted to published, and after: versions, corrections, embargoes, tombstones, and a registrar that is down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from terracite.errors import MoveError, ServiceError
from terracite.record.model import DateKind
from terracite.repository import corrections, deposits, moderation, outbox, publication, tasks
from terracite.repository.models import DatasetVersion, OutboxItem, Person
from terracite.repository.outbox import process_outbox
from terracite.repository.permissions import can_download
from terracite.repository.states import MoveRefusedError
from terracite.services.choice import registrar_for
from terracite.services.embedded_registrar import TestRegistrar
from terracite.services.registrar import Registrar

from .conftest import People, in_review, published


class Outage:
    """The registrar of the tests, unplugged from the machine for a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def begin(self, *, retry: bool = True, status: int = 503) -> None:
        def refuse(*_args: object) -> None:
            raise ServiceError("The registrar does not answer.", status=status, retry=retry)

        for name in ("save_draft", "register", "publish", "hide", "delete_draft"):
            self.monkeypatch.setattr(TestRegistrar, name, refuse)

    def end(self) -> None:
        self.monkeypatch.undo()


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    return Outage(monkeypatch)


def registrar() -> Registrar:
    return registrar_for(settings.TERRACITE)


def accepted(draft: DatasetVersion, cast: People) -> DatasetVersion:
    return moderation.accept(in_review(draft, cast), cast.bob)


def settle(version: DatasetVersion) -> DatasetVersion:
    """Let the worker do everything, whatever its pauses, and read the version again."""
    outbox.retry_now()
    process_outbox()
    version.refresh_from_db()
    return version


def second_version(first: DatasetVersion, owner: Person, cast: People) -> DatasetVersion:
    second = deposits.new_version(first, owner)
    deposits.save(second, owner, {"title.en": "Native tree cover of the Maïdo forest, second survey"})
    return published(second, cast)


def test_the_published_record_is_complete(draft, cast):
    version = published(draft, cast)
    record = deposits.record_of(version)
    today = timezone.now().date()

    assert record.doi == version.doi
    assert record.publisher is not None
    assert record.publisher.name == "Test repository"
    for kind in (DateKind.SUBMITTED, DateKind.ACCEPTED, DateKind.ISSUED, DateKind.AVAILABLE):
        assert record.date(kind) == today
    assert version.datestamp == version.published_at
    assert outbox.waiting().count() == 0
    assert version.doi.encode() in registrar().metadata(version.doi)


@pytest.mark.parametrize("retry", [True, False])
def test_with_the_registrar_down_nothing_is_shown_as_published(retry, draft, cast, outage):
    version = accepted(draft, cast)
    outage.begin(retry=retry)

    assert process_outbox() == 0

    version.refresh_from_db()
    assert (version.state, version.doi_state, version.published_at) == ("accepted", "none", None)
    item = outbox.waiting().get()
    assert (item.attempts, item.error) == (1, "The registrar does not answer.")
    assert item.next_try_at > timezone.now()
    assert process_outbox() == 0

    outage.end()
    settle(version)
    assert (version.state, version.doi_state) == ("published", "findable")
    assert registrar().state(version.doi) == "findable"
    assert outbox.waiting().count() == 0


def test_a_refusal_waits_longer_than_an_outage(draft, cast, outage):
    accepted(draft, cast)
    outage.begin(retry=False, status=422)
    process_outbox()

    item = outbox.waiting().get()

    assert item.next_try_at - timezone.now() > dt.timedelta(hours=5)


def test_pauses_grow_and_stay_bounded():
    pauses = [outbox.pause_after(attempts) for attempts in range(1, 200)]

    assert pauses[:3] == [dt.timedelta(seconds=30), dt.timedelta(seconds=60), dt.timedelta(seconds=120)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == outbox.LONGEST_PAUSE


def test_one_failing_item_does_not_hold_up_the_others(draft, cast, monkeypatch):
    version = accepted(draft, cast)
    monkeypatch.setitem(outbox.HANDLERS, "index", lambda _: 1 / 0)

    process_outbox()

    version.refresh_from_db()
    assert (version.state, version.doi_state) == ("published", "findable")
    assert [(item.kind, item.error) for item in outbox.waiting()] == [("index", "ZeroDivisionError: division by zero")]


def test_between_registering_and_publishing_the_doi_is_not_findable(draft, cast, monkeypatch):
    version = accepted(draft, cast)

    def killed(_: DatasetVersion) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publication, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        process_outbox()
    assert registrar().state(version.doi) == "registered"
    version.refresh_from_db()
    assert (version.state, version.published_at) == ("accepted", None)

    monkeypatch.undo()
    assert process_outbox() == 0  # the killed worker's claim still holds
    OutboxItem.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    settle(version)

    assert (version.state, version.doi_state) == ("published", "findable")
    assert [event.move for event in version.events.all()].count("publish") == 1


def test_publishing_is_not_for_before_the_doi(draft, cast):
    version = accepted(draft, cast)

    with pytest.raises(MoveRefusedError, match="not registered yet"):
        publication.publish(version)
    assert version.state == "accepted"


def test_doing_everything_again_changes_nothing(draft, cast):
    version = published(draft, cast)
    before = (version.record, version.published_at, version.events.count(), registrar().metadata(version.doi))

    OutboxItem.objects.update(done_at=None)
    settle(version)

    assert (version.record, version.published_at, version.events.count(), registrar().metadata(version.doi)) == before


def test_a_reserved_doi_is_a_draft_until_publication(draft, cast):
    publication.reserve_doi(draft, cast.alice)
    settle(draft)
    reserved = draft.doi
    assert (draft.state, draft.doi_state, registrar().state(reserved)) == ("draft", "draft", "draft")

    publication.reserve_doi(draft, cast.alice)
    assert draft.doi == reserved

    version = published(draft, cast)
    assert (version.doi, registrar().state(reserved)) == (reserved, "findable")


def test_the_draft_doi_of_a_rejected_dataset_is_deleted(draft, cast):
    publication.reserve_doi(draft, cast.alice)
    settle(draft)
    reserved = draft.doi

    moderation.reject(in_review(draft, cast), cast.bob, reason="duplicate")
    settle(draft)

    assert (draft.doi, draft.doi_state, registrar().state(reserved)) == ("", "none", "none")


def test_a_new_version_supersedes_the_one_before(draft, cast):
    first = published(draft, cast)

    second = second_version(first, cast.alice, cast)

    first.refresh_from_db()
    concept = first.dataset.concept_doi
    one, two = deposits.record_of(first).version, deposits.record_of(second).version
    assert (first.state, second.state) == ("superseded", "published")
    assert (one.next_doi, two.previous_doi) == (second.doi, first.doi)
    assert one.concept_doi == two.concept_doi == concept != ""
    assert {registrar().state(doi) for doi in (first.doi, second.doi, concept)} == {"findable"}
    assert first.doi.encode() in registrar().metadata(second.doi)
    assert publication.latest_public(first.dataset) == second
    assert first.datestamp is not None
    assert first.published_at is not None
    assert first.datestamp > first.published_at


def test_until_the_new_version_is_published_the_old_one_stays(draft, cast, outage):
    first = published(draft, cast)
    second = deposits.new_version(first, cast.alice)
    deposits.save(second, cast.alice, {"title.en": "Native tree cover, second survey"})
    accepted(second, cast)
    outage.begin()
    process_outbox()

    first.refresh_from_db()
    assert first.state == "published"
    assert publication.latest_public(first.dataset) == first


def test_a_correction_is_public_after_a_light_review(draft, cast):
    version = published(draft, cast)
    issued = version.published_at
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Tree cover of the Maïdo"}, note="Typo")
    assert version.title_en != "Tree cover of the Maïdo"
    with pytest.raises(MoveError, match="already waiting"):
        corrections.correct_metadata(version, cast.alice, changes={"title.en": "Another"})

    corrections.approve_correction(version, cast.bob)
    settle(version)

    assert (version.title_en, version.revision, version.published_at) == ("Tree cover of the Maïdo", 1, issued)
    assert deposits.record_of(version).date(DateKind.UPDATED) == timezone.now().date()
    assert "Tree cover of the Maïdo".encode() in registrar().metadata(version.doi)


@pytest.mark.parametrize(
    "changes", [{"licence": "CC0-1.0"}, {"doi": "10.5072/x"}, {"access": {"kind": "restricted"}}, {"files": []}]
)
def test_what_a_doi_promises_is_not_corrected(changes, draft, cast):
    version = published(draft, cast)

    with pytest.raises(MoveRefusedError) as error:
        corrections.correct_metadata(version, cast.alice, changes=changes)

    assert [refusal.code for refusal in error.value.refusals] == ["identity_changed"]


def test_a_refused_correction_changes_nothing(draft, cast):
    version = published(draft, cast)
    before = version.record
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Worse"})
    with pytest.raises(MoveRefusedError):
        corrections.refuse_correction(version, cast.bob, reason="")
    corrections.refuse_correction(version, cast.bob, reason="The old title is clearer.")

    version.refresh_from_db()
    assert (version.record, version.revision) == (before, 0)
    with pytest.raises(MoveError, match="No correction is waiting"):
        corrections.approve_correction(version, cast.bob)


def test_nobody_approves_their_own_correction(draft, cast):
    version = published(draft, cast)
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Better"})

    for person in (cast.alice, cast.chloe, cast.berenice, cast.dora):
        with pytest.raises(MoveRefusedError):
            corrections.approve_correction(version, person)


def embargoed(draft: DatasetVersion, cast: People, until: dt.date) -> DatasetVersion:
    access = {"kind": "embargoed", "embargo_until": until.isoformat()}
    return published(deposits.save(draft, cast.alice, {"access": access}), cast)


def test_an_embargo_closes_the_files_until_the_timer_opens_them(draft, cast):
    until = timezone.now().date() + dt.timedelta(days=30)
    version = embargoed(draft, cast, until)
    file = version.files.select_related("version").first()
    assert deposits.record_of(version).date(DateKind.AVAILABLE) == until
    assert not can_download(cast.chloe, file)
    assert tasks.end_embargoes(until - dt.timedelta(days=1)) == 0

    assert tasks.end_embargoes(until) == 1
    assert tasks.end_embargoes(until) == 0
    settle(version)

    assert (version.access, version.embargo_until) == ("open", None)
    assert can_download(None, version.files.select_related("version").first())
    assert [event.move for event in version.events.all()].count("end_embargo") == 1


def test_an_embargo_that_is_over_at_publication_is_none(draft, cast):
    version = embargoed(draft, cast, timezone.now().date())

    assert version.access == "open"


def test_a_correction_proposed_under_embargo_does_not_close_the_files_again(draft, cast):
    until = timezone.now().date() + dt.timedelta(days=1)
    version = embargoed(draft, cast, until)
    corrections.correct_metadata(version, cast.alice, changes={"title.en": "Better"})
    tasks.end_embargoes(until)

    corrections.approve_correction(version, cast.bob)

    version.refresh_from_db()
    assert (version.access, version.title_en) == ("open", "Better")


def test_a_withdrawn_version_leaves_a_tombstone(draft, cast):
    version = published(draft, cast)
    with pytest.raises(MoveRefusedError):
        publication.withdraw(version, cast.dora, reason=" ")
    for person in (cast.alice, cast.bob, cast.chloe, cast.admin):
        with pytest.raises(MoveRefusedError):
            publication.withdraw(version, person, reason="Rights")

    publication.withdraw(version, cast.dora, reason="The owner of the land asked for it.")
    settle(version)

    assert (version.state, version.reason) == ("withdrawn", "The owner of the land asked for it.")
    assert version.is_public
    assert (version.doi_state, registrar().state(version.doi)) == ("registered", "registered")
    assert not can_download(cast.chloe, version.files.select_related("version").first())
    assert deposits.record_of(version).date(DateKind.WITHDRAWN) == timezone.now().date()


def test_news_that_comes_late_does_not_bring_a_withdrawn_doi_back(draft, cast, outage):
    version = accepted(draft, cast)
    outbox.HANDLERS["doi"](version)  # registered and published; the findable step is still waiting
    version.refresh_from_db()
    assert version.state == "published"
    publication.withdraw(version, cast.dora, reason="Rights")

    settle(version)

    assert registrar().state(version.doi) == "registered"
