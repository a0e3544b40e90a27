# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from terracite.timeseries.archive import Scan, scan
from terracite.timeseries.footprints import write_footprints
from terracite.timeseries.inventory_files import write_inventory
from terracite.timeseries.simulate import SimulatedArchive
from terracite.timeseries.tiles import cell


@pytest.fixture(scope="module")
def layers(found: Scan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_footprints(found, tmp_path_factory.mktemp("footprints"))


def test_both_files_tell_the_same_of_every_image(layers: tuple[Path, Path], simulated: SimulatedArchive) -> None:
    package, parquet = geopandas.read_file(layers[0], layer="images"), geopandas.read_parquet(layers[1])
    assert len(package) == len(parquet) == 2 * simulated.dates
    assert list(package["product_id"]) == list(parquet["product_id"])
    assert (shapely.hausdorff_distance(package.geometry.values, parquet.geometry.values) == 0).all()


def test_the_package_has_its_three_layers(layers: tuple[Path, Path]) -> None:
    assert sorted(name for name, _ in pyogrio.list_layers(layers[0])) == ["images", "series", "tiles"]
    series = geopandas.read_file(layers[0], layer="series")
    assert list(series["index"]) == ["NDVI", "NDWIGAO"]
    assert series.crs.to_epsg() == 4326
    assert {info["geometry_type"] for info in _infos(layers[0])} == {"MultiPolygon"}


def _infos(package: Path) -> list[dict[str, Any]]:
    return [pyogrio.read_info(package, layer=name) for name, _ in pyogrio.list_layers(package)]


def test_a_tile_has_its_cell_and_counts(layers: tuple[Path, Path], simulated: SimulatedArchive) -> None:
    tile = geopandas.read_file(layers[0], layer="tiles").iloc[0]
    assert (tile["tile"], tile["indices"], tile["images"]) == ("40KCB", "NDVI NDWIGAO", 2 * simulated.dates)
    assert tile["land"]
    assert shapely.contains(tile.geometry, geopandas.read_file(layers[0], layer="series").union_all())


def test_a_package_is_of_a_version_that_debian_reads(layers: tuple[Path, Path]) -> None:
    """Bytes 60 to 63 of the file; later ones make GDAL 3.6 and QGIS 3.22 warn."""
    assert int.from_bytes(layers[0].read_bytes()[60:64], "big") == 10300


def test_outlines_lie_on_the_island_longitude_first(layers: tuple[Path, Path]) -> None:
    west, south, east, north = geopandas.read_file(layers[0], layer="series").total_bounds
    assert 55.2 < west < east < 55.4
    assert -21.3 < south < north < -21.1


def test_an_orbit_that_grazes_the_tile_has_a_smaller_outline(layers: tuple[Path, Path]) -> None:
    images = geopandas.read_parquet(layers[1]).to_crs("EPSG:32740")
    full = images[(images["orbit"] == "120") & (images["index"] == "NDWIGAO")].geometry.area.max()
    grazing = images[(images["orbit"] == "020") & (images["index"] == "NDWIGAO")].geometry.area.max()
    assert 0.7 < grazing / full < 0.9


def test_the_same_archive_gives_the_same_bytes(layers: tuple[Path, Path], found: Scan, tmp_path: Path) -> None:
    again = write_footprints(found, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in layers]


def test_times_are_iso_and_no_machine_path_is_told(layers: tuple[Path, Path], simulated: SimulatedArchive) -> None:
    images = geopandas.read_parquet(layers[1])
    assert images["sensed_at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()
    assert images["file"].str.startswith("INDICES/").all()


def test_tiles_at_the_antimeridian_are_split_in_every_layer(tmp_path: Path) -> None:
    for tile in ("01KAB", "60KZA"):
        square = cell(tile)
        assert square is not None
        left, top = min(x for x, _ in square.corners), max(y for _, y in square.corners)
        name = f"S2A_MSIL2A_20220104T220531_N0400_R029_T{tile}_20220104T230000"
        path = tmp_path / "tree/INDICES/NDVI" / tile / name / f"{name}_NDVI.tif"
        path.parent.mkdir(parents=True)
        profile = {"driver": "GTiff", "height": 36, "width": 36, "count": 1, "dtype": "int16", "nodata": 16383}
        transform = rasterio.Affine(3050, 0, left, 0, -3050, top)
        with rasterio.open(path, "w", crs=square.crs, transform=transform, **profile) as image:
            image.write(np.full((36, 36), 5000, np.int16), 1)
    found = scan(tmp_path / "tree")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        write_inventory(found, tmp_path / "out", ("geoparquet", "footprints", "sen2val"))
        layers = [geopandas.read_file(tmp_path / "out/footprints.gpkg", layer=name) for name in ("series", "tiles")]
        layers += [geopandas.read_parquet(path) for path in (tmp_path / "out").glob("*.parquet")]
        layers += [geopandas.read_file(path) for path in (tmp_path / "out/sen2val").glob("*.shp")]
    assert len(layers) == 9
    for shape in (shape for layer in layers for shape in layer.geometry):
        west, _, east, _ = shape.bounds
        assert shape.is_valid
        assert (west, east) == (-180, 180)
        assert sorted(part.bounds[2] - part.bounds[0] < 1.1 for part in shape.geoms) == [True, True]
