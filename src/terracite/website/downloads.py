# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a dataset: one, a part of one, or all of them. The right to read is asked for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from terracite.record.model import AccessKind
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.permissions import can_view
from terracite.repository.states import State
from terracite.services.storage import Storage, storage_for
from terracite.website import ranges, signposting, zipped
from terracite.website.counting import count_download
from terracite.website.visible import downloadable, files_of, visible_version

#: nothing in a file of somebody else runs, whatever a browser makes of it
SANDBOX = "default-src 'none'; sandbox"
_PUBLIC = {State.PUBLISHED.value, State.SUPERSEDED.value}


@require_safe
def one_file(request: HttpRequest, dataset: UUID, number: int, path: str) -> HttpResponseBase:
    """One file, whole or by range."""
    version = visible_version(request, dataset, number)
    file = get_object_or_404(version.files.all(), path=path)
    file.version = version
    check_right(request, [file])
    etag = f'"{file.sha256}"'
    if {etag, "*"} & _listed(request.headers.get("If-None-Match", "")):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _bytes_of(file, _wanted_range(request, etag), is_head=request.method == "HEAD")
    count_download(request, version, path, response)
    return _with_headers(response, request, version, etag)


@csrf_exempt  # nothing changes, and the page of a dataset sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def many_files(request: HttpRequest, dataset: UUID, number: int) -> HttpResponseBase:
    """Every file in one zip, made while it is sent; only some with ``path`` or ``folder``, each as often as wanted."""
    version = visible_version(request, dataset, number)
    asked = request.POST if request.method == "POST" else request.GET
    files = _chosen(files_of(version), asked.getlist("path"), asked.getlist("folder"))
    if not files:
        raise Http404
    check_right(request, files)
    response, name, etag = _zip_of(version, files)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or "attachment"
    count_download(request, version, f"zip {etag}", response)
    answer = _with_headers(response, request, version, etag)
    answer["Accept-Ranges"] = "none"
    return answer


def _chosen(files: list[StoredFile], paths: list[str], folders: list[str]) -> list[StoredFile]:
    """The files of these paths and below these folders; all of them when nothing is named. 404 for an unknown one."""
    if not paths and not folders:
        return files
    wanted, starts = set(paths), tuple(f"{folder.rstrip('/')}/" for folder in folders if folder)
    found = [file for file in files if file.path in wanted or (starts and file.path.startswith(starts))]
    if not wanted <= {file.path for file in found}:
        raise Http404
    return found


def _zip_of(version: DatasetVersion, files: list[StoredFile]) -> tuple[HttpResponseBase, str, str]:
    name = f"{version.dataset.uuid}-v{version.number}"
    storage = storage_for(settings.TERRACITE)
    entries = [zipped.Entry(f"{name}/{file.path}", file.bytes, partial(_read, storage, file)) for file in files]
    response = StreamingHttpResponse(zipped.chunks(entries), content_type="application/zip")
    response["Content-Length"] = str(zipped.total_size(entries))
    digest = hashlib.sha256("".join(file.path + file.sha256 for file in files).encode()).hexdigest()
    return response, name, f'"{digest}"'


def check_right(request: HttpRequest, files: list[StoredFile]) -> None:
    """403 with the reason to somebody who may see the page but not these files."""
    if len(downloadable(request.user, files)) == len(files):
        return
    version = files[0].version
    if version.state == State.WITHDRAWN.value or not can_view(request.user, version):
        raise Http404
    if version.access == AccessKind.EMBARGOED.value:
        raise PermissionDenied(_("These files are under embargo until %(day)s.") % {"day": version.embargo_until})
    raise PermissionDenied(_("These files are not open. Ask the contact person of the dataset."))


def _listed(header: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",")}


def _wanted_range(request: HttpRequest, etag: str) -> str:
    """The Range header of a GET (no other method has ranges), unless the reader holds a part of another file."""
    if request.method != "GET":
        return ""
    condition = request.headers.get("If-Range", "").strip()
    return request.headers.get("Range", "") if condition in {"", etag} else ""


def _bytes_of(file: StoredFile, wanted: str, *, is_head: bool) -> HttpResponseBase:
    storage = storage_for(settings.TERRACITE)
    try:
        part = ranges.asked_range(wanted, file.bytes)
    except ranges.UnsatisfiableRangeError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.bytes}"})
    whole = part or ranges.Range(0, file.bytes)
    content = iter(()) if is_head else _read(storage, file, whole)  # who asks for the head waits for no store
    response = StreamingHttpResponse(content, status=206 if part else 200, content_type=file.media_type)
    response["Content-Length"] = str(whole.length)
    if part:
        response["Content-Range"] = part.content_range(file.bytes)
    name = file.path.rpartition("/")[2]
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _read(storage: Storage, file: StoredFile, part: ranges.Range | None = None) -> Iterator[bytes]:
    part = part or ranges.Range(0, file.bytes)
    return storage.open_range(file.storage_key, part.start, part.length) if part.length else iter(())


def _with_headers(
    response: HttpResponseBase,
    request: HttpRequest,
    version: DatasetVersion,
    etag: str,
) -> HttpResponseBase:
    is_open = version.state in _PUBLIC and version.access == AccessKind.OPEN.value
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=3600" if is_open else "private, no-store"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_open else "same-origin"
    if is_open:
        response["Access-Control-Allow-Origin"] = "*"  # maps and notebooks in a browser read files in place
        response["Access-Control-Expose-Headers"] = "Content-Range, Content-Length, ETag, Accept-Ranges"
        response["Link"] = signposting.back_header(version, "collection")
    if request.method == "HEAD" and isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    return response
