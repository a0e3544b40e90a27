# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is kept between scans."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from terracite.errors import ArchiveError
from terracite.timeseries.memory import Memory


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "archive" / "a.jp2"
    path.parent.mkdir()
    path.write_bytes(b"one")
    return path


def test_a_fact_lasts_as_long_as_its_file_does_not_change(file: Path, tmp_path: Path) -> None:
    memory = Memory.load(file.parent, tmp_path / "out" / "memory")
    memory.put(file, "size", [1, "two"])
    assert memory.get(file, "size") == [1, "two"]
    memory.save()
    again = Memory.load(file.parent, tmp_path / "out" / "memory")
    assert again.get(file, "size") == [1, "two"]
    file.write_bytes(b"three")
    assert again.get(file, "size") is None


def test_nothing_is_written_before_it_is_saved(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "out" / "memory"
    memory = Memory.load(file.parent, path)
    memory.put(file, "a", 1)
    assert not path.parent.exists()
    memory.save()
    memory.put(file, "b", 2)
    memory.close()
    again = Memory.load(file.parent, path)
    assert (again.get(file, "a"), again.get(file, "b")) == (1, None)


def test_a_hash_is_computed_once(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory.load(file.parent, tmp_path / "memory", autosave=True)
    first = memory.sha256(file)
    monkeypatch.setattr("terracite.timeseries.memory.hash_file", None)
    assert memory.sha256(file) == first


@pytest.mark.parametrize("content", [b"{}", b'{"version": 2, "files": {}}', b"SQLite format 3\0" + bytes(200), b""])
@pytest.mark.parametrize("autosave", [True, False])
def test_what_is_no_memory_is_replaced(file: Path, tmp_path: Path, content: bytes, autosave: bool) -> None:
    path = tmp_path / "memory"
    path.write_bytes(content)
    memory = Memory.load(file.parent, path, autosave=autosave)
    memory.put(file, "a", 1)
    memory.save()
    memory.close()
    assert Memory.load(file.parent, path).get(file, "a") == 1


def test_a_killed_scan_leaves_what_was_saved(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "memory"
    code = (
        "import sys; from pathlib import Path; from terracite.timeseries.memory import Memory\n"
        "file, path = map(Path, sys.argv[1:])\n"
        "memory = Memory.load(file.parent, path, autosave=True)\n"
        "memory.put(file, 'a', 1); memory.save()\n"
        "rows = [(f'{number}', 'b', '', '') for number in range(100_000)]\n"
        "with memory.writing() as connection:\n"
        "    connection.executemany('insert into facts values (?, ?, ?, ?)', rows)\n"
        "    print('ready', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    memory = Memory.load(file.parent, path)
    assert memory.get(file, "a") == 1
    assert memory.connection.execute("select count(*) from facts").fetchone() == (1,)


def test_a_target_that_cannot_be_written_says_what_to_do(file: Path, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file, not a folder")
    with pytest.raises(ArchiveError, match="cannot be used"):
        Memory.load(file.parent, tmp_path / "blocked" / "memory", autosave=True)


def test_two_scans_at_once_do_not_write_over_each_other(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terracite.timeseries.memory._WAIT_S", 0.05)
    one = Memory.load(file.parent, tmp_path / "memory", autosave=True)
    two = Memory.load(file.parent, tmp_path / "memory", autosave=True)
    two.put(file, "a", 2)
    with one.writing(), pytest.raises(ArchiveError, match="Another scan is using it"):
        two.save()
    two.save()
    assert one.get(file, "a") == 2
