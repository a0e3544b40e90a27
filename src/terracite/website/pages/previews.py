# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file looked at without downloading it. The right to see a preview is the right to read the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.views.decorators.http import require_safe

from terracite.record.model import AccessKind
from terracite.repository import addresses
from terracite.repository.blinding import blinded_facts
from terracite.repository.models import DatasetVersion, Preview, PreviewState, StoredFile
from terracite.repository.permissions import can_edit, hides_people
from terracite.repository.previews import preview_of
from terracite.repository.previews.parts import MEDIA_TYPES, part_bytes
from terracite.repository.records import record_of
from terracite.repository.states import FileState, State
from terracite.website.downloads import SANDBOX, check_right
from terracite.website.previewing.facts import read_from
from terracite.website.previewing.inline import page_path, part_path
from terracite.website.previewing.sentences import sentence
from terracite.website.previewing.shown import shown_of
from terracite.website.visible import visible_version

MOST_WAITS = 40  #: times the page asks again by itself
WAIT_S = 5


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The file before or after."""

    path: str
    url: str


@require_safe
def preview(request: HttpRequest, dataset: UUID, number: int, path: str) -> HttpResponse:
    """The page of one file."""
    file = readable_file(request, dataset, number, path)
    row = preview_of(file) if file.state != FileState.QUARANTINED.value else None
    state = row.state if row else PreviewState.NONE.value
    if state == PreviewState.READY.value and row and not _template(row.kind):
        state = PreviewState.NONE.value
    waited = _waited(request) if state == PreviewState.WAITING.value else MOST_WAITS
    values = {
        **_place(request, file),
        "preview": row,
        "state": state,
        "partial": _template(row.kind) if row and state == PreviewState.READY.value else "",
        "sentence": sentence(row) if row else "",
        "shown": shown_of(file.version, file, row) if row else {},
        "read": read_from(file),
        "state_url": part_path(file.version, file, "state"),
        "again_url": f"{page_path(file.version, file)}?waited={waited + 1}" if waited < MOST_WAITS else "",
        "wait_s": WAIT_S,
    }
    response = render(request, "preview/page.html", values)
    response["Cache-Control"] = "private, no-cache" if _is_open(file.version) else "private, no-store"
    return response


@require_safe
def part(request: HttpRequest, dataset: UUID, number: int, name: str, path: str) -> HttpResponseBase:
    """One small file of a preview: features, a picture; or ``state``, how far it is."""
    file = readable_file(request, dataset, number, path)
    row = preview_of(file) if file.state != FileState.QUARANTINED.value else None
    if name == "state":
        answer: HttpResponse = JsonResponse({"state": row.state if row else PreviewState.NONE.value})
        answer["Cache-Control"] = "no-store"
        return answer
    kind = MEDIA_TYPES.get(PurePosixPath(name).suffix)
    content = part_bytes(row, name) if row and kind else None
    if row is None or content is None:
        raise Http404
    return _with_headers(HttpResponse(content, content_type=kind), request, file, row, name)


def readable_file(request: HttpRequest, dataset: UUID, number: int, path: str) -> StoredFile:
    """The file, for those who may read it: 404 for who may not know of it, 403 with the reason for the others."""
    version = visible_version(request, dataset, number)
    file = get_object_or_404(version.files.all(), path=path)
    file.version = version
    check_right(request, [file])
    if hides_people(request.user):
        file.facts = blinded_facts(file.facts)
    return file


def _with_headers(
    response: HttpResponse, request: HttpRequest, file: StoredFile, row: Preview, name: str
) -> HttpResponseBase:
    made = f"{row.made_at:%Y%m%d%H%M%S}" if row.made_at else ""
    etag = f'"{row.sha256[:32]}-{name}-{made}"'
    if request.headers.get("If-None-Match", "") == etag:
        response = HttpResponse(status=304)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600" if _is_open(file.version) else "private, no-store"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _is_open(version: DatasetVersion) -> bool:
    return version.is_public and version.access == AccessKind.OPEN.value and version.state != State.WITHDRAWN.value


def _place(request: HttpRequest, file: StoredFile) -> dict[str, object]:
    """Where the file stands: its dataset, the ones before and after it."""
    version = file.version
    before = version.files.filter(path__lt=file.path).order_by("-path").first()
    after = version.files.filter(path__gt=file.path).order_by("path").first()
    is_draft = not version.is_public and can_edit(request.user, version)
    return {
        "file": file,
        "version": version,
        "record": record_of(version),
        "download": addresses.file_path(version, file.path),
        "back": reverse("deposit-step", args=[version.uuid, "files"]) if is_draft else addresses.landing_path(version),
        "is_draft": is_draft,
        "before": _neighbour(version, before),
        "after": _neighbour(version, after),
    }


def _neighbour(version: DatasetVersion, file: StoredFile | None) -> Neighbour | None:
    return Neighbour(file.path, page_path(version, file)) if file else None


def _waited(request: HttpRequest) -> int:
    text = request.GET.get("waited", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _template(kind: str) -> str:
    """The partial that shows this kind, or "" when this version of the program has none."""
    name = f"preview/{kind}.html"
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return ""
    return name
