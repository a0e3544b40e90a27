# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who calls, and what happened to their datasets. Tokens are made on the account page alone."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from terracite.repository.models import Notice, TokenScope
from terracite.repository.people import token_of
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.account import MeOut, NoticeOut, NoticesOut, RoleOut
from terracite.website.api.schemas.common import PageIn, errors

router = Router(tags=["account"], auth=RequiredToken(*TokenScope))
ERRORS = errors(401, 403, 422, 429)


@router.get("/me", response={200: MeOut, **ERRORS}, summary="Who the token speaks for")
def me(request: HttpRequest) -> MeOut:
    """The person, their roles, and what the token is good for and until when."""
    somebody = person(request)
    token = token_of(request.headers["Authorization"].partition(" ")[2].strip())
    return MeOut(
        username=somebody.username,
        name=somebody.display_name,
        email=somebody.email,
        orcid=somebody.orcid,
        language=somebody.language,
        roles=[RoleOut(role=one.role, discipline=one.discipline) for one in somebody.desk_roles.order_by("pk")],
        scopes=token.scopes,
        token_expires=token.expires_at,
        unread=Notice.objects.filter(person=somebody, read_at__isnull=True).count(),
    )


@router.get("/me/notices", response={200: NoticesOut, **ERRORS}, summary="What happened to one's datasets and desks")
def notices(request: HttpRequest, page: Query[PageIn]) -> NoticesOut:
    """Newest first."""
    own = Notice.objects.filter(person=person(request)).select_related("version__dataset")
    rows, following = page_of(request, own, page)
    return NoticesOut(next=following, items=[_notice(one) for one in rows])


@router.post("/me/notices/read", response={204: None, **ERRORS}, summary="Mark every notice as read")
def read(request: HttpRequest) -> Status[None]:
    """Those of this moment; again changes nothing."""
    Notice.objects.filter(person=person(request), read_at__isnull=True).update(read_at=timezone.now())
    return Status(204, None)


def _notice(one: Notice) -> NoticeOut:
    return NoticeOut(
        dataset=one.version.dataset.uuid,
        version=one.version.number,
        title=one.version.title("en"),
        move=one.move,
        note=one.note,
        at=one.at,
        read=one.read_at is not None,
    )
