# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies of requests: bytes as a stream, never whole in memory; JSON without what no database keeps."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.http import HttpRequest
from ninja.parser import Parser

from terracite.repository import incoming
from terracite.repository.storable import storable


class JsonParser(Parser):
    """JSON as the one default of django-ninja reads it, without NUL and halves of surrogate pairs."""

    def parse_body(self, request: HttpRequest) -> Any:
        return storable(json.loads(request.body))


@contextmanager
def body(request: HttpRequest) -> Iterator[incoming.Readable]:
    """The body: of known length, or in chunks to its end (the server takes the chunks apart).

    Afterwards the server's end of it, which holds megabytes, is let go: a request refers to itself (its messages, its
    person), and stays until Python looks for garbage in circles.
    """
    chunked = request.headers.get("Transfer-Encoding", "").lower() == "chunked"
    try:
        yield cast("incoming.Readable", request.META["wsgi.input"]) if chunked else request
    finally:
        cast("Any", request)._stream = request.META["wsgi.input"] = io.BytesIO()
