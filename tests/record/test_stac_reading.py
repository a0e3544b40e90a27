# SPDX-License-Identifier: AGPL-3.0-or-later
"""STAC of others: every version since 0.6, single Items, lists, and what is no STAC."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any
from uuid import UUID

import pytest

from terracite.errors import RecordError
from terracite.record.model import (
    Agent,
    Box,
    Contributor,
    ContributorRole,
    DateKind,
    Extent,
    Keyword,
    MapClass,
    Organisation,
    Parent,
    Period,
    Platform,
    Record,
    ReferenceSystem,
    Related,
    Resolution,
    Text,
    Variable,
)
from terracite.record.reading import Reading
from terracite.record.stac import read_stac, read_stac_items

Node = dict[str, Any]
BOX = Box(west=55.2, south=-21.4, east=55.9, north=-20.8)
CORNERS = [[55.2, -21.4], [55.9, -21.4], [55.9, -20.8], [55.2, -20.8], [55.2, -21.4]]
SQUARE = {"type": "Polygon", "coordinates": [CORNERS]}
TRIANGLE = ((55.2, -21.4), (55.9, -21.4), (55.9, -20.8), (55.2, -21.4))


def _read(document: object) -> Reading:
    return read_stac(json.dumps(document).encode())


def _collection(**values: Any) -> Node:
    return {
        "type": "Collection",
        "stac_version": "1.1.0",
        "id": "landcover",
        "title": "Land cover",
        "description": "A map.",
        "license": "CC-BY-4.0",
        "extent": {
            "spatial": {"bbox": [[55.2, -21.4, 55.9, -20.8]]},
            "temporal": {"interval": [["2023-01-01T00:00:00Z", None]]},
        },
        "links": [],
    } | values


def _item(**properties: Any) -> Node:
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": "one",
        "geometry": SQUARE,
        "bbox": [55.2, -21.4, 55.9, -20.8],
        "properties": {"title": "One", "datetime": "2023-02-03T10:00:00Z"} | properties,
        "links": [],
        "assets": {},
    }


def _record(document: object) -> Record:
    return _read(document).record


def test_a_collection_of_another_catalogue() -> None:
    found = _read(_collection())
    record = found.record
    assert (record.title, record.licence) == (Text(en="Land cover"), "CC-BY-4.0")
    assert record.extents == (Extent(box=BOX),)
    assert record.periods == (Period(start=dt.date(2023, 1, 1), ongoing=True),)
    assert [(item.where, item.value) for item in found.leftovers] == [("$.id", "landcover")]
    assert found.remarks == ()


def test_the_same_identifier_gives_the_same_uuid() -> None:
    assert _record(_collection()).uuid == _record(_collection(title="Other")).uuid
    assert _record(_collection()).uuid != _record(_collection(id="other")).uuid
    own = "6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11"
    assert _record(_collection(id=own)).uuid == UUID(own)


def test_a_collection_of_stac_0_6() -> None:
    old = {
        "stac_version": "0.6.2",
        "id": "s2",
        "title": "Sentinel",
        "description": "Old.",
        "license": "CC-BY-4.0",
        "provider": [{"name": "ESA", "roles": ["producer"]}],
        "extent": {"spatial": [55.2, -21.4, 55.9, -20.8], "temporal": ["2015-06-23T00:00:00Z", None]},
        "properties": {"eo:gsd": 10, "eo:platform": "sentinel-2a", "eo:instrument": "MSI", "eo:epsg": 32740},
        "links": [],
    }
    record = _record(old)
    assert record.creators == (Agent(organisation="ESA"),)
    assert record.extents == (Extent(box=BOX),)
    assert record.periods == (Period(start=dt.date(2015, 6, 23), ongoing=True),)
    assert record.resolutions == (Resolution(distance_m=10),)
    assert record.platforms == (Platform(name="sentinel-2a", instruments=("MSI",)),)
    assert record.reference_systems == (ReferenceSystem(code="EPSG:32740"),)


def test_an_item_of_stac_0_9_with_bands_of_its_assets() -> None:
    item = _item(**{"eo:gsd": 10, "proj:epsg": 32740, "platform": "sentinel-2a"}) | {"stac_version": "0.9.0"}
    item["assets"] = {
        "B04": {"href": "https://example.org/B04.tif", "eo:bands": [{"name": "B04", "common_name": "red"}]}
    }
    record = _record(item)
    assert record.variables == (Variable(name="B04", label=Text(en="red")),)
    assert record.reference_systems == (ReferenceSystem(code="EPSG:32740"),)
    assert record.related == (Related(identifier="https://example.org/B04.tif", relation="HasPart", title="B04"),)


def test_an_item_from_before_items_told_their_version() -> None:
    item = _item()
    del item["stac_version"]
    assert _record(item).title == Text(en="One")


def test_bands_of_stac_1_1() -> None:
    bands = [{"name": "B02", "description": "Blue", "unit": "1"}, {"name": "B08", "eo:common_name": "nir"}]
    record = _record(_collection(summaries={"bands": bands}))
    assert record.variables == (
        Variable(name="B02", label=Text(en="Blue"), unit="1"),
        Variable(name="B08", label=Text(en="nir")),
    )


def test_an_item_of_an_instant() -> None:
    moment = dt.datetime(2023, 2, 3, 10, tzinfo=dt.UTC)
    assert _record(_item()).periods == (Period(start=moment, end=moment),)


def test_an_item_with_a_start_and_an_end() -> None:
    item = _item(datetime=None, start_datetime="2023-01-01T00:00:00Z", end_datetime="2023-12-31T23:59:59Z")
    assert _record(item).periods == (Period(start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)),)


def test_an_item_belongs_to_its_collection() -> None:
    item = _item() | {"collection": "maps"}
    assert _record(item).parent == Parent(identifier="maps")
    item["links"] = [{"rel": "collection", "href": "https://example.org/maps", "title": "Maps"}]
    assert _record(item).parent == Parent(identifier="https://example.org/maps", title=Text(en="Maps"))


def test_a_polygon_that_is_not_the_box_is_kept() -> None:
    item = _item() | {"geometry": {"type": "Polygon", "coordinates": [TRIANGLE]}}
    assert _record(item).extents == (Extent(box=BOX, polygon=(TRIANGLE,)),)


@pytest.mark.parametrize(
    ("geometry", "box"),
    [
        ({"type": "Point", "coordinates": [55.5, -21.1]}, None),
        ({"type": "LineString", "coordinates": [[55.2, -21.4], [55.9, -20.8]]}, [55.2, -21.4, 55.9, -20.8]),
        (None, [55.2, -21.4, 55.9, -20.8]),
    ],
)
def test_points_lines_and_no_geometry(geometry: Node | None, box: list[float] | None) -> None:
    item = _item() | {"geometry": geometry, "bbox": box}
    assert _record(item).extents == ((Extent(box=BOX),) if box else ())


def test_a_box_with_heights() -> None:
    record = _record(_collection(extent={"spatial": {"bbox": [[55.2, -21.4, 0, 55.9, -20.8, 3070.5]]}}))
    assert record.extents == (Extent(box=BOX, lowest_m=0, highest_m=3070.5),)


@pytest.mark.parametrize(
    "numbers", [[55.9, -20.8, 55.2], ["a", 1, 2, 3], [500, 1, 600, 2], [1, 2, 3, 4, 5], [None] * 4]
)
def test_a_box_that_is_none_is_a_remark(numbers: object) -> None:
    found = _read(_collection(extent={"spatial": {"bbox": [numbers]}}))
    assert found.record.extents == ()
    assert [(item.where, item.kind) for item in found.remarks] == [("$.extent.spatial.bbox[0]", "unreadable")]


def test_a_box_upside_down_is_turned() -> None:
    found = _read(_collection(extent={"spatial": {"bbox": [[55.2, -20.8, 55.9, -21.4]]}}))
    assert found.record.extents == (Extent(box=BOX),)
    assert [item.kind for item in found.remarks] == ["swapped"]


@pytest.mark.parametrize(
    ("interval", "kinds"),
    [([["soon", None]], ["unreadable"]), ([[None, "2020-01-01T00:00:00Z"]], ["unreadable"]), ([[None, None]], [])],
)
def test_a_period_without_a_start_is_a_remark(interval: list[object], kinds: list[str]) -> None:
    found = _read(_collection(extent={"temporal": {"interval": interval}}))
    assert found.record.periods == ()
    assert [item.kind for item in found.remarks] == kinds


def test_a_period_backwards_is_turned() -> None:
    found = _read(_collection(extent={"temporal": {"interval": [["2021-01-01T00:00:00Z", "2020-06-30T23:59:59Z"]]}}))
    assert [item.kind for item in found.remarks] == ["swapped"]
    assert [period.interval()[:10] for period in found.record.periods] == ["2020-06-30"]


def test_providers_without_contacts() -> None:
    providers = [
        {"name": "ESA", "roles": ["producer", "licensor"], "url": "https://esa.int"},
        {"name": "CNES", "roles": ["processor"]},
        {"name": "IRD", "roles": ["host"], "url": "https://ror.org/05q3vnk25"},
    ]
    found = _read(_collection(providers=providers))
    esa, cnes = Agent(organisation="ESA"), Agent(organisation="CNES")
    assert found.record.creators == (esa,)
    assert found.record.contributors == (
        Contributor(agent=esa, role=ContributorRole.RIGHTS_HOLDER),
        Contributor(agent=cnes, role=ContributorRole.PRODUCER),
    )
    assert found.record.publisher == Organisation(name="IRD", ror="https://ror.org/05q3vnk25")
    assert ("$.providers[0].url", "https://esa.int") in [(item.where, item.value) for item in found.leftovers]


def test_contacts_with_their_roles_and_addresses() -> None:
    contacts = [
        {
            "name": "Zoé Lebrun",
            "identifier": "https://orcid.org/0000-0002-1825-0097",
            "organization": "IRD",
            "emails": [{"value": "zoe@example.org"}],
            "roles": ["principal investigator", "pointOfContact"],
        },
        {"organization": "Parc marin", "roles": ["stargazer"]},
        {"roles": ["author"]},
    ]
    found = _read(_collection(contacts=contacts))
    zoe = Agent(
        family_name="Lebrun",
        given_name="Zoé",
        orcid="0000-0002-1825-0097",
        affiliations=(Organisation(name="IRD"),),
        email="zoe@example.org",
    )
    assert found.record.contacts == (zoe,)
    assert found.record.contributors == (
        Contributor(agent=zoe, role=ContributorRole.PROJECT_LEADER),
        Contributor(agent=Agent(organisation="Parc marin"), role=ContributorRole.OTHER),
    )
    assert [(item.where, item.kind) for item in found.remarks] == [
        ("$.contacts[1]", "unknown_code"),
        ("$.contacts[2]", "missing"),
    ]


def test_a_name_with_a_comma_is_an_organisation_unless_the_contact_says_otherwise() -> None:
    found = _read(_collection(contacts=[{"name": "Remote Data, Inc"}, {"name": "Ng, Li", "organization": "IRD"}]))
    assert found.record.contacts == (
        Agent(organisation="Remote Data, Inc"),
        Agent(family_name="Ng", given_name="Li", affiliations=(Organisation(name="IRD"),)),
    )
    assert [(item.where, item.kind) for item in found.remarks] == [("$.contacts[0]", "organisation")]


def test_themes_of_known_and_unknown_thesauri() -> None:
    themes = [
        {
            "scheme": "https://www.eionet.europa.eu/gemet/",
            "concepts": [
                {"id": "8922", "title": "vegetation", "url": "http://www.eionet.europa.eu/gemet/concept/8922"}
            ],
        },
        {"scheme": "https://example.org/list", "concepts": [{"id": "x1", "title": "lagoon"}]},
        {"scheme": "http://standards.iso.org/iso/19115", "concepts": [{"id": "oceans"}]},
    ]
    record = _record(_collection(themes=themes, keywords=["lagoon", "reef"]))
    assert record.topics == ("oceans",)
    assert record.keywords == (
        Keyword(label=Text(en="lagoon"), thesaurus="https://example.org/list"),
        Keyword(label=Text(en="reef")),
        Keyword(label=Text(en="vegetation"), uri="http://www.eionet.europa.eu/gemet/concept/8922", thesaurus="gemet"),
    )


def test_classes_of_both_forms() -> None:
    new = {"classification:classes": [{"value": 1, "name": "forest", "title": "Forest", "color_hint": "1B7837"}]}
    old = {
        "raster:bands": [{"classification:classes": [{"value": 1, "description": "Forest", "color-hint": "1B7837"}]}]
    }
    for asset in (new, old):
        record = _record(_collection(assets={"map": {"href": "https://example.org/m.tif"} | asset}))
        assert record.classes == (MapClass(code=1, label=Text(en="Forest"), colour="#1b7837"),)


def test_links_tell_what_is_related() -> None:
    links = [
        {"rel": "cite-as", "href": "https://doi.org/10.5072/map"},
        {"rel": "via", "href": "https://example.org/iso.xml"},
        {"rel": "describedby", "href": "https://example.org/manual"},
        {"rel": "derived_from", "href": "https://doi.org/10.5072/source", "title": "Source"},
        {"rel": "item", "href": "./item.json"},
        {"rel": "about", "href": "./page.html"},
    ]
    found = _read(_collection(links=links))
    assert found.record.doi == "10.5072/map"
    assert [(item.identifier, item.relation) for item in found.record.related] == [
        ("https://example.org/iso.xml", "HasMetadata"),
        ("https://example.org/manual", "IsDocumentedBy"),
    ]
    assert [source.identifier for source in found.record.lineage.sources] == ["10.5072/source"]
    assert [(item.where, item.kind) for item in found.remarks] == [("$.links[5]", "elsewhere")]


def test_assets_without_checksum_are_parts_and_relative_ones_are_told() -> None:
    assets = {
        "data": {"href": "https://example.org/a.tif", "title": "A", "roles": ["data"]},
        "iso": {"href": "https://example.org/a.xml", "roles": ["metadata"]},
        "here": {"href": "./b.tif"},
    }
    found = _read(_collection(assets=assets))
    assert [(item.identifier, item.relation, item.title) for item in found.record.related] == [
        ("https://example.org/a.tif", "HasPart", "A"),
        ("https://example.org/a.xml", "HasMetadata", "iso"),
    ]
    assert [(item.where, item.kind) for item in found.remarks] == [("$.assets", "elsewhere")]


def test_published_and_made_dates() -> None:
    item = _item(published="2023-03-01T00:00:00Z", created="2023-02-04T00:00:00Z")
    item["assets"] = {"a": {"href": "https://example.org/a.tif", "created": "2023-02-05T00:00:00Z"}}
    record = _record(item)
    assert (record.date(DateKind.ISSUED), record.date(DateKind.CREATED)) == (dt.date(2023, 3, 1), dt.date(2023, 2, 5))
    assert record.record_created == dt.datetime(2023, 2, 4, tzinfo=dt.UTC)


def test_a_title_that_is_missing_is_a_remark() -> None:
    item = _item()
    del item["properties"]["title"]
    assert [(found.where, found.kind) for found in _read(item).remarks] == [("$.properties", "missing")]


def test_a_list_of_one_is_seen_through() -> None:
    for envelope in (
        {
            "type": "FeatureCollection",
            "features": [_item()],
            "links": [{"rel": "next", "href": "https://example.org/2"}],
        },
        {"collections": [_collection(title="One")], "links": [{"rel": "self", "href": "https://example.org"}]},
    ):
        found = _read(envelope)
        assert (found.record.title, found.remarks) == (Text(en="One"), ())
        assert [item.where.rpartition(".")[2] for item in found.leftovers] == ["id"]


def test_the_first_of_several_is_read() -> None:
    items = [_item(), _item(title="Two")]
    found = read_stac_items(json.dumps({"type": "FeatureCollection", "features": items}).encode())
    assert found.record.title == Text(en="One")
    assert [(item.where, item.kind) for item in found.remarks] == [("$.features", "several")]
    found = _read([_collection(), _collection(id="other")])
    assert [(item.where, item.kind) for item in found.remarks] == [("$", "several")]
    found = _read({"collections": [_collection(), _collection(id="other")]})
    assert [(item.where, item.kind) for item in found.remarks] == [("$.collections", "several")]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"type": "Catalog", "stac_version": "1.1.0", "id": "c", "description": "All", "links": []}, "Catalog"),
        ({"stac_version": "0.9.0", "id": "c", "description": "All", "links": []}, "Catalog"),
        ({"type": "FeatureCollection", "features": []}, "empty"),
        ({"type": "Feature", "geometry": None, "properties": {}}, "no STAC"),
        ({"@context": "https://schema.org/", "@type": "Dataset"}, "no STAC"),
        ([], "empty"),
        ("text", "no STAC"),
    ],
)
def test_what_is_no_record_of_data_is_refused_with_a_cure(document: object, message: str) -> None:
    with pytest.raises(RecordError, match=message) as caught:
        _read(document)
    assert caught.value.hint


def test_a_document_of_many_assets_is_read_in_time() -> None:
    assets = {f"a{place}": {"href": f"https://example.org/{place}.tif", "gsd": 10} for place in range(20_000)}
    started = time.process_time()
    found = _read(_collection(assets=assets, keywords=["k"] * 20_000))
    assert time.process_time() - started < 10
    assert len(found.record.related) == 20_000
