# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letting others in: invitations by mail, a deposit given away, links for reviewers, requests for restricted files."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from terracite.errors import DepositError, Problem
from terracite.repository import access_requests, collaborators, contact
from terracite.repository.models import AccessRequest, Deposit, Invitation, TokenScope
from terracite.repository.permissions import can_answer_access, can_share_deposit
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import DEPOSIT, VERSION, deposit_of, version_of
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.common import READING, WRITING, PageIn, errors
from terracite.website.api.schemas.deposits import DepositOut
from terracite.website.api.schemas.sharing import (
    AccessAnswerIn,
    AccessReasonIn,
    AccessRequestOut,
    AccessRequestsOut,
    HeirIn,
    InvitationIn,
    InvitationOut,
    InvitationsOut,
    MessageIn,
)
from terracite.website.api.telling import deposit_out

router = Router(tags=["sharing"], auth=RequiredToken(TokenScope.DEPOSIT))
READS = RequiredToken()
INVITATIONS, REQUESTS = DEPOSIT + "/invitations", VERSION + "/access-requests"


@router.get(
    INVITATIONS, auth=READS, response={200: InvitationsOut, **READING, **errors(403)}, summary="Invitations that wait"
)
def invitations(request: HttpRequest, identifier: UUID) -> InvitationsOut:
    """Those that nobody took up yet and that are still good; for its owner."""
    waiting = collaborators.waiting_invitations(_own(request, identifier)).select_related("invited_by")
    return InvitationsOut(items=[_invitation(one) for one in waiting[:1000]])


@router.post(INVITATIONS, response={201: InvitationOut, **WRITING}, summary="Invite somebody by mail")
def invite(request: HttpRequest, identifier: UUID, wanted: InvitationIn) -> Status[InvitationOut]:
    """A letter goes to that address, in the owner's language; whoever opens its link and logs in takes part. The last
    letter to an address counts."""
    made, _ = collaborators.invite(deposit_of(request, identifier), person(request), wanted.email, wanted.role)
    return Status(201, _invitation(made))


@router.delete(INVITATIONS + "/{int:invitation}", response={204: None, **WRITING}, summary="Call an invitation back")
def call_back(request: HttpRequest, identifier: UUID, invitation: int) -> Status[None]:
    """Its link opens nothing any more; again changes nothing."""
    deposit = _own(request, identifier)
    if invitation < 1 << 63:
        collaborators.call_back(deposit, person(request), invitation)
    return Status(204, None)


@router.post("/invitations/{str:token}/accept", response={200: DepositOut, **WRITING}, summary="Take an invitation up")
def accept(request: HttpRequest, token: str) -> DepositOut:
    """With what the link of the letter carries after `/invitations/`."""
    if "\0" in token or collaborators.invitation_of(token) is None:
        raise Http404
    return deposit_out(collaborators.accept(token, person(request)), person(request))


@router.post(DEPOSIT + "/give-away", response={200: DepositOut, **WRITING}, summary="Give a deposit away")
def give_away(request: HttpRequest, identifier: UUID, wanted: HeirIn) -> DepositOut:
    """To somebody it is shared with, who owns it then; the owner of before stays as an editor."""
    deposit = _own(request, identifier)
    name = wanted.username
    found = deposit.memberships.filter(person__username=name).first() if "\0" not in name else None
    if found is None:
        problem = Problem("username", "the deposit is not shared with them.", "Share it with them first.")
        raise DepositError("The deposit is given to somebody it is shared with.", [problem])
    return deposit_out(collaborators.give_away(deposit, person(request), found.pk), person(request))


@router.get(REQUESTS, auth=READS, response={200: AccessRequestsOut, **READING}, summary="Who asks for restricted files")
def access_asked(request: HttpRequest, identifier: UUID, number: int, page: Query[PageIn]) -> AccessRequestsOut:
    """For its owners, all requests and their answers, newest first; for others, their own."""
    version, somebody = version_of(request, identifier, number), person(request)
    found = version.access_requests.select_related("person")
    if not can_answer_access(somebody, version):
        found = found.filter(person=somebody)
    rows, following = page_of(request, found, page)
    return AccessRequestsOut(next=following, items=[_asked(one) for one in rows])


@router.post(REQUESTS, response={201: AccessRequestOut, **WRITING}, summary="Ask for restricted files")
def ask_for_access(
    request: HttpRequest, identifier: UUID, number: int, wanted: AccessReasonIn
) -> Status[AccessRequestOut]:
    """Its owner reads the reason and answers; the answer comes to your notices."""
    made = access_requests.ask(version_of(request, identifier, number), person(request), wanted.reason)
    return Status(201, _asked(made))


@router.post(
    REQUESTS + "/{uuid:asked}/answer", response={200: AccessRequestOut, **WRITING}, summary="Answer who asks for files"
)
def answer_access(
    request: HttpRequest, identifier: UUID, number: int, asked: UUID, wanted: AccessAnswerIn
) -> AccessRequestOut:
    """By an owner: open the files to them, for good or until a day; or not, with a reason. A later no closes them."""
    version = version_of(request, identifier, number)
    if not can_answer_access(person(request), version):
        raise PermissionDenied
    found = get_object_or_404(version.access_requests, uuid=asked)
    done = access_requests.answer(
        found, person(request), grant=wanted.grant, text=wanted.text, until=wanted.until if wanted.grant else None
    )
    return _asked(done)


@router.post(VERSION + "/contact", response={204: None, **WRITING}, summary="Write to the contact persons")
def write_to_contacts(request: HttpRequest, identifier: UUID, number: int, wanted: MessageIn) -> Status[None]:
    """Of a public dataset; their addresses stay hidden. It goes in your account's name and address."""
    version, somebody = version_of(request, identifier, number), person(request)
    if not contact.can_be_written_to(version):
        raise Http404
    copy_to = somebody if wanted.copy_to_me else None
    contact.send(version, name=somebody.display_name, email=somebody.email, text=wanted.text, copy_to=copy_to)
    return Status(204, None)


def _own(request: HttpRequest, identifier: UUID) -> Deposit:
    """A deposit that the caller may share: 403 for its other members."""
    deposit = deposit_of(request, identifier)
    if not can_share_deposit(person(request), deposit):
        raise PermissionDenied
    return deposit


def _invitation(one: Invitation) -> InvitationOut:
    return InvitationOut(
        identifier=one.pk,
        email=one.email,
        role=one.role,
        invited_by=one.invited_by.username,
        created=one.created,
        expires=one.expires_at,
    )


def _asked(one: AccessRequest) -> AccessRequestOut:
    return AccessRequestOut(
        identifier=one.uuid,
        username=one.person.username,
        name=one.person.display_name,
        reason=one.reason,
        created=one.created,
        state=one.state,
        answer=one.answer,
        expires=one.expires_at,
    )
