# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deposits: listed, made, changed, shared."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from terracite.record.model import Text
from terracite.repository import collaborators, deposits, inheriting, listing
from terracite.repository.models import Collaborator, Deposit, TokenScope
from terracite.repository.permissions import is_deposit_reader
from terracite.website.api import conditions
from terracite.website.api.access import OptionalToken, RequiredToken, Visitor, caller, person
from terracite.website.api.finding import DEPOSIT, deposit_of
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.common import CHANGING, READING, WRITING, PageIn, errors
from terracite.website.api.schemas.deposits import (
    DepositChangesIn,
    DepositIn,
    DepositOut,
    DepositsIn,
    DepositsOut,
    MemberIn,
    MemberOut,
    MembersOut,
)
from terracite.website.api.telling import deposit_out

router = Router(tags=["deposits"])
READS, DEPOSITS = OptionalToken(), RequiredToken(TokenScope.DEPOSIT)
MEMBER = DEPOSIT + "/members/{str:username}"


@router.get("/deposits", auth=READS, response={200: DepositsOut, **READING}, summary="Groups of datasets")
def listed(request: HttpRequest, wanted: Query[DepositsIn], page: Query[PageIn]) -> DepositsOut:
    """Deposits with something published, and with a token one's own; newest first."""
    found = _wanted(caller(request), wanted.mine)
    rows, following = page_of(request, found.select_related("owner"), page)
    return DepositsOut(total=found.count(), next=following, items=[deposit_out(one, caller(request)) for one in rows])


@router.post("/deposits", auth=DEPOSITS, response={201: DepositOut, **WRITING}, summary="Make a deposit")
def make(request: HttpRequest, wanted: DepositIn) -> Status[DepositOut]:
    """A group for datasets. With an Idempotency-Key, a repeated call makes no second one."""
    title, about = Text(**wanted.title.dict()), Text(**wanted.description.dict())
    made = deposits.create_deposit(person(request), title, wanted.disciplines, about)
    return Status(201, deposit_out(made, person(request)))


@router.get(DEPOSIT, auth=READS, response={200: DepositOut, 304: None, **READING}, summary="One deposit")
def one(request: HttpRequest, identifier: UUID, response: HttpResponse) -> DepositOut | Status[None]:
    """A group of datasets, with what is common to them for its members. `ETag` names the state that is shown."""
    shown = _told(deposit_of(request, identifier), request, response)
    return Status(304, None) if conditions.is_known(request, response["ETag"]) else shown


@router.patch(DEPOSIT, auth=DEPOSITS, response={200: DepositOut, **CHANGING}, summary="Change a deposit")
def change(request: HttpRequest, identifier: UUID, wanted: DepositChangesIn, response: HttpResponse) -> DepositOut:
    """Its title, description ("abstract") and disciplines, and the values that its datasets inherit: keywords,
    creators, contacts, contributors, funding, licence, access, topics, language, related. Drafts follow where they
    still have the deposit's value. With `edit` or `If-Match` as for drafts."""
    deposit = deposit_of(request, identifier)
    conditions.check_now(request, lambda: deposit_out(deposit, person(request)))
    based_on = wanted.edit if wanted.edit is not None or "If-Match" not in request.headers else deposit.edit
    flow = inheriting.save_common(deposit, person(request), wanted.changes, based_on)
    return _told(flow.deposit, request, response)


@router.get(
    DEPOSIT + "/members",
    auth=RequiredToken(),
    response={200: MembersOut, **READING, **errors(403)},
    summary="Who shares it",
)
def members(request: HttpRequest, identifier: UUID) -> MembersOut:
    """Its owner, and those it is shared with in the order they came; for its members."""
    deposit = deposit_of(request, identifier)
    if not is_deposit_reader(person(request), deposit):
        raise PermissionDenied
    return MembersOut(owner=deposit.owner.username, items=[_member(item) for item in collaborators.members_of(deposit)])


@router.put(MEMBER, auth=DEPOSITS, response={200: MemberOut, **WRITING}, summary="Share it with somebody")
def share(request: HttpRequest, identifier: UUID, username: str, wanted: MemberIn) -> MemberOut:
    """With an account, by user name or ORCID; as an editor, who does all but sharing, or as a reader. Again with
    another role, the role is changed."""
    return _member(collaborators.add(deposit_of(request, identifier), person(request), username, wanted.role))


@router.delete(MEMBER, auth=DEPOSITS, response={204: None, **WRITING}, summary="Share it with somebody no more")
def unshare(request: HttpRequest, identifier: UUID, username: str) -> Status[None]:
    """By the owner; or by the member, who leaves."""
    deposit, somebody = deposit_of(request, identifier), person(request)
    found = deposit.memberships.filter(person__username=username).select_related("person").first()
    if found is None:
        raise Http404
    if found.person_id == somebody.pk:
        collaborators.leave(deposit, somebody)
    else:
        collaborators.remove(deposit, somebody, found.pk)
    return Status(204, None)


def _wanted(visitor: Visitor, mine: bool) -> QuerySet[Deposit]:
    if not mine:
        return listing.visible_deposits(visitor)
    return listing.own_deposits(visitor) if not visitor.is_anonymous else Deposit.objects.none()


def _told(deposit: Deposit, request: HttpRequest, response: HttpResponse) -> DepositOut:
    shown = deposit_out(deposit, caller(request))
    response["ETag"] = conditions.etag_of(shown)
    return shown


def _member(item: Collaborator) -> MemberOut:
    return MemberOut(username=item.person.username, name=item.person.display_name, role=item.role, since=item.added_at)
