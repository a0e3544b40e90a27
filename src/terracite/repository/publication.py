# SPDX-License-Identifier: AGPL-3.0-or-later
"""From accepted to published, and what happens to a published version later.

A version becomes public only in `publish`, and only once its DOI is registered; the DOI becomes findable only
after that. So neither a page without a DOI nor a findable DOI without a page is ever seen.
"""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from terracite.record.model import OPEN_ACCESS, AccessKind, Organisation, Record
from terracite.repository import outgoing, records
from terracite.repository.models import Dataset, DatasetVersion, DoiState, Person
from terracite.repository.moving import SYSTEM, check, finish, lock, one_move
from terracite.repository.notices import tell_owners
from terracite.repository.outgoing import Kind
from terracite.repository.states import State


def mint() -> str:
    """A new DOI name: the instance's prefix and a random UUID."""
    return f"{settings.TERRACITE.doi_prefix}/{uuid4()}"


def reserve_doi(version: DatasetVersion, person: Person) -> DatasetVersion:
    """Choose the DOI of a draft now, to be cited in a paper under review; it resolves once published."""
    with one_move(version) as locked:
        decision = check("edit", locked, person)
        if not locked.doi:
            locked.doi = mint()
            finish(decision, locked, person, payload={"reserved": locked.doi})
            outgoing.ask(Kind.DOI, locked, "reserved")
    return version


def prepare(locked: DatasetVersion) -> None:
    """What acceptance sets in motion (not saved yet): a DOI, the last words of the record, the outbox."""
    now = timezone.now()
    locked.accepted_at = now
    locked.doi = locked.doi or mint()
    dataset = locked.dataset
    if locked.number > 1 and not dataset.concept_doi:
        dataset.concept_doi = mint()
        dataset.save()
    record = records.record_of(locked).with_dates(accepted=now.date())
    version = record.version.model_copy(update={"concept_doi": dataset.concept_doi})
    final = issued(record, now.date())
    records.write(locked, final.model_copy(update={"doi": locked.doi, "publisher": publisher(), "version": version}))
    outgoing.ask(Kind.DOI, locked, "accepted")


def publisher() -> Organisation:
    """This repository, as publisher."""
    return Organisation(name=settings.TERRACITE.publisher_name, ror=settings.TERRACITE.publisher_ror)


def publish(version: DatasetVersion) -> DatasetVersion:
    """Make an accepted version public. Raises `MoveRefusedError` before its DOI is registered."""
    with one_move(version) as locked:
        registered = locked.doi_state in {DoiState.REGISTERED, DoiState.FINDABLE}
        decision = check("publish", locked, SYSTEM, doi_registered=registered)
        now = timezone.now()
        locked.published_at = locked.datestamp = now
        record = issued(records.record_of(locked), now.date())
        records.write(locked, record.model_copy(update={"record_updated": now}))
        finish(decision, locked, SYSTEM, payload={"doi": locked.doi})
        outgoing.tell_everybody(locked, "published")
        tell_owners(locked, "publish")
        _supersede_earlier(locked)
    return version


def end_embargo(version: DatasetVersion, today: dt.date) -> DatasetVersion:
    """Open the files of a version whose embargo is over."""
    with one_move(version) as locked:
        until = locked.embargo_until
        over = locked.access == AccessKind.EMBARGOED and until is not None and until <= today
        decision = check("end_embargo", locked, SYSTEM, embargo_over=over)
        record = records.record_of(locked)
        opened = record.model_copy(update={"access": OPEN_ACCESS, "record_updated": timezone.now()})
        records.write(locked, opened)
        locked.datestamp = timezone.now()
        finish(decision, locked, SYSTEM, payload={"until": str(until)})
        outgoing.tell_everybody(locked, "embargo")
        tell_owners(locked, "end_embargo")
    return version


def withdraw(version: DatasetVersion, person: Person, *, reason: str) -> DatasetVersion:
    """Replace a public version by a tombstone: the page says why, the DOI is hidden, the files are closed."""
    with one_move(version) as locked:
        decision = check("withdraw", locked, person, reason=reason)
        now = timezone.now()
        record = records.record_of(locked).with_dates(withdrawn=now.date())
        records.write(locked, record.model_copy(update={"record_updated": now}))
        locked.reason, locked.withdrawn_at, locked.datestamp = reason, now, now
        finish(decision, locked, person, note=reason)
        outgoing.tell_everybody(locked, "withdrawn")
        tell_owners(locked, "withdraw", reason, but=person)
    return version


def forget_draft_doi(locked: DatasetVersion) -> None:
    """Have the reserved DOI of a rejected version deleted at the registrar."""
    if locked.doi:
        outgoing.ask(Kind.DOI, locked, "rejected")


def latest_public(dataset: Dataset) -> DatasetVersion | None:
    """The version that the dataset's own address shows: the last published one, else the last tombstone."""
    public = dataset.versions.filter(published_at__isnull=False).order_by("-number")
    return public.filter(state=State.PUBLISHED.value).first() or public.first()


def issued(record: Record, today: dt.date) -> Record:
    """The record as published today; an embargo that is already over is not one."""
    until = record.access.embargo_until
    if record.access.kind is AccessKind.EMBARGOED and until is not None and until <= today:
        record, until = record.model_copy(update={"access": OPEN_ACCESS}), None
    if record.access.kind is AccessKind.RESTRICTED:
        return record.with_dates(issued=today)
    return record.with_dates(issued=today, available=until or today)


def _supersede_earlier(published: DatasetVersion) -> None:
    earlier = DatasetVersion.objects.filter(
        dataset_id=published.dataset_id, number__lt=published.number, state=State.PUBLISHED.value
    )
    for version in earlier:
        locked = lock(version)
        decision = check("supersede", locked, SYSTEM)
        record = records.record_of(locked)
        links = {"next_doi": published.doi, "concept_doi": published.dataset.concept_doi}
        linked = record.version.model_copy(update=links)
        records.write(locked, record.model_copy(update={"version": linked, "record_updated": timezone.now()}))
        locked.datestamp = timezone.now()
        finish(decision, locked, SYSTEM, payload={"by": str(published.uuid)})
        outgoing.tell_everybody(locked, "superseded")
