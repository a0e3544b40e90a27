# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small simulated archive, made once, and its crates; tests that change it work on a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from terracite.record.model import Agent
from terracite.timeseries.archive import Scan, scan
from terracite.timeseries.options import Options
from terracite.timeseries.run import RunResult, run
from terracite.timeseries.simulate import SimulatedArchive, make_archive

OPTIONS = Options(creators=(Agent(family_name="Payet", given_name="Alice"),))


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedArchive:
    return make_archive(tmp_path_factory.mktemp("simulated") / "a", size=64, years=(2022,), seed=3)


@pytest.fixture(scope="session")
def found(simulated: SimulatedArchive) -> Scan:
    return scan(simulated.root)


@pytest.fixture
def archive(simulated: SimulatedArchive, tmp_path: Path) -> Path:
    """A copy of the NDVI part of the archive, to be broken at will."""
    root = tmp_path / "archive"
    for part in ("INDICES/NDVI", "CLOUDMASKS"):
        shutil.copytree(simulated.root / part, root / part)
    return root


@pytest.fixture(scope="session")
def crates(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    output = tmp_path_factory.mktemp("crates")
    return output, run(simulated.root, output, OPTIONS)
