# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a run has already done, kept beside the crate until it is finished: the model, its scores, finished blocks.

A run that was killed goes on from there. So does one of a changed recipe, or on other inputs, as far as what a step
depends on is the same.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from terracite.crate import disk
from terracite.crate.disk import sync
from terracite.errors import CrateError, EngineError
from terracite.landcover import block_files
from terracite.landcover.block_files import Manifest
from terracite.landcover.block_map import BlockMap
from terracite.landcover.classifiers import model
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.scoring import ModelScore
from terracite.raster.grid import Block

_ABOUT, _TRAINED = "run.json", "trained"
_NOT_OF_THE_MODEL = (_ABOUT, "hashes.json", "block-", "manifest")


@dataclass(frozen=True, slots=True)
class Work:
    """The working folder of one run; nobody else gets it before the ``with`` block ends."""

    folder: Path
    key: str  #: changes with the recipe or any input
    started: dt.datetime  #: when the run first began, UTC
    claim: int  #: the descriptor that locks the folder
    manifest: Manifest  #: of the finished blocks
    share: str = ""  #: which of the jobs that map together; "" = the only one

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if (
            self.folder.is_dir()
            and not self.share
            and {path.name for path in self.folder.iterdir()} <= {_ABOUT, "hashes.json"}
        ):
            self.clear()  # nothing was done
        os.close(self.claim)

    @classmethod
    def open(cls, output: Path, key: str, moment: dt.datetime | None = None) -> Work:
        """The work already done for the crate ``output``, or a new, empty one.

        ``key``: of the whole run; when it is another one, the run begins now (or at ``moment``), and each step looks
        whether its own key is still the same. Raises `CrateError` while another process is at it.
        """
        folder = folder_of(output)
        claim = disk.claim(folder)
        if claim is None:
            raise CrateError(f"Another process is making '{output.name}'.", hint="Wait until it has finished.")
        for left in folder.glob("*.partial"):
            left.unlink(missing_ok=True)
        started = _started(folder, key)
        if started is None or (moment and started != moment):
            started = moment or dt.datetime.now(dt.UTC).replace(microsecond=0)
            _put(folder / _ABOUT, json.dumps({"key": key, "started": started.isoformat()}).encode())
        return cls(folder, key, started, claim, Manifest(folder))

    @classmethod
    def join(cls, output: Path, key: str, share: str) -> Work:
        """The work of a run that several jobs do: each adds blocks, and none may finish it meanwhile.

        Raises `EngineError` before the model is trained, and `CrateError` while another process is finishing it.
        """
        folder = folder_of(output)
        started = _started(folder, key)
        if started is None or not (folder / _TRAINED).is_file():
            raise EngineError(
                f"The model of '{output.name}' is not trained yet, or for another recipe.",
                hint="Train it first: terracite landcover run RECIPE --output CRATE --blocks 0/N.",
            )
        claim = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(claim, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(claim)
            raise CrateError(
                f"Another process is making '{output.name}'.", hint="Wait until it has finished."
            ) from error
        return cls(folder, key, started, claim, Manifest(folder, share), share)

    def has_model(self, key: str = "") -> bool:
        """Whether the model is trained, for that ``key`` of all it depends on."""
        try:
            return (self.folder / _TRAINED).read_text(encoding="utf-8") == key
        except OSError:
            return False

    def keep_model(self, trained: Model, card: model.Card, scores: tuple[ModelScore, ...], key: str = "") -> None:
        """Keep the model; the mark comes last, when everything it stands for is on disk."""
        (self.folder / _TRAINED).unlink(missing_ok=True)
        model.save(self.folder, trained, card)
        self.keep_scores(scores, key)

    def forget_model(self) -> None:
        """Remove all that training left; finished blocks are kept."""
        for path in self.folder.iterdir():
            if path.is_file() and not path.name.startswith(_NOT_OF_THE_MODEL):
                path.unlink()

    def keep_scores(self, scores: tuple[ModelScore, ...], key: str) -> None:
        """Keep the scores beside a model that is already there, and mark both as done."""
        matrices: dict[str, Any] = {score.scheme: score.matrices for score in scores}
        np.savez(self.folder / "scores.npz", **matrices)
        for name in ("model.npz", "model.json", "scores.npz"):
            sync(self.folder / name)
        _put(self.folder / _TRAINED, key.encode())

    def model(self) -> tuple[Model, dict[str, Any], tuple[ModelScore, ...]]:
        trained, card = model.load(self.folder)
        with np.load(self.folder / "scores.npz", allow_pickle=False) as arrays:
            names = sorted(arrays.files, key=lambda name: (name == "block", name))
            scores = tuple(_score(name, arrays[name], card["scores"].get(name, {})) for name in names)
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


def folder_of(output: Path) -> Path:
    """Where the work for the crate ``output`` is kept until it is finished."""
    return output.parent / f".{output.name}.work"


def _started(folder: Path, key: str) -> dt.datetime | None:
    """When the work in ``folder`` began; None when it is not that of ``key``."""
    try:
        manifest = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        return dt.datetime.fromisoformat(manifest["started"]) if manifest["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _score(name: str, matrices: NDArray[np.int64], said: Mapping[str, Any]) -> ModelScore:
    return ModelScore(name, matrices, said.get("block_degrees", 0.0), tuple(said.get("unknown", ())))


def _put(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.partial")
    part.write_bytes(content)
    sync(part)
    part.replace(path)
