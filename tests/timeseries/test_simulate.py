# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio

from terracite.errors import ArchiveError
from terracite.raster.grid import Grid
from terracite.timeseries.simulate import SimulatedArchive, make_archive
from terracite.timeseries.simulate.landscape import CLASSES, index_image, make_landscape
from terracite.timeseries.simulate.tree import place_of, write_cloud_mask
from terracite.timeseries.tiles import cell


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _raw(simulated: SimulatedArchive, index: str = "NDVI") -> list[Path]:
    return sorted((simulated.root / "INDICES" / index).rglob(f"*_{index}.jp2"))


def test_the_same_seed_gives_the_same_bytes(simulated: SimulatedArchive, tmp_path: Path) -> None:
    make_archive(tmp_path / "again", size=64, years=(2022,), seed=3)
    assert _digests(tmp_path / "again") == _digests(simulated.root.parent)


def test_another_seed_gives_another_landscape() -> None:
    one, two = (make_landscape(np.random.default_rng(seed), 64) for seed in (1, 2))
    assert not np.array_equal(one.classes, two.classes)


def test_a_finished_archive_is_left_as_it_is(simulated: SimulatedArchive) -> None:
    before = {path: path.stat().st_mtime_ns for path in simulated.root.rglob("*")}
    again = make_archive(simulated.root.parent, size=64, years=(2022,), seed=3)
    assert again == simulated
    assert {path: path.stat().st_mtime_ns for path in simulated.root.rglob("*")} == before


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ArchiveError, match=r"is not empty.*Choose another folder"):
        make_archive(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "precious"


@pytest.mark.parametrize("size", [62, 65])
def test_a_size_that_cannot_be_made_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(ArchiveError, match="even size"):
        make_archive(tmp_path / "a", size=size)


def test_nodata_is_declared_only_in_the_sidecar(simulated: SimulatedArchive, tmp_path: Path) -> None:
    source = _raw(simulated)[0]
    with rasterio.open(source) as image:
        assert image.nodata == 16383
        assert image.dtypes == ("int16",)
    alone = tmp_path / source.name
    alone.write_bytes(source.read_bytes())
    with rasterio.open(alone) as image:
        assert image.nodata is None


def test_images_are_lossy_on_the_grid_of_the_tile(simulated: SimulatedArchive) -> None:
    grid = Grid.of(_raw(simulated)[0])
    assert (grid.crs, grid.cell_size_m, grid.shape) == ("EPSG:32740", 10.0, (64, 64))
    assert (grid.bounds[0] - 300000) % 20 == 0
    assert (7700020 - grid.bounds[3]) % 20 == 0


@pytest.mark.parametrize(
    ("tile", "crs", "near"),
    [
        ("38KQV", "EPSG:32738", (47.5, -23.1)),
        ("31TCJ", "EPSG:32631", (1.2, 43.7)),
        ("60KXF", "EPSG:32760", (178.5, -17.7)),
    ],
)
def test_a_tile_lies_in_its_own_zone(tile: str, crs: str, near: tuple[float, float], tmp_path: Path) -> None:
    place = place_of(tile)
    found = cell(tile)
    assert found is not None
    assert place.crs == found.crs == crs
    east, north = place.origin[0] - found.left, found.top - place.origin[1]
    assert 0 <= east <= 109_800 - 3840
    assert 0 <= north <= 109_800 - 3840
    assert (east % 20, north % 20) == (0, 0)
    write_cloud_mask(tmp_path, place, "one", np.zeros((32, 32), np.uint8))
    grid = Grid.of(tmp_path / "CLOUDMASKS" / tile / "one" / "one_CM001.jp2")
    assert (grid.crs, grid.bounds[0], grid.bounds[3]) == (crs, *place.origin)
    west, south, *_ = grid.lonlat_box()
    assert (west, south) == pytest.approx(near, abs=0.7)


def test_a_tile_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no Sentinel-2 tile '99XXX'.*such as 40KCB"):
        make_archive(tmp_path / "a", tile="99XXX")
    assert not list(tmp_path.iterdir())


def test_every_raw_image_has_its_masked_one_and_its_cloud_mask(simulated: SimulatedArchive) -> None:
    for raw in _raw(simulated, "NDWIGAO"):
        masked = raw.with_name(f"{raw.stem}_CM001.jp2")
        product_id = raw.parent.name
        mask_path = simulated.root / "CLOUDMASKS" / "40KCB" / product_id / f"{product_id}_CM001.jp2"
        with rasterio.open(mask_path) as image:
            mask = image.read(1)
            assert image.res == (20.0, 20.0)
        assert set(np.unique(mask)) <= {0, 1}
        with rasterio.open(masked) as image:
            under_cloud = image.read(1)[np.kron(mask, np.ones((2, 2))) == 1]
        if under_cloud.size:
            assert (under_cloud > 10000).mean() > 0.95  # lossy: close to nodata, not all equal to it


def test_the_archive_has_the_faults_of_real_ones(simulated: SimulatedArchive) -> None:
    reprocessed = [path for path in _raw(simulated) if "_N0510_" in path.name]
    broken = [path for path in _raw(simulated) if path.stat().st_size == 900]
    assert (len(reprocessed), len(broken)) == (2, 1)
    assert len(list(simulated.root.rglob("*.txt"))) == 1


def test_it_says_that_it_is_simulated(simulated: SimulatedArchive) -> None:
    assert "no satellite saw it" in (simulated.root / "README.md").read_text()
    info = next(simulated.root.rglob("*_NDVI.xml")).read_text()
    assert "<SEN2CHAIN_VERSION>simulated</SEN2CHAIN_VERSION>" in info


def test_training_polygons_hold_no_point_of_the_sample(simulated: SimulatedArchive) -> None:
    polygons = geopandas.read_file(simulated.reference_polygons)
    points = geopandas.read_file(simulated.reference_points)
    assert len(geopandas.sjoin(points, polygons, predicate="within")) == 0


def test_the_sample_is_drawn_from_strata_that_cover_the_map(simulated: SimulatedArchive) -> None:
    points = geopandas.read_file(simulated.reference_points)
    with simulated.strata.open(encoding="utf-8") as file:
        cells = {int(row["stratum"]): int(row["cells"]) for row in csv.DictReader(file)}
    assert sum(cells.values()) == 64 * 64
    assert dict(zip(points["stratum"], points["stratum_cells"], strict=True)) == {
        code: count for code, count in cells.items() if count
    }


def test_points_tell_the_truth(simulated: SimulatedArchive) -> None:
    points = geopandas.read_file(simulated.reference_points)
    with rasterio.open(simulated.truth) as truth:
        found = [int(value[0]) for value in truth.sample([(p.x, p.y) for p in points.geometry])]
    assert found == list(points["class"])


def test_classes_look_different_through_the_year() -> None:
    landscape = make_landscape(np.random.default_rng(1), 128)
    january, june = (index_image(landscape, "NDVI", day) for day in (15, 165))
    means = {item.label.en: january[landscape.classes == item.code].mean() for item in CLASSES}
    assert means["Water"] < means["Built-up"] < means["Grass savanna"] < means["Forest"]
    savanna = landscape.classes == next(item.code for item in CLASSES if item.label.en == "Grass savanna")
    assert january[savanna].mean() > june[savanna].mean() + 0.05
