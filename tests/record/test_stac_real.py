# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every real STAC document of the shared data: what it says, and what it says wrong."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from terracite.record.model import (
    Agent,
    Box,
    Contributor,
    ContributorRole,
    Keyword,
    Organisation,
    Parent,
    Period,
    Platform,
    Record,
    ReferenceSystem,
    Resolution,
    Text,
)
from terracite.record.reading import Reading
from terracite.record.stac import read_stac, read_stac_items, write_stac, write_stac_items

SENTINEL_TERMS = "https://sentinel.esa.int/documents/247904/690755/Sentinel_Data_Legal_Notice"
GRIDS = tuple(Resolution(distance_m=size) for size in (10, 20, 60))


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> dict[str, bytes]:
    """Path below the shared data -> document, of every JSON document of STAC or of OGC API - Records."""
    paths = [
        *shared_data.glob("metadata/stac/*.json"),
        *shared_data.glob("s2-safe/**/*.json"),
        *shared_data.glob("worldcereal/*.json"),
    ]
    contents = {str(path.relative_to(shared_data)): path.read_bytes() for path in sorted(paths)}
    return {name: content for name, content in contents.items() if _is_stac(content)}


def _is_stac(content: bytes) -> bool:
    return b'"stac_version"' in content or b"ogcapi-records" in content


@pytest.fixture(scope="module")
def readings(documents: dict[str, bytes]) -> dict[str, Reading]:
    return {name: read_stac_items(content) for name, content in documents.items()}


def _one(readings: dict[str, Reading], part: str) -> Record:
    found = [reading.record for name, reading in readings.items() if part in name]
    assert len(found) == 1
    return found[0]


def test_every_document_is_read_with_the_title_it_has(
    documents: dict[str, bytes], readings: dict[str, Reading]
) -> None:
    assert len(readings) == 49
    for name, reading in readings.items():
        content = json.loads(documents[name])
        item = content.get("features", [content])[0]
        said = item.get("properties", item).get("title") or ""
        assert reading.record.title.best() == said.strip(), name
        assert ("missing" in {remark.kind for remark in reading.remarks if "title" in remark.message.en}) != bool(said)


def test_every_document_says_where_and_when(readings: dict[str, Reading]) -> None:
    assert [name for name, reading in readings.items() if not reading.record.extents] == []
    assert [name for name, reading in readings.items() if not reading.record.periods] == []


def test_every_remark_is_of_a_kind_expected(readings: dict[str, Reading]) -> None:
    kinds = Counter(remark.kind for reading in readings.values() for remark in reading.remarks)
    assert kinds == {"missing": 23, "elsewhere": 17}


def test_the_identity_of_a_document_is_in_its_leftovers(readings: dict[str, Reading]) -> None:
    for name, reading in readings.items():
        assert any(item.where.endswith(".id") for item in reading.leftovers), name
    assert len({reading.record.uuid for reading in readings.values()}) == 48  # two describe the same tile


def test_what_was_read_can_be_written_and_read_again(readings: dict[str, Reading]) -> None:
    page = "https://data.example.org/datasets/1/"
    for name, reading in readings.items():
        for again in (
            read_stac(write_stac(reading.record, page)),
            read_stac_items(write_stac_items(reading.record, page)),
        ):
            assert again.record.title == reading.record.title, name
            assert again.record.creators == reading.record.creators, name
            assert [item.box for item in again.record.extents] == [item.box for item in reading.record.extents], name
            assert again.leftovers == (), name


def test_the_collection_of_planetary_computer(readings: dict[str, Reading]) -> None:
    record = _one(readings, "stac/sentinel-2-l2a.json")
    assert record.title == Text(en="Sentinel-2 Level-2A")
    assert record.creators == (Agent(organisation="ESA"),)
    assert record.contributors == (
        Contributor(agent=Agent(organisation="ESA"), role=ContributorRole.RIGHTS_HOLDER),
        Contributor(agent=Agent(organisation="Esri"), role=ContributorRole.PRODUCER),
        Contributor(agent=Agent(organisation="Microsoft"), role=ContributorRole.PRODUCER),
    )
    assert record.publisher == Organisation(name="Microsoft")
    assert record.periods == (Period(start=dt.datetime(2015, 6, 27, 10, 25, 31, tzinfo=dt.UTC), ongoing=True),)
    assert record.platforms == tuple(Platform(name=f"Sentinel-2{one}", instruments=("msi",)) for one in "AB")
    assert record.resolutions == GRIDS
    assert [item.label.en for item in record.keywords[:3]] == ["Sentinel", "Copernicus", "ESA"]
    assert record.licence.endswith("Sentinel_Data_Terms_and_Conditions.pdf")
    assert len(record.variables) == 13


def test_the_example_of_the_specification(readings: dict[str, Reading]) -> None:
    record = _one(readings, "simple-collection.json")
    assert record.title == Text(en="Simple Example Collection")
    assert record.licence == "CC-BY-4.0"
    assert [item.box for item in record.extents] == [
        Box(west=172.91173669923782, south=1.3438851951615003, east=172.95469614953714, north=1.3690476620161975)
    ]
    assert record.keywords == tuple(Keyword(label=Text(en=word)) for word in ("simple", "example", "collection"))
    assert record.resolutions == (Resolution(distance_m=0.512), Resolution(distance_m=0.66))


def test_a_record_of_ogc_api_records(readings: dict[str, Reading]) -> None:
    record = _one(readings, "woudc")
    assert record.title == Text(en="Total Ozone - daily observations")
    assert record.periods == (Period(start=dt.date(1924, 8, 17), ongoing=True),)
    assert record.time_resolution == "P1D"
    assert record.publisher == Organisation(name="World Ozone and Ultraviolet Radiation Data Centre")
    dobson = next(item for item in record.keywords if item.label.en == "dobson")
    assert dobson.uri == "https://geo.woudc.org/codelists.xml#WOUDC_InstrumentCode_dobson"


def test_a_tile_of_sentinel_2(readings: dict[str, Reading]) -> None:
    record = _one(readings, "S2B_MSIL2A_20190910T095029_N0213_R079_T33TWN")
    moment = dt.datetime(2019, 9, 10, 9, 50, 29, 24000, tzinfo=dt.UTC)
    assert record.periods == (Period(start=moment, end=moment),)
    assert record.reference_systems == (ReferenceSystem(code="EPSG:32633"),)
    assert record.platforms == (Platform(name="Sentinel-2B", instruments=("msi",)),)
    assert record.resolutions == GRIDS
    assert record.licence == SENTINEL_TERMS
    assert record.parent == Parent(identifier="S2MSI2A")
    assert [item.name for item in record.variables[:3]] == ["B02", "B03", "B04"]


@pytest.mark.parametrize(
    ("part", "box"),
    [
        ("T01KAB", Box(west=179.23921, south=-17.25485, east=-179.71545, north=-16.247763)),
        ("T01WCS", Box(west=179.0059, south=68.372483, east=-179.197, north=69.394461)),
    ],
)
def test_tiles_across_the_antimeridian(readings: dict[str, Reading], part: str, box: Box) -> None:
    record = _one(readings, part)
    assert [extent.box for extent in record.extents] == [box]
    assert [(item.code, item.label.en) for item in record.classes[3:5]] == [(3, "Cloud shadows"), (4, "Vegitation")]
    assert record.creators == (Agent(organisation="ESA"),)


def test_the_answer_of_a_search_is_seen_through(readings: dict[str, Reading]) -> None:
    record = _one(readings, "earth_search_search.json")
    assert record.parent == Parent(
        identifier="https://earth-search.aws.element84.com/v1/collections/sentinel-2-l1c",
        title=Text(en="sentinel-2-l1c"),
    )
    assert [step.software for step in record.lineage.steps] == ["sentinel2-to-stac 0.1.1"]
    assert len(record.variables) == 13


def test_the_result_of_an_openeo_job(readings: dict[str, Reading]) -> None:
    record = _one(readings, "job-results.json")
    assert record.title == Text(en="WorldCereal Croptype Inference Benchmark Test")
    assert record.contributors == (Contributor(agent=Agent(organisation="VITO"), role=ContributorRole.PRODUCER),)
    assert len(record.variables) == 53
    assert record.variables[0].name == "cropland_classification"
    assert record.reference_systems == (ReferenceSystem(code="EPSG:32631"),)
