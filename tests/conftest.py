# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Thousands of collected tests and hundreds of modules live to the end of the run; looking through them again and again
# for garbage took a sixth of its time.
gc.set_threshold(50_000, 20, 50)


#: Numba compiles what the first three test. Each of two workers (pytest-xdist) begins with one half of all tests and
#: takes what is last in the other's: so these are one worker's, and nothing is compiled by both at the same moment.
FIRST = ("landcover", "timeseries", "raster", "record")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rooms in this order, the others after them; the order in a room stays."""
    rooms = {room: number for number, room in enumerate(FIRST)}
    items.sort(key=lambda item: rooms.get(item.path.parent.name, len(rooms)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is there before the first test is never garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("TERRACITE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real data (../shared/data) are not on this machine")
    return folder
