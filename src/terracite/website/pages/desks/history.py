# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole history of a version: to read, as JSON that can be checked, as CSV."""

from __future__ import annotations

import csv
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terracite.repository.models import DatasetVersion
from terracite.repository.moderation_history import check_history, history_of
from terracite.repository.permissions import can_see_history
from terracite.website.pages.deposit import own_version
from terracite.website.safe_cells import safe

_COLUMNS = ("number", "at", "who", "move", "from", "to", "note", "previous", "hash")


@never_cache
@login_required
@require_safe
def history(request: HttpRequest, version: UUID) -> HttpResponse:
    """Everything that happened, oldest first, and whether the hashes still tell the same."""
    found = _allowed(request, version)
    content = history_of(found)
    values = {"version": found, "history": content, "problems": check_history(content)}
    return render(request, "moderation/history.html", values)


@never_cache
@login_required
@require_safe
def history_json(request: HttpRequest, version: UUID) -> HttpResponse:
    """Each event with what its hash was made of."""
    found = _allowed(request, version)
    options = {"ensure_ascii": False, "indent": 1}
    return _named(JsonResponse(history_of(found), json_dumps_params=options), found, "json")


@never_cache
@login_required
@require_safe
def history_csv(request: HttpRequest, version: UUID) -> HttpResponse:
    """One line an event."""
    found = _allowed(request, version)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(_COLUMNS)
    for event in history_of(found)["events"]:
        told = event | {"number": event["content"]["number"], "previous": event["content"]["previous"]}
        writer.writerow([safe(told[name]) for name in _COLUMNS])
    return _named(response, found, "csv")


def _allowed(request: HttpRequest, version: UUID) -> DatasetVersion:
    found = own_version(request, version)
    if not can_see_history(request.user, found):
        raise PermissionDenied
    return found


def _named(response: HttpResponse, version: DatasetVersion, suffix: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="history-{version.uuid}.{suffix}"'
    return response
