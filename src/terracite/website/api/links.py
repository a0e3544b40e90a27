# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that show one unpublished version to whoever has them. Their secret is told once and kept nowhere, so that
an `Idempotency-Key` is not obeyed here: the answer would have to be kept."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Status

from terracite.repository import addresses, review_links
from terracite.repository.models import DatasetVersion, ReviewLink, TokenScope
from terracite.repository.permissions import is_deposit_member
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import VERSION, row_of, version_of
from terracite.website.api.schemas.common import READING, WRITING, errors
from terracite.website.api.schemas.sharing import ReviewLinkIn, ReviewLinkMadeOut, ReviewLinkOut, ReviewLinksOut

router = Router(tags=["sharing"], auth=RequiredToken(TokenScope.DEPOSIT))
LINKS = VERSION + "/review-links"


@router.get(
    LINKS, auth=RequiredToken(), response={200: ReviewLinksOut, **READING, **errors(403)}, summary="Links for reviewers"
)
def listed(request: HttpRequest, identifier: UUID, number: int) -> ReviewLinksOut:
    """Those that were made for this version, newest first; for those who work on it."""
    found = _own(request, identifier, number).review_links.select_related("created_by").order_by("-pk")
    return ReviewLinksOut(items=[_told(one) for one in found[:1000]])


@router.post(LINKS, response={201: ReviewLinkMadeOut, **WRITING}, summary="Make a link for reviewers")
def make(request: HttpRequest, identifier: UUID, number: int, wanted: ReviewLinkIn) -> Status[ReviewLinkMadeOut]:
    """Whoever has its address sees this unpublished version with its files, without an account. The address is told
    this once: an Idempotency-Key is not obeyed here."""
    version = _own(request, identifier, number)
    link, token = review_links.make(
        version, person(request), wanted.label, wanted.days, hides_people=wanted.hides_people
    )
    return Status(201, ReviewLinkMadeOut(**_told(link).model_dump(), address=f"{addresses.base_url()}/review/{token}/"))


@router.delete(LINKS + "/{int:link}", response={204: None, **WRITING}, summary="Revoke a link for reviewers")
def revoke(request: HttpRequest, identifier: UUID, number: int, link: int) -> Status[None]:
    """It opens nothing any more."""
    version = _own(request, identifier, number)
    found = row_of(version.review_links.filter(revoked_at=None), link)
    review_links.revoke(version, person(request), found.pk)
    return Status(204, None)


def _own(request: HttpRequest, identifier: UUID, number: int) -> DatasetVersion:
    version = version_of(request, identifier, number)
    if not is_deposit_member(person(request), version.dataset.deposit):
        raise PermissionDenied
    return version


def _told(one: ReviewLink) -> ReviewLinkOut:
    return ReviewLinkOut(
        identifier=one.pk,
        label=one.label,
        hides_people=one.hides_people,
        created_by=one.created_by.username if one.created_by else "",
        expires=one.expires_at,
        revoked=one.revoked_at,
    )
