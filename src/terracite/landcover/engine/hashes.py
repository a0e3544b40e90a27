# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashes of inputs, remembered while a map is made: terabytes are not read again after each interruption."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from terracite.crate import disk
from terracite.crate.provenance import hash_file

_NAME = "hashes.json"


@dataclass(slots=True)
class Hashes:
    """SHA-256 and size of files; a file whose size or time of change is another one is read again."""

    known: dict[str, tuple[int, int, str]] = field(default_factory=dict)  #: path -> size, nanoseconds, hash

    @classmethod
    def of_work(cls, folder: Path) -> Hashes:
        """Those that an earlier run left in its working folder; none where it left nothing that can be read."""
        try:
            known = json.loads((folder / _NAME).read_text(encoding="utf-8"))
            return cls({path: (int(size), int(time), str(sha256)) for path, (size, time, sha256) in known.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return cls()

    def of(self, path: Path) -> tuple[str, int]:
        """SHA-256 (64 hexadecimal digits) and size in bytes of a file."""
        about = path.stat()
        size, time, sha256 = self.known.get(str(path), (-1, -1, ""))
        if (size, time) != (about.st_size, about.st_mtime_ns):
            sha256, size = hash_file(path)
            self.known[str(path)] = size, about.st_mtime_ns, sha256
        return sha256, size

    def keep(self, folder: Path) -> None:
        disk.write_atomically(folder / _NAME, json.dumps(self.known).encode())
