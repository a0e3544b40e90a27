# SPDX-License-Identifier: AGPL-3.0-or-later
"""Previews are made once, by one worker, in a child process; what goes wrong is told."""

from __future__ import annotations

import datetime as dt
import io

import numpy as np
import pytest
import rasterio
from django.conf import settings
from django.utils import timezone

from terracite.raster.previewing import Made
from terracite.raster.previewing.makers import MAKERS
from terracite.raster.previewing.process import PreviewError
from terracite.repository import files, previews, tasks
from terracite.repository.models import Preview, StoredFile
from terracite.repository.previews import making
from terracite.services.storage import storage_for


def tiff() -> bytes:
    cells = np.arange(600, dtype="uint8").reshape(1, 20, 30) % 5
    place = rasterio.Affine(1200, 0, 320_000, 0, -1200, 7_680_000)
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=30, height=20, count=1, dtype="uint8", crs="EPSG:32740", nodata=0, transform=place
        ) as file:
            file.write(cells)
        return bytes(memory.read())


@pytest.fixture
def map_file(draft, cast) -> StoredFile:
    Preview.objects.all().delete()  # those that inspection asked for
    return files.add_file(draft, cast.alice, "maps/map.TIF", io.BytesIO(tiff()))


def stored(row: Preview) -> list[str]:
    keys = storage_for(settings.TERRACITE).list(row.prefix)
    return sorted(key.rpartition("/")[2] for key in keys)


def made_here(monkeypatch, do) -> None:
    monkeypatch.setattr(making, "run", lambda maker, path, folder, alive: do(folder))


def test_a_format_that_is_not_shown_has_no_preview(draft, cast):
    file = files.add_file(draft, cast.alice, "a.unknown", io.BytesIO(b"words"))
    empty = files.add_file(draft, cast.alice, "empty.tif", io.BytesIO(b""))

    assert (previews.preview_of(file), previews.preview_of(empty)) == (None, None)


def test_it_waits_until_the_worker_made_it_in_a_child(map_file):
    row = previews.preview_of(map_file)
    assert (row.state, row.kind, row.format) == ("waiting", "raster", ".tif")

    assert tasks.run_due() >= 1
    row.refresh_from_db()

    assert (row.state, row.problem, row.attempts, row.claimed_until) == ("ready", "", 1, None)
    assert row.facts["layers"][0]["kind"] == "classes"
    assert stored(row) == ["index.npy", "tiles.pack"]
    assert previews.make_pending() == 0


def test_the_same_content_shares_one_preview(map_file, draft, cast):
    twin = files.add_file(draft, cast.alice, "again.tif", io.BytesIO(tiff()))

    assert previews.preview_of(map_file) == previews.preview_of(twin)
    assert Preview.objects.count() == 1


def test_on_a_full_disk_it_waits_and_no_file_is_called_damaged(map_file, monkeypatch):
    row = previews.preview_of(map_file)

    def no_room(folder):
        raise PreviewError("'map.tif' cannot be drawn: No space left on device.")

    made_here(monkeypatch, no_room)
    monkeypatch.setattr(making, "_is_disk_full", lambda: True)
    assert [previews.make_pending() for _ in range(2)] == [1, 0]
    Preview.objects.update(claimed_until=None)
    monkeypatch.undo()
    assert previews.make_pending() == 1

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("ready", 1)


def test_a_claim_is_won_once(map_file):
    row = previews.preview_of(map_file)
    now = timezone.now()
    same = Preview.objects.get(pk=row.pk)

    assert [making._claimed(row, now), making._claimed(same, now)] == [True, False]
    assert making._claim_next(now) is None


def test_a_killed_worker_leaves_a_claim_that_runs_out(map_file, monkeypatch):
    row = previews.preview_of(map_file)
    making._claimed(row, timezone.now() - dt.timedelta(hours=1))
    made_here(monkeypatch, lambda folder: Made({"layers": []}))

    assert previews.make_pending() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("ready", 2)


def test_after_three_attempts_that_never_ended_it_failed(map_file):
    row = previews.preview_of(map_file)
    for _ in range(3):
        making._claimed(row, timezone.now() - dt.timedelta(hours=1))
        row.refresh_from_db()

    assert previews.make_pending() == 0
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "It was begun 3 times and never ended.")


def test_a_child_that_dies_is_tried_three_times(map_file, monkeypatch):
    row = previews.preview_of(map_file)

    def dies(folder):
        raise PreviewError("'map.TIF' stopped the program that draws it.", again=True)

    made_here(monkeypatch, dies)
    assert previews.make_pending() == 3
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 3)
    assert row.problem == "'map.TIF' stopped the program that draws it."


def test_a_damaged_file_fails_at_once_with_the_reason(draft, cast):
    Preview.objects.all().delete()
    file = files.add_file(draft, cast.alice, "broken.tif", io.BytesIO(tiff()[:200]))
    row = previews.preview_of(file)

    assert previews.make_pending() == 1
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.problem.startswith("'broken.tif' ")
    assert "its bytes are kept" in row.problem


def test_an_attempt_that_ends_late_changes_nothing(map_file, monkeypatch, instance):
    row = previews.preview_of(map_file)

    def overtaken(folder):
        Preview.objects.filter(pk=row.pk).update(attempts=2)  # another worker took it up meanwhile
        return Made({"layers": ["late"]})

    made_here(monkeypatch, overtaken)
    previews.make_pending(1)
    row.refresh_from_db()
    assert (row.state, row.facts) == ("waiting", {})


def test_retry_begins_anew(map_file):
    row = previews.preview_of(map_file)
    Preview.objects.update(state="failed", attempts=3, problem="no")
    previews.retry(row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.problem) == ("waiting", 0, "")


def test_every_maker_can_be_loaded_and_says_its_suffixes():
    import importlib

    for maker in MAKERS:
        module = importlib.import_module(f"terracite.raster.previewing.{maker.module}")
        assert callable(module.make), maker
        assert set(maker.suffixes) <= set(getattr(module, "SUFFIXES", maker.suffixes)), maker
