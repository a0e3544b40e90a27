# SPDX-License-Identifier: AGPL-3.0-or-later
"""What several processes count is counted once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from terracite.services.tallies import Tallies

COUNT = """
import sys
from pathlib import Path
from terracite.services.tallies import Tallies
tallies = Tallies(Path(sys.argv[1]), "secret", lambda: 1000.0)
sys.stdin.read()  # all at once
print(sum(tallies.within("login:alice", 300) <= 100 for _ in range(150)), end=" ")
print(sum(tallies.take("calls:1", 100) == 0 for _ in range(150)))
"""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tallies(tmp_path: Path, clock: Clock) -> Tallies:
    return Tallies(tmp_path / "limits.sqlite3", "secret", clock)


def test_two_processes_share_one_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path / "new" / "limits.sqlite3")]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        assert one.stdin
        one.stdin.close()
        one.stdin = None
    allowed = [list(map(int, one.communicate(timeout=30)[0].split())) for one in both]
    assert [sum(column) for column in zip(*allowed, strict=True)] == [100, 100]


def test_a_count_ends_with_its_time_or_is_forgotten(tallies: Tallies, clock: Clock) -> None:
    assert [tallies.within("a", 60) for _ in range(3)] == [1, 2, 3]
    clock.now += 59
    assert (tallies.within("a", 60), tallies.within("b", 60)) == (4, 1)
    clock.now += 2
    assert tallies.within("a", 60) == 1
    tallies.forget("a")
    assert tallies.within("a", 60) == 1


def test_a_clock_that_was_set_back_locks_nobody_out(tallies: Tallies, clock: Clock) -> None:
    assert [tallies.within("a", 60), tallies.within("a", 60), tallies.take("b", 1), tallies.take("b", 1)] == [
        1,
        2,
        0,
        60,
    ]
    clock.now -= 1e6
    assert [tallies.within("a", 60), tallies.take("b", 1), tallies.take("b", 1)] == [1, 0, 60]


def test_a_bucket_fills_by_itself(tallies: Tallies, clock: Clock) -> None:
    assert [tallies.take("a", 60) > 0 for _ in range(61)] == [False] * 60 + [True]
    clock.now += 2
    assert [tallies.take("a", 60) > 0 for _ in range(3)] == [False, False, True]
    assert tallies.take("a", 60) == pytest.approx(1)


def test_nothing_readable_is_written_and_what_is_over_goes(tallies: Tallies, clock: Clock, tmp_path: Path) -> None:
    for number in range(400):
        tallies.within(f"login:192.0.2.1:alice{number}", 10)
    clock.now += 20
    for _ in range(200):
        tallies.within("b", 10)
    assert not any(b"alice" in path.read_bytes() for path in tmp_path.iterdir())
    assert tallies._opened().execute("SELECT count(*) FROM tally").fetchone() == (1,)


def test_a_broken_file_is_made_anew_and_a_full_disk_refuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite3"
    path.write_bytes(b"torn" * 2000)
    tallies = Tallies(path, "secret")
    assert [tallies.within("a", 60) for _ in range(2)] == [1, 2]
    (tmp_path / "file").write_text("no folder")
    assert (Tallies(tmp_path / "file" / "x", "secret").take("a", 1), tallies.take("a", 1)) == (0, 0)
