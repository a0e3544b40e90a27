# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desks: what waits, and everything needed to decide about a version."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from terracite.record.model import Text
from terracite.record.native import from_content
from terracite.repository import addresses, moderation, moderation_queue
from terracite.repository.checks import findings
from terracite.repository.models import Correction, DatasetVersion, Review, Thread, TokenScope
from terracite.repository.moderation_hours import lateness, working_hours
from terracite.repository.moderation_queue import Filters
from terracite.repository.permissions import moves_of
from terracite.repository.records import record_of
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import VERSION, reviewed_version
from terracite.website.api.paging import page_of
from terracite.website.api.reading import difference_out
from terracite.website.api.schemas.common import READING, PageIn, errors
from terracite.website.api.schemas.desk_tools import QueueIn
from terracite.website.api.schemas.desks import (
    CommentOut,
    CorrectionOut,
    DeskOut,
    QueueOut,
    ReviewOut,
    SuggestionOut,
    ThreadOut,
    WaitingOut,
)
from terracite.website.api.telling import finding_out
from terracite.website.differences import changes_between

router = Router(tags=["moderation"])
SHOWN = 100


@router.get(
    "/desk/queue",
    auth=RequiredToken(TokenScope.MODERATE),
    response={200: QueueOut, **READING, **errors(403)},
    summary="What waits at one's desks",
)
def queue(request: HttpRequest, wanted: Query[QueueIn], page: Query[PageIn]) -> QueueOut:
    """Oldest first, without the datasets that one signs. Empty for somebody without a desk."""
    found = moderation_queue.found(person(request), Filters(**wanted.dict()))
    rows, following = page_of(request, found, page, "pk")
    return QueueOut(next=following, items=[_waiting(one) for one in rows])


@router.get(
    VERSION + "/review", auth=RequiredToken(), response={200: ReviewOut, **READING, **errors(403)}, summary="The review"
)
def review(request: HttpRequest, identifier: UUID, number: int) -> ReviewOut:
    """For its owners, its desks and curators: checks, conversations, suggestions, decisions, and what may be done."""
    version = reviewed_version(request, identifier, number)
    threads = version.threads.prefetch_related("comments__author").order_by("-pk")[:SHOWN]
    reviews = version.reviews.filter(snapshot_hash=version.snapshot_hash).select_related("moderator")
    return ReviewOut(
        state=version.state,
        snapshot=version.snapshot_hash,
        moves=sorted(moves_of(person(request), version)),
        desks=[_desk(one) for one in reviews],
        findings=[finding_out(one) for one in findings(version)],
        threads=[_thread(one) for one in reversed(threads)],
        suggestions=_suggestions(version),
        changed=list(moderation.changed_since_last_review(version)),
        correction=_correction(version),
    )


def _waiting(one: Review) -> WaitingOut:
    version, hours = one.version, working_hours(one.asked_at, timezone.now())
    return WaitingOut(
        discipline=one.discipline,
        dataset=version.dataset.uuid,
        version=version.number,
        title=Text(fr=version.title_fr, en=version.title_en),
        asked_at=one.asked_at,
        moderator=one.moderator.username if one.moderator else "",
        url=f"{addresses.base_url()}/moderation/{version.uuid}/",
        hours=int(hours),
        lateness=lateness(hours),
    )


def _desk(one: Review) -> DeskOut:
    return DeskOut(
        discipline=one.discipline, moderator=one.moderator.username if one.moderator else "", decision=one.decision
    )


def _thread(one: Thread) -> ThreadOut:
    comments = list(one.comments.all())[-SHOWN:]
    return ThreadOut(
        identifier=one.pk,
        field=one.field,
        open=one.open,
        comments=[CommentOut(author=item.author.display_name, at=item.at, text=item.text) for item in comments],
    )


def _suggestions(version: DatasetVersion) -> list[SuggestionOut]:
    last = version.suggestions.select_related("author").order_by("-pk")[:SHOWN]
    return [
        SuggestionOut(
            identifier=one.pk,
            field=one.field,
            value=one.value,
            note=one.note,
            author=one.author.display_name,
            state=one.state,
        )
        for one in reversed(last)
    ]


def _correction(version: DatasetVersion) -> CorrectionOut | None:
    proposed: Correction | None = version.corrections.filter(state="proposed").select_related("author").first()
    if proposed is None:
        return None
    changes = changes_between(record_of(version), from_content(proposed.record), proposed.changed)
    return CorrectionOut(
        author=proposed.author.display_name,
        note=proposed.note,
        at=proposed.created,
        differences=[difference_out(change) for change in changes],
    )
