# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deposit says of itself, and once for all its datasets."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terracite.errors import MoveError
from terracite.record.model import Discipline
from terracite.repository import common as values_of
from terracite.repository import inheriting
from terracite.repository.inheriting import Flow
from terracite.repository.models import Deposit, Person
from terracite.repository.permissions import can_edit_deposit
from terracite.website import choices, messages_of
from terracite.website.forms import describe
from terracite.website.forms.sheets import COMMON
from terracite.website.forms.touched import Seen, with_parts
from terracite.website.pages.deposit import answers
from terracite.website.pages.deposit.extras import of_context
from terracite.website.pages.deposit.own import own_deposit
from terracite.website.pages.deposit.saving import Saved, save
from terracite.website.pages.deposit.step import SPARE_ROWS, status_of, still_seen


@never_cache
@answers.for_members
@require_http_methods(["GET", "HEAD", "POST"])
def common(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """What is the same for all datasets of a deposit: shown, or saved."""
    found = own_deposit(request, deposit)
    return _save(request, found) if request.method == "POST" else _show(request, found)


def _save(request: HttpRequest, deposit: Deposit) -> HttpResponse:
    person, by_itself = cast("Person", request.user), answers.is_by_itself(request)

    def keep(changes: Any, expected: Any) -> Flow:
        return inheriting.save_common(deposit, person, changes, expected)

    try:
        saved = save(COMMON, dict(request.POST.lists()), values_of.record_of(deposit), deposit.field_edits, keep)
    except MoveError as error:
        if by_itself:
            return answers.refused(request, error)
        messages_of.refusal(request, error)
        return HttpResponseRedirect(reverse("deposit-page", args=[deposit.uuid]))
    deposit.refresh_from_db()
    if by_itself:
        values = _values(request, deposit) | {"flowed": _flowed(saved)}
        values["origins"] = values["record"].origins
        return answers.told(request, saved, values, deposit.field_edits, deposit.edit)
    if saved.wrong or saved.conflicts:
        return _show(request, deposit, saved)
    messages.success(request, f"{_('Saved.')} {_flowed(saved)}".strip(), "good")
    where, more = reverse("deposit-common", args=[deposit.uuid]), request.POST.get("more", "")
    return HttpResponseRedirect(f"{where}?more={more}#{more}" if more else where)


def _flowed(saved: Saved) -> str:
    """The drafts that took the new values, in words."""
    count = len(saved.result.drafts) if saved.result else 0
    if not count:
        return ""
    return ngettext("%(count)d draft follows.", "%(count)d drafts follow.", count) % {"count": count}


def _values(request: HttpRequest, deposit: Deposit) -> dict[str, Any]:
    return {
        "deposit": deposit,
        "record": values_of.record_of(deposit),
        "findings": [],
        "may_edit": can_edit_deposit(request.user, deposit),
        "action": reverse("deposit-common", args=[deposit.uuid]),
        "is_common": True,
    }


def _show(request: HttpRequest, deposit: Deposit, saved: Saved | None = None) -> HttpResponse:
    values = _values(request, deposit)
    record = values["record"]
    form = COMMON.from_record(record)
    seen = Seen.of(COMMON.shown(record), COMMON.names(record), deposit.edit)
    if saved:
        form, seen = with_parts(form, saved.form, saved.waiting), still_seen(seen, saved)
        values["conflicts"] = answers.conflicts_in_words(saved.conflicts)
    more = request.GET.get("more")
    values |= {
        "form": form,
        "seen": seen.written(),
        "drafts": inheriting.drafts_of_deposit(deposit),
        "disciplines": list(Discipline),
        "topics": choices.topics(),
        "all_keywords": choices.keywords(),
        "keywords": [(describe.keyword_value(keyword), keyword) for keyword in record.keywords],
        "spare": {key: SPARE_ROWS if key == more or not rows else 0 for key, rows in form.rows.items()},
        **of_context(record),
    }
    return render(request, "deposit/common.html", values, status=status_of(saved))
