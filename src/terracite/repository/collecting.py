# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes that nothing names any more: set aside first, deleted a week later, brought back if something names them.

Bytes are kept once per content, so a file that is removed may still serve another version. What no file names is
moved from ``objects/`` to ``trash/``; every round looks at the trash again before anything is deleted. So a file that
arrives at the very moment its old bytes are set aside gets them back, and nothing that is named is ever deleted.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from terracite.repository.models import Preview, StoredFile
from terracite.services.storage import Storage, storage_for

OBJECTS, TRASH = "objects", "trash"
GRACE = dt.timedelta(days=1)  #: bytes that were kept a moment ago may be about to be named
KEPT_IN_TRASH = dt.timedelta(days=7)
_AT_ONCE = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """What one round did; ``freed`` in bytes."""

    set_aside: int = 0
    brought_back: int = 0
    deleted: int = 0
    freed: int = 0
    previews: int = 0  #: deleted at once: they can be made again


def collect(now: dt.datetime | None = None) -> Collected:
    """One round over the whole store: what is named comes back, what is not goes."""
    moment = now or timezone.now()
    storage = storage_for(settings.TERRACITE)
    back, deleted, freed = _empty_trash(storage, moment)
    aside = sum(_set_aside(storage, key, moment) for key in _unnamed(storage.list(OBJECTS)))
    more, _deleted, _freed = _empty_trash(storage, moment)  # named while it was being set aside
    return Collected(aside, back + more, deleted, freed, _drop_previews(storage, moment))


def bring_back(key: str) -> bool:
    """Whether the bytes of ``key`` were in the trash, and are now where they belong."""
    storage, kept = storage_for(settings.TERRACITE), _in_trash(key)
    if not storage.exists(kept):
        return False
    storage.move(kept, key)
    return True


def _set_aside(storage: Storage, key: str, now: dt.datetime) -> bool:
    if now - storage.modified(key) < GRACE:
        return False
    storage.move(key, _in_trash(key))
    return True


def _empty_trash(storage: Storage, now: dt.datetime) -> tuple[int, int, int]:
    """How many objects came back, how many were deleted, and their bytes."""
    trashed = list(storage.list(TRASH))
    unnamed = set(_unnamed(_from_trash(key) for key in trashed))
    back = deleted = freed = 0
    for key in trashed:
        if _from_trash(key) not in unnamed:
            log.warning("set aside, and named again: %s", _from_trash(key))
            back += bring_back(_from_trash(key))
        elif now - storage.modified(key) >= KEPT_IN_TRASH:
            freed += storage.size(key)
            storage.delete(key)
            deleted += 1
    return back, deleted, freed


def _drop_previews(storage: Storage, now: dt.datetime) -> int:
    """Delete the previews of content that no file has any more."""
    named = StoredFile.objects.filter(sha256=OuterRef("sha256"))
    lost = Preview.objects.filter(~Exists(named), made_at__lt=now - GRACE)
    for preview in lost:
        for key in list(storage.list(preview.prefix)):
            storage.delete(key)
        preview.delete()
    return len(lost)


def _unnamed(keys: Iterable[str]) -> Iterator[str]:
    """Those that no file of any version names."""
    left = iter(keys)
    while part := list(islice(left, _AT_ONCE)):
        hashes = {key: key.rpartition("/")[2] for key in part}  # the column with an index
        named = set(StoredFile.objects.filter(sha256__in=hashes.values()).values_list("sha256", flat=True))
        yield from (key for key, sha256 in hashes.items() if sha256 not in named)


def _in_trash(key: str) -> str:
    return f"{TRASH}/{key}"


def _from_trash(key: str) -> str:
    return key.removeprefix(f"{TRASH}/")
