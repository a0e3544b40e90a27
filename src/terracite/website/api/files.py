# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files: listed, read whole or by range, sent whole, described, removed. Large ones go in pieces: see `uploads`."""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router, Status

from terracite.errors import DepositError
from terracite.record.model import FileRole, Text
from terracite.repository import files
from terracite.repository.models import DatasetVersion, StoredFile, TokenScope
from terracite.website import downloads
from terracite.website.api.access import OptionalToken, RequiredToken, caller, person
from terracite.website.api.bodies import body
from terracite.website.api.conditions import ChangedError
from terracite.website.api.finding import VERSION, version_of
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.common import READING, WRITING, PageIn, errors
from terracite.website.api.schemas.files import (
    FileFactsOut,
    FileIn,
    FileOut,
    FilesIn,
    FilesOut,
    FolderIn,
    RemovedOut,
    SentIn,
)
from terracite.website.api.telling import file_out

router = Router(tags=["files"])
READS, DEPOSITS = OptionalToken(), RequiredToken(TokenScope.DEPOSIT)
LIST, ONE = VERSION + "/files", VERSION + "/files/{path:path}"
READ_AT_ONCE_BYTES = 16_000_000  #: larger files are read by the worker
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_RANGE = {"name": "Range", "in": "header", "schema": {"type": "string"}, "example": "bytes=0-1023"}
_SENT = {
    "parameters": [
        {"name": "Content-Digest", "in": "header", "schema": {"type": "string"}, "description": "sha-256=:Base64:"},
        {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}, "description": "*: never replace"},
    ],
    "requestBody": {"required": True, "content": _BYTES},
}


@router.get(LIST, auth=READS, response={200: FilesOut, **READING}, summary="The files of a version")
def listed(
    request: HttpRequest, identifier: UUID, number: int, wanted: Query[FilesIn], page: Query[PageIn]
) -> FilesOut:
    """By path, with their SHA-256 and, for those who may read them, their addresses."""
    version = version_of(request, identifier, number)
    found = version.files.all()
    if wanted.folder:
        found = found.filter(path__startswith=wanted.folder.strip("/") + "/")
    rows, following = page_of(request, found, page, "path")
    return FilesOut(next=following, items=[file_out(_of(version, one), caller(request)) for one in rows])


@router.delete(LIST, auth=DEPOSITS, response={200: RemovedOut, **WRITING}, summary="Remove a folder of a draft")
def remove_folder(request: HttpRequest, identifier: UUID, number: int, wanted: Query[FolderIn]) -> RemovedOut:
    """Every file in it; again removes nothing more."""
    version = version_of(request, identifier, number)
    inside = version.files.filter(path__startswith=wanted.folder.strip("/") + "/")
    paths = list(inside.values_list("path", flat=True))
    for path in paths:
        files.remove_file(version, person(request), path)
    return RemovedOut(removed=len(paths))


@router.get(VERSION + "/facts/{path:path}", auth=READS, response={200: FileFactsOut, **READING}, summary="File facts")
def facts(request: HttpRequest, identifier: UUID, number: int, path: str) -> FileFactsOut:
    """What was read from it: where, when, what; for those who may read the file."""
    stored = _stored(version_of(request, identifier, number), path)
    shown = file_out(stored, caller(request))
    return FileFactsOut(**shown.model_dump(), facts=stored.facts if shown.url else {})


READ = {200: None, 206: None, 304: None, 416: None, **READING, **errors(403)}


@router.get(
    ONE,
    auth=READS,
    response=READ,
    summary="The bytes of a file",
    openapi_extra={"parameters": [_RANGE], "responses": {200: {"description": "The bytes", "content": _BYTES}}},
)
def read(request: HttpRequest, identifier: UUID, number: int, path: str) -> HttpResponseBase:
    """Whole or by range, with `ETag`, `If-Range` and `If-None-Match`, as on its page address but with a token."""
    request.user = caller(request)
    return downloads.one_file(request, dataset=identifier, number=number, path=path)


@router.api_operation(["HEAD"], ONE, auth=READS, response=READ, summary="The length and the tag of a file")
def about(request: HttpRequest, identifier: UUID, number: int, path: str) -> HttpResponseBase:
    """The headers of the same."""
    return read(request, identifier, number, path)


@router.put(
    ONE,
    auth=DEPOSITS,
    response={200: FileOut, 201: FileOut, **WRITING, **errors(412, 413, 507)},
    summary="Send a file of a draft whole",
    openapi_extra=_SENT,
)
def send(request: HttpRequest, identifier: UUID, number: int, path: str, wanted: Query[SentIn]) -> Status[FileOut]:
    """The body is the file; folders come with the path. A file of the same path is replaced, the same bytes again
    change nothing, and `If-None-Match: *` replaces nothing (412). With `Content-Digest` (RFC 9530) or `sha256`, only
    a file that has it is kept. Above some megabytes, prefer a resumable upload."""
    version = version_of(request, identifier, number)
    is_there = version.files.filter(path=path).exists()
    if is_there and request.headers.get("If-None-Match", "").strip() == "*":
        raise ChangedError("There is already a file of that name.", hint="Leave 'If-None-Match' out to replace it.")
    digest = wanted.sha256 or _announced(request.headers.get("Content-Digest", ""))
    with body(request) as content:
        stored = files.add_file(version, person(request), path, content, digest, role=_role(wanted.role))
    if stored.bytes <= READ_AT_ONCE_BYTES:
        stored = files.inspect_file(stored)
    return Status(200 if is_there else 201, file_out(_of(version, stored), person(request)))


@router.patch(ONE, auth=DEPOSITS, response={200: FileOut, **WRITING}, summary="Say what a file is")
def describe(request: HttpRequest, identifier: UUID, number: int, path: str, wanted: FileIn) -> FileOut:
    """Its role and its description."""
    version = version_of(request, identifier, number)
    _stored(version, path)
    about = Text(**wanted.description.dict()) if wanted.description else None
    stored = files.describe_file(version, person(request), path, role=_role(wanted.role), description=about)
    return file_out(_of(version, stored), person(request))


@router.delete(ONE, auth=DEPOSITS, response={204: None, **WRITING}, summary="Remove a file of a draft")
def remove(request: HttpRequest, identifier: UUID, number: int, path: str) -> Status[None]:
    """What was read from it leaves the record too."""
    version = version_of(request, identifier, number)
    _stored(version, path)
    files.remove_file(version, person(request), path)
    return Status(204, None)


def _stored(version: DatasetVersion, path: str) -> StoredFile:
    stored = version.files.filter(path=path).first() if "\0" not in path else None
    if stored is None:
        raise Http404
    return _of(version, stored)


def _of(version: DatasetVersion, stored: StoredFile) -> StoredFile:
    stored.version = version  # the same object: roles are looked up once
    return stored


def _role(text: str) -> str:
    if text and text not in {role.value for role in FileRole}:
        raise DepositError(f"'{text}' is not the role of a file.", (), hint=f"Choose among {', '.join(FileRole)}.")
    return text


def _announced(header: str) -> str:
    """The SHA-256 of ``Content-Digest`` in hexadecimal; "" without one."""
    if not header:
        return ""
    found = _DIGEST.search(header)
    try:
        digest = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        cure = "Write sha-256=:Base64: in 'Content-Digest', or 64 hexadecimal digits in 'sha256'."
        raise DepositError("The checksum is not one.", (), hint=cure)
    return digest.hex()
