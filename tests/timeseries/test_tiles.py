# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from terracite.timeseries.tiles import cell, is_land, tile_outline


def test_every_tile_lies_where_the_grid_of_sen2chain_has_it(shared_data: Path) -> None:
    """Every fifth of 56,686: corners to 0.3 m where the grid has four; the others, on the antimeridian, by area."""
    grid = geopandas.read_file(shared_data / "s2-tiles" / "tiles_index.gpkg").sort_values("Name").iloc[::5]
    ours = np.array([tile_outline(name) for name in grid["Name"]])
    whole = grid.geometry.geom_type == "Polygon"
    there, here = grid.geometry[whole].values, ours[whole]
    steps = [np.subtract(a.exterior.coords, b.exterior.coords) for a, b in zip(there, here, strict=True)]
    stretch = [np.cos(np.radians(b.bounds[1])) for b in here]  # a degree of longitude is short near the pole
    gaps = [111_320 * np.hypot(step[:, 0] * s, step[:, 1]).max() for step, s in zip(steps, stretch, strict=True)]
    assert len(gaps) > 11_000
    assert max(gaps) < 0.3
    for name, parts, mine in zip(grid["Name"][~whole], grid.geometry[~whole], ours[~whole], strict=True):
        assert mine.symmetric_difference(parts).area < 1e-3 * parts.area, name


def test_land_is_what_the_grid_of_sen2chain_calls_land(shared_data: Path) -> None:
    grid = geopandas.read_file(shared_data / "s2-tiles" / "tiles_index.gpkg", ignore_geometry=True)
    assert [str(is_land(name)) for name in grid["Name"]] == list(grid["land"])


@pytest.mark.parametrize("name", ["", "40KCBX", "61KCB", "00KCB", "40ICB", "40KJB", "h12v09", "40kcb", "40KCW"])
def test_another_name_is_no_tile(name: str) -> None:
    assert cell(name) is None
    assert tile_outline(name) is None
    assert is_land(name) is None


def test_a_tile_across_the_antimeridian_has_a_part_on_each_side() -> None:
    parts = tile_outline("01KAB")
    boxes = [part.bounds for part in shapely.get_parts(parts)]
    assert sorted(round(west) for west, *_ in boxes) == [-180, 179]
    assert all(east - west < 1 for west, _, east, _ in boxes)
