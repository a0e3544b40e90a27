# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker: finds its work in the tables, outlives each task."""

from __future__ import annotations

import io
import threading

import pytest
from django.db import connection

from terracite.repository import deposits, files, moderation, tasks
from terracite.repository.models import DatasetVersion, StoredFile

from .conftest import in_review


def test_one_round_looks_into_files_and_publishes_what_was_accepted(draft, cast, deposit):
    moderation.accept(in_review(draft, cast), cast.bob)
    other = deposits.create_dataset(deposit, cast.alice)
    files.add_file(other, cast.alice, "a.txt", io.BytesIO(b"words"))

    done = tasks.run_quick()

    draft.refresh_from_db()
    assert draft.state == "published"
    assert other.files.get().state == "ok"
    assert done == 1 + 4 + 4  # one file; DOI twice, preservation, index; four letters
    assert tasks.run_quick() == 0


def test_a_file_left_half_looked_into_by_a_killed_worker_is_taken_up_again(draft, cast):
    StoredFile.objects.filter(version=draft).update(state="scanning")

    assert tasks.inspect_pending() == 2
    assert {file.state for file in draft.files.all()} == {"ok"}


def test_one_failing_task_does_not_stop_the_round(draft, cast, monkeypatch):
    moderation.accept(in_review(draft, cast), cast.bob)
    files_of_another = deposits.create_dataset(draft.dataset.deposit, cast.alice)
    files.add_file(files_of_another, cast.alice, "a.txt", io.BytesIO(b"words"))
    monkeypatch.setattr(tasks, "inspect_file", lambda _: 1 / 0)

    tasks.run_quick()

    draft.refresh_from_db()
    assert draft.state == "published"


def test_the_worker_stops_when_it_is_told_to(instance, monkeypatch):
    rounds = []
    stop = threading.Event()

    def one_round() -> int:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        return 0

    monkeypatch.setattr(tasks, "run_quick", one_round)
    monkeypatch.setattr(tasks.previews, "make_pending", lambda limit: 0)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    tasks.work(stop, pause_s=0.01)

    assert len(rounds) == 3


def test_what_is_asked_every_second_reads_few_rows(db):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by how many rows there are")
    over = DatasetVersion.objects.filter(access="embargoed", embargo_until__lte="2026-01-01", state__in=["published"])
    plans = [StoredFile.to_look_into().order_by("created", "pk").explain(), over.explain()]
    assert ["files_to_look_into" in plans[0], "embargoes" in plans[1]] == [True, True]
