# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps of others are opened with what their files tell."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from terracite.errors import ProblemsError, RasterError
from terracite.landcover import derived
from terracite.landcover.classmap import open_map
from terracite.landcover.products.files import Item, cog
from terracite.record.model import Text

PLACE = {"crs": "EPSG:32740", "transform": from_origin(300_000, 7_700_000, 10, 10)}


def written(path: Path, codes: np.ndarray, **more: object) -> Path:
    profile = {"driver": "GTiff", "dtype": codes.dtype.name, "count": 1, "height": codes.shape[0]}
    with rasterio.open(path, "w", width=codes.shape[1], **profile, **PLACE, **more) as image:
        image.write(codes, 1)
        image.update_tags(CLASS_1="water", CLASS_7="forest")
    return path


def test_classes_come_from_the_tags_and_nodata_becomes_not_mapped(tmp_path):
    found = open_map(written(tmp_path / "map.tif", np.array([[1, 7], [-1, 7]], np.int16), nodata=-1))
    assert found.nomenclature.codes == (1, 7)
    assert found.nomenclature.labels("en") == ["water", "forest"]
    [(_, codes)] = found.blocks()
    assert codes.dtype == np.uint8
    assert codes.tolist() == [[1, 7], [0, 7]]


def test_a_nomenclature_file_replaces_the_names(tmp_path):
    (tmp_path / "classes.csv").write_text("code,fr,en\n7,Forêt,Forest\n1,Eau,Water\n", encoding="utf-8")
    path = written(tmp_path / "map.tif", np.array([[1, 7]], np.uint8))
    assert open_map(path, tmp_path / "classes.csv").nomenclature.labels("fr") == ["Eau", "Forêt"]


def test_what_is_no_map_is_refused(tmp_path):
    with pytest.raises(RasterError, match="There is no map"):
        open_map(tmp_path / "none.tif")
    with pytest.raises(RasterError, match="no map of classes"):
        open_map(written(tmp_path / "reflectance.tif", np.array([[1200, 340]], np.int16)))
    with pytest.raises(ProblemsError, match="there is no file"):
        open_map(written(tmp_path / "map.tif", np.array([[1]], np.uint8)), tmp_path / "none.csv")


def test_a_crate_is_the_same_by_whatever_path_it_is_reached(tmp_path, monkeypatch):
    source = open_map(written(tmp_path / "map.tif", np.array([[1, 7]], np.uint8)))

    def make(folder: Path) -> Iterator[Item]:
        for name in ("landcover", "confidence"):
            shutil.copyfile(source.path, folder / f"{name}.tif")
            yield cog(f"{name}.tif", Text(en=name))

    said = Text(en="A map")
    what = derived.Derived("test", ("terracite",), said, said, (said,), source.grid)
    derived.write(tmp_path / "crate", [source], what, make)
    expected = open_map(tmp_path / "crate").inputs("confidence")
    assert [one.path for one in expected] == ["crate/landcover.tif", "crate/confidence.tif"]
    for place, path in ((tmp_path, Path("crate")), (tmp_path / "crate", Path())):
        monkeypatch.chdir(place)
        assert open_map(path).name == "crate"
        assert open_map(path).inputs("confidence") == expected
