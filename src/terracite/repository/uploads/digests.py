# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SHA-256 of uploads, as far as they came: remembered by this process from one piece to the next.

Python gives no way to write down a half-done SHA-256. Where the next piece meets another process, or one started
since, the file is read once more at its end, from the system's cache mostly: 1 GB takes a second or two.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol
from uuid import UUID

MOST_REMEMBERED = 1000  #: a kilobyte each


class Hash(Protocol):
    """What hashlib makes."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...

    def hexdigest(self) -> str: ...

    def copy(self) -> Hash: ...


_remembered: OrderedDict[UUID, tuple[int, Hash]] = OrderedDict()
_alone = threading.Lock()


def running(uuid: UUID, offset: int) -> Hash | None:
    """The hash of the first ``offset`` bytes, to go on with; None when this process does not have it."""
    with _alone:
        at, known = _remembered.pop(uuid, (-1, None))
    if at == offset:
        return known
    return hashlib.sha256() if offset == 0 else None


def keep(uuid: UUID, offset: int, known: Hash | None) -> None:
    """Remember a hash for the next piece."""
    if known is None:
        return
    with _alone:
        _remembered[uuid] = (offset, known)
        while len(_remembered) > MOST_REMEMBERED:
            _remembered.popitem(last=False)


def whole(uuid: UUID, length: int, path: Path) -> str:
    """The SHA-256 of the whole file, which is read only when this process has not seen all of it."""
    known = running(uuid, length)
    if known is not None:
        return known.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
