# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every move that a person makes by a form, and the two that are confirmed on a page of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terracite.errors import TerraciteError
from terracite.repository import addresses, moderation, moderation_sentences
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import can_moderate, desks_of, disciplines_of, is_deposit_member, moves_of
from terracite.repository.records import record_of
from terracite.website import labels, messages_of
from terracite.website.forms.posted import counted
from terracite.website.pages.deposit import own_version
from terracite.website.pages.desks import suggesting
from terracite.website.templatetags.show import language


@login_required
@require_POST
def move(request: HttpRequest, version: UUID, name: str) -> HttpResponse:
    """Make one move of the table; refused ones are told with every reason."""
    found = own_version(request, version)
    if name not in _DATA:
        raise Http404
    try:
        moderation.move(found, name, cast("Person", request.user), **_DATA[name](request, found))
    except TerraciteError as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, f"{labels.move(name).best(language())}.", "good")
    return _back(request, found)


@never_cache
@login_required
@require_safe
def refuse(request: HttpRequest, version: UUID) -> HttpResponse:
    """Ask for the reason of a refusal: it is final, so it is confirmed on a page of its own."""
    found = own_version(request, version)
    if "reject" not in moves_of(request.user, found):
        raise PermissionDenied
    disciplines = desks_of(request.user) & set(disciplines_of(found))
    values = {
        "version": found,
        "reasons": list(labels.REJECTION_REASONS),
        "sentences": moderation_sentences.sentences(disciplines),
    }
    return render(request, "moderation/refuse.html", values)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, version: UUID) -> HttpResponse:
    """Ask for the reason, then leave a tombstone."""
    found = own_version(request, version)
    if "withdraw" not in moves_of(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        try:
            moderation.move(found, "withdraw", cast("Person", request.user), reason=request.POST.get("reason", ""))
        except TerraciteError as error:
            messages_of.refusal(request, error)
            return redirect("withdraw", found.uuid)
        return HttpResponseRedirect(addresses.landing_path(found))
    return render(request, "moderation/withdraw.html", {"version": found})


def _back(request: HttpRequest, version: DatasetVersion) -> HttpResponse:
    """To where this person goes on with it, at the conversation that was spoken in."""
    place = _place(request)
    if is_deposit_member(request.user, version.dataset.deposit):
        return HttpResponseRedirect(reverse("deposit-step", args=[version.uuid, "check"]) + place)
    if can_moderate(request.user, version):
        return HttpResponseRedirect(reverse("review", args=[version.uuid]) + place)
    return redirect("desk" if desks_of(request.user) else "account")


def _place(request: HttpRequest) -> str:
    thread, field = counted(str(request.POST.get("thread", ""))), _field(request)
    if thread is not None:
        return f"#thread-{thread}"
    return f"#field-{field}" if field else ""


# ---- what each move needs from its form

Data = Callable[[HttpRequest, DatasetVersion], dict[str, Any]]


def _text(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\r\n", "\n").strip()


def _said(request: HttpRequest, version: DatasetVersion) -> str:
    """What was typed, after the sentence that was chosen: in the owner's language."""
    disciplines = desks_of(request.user) & set(disciplines_of(version))
    owner = version.dataset.deposit.owner.language
    chosen = moderation_sentences.words_of(str(request.POST.get("sentence", "")), disciplines, owner)
    return "\n".join(part for part in (chosen, _text(request, "text")) if part)


def _person(request: HttpRequest, _version: DatasetVersion) -> dict[str, Any]:
    return {"to": get_object_or_404(Person, pk=_number(request, "to"))}


def _comment(request: HttpRequest, version: DatasetVersion) -> dict[str, Any]:
    data: dict[str, Any] = {"text": _said(request, version), "field": _field(request)}
    if request.POST.get("thread"):
        data["thread"] = get_object_or_404(version.threads, pk=_number(request, "thread"))
    return data


def _suggestion(request: HttpRequest, version: DatasetVersion) -> dict[str, Any]:
    field = str(request.POST.get("field", ""))
    if field not in suggesting.FIELDS:
        raise Http404
    value = suggesting.typed_value(field, _text(request, "value"), record_of(version))
    return {"field": field, "value": value, "note": _text(request, "note")}


def _answer(request: HttpRequest, version: DatasetVersion) -> dict[str, Any]:
    typed = request.POST.getlist("suggestion")
    numbers = {number for number in map(counted, typed) if number is not None}
    found = list(version.suggestions.filter(pk__in=numbers))
    if len(found) != len(set(typed)):
        raise Http404
    return {"suggestions": found, "accept": request.POST.get("answer") == "yes"}


def _field(request: HttpRequest) -> str:
    field = str(request.POST.get("field", ""))
    return field if field in labels.FIELDS else ""


def _number(request: HttpRequest, name: str) -> int:
    found = counted(str(request.POST.get(name, "")))
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest) -> dict[str, Any]:
    return {"seen": str(request.POST.get("seen", ""))}


_DATA: dict[str, Data] = {
    "take": lambda _request, _version: {},
    "hand_over": lambda request, version: _person(request, version) | {"note": _text(request, "note")},
    "assign": _person,
    "comment": _comment,
    "close_thread": lambda request, version: {
        "thread": get_object_or_404(version.threads, pk=_number(request, "thread"))
    },
    "suggest": _suggestion,
    "answer_suggestion": _answer,
    "request_changes": lambda request, version: {
        "text": _said(request, version), "field": _field(request), **_seen(request)
    },
    "accept": lambda request, _version: {
        "discipline": str(request.POST.get("discipline", "")), "note": _text(request, "note"),
        "settle": request.POST.get("settle") == "1", **_seen(request)
    },
    "reject": lambda request, version: {
        "reason": str(request.POST.get("reason", "")), "text": _said(request, version), **_seen(request)
    },
    "approve_correction": lambda _request, _version: {},
    "refuse_correction": lambda request, _version: {"reason": _text(request, "reason")},
}  # fmt: skip
