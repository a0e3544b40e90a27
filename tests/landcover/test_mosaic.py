# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps of several places and zones shown as one: every cell that of its map, and refused where they do not fit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from click.testing import CliRunner

from terracite.cli import cli
from terracite.crate.provenance import Provenance
from terracite.crate.write import CrateBuilder
from terracite.errors import CrateError
from terracite.landcover.mosaic import mosaic
from terracite.raster.grid import Block, Grid
from terracite.raster.vrt import Piece, write_vrt
from terracite.raster.write import write_cog
from terracite.record.model import FileRole, MapClass, Record, Text

COLOURS = {1: "#2b6ca3", 2: "#c7d64f"}
NOW = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)


def _crate(
    folder: Path, values: list[list[int]], at: tuple[float, float], *, crs: str = "EPSG:32740",
    names: tuple[str, str] = ("Water", "Field"), scheme: str = "two", split: bool = False,
) -> Path:  # fmt: skip
    """A map whose upper left corner lies ``at`` (column, row) of a grid of 10 m; ``split``: in two parts."""
    cells = np.array(values, np.uint8)
    grid = Grid(crs, (10.0, 0.0, 300_000 + 10 * at[0], 0.0, -10.0, 7_700_000 - 10 * at[1]), cells.shape[1], len(cells))
    classes = tuple(
        MapClass(code=code, label=Text(fr=name, en=name), colour=COLOURS[code]) for code, name in enumerate(names, 1)
    )
    cuts = (
        [Block(0, 0, len(cells), 1), Block(0, 1, len(cells), cells.shape[1] - 1)]
        if split
        else [Block(0, 0, *grid.shape)]
    )
    with CrateBuilder(folder) as crate:
        for name, factor in (("landcover", 1), ("confidence", 40)):
            pieces = []
            for number, cut in enumerate(cuts):
                path = f"{name}/{name}_R0000_C000{number}.tif" if split else f"{name}.tif"
                block = (Block(0, 0, *cut.shape), cells[cut.slices] * factor)
                write_cog(crate.staging / path, [block], grid.crop(cut), dtype="uint8", nodata=0)
                crate.add(path, FileRole.DATA, "image/tiff")
                pieces.append(Piece(path, cut))
            if split:
                write_vrt(crate.staging / f"{name}.vrt", pieces, grid, dtype="uint8", nodata=0)
                crate.add(f"{name}.vrt", FileRole.DATA, "application/x-gdal-vrt+xml")
        record = Record(title=Text(en=folder.name), classes=classes, nomenclature=scheme)
        crate.finish(record, Provenance(("terracite",), (), NOW, NOW, ()))
    return folder


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return _crate(tmp_path / "one", [[1, 1, 1], [1, 0, 1]], (5, 5), split=True)


def test_each_zone_is_a_vrt_and_the_first_map_owns_what_it_maps(one: Path, tmp_path: Path) -> None:
    two = _crate(tmp_path / "two", [[2, 2, 2], [2, 2, 2], [2, 2, 2]], (6, 4))
    far = _crate(tmp_path / "far", [[1, 2]], (0, 0), crs="EPSG:32739")
    called = ["landcover", "mosaic", str(one), str(two), str(far), "--output", str(tmp_path / "all")]
    found = CliRunner().invoke(cli, called)
    assert found.exit_code == 0, found.output
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == sorted(
        [f"{name}_EPSG327{zone}.vrt" for name in ("landcover", "confidence") for zone in (39, 40)]
        + [f"landcover_EPSG327{zone}{ending}" for zone in (39, 40) for ending in (".qml", ".fr.qml")]
        + ["index.parquet"]
    )
    with rasterio.open(tmp_path / "all" / "landcover_EPSG32740.vrt") as image:
        assert image.read(1).tolist() == [[0, 2, 2, 2], [1, 1, 1, 2], [1, 2, 1, 2]]
        assert (image.bounds.left, image.bounds.top, image.crs.to_epsg()) == (300_050, 7_699_960, 32740)
        assert (image.colormap(1)[2], image.tags()["CLASS_2"], image.nodata) == ((199, 214, 79, 255), "Field", 0)
    with rasterio.open(tmp_path / "all" / "confidence_EPSG32740.vrt") as image:
        assert image.read(1).tolist() == [[0, 80, 80, 80], [40, 40, 40, 80], [40, 80, 40, 80]]
    with rasterio.open(tmp_path / "all" / "landcover_EPSG32739.vrt") as image:
        assert image.read(1).tolist() == [[1, 2]]


def test_the_index_lists_every_file_with_its_outline(one: Path, tmp_path: Path) -> None:
    far = _crate(tmp_path / "far", [[1, 2]], (0, 0), crs="EPSG:32739")
    assert mosaic([one, far], tmp_path / "all").files == 3
    index = geopandas.read_parquet(tmp_path / "all" / "index.parquet")
    files = ["../one/landcover/landcover_R0000_C0000.tif", "../one/landcover/landcover_R0000_C0001.tif"]
    assert list(index["file"]) == [*files, "../far/landcover.tif"]
    assert list(index["shown_by"]) == ["landcover_EPSG32740.vrt"] * 2 + ["landcover_EPSG32739.vrt"]
    west, south, _, north = index.total_bounds
    assert (round(west), round(south), round(north)) == (49, -21, -21)
    mosaic([far], tmp_path / "all")
    assert sorted(path.stem for path in (tmp_path / "all").glob("*.vrt")) == [
        "confidence_EPSG32739",
        "landcover_EPSG32739",
    ]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"scheme": "three"}, "'one' is of nomenclature 'two', 'two' of 'three'."),
        ({"names": ("Water", "Forest")}, "Code 2 is 'Field' in 'one' and 'Forest' in 'two'."),
        ({"at": (0.5, 0)}, "The cells of 'two' and 'one' do not coincide."),
    ],
)
def test_maps_that_do_not_fit_are_named_with_the_cure(other: dict, told: str, one: Path, tmp_path: Path) -> None:
    two = _crate(tmp_path / "two", [[1, 2]], **({"at": (0, 0)} | other))
    with pytest.raises(CrateError) as refused:
        mosaic([one, two], tmp_path / "all")
    assert (refused.value.message, bool(refused.value.hint)) == (told, True)
    assert not (tmp_path / "all").exists()


def test_a_folder_with_other_files_is_left_alone(one: Path) -> None:
    with pytest.raises(CrateError, match="holds other files"):
        mosaic([one], one)
