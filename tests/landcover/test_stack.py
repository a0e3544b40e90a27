# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map straight from a stack of features: the labels of the model, holes left open, no half-written file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from terracite.errors import ModelError, RasterError
from terracite.landcover.classifiers.contract import Model, Settings, predict
from terracite.landcover.classifiers.registry import train
from terracite.landcover.stack import map_stack

BANDS, HEIGHT, WIDTH = 5, 270, 300  # more than one window either way


def _model(labels: tuple[int, ...] = (4, 9, 200)) -> Model:
    rng = np.random.default_rng(1)
    known = rng.integers(0, len(labels), 200)
    return train("extra_trees", known[:, None] * 100 + rng.normal(0, 30, (200, BANDS)), np.array(labels)[known],
                 settings=Settings(trees=5))  # fmt: skip


def _image(path: Path, values: np.ndarray, nodata: float | None = None) -> Path:
    profile = {"driver": "GTiff", "count": len(values), "height": HEIGHT, "width": WIDTH, "dtype": values.dtype}
    place = {"crs": "EPSG:32740", "transform": rasterio.transform.from_origin(300_000, 7_700_000, 10, 10)}
    with rasterio.open(path, "w", nodata=nodata, **profile, **place) as image:
        image.write(values)
    return path


def _values() -> np.ndarray:
    return np.random.default_rng(2).uniform(-50, 250, (BANDS, HEIGHT, WIDTH)).astype(np.float32)


def _read(path: Path) -> np.ndarray:
    with rasterio.open(path) as image:
        assert image.crs.to_epsg() == 32740
        assert image.transform.c == 300_000
        return image.read(1)


@pytest.mark.parametrize("dtype", ["float32", "int16"])
def test_every_cell_has_the_class_and_share_of_the_model(dtype: str, tmp_path: Path) -> None:
    values, model = _values().astype(dtype), _model()
    map_stack(_image(tmp_path / "stack.tif", values), model, tmp_path / "map.tif", tmp_path / "share.tif")
    labels, share = predict(model, values.reshape(BANDS, -1).astype(np.float32))
    np.testing.assert_array_equal(_read(tmp_path / "map.tif").ravel(), labels)
    np.testing.assert_array_equal(_read(tmp_path / "share.tif").ravel(), np.clip(np.rint(share * 100), 1, 100))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.tif", "share.tif", "stack.tif"]


def test_a_cell_that_misses_a_band_is_not_mapped(tmp_path: Path) -> None:
    values = _values()
    values[2, 10, 20] = np.nan
    values[4, 269, 299] = -9999
    map_stack(_image(tmp_path / "s.tif", values, -9999), _model(), tmp_path / "map.tif", tmp_path / "share.tif")
    for name in ("map.tif", "share.tif"):
        rows, cols = np.nonzero(_read(tmp_path / name) == 0)
        assert list(zip(rows.tolist(), cols.tolist(), strict=True)) == [(10, 20), (269, 299)]


def test_another_number_of_bands_or_labels_beyond_a_byte_are_refused(tmp_path: Path) -> None:
    image = _image(tmp_path / "stack.tif", _values()[:3])
    with pytest.raises(ModelError, match=r"3 bands; the model was trained on 5 features\. Give one band"):
        map_stack(image, _model(), tmp_path / "map.tif", tmp_path / "share.tif")
    with pytest.raises(ModelError, match="codes from 1 to 255"):
        map_stack(image, _model((1, 300)), tmp_path / "map.tif", tmp_path / "share.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["stack.tif"]


def test_an_image_cut_short_leaves_no_map(tmp_path: Path) -> None:
    image = _image(tmp_path / "stack.tif", _values())
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    with pytest.raises(RasterError, match=r"'stack\.tif' could not be made.*Check that the image is whole"):
        map_stack(image, _model(), tmp_path / "map.tif", tmp_path / "share.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["stack.tif"]
