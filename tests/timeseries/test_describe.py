# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from terracite.errors import ConfigError
from terracite.raster.netcdf import DateCount
from terracite.record.model import Agent, DataFile, OriginKind, Record, Source, Text
from terracite.record.rules import blockers, check
from terracite.timeseries.archive import Scan, scan
from terracite.timeseries.describe import describe, with_counts
from terracite.timeseries.describe_archive import describe_archive
from terracite.timeseries.options import Options, agent
from terracite.timeseries.versions import Versions, versions_of
from terracite.timeseries.vocabulary import index_info, mission
from terracite.timeseries.wording import day
from terracite.timeseries.yearly import YearSeries, yearly

OPTIONS = Options(creators=(Agent(family_name="Payet", given_name="Alice"),))
NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
FILE = DataFile(path="a.nc", bytes=1, sha256="0" * 64)


@pytest.fixture(scope="module")
def ndvi(found: Scan) -> YearSeries:
    return yearly(found, OPTIONS)[0]


@pytest.fixture(scope="module")
def as_real(ndvi: YearSeries) -> YearSeries:
    """The same series as if a station had made it."""
    return replace(ndvi, versions=Versions(("1.4.1",), ("02.11.00",)))


def _of(one: YearSeries) -> Record:
    return describe(one, OPTIONS, NOW)


def test_a_record_is_ready_but_for_its_files(ndvi: YearSeries, found: Scan) -> None:
    for record in (_of(ndvi), describe_archive(found, OPTIONS, NOW)):
        assert blockers(check(record.model_copy(update={"files": (FILE,)}))) == []


def test_titles_say_what_where_when(as_real: YearSeries) -> None:
    assert _of(as_real).title == Text(
        fr="Série temporelle NDVI Sentinel-2 de la tuile 40KCB (La Réunion), 2022",
        en="Sentinel-2 NDVI time series of tile 40KCB (Réunion), 2022",
    )


def test_simulated_data_say_so_everywhere_and_name_no_satellite(ndvi: YearSeries, found: Scan) -> None:
    record = _of(ndvi)
    assert record.title.en.endswith("– simulated data")
    assert record.title.fr.endswith("– données simulées")
    assert record.abstract.en.startswith("Simulated data, invented")
    assert record.abstract.fr.startswith("Données simulées, inventées")
    assert (record.platforms, record.related) == ((), ())
    assert "Sentinel" not in record.model_dump_json()
    assert describe_archive(found, OPTIONS, NOW).title.en.endswith("– simulated data")


def test_a_real_series_cites_its_source_and_software(as_real: YearSeries) -> None:
    record = _of(as_real)
    assert [(item.title, item.identifier) for item in record.lineage.sources] == [
        ("Copernicus Sentinel-2 MSI Level-1C", "10.5270/S2_-742ikth")
    ]
    assert [item.relation for item in record.related] == ["IsDerivedFrom", "References"]
    assert "Sen2Cor 02.11.00" in record.lineage.statement.en
    assert record.lineage.steps[0].software == "Sen2Cor 02.11.00, Sen2Chain 1.4.1"
    assert "Contains modified Copernicus Sentinel data 2022." in record.notes.en
    assert [item.name for item in record.platforms] == ["Sentinel-2A", "Sentinel-2B"]


def test_both_languages_are_told_throughout(as_real: YearSeries, found: Scan) -> None:
    for record in (_of(as_real), describe_archive(found, OPTIONS, NOW)):
        steps = [step.description for step in record.lineage.steps]
        for text in (record.title, record.abstract, record.lineage.statement, *steps):
            assert text.fr
            assert text.en
            assert text.fr != text.en
        assert 50 <= len(record.abstract.fr) <= 5000


def test_extent_period_and_grid_are_those_of_the_images(ndvi: YearSeries) -> None:
    record = _of(ndvi)
    west, south, east, north = ndvi.grid.lonlat_box()
    box = record.extents[0].box
    assert box.west <= west < east <= box.east
    assert box.south <= south < north <= box.north
    assert box.west == pytest.approx(west, abs=2e-5)
    assert (record.periods[0].start, record.periods[0].end) == (ndvi.start, ndvi.end)
    assert (record.reference_systems[0].code, record.resolutions[0].distance_m) == ("EPSG:32740", 10.0)
    assert record.time_resolution == "P5D"


def test_only_ndvi_has_a_standard_name(found: Scan) -> None:
    names = {one.index: _of(one).variables[0].standard_name for one in yearly(found, OPTIONS)}
    assert names == {"NDVI": "normalized_difference_vegetation_index", "NDWIGAO": ""}


def test_the_uuid_is_that_of_the_dataset_not_of_its_dates(ndvi: YearSeries) -> None:
    shorter = replace(ndvi, images=ndvi.images[:-3])
    other_signer = replace(OPTIONS, creators=(agent("Station X"),))
    assert _of(shorter).uuid == _of(ndvi).uuid
    assert describe(ndvi, other_signer, NOW).uuid != _of(ndvi).uuid
    assert _of(replace(ndvi, year=2021)).uuid != _of(ndvi).uuid


def test_values_say_where_they_come_from(ndvi: YearSeries) -> None:
    record = _of(ndvi)
    kinds = {name: record.origins[name].kind for name in ("title", "extents", "creators", "licence")}
    assert kinds == {
        "title": OriginKind.PRODUCED,
        "extents": OriginKind.PRODUCED,
        "creators": OriginKind.TYPED,
        "licence": OriginKind.TYPED,
    }


def test_quality_is_measured_from_every_cell(ndvi: YearSeries) -> None:
    counts = [DateCount(missing=0, masked=25, total=100), DateCount(missing=50, masked=0, total=100)]
    clear, missing = with_counts(_of(ndvi), counts).quality
    assert (clear.value, clear.unit, clear.note.en) == (62.5, "%", "least clear date: 50 %")
    assert missing.value == 25.0
    bare = with_counts(_of(ndvi), [DateCount(missing=1, masked=None, total=4)]).quality
    assert [measure.value for measure in bare] == [25.0]


def test_a_person_may_name_place_and_source(as_real: YearSeries) -> None:
    options = replace(
        OPTIONS,
        place=Text(fr="Cirque de Salazie", en="Salazie"),
        source=Source(title="Mine", identifier="10.5072/x"),
    )
    record = describe(as_real, options, NOW)
    assert record.title.fr.endswith("de la tuile 40KCB (Cirque de Salazie), 2022")
    assert [(item.title, item.identifier) for item in record.lineage.sources] == [("Mine", "10.5072/x")]


def test_real_modis_series(shared_data: Path) -> None:
    found = scan(shared_data / "sits-sinop-raster")
    names = [(one.name, one.file_name, len(one.images)) for one in yearly(found, OPTIONS)]
    assert names == [
        ("h12v10-EVI-2013", "EVI_h12v10_2013.nc", 7),
        ("h12v10-EVI-2014", "EVI_h12v10_2014.nc", 16),
    ]
    record = _of(yearly(found, OPTIONS)[0])
    assert record.title.en == "Terra MODIS EVI time series of tile h12v10 (Brazil), 2013"
    assert (record.reference_systems[0].code, record.reference_systems[0].name) == ("", "Sinusoidal")
    assert record.resolutions[0].distance_m == pytest.approx(231.656, abs=0.001)
    assert [platform.instruments for platform in record.platforms] == [("MODIS",)]
    assert len(record.variables) == 1


def test_real_sen2r_series(shared_data: Path) -> None:
    record = _of(yearly(scan(shared_data / "sen2rts-s2-ndvi"), OPTIONS)[0])
    assert record.lineage.sources[0].identifier == "10.5270/S2_-znk9xsj"
    assert [variable.name for variable in record.variables] == ["ndvi", "cloud_mask"]


def test_an_unknown_index_and_mission_keep_their_names() -> None:
    assert index_info("XYZ").name == Text(fr="indice XYZ", en="XYZ index")
    assert mission("sits", "SENTINEL-9").name == "SENTINEL-9"


def test_versions_survive_broken_and_hostile_information_files(archive: Path) -> None:
    images = scan(archive).series[0].images[:4]
    images[0].path.with_suffix(".xml").write_text("<broken")
    images[1].path.with_suffix(".xml").unlink()
    bomb = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><SEN2CHAIN><SEN2CHAIN_VERSION>&e;</SEN2CHAIN_VERSION></SEN2CHAIN>'
    images[2].path.with_suffix(".xml").write_text(bomb)
    assert versions_of(images) == Versions(("simulated",), ("simulated",))
    assert versions_of(images[:3]) == Versions()


@pytest.mark.parametrize(
    ("text", "shown", "orcid", "places"),
    [
        ("Payet, Marie", "Marie Payet", "", ()),
        (
            "Payet, Marie; 0000-0002-1825-0097; Station X",
            "Marie Payet",
            "0000-0002-1825-0097",
            ("Station X",),
        ),
        ("Payet, Marie; https://orcid.org/0000-0002-1825-0097", "Marie Payet", "0000-0002-1825-0097", ()),
        ("Station X", "Station X", "", ()),
    ],
)
def test_creators_are_read_from_a_line(text: str, shown: str, orcid: str, places: tuple[str, ...]) -> None:
    found = agent(text)
    assert (found.display_name, found.orcid) == (shown, orcid)
    assert tuple(place.name for place in found.affiliations) == places


@pytest.mark.parametrize("text", ["", ", Marie", " ; 0000-0002-1825-0097"])
def test_a_creator_without_a_name_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(ConfigError, match="Family, Given"):
        agent(text)


def test_days_are_written_as_people_do() -> None:
    assert day(dt.datetime(2022, 1, 1, tzinfo=dt.UTC), "fr") == "1er janvier 2022"
    assert day(dt.datetime(2022, 8, 3, tzinfo=dt.UTC), "fr") == "3 août 2022"
    assert day(dt.datetime(2022, 8, 1, tzinfo=dt.UTC), "en") == "1 August 2022"
