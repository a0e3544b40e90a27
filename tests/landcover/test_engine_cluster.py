# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beyond one machine: Dask gives the same bytes, and the scripts for queues are what those queues take."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from landcover import engine_kills
from landcover.conftest import Scene
from landcover.engine_mappers import Plain, Troubled
from terracite.cli import cli
from terracite.errors import EngineError, RasterError
from terracite.landcover.engine import Share, cluster, map_blocks, scripts
from terracite.landcover.recipe import EnginePart
from terracite.landcover.run import run, run_share
from terracite.landcover.work import Work

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[EnginePart]:
    """A Dask that runs already, with one worker of two threads, spoken to by TCP."""
    here = {"processes": False, "dashboard_address": None, "protocol": "tcp://"}
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, **here) as running:
        yield EnginePart(kind="dask", scheduler=running.scheduler_address)


def _mapped(folder: Path, mapper: object, how: EnginePart) -> dict[str, str]:
    with Work.open(folder / "map", "key") as work:
        map_blocks(work, mapper, 64, lambda done, total: None, how)  # type: ignore[arg-type]
        return engine_kills.hashes(work.folder)


def test_dask_makes_what_one_process_makes(scheduler: EnginePart, tmp_path: Path) -> None:
    assert _mapped(tmp_path / "dask", Plain(), scheduler) == _mapped(tmp_path / "local", Plain(), EnginePart())


def test_what_a_dask_worker_cannot_read_is_named(scheduler: EnginePart, tmp_path: Path) -> None:
    with pytest.raises(RasterError, match="torn"):
        _mapped(tmp_path, Troubled(flag=tmp_path / "flag", trouble="image"), scheduler)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_S", 0.2)
    with pytest.raises(EngineError, match=r"No Dask scheduler answers at 'tcp://127.0.0.1:1'") as told:
        _mapped(tmp_path, Plain(), EnginePart(kind="dask", scheduler="tcp://127.0.0.1:1"))
    assert told.value.hint.startswith("Start one with: dask scheduler")


def test_without_dask_the_cure_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match="Dask is not installed") as told:
        _mapped(tmp_path, Plain(), EnginePart(kind="dask"))
    assert "pip install 'terracite[dask]'" in told.value.hint


HOW = {
    "queue": "cpu", "account": "maestria", "hours": 2.5, "memory_gb": 6, "learn_memory_gb": 24, "threads": 3,
    "setup": ("module load python",),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["slurm", "pbs"])
def test_the_scripts_are_what_the_queue_takes(kind: str, tmp_path: Path) -> None:
    how = EnginePart(kind=kind, workers=20, **HOW)  # type: ignore[arg-type]
    text = scripts.submission(how, Path("my recipe.toml"), Path("out/map"))
    for script in (text, cluster.job_script(how), *_jobs(text)):
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
        assert ("#PBS" in script, "#SBATCH" in script) == (kind == "pbs", kind == "slurm")
    learn, mapping, write = _jobs(text)
    assert '--blocks "0/20"' in learn
    assert "ARRAY" in mapping
    assert "'my recipe.toml'" in write
    assert "--blocks" not in write
    wanted = {
        "slurm": ("--cpus-per-task=3", "--mem=24576M", "--time=02:30:00", "--partition=cpu", "--account=maestria"),
        "pbs": (
            "-N terracite-learn",
            "-l select=1:ncpus=3:mem=24576mb",
            "-l walltime=02:30:00",
            "-q cpu",
            "-A maestria",
        ),
    }[kind]
    assert [option for option in wanted if option not in learn] == []
    assert ("--mem=6144M" if kind == "slurm" else "mem=6144mb") in mapping


def _jobs(text: str) -> list[str]:
    return [part.partition("\nJOB\n")[0] + "\n" for part in text.split("<<'JOB'\n")[1:]]


def test_the_whole_submission_ends_in_the_same_map(landscape: Scene, tmp_path: Path) -> None:
    """The script is really run, with an `sbatch` that does each job at once."""
    fake = tmp_path / "bin" / "sbatch"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/bash\ncat > "$0.$$"\nn=$(sed -n "s/.*--array=1-\\([0-9]*\\).*/\\1/p" <<< "$*")\n'
        'for i in $(seq "${n:-1}"); do SLURM_ARRAY_TASK_ID=$i bash "$0.$$" >> "$0.log" 2>&1 || exit 1; done\n'
        'echo "7;here"\n'
    )
    fake.chmod(0o755)
    script = tmp_path / "map.sh"
    found = CliRunner().invoke(
        cli,
        ["landcover", "script", str(landscape.recipe), "--workers", "2", "--output", str(tmp_path / "map")],
    )
    assert found.exit_code == 0, found.output
    script.write_text(found.output)
    path = f"{fake.parent}:{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(["bash", script], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.stdout == "submitted: 7, 7, 7\n", (tmp_path / "bin" / "sbatch.log").read_text() + done.stderr
    log = (tmp_path / "bin" / "sbatch.log").read_text()
    assert log.count("model: trained by the run before") == 1
    assert log.count("map: 3 blocks\n") == 2
    assert "map: 6 blocks, 6 of them from the run before" in log
    alone = run(landscape.recipe, tmp_path / "alone")
    for name in ("landcover.tif", "confidence.tif", "model.npz", "areas.csv"):
        assert (tmp_path / "map" / name).read_bytes() == (alone.crate.folder / name).read_bytes(), name


def test_a_share_before_the_model_is_told_what_to_do(landscape: Scene, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is not trained yet") as told:
        run_share(landscape.recipe, tmp_path / "map", Share(1, 2))
    assert "--blocks 0/N" in told.value.hint
    with pytest.raises(EngineError, match="'3/2' is no share"):
        Share.parse("3/2")
