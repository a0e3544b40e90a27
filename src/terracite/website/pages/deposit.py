# SPDX-License-Identifier: AGPL-3.0-or-later
"""Depositing: one's deposits, a new dataset, the five steps of a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terracite.errors import DepositError, MoveError
from terracite.record.model import Discipline, Record, Text
from terracite.record.rules import Finding, Level
from terracite.repository import addresses, deposits, moderation, states, uploads
from terracite.repository.checks import findings
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import can_edit, can_edit_deposit, can_read_review, can_view_deposit
from terracite.repository.records import record_of
from terracite.repository.states import Role, State
from terracite.website import choices, messages_of, steps
from terracite.website.forms import context, describe
from terracite.website.forms.posted import Form, counted, identifier

SPARE_ROWS = 1


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's datasets with their states; for a passer-by, how depositing works."""
    if not request.user.is_authenticated:
        return render(request, "deposit/welcome.html")
    return render(request, "deposit/mine.html", {"versions": deposits.drafts_of(request.user)})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a dataset, in a new deposit or in one of one's own."""
    person = cast("Person", request.user)
    own = Deposit.objects.filter(owner=person) | Deposit.objects.filter(collaborators=person)
    values: dict[str, object] = {"own": own.distinct().order_by("-updated"), "disciplines": list(Discipline)}
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
    }
    return render(request, "deposit/group.html", values)


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, version: UUID) -> HttpResponse:
    """Lead to where this person works on a version: the form, the review or the page."""
    found = own_version(request, version)
    if found.is_public:
        return HttpResponseRedirect(addresses.landing_path(found))
    if can_edit_deposit(request.user, found.dataset.deposit):
        return redirect("deposit-step", found.uuid, "check")
    return redirect("review", found.uuid)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, version: UUID, name: str) -> HttpResponse:
    """One step of a draft: shown, or saved."""
    found = own_version(request, version)
    if name not in steps.NAMES:
        raise Http404
    if not can_edit_deposit(request.user, found.dataset.deposit):
        return redirect("review", found.uuid)
    if request.method == "POST":
        if name not in _READERS:
            raise Http404
        return _save(request, found, name)
    return _show(request, found, name)


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


def own_version(request: HttpRequest, uuid: UUID) -> DatasetVersion:
    """The version, for those who may read its making; a stranger learns nothing of it."""
    found = get_object_or_404(DatasetVersion.objects.select_related("dataset__deposit__owner"), uuid=uuid)
    if not can_read_review(request.user, found):
        raise Http404
    return found


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


# ---- the steps that save fields of the record

Reader = Callable[[Mapping[str, Sequence[str]]], Form]


def _deposit_from_record(record: Record) -> Form:
    return Form(
        values={"language": record.language}, ticked={"disciplines": [item.value for item in record.disciplines]}
    )


def _deposit_from_post(data: Mapping[str, Sequence[str]]) -> Form:
    return Form(
        values={"language": (data.get("language") or ["en"])[-1]},
        ticked={"disciplines": list(data.get("disciplines", ()))},
    )


def _deposit_changes(form: Form, record: Record) -> dict[str, object]:  # noqa: ARG001
    known = {item.value for item in Discipline}
    chosen = [code for code in form.ticked["disciplines"] if code in known]
    return {"language": "fr" if form.values["language"] == "fr" else "en", "disciplines": chosen}


_READERS: dict[str, tuple[Callable[[Record], Form], Reader, Callable[[Form, Record], dict[str, object]]]] = {
    "deposit": (_deposit_from_record, _deposit_from_post, _deposit_changes),
    "describe": (describe.from_record, describe.from_post, describe.changes),
    "context": (context.from_record, context.from_post, context.changes),
}


def _save(request: HttpRequest, version: DatasetVersion, name: str) -> HttpResponse:
    _from_record, from_post, changes = _READERS[name]
    by_itself = "autosave" in request.POST
    form = from_post(dict(request.POST.lists()))
    values = changes(form, record_of(version))
    if not form.problems:
        edit = counted(request.POST.get("edit", ""))
        try:
            version = deposits.save(version, cast("Person", request.user), values, edit, step=name)
        except DepositError as error:
            messages_of.into_form(form, error)
        except MoveError as error:
            return _not_saved(request, version, error, by_itself)
    if by_itself:
        return _told(version, form)
    if form.problems:
        return _show(request, version, name, form)
    return _go_on(request, version, name)


def _told(version: DatasetVersion, form: Form) -> JsonResponse:
    if form.problems:
        return JsonResponse({"message": _("Not saved yet: a value cannot be used. Save to see which.")})
    now = time_format(timezone.localtime(), "H:i")
    return JsonResponse({"message": _("Saved at %(time)s UTC") % {"time": now}, "edit": version.edit})


def _not_saved(request: HttpRequest, version: DatasetVersion, error: MoveError, by_itself: bool) -> HttpResponse:
    if by_itself:
        return JsonResponse({"message": messages_of.words(error)}, status=409)
    messages_of.refusal(request, error)
    return redirect("deposit-step", version.uuid, "check")


def _go_on(request: HttpRequest, version: DatasetVersion, name: str) -> HttpResponse:
    """To the next step, or back to this one with a spare row in the list that asked for one."""
    if more := request.POST.get("more", ""):
        return HttpResponseRedirect(f"{reverse('deposit-step', args=[version.uuid, name])}?more={more}#{more}")
    if request.POST.get("stay"):
        messages.success(request, _("Saved."), "good")
        return redirect("deposit-step", version.uuid, name)
    following = steps.NAMES[min(steps.NAMES.index(name) + 1, len(steps.NAMES) - 1)]
    return redirect("deposit-step", version.uuid, following)


def _show(request: HttpRequest, version: DatasetVersion, name: str, form: Form | None = None) -> HttpResponse:
    record = record_of(version)
    found = findings(version)
    shown = form or (_READERS[name][0](record) if name in _READERS else Form())
    values: dict[str, Any] = {
        "version": version,
        "record": record,
        "deposit": version.dataset.deposit,
        "form": shown,
        "steps": steps.steps(found, name),
        "findings": found,
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "step_findings": [finding for finding in found if steps.step_of(finding.field) == name],
        "may_edit": can_edit(request.user, version),
        "spare": {
            key: SPARE_ROWS if key == request.GET.get("more") or not rows else 0 for key, rows in shown.rows.items()
        },
    }
    values |= _EXTRAS[name](version, record, found)
    if name == "files":
        mine = uploads.open_uploads(cast("Person", request.user), version)
        values["unfinished"] = [(upload, uploads.offset_of(upload)) for upload in mine]
    return render(request, f"deposit/{name}.html", values, status=422 if shown.problems else 200)


def _deposit_extras(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return {"disciplines": list(Discipline)}


def _files_extras(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    files = list(version.files.all())
    return {
        "files": files,
        "roles": choices.file_roles(),
        "is_reading": any(file.state in {"incoming", "scanning"} for file in files),
        "read_facts": choices.read_from_files(record),
    }


def _describe_extras(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return {
        "keywords": [(describe.keyword_value(keyword), keyword) for keyword in record.keywords],
        "suggestions": [(describe.keyword_value(keyword), keyword) for keyword in describe.suggestions(record)],
        "all_keywords": choices.keywords(),
        "topics": choices.topics(),
        "standard_names": choices.standard_names(),
    }


def _context_extras(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return {
        "representations": choices.representations(),
        "licences": choices.licences(record.licence),
        "accesses": choices.accesses(),
        "roles": choices.contributor_roles(),
        "relations": choices.relations(),
        "embargo_limit": choices.embargo_limit(),
    }


def _check_extras(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    moves = states.allowed(State(version.state), {Role.OWNER})
    return {
        "levels": [
            (level.value, [(finding, steps.step_of(finding.field)) for finding in found if finding.level is level])
            for level in Level
        ],
        "blocker_count": sum(finding.level is Level.BLOCKER for finding in found),
        "threads": version.threads.prefetch_related("comments__author").select_related("author"),
        "suggestions": version.suggestions.select_related("author").filter(state="proposed"),
        "events": version.events.select_related("actor").order_by("-number"),
        "preview": addresses.landing_path(version),
        "moves": moves,
    }


_EXTRAS: dict[str, Callable[[DatasetVersion, Record, list[Finding]], dict[str, Any]]] = {
    "deposit": _deposit_extras,
    "files": _files_extras,
    "describe": _describe_extras,
    "context": _context_extras,
    "check": _check_extras,
}
