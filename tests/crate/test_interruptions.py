# SPDX-License-Identifier: AGPL-3.0-or-later
"""A killed process, a full disk, a file system that cannot exchange two names: the old crate or the new one."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crate.samples import FILES, PROVENANCE, RECORD, listing, make_crate
from full_disk import refuse_files_over
from terracite.crate import disk, layout
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.record.model import Version


def in_child(work: Callable[[], None]) -> int:
    """Run ``work`` in a forked process; returns its id."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - nothing may come back into the tests
            os._exit(1)
    return child


def generation(folder: Path, number: int) -> None:
    """The crate whose files and record both say ``number``."""
    record = RECORD.model_copy(update={"version": Version(number=str(number))})
    make_crate(folder, record, files=FILES | {"ndvi.nc": f"{number} ".encode() * 50_000})


def test_a_killed_process_leaves_the_old_crate_or_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "crate"
    generation(folder, 0)
    chance = random.Random(7)
    seen = set()

    def rewrite_for_ever() -> None:
        for number in range(1, 100_000):
            generation(folder, number)

    for _ in range(12):
        child = in_child(rewrite_for_ever)
        time.sleep(chance.uniform(0.01, 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        crate = open_crate(folder)
        assert verify(folder) == []
        assert (folder / "ndvi.nc").read_bytes().split()[0].decode() == crate.record.version.number
        seen.add(crate.record.version.number)
    assert len(seen) > 1, "the child never finished a crate: the test shows nothing"
    generation(folder, 3)
    assert {path.name for path in tmp_path.iterdir()} == {"crate"}


@pytest.mark.parametrize("renames", range(5))
def test_without_exchange_of_names_a_kill_at_any_step_is_recovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    """The steps of `disk.swap_in` on a system without ``renameat2``, killed after each of them."""
    folder = tmp_path / "crate"
    generation(folder, 1)
    old = listing(folder)
    new = listing(make_crate(tmp_path / "model" / "crate").folder)

    def stopped_early() -> None:
        _die_after(renames, monkeypatch)
        make_crate(folder)

    _, status = os.waitpid(in_child(stopped_early), 0)
    assert (os.waitstatus_to_exitcode(status) == -signal.SIGKILL) is (renames < 4)
    open_crate(folder)
    assert listing(folder) == (new if renames >= 2 else old)
    assert verify(folder) == []
    make_crate(folder)
    assert listing(folder) == new
    assert {path.name for path in tmp_path.iterdir()} == {"crate", "model"}


def _die_after(renames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename
    done = []

    def counted(path: Path, target: Path) -> Path:
        if len(done) == renames:
            os.kill(os.getpid(), signal.SIGKILL)
        done.append(path)
        return rename(path, target)

    monkeypatch.setattr(disk, "_exchange", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", counted)


def test_a_full_disk_leaves_the_old_crate_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: the write fails in the same place."""
    folder = tmp_path / "crate"
    generation(folder, 1)
    before = listing(folder)

    def on_a_full_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        refuse_files_over(60_000)
        generation(folder, 2)

    _, status = os.waitpid(in_child(on_a_full_disk), 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert listing(folder) == before
    assert not layout.staging_of(folder).exists()
    generation(folder, 2)
    assert open_crate(folder).record.version.number == "2"
    assert open_crate(folder).provenance == PROVENANCE
