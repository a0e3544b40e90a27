# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desks: what waits, one review, and every move a person makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terracite.errors import TerraciteError
from terracite.record.model import Record
from terracite.record.native import from_content
from terracite.record.rules import Level
from terracite.repository import addresses, moderation
from terracite.repository.checks import findings
from terracite.repository.models import Correction, DatasetVersion, DeskRoleName, Person, Review, Snapshot
from terracite.repository.permissions import (
    can_moderate,
    can_read_review,
    desks_of,
    is_author,
    is_curator,
    is_deposit_member,
    moves_of,
)
from terracite.repository.records import differences, record_of
from terracite.website import labels, messages_of
from terracite.website.differences import Change, changes_between
from terracite.website.forms.posted import counted
from terracite.website.pages.deposit import own_version
from terracite.website.templatetags.show import language

PROMISE, ALARM = dt.timedelta(days=1), dt.timedelta(days=5)
_CANNED = {
    "title": ("Say what, where and when in the title.", "Dites quoi, où et quand dans le titre."),
    "abstract": ("Describe the data; move the method to how they were made.",
                 "Décrivez les données ; déplacez la méthode dans leur production."),
    "lineage": ("Name the sources, with their DOI.", "Nommez les sources, avec leur DOI."),
    "keywords": ("Take at least three keywords from a thesaurus.", "Prenez au moins trois mots-clés d'un thésaurus."),
    "files": ("Add a README that describes each file.", "Ajoutez un README qui décrit chaque fichier."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue. ``lateness``: "" in time, "late" past the promise, "alarm" past five days."""

    review: Review
    hours: int
    lateness: str


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits at one's desks, oldest first; corrections; what one decided last."""
    person = cast("Person", request.user)
    desks = desks_of(person)
    if not desks and not is_curator(person):
        raise PermissionDenied(_("You have no desk: moderation is for the moderators of a discipline."))
    queue = [_waiting(review) for review in moderation.waiting(person)]
    values = {
        "desks": sorted(desks),
        "mine": [line for line in queue if line.review.moderator_id == person.pk],
        "free": [line for line in queue if line.review.moderator_id is None],
        "others": [line for line in queue if line.review.moderator_id not in {None, person.pk}],
        "corrections": _corrections(person),
        "decided": Review.objects.filter(moderator=person, at__isnull=False)
        .select_related("version__dataset")
        .order_by("-at")[:10],
    }
    return render(request, "moderation/desk.html", values)


@never_cache
@login_required
@require_safe
def review(request: HttpRequest, version: UUID) -> HttpResponse:
    """Everything a moderator needs to decide about one version."""
    found = own_version(request, version)
    person = cast("Person", request.user)
    if not can_moderate(person, found) and not is_curator(person):
        raise PermissionDenied(_("Nobody moderates their own dataset.") if is_author(person, found) else "")
    record = record_of(found)
    checks = findings(found)
    values = {
        "version": found,
        "record": record,
        "deposit": found.dataset.deposit,
        "findings": checks,
        "levels": [(level.value, [one for one in checks if one.level is level]) for level in Level],
        "moves": moves_of(person, found),
        "reviews": found.reviews.filter(snapshot_hash=found.snapshot_hash).select_related("moderator"),
        "files": found.files.all(),
        "threads": found.threads.prefetch_related("comments__author").select_related("author"),
        "open_threads": found.threads.filter(open=True).count(),
        "suggestions": found.suggestions.select_related("author"),
        "events": found.events.select_related("actor").order_by("-number"),
        "changes": _changes(found, record),
        "correction": _open_correction(found),
        "fields": [(name, words) for name, words in labels.FIELDS.items()],
        "canned": _canned(),
        "reasons": list(labels.REJECTION_REASONS),
        "colleagues": _colleagues(found, person),
        "preview": addresses.landing_path(found),
        "archive": addresses.archive_path(found),
    }
    return render(request, "moderation/review.html", values)


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
        messages.success(request, _told(name), "good")
    return _back(request, found)


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


def _waiting(one: Review) -> Waiting:
    age = timezone.now() - one.asked_at
    lateness = "alarm" if age > ALARM else "late" if age > PROMISE else ""
    return Waiting(one, int(age.total_seconds() // 3600), lateness)


def _corrections(person: Person) -> list[Correction]:
    proposed = Correction.objects.filter(state="proposed").select_related("version__dataset__deposit", "author")
    return [one for one in proposed if can_moderate(person, one.version)]


def _open_correction(version: DatasetVersion) -> tuple[Correction, list[Change]] | None:
    proposed = version.corrections.filter(state="proposed").select_related("author").first()
    if proposed is None:
        return None
    return proposed, changes_between(record_of(version), from_content(proposed.record), proposed.changed)


def _changes(version: DatasetVersion, record: Record) -> list[Change]:
    """What differs from the last submission, or from the version before when this is the first one."""
    earlier: Snapshot | None = version.snapshots.exclude(hash=version.snapshot_hash).order_by("-at", "-id").first()
    if earlier is not None:
        before = from_content(earlier.record)
    else:
        previous = version.dataset.versions.filter(number=version.number - 1).first()
        if previous is None:
            return []
        before = record_of(previous)
    ignored = {"uuid", "doi", "dates", "version", "publisher", "parent", "schema_version"}
    names = [name for name in differences(before, record) if name not in ignored]
    return changes_between(before, record, names)


def _canned() -> list[tuple[str, str]]:
    french = language() == "fr"
    return [(name, words[1] if french else words[0]) for name, words in _CANNED.items()]


def _colleagues(version: DatasetVersion, person: Person) -> list[Person]:
    moderators = Person.objects.filter(
        desk_roles__role=DeskRoleName.MODERATOR,
        desk_roles__discipline__in=[one.discipline for one in version.reviews.all()],
        is_active=True,
    )
    return [one for one in moderators.exclude(pk=person.pk).distinct() if not is_author(one, version)]


def _told(name: str) -> str:
    words = labels.move(name).best(language())
    return f"{words}."


def _back(request: HttpRequest, version: DatasetVersion) -> HttpResponse:
    """To where this person goes on with it."""
    if is_deposit_member(request.user, version.dataset.deposit):
        return redirect("deposit-step", version.uuid, "check")
    if can_read_review(request.user, version):
        return redirect("review", version.uuid)
    return redirect("desk")


# ---- what each move needs from its form

Data = Callable[[HttpRequest, DatasetVersion], dict[str, Any]]


def _text(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\r\n", "\n").strip()


def _person(request: HttpRequest, _version: DatasetVersion) -> dict[str, Any]:
    return {"to": get_object_or_404(Person, pk=_number(request, "to"))}


def _comment(request: HttpRequest, version: DatasetVersion) -> dict[str, Any]:
    data: dict[str, Any] = {"text": _text(request, "text"), "field": _field(request)}
    if request.POST.get("thread"):
        data["thread"] = get_object_or_404(version.threads, pk=_number(request, "thread"))
    return data


def _suggestion(request: HttpRequest, _version: DatasetVersion) -> dict[str, Any]:
    field = request.POST.get("field", "")
    if field not in SUGGESTED_FIELDS:
        raise Http404
    return {"field": field, "value": _text(request, "value"), "note": _text(request, "note")}


def _field(request: HttpRequest) -> str:
    field = str(request.POST.get("field", ""))
    return field if field in labels.FIELDS else ""


def _number(request: HttpRequest, name: str) -> int:
    found = counted(str(request.POST.get(name, "")))
    if found is None:
        raise Http404
    return found


SUGGESTED_FIELDS = (
    "title.fr",
    "title.en",
    "abstract.fr",
    "abstract.en",
    "lineage.statement.fr",
    "lineage.statement.en",
)
_DATA: dict[str, Data] = {
    "take": lambda _request, _version: {},
    "hand_over": lambda request, version: _person(request, version) | {"note": _text(request, "note")},
    "assign": _person,
    "comment": _comment,
    "close_thread": lambda request, version: {
        "thread": get_object_or_404(version.threads, pk=_number(request, "thread"))
    },
    "suggest": _suggestion,
    "answer_suggestion": lambda request, version: {
        "suggestion": get_object_or_404(version.suggestions, pk=_number(request, "suggestion")),
        "accept": request.POST.get("answer") == "yes",
    },
    "request_changes": lambda request, _version: {"text": _text(request, "text"), "field": _field(request)},
    "accept": lambda request, _version: {
        "discipline": str(request.POST.get("discipline", "")),
        "note": _text(request, "note"),
    },
    "reject": lambda request, _version: {
        "reason": str(request.POST.get("reason", "")),
        "text": _text(request, "text"),
    },
    "approve_correction": lambda _request, _version: {},
    "refuse_correction": lambda request, _version: {"reason": _text(request, "reason")},
}
