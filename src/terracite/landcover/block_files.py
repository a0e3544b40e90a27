# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finished blocks on disk, and the manifest that vouches for them: a hash of each, so that a torn file is made again.

Nothing is forced to the disk block by block: what a power cut tears no longer has its hash.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import platform
import zipfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from terracite.errors import RasterError
from terracite.landcover.block_map import BlockMap
from terracite.raster.grid import Block

_MANIFEST = "manifest"  #: and ".txt"; jobs that share a map each append to one of their own
_FURTHER = "further "  #: before the names of what only some maps have
_HASH = 64  #: hexadecimal digits
_AGAIN = "Run the command again."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Kept:
    """A block that somebody finished: what the manifest says of it."""

    name: str  #: of the file
    key: str  #: of all that the block depends on
    sha256: str


def name_of(block: Block) -> str:
    return f"block-{block.row:07d}-{block.col:07d}.npz"


def said(block: Block) -> str:
    """How messages name a block."""
    return f"the block at row {block.row}, column {block.col}"


def write(folder: Path, block: Block, key: str, found: BlockMap) -> Kept:
    """Put a block in ``folder``, whole or not at all; any process that sees the folder may.

    Raises `RasterError` where the disk is full.
    """
    content, name = _packed(found), name_of(block)
    part = folder / f"{name}.{platform.node()}.{os.getpid()}.partial"
    try:
        part.write_bytes(content)
        part.replace(folder / name)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        if error.errno not in _FULL:
            raise
        raise RasterError(
            f"There is no room in '{folder}' for {said(block)}: {os.strerror(error.errno or 0).lower()}.",
            hint="Free some space and run the same command again: every finished block is kept.",
        ) from error
    return Kept(name, key, hashlib.sha256(content).hexdigest())


class Manifest:
    """The finished blocks of a folder, one line each (hash, key, file), only ever added to.

    A line that a kill cut short is passed over; its block is made again. ``share``: names the jobs that add to it at
    the same time, each to a file of its own.
    """

    def __init__(self, folder: Path, share: str = "") -> None:
        self.folder = folder
        self._path = folder / f"{_MANIFEST}{share and '-'}{share}.txt"
        self._known: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for path in sorted(folder.glob(f"{_MANIFEST}*.txt")):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                sha256, _, rest = line.partition(" ")
                key, _, name = rest.partition(" ")
                if len(sha256) == _HASH and name.endswith(".npz"):
                    self._known[name].add((key, sha256))

    def add(self, kept: Kept) -> None:
        """Vouch for a block. The line starts with a line break: a torn one before it takes nothing with it."""
        with self._path.open("ab", buffering=0) as file:
            file.write(f"\n{kept.sha256} {kept.key} {kept.name}".encode())
        self._known[kept.name].add((kept.key, kept.sha256))

    def has(self, block: Block, key: str) -> bool:
        """Whether the block is finished, for that key, to the byte."""
        name = name_of(block)
        wanted = {sha256 for known, sha256 in self._known.get(name, ()) if known == key}
        if not wanted:
            return False
        try:
            return hashlib.sha256((self.folder / name).read_bytes()).hexdigest() in wanted
        except OSError:
            return False

    def read(self, block: Block) -> BlockMap:
        """A finished block. Raises `RasterError` when it is not, or not what was written."""
        name = name_of(block)
        try:
            content = (self.folder / name).read_bytes()
            if hashlib.sha256(content).hexdigest() in {sha256 for _, sha256 in self._known.get(name, ())}:
                return _unpacked(content)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise RasterError(f"The block '{name}' is not finished.", hint=_AGAIN) from error
        raise RasterError(f"The block '{name}' is not what was written.", hint=_AGAIN)


def _packed(found: BlockMap) -> bytes:
    main = {"classes": found.classes, "confidence": found.confidence, "clear": found.clear}
    arrays: dict[str, Any] = main | {f"{_FURTHER}{name}": values for name, values in found.further.items()}
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def _unpacked(content: bytes) -> BlockMap:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        further = {name[len(_FURTHER) :]: arrays[name] for name in arrays.files if name.startswith(_FURTHER)}
        return BlockMap(arrays["classes"], arrays["confidence"], arrays["clear"], further)
