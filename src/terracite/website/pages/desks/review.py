# SPDX-License-Identifier: AGPL-3.0-or-later
"""One review: what a moderator needs to decide, what changed first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terracite.record.model import Record
from terracite.record.native import from_content
from terracite.record.rules import Finding, Level
from terracite.repository import addresses
from terracite.repository.checks import findings
from terracite.repository.conversation import current_reviews
from terracite.repository.models import Correction, DatasetVersion, DeskRoleName, Person, Review, StoredFile
from terracite.repository.moderation_hours import lateness, working_hours
from terracite.repository.moderation_sentences import sentences
from terracite.repository.permissions import (
    can_moderate,
    desks_of,
    disciplines_of,
    is_author,
    is_curator,
    moves_of,
)
from terracite.repository.records import differences, record_of
from terracite.website import labels
from terracite.website.differences import Change, changes_between
from terracite.website.pages.deposit import own_version
from terracite.website.pages.desks import suggesting
from terracite.website.pages.desks.fields import fields_of, item
from terracite.website.previewing.inline import inlines
from terracite.website.templatetags.show import text

_UNREAD = {"uuid", "doi", "dates", "version", "publisher", "parent", "schema_version", "record_created"}


@never_cache
@login_required
@require_safe
def review(request: HttpRequest, version: UUID) -> HttpResponse:
    """Everything a moderator needs to decide about one version."""
    found = own_version(request, version)
    person = cast("Person", request.user)
    if not can_moderate(person, found) and not is_curator(person):
        raise PermissionDenied(_("Nobody moderates their own dataset.") if is_author(person, found) else "")
    return render(request, "moderation/review.html", _values(request, found, person))


def _values(request: HttpRequest, found: DatasetVersion, person: Person) -> dict[str, Any]:
    record, checks = record_of(found), findings(found)
    threads = list(found.threads.prefetch_related("comments__author").select_related("author"))
    suggestions = list(found.suggestions.select_related("author"))
    again, changes = changes_since_last_time(found, record)
    fields = fields_of(record, changes, checks, threads, suggestions)
    reviews = list(current_reviews(found))
    moves = moves_of(person, found)
    return {
        "version": found,
        "record": record,
        "deposit": found.dataset.deposit,
        "levels": _levels(checks),
        "findings": checks,
        "moves": moves,
        "reviews": reviews,
        "own_desks": [one for one in reviews if one.discipline in desks_of(person) and one.decision == "pending"],
        "age": _age(reviews),
        "files": _files(found, person),
        "threads": threads,
        "general": [one for one in threads if one.field.partition(".")[0] in {"", "files", "version"}],
        "open_threads": sum(one.open for one in threads),
        "suggestions": [one for one in suggestions if one.state == "proposed"],
        "events": found.events.select_related("actor").order_by("-number"),
        "again": again,
        "changes": changes,
        "since_published": _changes_since_published(found, record) if again else [],
        "fields_first": [one for one in fields if not again or not one.is_quiet],
        "fields_folded": [one for one in fields if again and one.is_quiet],
        "correction": _open_correction(found),
        "field_names": list(labels.FIELDS.items()),
        "sentences": sentences(desks_of(person) & set(disciplines_of(found))),
        "suggestible": suggesting.offers(record) if "suggest" in moves else [],
        "suggested_field": request.GET.get("suggest", ""),
        "ask": _asked(request, checks),
        "colleagues": colleagues(found, person),
        "preview": addresses.landing_path(found),
        "archive": addresses.archive_path(found),
    }


def _files(version: DatasetVersion, person: Person) -> list[StoredFile]:
    """The files, each with the line that leads to its preview (``line``)."""
    files = list(version.files.all())
    lines = inlines(version, files, person)
    for file in files:
        file.line = lines.get(file.pk)  # type: ignore[attr-defined]
    return files


def _levels(checks: list[Finding]) -> list[tuple[str, list[Finding]]]:
    return [(level.value, same) for level in Level if (same := [one for one in checks if one.level is level])]


def _asked(request: HttpRequest, checks: list[Finding]) -> dict[str, str]:
    """The field to ask about, and the words of the check that made one ask, in the owner's reach."""
    name, rule = request.GET.get("ask", ""), request.GET.get("rule", "")
    if name not in labels.FIELDS:
        return {}
    said = [f"{text(one.message)} {text(one.cure)}".strip() for one in checks if one.rule == rule]
    return {"field": name, "text": said[0] if said else ""}


def _age(reviews: list[Review]) -> dict[str, object]:
    waiting = [one for one in reviews if one.decision == "pending"]
    if not waiting:
        return {}
    hours = max(working_hours(one.asked_at, timezone.now()) for one in waiting)
    return {"hours": int(hours), "lateness": lateness(hours)}


def changes_since_last_time(version: DatasetVersion, record: Record) -> tuple[bool, list[Change]]:
    """Whether it was submitted before, and what differs from then; for a first submission, from the version before."""
    earlier = version.snapshots.exclude(hash=version.snapshot_hash).order_by("-at", "-id").first()
    if earlier is not None:
        return True, _changes(from_content(earlier.record), record)
    return version.snapshots.count() > 1, _changes_since_published(version, record)


def _changes_since_published(version: DatasetVersion, record: Record) -> list[Change]:
    previous = version.dataset.versions.filter(number__lt=version.number, published_at__isnull=False)
    latest = previous.order_by("-number").first()
    return _changes(record_of(latest), record) if latest is not None else []


def _changes(before: Record, after: Record) -> list[Change]:
    return changes_between(before, after, _read(differences(before, after)), item)


def _read(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in _UNREAD]


def _open_correction(version: DatasetVersion) -> tuple[Correction, list[Change]] | None:
    proposed = version.corrections.filter(state="proposed").select_related("author").first()
    if proposed is None:
        return None
    return proposed, changes_between(record_of(version), from_content(proposed.record), proposed.changed, item)


def colleagues(version: DatasetVersion, person: Person) -> list[Person]:
    """Who else could review it."""
    moderators = Person.objects.filter(
        desk_roles__role=DeskRoleName.MODERATOR,
        desk_roles__discipline__in=disciplines_of(version),
        is_active=True,
    )
    return [one for one in moderators.exclude(pk=person.pk).distinct() if not is_author(one, version)]
