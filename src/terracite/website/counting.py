# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a web request is told to the counts of `terracite.repository.usage`."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from terracite.repository import usage
from terracite.repository.models import DatasetVersion, UsageKind
from terracite.website import visitors

_COUNTED = {200, 206, 304}


def count_view(request: HttpRequest, version: DatasetVersion) -> None:
    """A page or a document of metadata was read."""
    _count(request, version, UsageKind.VIEW, usage.Request(*_who(request)))


def count_download(request: HttpRequest, version: DatasetVersion, item: str, response: HttpResponseBase) -> None:
    """Files were taken, when ``response`` gives them."""
    if response.status_code not in _COUNTED:
        return
    starts_later = response.status_code == 206 and not response["Content-Range"].startswith("bytes 0-")
    length = 0 if response.status_code == 304 else int(response["Content-Length"])
    asked = usage.Request(*_who(request), item=item, bytes=length, is_part=starts_later)
    _count(request, version, UsageKind.DOWNLOAD, asked)


def _count(request: HttpRequest, version: DatasetVersion, kind: UsageKind, asked: usage.Request) -> None:
    """Only what somebody asked for: no HEAD, and nothing that a browser fetches in case it is wanted."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return
    usage.count(version, kind, asked)


def _who(request: HttpRequest) -> tuple[str, str]:
    """Where the request comes from and its program: hashed at once, never kept."""
    return visitors.address(request), request.headers.get("User-Agent", "")
