# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ways measured in turns, each in a process of its own; one line a figure; a summary last."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Figures = dict[str, float]
Met = bool | None  #: None where no bar is set
_WIDTH = 50


def in_turns(commands: dict[str, list[str]], turns: int) -> dict[str, Figures]:
    """The best figures of each way: every turn runs each command once, and takes the figures that it prints (JSON)."""
    found: dict[str, list[Figures]] = {way: [] for way in commands}
    for _ in range(turns):
        for way, command in commands.items():
            done = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True)
            found[way].append(json.loads(done.stdout))
    return {way: {key: min(one[key] for one in results) for key in results[0]} for way, results in found.items()}


def spent_by(work: Callable[[], object]) -> Figures:
    """Seconds (wall and CPU) of ``work``, and peak memory of this process in MB."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "MB": peak_mb()}


def peak_mb() -> float:
    """Largest resident memory of this process (not of its parent, which `resource` would count)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def head() -> None:
    """The names of the columns."""
    print(f"{'figure':<{_WIDTH}} {'ours':>10} {'peer':>10} {'ratio':>8}  {'bar':<8} met")


def bar(name: str, mine: float, peer: float, *, least: float | None = None) -> Met:
    """One figure, smaller is better; ``least``: what the peer's must be, in times ours."""
    ratio = peer / mine
    met = None if least is None else ratio >= least
    verdict = "no bar" if met is None else "met" if met else "NOT MET"
    asked = "" if least is None else f">= {least:.2f}"
    print(f"{name:<{_WIDTH}} {mine:>10.2f} {peer:>10.2f} {ratio:>8.2f}  {asked:<8} {verdict}", flush=True)
    return met


def bar_is(name: str, met: bool) -> Met:
    """One fact that must be so."""
    verdict = "met" if met else "NOT MET"
    print(f"{name:<{_WIDTH}} {'yes' if met else 'no':>10} {'':>10} {'':>8}  {'yes':<8} {verdict}", flush=True)
    return met


def summary(found: Sequence[Met]) -> int:
    """The last line; the exit code: 1 when a bar is not met."""
    asked = [met for met in found if met is not None]
    print(f"{sum(asked)} of {len(asked)} bars met")
    return 0 if all(asked) else 1
