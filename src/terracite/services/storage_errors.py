# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a store raises, in words; and the memory, for some seconds, that a distant one does not answer.

Its library tries again for seconds before it gives up. While a store is away each reader would wait so long, and a
few of them would hold every thread of the website: after one of them the others are told at once.
"""

from __future__ import annotations

import re
import time

from terracite.errors import StorageError, StoreAwayError

AWAY_S = 5.0  #: after a store did not answer, nobody else waits for it
_NO_SPACE = re.compile(r"os error (28|27|122)\b|No space left|Disk quota|File too large")  # ENOSPC, EFBIG, EDQUOT
_TRIED_AGAIN = re.compile(r"after [1-9]\d* retr")  # the library tries again what is not the fault of this one request
_NO_ANSWER = "Check that the store is there and answers."


class Troubles:
    """Of one store."""

    def __init__(self, *, is_distant: bool) -> None:
        self._is_distant = is_distant
        self._away_until = 0.0

    def check(self, what: str, key: str) -> None:
        """`StoreAwayError` at once where the store did not answer a moment ago."""
        if time.monotonic() < self._away_until:
            raise StoreAwayError(
                f"'{key}' could not be {what}: the store did not answer a moment ago.", hint=_NO_ANSWER
            )

    def told(self, what: str, key: str, error: Exception) -> StorageError:
        """``error`` in words. Of a distant store, whatever is not about this one key is a `StoreAwayError`."""
        reason = str(error).partition("\n")[0]
        if _NO_SPACE.search(reason):
            hint = "Free some space and do the same again: what was stored before is untouched."
            return StorageError(f"'{key}' could not be {what}: the disk is full.", hint=hint)
        if isinstance(error, FileNotFoundError):
            return StorageError(f"'{key}' could not be {what}: it is not there.", hint="Check its name.")
        if self._is_distant and _TRIED_AGAIN.search(reason):
            self._away_until = time.monotonic() + AWAY_S
        kind = StoreAwayError if self._is_distant else StorageError
        if isinstance(error, PermissionError):
            return kind(f"'{key}' could not be {what}: not allowed.", hint="Check the rights on the store.")
        return kind(f"'{key}' could not be {what}: {reason}.", hint=_NO_ANSWER)
