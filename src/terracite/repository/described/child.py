# SPDX-License-Identifier: AGPL-3.0-or-later
"""The child process of `terracite.repository.described`: facts, then what the documents among them mean.

Called as ``python -m terracite.repository.described.child FILE KIND MEMORY_MB TIMEOUT_S``.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from terracite.raster import inspect_child
from terracite.raster.inspect import Facts
from terracite.repository.described.reading import with_described


def main(arguments: list[str]) -> None:
    """Write the facts, or an error with its cure, to standard output."""
    path, kind, memory_mb, timeout_s = arguments
    inspect_child.leave_network()
    inspect_child.limit(int(memory_mb), float(timeout_s))
    sys.stdout.write(json.dumps(answer(Path(path), kind), ensure_ascii=True))


def answer(path: Path, kind: str) -> dict[str, object]:
    """The facts as JSON values, or ``error`` and ``hint``."""
    found = inspect_child.answer(path, kind)
    if "error" in found:
        return found
    facts = Facts.from_dict(found)
    try:
        return with_described(facts).to_dict()
    except Exception:  # noqa: BLE001  what a document means never costs what was read from the data
        return replace(facts, documents=()).to_dict()


if __name__ == "__main__":
    main(sys.argv[1:])
