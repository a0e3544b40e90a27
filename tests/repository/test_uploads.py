# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that arrive in pieces: never a byte lost, never one promised that is not there."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import os
import time
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from terracite.errors import DepositError, MoveError, StorageError
from terracite.repository import deposits, files, moderation, tasks, uploads
from terracite.repository.models import DatasetVersion, StoredFile, Upload
from terracite.repository.uploads import Checksum, Wanted, digests
from terracite.repository.uploads.announcing import spool_of
from terracite.repository.uploads.spool import Spool
from terracite.services.storage import storage_for

from .conftest import People

CONTENT = os.urandom(3_000_007)
S3 = os.environ.get("TERRACITE_TEST_S3", "")
#: a folder; a store that is none (memory); S3 where `make s3` brings a server
STORES = ["", "memory:///uploads", pytest.param(S3, marks=pytest.mark.skipif(not S3, reason="no S3 server"))]


class Broken(io.BytesIO):
    """A connection that is lost at the end of what came."""

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        if not chunk:
            raise ConnectionResetError
        return chunk


@pytest.fixture
def empty(cast: People, deposit) -> DatasetVersion:
    return deposits.create_dataset(deposit, cast.alice)


@pytest.fixture(autouse=True)
def fresh() -> None:
    digests._remembered.clear()


def begin(version, cast: People, content: bytes = CONTENT, path: str = "maps/2023.bin", **more: str) -> Upload:
    return uploads.begin(version, cast.alice, Wanted(path, len(content), **more))


def append(upload: Upload, offset: int, content: bytes, checksum: Checksum | None = None) -> int:
    return uploads.append(upload, upload.person, offset, io.BytesIO(content), checksum)


def sha(content: bytes = CONTENT) -> str:
    return hashlib.sha256(content).hexdigest()


def spools(instance: Path) -> list[str]:
    return sorted(path.name for path in (instance / "uploads").iterdir())


@pytest.mark.parametrize("store", STORES, ids=["folder", "memory", "s3"])
def test_pieces_become_a_file_of_the_draft(empty, cast, instance, settings, store):
    address = f"{store}/{uuid.uuid4()}" if store else ""
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, files_url=address)
    upload = begin(empty, cast, sha256=sha().upper(), role="legend", media_type="image/tiff")

    assert append(upload, 0, CONTENT[:1_000_000]) == uploads.offset_of(upload) == 1_000_000
    assert append(upload, 1_000_000, CONTENT[1_000_000:]) == len(CONTENT)

    stored = StoredFile.objects.get()
    assert (stored.path, stored.bytes, stored.sha256, stored.role, stored.state, stored.media_type) == (
        "maps/2023.bin", len(CONTENT), sha(), "legend", "incoming", "image/tiff",
    )  # fmt: skip
    assert b"".join(storage_for(settings.TERRACITE).open_range(stored.storage_key)) == CONTENT
    assert spools(instance) == []
    assert uploads.offset_of(uploads.find(upload.uuid, cast.alice)) == len(CONTENT)


def test_the_same_content_is_stored_once(empty, cast, settings):
    files.add_file(empty, cast.alice, "first.bin", io.BytesIO(CONTENT))
    append(begin(empty, cast), 0, CONTENT)

    assert len({file.storage_key for file in StoredFile.objects.all()}) == 1
    assert len(list(storage_for(settings.TERRACITE).list("objects"))) == 1


def test_an_empty_file_is_whole_at_once(empty, cast):
    append(begin(empty, cast, b""), 0, b"")
    assert (StoredFile.objects.get().bytes, StoredFile.objects.get().sha256) == (0, sha(b""))


@pytest.mark.parametrize("remembers", [True, False], ids=["one process", "another process"])
def test_a_piece_that_breaks_off_keeps_what_came(empty, cast, remembers):
    upload = begin(empty, cast, sha256=sha())
    assert uploads.append(upload, cast.alice, 0, Broken(CONTENT[:1_234_567])) == 1_234_567
    if not remembers:
        digests._remembered.clear()

    again = uploads.find(upload.uuid, cast.alice)
    append(again, uploads.offset_of(again), CONTENT[1_234_567:])

    assert StoredFile.objects.get().sha256 == sha()


@given(cuts=st.lists(st.integers(0, 5000), max_size=6), forget=st.booleans(), proven=st.booleans())
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_pieces_make_the_whole(empty, cast, cuts, forget, proven):
    content = CONTENT[:5000]
    upload = begin(empty, cast, content, path=f"{uuid.uuid4()}.bin", sha256=sha(content))
    at = 0
    for end in [*sorted(cuts), 5000]:
        piece = content[at:end]
        at = append(upload, at, piece, Checksum("sha1", hashlib.sha1(piece).digest()) if proven else None)
        if forget:
            digests._remembered.clear()
    assert StoredFile.objects.get(path=upload.path).sha256 == sha(content)


def test_bytes_that_do_not_follow_are_refused(empty, cast):
    upload = begin(empty, cast)
    append(upload, 0, CONTENT[:10])
    for offset in (0, 9, 11):
        with pytest.raises(uploads.UploadOffsetError):
            append(upload, offset, b"x")
    assert uploads.offset_of(upload) == 10


def test_more_bytes_than_announced_are_not_kept(empty, cast):
    upload = begin(empty, cast, b"12345")
    append(upload, 0, b"12")
    with pytest.raises(uploads.UploadTooLongError):
        append(upload, 2, b"3456")
    assert uploads.offset_of(upload) == 2
    append(upload, 2, b"345")
    with pytest.raises(uploads.UploadTooLongError):
        append(upload, 5, b"6")
    assert append(upload, 5, b"") == 5


@pytest.mark.parametrize("algorithm", uploads.ALGORITHMS)
def test_a_damaged_piece_is_not_kept(empty, cast, algorithm):
    upload = begin(empty, cast, b"0123456789", sha256=sha(b"0123456789"))
    append(upload, 0, b"0123")
    right = Checksum(algorithm, hashlib.new(algorithm, b"456789").digest())
    with pytest.raises(uploads.UploadChecksumError, match="Send it again"):
        append(upload, 4, b"45678x", right)
    assert uploads.offset_of(upload) == 4
    assert append(upload, 4, b"456789", right) == 10


def test_a_piece_with_a_checksum_that_breaks_off_counts_for_nothing(empty, cast, instance):
    upload = begin(empty, cast, b"0123456789")
    with pytest.raises(uploads.UploadChecksumError):
        uploads.append(upload, cast.alice, 0, Broken(b"01234"), Checksum("sha1", hashlib.sha1(b"0123456789").digest()))
    assert (uploads.offset_of(upload), spools(instance)[-1].endswith(".part")) == (0, True)


def test_a_piece_never_proven_is_cut_off_after_a_kill(empty, cast):
    upload = begin(empty, cast, b"0123456789")
    append(upload, 0, b"012")
    spool = spool_of(upload)
    with spool.writer() as writer:  # what a process does that is killed before the end
        writer.doubt()
        writer.append(b"zzz")
        assert spool.offset() == 3
    assert spool.offset() == 3
    assert append(upload, 3, b"3456789") == 10
    assert StoredFile.objects.get().sha256 == sha(b"0123456789")


def test_one_writer_at_a_time(empty, cast):
    upload = begin(empty, cast, b"0123456789")
    with spool_of(upload).writer() as first:
        first.append(b"01")
        with pytest.raises(uploads.UploadBusyError, match="Wait until it ends"):
            append(upload, 2, b"23")
    assert append(upload, 2, b"23") == 4


def test_a_silent_writer_makes_way_and_can_do_no_harm(tmp_path):
    patient, hasty = Spool(tmp_path, "a"), Spool(tmp_path, "a", stalled_after_s=-1)
    patient.create()
    with patient.writer() as first:
        first.append(b"01")
        with hasty.writer() as second:
            second.append(b"23")
            with pytest.raises(uploads.UploadGoneError):
                first.append(b"xx")
        assert patient.offset() == 4
    with patient.writer() as third:
        assert third.offset == 4


def test_a_whole_file_that_is_another_is_refused_and_said_so(empty, cast, instance):
    upload = begin(empty, cast, sha256=sha(b"another"))
    with pytest.raises(DepositError, match="damaged on its way"):
        append(upload, 0, CONTENT)
    assert (StoredFile.objects.count(), spools(instance)) == (0, [])
    with pytest.raises(uploads.UploadGoneError, match="damaged on its way"):
        uploads.offset_of(uploads.find(upload.uuid, cast.alice))


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", "a/../b", "C:/x", "a\\b", "", "a\nb", "x" * 501])
def test_paths_that_leave_the_folder_are_refused(empty, cast, path):
    with pytest.raises(DepositError, match="plain relative path"):
        begin(empty, cast, path=path)


def test_what_is_said_wrongly_is_told_at_once(empty, cast):
    files.add_file(empty, cast.alice, "maps", io.BytesIO(b"x"))
    with pytest.raises(DepositError, match="same name for a folder"):
        begin(empty, cast)
    with pytest.raises(DepositError) as caught:
        begin(empty, cast, path="a", sha256="abc", role="spare")
    assert [problem.where for problem in caught.value.problems] == ["sha256", "role"]


def test_only_who_may_edit_a_draft_sends_and_only_while_it_is_one(draft, cast, instance):
    for stranger in (cast.bob, cast.chloe):
        with pytest.raises(MoveError):
            uploads.begin(draft, stranger, Wanted("a", 1))
    upload = begin(draft, cast)
    with pytest.raises(uploads.UploadGoneError):
        uploads.find(upload.uuid, cast.chloe)
    append(upload, 0, CONTENT[:5])
    moderation.submit(draft, cast.alice, terms_accepted=True)
    again = uploads.find(upload.uuid, cast.alice)
    with pytest.raises(MoveError):
        append(again, 5, CONTENT[5:])
    with pytest.raises(MoveError):
        begin(draft, cast)


def test_quotas_count_what_is_there_and_what_comes(empty, cast, settings):
    def limit(**values: int) -> None:
        none = {"max_file_bytes": 0, "max_deposit_bytes": 0, "max_person_bytes": 0}
        settings.TERRACITE = dataclasses.replace(settings.TERRACITE, **{**none, **values})

    files.add_file(empty, cast.alice, "a", io.BytesIO(b"x" * 60))
    files.add_file(empty, cast.alice, "same as a", io.BytesIO(b"x" * 60))
    for name, told in (("max_deposit_bytes", "the deposit"), ("max_person_bytes", "'alice'")):
        limit(**{name: 100})
        first = begin(empty, cast, b"y" * 30, path=name)
        with pytest.raises(DepositError, match=f"{told} would hold 105 bytes, of 100 allowed"):
            begin(empty, cast, b"y" * 15, path="c")
        begin(empty, cast, b"y" * 70, path="a")  # in the place of the 60
        limit(**{name: 80})
        with pytest.raises(DepositError, match="would hold 90 bytes"):
            append(first, 0, b"y" * 30)
        assert (empty.files.count(), first.state) == (2, "refused")
        Upload.objects.all().delete()
    limit(max_file_bytes=10)
    with pytest.raises(DepositError, match="larger than 10 bytes"):
        begin(empty, cast, b"y" * 11)
    limit(max_deposit_bytes=80)
    with pytest.raises(DepositError, match="would hold 90 bytes"):
        files.add_file(empty, cast.alice, "plain", io.BytesIO(b"z" * 30))


def test_an_upload_that_was_ended_is_gone_with_its_bytes(empty, cast, instance):
    upload = begin(empty, cast)
    append(upload, 0, CONTENT[:5])
    with spool_of(upload).writer() as writer:  # somebody is still sending
        uploads.terminate(upload)
        with pytest.raises(uploads.UploadGoneError):
            writer.append(b"x")
    assert spools(instance) == []
    with pytest.raises(uploads.UploadGoneError):
        uploads.find(upload.uuid, cast.alice)


def test_expired_uploads_are_removed_by_the_worker(empty, cast, instance):
    upload, going_on = begin(empty, cast, path="old"), begin(empty, cast, path="new")
    assert upload.expires - timezone.now() > dt.timedelta(hours=167)
    past = time.time() - 8 * 24 * 3600
    os.utime(spool_of(upload).part, (past, past))
    Upload.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(uploads.UploadGoneError, match="expired"):
        uploads.find(upload.uuid, cast.alice)

    assert tasks.run_due() == 1

    assert spools(instance) == [f"{going_on.uuid.hex}.part"]  # bytes came a moment ago
    stray = instance / "uploads" / f"{uuid.uuid4().hex}.part"
    stray.touch()
    os.utime(stray, (past, past))
    assert (uploads.clear_strays(), stray.exists()) == (1, False)


def test_the_worker_keeps_what_a_killed_process_had_received(empty, cast, monkeypatch):
    upload = begin(empty, cast, sha256=sha())
    with spool_of(upload).writer() as writer:
        writer.append(CONTENT)
        assert tasks.uploads.finish_pending() == 0
    assert uploads.offset_of(upload) == len(CONTENT)

    assert tasks.uploads.finish_pending() == 1

    assert StoredFile.objects.get().sha256 == sha()
    assert tasks.uploads.finish_pending() == 0


def test_a_store_that_fails_is_tried_again_later(empty, cast, monkeypatch):
    def full(*_arguments: object) -> None:
        raise StorageError("the disk is full.")

    upload = begin(empty, cast)
    with monkeypatch.context() as patch:
        patch.setattr(files, "_keep", full)
        with pytest.raises(StorageError):
            append(upload, 0, CONTENT)
    assert (uploads.offset_of(upload), uploads.finish_pending()) == (len(CONTENT), 0)
    assert uploads.finish_pending(timezone.now() + dt.timedelta(minutes=2)) == 1
    assert StoredFile.objects.get().sha256 == sha()


def test_a_zipped_crate_waits_to_be_used(cast):
    upload = begin(None, cast, path="crate.zip")
    append(upload, 0, CONTENT[:5])
    with pytest.raises(uploads.UploadOffsetError, match="not a whole crate yet"):
        uploads.received_zip(upload)
    append(upload, 5, CONTENT[5:])
    assert uploads.received_zip(upload).path.read_bytes() == CONTENT
    assert [item.pk for item in uploads.open_uploads(cast.alice, None)] == [upload.pk]


def test_pieces_with_and_without_a_checksum_may_follow_each_other(empty, cast, instance):
    content = CONTENT[:500]
    upload = begin(empty, cast, content, sha256=sha(content))
    for start in range(0, 500, 100):
        piece = content[start : start + 100]
        with_one = start % 200 == 0
        append(upload, start, piece, Checksum("sha1", hashlib.sha1(piece).digest()) if with_one else None)
        if start < 400:
            assert (uploads.offset_of(upload), spool_of(upload).mark.exists()) == (start + 100, with_one)
    assert StoredFile.objects.get().sha256 == sha(content)
