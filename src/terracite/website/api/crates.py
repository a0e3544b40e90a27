# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receiving crates over the network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from django.http import HttpRequest
from ninja import Query, Router

from terracite.crate import archive
from terracite.crate.verify import verify
from terracite.errors import DepositError
from terracite.repository import incoming, ingest, uploads
from terracite.repository.models import Person, TokenScope, Upload
from terracite.website.api.access import RequiredToken, caller
from terracite.website.api.bodies import body
from terracite.website.api.schemas.common import errors
from terracite.website.api.schemas.uploads import ReceivedOut, WishesIn

router = Router(tags=["crates"], auth=RequiredToken(TokenScope.DEPOSIT))
#: a zip may unpack to this many bytes, or to this many times its own size: more is a bomb
ROOM_BYTES, MOST_EXPANSION = 256_000_000, 100


@router.post(
    "/crates",
    response={200: ReceivedOut, **errors(401, 403, 409, 410, 422, 429, 503, 507)},
    summary="Send a crate",
    openapi_extra={
        "requestBody": {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def receive(request: HttpRequest, wanted: Query[WishesIn]) -> dict[str, str]:
    """The body is the zip of a crate's folder, or empty when ``upload`` names a zip that came in pieces. The same crate
    again changes nothing; a changed one edits the draft, or makes a new version of what is published."""
    wishes = ingest.Wishes(tuple(wanted.discipline), wanted.deposit.strip()[:500], wanted.submit)
    person = cast("Person", caller(request))
    upload = uploads.find(wanted.upload, person) if wanted.upload else None
    with (
        _zip(request, upload) as received,
        tempfile.TemporaryDirectory(dir=incoming.folder(), prefix="crate-") as place,
    ):
        folder = archive.unpack(received.path, Path(place), max(ROOM_BYTES, MOST_EXPANSION * received.bytes))
        if problems := verify(folder):
            raise DepositError("The crate is not intact; nothing was taken.", problems, hint="Send it again.")
        answer = ingest.receive(folder, person, wishes)
    if upload:
        uploads.terminate(upload)
    return answer


@contextmanager
def _zip(request: HttpRequest, upload: Upload | None) -> Iterator[incoming.Upload]:
    if upload is not None:
        yield uploads.received_zip(upload)
        return
    with body(request) as content, incoming.received(content, "crate.zip") as received:
        yield received
