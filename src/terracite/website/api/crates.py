# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receiving crates over the network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast

from django.http import HttpRequest
from ninja import Query, Router

from terracite.crate import archive
from terracite.crate.verify import verify
from terracite.errors import DepositError
from terracite.repository import incoming, ingest
from terracite.repository.models import Person
from terracite.website.api.access import Token, caller
from terracite.website.api.schemas import ErrorOut, ReceivedOut, WishesIn

router = Router(tags=["crates"], auth=Token())
#: a zip may unpack to this many bytes, or to this many times its own size: more is a bomb
ROOM_BYTES, MOST_EXPANSION = 256_000_000, 100


@router.post(
    "/crates",
    response={200: ReceivedOut, 401: ErrorOut, 403: ErrorOut, 422: ErrorOut, 507: ErrorOut},
    summary="Send a crate",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def receive(request: HttpRequest, wanted: Query[WishesIn]) -> dict[str, str]:
    """The body is the zip of a crate's folder. The same crate again changes nothing; a changed one edits the draft, or
    makes a new version of what is published."""
    wishes = ingest.Wishes(tuple(wanted.discipline), wanted.deposit.strip()[:500], wanted.submit)
    with (
        incoming.received(_body(request), "crate.zip") as upload,
        tempfile.TemporaryDirectory(dir=incoming.folder(), prefix="crate-") as place,
    ):
        folder = archive.unpack(upload.path, Path(place), max(ROOM_BYTES, MOST_EXPANSION * upload.bytes))
        if problems := verify(folder):
            raise DepositError("The crate is not intact; nothing was taken.", problems, hint="Send it again.")
        return ingest.receive(folder, cast("Person", caller(request)), wishes)


def _body(request: HttpRequest) -> incoming.Readable:
    """The body as a stream: of known length, or in chunks to its end (the server takes the chunks apart)."""
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        return cast("incoming.Readable", request.META["wsgi.input"])
    return request
