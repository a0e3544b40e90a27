# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of code that a page offers run as they stand, against a running site; GDAL and xarray read in place."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import netCDF4
import numpy as np
import pytest
import xarray as xr
import zarr
from django.test import Client
from shapely.geometry import Point

from published import publish
from terracite.repository import addresses
from terracite.services.storage import storage_for
from terracite.website import snippets
from website import scene


def run(code: str, folder: Path, *command: str) -> str:
    program = command or (sys.executable, "-c")
    done = subprocess.run([*program, code], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def made(folder: Path) -> dict[str, bytes]:
    """A small file of each kind that needs no other program."""
    points = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(55, -21), Point(56, -20)], crs="EPSG:4326")
    points.to_file(folder / "points.gpkg", driver="GPKG")
    points.to_file(folder / "points.geojson", driver="GeoJSON")
    points.to_parquet(folder / "points.geoparquet")
    points.drop(columns="geometry").to_parquet(folder / "names.parquet")
    (folder / "été {0}.csv").write_text("station,height\nmaido,2155\n")
    with netCDF4.Dataset(folder / "series.nc", "w") as file:
        file.createDimension("time", 3)
        file.createVariable("NDVI", "f4", ("time",))[:] = [0.1, 0.2, 0.3]
    cube = xr.Dataset({"EVI": ("time", np.arange(3.0))})
    with zarr.storage.ZipStore(folder / "cube.zarr.zip", mode="w") as store:
        cube.to_zarr(store, consolidated=False)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return found | {"map.tif": scene.map_bytes()}


EXPECTED = {
    "points.gpkg": "POINT (56 -20)", "points.geojson": "POINT (56 -20)", "points.geoparquet": "POINT (56 -20)",
    "names.parquet": "name", "été {0}.csv": "maido", "series.nc": "NDVI", "cube.zarr.zip": "EVI",
    "map.tif": "'width': 50, 'height': 40",
}  # fmt: skip


@pytest.fixture
def files(site: str, settings: Any, tmp_path: Path) -> dict[str, str]:
    """Each published file with its address on the running site."""
    folder = tmp_path / "made"
    folder.mkdir()
    contents = made(folder)
    for content in contents.values():
        storage_for(settings.TERRACITE).put_bytes(f"sha256/{hashlib.sha256(content).hexdigest()}", content)
    version = publish(files=contents)
    return {path: addresses.base_url() + addresses.file_path(version, path) for path in contents}


def test_the_python_lines_of_a_dataset_open_it(site: str, tmp_path: Path) -> None:
    cast = scene.make_cast()
    version = scene.published(scene.draft(scene.make_deposit(cast.alice), cast.alice), cast)
    page = Client().get(addresses.landing_path(version))
    lines = {snippet.tool: snippet.code for snippet in page.context["snippets"]}
    assert list(lines) == ["Python", "R", "QGIS"]
    assert "'width': 50, 'height': 40" in run(lines["Python"], tmp_path)
    search = Client().get("/search/", {"q": "land cover"}).context["snippet"]
    assert version.doi in run(search, tmp_path)


def test_the_python_lines_of_every_kind_run(files: dict[str, str], tmp_path: Path) -> None:
    """All in one process, each as it stands."""
    assert set(files) == set(EXPECTED)
    codes = {path: snippets.for_file(path, url)[0].code for path, url in files.items()}
    told = run("\n".join(f"print('=== {path}')\n{code}" for path, code in codes.items()), tmp_path)
    parts = {part.partition("\n")[0]: part for part in told.split("=== ")[1:]}
    assert {path for path, words in EXPECTED.items() if words not in parts[path]} == set()


def test_gdal_and_xarray_read_in_place(files: dict[str, str], tmp_path: Path) -> None:
    """In another process: GDAL would keep this one from answering."""
    code = (
        "import rasterio, xarray as xr\n"
        f"print(rasterio.open('/vsicurl/{files['map.tif']}').read(1).shape)\n"
        f"print(float(xr.open_dataset('{files['series.nc']}#mode=bytes', engine='netcdf4')['NDVI'][2]))"
    )
    assert run(code, tmp_path).split("\n")[0] == "(40, 50)"


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="R is not on this machine (apt install r-cran-terra r-cran-ncdf4)"
)
def test_the_r_lines_run(files: dict[str, str], tmp_path: Path) -> None:
    paths = ("map.tif", "points.gpkg", "été {0}.csv", "series.nc")
    run("\n".join(snippets.for_file(path, files[path])[1].code for path in paths), tmp_path, "Rscript", "-e")


#: asks QGIS whether it opens a source; its Python is the system's, not ours
_IN_QGIS = """
import sys
from qgis.core import QgsApplication, QgsRasterLayer, QgsVectorLayer
QgsApplication([], False).initQgis()
raster, vector = sys.argv[1:]
print(QgsRasterLayer(raster, "map", "gdal").width(), QgsVectorLayer(vector, "points", "ogr").featureCount())
"""


def _opens_in_qgis(*sources: str) -> subprocess.CompletedProcess[str]:
    command = ["/usr/bin/python3", "-c", _IN_QGIS, *sources]
    screenless = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=screenless)


@pytest.mark.skipif(shutil.which("qgis_process") is None, reason="QGIS is not on this machine (apt install qgis)")
def test_the_sources_for_qgis_are_layers(files: dict[str, str]) -> None:
    asked = _opens_in_qgis(*(snippets.for_file(path, files[path])[2].code for path in ("map.tif", "points.gpkg")))
    assert asked.stdout.split() == ["50", "2"], asked.stderr


@pytest.mark.parametrize(("module", "path"), [("laspy", "trees.laz"), ("obspy", "quake.mseed")])
def test_lines_for_libraries_that_may_be_missing_are_python(module: str, path: str) -> None:
    code = snippets.for_file(path, f"https://example.org/{path}")[0].code
    compile(code, path, "exec")
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: the lines were only compiled")


def test_a_name_cannot_become_code() -> None:
    name = 'a".format(x) {0}\\\n.nc'
    python, r, _ = snippets.for_file(name, "https://example.org/" + name)
    compile(python.code, "x", "exec")
    assert python.code.count("\n") == 3
    assert r.code.count("\n") == 2
