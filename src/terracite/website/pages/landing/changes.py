# SPDX-License-Identifier: AGPL-3.0-or-later
"""What changed, word by word: between two versions, or by one correction of the description."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terracite.record.model import Record
from terracite.repository import addresses, preservation
from terracite.repository.models import DatasetVersion
from terracite.repository.records import differences
from terracite.repository.states import State
from terracite.website.differences import changes_between
from terracite.website.pages.desks.fields import item
from terracite.website.pages.landing import versions
from terracite.website.pages.landing.files import record_without_files
from terracite.website.visible import visible_version

FILES_SHOWN = 500


@require_safe
def changes(request: HttpRequest, dataset: UUID, number: int, other: int) -> HttpResponse:
    """Version ``number`` beside version ``other``: fields, files."""
    pair = [_readable(request, dataset, one) for one in sorted({number, other})]
    if len(pair) < 2:
        raise Http404
    before, after = pair
    old, new = (record_without_files(one).without_emails() for one in pair)
    values = {
        "version": after,
        "before": before,
        "page": addresses.landing_path(after),
        "before_page": addresses.landing_path(before),
        "record": new,
        "notes": new.version.notes,
        "changes": changes_between(old, new, versions.fields_between(old, new), item),
        "files": versions.file_changes(versions.digests(before), versions.digests(after)),
        "most": FILES_SHOWN,
    }
    return render(request, "landing/changes.html", values)


@require_safe
def revision(request: HttpRequest, dataset: UUID, number: int, which: int) -> HttpResponse:
    """What one correction of published metadata changed."""
    version = _readable(request, dataset, number)
    if not version.is_public or not 1 <= which <= version.revision:
        raise Http404
    old, new = (preservation.revision_of(version, one) for one in (which - 1, which))
    if old is None or new is None:
        raise Http404
    correction = next((item for count, item, _ in versions.corrections(version) if count == which), None)
    values = {
        "version": version,
        "which": which,
        "page": addresses.landing_path(version),
        "record": record_without_files(version),
        "correction": correction,
        "changes": changes_between(old.without_emails(), new.without_emails(), _told(old, new), item),
    }
    return render(request, "landing/revision.html", values)


def _told(old: Record, new: Record) -> tuple[str, ...]:
    return tuple(name for name in differences(old, new) if name not in {"dates", "files", "publisher"})


def _readable(request: HttpRequest, dataset: UUID, number: int) -> DatasetVersion:
    version = visible_version(request, dataset, number)
    if version.state == State.WITHDRAWN:
        raise Http404
    return version
