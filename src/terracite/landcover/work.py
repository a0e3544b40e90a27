# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a run has already done, kept beside the crate until it is finished: the model, its scores, finished blocks.

A run that was killed goes on from there; a run of another recipe, or on other inputs, starts afresh.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from terracite.crate import disk
from terracite.errors import CrateError
from terracite.landcover import block_files
from terracite.landcover.block_files import Manifest
from terracite.landcover.block_map import BlockMap
from terracite.landcover.classifiers import model
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.scoring import ModelScore
from terracite.raster.grid import Block

_ABOUT = "run.json"


@dataclass(frozen=True, slots=True)
class Work:
    """The working folder of one run; nobody else gets it before the ``with`` block ends."""

    folder: Path
    key: str  #: changes with the recipe or any input
    started: dt.datetime  #: when the run first began, UTC
    claim: int  #: the descriptor that locks the folder
    manifest: Manifest  #: of the finished blocks

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self.claim)

    @classmethod
    def open(cls, output: Path, key: str) -> Work:
        """The work already done for the crate ``output`` with that ``key``, or a new, empty one.

        Raises `CrateError` while another process is at it.
        """
        folder = output.parent / f".{output.name}.work"
        claim = disk.claim(folder)
        if claim is None:
            raise CrateError(f"Another process is making '{output.name}'.", hint="Wait until it has finished.")
        started = _started(folder, key)
        if started is None:
            disk.empty(folder)
            started = dt.datetime.now(dt.UTC).replace(microsecond=0)
            _put(folder / _ABOUT, json.dumps({"key": key, "started": started.isoformat()}).encode())
        return cls(folder, key, started, claim, Manifest(folder))

    def has_model(self) -> bool:
        return (self.folder / "trained").is_file()

    def keep_model(self, trained: Model, card: model.Card, scores: tuple[ModelScore, ...]) -> None:
        """Keep the model; the mark ``trained`` comes last, when everything it stands for is on disk."""
        model.save(self.folder, trained, card)
        matrices: dict[str, Any] = {score.scheme: score.matrices for score in scores}
        np.savez(self.folder / "scores.npz", **matrices)
        for name in ("model.npz", "model.json", "scores.npz"):
            _sync(self.folder / name)
        _put(self.folder / "trained", b"")

    def model(self) -> tuple[Model, dict[str, Any], tuple[ModelScore, ...]]:
        trained, card = model.load(self.folder)
        with np.load(self.folder / "scores.npz", allow_pickle=False) as arrays:
            scores = tuple(ModelScore(name, arrays[name]) for name in arrays.files)
        return trained, card, scores

    def has(self, block: Block, key: str = "") -> bool:
        """Whether the block is finished: for that ``key`` of all it depends on, and to the byte."""
        return self.manifest.has(block, key)

    def keep(self, block: Block, found: BlockMap, key: str = "") -> None:
        """Keep a finished block, whole or not at all."""
        self.manifest.add(block_files.write(self.folder, block, key, found))

    def block(self, block: Block) -> BlockMap:
        return self.manifest.read(block)

    def clear(self) -> None:
        """Remove the folder: the crate is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _started(folder: Path, key: str) -> dt.datetime | None:
    """When the work in ``folder`` began; None when it is not that of ``key``."""
    try:
        manifest = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(manifest["started"]) if manifest["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _put(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.partial")
    part.write_bytes(content)
    _sync(part)
    part.replace(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
