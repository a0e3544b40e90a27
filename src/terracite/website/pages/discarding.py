# SPDX-License-Identifier: AGPL-3.0-or-later
"""Throwing a draft away, after a question, and taking it back."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terracite.errors import MoveError
from terracite.repository import discarding
from terracite.repository.models import Person
from terracite.repository.permissions import moves_of
from terracite.website import messages_of
from terracite.website.pages.deposit import own_version


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, version: UUID) -> HttpResponse:
    """Ask once, then throw the draft away."""
    found = own_version(request, version)
    if "discard" not in moves_of(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        try:
            discarding.discard(found, cast("Person", request.user))
        except MoveError as error:
            messages_of.refusal(request, error)
        else:
            messages.success(request, _("Thrown away. It can be taken back for 30 days."), "good")
        return redirect("deposits")
    return render(request, "deposit/discard.html", {"version": found, "days": discarding.KEPT.days})


@login_required
@require_POST
def restore(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take it back as it was."""
    found = own_version(request, version)
    try:
        discarding.restore(found, cast("Person", request.user))
    except MoveError as error:
        messages_of.refusal(request, error)
        return redirect("deposits")
    messages.success(request, _("It is back, as it was."), "good")
    return redirect("version", found.uuid)
