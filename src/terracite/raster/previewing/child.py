# SPDX-License-Identifier: AGPL-3.0-or-later
"""The child process of `previewing.process`: takes its limits, runs one maker, answers in JSON.

Called as ``python -m terracite.raster.previewing.child MODULE FILE FOLDER MEMORY_MB TIMEOUT_S OUTPUT_MB PARENT``.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import math
import os
import resource
import signal
import sys
from pathlib import Path

from terracite.errors import TerraciteError
from terracite.raster.inspect_child import leave_network
from terracite.raster.previewing import Made

_SET_PARENT_DEATH_SIGNAL = 1
_DAMAGED = "It is damaged or not complete: its bytes are kept as they are."


def main(arguments: list[str]) -> None:
    """Write what was made, or an error with its cure, to standard output."""
    module, path, folder, *limits, parent = arguments
    die_with(int(parent))
    leave_network()
    memory_mb, timeout_s, output_mb = (float(text) for text in limits)
    limit(memory_mb, timeout_s, output_mb)
    sys.stdout.write(json.dumps(answer(module, Path(path), Path(folder)), ensure_ascii=True, allow_nan=False))


def answer(module: str, path: Path, folder: Path) -> dict[str, object]:
    """``facts`` and ``warnings`` as JSON values, or ``error`` and ``hint``."""
    try:
        maker = importlib.import_module(f"terracite.raster.previewing.{module}")
        made: Made = maker.make(path, folder)
        return {"facts": made.facts, "warnings": list(made.warnings)}
    except TerraciteError as error:
        return {"error": error.message.replace(str(path), path.name), "hint": error.hint}
    except MemoryError:
        return {"error": f"'{path.name}' needs too much memory to be drawn.", "hint": "Its bytes are kept as they are."}
    except Exception as error:  # noqa: BLE001  the libraries raise anything on malformed files
        reason = " ".join(str(error.__cause__ or error).replace(str(path), path.name).split())[:200]
        return {"error": f"'{path.name}' cannot be drawn: {reason.rstrip('.')}.", "hint": _DAMAGED}


def limit(memory_mb: float, timeout_s: float, output_mb: float) -> None:
    """Set the limits that the system enforces: memory, processor time, size of a file written, no core files."""
    memory, seconds, written = int(memory_mb * 2**20), max(1, math.ceil(timeout_s)), int(output_mb * 2**20)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write too far is then an error with words


def die_with(parent: int) -> None:
    """End when the parent ends, however it ended (Linux): nobody would take what is made."""
    try:
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
