# SPDX-License-Identifier: AGPL-3.0-or-later
"""The five steps of a draft: shown, saved by itself field by field, or by its buttons."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terracite.errors import DepositError, MoveError
from terracite.repository import deposits, uploads
from terracite.repository.checks import findings
from terracite.repository.composing import taken_away
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import can_edit, can_edit_deposit, can_share_deposit, is_deposit_reader
from terracite.repository.records import described, record_of
from terracite.website import messages_of, steps
from terracite.website.forms.posted import Form
from terracite.website.forms.sheets import SHEETS
from terracite.website.forms.touched import Seen, with_parts
from terracite.website.pages.deposit import answers, extras
from terracite.website.pages.deposit.own import own_version
from terracite.website.pages.deposit.saving import Saved, save

SPARE_ROWS = 1


@never_cache
@answers.for_members
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, version: UUID, name: str) -> HttpResponse:
    """One step of a draft: shown, or saved."""
    found = own_version(request, version)
    if name not in steps.NAMES or (request.method == "POST" and name not in SHEETS):
        raise Http404
    if not is_deposit_reader(request.user, found.dataset.deposit):
        return redirect("review", found.uuid)
    if request.method == "POST":
        return _save(request, found, name)
    return _show(request, found, name)


@answers.for_members
@require_POST
def inherit(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take the deposit's value of one field again."""
    found, field = own_version(request, version), request.POST.get("field", "")
    try:
        deposits.inherit_again(found, cast("Person", request.user), field)
    except (DepositError, MoveError) as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, _("Taken from the deposit."), "good")
    where = reverse("deposit-step", args=[found.uuid, steps.step_of(field)])
    return HttpResponseRedirect(f"{where}#{field}" if field in steps.ANCHORS else where)


def _save(request: HttpRequest, version: DatasetVersion, name: str) -> HttpResponse:
    sheet, person = SHEETS[name], cast("Person", request.user)
    by_itself = answers.is_by_itself(request)

    def keep(changes: Any, expected: Any) -> DatasetVersion:
        return deposits.save(version, person, changes, expected, step="" if by_itself else name)

    before = described(version)
    try:
        saved = save(sheet, dict(request.POST.lists()), before, version.field_edits, keep)
    except MoveError as error:
        if by_itself:
            return answers.refused(request, error)
        messages_of.refusal(request, error)
        return redirect("deposit-step", version.uuid, "check")
    now = saved.result or version
    saved.gone = tuple(name for name in taken_away(before, described(now)) if name not in saved.touched)
    if by_itself:
        values = _values(now, name)
        # the page shows nothing of the other steps: their lines are not sent
        origins = values["record"].origins.items()
        values["findings"] = values["step_findings"]
        values["origins"] = {field: origin for field, origin in origins if steps.step_of(field) == name}
        return answers.told(request, saved, values, now.field_edits, now.edit)
    for told in answers.gone_in_words(saved.gone):
        messages.info(request, told)
    if saved.wrong or saved.conflicts:
        return _show(request, now, name, saved)
    if field := request.POST.get("confirm"):
        return _confirm(request, now, name, field)
    return _go_on(request, version, name)


def _confirm(request: HttpRequest, version: DatasetVersion, name: str, field: str) -> HttpResponse:
    """What was proposed for a field is right: said by a person, once the rest of the page is saved."""
    try:
        deposits.confirm(version, cast("Person", request.user), field)
    except (DepositError, MoveError) as error:
        messages_of.refusal(request, error)
    else:
        messages.success(request, _("Saved."), "good")
    where = reverse("deposit-step", args=[version.uuid, name])
    return HttpResponseRedirect(f"{where}#{field}" if field in steps.ANCHORS else where)


def _go_on(request: HttpRequest, version: DatasetVersion, name: str) -> HttpResponse:
    """To the next step, or back to this one with a spare row in the list that asked for one."""
    if more := request.POST.get("more", ""):
        return HttpResponseRedirect(f"{reverse('deposit-step', args=[version.uuid, name])}?more={more}#{more}")
    if {"stay", "keep", "take"} & set(request.POST):
        messages.success(request, _("Saved."), "good")
        return redirect("deposit-step", version.uuid, name)
    following = steps.NAMES[min(steps.NAMES.index(name) + 1, len(steps.NAMES) - 1)]
    return redirect("deposit-step", version.uuid, following)


def _values(version: DatasetVersion, name: str) -> dict[str, Any]:
    """What page and fragments share: where the draft stands and what it still asks for."""
    prefetch_related_objects([version], "files")  # read once for all that looks at them
    record = record_of(version)
    found = findings(version, record)
    return {
        "version": version,
        "record": record,
        "steps": steps.steps(found, name),
        "findings": found,
        "step_findings": [finding for finding in found if steps.step_of(finding.field) == name],
        "missing": steps.missing(found),
        "action": reverse("deposit-step", args=[version.uuid, name]),
    }


def _show(request: HttpRequest, version: DatasetVersion, name: str, saved: Saved | None = None) -> HttpResponse:
    values = _values(version, name)
    record, form = values["record"], Form()
    if sheet := SHEETS.get(name):
        form = sheet.from_record(record)
        seen = Seen.of(sheet.shown(record), sheet.names(record), version.edit)
        if saved:
            form, seen = with_parts(form, saved.form, saved.waiting), still_seen(seen, saved)
        values["seen"] = seen.written()
    if saved:
        values["conflicts"] = answers.conflicts_in_words(saved.conflicts)
    deposit = version.dataset.deposit
    values |= {
        "form": form,
        "deposit": deposit,
        "may_edit": can_edit(request.user, version),
        "is_member": can_edit_deposit(request.user, deposit),
        "may_share": can_share_deposit(request.user, deposit),
        "from_deposit": extras.from_deposit(version, record, name),
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "spare": {
            key: SPARE_ROWS if key == request.GET.get("more") or not rows else 0 for key, rows in form.rows.items()
        },
        "last_edit": answers.last_edit_of(version.field_edits),
        **extras.of_step(name, version, record, values["findings"]),
    }
    if name == "files":
        mine = uploads.open_uploads(cast("Person", request.user), version)
        values["unfinished"] = [(upload, uploads.offset_of(upload)) for upload in mine]
    return render(request, f"deposit/{name}.html", values, status=status_of(saved))


def still_seen(seen: Seen, saved: Saved) -> Seen:
    """What the page shows again of what could not be saved was shown as before, at the same edit."""
    prints, numbers = dict(seen.prints), dict(seen.edits)
    for field in saved.waiting:
        if field in saved.seen.edits:
            prints[field], numbers[field] = saved.seen.prints[field], saved.seen.edits[field]
    return Seen(prints, numbers)


def status_of(saved: Saved | None) -> int:
    if saved is None:
        return 200
    return 409 if saved.conflicts else 422
