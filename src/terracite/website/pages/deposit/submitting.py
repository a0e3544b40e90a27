# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a draft is made for: sent to its desks; and the version after a published one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terracite.errors import MoveError
from terracite.repository import addresses, deposits, moderation
from terracite.repository.models import Person
from terracite.website import messages_of
from terracite.website.pages.deposit.own import own_version


@login_required
@require_POST
def submit(request: HttpRequest, version: UUID) -> HttpResponse:
    """Send the draft to its desks."""
    found = own_version(request, version)
    try:
        moderation.submit(found, cast("Person", request.user), terms_accepted=bool(request.POST.get("terms")))
    except MoveError as error:
        messages_of.refusal(request, error)
        return redirect("deposit-step", found.uuid, "check")
    messages.success(request, _("Submitted. A moderator answers within one working day."), "good")
    return redirect("deposits")


@login_required
@require_POST
def next_version(request: HttpRequest, version: UUID) -> HttpResponse:
    """Begin the version after a published one."""
    found = own_version(request, version)
    try:
        draft = deposits.new_version(found, cast("Person", request.user))
    except MoveError as error:
        messages_of.refusal(request, error)
        return HttpResponseRedirect(addresses.landing_path(found))
    return redirect("deposit-step", draft.uuid, "files")
