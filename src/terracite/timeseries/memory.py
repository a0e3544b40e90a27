# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is already known of the files of an archive, kept between runs so that only changed files are opened.

A file is known by its relative path, its size and its time of change. The memory is a JSON file kept outside the
archive; it can be deleted at any time, and costs only time then.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terracite.crate.provenance import hash_file

_VERSION = 2  #: raised when images are looked at in another way, so that all are looked at again


@dataclass(slots=True)
class Memory:
    """Facts by file. ``path`` is None for a memory that lasts one run only."""

    root: Path  #: of the archive
    path: Path | None = None
    _facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _changed: bool = False

    @classmethod
    def load(cls, root: Path, path: Path | None) -> Memory:
        """The memory kept in ``path``; an empty one when there is none, or it cannot be read."""
        memory = cls(root, path)
        if path is None:
            return memory
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return memory
        if isinstance(content, dict) and content.get("version") == _VERSION:
            memory._facts = content.get("files", {})
        return memory

    def get(self, path: Path, name: str) -> Any:
        """The fact ``name`` of a file; None when it is not known or the file has changed since."""
        known = self._facts.get(self._key(path))
        if known is None or known.get("stamp") != _stamp(path):
            return None
        return known.get(name)

    def put(self, path: Path, name: str, value: Any) -> None:
        """Remember a JSON value about a file as it is now."""
        stamp, key = _stamp(path), self._key(path)
        known = self._facts.get(key)
        if known is None or known.get("stamp") != stamp:
            known = self._facts[key] = {"stamp": stamp}
        known[name] = value
        self._changed = True

    def sha256(self, path: Path) -> str:
        """The SHA-256 of a file, computed once as long as it does not change."""
        known: str | None = self.get(path, "sha256")
        if known is None:
            known = hash_file(path)[0]
            self.put(path, "sha256", known)
        return known

    def save(self) -> None:
        """Keep everything in ``path``, whole or not at all; nothing to do when nothing is new."""
        if self.path is None or not self._changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        try:
            part.write_text(json.dumps({"version": _VERSION, "files": self._facts}), encoding="utf-8")
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)
        self._changed = False

    def _key(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


def _stamp(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return [0, 0]
    return [status.st_size, status.st_mtime_ns]
