# SPDX-License-Identifier: AGPL-3.0-or-later
"""The body of a request as a stream, never whole in memory."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from terracite.repository import incoming


def body(request: HttpRequest) -> incoming.Readable:
    """The body: of known length, or in chunks to its end (the server takes the chunks apart)."""
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return cast("incoming.Readable", request.META["wsgi.input"])
    return request
