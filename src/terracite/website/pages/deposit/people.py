# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works on a deposit: added, invited, given another role, removed, leaving; the deposit given away."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terracite.errors import DepositError, MoveError
from terracite.repository import collaborators
from terracite.repository.models import Deposit, MemberRole, Person
from terracite.repository.permissions import can_share_deposit
from terracite.website import messages_of
from terracite.website.forms.posted import counted
from terracite.website.pages.deposit.own import own_deposit


@never_cache
@login_required
@require_safe
def people(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """The people of a deposit, and for its owner how to change them."""
    return _show(request, own_deposit(request, deposit))


@login_required
@require_POST
def share(request: HttpRequest, deposit: UUID, name: str) -> HttpResponse:
    """One change of who works on it."""
    found, person = own_deposit(request, deposit), cast("Person", request.user)
    if name not in _CHANGES:
        raise Http404
    if name != "leave" and not can_share_deposit(person, found):
        raise PermissionDenied
    try:
        told = _CHANGES[name](request, found, person)
    except DepositError as error:
        return _show(request, found, error, name)
    except MoveError as error:
        messages_of.refusal(request, error)
        return redirect("deposit-people", found.uuid)
    messages.success(request, told, "good")
    return redirect("deposits") if name == "leave" else redirect("deposit-people", found.uuid)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation offers, and taking it up."""
    found = collaborators.invitation_of(token)
    if request.method == "POST":
        try:
            collaborators.accept(token, cast("Person", request.user))
        except MoveError as error:
            messages_of.refusal(request, error)
        else:
            messages.success(request, _("Welcome: the datasets of this deposit are now in your list."), "good")
        return redirect("deposits")
    return render(request, "deposit/invitation.html", {"invitation": found}, status=200 if found else 404)


def _show(request: HttpRequest, deposit: Deposit, error: DepositError | None = None, name: str = "") -> HttpResponse:
    may_share = can_share_deposit(request.user, deposit)
    values = {
        "deposit": deposit,
        "members": collaborators.members_of(deposit),
        "invitations": collaborators.waiting_invitations(deposit) if may_share else [],
        "roles": list(MemberRole),
        "may_share": may_share,
        "wrong": {name: messages_of.words(error)} if error else {},
        "posted": request.POST,
    }
    return render(request, "deposit/people.html", values, status=422 if error else 200)


def _number(request: HttpRequest) -> int:
    found = counted(request.POST.get("member", ""))
    if found is None:
        raise Http404
    return found


def _add(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    made = collaborators.add(deposit, person, request.POST.get("person", ""), request.POST.get("role", ""))
    return _("%(name)s now takes part.") % {"name": made.person.display_name}


def _invite(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    made, _token = collaborators.invite(deposit, person, request.POST.get("email", ""), request.POST.get("role", ""))
    return _("A letter is on its way to %(email)s.") % {"email": made.email}


def _role(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    collaborators.change_role(deposit, person, _number(request), request.POST.get("role", ""))
    return _("Saved.")


def _remove(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    collaborators.remove(deposit, person, _number(request))
    return _("Removed: they see nothing of this deposit any more.")


def _call_back(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    collaborators.call_back(deposit, person, _number(request))
    return _("Called back: its link opens nothing any more.")


def _give(request: HttpRequest, deposit: Deposit, person: Person) -> str:
    given = collaborators.give_away(deposit, person, _number(request))
    return _("The deposit now belongs to %(name)s; you stay as an editor.") % {"name": given.owner.display_name}


def _leave(_request: HttpRequest, deposit: Deposit, person: Person) -> str:
    collaborators.leave(deposit, person)
    return _("You no longer take part in this deposit.")


_CHANGES: dict[str, Callable[[HttpRequest, Deposit, Person], str]] = {
    "add": _add,
    "invite": _invite,
    "role": _role,
    "remove": _remove,
    "call-back": _call_back,
    "give": _give,
    "leave": _leave,
}
