# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the finished crate already holds: its model and its blocks are taken up again as far as they still hold.

A crate whose record changes is not mapped again; one that a tile is added to is mapped where that tile lies, as long as
its model comes out the same.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from terracite.crate.read import Crate, open_crate
from terracite.crate.verify import verify
from terracite.errors import CrateError, RasterError
from terracite.landcover.block_map import BlockMap
from terracite.landcover.engine.keys import BlockKeys, digest
from terracite.landcover.mapping import regional
from terracite.landcover.products import CLEAR, CONFIDENCE, MAP, standing
from terracite.landcover.scoring import ModelScore
from terracite.landcover.work import Work
from terracite.raster.grid import Block, Grid, same_crs

_ALIGNED = 1e-6  #: of a cell


@dataclass(frozen=True, slots=True)
class Finished:
    """A crate of an earlier run, intact, that says what its steps depended on."""

    crate: Crate
    steps: Mapping[str, Any]

    @classmethod
    def at(cls, output: Path) -> Finished | None:
        """The crate in ``output``; None where there is none, or it is damaged, or of another kind."""
        try:
            crate = open_crate(output) if output.is_dir() else None
        except CrateError:
            return None
        steps = crate.provenance.parameters.get("steps") if crate else None
        if crate is None or not isinstance(steps, dict) or verify(output):
            return None
        return cls(crate, steps)

    def give_model(self, work: Work, key: str, codes: Sequence[int]) -> bool:
        """Put the model and its scores into ``work``; False where they depended on something else."""
        if self.steps.get("learn") != key:
            return False
        for name in self.steps.get("kept", ()):
            (work.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.crate.folder / name, work.folder / name)
        work.keep_scores(self._scores(codes), key)
        return True

    def give_blocks(self, work: Work, keys: BlockKeys, blocks: Sequence[Block]) -> int:
        """Put the blocks that still hold into ``work``, and return how many they are."""
        others, given = set(self.steps.get("others", ())), 0
        known = {digest(item) for item in self.crate.provenance.inputs if item.identifier not in others}
        if self.steps.get("map") != keys.base or not known <= keys.digests():  # an image that is gone was everywhere
            return 0
        try:
            with ExitStack() as stack:
                paths = {name: standing(self.crate.folder, name) for name in self._rasters()}
                images = {name: stack.enter_context(rasterio.open(path)) for name, path in paths.items()}
                moved = shift(keys.grid, Grid.of_dataset(images[MAP]))
                for block in blocks if moved else ():
                    key = keys.of(block)
                    here = _moved(block, moved, images[MAP])
                    if here is None or not keys.read_by(block) <= known or work.has(block, key):
                        continue
                    work.keep(block, _block_map(images, here), key)
                    given += 1
        except (RasterioError, RasterError, KeyError):
            return given
        return given

    def _rasters(self) -> list[str]:
        return [MAP, CONFIDENCE, CLEAR, *self.steps.get("further", ())]

    def _scores(self, codes: Sequence[int]) -> tuple[ModelScore, ...]:
        """The matrices of the scores, from the table that the crate publishes."""
        position = {str(code): number for number, code in enumerate(codes)}
        runs: dict[str, int] = dict(self.steps.get("runs", {}))
        found = {name: np.zeros((count, len(codes), len(codes)), np.int64) for name, count in runs.items()}
        with (self.crate.folder / "confusion.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["source"] in found:
                    place = int(row["run"]) - 1, position[row["map_code"]], position[row["reference_code"]]
                    found[row["source"]][place] = int(row["count"])
        return tuple(ModelScore(name, matrices) for name, matrices in found.items())


def steps(work: Work, folder: Path, learn: str, keys: BlockKeys, first: BlockMap) -> dict[str, Any]:
    """What a later run has to know of this one; ``folder``: of the crate, ``first``: any of its blocks."""
    names = {path.name for path in work.folder.iterdir() if path.is_file()} | set(regional.files(work.folder))
    kept = sorted(name for name in names if (folder / name).is_file())
    _, _, scores = work.model()
    runs = {score.scheme: len(score.matrices) for score in scores}
    return {
        "learn": learn, "map": keys.base, "others": sorted(keys.others), "kept": kept,
        "further": sorted(first.further), "runs": runs,
    }  # fmt: skip


def shift(new: Grid, old: Grid) -> tuple[int, int] | None:
    """(rows, columns) from the new grid to the old one; None unless their cells are the same."""
    alike = new.transform[:2] == old.transform[:2] and new.transform[3:5] == old.transform[3:5]
    if not alike or not same_crs(new.crs, old.crs):
        return None
    a, b, c, d, e, f = old.transform
    if b or d:
        return None
    col, row = (new.transform[2] - c) / a, (new.transform[5] - f) / e
    if abs(col - round(col)) > _ALIGNED or abs(row - round(row)) > _ALIGNED:
        return None
    return round(row), round(col)


def _moved(block: Block, by: tuple[int, int] | None, image: Any) -> Block | None:
    """Where the block lies in the old raster; None where it is not all there."""
    if by is None:
        return None
    row, col = block.row + by[0], block.col + by[1]
    inside = row >= 0 and col >= 0 and row + block.height <= image.height and col + block.width <= image.width
    return Block(row, col, block.height, block.width) if inside else None


def _block_map(images: Mapping[str, Any], block: Block) -> BlockMap:
    window = block.window()
    main = [images[name].read(1, window=window) for name in (MAP, CONFIDENCE, CLEAR)]
    further = {name: images[name].read(window=window) for name in list(images)[3:]}
    return BlockMap(main[0], main[1], main[2].astype(np.uint16), further)
