# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calls that a program may repeat: one that lost the answer asks again with the same key, and is given it again.

The answer is kept in the transaction of what it tells of, so that either both are there or none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from django.utils import timezone

from terracite.errors import DepositError, MoveError
from terracite.repository.models import AnsweredCall, Person

KEPT = dt.timedelta(days=14)
_KEY = re.compile(r"[!-~]{1,100}")


class KeyReusedError(MoveError):
    """The key of another call."""


def claim(person: Person, key: str, *asked: bytes) -> AnsweredCall:
    """The row of this call, in a transaction: with its answer when it was given already (``status`` not 0).

    ``asked``: all that makes the call. Raises `DepositError` for a key that is none, `KeyReusedError` for one that
    came with another call. A second call at the same moment waits for the first.
    """
    if not _KEY.fullmatch(key):
        raise DepositError(
            "This key cannot be used.", (), hint="Send 1 to 100 visible ASCII characters, such as a UUID."
        )
    AnsweredCall.objects.filter(person=person, at__lt=timezone.now() - KEPT).delete()
    digest = hashlib.sha256(b"\0".join(asked)).hexdigest()
    row, _ = AnsweredCall.objects.get_or_create(person=person, key=key, defaults={"call": digest})
    if row.call != digest:
        raise KeyReusedError("This key came with another call.", hint="Use a new key for each call.")
    return row


def keep(row: AnsweredCall, status: int, body: str) -> None:
    """Remember the answer."""
    row.status, row.body = status, body
    row.save()
