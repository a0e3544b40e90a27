# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reviewer links: made and revoked in step 5, opened by whoever has one.

The link itself only leaves a cookie that the browser sends with the addresses of that one version
(`terracite.website.reviewing` turns it into a visitor), and goes on to its page.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from terracite.errors import DepositError, MoveError
from terracite.repository import review_links
from terracite.repository.addresses import base_url, landing_path
from terracite.repository.models import Person
from terracite.website import messages_of
from terracite.website.forms.posted import counted
from terracite.website.pages.deposit.own import own_version
from terracite.website.reviewing import COOKIE, hidden_from_machines


@never_cache
@login_required
@require_POST
def make_link(request: HttpRequest, version: UUID) -> HttpResponse:
    """A new link, shown this once."""
    found = own_version(request, version)
    days = counted(request.POST.get("days", "")) or 0
    try:
        link, token = review_links.make(
            found, cast("Person", request.user), request.POST.get("label", ""), days,
            hides_people="hides_people" in request.POST,
        )  # fmt: skip
    except (DepositError, MoveError) as error:
        messages_of.refusal(request, error)
        return redirect("deposit-step", found.uuid, "check")
    values = {"version": found, "link": link, "address": f"{base_url()}/review/{token}/"}
    return render(request, "deposit/link.html", values, status=201)


@login_required
@require_POST
def revoke_link(request: HttpRequest, version: UUID, link: int) -> HttpResponse:
    """Make a link worthless."""
    found = own_version(request, version)
    try:
        review_links.revoke(found, cast("Person", request.user), link)
    except MoveError as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, _("Revoked: the link opens nothing any more."), "good")
    return redirect("deposit-step", found.uuid, "check")


@never_cache
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """To the page of the version behind a link; for a dead link, what happened and what to do."""
    version = review_links.version_behind(token)
    if version is None:
        return hidden_from_machines(render(request, "deposit/dead_link.html", status=404))
    page = landing_path(version)
    answer = HttpResponseRedirect(page)
    if not version.is_public:
        answer.set_cookie(
            COOKIE, token, path=page, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return hidden_from_machines(answer)
