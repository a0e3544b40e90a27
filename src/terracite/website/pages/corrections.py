# SPDX-License-Identifier: AGPL-3.0-or-later
"""Correcting the description of a published dataset: its owner proposes, sees the difference, sends, takes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terracite.errors import DepositError, MoveError
from terracite.record.model import Record
from terracite.repository import addresses, corrections
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import can_view, moves_of
from terracite.repository.records import differences, record_of
from terracite.website import choices, messages_of
from terracite.website.differences import changes_between
from terracite.website.forms import context, correcting, describe
from terracite.website.forms.posted import Form
from terracite.website.pages.desks.fields import item

_STEPS: tuple[ModuleType, ...] = (describe, context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, version: UUID) -> HttpResponse:
    """The form; with ``look``, what would change; with ``send``, the proposal."""
    found, person = _own(request, version)
    record = record_of(found)
    if request.method != "POST":
        return _page(request, found, record, [step.from_record(record) for step in _STEPS])
    forms = [step.from_post(dict(request.POST.lists())) for step in _STEPS]
    changes = _changes(forms, record)
    problems = any(form.problems for form in forms)
    after = None if problems else _corrected(record, changes, forms[0])
    if after is None:
        return _page(request, found, record, forms, status=422)
    if "send" in request.POST:
        try:
            corrections.correct_metadata(found, person, changes=changes, note=request.POST.get("note", "").strip())
        except (MoveError, DepositError) as error:
            messages_of.refusal(request, error)
        else:
            told = _("Sent to the desk. The page changes once a moderator has looked at it.")
            messages.success(request, told, "good")
            return redirect("correct", version)
    return _page(request, found, record, forms, after=after)


@login_required
@require_POST
def take_back(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take back the correction that waits."""
    found, person = _own(request, version)
    try:
        corrections.take_back(found, person)
    except MoveError as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, _("Taken back."), "good")
    return redirect("correct", version)


def _own(request: HttpRequest, version: UUID) -> tuple[DatasetVersion, Person]:
    """404 for who may not know of it, 403 for who may not correct it."""
    found = get_object_or_404(DatasetVersion.objects.select_related("dataset__deposit"), uuid=version)
    person = cast("Person", request.user)
    if not can_view(person, found):
        raise Http404
    if "correct_metadata" not in moves_of(person, found):
        raise PermissionDenied(_("Only the owner corrects the description of a published dataset."))
    return found, person


def _changes(forms: list[Form], record: Record) -> dict[str, object]:
    """What both forms hold, without what a DOI promises to keep."""
    every: dict[str, Any] = {
        name: value for step, form in zip(_STEPS, forms, strict=True) for name, value in _read(step, form, record)
    }
    ticked = set(forms[0].ticked["topics"])  # boxes come in the order of the page: that alone is no change
    every["topics"] = list(dict.fromkeys([*(code for code in record.topics if code in ticked), *every["topics"]]))
    return {name: value for name, value in every.items() if name.partition(".")[0] not in corrections.PROTECTED}


def _read(step: ModuleType, form: Form, record: Record) -> list[tuple[str, object]]:
    read: Callable[[Form, Record], Mapping[str, object]] = step.changes
    return list(read(form, record).items())


def _corrected(record: Record, changes: Mapping[str, object], form: Form) -> Record | None:
    """The record as it would be; None with the mistakes in ``form``."""
    try:
        return corrections.previewed(record, changes)
    except DepositError as error:
        messages_of.into_form(form, error)
        return None


def _page(
    request: HttpRequest,
    version: DatasetVersion,
    record: Record,
    forms: list[Form],
    *,
    after: Record | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = corrections.waiting(version)
    form = _joined(forms)
    values: dict[str, Any] = {
        "version": version,
        "page": addresses.landing_path(version),
        "record": record,
        "form": form,
        "groups": correcting.groups(form),
        "keywords": correcting.keywords(form, record),
        "topics": choices.topics(),
        "protected": correcting.protected(version, record),
        "problems": [message for found in form.problems.values() for message in found],
        "waiting": waiting,
        "proposed": _told(record, corrections.proposed(record, waiting)) if waiting else (),
        "looked": after is not None,
        "changes": _told(record, after) if after is not None else (),
        "note": request.POST.get("note", ""),
    }
    return render(request, "corrections/correct.html", values, status=status)


def _joined(forms: list[Form]) -> Form:
    """Both forms as one, for one page."""
    joined = Form()
    for form in forms:
        joined.values |= form.values
        joined.rows |= form.rows
        joined.ticked |= form.ticked
        joined.problems |= form.problems
    return joined


def _told(before: Record, after: Record) -> list[Any]:
    return changes_between(before, after, differences(before, after), item)
