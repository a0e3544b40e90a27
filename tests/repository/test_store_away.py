# SPDX-License-Identifier: AGPL-3.0-or-later
"""The object store dies while files arrive and datasets are published, and comes back: nothing is lost or half done.

Needs the server of `scripts/with-s3`, which starts it again by itself unless a file ``down`` lies in its folder.
"""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone

from terracite.errors import StorageError
from terracite.repository import moderation, outbox, preservation, uploads
from terracite.repository.models import StoredFile
from terracite.repository.outbox import process_outbox
from terracite.repository.uploads import Wanted
from terracite.services.storage import storage_for

from .conftest import in_review

SERVER = os.environ.get("TERRACITE_TEST_S3_FOLDER", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="no S3 server")
CONTENT = os.urandom(100_000)


@contextmanager
def away(settings) -> Iterator[None]:
    """The server is killed outright; at the end it is there again."""
    folder = Path(SERVER)
    (folder / "down").touch()
    os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
    try:
        yield
    finally:
        (folder / "down").unlink()
        for _ in range(60):
            try:
                storage_for(settings.TERRACITE).put_bytes("there", b"again")
                break
            except StorageError:
                time.sleep(1)


def test_files_and_publications_wait_for_a_store_that_died(draft, cast, settings, deposit):
    version = in_review(draft, cast)
    other = uploads.begin(_second(deposit, cast), cast.alice, Wanted("late.bin", len(CONTENT)))

    with away(settings):
        with pytest.raises(StorageError, match="Check that the store is there and answers"):
            uploads.append(other, cast.alice, 0, io.BytesIO(CONTENT))
        assert uploads.offset_of(other) == len(CONTENT)  # the bytes came, and are kept here
        moderation.accept(version, cast.bob)
        process_outbox()
        version.refresh_from_db()
        (left,) = outbox.waiting().filter(version=version, kind="preserve")
        assert (version.state, "could not be" in left.error, left.claimed_until) == ("published", True, None)

    later = timezone.now() + outbox.LONGEST_PAUSE
    assert uploads.finish_pending(later) == 1
    assert StoredFile.objects.get(path="late.bin").bytes == len(CONTENT)
    outbox.retry_now()
    process_outbox()
    assert not outbox.waiting().filter(version=version).exists()
    assert preservation.inventory(storage_for(settings.TERRACITE), version)["state"] == "published"


def _second(deposit, cast):
    from terracite.repository import deposits

    return deposits.create_dataset(deposit, cast.alice)
