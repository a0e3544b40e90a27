# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run scripts of bench/ one after the other, all of them whatever they find, and sum up at the end.

    python scripts/run_benchmarks.py                              all
    python scripts/run_benchmarks.py scan footprints timeseries

Ends in an error when a bar is not met or a script fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[1] / "bench"
_MISSED = "NOT MET"
_COUNT = re.compile(r"(\d+) of (\d+) bars met")  #: the last line of a script


def main(names: list[str]) -> int:
    """Print what each script prints, then what was missed."""
    missed, failed, met, asked = [], [], 0, 0
    for name in names or sorted(path.stem for path in BENCH.glob("*.py")):
        print(f"== bench/{name}.py", flush=True)
        code, lines = _run(BENCH / f"{name}.py")
        missed += [f"{name}: {line}" for line in lines if line.endswith(_MISSED)]
        if counted := _COUNT.fullmatch(lines[-1] if lines else ""):
            met, asked = met + int(counted[1]), asked + int(counted[2])
        if code:
            failed.append(name)
        print(flush=True)
    print("== In all")
    for line in missed:
        print(line)
    print(f"{met} of {asked} bars met" + (f"; not well ended: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _run(script: Path) -> tuple[int, list[str]]:
    """The exit code of a script, and its lines, which are printed as they come."""
    lines = []
    with subprocess.Popen([sys.executable, "-u", str(script)], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return process.returncode, lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
