# SPDX-License-Identifier: AGPL-3.0-or-later
"""Restricted files: the page where they are asked for, and where their owner answers."""

from __future__ import annotations

import datetime as dt
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terracite.errors import MoveError
from terracite.record.model import AccessKind
from terracite.repository import access_requests, addresses
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import can_answer_access, can_ask_for_access, has_been_granted
from terracite.website import messages_of
from terracite.website.forms.posted import identifier
from terracite.website.visible import visible_version


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """For a reader: ask, and see the answer. For the owner: who asks, who was given access."""
    version = _restricted(request, dataset, number)
    person = cast("Person", request.user)
    if request.method == "POST":
        try:
            access_requests.ask(version, person, request.POST.get("reason", ""))
        except MoveError as error:
            messages_of.refusal(request, error)
        else:
            messages.success(request, _("Asked. The owner's answer comes to your account."), "good")
        return redirect("access", dataset, number)
    answers = can_answer_access(person, version)
    values = {
        "version": version,
        "page": addresses.landing_path(version),
        "answers": answers,
        "waiting": access_requests.waiting(version) if answers else (),
        "granted": access_requests.granted(version) if answers else (),
        "mine": None if answers else access_requests.request_of(person, version),
        "is_granted": has_been_granted(person, version),
        "may_ask": can_ask_for_access(person, version),
        "longest": access_requests.LONGEST_REASON,
        "today": timezone.now().date(),
    }
    return render(request, "access/access.html", values)


@login_required
@require_POST
def answer(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """Say yes, for good or until a day; or no, with the reason."""
    version = _restricted(request, dataset, number)
    person = cast("Person", request.user)
    if not can_answer_access(person, version):
        raise PermissionDenied
    asked = get_object_or_404(version.access_requests, uuid=identifier(request.POST.get("request", "")))
    try:
        access_requests.answer(
            asked,
            person,
            grant=request.POST.get("answer") == "yes",
            text=request.POST.get("text", "").replace("\r\n", "\n"),
            until=_day(request.POST.get("until", "")),
        )
    except MoveError as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, _("Answered."), "good")
    return redirect("access", dataset, number)


def _restricted(request: HttpRequest, dataset: UUID, number: int) -> DatasetVersion:
    version = visible_version(request, dataset, number)
    if version.access != AccessKind.RESTRICTED.value or not version.is_public:
        raise Http404
    return version


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise MoveError("That is not a day.", hint="Write it such as 2027-07-14, or leave it empty.") from None
