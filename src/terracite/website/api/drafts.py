# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts: begun, changed field by field, checked, submitted, continued as new versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from terracite.record.rules import Level
from terracite.repository import deposits, moderation, publication
from terracite.repository.checks import findings
from terracite.repository.models import DatasetVersion, TokenScope
from terracite.repository.moderation_history import history_of
from terracite.website.api import conditions
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.datasets import router as of_versions
from terracite.website.api.finding import DEPOSIT, VERSION, deposit_of, reviewed_version, version_of
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.common import CHANGING, READING, WRITING, PageIn, errors
from terracite.website.api.schemas.datasets import (
    ChangesIn,
    DatasetIn,
    DatasetOut,
    EventOut,
    EventsOut,
    FindingsOut,
    InheritIn,
    SubmissionIn,
)
from terracite.website.api.schemas.desk_tools import HistoryOut
from terracite.website.api.telling import dataset_out, finding_out

router = Router(tags=["drafts"], auth=RequiredToken(TokenScope.DEPOSIT))
READS = RequiredToken()
MADE = {201: DatasetOut, **WRITING}


@router.post(DEPOSIT + "/datasets", response=MADE, summary="Begin a dataset")
def begin(request: HttpRequest, identifier: UUID, wanted: DatasetIn) -> Status[DatasetOut]:
    """A draft in this deposit, with what the deposit says for all its datasets, and with fields of the record at once.
    With an Idempotency-Key, a repeated call begins no second one."""
    deposit, somebody = deposit_of(request, identifier), person(request)
    with transaction.atomic():
        version = deposits.create_dataset(deposit, somebody)
        if wanted.changes:
            version = deposits.save(version, somebody, wanted.changes)
    return Status(201, dataset_out(version, somebody))


@of_versions.patch(
    VERSION,
    auth=router.auth,
    tags=["drafts"],
    response={200: DatasetOut, **CHANGING},
    summary="Change fields of a draft",
)
def change(
    request: HttpRequest, identifier: UUID, number: int, wanted: ChangesIn, response: HttpResponse
) -> DatasetOut:
    """With `edit`, a field that somebody else changed since is refused (409, both values in `conflicts`) and the others
    are saved. With `If-Match`, nothing is saved unless the whole version is as it was read (412). Every mistake is
    told at once (422), and then nothing is saved. The same change again is harmless."""
    version = version_of(request, identifier, number)
    conditions.check(request, conditions.etag_of(dataset_out(version, person(request))))
    based_on = wanted.edit if wanted.edit is not None or "If-Match" not in request.headers else version.edit
    saved = deposits.save(version, person(request), wanted.changes, based_on)
    return _told(saved, request, response)


@router.post(
    VERSION + "/inherit", response={200: DatasetOut, **CHANGING}, summary="Take the deposit's value of a field again"
)
def inherit(
    request: HttpRequest, identifier: UUID, number: int, wanted: InheritIn, response: HttpResponse
) -> DatasetOut:
    """Of a field that the deposit says once for all its datasets; the draft follows the deposit then."""
    version = version_of(request, identifier, number)
    conditions.check_now(request, lambda: dataset_out(version, person(request)))
    return _told(deposits.inherit_again(version, person(request), wanted.field), request, response)


@router.get(VERSION + "/findings", auth=READS, response={200: FindingsOut, **READING, **errors(403)}, summary="Checks")
def checks(request: HttpRequest, identifier: UUID, number: int) -> FindingsOut:
    """What is still to correct or to look at, blockers first: the same that a moderator sees."""
    found = findings(reviewed_version(request, identifier, number))
    blockers = sum(one.level is Level.BLOCKER for one in found)
    return FindingsOut(blockers=blockers, items=[finding_out(one) for one in found])


@router.post(VERSION + "/submit", response={200: DatasetOut, **CHANGING}, summary="Submit a draft to its desks")
def submit(
    request: HttpRequest, identifier: UUID, number: int, wanted: SubmissionIn, response: HttpResponse
) -> DatasetOut:
    """Its content is frozen then. Refused with every reason while something required is missing (422), or while files
    are still being looked into (409, code files_not_ready: wait and call again)."""
    version = version_of(request, identifier, number)
    conditions.check_now(request, lambda: dataset_out(version, person(request)))
    moderation.submit(version, person(request), terms_accepted=wanted.terms_accepted)
    return _told(version, request, response)


@router.post(VERSION + "/new-version", response=MADE, summary="Begin the version after a published one")
def new_version(request: HttpRequest, identifier: UUID, number: int) -> Status[DatasetOut]:
    """Same record and files (kept once), a DOI to come."""
    draft = deposits.new_version(version_of(request, identifier, number), person(request))
    return Status(201, dataset_out(draft, person(request)))


@router.post(VERSION + "/doi", response={200: DatasetOut, **WRITING}, summary="Reserve the DOI of a draft")
def reserve_doi(request: HttpRequest, identifier: UUID, number: int, response: HttpResponse) -> DatasetOut:
    """To be cited in a paper under review; it resolves once published. Again gives the same one."""
    version = publication.reserve_doi(version_of(request, identifier, number), person(request))
    return _told(version, request, response)


@router.post(VERSION + "/discard", response={200: DatasetOut, **WRITING}, summary="Throw a draft away")
def discard(request: HttpRequest, identifier: UUID, number: int, response: HttpResponse) -> DatasetOut:
    """It can be taken back for a while."""
    version = moderation.move(version_of(request, identifier, number), "discard", person(request))
    return _told(version, request, response)


@router.post(VERSION + "/restore", response={200: DatasetOut, **WRITING}, summary="Take back a draft thrown away")
def restore(request: HttpRequest, identifier: UUID, number: int, response: HttpResponse) -> DatasetOut:
    """As long as its files are kept."""
    version = moderation.move(version_of(request, identifier, number), "restore", person(request))
    return _told(version, request, response)


@router.get(VERSION + "/history", auth=READS, response={200: EventsOut, **READING, **errors(403)}, summary="History")
def history(request: HttpRequest, identifier: UUID, number: int, page: Query[PageIn]) -> EventsOut:
    """What happened to a version, oldest first; for those who work on it and its desks."""
    version = reviewed_version(request, identifier, number)
    rows, following = page_of(request, version.events.select_related("actor"), page, "pk")
    return EventsOut(
        next=following,
        items=[
            EventOut(
                number=one.number,
                at=one.at,
                move=one.move,
                actor=one.actor.display_name if one.actor else "",
                from_state=one.from_state,
                to_state=one.to_state,
                note=one.note,
            )
            for one in rows
        ],
    )


@router.get(
    VERSION + "/history/export",
    auth=READS,
    response={200: HistoryOut, **READING, **errors(403)},
    summary="History whole",
)
def history_whole(request: HttpRequest, identifier: UUID, number: int) -> dict[str, Any]:
    """Every event with what its hash was made of, submissions, reviews and conversations, to keep or to check."""
    return history_of(reviewed_version(request, identifier, number))


def _told(version: DatasetVersion, request: HttpRequest, response: HttpResponse) -> DatasetOut:
    shown = dataset_out(version, person(request))
    response["ETag"] = conditions.etag_of(shown)
    return shown
