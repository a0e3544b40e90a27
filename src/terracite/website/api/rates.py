# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often a token may call: a bucket that fills by itself. What resumes something is never held up."""

from __future__ import annotations

import math

from django.conf import settings
from django.http import HttpRequest

from terracite.errors import MoveError
from terracite.repository.models import ApiToken
from terracite.website import limits


class TooOftenError(MoveError):
    """Too many calls; ``wait_s``: seconds until the next one is answered."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__("This token called too often.", hint="Wait as long as the header 'Retry-After' says.")


def count(token: ApiToken, request: HttpRequest) -> None:
    """`TooOftenError` when this token called too often; uploads under way and ranges of files are never counted."""
    per_minute = settings.TERRACITE.calls_per_minute
    if not per_minute or is_resumption(request):
        return
    if wait := limits.wait_s("calls", str(token.pk), per_minute):
        raise TooOftenError(max(1, math.ceil(wait - 0.01)))


def is_resumption(request: HttpRequest) -> bool:
    """Whether the call goes on with something that began: a piece of an upload, its offset, a part of a file."""
    return "/uploads/" in request.path or "Range" in request.headers
