# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resumable uploads: tus 1.0, for pages with their session and for programs with a token."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router

from terracite.errors import TerraciteError
from terracite.repository import files, uploads
from terracite.repository.models import DatasetVersion, Person, StoredFile, TokenScope, Upload, UploadState
from terracite.repository.permissions import can_view
from terracite.website.api import tus
from terracite.website.api.access import TokenOrSession, caller
from terracite.website.api.bodies import body
from terracite.website.api.schemas.common import errors
from terracite.website.api.schemas.uploads import UploadOut

router = Router(tags=["uploads"], auth=TokenOrSession(TokenScope.DEPOSIT))
READ_AT_ONCE_BYTES = 64_000_000  #: larger files are read by the worker
OF_DRAFT = "/datasets/{uuid:identifier}/versions/{int:number}/uploads"
ONE = "/uploads/{uuid:identifier}"
ERRORS = errors(400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 423, 429, 460, 503, 507)


def _extra(*names: str, has_body: bool = False) -> dict[str, object]:
    """What OpenAPI says beside: the headers, and the body."""
    said: dict[str, object] = {
        "parameters": [{"name": name, "in": "header", "schema": {"type": "string"}} for name in names]
    }
    if has_body:
        said["requestBody"] = {"content": {tus.BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    return said


_CREATION = _extra("Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Checksum", has_body=True)
_PIECE = _extra("Tus-Resumable", "Upload-Offset", "Upload-Checksum", has_body=True)


@router.api_operation(["OPTIONS"], "/uploads", auth=None, response={204: None}, summary="What the uploads can do")
def abilities(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The version and the extensions of tus, in headers."""
    answer = _answer(204)
    answer["Tus-Version"] = tus.VERSION
    answer["Tus-Extension"] = tus.EXTENSIONS
    answer["Tus-Checksum-Algorithm"] = ",".join(uploads.ALGORITHMS)
    if ceiling := settings.TERRACITE.max_file_bytes:
        answer["Tus-Max-Size"] = str(ceiling)
    return answer


@router.api_operation(["OPTIONS"], OF_DRAFT, auth=None, response={204: None}, include_in_schema=False)
def abilities_of_draft(request: HttpRequest, identifier: UUID, number: int) -> HttpResponse:  # noqa: ARG001
    """The same."""
    return abilities(request)


@router.api_operation(["OPTIONS"], ONE, auth=None, response={204: None}, include_in_schema=False)
def abilities_of_one(request: HttpRequest, identifier: UUID) -> HttpResponse:  # noqa: ARG001
    """The same."""
    return abilities(request)


@router.post(OF_DRAFT, response={201: None, **ERRORS}, summary="Announce a file of a draft", openapi_extra=_CREATION)
def begin(request: HttpRequest, identifier: UUID, number: int) -> HttpResponse:
    """tus creation, with the first bytes or without. ``Upload-Metadata`` holds ``path`` (or ``filename``), and may hold
    ``type``, ``sha256`` (of the whole file, in hexadecimal) and ``role``. ``Location`` is the address of the upload."""
    return _begin(request, _draft(request, identifier, number))


@router.post("/uploads", response={201: None, **ERRORS}, summary="Announce a zipped crate", openapi_extra=_CREATION)
def begin_crate(request: HttpRequest) -> HttpResponse:
    """The same for the zip of a crate, to be used by `POST /crates?upload=`."""
    return _begin(request, None)


@router.get(OF_DRAFT, response={200: list[UploadOut], **ERRORS}, summary="One's unfinished uploads of a draft")
def unfinished(request: HttpRequest, identifier: UUID, number: int) -> list[UploadOut]:
    """Those that can go on, oldest first."""
    version = _draft(request, identifier, number)
    return [_told(item) for item in uploads.open_uploads(_person(request), version)]


@router.get("/uploads", response={200: list[UploadOut], **ERRORS}, summary="One's uploads of zipped crates")
def unfinished_crates(request: HttpRequest) -> list[UploadOut]:
    """Those that can go on or wait to be used, oldest first."""
    return [_told(item) for item in uploads.open_uploads(_person(request), None)]


@router.get(ONE, url_name="one-upload", response={200: UploadOut, **ERRORS}, summary="One upload, in words")
def one(request: HttpRequest, identifier: UUID) -> UploadOut:
    """How far it is, and what became of it."""
    return _told(uploads.find(identifier, _person(request)))


@router.api_operation(["HEAD"], ONE, response={200: None, **ERRORS}, summary="The offset of an upload")
def offset(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """tus: how many bytes are on the disk, in ``Upload-Offset``."""
    tus.check_version(request.headers)
    return _offset(request, identifier)


@router.patch(ONE, response={204: None, **ERRORS}, summary="Send bytes", openapi_extra=_PIECE)
def send(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """tus: bytes from ``Upload-Offset`` on; the last ones make the file, as if it had come at once."""
    tus.check_version(request.headers)
    return _send(request, identifier)


@router.delete(ONE, response={204: None, **ERRORS}, summary="End an upload")
def end(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """tus termination: its bytes are removed at once. A file that is already in its draft stays there."""
    tus.check_version(request.headers)
    return _end(request, identifier)


@router.post(ONE, response={200: None, 204: None, **ERRORS}, include_in_schema=False)
def instead(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """For clients that can send nothing but POST: the header X-HTTP-Method-Override says what is meant."""
    tus.check_version(request.headers)
    meant = {"PATCH": _send, "DELETE": _end, "HEAD": _offset}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if meant is None:
        return HttpResponse(status=405, headers={"Allow": "HEAD, GET, PATCH, DELETE, OPTIONS"})
    return meant(request, identifier)


def _begin(request: HttpRequest, version: DatasetVersion | None) -> HttpResponse:
    tus.check_version(request.headers)
    length, has_bytes = tus.number(request.headers, "Upload-Length"), _has_body(request)
    if has_bytes:
        tus.check_body_type(request.headers)
    checksum = tus.checksum(request.headers.get("Upload-Checksum", ""))
    upload = uploads.begin(version, _person(request), _wanted(request, length))
    try:
        reached = _received(request, upload, 0, checksum) if has_bytes or not length else 0
    except TerraciteError:  # the client never hears where it would go on
        uploads.terminate(upload)
        raise
    answer = _answer(201)
    answer["Location"] = reverse("api:one-upload", args=[upload.uuid])
    return _with_headers(answer, upload, reached)


def _offset(request: HttpRequest, identifier: UUID) -> HttpResponse:
    upload = uploads.find(identifier, _person(request))
    answer = _with_headers(_answer(200), upload, uploads.offset_of(upload))
    answer["Upload-Length"] = str(upload.length)
    answer["Cache-Control"] = "no-store"
    if upload.metadata:
        answer["Upload-Metadata"] = upload.metadata
    return answer


def _send(request: HttpRequest, identifier: UUID) -> HttpResponse:
    tus.check_body_type(request.headers)
    upload = uploads.find(identifier, _person(request))
    begins = tus.number(request.headers, "Upload-Offset")
    checksum = tus.checksum(request.headers.get("Upload-Checksum", ""))
    if "Content-Length" in request.headers and begins + tus.number(request.headers, "Content-Length") > upload.length:
        raise uploads.UploadTooLongError
    return _with_headers(_answer(204), upload, _received(request, upload, begins, checksum))


def _end(request: HttpRequest, identifier: UUID) -> HttpResponse:
    uploads.terminate(uploads.find(identifier, _person(request)))
    return _answer(204)


def _received(request: HttpRequest, upload: Upload, begins: int, checksum: uploads.Checksum | None) -> int:
    """The new offset; what a page of ours sent is looked into at once when it is small, as the plain form does."""
    with body(request) as content:
        reached = uploads.append(upload, _person(request), begins, content, checksum)
    by_page = "Authorization" not in request.headers
    if by_page and upload.version and upload.state == UploadState.KEPT.value and upload.length <= READ_AT_ONCE_BYTES:
        for stored in StoredFile.objects.filter(version=upload.version, path=upload.path):
            files.inspect_file(stored)
    return reached


def _wanted(request: HttpRequest, length: int) -> uploads.Wanted:
    text = request.headers.get("Upload-Metadata", "")
    said = tus.metadata(text)
    names = (said.get(key, "") for key in ("path", "relativePath", "filename", "name"))
    path = next((name for name in names if name not in {"", "null"}), "")  # "null" is what tus-js-client sends
    if not path:
        raise tus.HeaderError("The upload has no name.", hint="Say its 'filename' or 'path' in 'Upload-Metadata'.")
    media_type = said.get("type") or said.get("filetype", "")
    return uploads.Wanted(path, length, media_type, said.get("role", ""), said.get("sha256", ""), text)


def _draft(request: HttpRequest, identifier: UUID, number: int) -> DatasetVersion:
    versions = DatasetVersion.objects.select_related("dataset__deposit__owner")
    version = get_object_or_404(versions, dataset__uuid=identifier, number=number)
    if not can_view(caller(request), version):
        raise Http404
    return version


def _person(request: HttpRequest) -> Person:
    return cast("Person", caller(request))


def _has_body(request: HttpRequest) -> bool:
    chunked = request.headers.get("Transfer-Encoding", "").lower() == "chunked"
    return chunked or request.headers.get("Content-Length", "0") not in {"", "0"}


def _answer(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"Tus-Resumable": tus.VERSION})


def _with_headers(answer: HttpResponse, upload: Upload, reached: int) -> HttpResponse:
    answer["Upload-Offset"] = str(reached)
    answer["Upload-Expires"] = tus.moment(upload.expires)
    return answer


def _told(upload: Upload) -> UploadOut:
    gone = upload.state == UploadState.REFUSED.value
    return UploadOut(
        url=reverse("api:one-upload", args=[upload.uuid]),
        path=upload.path,
        length=upload.length,
        offset=0 if gone else uploads.offset_of(upload),
        metadata=tus.metadata(upload.metadata),
        sha256=upload.sha256,
        state=upload.state,
        problem=upload.problem,
        expires=upload.expires,
    )
