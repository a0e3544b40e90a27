# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading units: every mistake is told at once, what can be repaired is, and said."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from terracite.errors import ProblemsError
from terracite.landcover.recipe.french import told
from terracite.landcover.zonal import read_units
from terracite.raster.grid import Grid

GRID = Grid("EPSG:32740", (10.0, 0, 300_000.0, 0, -10.0, 7_700_000.0), 100, 80)  #: La Réunion
LEFT, TOP = 300_000, 7_700_000


def square(col: float, row: float, size: float = 10) -> Polygon:
    return box(LEFT + col * 10, TOP - (row + size) * 10, LEFT + (col + size) * 10, TOP - row * 10)


def written(path: Path, names: list[object], shapes: list[object], **more: object) -> Path:
    options = {"crs": GRID.crs, **more}
    geopandas.GeoDataFrame({"nom": names}, geometry=shapes, **options).to_file(path)
    return path


def mistakes(path: Path, column: str = "nom") -> str:
    with pytest.raises(ProblemsError) as error:
        read_units(path, column, GRID)
    french = told(str(error.value), "fr").splitlines()[1:]
    for line, said in zip(str(error.value).splitlines()[1:], french, strict=True):
        assert line != said, f"not in French: {line}"
    return str(error.value)


def test_units_keep_their_names_and_their_order_and_know_their_points(tmp_path: Path) -> None:
    path = written(tmp_path / "u.gpkg", ["Étang-Salé", "  L'Île  d'Yeu "], [square(0, 0), square(10, 0)])
    units = read_units(path, "nom", GRID)
    assert units.names == ("Étang-Salé", "L'Île d'Yeu")
    assert units.of(np.array([LEFT + 50, LEFT + 100, LEFT + 500]), np.full(3, TOP - 50)).tolist() == [0, 0, -1]
    assert units.notes == ()


@pytest.mark.parametrize("suffix", ["shp", "geojson", "fgb", "parquet"])
def test_units_of_any_format_and_reference_system(suffix: str, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"nom": ["A", "B"]}, geometry=[square(0, 0), square(10, 0)], crs=GRID.crs)
    path = tmp_path / f"u.{suffix}"
    frame.to_crs("EPSG:4326").to_parquet(path) if suffix == "parquet" else frame.to_crs("EPSG:4326").to_file(path)
    units = read_units(path, "nom", GRID)
    np.testing.assert_allclose(shapely.area(units.shapes), 10_000, rtol=1e-5)


def test_the_column_of_names_is_guessed_or_asked_for(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"code": ["1"], "Nom": ["A"]}, geometry=[square(0, 0)], crs=GRID.crs)
    frame.to_file(tmp_path / "u.gpkg")
    assert read_units(tmp_path / "u.gpkg", "", GRID).names == ("A",)
    assert "'u.gpkg' has no column 'nam'. Did you mean 'Nom'?" in mistakes(tmp_path / "u.gpkg", "nam")
    frame.rename(columns={"Nom": "etiquette"}).to_file(tmp_path / "v.gpkg")
    assert "which column of 'v.gpkg' names the units" in mistakes(tmp_path / "v.gpkg", "")


def test_names_and_overlaps_are_told_at_once(tmp_path: Path) -> None:
    names = ["A", "A", None, "Saint-Benoît"]
    path = written(tmp_path / "u.gpkg", names, [square(0, 0), square(5, 0), square(30, 0), square(60, 0)])
    text = mistakes(path)
    assert "in 'u.gpkg', these names are there more than once: A." in text
    assert "1 of 4 units of 'u.gpkg' have no name, first number 3." in text
    assert "in 'u.gpkg', these units overlap: A / A (50 %)." in text


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_units_elsewhere_without_shape_or_of_lines_are_refused(tmp_path: Path) -> None:
    far = written(tmp_path / "far.gpkg", ["A"], [box(2, 48, 3, 49)], crs="EPSG:4326")
    assert "no unit of 'far.gpkg' lies on the map." in mistakes(far)
    lines = written(tmp_path / "lines.gpkg", ["A", "B"], [LineString(square(col, 0).exterior) for col in (0, 20)])
    assert "2 of 2 units of 'lines.gpkg' are not polygons." in mistakes(lines)
    bare = written(tmp_path / "bare.gpkg", ["A", "B"], [square(0, 0), None])
    assert "in 'bare.gpkg', these units have no shape: B." in mistakes(bare)
    nowhere = written(tmp_path / "nowhere.shp", ["A"], [square(0, 0)], crs=None)
    assert "'nowhere.shp' has no reference system." in mistakes(nowhere)
    (tmp_path / "no.gpkg").write_text("not a vector file")
    assert "'no.gpkg' cannot be read" in mistakes(tmp_path / "no.gpkg")
    assert "there is no file" in mistakes(tmp_path / "none.gpkg")


def test_what_can_be_repaired_or_left_out_is_said(tmp_path: Path) -> None:
    bow = Polygon([(LEFT, TOP), (LEFT + 100, TOP - 100), (LEFT + 100, TOP), (LEFT, TOP - 100)])
    sliver = square(39.95, 0)
    path = written(tmp_path / "u.gpkg", ["bow", "B", "C", "away"], [bow, square(30, 0), sliver, square(500, 0)])
    units = read_units(path, "nom", GRID)
    assert units.names == ("bow", "B", "C")
    assert shapely.area(units.shapes[0]) == pytest.approx(5000)
    told_of = " ".join(str(note) for note in units.notes)
    assert "in 'u.gpkg', these units were broken (self-intersection) and were repaired: bow." in told_of
    assert "1 of 4 units of 'u.gpkg' lie outside the map: away." in told_of
    assert "in 'u.gpkg', borders overlap a little, by less than 1 % (pairs of units: 1)." in told_of


def test_borders_that_are_bent_by_the_projection_are_followed(tmp_path: Path) -> None:
    """Two neighbours that draw their common border with other points still share it to a hundredth of a cell."""
    edge = [(54.99, -20.79), (55.2, -20.79), (55.2, -20.85), (54.99, -20.85)]
    south = [(54.99, -20.85), (55.2, -20.85), (55.2, -20.9), (54.99, -20.9)]
    more = Polygon([(54.99, -20.85), (55.07, -20.85), *south[1:]])
    path = written(tmp_path / "u.gpkg", ["N", "S"], [Polygon(edge), more], crs="EPSG:4326")
    wide = Grid("EPSG:32740", (10.0, 0, 291_000.0, 0, -10.0, 7_702_000.0), 2200, 1400)
    north, below = read_units(path, "nom", wide).shapes
    assert shapely.area(shapely.intersection(north, below)) < 21_000 * 0.1
