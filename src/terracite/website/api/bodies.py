# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies of requests: bytes as a stream, never whole in memory; JSON without what no database keeps."""

from __future__ import annotations

import io
import json
from typing import Any, cast

from django.http import HttpRequest
from ninja.parser import Parser

from terracite.repository import incoming
from terracite.repository.storable import storable


class JsonParser(Parser):
    """JSON as the one default of django-ninja reads it, without NUL and halves of surrogate pairs."""

    def parse_body(self, request: HttpRequest) -> Any:
        return storable(json.loads(request.body))


def body(request: HttpRequest) -> incoming.Readable:
    """The body: of known length, or in chunks to its end (the server takes the chunks apart)."""
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return cast("incoming.Readable", request.META["wsgi.input"])
    return request


def forget_body(request: HttpRequest) -> None:
    """Let go of the server's end of a body that was read: it holds megabytes.

    A request refers to itself (its messages, its person), and stays until Python looks for garbage in circles.
    """
    cast("Any", request)._stream = request.META["wsgi.input"] = io.BytesIO()
