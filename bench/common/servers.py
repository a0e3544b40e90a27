# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking at servers from outside: their processes, what they worked, what they hold in memory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def children(parent: int) -> list[int]:
    """The processes that ``parent`` started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found


def web_processes(parent: int) -> list[int]:
    """Those of `terracite serve` that answer requests; the others do its background work."""
    return [pid for pid in children(parent) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def cpu_s(processes: Sequence[int]) -> float:
    """Seconds that they worked so far."""
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(processes: Sequence[int], name: str = "VmRSS") -> float:
    """The largest of them, now (``VmRSS``) or at its peak (``VmHWM``)."""
    found = []
    for pid in processes:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        found.append(next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024)
    return max(found)
