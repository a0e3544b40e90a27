# SPDX-License-Identifier: AGPL-3.0-or-later
"""What files hold, for tests of what is made of it: `terracite.repository.described.inspect` without its child process.

Starting the child costs a second for each file, and `tests/raster/test_inspect.py` is where it is tested.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from terracite.raster.inspect import Facts
from terracite.raster.inspect_kinds import kind_of
from terracite.repository import described
from terracite.repository.described import child

#: what the tests write themselves, small and whole: read in this process
OWN = {".md", ".txt", ".csv", ".tif"}
_LOOKED: dict[tuple[str, str], Facts] = {}


def look(path: Path) -> Facts:
    """The facts, read once for the same name and content."""
    key = (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    if key not in _LOOKED:
        _LOOKED[key] = _read(path)
    return _LOOKED[key]


def _read(path: Path) -> Facts:
    if path.suffix in OWN and path.stat().st_size and (kind := kind_of(path)).reader:
        found = child.answer(path, kind.name)
        if "error" not in found:
            return Facts.from_dict(found)
    return described.inspect(path)
