# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever maps the blocks, and whatever is killed meanwhile, the bytes are the same."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from full_disk import files_up_to
from landcover import engine_kills
from landcover.conftest import Scene
from landcover.engine_mappers import Plain, Troubled
from terracite.errors import EngineError, RasterError
from terracite.landcover import samples, scoring
from terracite.landcover.checks import prepare
from terracite.landcover.engine import Share, finished, map_blocks
from terracite.landcover.features import plan
from terracite.landcover.predict import Mapper
from terracite.landcover.recipe import EnginePart, PeriodPart
from terracite.landcover.reference import Features
from terracite.landcover.work import Work
from terracite.raster.grid import Block

TWO = EnginePart(kind="processes", workers=2)
FEW = PeriodPart(end=dt.date(2022, 4, 1))


def silent(done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Undisturbed:
    """A mapper, and the hash of each block that this process makes with it."""

    mapper: Mapper
    blocks: dict[str, str]


@pytest.fixture(scope="module")
def undisturbed(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    prepared = prepare(landscape.recipe)
    layers = tuple(layer.during(FEW) for layer in prepared.layers)
    wanted = plan(layers, prepared.recipe.period)
    assert isinstance(prepared.known, Features)
    cells = samples.cells_of(prepared.known, prepared.labels, prepared.grid, 64)
    found = samples.from_cells(cells, layers, wanted, prepared.grid, 64)
    model = scoring.learn(found, prepared.recipe.classifier)
    mapper = Mapper(layers, wanted, prepared.grid, model, tuple(prepared.nomenclature.codes))
    return Undisturbed(mapper, _mapped(tmp_path_factory.mktemp("local"), mapper, EnginePart()))


def _mapped(folder: Path, mapper: object, how: EnginePart, **more: object) -> dict[str, str]:
    with Work.open(folder / "map", "key") as work:
        map_blocks(work, mapper, 64, silent, how, **more)  # type: ignore[arg-type]
        return engine_kills.hashes(work.folder)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return _mapped(tmp_path_factory.mktemp("plain"), Plain(), EnginePart())


def test_workers_make_what_one_process_makes(undisturbed: Undisturbed, tmp_path: Path) -> None:
    assert _mapped(tmp_path, undisturbed.mapper, TWO) == undisturbed.blocks


def test_a_worker_that_is_killed_costs_its_block_only(plain: dict[str, str], tmp_path: Path) -> None:
    mapper, told = Troubled(flag=tmp_path / "flag", trouble="kill"), []
    assert _mapped(tmp_path, mapper, TWO, warn=told.append) == plain
    assert told == [
        "a worker was killed (SIGKILL), as happens when memory runs out, with the block at row 0, column 0 in hand; "
        "that block is made again, alone"
    ]


def test_a_worker_beyond_its_memory_lives_and_its_block_is_made_with_less(
    plain: dict[str, str], tmp_path: Path
) -> None:
    mapper, told = Troubled(flag=tmp_path / "flag", trouble="memory"), []
    limited = TWO.model_copy(update={"memory_gb": 8})
    assert _mapped(tmp_path, mapper, limited, warn=told.append) == plain
    assert [line.split(",")[0] for line in told] == ["a worker ran short of memory"]


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        ("kill", "Two workers were lost over the block at row 0, column 0: the last one was killed (SIGKILL)"),
        ("memory", "Memory is too short for the block at row 0, column 0. Set a smaller block in [output]"),
        ("threads", "Memory is too short for the block at row 0, column 0. Set a smaller block in [output]"),
    ],
)
def test_a_block_that_fails_twice_is_named_and_the_others_are_kept(
    plain: dict[str, str], tmp_path: Path, trouble: str, message: str
) -> None:
    mapper = Troubled(flag=tmp_path / "flag", trouble=trouble, always=True)
    with pytest.raises(EngineError, match=re.escape(message)):
        _mapped(tmp_path, mapper, TWO)
    with Work.open(tmp_path / "map", "key") as work:
        assert work.has(Block(0, 64, 64, 64))  # the other worker had it
        assert map_blocks(work, Plain(), 64, silent) < 6
        assert engine_kills.hashes(work.folder) == plain


def test_memory_that_is_too_short_here_is_named(plain: dict[str, str], tmp_path: Path) -> None:
    mapper = Troubled(flag=tmp_path / "flag", trouble="memory", always=True)
    with pytest.raises(EngineError, match="Memory is too short for the block at row 0, column 0"):
        _mapped(tmp_path, mapper, EnginePart())


def test_an_image_that_a_worker_cannot_read_is_named_at_once(plain: dict[str, str], tmp_path: Path) -> None:
    mapper = Troubled(flag=tmp_path / "flag", trouble="image", always=True)
    with pytest.raises(RasterError, match="torn") as told:
        _mapped(tmp_path, mapper, TWO)
    assert told.value.hint == "Copy it again."


NO_ROOM = r"There is no room in .* for the block at row 0, column 0: file too large\. Free some space and run the same"


def test_a_full_disk_is_named_and_what_is_finished_is_kept(plain: dict[str, str], tmp_path: Path) -> None:
    with Work.open(tmp_path / "map", "key") as work:
        map_blocks(work, Plain(), 64, silent, share=Share(2, 3))
    with files_up_to(10_000), pytest.raises(RasterError, match=NO_ROOM):
        _mapped(tmp_path, Plain(), EnginePart())
    assert not list(tmp_path.glob(".map.work/*.partial"))
    with Work.open(tmp_path / "map", "key") as work:
        assert map_blocks(work, Plain(), 64, silent) == 4
        assert engine_kills.hashes(work.folder) == plain


def test_the_full_disk_of_a_worker_is_named_too(tmp_path: Path) -> None:
    with pytest.raises(RasterError, match=NO_ROOM):
        _mapped(tmp_path, Troubled(flag=tmp_path / "flag", trouble="disk"), TWO)


def test_a_block_whose_bytes_changed_is_made_again(plain: dict[str, str], tmp_path: Path) -> None:
    with Work.open(tmp_path / "map", "key") as work:
        map_blocks(work, Plain(), 64, silent)
        one, two, *_ = sorted(work.folder.glob("block-*.npz"))
        changed = bytearray(one.read_bytes())
        changed[-200] ^= 1
        one.write_bytes(changed)
        two.unlink()
        with pytest.raises(RasterError, match="not what was written"):
            list(finished(work, Plain().grid, 64))
    manifest = tmp_path / ".map.work" / "manifest.txt"
    manifest.write_bytes(manifest.read_bytes()[:-10])  # a kill in the midst of its last line
    with Work.open(tmp_path / "map", "key") as work:
        assert map_blocks(work, Plain(), 64, silent) == 3
        assert engine_kills.hashes(work.folder) == plain


def test_a_block_made_for_another_key_is_made_again(plain: dict[str, str], tmp_path: Path) -> None:
    with Work.open(tmp_path / "map", "key") as work:
        assert map_blocks(work, Plain(), 64, silent, key_of=lambda block: "a") == 6
        assert map_blocks(work, Plain(), 64, silent, key_of=lambda block: "ab"[block.row > 0]) == 3


def test_killed_again_and_again_at_random_the_bytes_are_the_same(
    landscape: Scene, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    kills = os.environ.get("TERRACITE_KILLS", "12")
    seed = str(dt.date.today().toordinal())  # noqa: DTZ011  # other moments every day
    with Work.open(tmp_path / "calm", "key") as work:
        map_blocks(work, undisturbed.mapper, engine_kills.BLOCK, silent)
        wanted = engine_kills.hashes(work.folder)
    (tmp_path / "mapper.pickle").write_bytes(pickle.dumps((undisturbed.mapper, wanted)))
    command = [sys.executable, engine_kills.__file__, str(tmp_path), kills, seed]
    alone = os.environ | {"NUMBA_NUM_THREADS": "1", "NUMBA_THREADING_LAYER": "workqueue"}  # which may be forked
    found = subprocess.run(command, env=alone, capture_output=True, text=True, timeout=20 * int(kills), check=False)
    assert found.returncode == 0, f"seed {seed}: {found.stderr}"
    drivers, workers, maps = map(int, re.findall(r"\d+", found.stdout))
    assert drivers + workers == int(kills)
    assert min(drivers, workers, maps) > 0
