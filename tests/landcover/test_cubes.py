# SPDX-License-Identifier: AGPL-3.0-or-later
"""Series read from crates: the same values as the images, and a lineage that cites the crates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from landcover.conftest import Scene
from terracite.crate.identity import stable_uuid
from terracite.crate.provenance import Provenance
from terracite.crate.write import CrateBuilder
from terracite.landcover import cubes
from terracite.landcover.checks import prepare
from terracite.landcover.image_files import ImageLayer
from terracite.landcover.recipe import PeriodPart
from terracite.landcover.run import run
from terracite.raster.grid import Block
from terracite.raster.netcdf import write_series
from terracite.record.model import FileRole, Record, Text

NOW = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def _crate(folder: Path, layer: ImageLayer, first: int, last: int, year: int) -> UUID:
    """A crate like those of `terracite timeseries`, of a part of the dates."""
    uuid = stable_uuid(layer.index, year)
    with CrateBuilder(folder / f"022024-{layer.index}-{year}") as crate:
        name = f"{layer.index}_022024_{year}.nc"
        write_series(crate.staging / name, layer.series.images[first:last])
        crate.add(name, FileRole.DATA, "application/x-netcdf", "NetCDF-4")
        record = Record(uuid=uuid, title=Text(en=f"{layer.index} of 022024, {year}"))
        crate.finish(record, Provenance(("test",), (), NOW, NOW))
    return uuid


@pytest.fixture
def crates(scene: Scene) -> tuple[Path, list[UUID]]:
    prepared = prepare(scene.recipe)
    uuids = []
    for layer in prepared.layers:
        assert isinstance(layer, ImageLayer)
        uuids += [
            _crate(scene.folder / "crates", layer, 0, 5, 2021),
            _crate(scene.folder / "crates", layer, 5, 12, 2022),
        ]
    return scene.folder / "crates", uuids


def test_series_files_of_several_years_are_one_layer(scene: Scene, crates: tuple[Path, list[UUID]]) -> None:
    images = prepare(scene.recipe).layers
    found = {layer.index: layer for tile, layer in cubes.find(crates[0]) if tile == "022024"}
    assert set(found) == {"NDVI", "EVI"}
    block = Block(30, 50, 40, 70)
    for layer in images:
        cube = found[layer.index]
        assert np.array_equal(cube.days, layer.days)
        assert np.array_equal(cube.read(block, layer.grid), layer.read(block, layer.grid), equal_nan=True)
        assert cube.grid.matches(layer.grid)


def test_a_period_takes_only_its_dates(scene: Scene, crates: tuple[Path, list[UUID]]) -> None:
    layer = cubes.find(crates[0])[0][1]
    period = PeriodPart(start=dt.date(2022, 3, 1), end=dt.date(2022, 6, 30))
    cut = layer.during(period)
    inside = (layer.days >= period.start.toordinal()) & (layer.days <= period.end.toordinal())  # type: ignore[union-attr]
    assert cut.days.tolist() == layer.days[inside].tolist()
    assert cut.read(Block(0, 0, 3, 4), layer.grid).shape == (int(inside.sum()), 3, 4)


def test_a_map_of_crates_cites_them(scene: Scene, crates: tuple[Path, list[UUID]]) -> None:
    from_images = run(scene.recipe, scene.folder / "from-images")
    scene.with_recipe('product = "bdc"\nfolder = "images"', 'product = "terracite-series"\nfolder = "crates"')
    from_crates = run(scene.recipe, scene.folder / "from-crates")
    for name in ("landcover.tif", "confidence.tif", "model.npz"):
        assert (from_crates.crate.folder / name).read_bytes() == (from_images.crate.folder / name).read_bytes()
    sources = [source.identifier for source in from_crates.crate.record.lineage.sources if source.identifier]
    assert sources == [f"urn:uuid:{uuid}" for uuid in crates[1]]
    assert {item.identifier for item in from_crates.crate.provenance.inputs} >= set(sources)


def test_a_damaged_series_is_named(scene: Scene, crates: tuple[Path, list[UUID]]) -> None:
    from terracite.errors import RecipeError

    (crates[0] / "022024-NDVI-2022" / "NDVI_022024_2022.nc").write_bytes(b"nothing")
    scene.with_recipe('product = "bdc"\nfolder = "images"', 'product = "terracite-series"\nfolder = "crates"')
    with pytest.raises(RecipeError, match="NDVI_022024_2022"):
        prepare(scene.recipe)
