# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapefile

from terracite.errors import ArchiveError
from terracite.timeseries.archive import Scan
from terracite.timeseries.shapefiles import write_sen2val_layers

CATALOGUE = "https://g2oi.ird.fr/geonetwork/srv/eng/catalog.search#/metadata/"
Fields = list[tuple[str, str, int, int]]


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def layers(found: Scan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    write_sen2val_layers(found, folder, catalogue_url=CATALOGUE, tiles=["38KPG"])
    return folder


@pytest.fixture
def real(shared_data: Path) -> Path:
    return shared_data / "geoflow-entities" / "g2oi" / "Action 1.2" / "data" / "seasoi"


def fields(path: Path) -> Fields:
    with shapefile.Reader(str(path)) as reader:
        return [(field.name, str(field.field_type), field.size, field.decimal) for field in reader.fields[1:]]


def records(path: Path) -> list[dict[str, str]]:
    with shapefile.Reader(str(path)) as reader:
        return [record.as_dict() for record in reader.records()]


def as_on(found: Scan, day: dt.datetime, last: dt.datetime) -> Scan:
    """The archive of NDVI, MNDWI and NDWIGAO with images on these two days."""
    images = found.series[0].images[:2]
    dated = tuple(replace(image, sensed_at=when) for image, when in zip(images, (day, last), strict=True))
    facts = {image.path: found.facts[image.path] for image in images}
    series = [replace(found.series[0], index=index, images=dated) for index in ("NDVI", "NDWIGAO", "MNDWI")]
    return replace(found, series=tuple(series), facts=facts)


@pytest.mark.parametrize("name", ["niv1_tuiles_total", "niv1_indice_ndvi", "niv1_indice_ndwigao", "niv1_indice_mndwi"])
def test_fields_are_those_of_the_real_layer_to_the_width(real: Path, found: Scan, tmp_path: Path, name: str) -> None:
    """With the links of the real layer; they are as wide as their longest text."""
    day = dt.datetime(2015, 10, 20, 6, tzinfo=dt.UTC)
    write_sen2val_layers(as_on(found, day, dt.datetime(2020, 10, 8, tzinfo=dt.UTC)), tmp_path, catalogue_url=CATALOGUE)
    theirs, ours = real / f"{name}.zip" / f"{name}.shp", tmp_path / f"{name}.shp"
    assert fields(ours) == fields(theirs)
    wrong_there = {"NDVI", "NDWIGAO", "MNDWI", "MNDWI_F", "MNDWI_L"}  # counts of 0 or none; MNDWI has other dates
    if name == "niv1_indice_mndwi":
        wrong_there |= {"F_record", "L_record"}
    expected = {key: value for key, value in records(theirs)[0].items() if key not in wrong_there}
    assert {key: value for key, value in records(ours)[0].items() if key in expected} == expected
    assert ours.with_suffix(".prj").read_bytes() == _member(theirs.parent, f"{name}.prj")


def _member(archive: Path, name: str) -> bytes:
    with zipfile.ZipFile(archive) as file:
        return file.read(name)


def test_cells_are_those_of_the_real_layer(real: Path, found: Scan, tmp_path: Path) -> None:
    """All 83 tiles of the south-west Indian Ocean, in the same order of corners; none of them but one has an image."""
    theirs = geopandas.read_file(real / "niv1_tuiles_total").sort_values("Name", ignore_index=True)
    write_sen2val_layers(found, tmp_path, tiles=theirs["Name"])
    ours = geopandas.read_file(tmp_path / "niv1_tuiles_total.shp", engine="pyogrio")
    assert list(ours["Name"]) == list(theirs["Name"])
    assert list(ours["land"]) == list(theirs["land"])
    for mine, other in zip(ours.geometry, theirs.geometry, strict=True):
        assert np.abs(np.subtract(mine.exterior.coords, other.exterior.coords)).max() < 1e-8
    empty = ours[ours["Name"] != "40KCB"]
    assert (empty[["NDVI", "NDVI_F", "NDVI_L", "MNDWI"]] == "0").all(axis=None)


def test_counts_and_dates_are_those_of_the_archive(layers: Path, found: Scan) -> None:
    here, there = records(layers / "niv1_tuiles_total.shp")[::-1]
    ndvi = found.series[0]
    assert (here["Name"], here["land"]) == ("40KCB", "True")
    assert here["NDVI"] == str(len(ndvi.images)) != "0"
    assert (here["NDVI_F"], here["NDVI_L"]) == (f"{ndvi.start:%d/%m/%Y}", f"{ndvi.end:%d/%m/%Y}")
    assert (here["MNDWI"], here["MNDWI_F"], here["MD_MNDWI"]) == ("0", "0", "")
    assert (there["Name"], there["NDVI"], there["NDVI_F"]) == ("38KPG", "0", "0")


def test_each_index_has_a_layer_of_all_tiles_and_one_of_those_with_images(layers: Path) -> None:
    one, two = records(layers / "niv1_indice_ndwigao.shp"), records(layers / "niv2_indices_ndwigao.shp")
    assert [row["Name"] for row in one] == ["38KPG", "40KCB"]
    assert two == one[1:]
    assert two[0]["md_link"] == f"{CATALOGUE}data_40KCB_NDWIGAO_SEN2CHAIN"


def test_each_tile_has_a_layer(layers: Path) -> None:
    assert " ".join(name for name, *_ in fields(layers / "40KCB.shp")) == (
        "Name land NDVI NDVI_F NDVI_L NDWIGAO NDWIGAO_F NDWIGAO_L MNDWI MD_MNDWI DOI_MNDWI MNDWI_F MNDWI_L"
    )
    assert records(layers / "40KCB.shp")[0]["Name"] == "40KCB"


def test_a_doi_is_never_cut(found: Scan, tmp_path: Path) -> None:
    dois = {"data_40KCB_NDVI_SEN2CHAIN": "10.5281/zenodo.1234567", "S2_NDVI": "10.5281/zenodo.7654321"}
    write_sen2val_layers(found, tmp_path, dois=dois)
    assert records(tmp_path / "niv2_indices_ndvi.shp")[0]["DOI"] == "10.5281/zenodo.1234567"
    assert records(tmp_path / "niv1_tuiles_total.shp")[0]["DOI_NDVI"] == "10.5281/zenodo.7654321"
    assert records(tmp_path / "niv1_tuiles_total.shp")[0]["MD_NDVI"] == ""


def test_gdal_reads_every_layer_without_a_warning(layers: Path) -> None:
    paths = sorted(layers.glob("*.shp"))
    assert len(paths) == 1 + 2 * 2 + 2
    for path in paths:
        info = pyogrio.read_info(path)
        assert (info["crs"], info["geometry_type"], info["encoding"]) == ("EPSG:4326", "Polygon", "UTF-8")
        assert (layers / f"{path.stem}.cpg").read_text() == "UTF-8"
        assert len(geopandas.read_file(path)) == info["features"] >= 1


def test_the_same_archive_gives_the_same_bytes(layers: Path, found: Scan, tmp_path: Path) -> None:
    write_sen2val_layers(found, tmp_path, catalogue_url=CATALOGUE, tiles=["38KPG"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in layers.iterdir()
    }


def test_a_tile_across_the_antimeridian_has_two_parts(found: Scan, tmp_path: Path) -> None:
    write_sen2val_layers(found, tmp_path, tiles=["01KAB"])
    parts = geopandas.read_file(tmp_path / "niv1_tuiles_total.shp").geometry[0].geoms
    assert sorted(round(part.bounds[0]) for part in parts) == [-180, 179]


def test_a_name_that_is_no_tile_is_refused_and_a_name_of_ones_own_is_not(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="'Paris' is not a Sentinel-2 tile"):
        write_sen2val_layers(found, tmp_path, tiles=["Paris"])
    own = replace(found, series=(replace(found.series[0], tile="île/1"),))
    write_sen2val_layers(own, tmp_path)
    assert geopandas.read_file(tmp_path / "île_1.shp")["Name"][0] == "île/1"


def test_too_long_a_link_is_refused_with_its_cure(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="MD_NDVI") as caught:
        write_sen2val_layers(found, tmp_path, catalogue_url="https://example.org/" + "a" * 250)
    assert caught.value.hint == "Shorten the address of the catalogue."
    assert not list(tmp_path.iterdir())


def test_an_archive_without_images_has_no_layers(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no readable image"):
        write_sen2val_layers(replace(found, series=()), tmp_path)
