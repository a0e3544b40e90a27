# SPDX-License-Identifier: AGPL-3.0-or-later
"""The child process of `terracite.raster.inspect`: takes its limits, reads one file, answers in JSON.

Called as ``python -m terracite.raster.inspect_child FILE KIND MEMORY_MB TIMEOUT_S``.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import math
import resource
import sys
from pathlib import Path

from terracite.errors import TerraciteError
from terracite.raster.inspect import Facts
from terracite.raster.inspect_kinds import KINDS

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_DAMAGED = "It is damaged or not complete: open it in its own program and save it again, or copy it again."


def main(arguments: list[str]) -> None:
    """Write the facts, or an error with its cure, to standard output."""
    path, kind, memory_mb, timeout_s = arguments
    leave_network()
    limit(int(memory_mb), float(timeout_s))
    sys.stdout.write(json.dumps(answer(Path(path), kind), ensure_ascii=True))


def answer(path: Path, kind: str) -> dict[str, object]:
    """The facts as JSON values, or ``error`` and ``hint``."""
    try:
        reader = importlib.import_module(f"terracite.raster.{KINDS[kind].reader}")
        facts: Facts = reader.facts(path, KINDS[kind])
        return facts.to_dict()
    except TerraciteError as error:
        return {"error": error.message.replace(str(path), path.name), "hint": error.hint}
    except MemoryError:
        return {"error": f"'{path.name}' needs too much memory.", "hint": _DAMAGED}
    except Exception as error:  # noqa: BLE001  the libraries raise anything on malformed files
        reason = " ".join(str(error.__cause__ or error).replace(str(path), path.name).split())[:200]
        message = f"'{path.name}' cannot be read as {KINDS[kind].format}: {reason.rstrip('.')}."
        return {"error": message, "hint": _DAMAGED}


def limit(memory_mb: int, timeout_s: float) -> None:
    """Set the limits that the system enforces: memory, processor time, size of what is written, no core files."""
    memory, seconds = memory_mb * 2**20, max(1, math.ceil(timeout_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 2**20, 64 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_network() -> bool:
    """Move to an empty network, where the system lets an ordinary process do so (Linux user namespaces)."""
    try:
        return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
    except (OSError, AttributeError):
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
