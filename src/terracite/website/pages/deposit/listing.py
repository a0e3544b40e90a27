# SPDX-License-Identifier: AGPL-3.0-or-later
"""One's datasets and what each still asks for; a new one; the public page of a deposit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from terracite.errors import DepositError
from terracite.record.model import Discipline, Text
from terracite.repository import addresses, deposits, discarding, edits
from terracite.repository.checks import findings
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import (
    can_edit_deposit,
    can_view_deposit,
    is_deposit_owner,
    is_deposit_reader,
    moves_of,
)
from terracite.repository.records import record_of
from terracite.website import steps
from terracite.website.forms.posted import identifier
from terracite.website.pages.deposit.own import own_version


@dataclass(frozen=True, slots=True)
class Line:
    """One dataset of the list. ``open_steps``: what it still asks for; ``step``: where to go on."""

    version: DatasetVersion
    open_steps: list[steps.Step]
    step: str
    editor: str
    since: datetime
    is_mine: bool
    may_edit: bool
    moves: tuple[str, ...]


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's datasets with their states; for a passer-by, how depositing works."""
    if not request.user.is_authenticated:
        return render(request, "deposit/welcome.html")
    found = deposits.drafts_of(request.user)
    names = {person.pk: person.display_name for person in _editors(found)}
    values = {
        "lines": [_line(request.user, one, names) for one in found],
        "thrown_away": [(one, discarding.kept_until(one)) for one in discarding.discarded_of(request.user)],
    }
    return render(request, "deposit/mine.html", values)


def _editors(versions: list[DatasetVersion]) -> list[Person]:
    keys = {edits.last_of_all(version.field_edits)[0] or version.created_by_id for version in versions}
    return list(Person.objects.filter(pk__in=keys))


def _line(person: Person, version: DatasetVersion, names: dict[int, str]) -> Line:
    moves = moves_of(person, version)
    may_edit = "edit" in moves
    asked = [step for step in steps.steps(findings(version), "") if step.state == "todo"] if may_edit else []
    open_steps = [step for step in asked if step.name != "check"]
    by, at = edits.last_of_all(version.field_edits)
    return Line(
        version=version,
        open_steps=open_steps,
        step=open_steps[0].name if open_steps else "check",
        editor=names.get(by or version.created_by_id, ""),
        since=at or version.created,
        is_mine=is_deposit_owner(person, version.dataset.deposit),
        may_edit=may_edit,
        moves=moves,
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a dataset, in a new deposit or in one of one's own."""
    person = cast("Person", request.user)
    chosen = request.GET.get("in", "")
    values: dict[str, object] = {
        "own": deposits.open_to(person), "disciplines": list(Discipline), "chosen": identifier(chosen)
    }  # fmt: skip
    if request.method == "POST":
        try:
            version = _begin(request, person)
        except DepositError as error:
            values |= {"error": error, "posted": request.POST, "ticked": request.POST.getlist("disciplines")}
            return render(request, "deposit/new.html", values, status=422)
        return redirect("deposit-step", version.uuid, "files")
    return render(request, "deposit/new.html", values)


@require_safe
def group(request: HttpRequest, deposit: UUID) -> HttpResponse:
    """The public page of a deposit: what it groups."""
    found = get_object_or_404(Deposit, uuid=deposit)
    if not can_view_deposit(request.user, found):
        raise Http404
    public = DatasetVersion.objects.filter(dataset__deposit=found, state="published").select_related("dataset")
    values = {
        "deposit": found,
        "versions": [(version, record_of(version), addresses.landing_path(version)) for version in public],
        "may_edit": can_edit_deposit(request.user, found),
        "is_member": is_deposit_reader(request.user, found),
    }
    return render(request, "deposit/group.html", values)


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, version: UUID) -> HttpResponse:
    """Lead to where this person works on a version: the step that asks for something, the review or the page."""
    found = own_version(request, version)
    if found.is_public:
        return HttpResponseRedirect(addresses.landing_path(found))
    if not is_deposit_reader(request.user, found.dataset.deposit):
        return redirect("review", found.uuid)
    return redirect("deposit-step", found.uuid, _line(cast("Person", request.user), found, {}).step)


def _begin(request: HttpRequest, person: Person) -> DatasetVersion:
    chosen = request.POST.get("deposit", "")
    if chosen:
        deposit = get_object_or_404(Deposit, uuid=identifier(chosen))
        if not can_edit_deposit(person, deposit):
            raise Http404
        return deposits.create_dataset(deposit, person)
    title = Text(fr=request.POST.get("title_fr", "").strip(), en=request.POST.get("title_en", "").strip())
    about = Text(fr=request.POST.get("about_fr", "").strip(), en=request.POST.get("about_en", "").strip())
    deposit = deposits.create_deposit(person, title, request.POST.getlist("disciplines"), about)
    return deposits.create_dataset(deposit, person)
