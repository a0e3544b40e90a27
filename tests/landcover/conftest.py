# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small landscape with everything a map needs: images with clouds, polygons, a probability sample, a recipe."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import Point, box

from terracite.landcover.block_map import BlockMap
from terracite.landcover.checks import Prepared
from terracite.landcover.outcome import MapFacts, count
from terracite.raster.grid import Block

CELL, LEFT, TOP, CRS = 10.0, 300_000.0, 7_700_000.0, "EPSG:32740"
HEIGHT, WIDTH = 120, 160
DATES = [dt.date(2022, 1, 3) + dt.timedelta(days=24 * number) for number in range(12)]
NAMES = {1: "water", 2: "field", 3: "forest"}


@dataclass(frozen=True)
class Scene:
    """Where everything lies; ``truth`` (y, x) are the codes."""

    folder: Path
    truth: np.ndarray

    @property
    def images(self) -> Path:
        return self.folder / "images"

    @property
    def recipe(self) -> Path:
        return self.folder / "recipe.toml"

    def with_recipe(self, old: str, new: str) -> Path:
        """The recipe with some words changed."""
        text = self.recipe.read_text()
        assert old in text
        self.recipe.write_text(text.replace(old, new))
        return self.recipe


def _truth() -> np.ndarray:
    truth = np.full((HEIGHT, WIDTH), 2, np.uint8)
    truth[:, :40] = 1
    truth[:, 110:] = 3
    truth[70:90, 60:100] = 3
    return truth


def _values(truth: np.ndarray, day: int, rng: np.random.Generator) -> np.ndarray:
    season = np.sin(2 * np.pi * day / 365)
    means = np.array([0, -0.2, 0.45 + 0.3 * season, 0.75])
    return means[truth] + rng.normal(0, 0.12, truth.shape)


def _write_images(folder: Path, truth: np.ndarray, rng: np.random.Generator) -> None:
    folder.mkdir()
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 1, "height": HEIGHT, "width": WIDTH, "crs": CRS, "nodata": -9999,
        "transform": rasterio.transform.from_origin(LEFT, TOP, CELL, CELL), "compress": "deflate",
    }  # fmt: skip
    for date in DATES:
        cloudy = rng.random((HEIGHT // 10, WIDTH // 10)) < 0.3
        cloud = np.kron(cloudy, np.ones((10, 10))).astype(bool)
        for index, factor in (("NDVI", 1.0), ("EVI", 0.6)):
            values = _values(truth, date.toordinal() - DATES[0].toordinal(), rng) * factor
            packed = np.where(cloud, -9999, (values * 10_000).round()).astype(np.int16)
            name = f"CB4_64_16D_STK_022024_{date}_{date + dt.timedelta(days=15)}_{index}.tif"
            with rasterio.open(folder / name, "w", **profile) as image:
                image.write(packed, 1)


def _square(row: int, col: int, size: int = 8) -> object:
    return box(LEFT + col * CELL, TOP - (row + size) * CELL, LEFT + (col + size) * CELL, TOP - row * CELL)


def _write_polygons(path: Path) -> None:
    rows = [5, 25, 45, 95, 105]
    squares = [
        (name, _square(row, col)) for name, col in (("water", 10), ("field", 50), ("forest", 130)) for row in rows
    ]
    names, shapes = zip(*squares, strict=True)
    geopandas.GeoDataFrame({"class": names}, geometry=list(shapes), crs=CRS).to_file(path)


def _write_sample(folder: Path, truth: np.ndarray, rng: np.random.Generator) -> None:
    strata = np.where(np.arange(WIDTH) < 60, "west", "east")
    points, classes, names = [], [], []
    for stratum in ("west", "east"):
        for _ in range(60):
            row, col = rng.integers(HEIGHT), rng.choice(np.flatnonzero(strata == stratum))
            points.append(Point(LEFT + (col + 0.5) * CELL, TOP - (row + 0.5) * CELL))
            classes.append(NAMES[int(truth[row, col])])
            names.append(stratum)
    frame = geopandas.GeoDataFrame({"class": classes, "stratum": names}, geometry=points, crs=CRS)
    frame.to_file(folder / "points.gpkg")
    with (folder / "strata.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stratum", "area_ha"])
        writer.writerows([name, int((strata == name).sum()) * HEIGHT * CELL**2 / 10_000] for name in ("west", "east"))


RECIPE = """
[[images]]
product = "bdc"
folder = "images"
indices = ["NDVI", "EVI"]

[period]
step_days = 20

[reference]
file = "polygons.gpkg"
class_column = "class"

[nomenclature]
id = "tests-3"

[[nomenclature.classes]]
code = 1
fr = "Eau"
en = "Water"
colour = "#2b6ca3"

[[nomenclature.classes]]
code = 2
fr = "Champ <cultivé>"
en = "Field"
colour = "#c7d64f"

[[nomenclature.classes]]
code = 3
fr = "Forêt"
en = "Forest"
colour = "#2f7d4f"

[samples]
per_class = 150

[classifier]
name = "random_forest"
trees = 20
[validation]
runs = 3

[validation.sample]
file = "points.gpkg"
strata_file = "strata.csv"

[output]
block = 64

[record]
place = { fr = "Étang-Salé", en = "Étang-Salé" }

[[record.creators]]
family_name = "Hoarau"
given_name = "Alice"
"""


@pytest.fixture(scope="session")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The landscape; not to be changed."""
    folder = tmp_path_factory.mktemp("landscape")
    rng, truth = np.random.default_rng(5), _truth()
    _write_images(folder / "images", truth, rng)
    _write_polygons(folder / "polygons.gpkg")
    _write_sample(folder, truth, rng)
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return Scene(folder, truth)


@pytest.fixture
def scene(landscape: Scene, tmp_path: Path) -> Scene:
    """A copy of the landscape to do anything with."""
    shutil.copytree(landscape.folder, tmp_path / "scene")
    return Scene(tmp_path / "scene", landscape.truth)


def facts_of(prepared: Prepared, classes: np.ndarray) -> MapFacts:
    """Facts of a map given whole, handed over in blocks."""
    full = np.full(classes.shape, 80, np.uint8)
    clear = np.where(classes == 0, 0, 7).astype(np.uint16)

    def cut(block: Block, values: np.ndarray) -> np.ndarray:
        return values[block.row : block.row + block.height, block.col : block.col + block.width]

    blocks = ((b, BlockMap(cut(b, classes), cut(b, full), cut(b, clear))) for b in prepared.grid.blocks(50))
    return count(blocks, prepared)
