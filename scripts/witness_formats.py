# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks programs of others about series as Zarr stores and as folders of COGs, made of a simulated archive.

``witness_formats.py`` alone, or `ask_about_formats` from another script.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from ask_witnesses import figure, judge

from terracite.raster.netcdf import open_series
from terracite.record.model import Agent
from terracite.timeseries.options import Options
from terracite.timeseries.run import run
from terracite.timeseries.simulate import make_archive

Figure = Callable[[str, int, int, float], bool]
CELL = (40, 60)


def ask_about_formats(figure: Figure) -> list[bool]:
    """One line a witness; whether each accepts everything."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_archive(Path(folder) / "archive", size=384, years=(2022,), indices=("NDVI",)).root
        made = {name: _series(root, Path(folder) / name, name) for name in ("netcdf", "zarr", "cog")}
        Path(f"{made['zarr']}.expected.json").write_text(json.dumps(_expected(made["netcdf"])), encoding="utf-8")
        return [_asked("zarr_read", made["zarr"], figure), _asked("cog_check", made["cog"], figure)]


def _series(root: Path, output: Path, name: str) -> Path:
    options = Options(creators=(Agent(family_name="Payet", given_name="Alice"),), format=name)  # type: ignore[arg-type]
    crate = run(root, output, options).crates[0]
    return next(path for path in crate.iterdir() if path.name.startswith("NDVI_"))


def _expected(path: Path) -> dict[str, object]:
    with open_series(path) as series:
        values, mask = series.read(), series.read_mask()
        cell = values[:, CELL[0], CELL[1]] * series.scale
        return {
            "values_sha256": hashlib.sha256(values.tobytes()).hexdigest(),
            "mask_sha256": hashlib.sha256(mask.tobytes()).hexdigest(),
            "cell": CELL,
            "values": [None if value < -3 else float(value) for value in np.atleast_1d(cell)],
            "times": [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in series.times],
        }


def _asked(witness: str, path: Path, figure: Figure) -> bool:
    started = time.monotonic()
    [why] = judge(witness, [path]).values() or ["no answer"]
    if why:
        print(f"    {why}")
    return figure(f"series as {path.suffix[1:] or 'cog'} x {witness}", int(not why), 1, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(0 if all(ask_about_formats(figure)) else 1)
