# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making what waits: a claim in the table, a child process, its files into the store, its facts into the row.

Two workers never make the same one: a claim is one UPDATE that only one of them wins. A worker that is killed leaves
a claim that runs out, then another takes it up; after `MOST_ATTEMPTS` it has failed, and the page says why.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from terracite.errors import StorageError, StoreAwayError, TerraciteError
from terracite.raster.previewing import Made
from terracite.raster.previewing.makers import Maker, maker_for
from terracite.raster.previewing.process import PreviewError, run
from terracite.repository import incoming
from terracite.repository.files import local_copy
from terracite.repository.models import Preview, PreviewState, StoredFile
from terracite.repository.previews.rows import companions, suffix_of
from terracite.repository.states import FileState
from terracite.repository.storable import storable
from terracite.services.storage import Storage, storage_for

MOST_ATTEMPTS = 3
LEASE = dt.timedelta(seconds=90)  #: a claim that is not renewed for so long is free again
AWAY_PAUSE = dt.timedelta(seconds=20)  #: until the next try where the store of files does not answer
_COPIED_PER_S = 10_000_000  #: bytes: a claim is not renewed while the file is copied from a distant store
_LEAST_FREE_BYTES = 32 * 2**20
_FULL = "The disk of the server is full: it is drawn as soon as there is room."
_TIRED = "It was begun {count} times and never ended."

log = logging.getLogger(__name__)


def make_pending(limit: int = 100) -> int:
    """Make the previews that wait, oldest first, ``limit`` at most; returns how many were tried."""
    done = 0
    while done < limit:
        claimed = _claim_next(timezone.now())
        if claimed is None:
            break
        done += 1
        _make(claimed)
    return done


def _claim_next(now: dt.datetime) -> Preview | None:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    waiting = Preview.objects.filter(free, state=PreviewState.WAITING.value).order_by("attempts", "pk")
    for row in waiting[:20]:
        if row.attempts >= MOST_ATTEMPTS:
            _failed(row, row.problem or _TIRED.format(count=row.attempts))
        elif _claimed(row, now):
            return row
    return None


def _claimed(row: Preview, now: dt.datetime) -> bool:
    """Whether this process won the row: nobody else changed its claim between reading and writing."""
    source = _source(row)
    until = now + LEASE + dt.timedelta(seconds=source.bytes / _COPIED_PER_S if source else 0)
    same = Preview.objects.filter(
        pk=row.pk, state=PreviewState.WAITING.value, attempts=row.attempts, claimed_until=row.claimed_until
    )
    won = same.update(claimed_until=until, attempts=F("attempts") + 1)
    row.attempts, row.claimed_until = row.attempts + 1, until
    return won == 1


def _make(row: Preview) -> None:
    source = _source(row)
    maker = maker_for(row.format, source.format) if source else None
    if source is None or maker is None:
        _ended(row, state=PreviewState.NONE.value, problem="")
        return
    try:
        made, written = _made(row, source, maker)
    except PreviewError as error:
        if _is_disk_full():
            _wait(row, _FULL)  # whatever went wrong, it may be that
        else:
            _retry_or_fail(row, str(error), again=error.again)
    except StoreAwayError as error:
        _wait(row, str(error))
    except StorageError as error:
        _retry_or_fail(row, str(error), again=True)
    except TerraciteError as error:
        _failed(row, str(error))
    except Exception as error:  # a worker outlives every one of its tasks
        log.exception("preview failed: %s", row)
        _retry_or_fail(row, f"It failed ({type(error).__name__}).", again=True)
    else:
        facts = storable(made.facts | {"warnings": list(made.warnings)})
        _ended(row, state=PreviewState.READY.value, facts=facts, bytes=written, kind=maker.kind, problem="")


def _made(row: Preview, source: StoredFile, maker: Maker) -> tuple[Made, int]:
    with _copies(source, maker) as path, tempfile.TemporaryDirectory(dir=incoming.folder(), prefix="preview-") as name:
        folder = Path(name)
        made = run(maker, path, folder, lambda: _renew(row))
        return made, _keep(row, folder, storage_for(settings.TERRACITE))


@contextmanager
def _copies(source: StoredFile, maker: Maker) -> Iterator[Path]:
    """The file, with those that belong to it beside it (a Shapefile is several)."""
    with ExitStack() as stack:
        path = stack.enter_context(local_copy(source))
        for other in companions(source, maker):
            copied = stack.enter_context(local_copy(other))
            shutil.move(copied, path.with_suffix(suffix_of(other)))
        yield path


def _renew(row: Preview) -> None:
    Preview.objects.filter(pk=row.pk, attempts=row.attempts).update(claimed_until=timezone.now() + LEASE)


def _keep(row: Preview, folder: Path, storage: Storage) -> int:
    """The files that the maker left, into the store; returns their bytes. Killed in between, the next one replaces."""
    written = 0
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            written += storage.take_file(f"{row.prefix}/{file.relative_to(folder).as_posix()}", file)
    return written


def _retry_or_fail(row: Preview, problem: str, *, again: bool) -> None:
    if again and row.attempts < MOST_ATTEMPTS:
        _ended(row, state=PreviewState.WAITING.value, problem=problem)
    else:
        _failed(row, problem)


def _wait(row: Preview, problem: str) -> None:
    """The attempt does not count: nothing can be made while the store is away, or the disk full."""
    log.warning("preview of %s waits: %s", row.sha256, problem)
    later = timezone.now() + AWAY_PAUSE
    mine = Preview.objects.filter(pk=row.pk, attempts=row.attempts)
    mine.update(state=PreviewState.WAITING.value, attempts=F("attempts") - 1, claimed_until=later)


def _is_disk_full() -> bool:
    return shutil.disk_usage(incoming.folder()).free < _LEAST_FREE_BYTES


def _failed(row: Preview, problem: str) -> None:
    _ended(row, state=PreviewState.FAILED.value, problem=problem)


def _ended(row: Preview, **values: object) -> None:
    """Write the end of an attempt, unless the claim ran out and somebody else holds the row now."""
    mine = Preview.objects.filter(pk=row.pk, attempts=row.attempts)
    mine.update(claimed_until=None, made_at=timezone.now(), **values)


def _source(row: Preview) -> StoredFile | None:
    """A file with these bytes and this suffix that is not put aside."""
    usable = StoredFile.objects.exclude(state=FileState.QUARANTINED.value)
    return usable.filter(sha256=row.sha256, path__iendswith=row.format).order_by("pk").first()
