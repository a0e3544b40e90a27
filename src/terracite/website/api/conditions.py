# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ETag``, ``If-None-Match`` and ``If-Match``: which state of a thing an answer shows, and a change is meant for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest
from ninja import Schema

from terracite.errors import MoveError


class ChangedError(MoveError):
    """The thing is not in the state that ``If-Match`` says."""


def etag_of(shown: Schema) -> str:
    """The tag of what one caller is shown."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def check(request: HttpRequest, etag: str) -> None:
    """`ChangedError` when ``If-Match`` names another state."""
    wanted = request.headers.get("If-Match", "")
    if wanted and not {etag, "*"} & listed(wanted):
        raise ChangedError("It changed since you read it.", hint="Read it again, then send your change again.")


def check_now(request: HttpRequest, shown: Callable[[], Schema]) -> None:
    """`check` of what ``shown`` gives; nothing is made when the caller sent no ``If-Match``."""
    if "If-Match" in request.headers:
        check(request, etag_of(shown()))


def is_known(request: HttpRequest, etag: str) -> bool:
    """Whether the caller holds this state already (``If-None-Match``)."""
    return bool({etag, "*"} & listed(request.headers.get("If-None-Match", "")))


def listed(header: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",") if part.strip()}
