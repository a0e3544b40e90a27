# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was known beforehand: Bayes' rule by hand, an existing map on another grid, and its mistakes named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from landcover.conftest import CRS, LEFT, TOP, Scene
from terracite.errors import RasterError, RecipeError
from terracite.landcover.checks import prepare
from terracite.landcover.mapping.matrices import MatrixError, read_matrix
from terracite.landcover.mapping.nearest import read_nearest
from terracite.landcover.mapping.priors import NOT_TOLD, PriorMap, Priors, posterior
from terracite.landcover.run import run
from terracite.raster.grid import Block, Grid

NAN = float("nan")
GRID = Grid(CRS, (10.0, 0.0, LEFT, 0.0, -10.0, TOP), 160, 120)


def test_expected_shares_replace_those_of_the_training() -> None:
    priors = Priors((0.3, NAN, NAN))
    assert priors.base((0.5, 0.3, 0.2)).tolist() == pytest.approx([0.3, 0.7 * 0.6, 0.7 * 0.4])
    shares = np.array([[0.6, 0.3, 0.1]], np.float32)
    found = priors.applied(shares, (0.5, 0.3, 0.2))
    by_hand = np.array([0.6 * 0.3 / 0.5, 0.3 * 0.42 / 0.3, 0.1 * 0.28 / 0.2])
    assert found[0] == pytest.approx(by_hand / by_hand.sum(), abs=1e-6)
    assert Priors((NAN,) * 3).applied(shares, (0.5, 0.3, 0.2))[0] == pytest.approx(shares[0], abs=1e-6)


def test_a_class_that_was_never_taught_stays_out() -> None:
    found = Priors((0.4, 0.4, 0.2)).applied(np.array([[0.7, 0.3, 0.0]], np.float32), (0.5, 0.5, 0.0))
    assert found[0] == pytest.approx([0.7, 0.3, 0])
    assert posterior(np.array([[0.7, 0.3]], np.float32), np.zeros((1, 2)))[0] == pytest.approx([0.7, 0.3])


def test_an_existing_map_counts_as_far_as_it_is_right() -> None:
    trusted = PriorMap(Path("old.tif"), (), trust=0.8)
    base = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(trusted.table(base)[0], [0.8, 0.2 * 0.6, 0.2 * 0.4])
    counted = PriorMap(Path("old.tif"), (), counts=((9.0, 1.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 0.0)))
    np.testing.assert_allclose(counted.table(base)[0], np.array([9.5, 1.3, 0.2]) / 11)
    np.testing.assert_allclose(counted.table(base)[2], base)  # never seen: nothing is learnt from it
    shares = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], np.float32)
    found = Priors((NAN,) * 3, trusted).applied(shares, tuple(base), np.array([2, NOT_TOLD]))
    assert found.argmax(axis=1).tolist() == [2, 0]
    assert found[1] == pytest.approx(shares[1], abs=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def _write(path: Path, values: np.ndarray, grid: Grid, nodata: int | None = 0) -> Path:
    transform = rasterio.Affine(*grid.transform)
    with rasterio.open(
        path, "w", driver="GTiff", dtype=values.dtype, count=1, height=grid.height, width=grid.width, crs=grid.crs,
        transform=transform, nodata=nodata,
    ) as image:  # fmt: skip
        image.write(values, 1)
    return path


def test_a_map_on_another_grid_is_read_at_the_middle_of_each_cell(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    coarse = Grid(CRS, (35.0, 0.0, LEFT - 20, 0.0, -35.0, TOP - 100), 30, 30)
    values = rng.integers(0, 250, (30, 30)).astype(np.int16)
    values[3, 3] = 300  # no code of a class
    path = _write(tmp_path / "old.tif", values, coarse, nodata=None)
    found = read_nearest(path, Block(0, 0, 120, 160), GRID)
    rows, cols = np.indices(found.shape)
    at_row, at_col = (rows * 10 + 5 - 100) // 35, (cols * 10 + 5 + 20) // 35
    inside = (at_row >= 0) & (at_row < 30) & (at_col < 30)
    expected = np.where(inside, values[np.clip(at_row, 0, 29), np.clip(at_col, 0, 29)], 0)
    np.testing.assert_array_equal(found, np.where(expected == 300, 0, expected))
    part = read_nearest(path, Block(50, 30, 33, 44), GRID)
    np.testing.assert_array_equal(part, found[50:83, 30:74])
    elsewhere = Grid("EPSG:4326", (1e-4, 0.0, 55.1, 0.0, -1e-4, -20.7), 200, 200)
    turned = _write(tmp_path / "degrees.tif", np.full((200, 200), 7, np.uint8), elsewhere)
    assert set(np.unique(read_nearest(turned, Block(0, 0, 120, 160), GRID))) <= {0, 7}
    (tmp_path / "broken.tif").write_bytes(b"II*\0")
    with pytest.raises(RasterError, match=r"'broken.tif' cannot be read"):
        read_nearest(tmp_path / "broken.tif", Block(0, 0, 2, 2), GRID)


def test_matrices_of_terracite_and_of_the_orfeo_toolbox(tmp_path: Path) -> None:
    ours = tmp_path / "confusion.csv"
    ours.write_text("source,run,map_code,reference_code,count\npolygon,1,1,2,5\nsample,1,1,1,8\nsample,1,2,1,3\n")
    assert read_matrix(ours) == {(1, 1): 8, (2, 1): 3}  # the probability sample
    theirs = tmp_path / "otb.csv"
    theirs.write_text("#Reference labels (rows):1,2\n#Produced labels (columns):1,2\n8,3\n0,7\n")
    assert read_matrix(theirs) == {(1, 1): 8, (2, 1): 3, (1, 2): 0, (2, 2): 7}
    for text in ("a,b\n1,2\n", "map_code,reference_code,count\n1,1,-2\n"):
        ours.write_text(text)
        with pytest.raises(MatrixError, match="is not a confusion matrix"):
            read_matrix(ours)
    ours.write_text("map_code,reference_code,count\n1,1,0\n")
    with pytest.raises(MatrixError, match="counts nothing"):
        read_matrix(ours)


MISTAKES = """
[priors]
classes = { field = 0.7, forst = 0.1, water = 0.6 }
map = "polygons.gpkg"
trust = 0.9
confusion = "strata.csv"
crosswalk = { x = "field", 12 = "fields" }
"""


def test_every_mistake_of_priors_is_told(scene: Scene) -> None:
    scene.recipe.write_text(scene.recipe.read_text() + MISTAKES, encoding="utf-8")
    with pytest.raises(RecipeError) as refusal:
        prepare(scene.recipe)
    told = [str(problem).replace(str(scene.folder), "") for problem in refusal.value.problems]
    assert any("there is no class 'forst'. Did you mean 'Forest'?" in line for line in told)
    assert any("adds up to 1.3" in line for line in told)
    assert any("cannot be opened as an image" in line for line in told)
    assert any("is given beside a confusion matrix" in line for line in told)
    assert any("'strata.csv' is not a confusion matrix" in line for line in told)
    assert any("is not a value of a map of classes" in line for line in told)
    assert any("there is no class 'fields'. Did you mean 'Field'?" in line for line in told)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", 'priors (line 58): says nothing of any class. Give classes = { name = share } or map = "old.tif".'),
        ("trust = 0.9", 'priors.trust (line 59): is for a map, and none is given. Add map = "old.tif".'),
        ('map = "nothing.tif"', "there is no file"),
        ("classes = { water = 0.2, field = 0.2, forest = 0.2 }", "adds up to 0.6. Give shares of the whole map"),
        ("classes = { water = 2 }", "priors.classes.water (line 59): is 2. It has to be at most 1"),
    ],
)
def test_what_is_missing_is_named(scene: Scene, table: str, told: str) -> None:
    scene.recipe.write_text(f"{scene.recipe.read_text()}\n[priors]\n{table}\n", encoding="utf-8")
    with pytest.raises(RecipeError) as refusal:
        prepare(scene.recipe)
    assert [told in str(problem) for problem in refusal.value.problems].count(True) == 1


def test_an_old_map_counts_as_much_as_it_is_trusted_and_is_cited(scene: Scene) -> None:
    old = np.full((40, 54), 12, np.uint8)  # forest everywhere, but in the west, where it has no value
    old[:, :20] = 0
    _write(scene.folder / "old.tif", old, Grid(CRS, (30.0, 0.0, LEFT, 0.0, -30.0, TOP), 54, 40))
    priors = '\n[priors]\nmap = "old.tif"\ntrust = 0.999\ncrosswalk = { 12 = "forest" }\n'
    scene.recipe.write_text(scene.recipe.read_text() + priors, encoding="utf-8")
    made = run(scene.recipe, scene.folder / "map").crate
    with rasterio.open(made.folder / "landcover.tif") as image:
        classes = image.read(1)
    assert (classes[:, 60:] == 3).mean() > 0.95
    assert (classes[:, :60] == scene.truth[:, :60]).mean() > 0.95
    assert "existing map 'old.tif'" in made.record.lineage.steps[3].description.en
    assert "old.tif" in {item.path for item in made.provenance.inputs}
    assert "old.tif" in {source.title for source in made.record.lineage.sources}
