# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import EXAMPLES, PAGE, full_record, pacific_record, publishable_draft
from record.strategies import records
from terracite.record.formats import FORMATS
from terracite.record.model import (
    Agent,
    Box,
    DateKind,
    Era,
    Extent,
    Keyword,
    Lineage,
    Organisation,
    Period,
    Record,
    RecordDate,
    Related,
    Source,
    Step,
    Text,
    Variable,
)
from terracite.record.stac import read_stac, read_stac_items, to_collection, to_items, write_stac, write_stac_items
from terracite.record.stac.names import EXTENSIONS

Node = dict[str, Any]
BOXES = {
    "antimeridian": Box(west=170, south=-20, east=-170, north=-10),
    "north pole": Box(west=-180, south=66.5, east=180, north=90),
    "whole Earth": Box(west=-180, south=-90, east=180, north=90),
    "point": Box(west=55.5, south=-21.1, east=55.5, north=-21.1),
}


def _record(**values: Any) -> Record:
    return publishable_draft().model_copy(update=values)


def _links(document: Node, rel: str) -> list[Node]:
    return [link for link in document["links"] if link["rel"] == rel]


def _item(record: Record) -> Node:
    items: list[Node] = to_items(record, PAGE)["features"]
    assert len(items) == 1
    return items[0]


def _extensions(*names: str) -> list[str]:
    return [EXTENSIONS[name] for name in names]


def test_a_collection_leads_to_its_items_and_back() -> None:
    collection, items = to_collection(full_record(), PAGE), to_items(full_record(), PAGE)
    address = {"href": f"{PAGE}?format=stac", "type": "application/json"}
    for rel in ("self", "root"):
        assert _links(collection, rel) == [{"rel": rel} | address]
    item_address = {"href": f"{PAGE}?format=stac-items", "type": "application/geo+json"}
    assert _links(collection, "items") == [{"rel": "items"} | item_address]
    assert _links(items, "self") == [{"rel": "self"} | item_address]
    for rel in ("root", "parent", "collection"):
        assert _links(items["features"][0], rel) == [{"rel": rel} | address]
    assert items["features"][0]["collection"] == collection["id"]


def test_links_cite_license_and_tell_versions_and_sources() -> None:
    document = to_collection(full_record(), PAGE)
    assert _links(document, "cite-as") == [{"rel": "cite-as", "href": "https://doi.org/10.5072/6f0d3c3e"}]
    assert _links(document, "license")[0]["href"] == "https://creativecommons.org/licenses/by/4.0/"
    assert _links(document, "predecessor-version")[0]["href"] == "https://doi.org/10.5072/previous"
    assert _links(document, "latest-version")[0]["href"] == "https://doi.org/10.5072/concept"
    assert _links(document, "successor-version") == []
    assert _links(document, "derived_from") == [
        {
            "rel": "derived_from",
            "href": "https://doi.org/10.5072/ndvi-40kcb-2023",
            "title": "NDVI_40KCB_2023",
            "file:checksum": "1220" + "ab" * 32,
        }
    ]
    assert [link["hreflang"] for link in _links(document, "alternate")] == ["fr", "en"]


def test_only_works_about_the_data_are_its_publications() -> None:
    about = Related(identifier="10.5072/paper", relation="IsDocumentedBy", title="A paper")
    used = Related(identifier="10.5072/other-data", relation="IsDerivedFrom")
    document = to_collection(_record(related=(about, used)), PAGE)
    assert document["sci:publications"] == [{"doi": "10.5072/paper", "citation": "A paper"}]
    assert [item.relation for item in read_stac(json.dumps(document).encode()).record.related] == [
        "IsDocumentedBy",
        "IsDerivedFrom",
    ]


def test_the_extensions_declared_are_those_used() -> None:
    assert to_collection(full_record(), PAGE)["stac_extensions"] == list(EXTENSIONS.values())
    assert to_collection(EXAMPLES["empty"](), PAGE)["stac_extensions"] == _extensions("language", "version")
    assert _item(EXAMPLES["empty"]())["stac_extensions"] == _extensions("language", "version")


@pytest.mark.parametrize("case", EXAMPLES)
def test_old_forms_of_bands_and_codes_are_not_written(case: str) -> None:
    for document in (write_stac(EXAMPLES[case](), PAGE), write_stac_items(EXAMPLES[case](), PAGE)):
        for old in (b"eo:bands", b"raster:bands", b"proj:epsg", b"color-hint"):
            assert old not in document


def test_an_asset_says_what_file_it_is() -> None:
    asset = to_collection(full_record(), PAGE)["assets"]["map/landcover 2023.tif"]
    assert asset["href"] == f"{PAGE}files/map/landcover%202023.tif"
    assert {key: asset[key] for key in ("type", "roles", "file:size", "gsd", "proj:code")} == {
        "type": "image/tiff",
        "roles": ["data"],
        "file:size": 123456,
        "gsd": 10.0,
        "proj:code": "EPSG:32740",
    }
    assert asset["file:checksum"] == "1220" + "0a" * 32
    assert [item["name"] for item in asset["classification:classes"]] == ["forest", "sugar-cane"]


def test_a_thumbnail_of_another_role_has_both() -> None:
    record = full_record().model_copy(update={"thumbnail": "report.html"})
    assert to_collection(record, PAGE)["assets"]["report.html"]["roles"] == ["documentation", "thumbnail"]


def test_providers_have_the_roles_of_the_specification() -> None:
    document = to_collection(full_record(), PAGE)
    assert [(item["name"], item["roles"]) for item in document["providers"]] == [
        ("Zoé Lebrun", ["producer"]),
        ("Rakoto", ["producer"]),
        ("Collectif Mascareignes", ["producer"]),
        ("Entrepôt d’essai", ["host"]),
    ]
    assert document["providers"][0]["processing:software"] == {"terracite": "0.1.0"}


def test_who_made_and_hosts_the_data_is_one_provider() -> None:
    record = _record(publisher=Organisation(name="Parc marin de Mayotte"))
    providers = to_collection(record, PAGE)["providers"]
    assert [(item["name"], item["roles"]) for item in providers] == [("Parc marin de Mayotte", ["producer", "host"])]


def test_summaries_are_sets_of_values() -> None:
    summaries = to_collection(full_record(), PAGE)["summaries"]
    assert {key: summaries[key] for key in ("platform", "instruments", "gsd", "proj:code")} == {
        "platform": ["Sentinel-2A", "Sentinel-2B"],
        "instruments": ["MSI"],
        "gsd": [10.0],
        "proj:code": ["EPSG:32740"],
    }


def test_data_under_an_embargo_were_not_published_with_their_record() -> None:
    item = _item(pacific_record())
    assert item["properties"]["published"] == "2022-02-01T00:00:00Z"
    assert "published" not in item["assets"]["salinite.csv"]
    assert "published" not in to_collection(pacific_record(), PAGE)["assets"]["salinite.csv"]


def test_withdrawn_data_are_deprecated() -> None:
    record = _record(dates=(RecordDate(kind=DateKind.WITHDRAWN, on=dt.date(2024, 5, 1)),))
    assert to_collection(record, PAGE)["deprecated"] is True
    assert _item(record)["properties"]["unpublished"] == "2024-05-01T00:00:00Z"
    assert "deprecated" not in to_collection(_record(), PAGE)


def test_both_languages_are_told() -> None:
    document = to_collection(full_record(), PAGE)
    assert document["language"] == {"code": "fr", "name": "Français", "alternate": "French"}
    assert [item["code"] for item in document["languages"]] == ["en"]
    assert [item["code"] for item in document["resourceLanguages"]] == ["fr", "en"]
    assert (document["title"], document["title_en"]) == (full_record().title.fr, full_record().title.en)


@pytest.mark.parametrize("name", BOXES)
def test_boxes_are_lon_lat_and_come_back(name: str) -> None:
    box = BOXES[name]
    record = _record(extents=(Extent(box=box),))
    numbers = [box.west, box.south, box.east, box.north]
    assert to_collection(record, PAGE)["extent"]["spatial"]["bbox"] == [numbers]
    assert _item(record)["bbox"] == numbers
    for found in (read_stac(write_stac(record, PAGE)), read_stac_items(write_stac_items(record, PAGE))):
        assert (found.record.extents, found.remarks) == ((Extent(box=box),), ())


def test_a_box_across_the_antimeridian_is_two_polygons() -> None:
    geometry = _item(_record(extents=(Extent(box=BOXES["antimeridian"]),)))["geometry"]
    assert geometry["type"] == "MultiPolygon"
    spans = [sorted({point[0] for point in polygon[0]}) for polygon in geometry["coordinates"]]
    assert spans == [[170, 180], [-180, -170]]


def test_several_places_are_several_items_and_boxes_after_the_whole() -> None:
    places = (Extent(box=BOXES["antimeridian"]), Extent(box=Box(west=150, south=-30, east=160, north=-25)))
    record = _record(extents=places)
    assert to_collection(record, PAGE)["extent"]["spatial"]["bbox"] == [
        [150, -30, -170, -10],
        [170, -20, -170, -10],
        [150, -30, 160, -25],
    ]
    identifiers = [item["id"] for item in to_items(record, PAGE)["features"]]
    assert identifiers == [str(record.uuid), f"{record.uuid}-2"]
    assert read_stac(write_stac(record, PAGE)).record.extents == places
    assert read_stac_items(write_stac_items(record, PAGE)).record.extents == places


def test_heights_make_a_box_of_six_numbers() -> None:
    extent = Extent(box=Box(west=1, south=2, east=3, north=4), lowest_m=-5.0, highest_m=6.0)
    assert _item(_record(extents=(extent,)))["bbox"] == [1, 2, -5, 3, 4, 6]
    assert read_stac(write_stac(_record(extents=(extent,)), PAGE)).record.extents == (extent,)


def test_without_a_place_the_earth_stands_for_it_and_says_so() -> None:
    record = _record(extents=())
    assert to_collection(record, PAGE)["extent"]["spatial"] == {"bbox": [[-180, -90, 180, 90]], "unknown": True}
    item = _item(record)
    assert item["geometry"] is None
    assert "bbox" not in item
    assert read_stac(write_stac(record, PAGE)).record.extents == ()
    assert read_stac_items(write_stac_items(record, PAGE)).record.extents == ()


def test_an_open_period_has_no_end() -> None:
    record = pacific_record()
    assert to_collection(record, PAGE)["extent"]["temporal"]["interval"] == [["2019-05-01T06:00:00Z", None]]
    assert _item(record)["properties"]["end_datetime"] == "9999-12-31T23:59:59Z"
    assert read_stac_items(write_stac_items(record, PAGE)).record.periods == record.periods


def test_several_periods_come_after_the_whole() -> None:
    periods = (
        Period(start=dt.date(2020, 1, 1), end=dt.date(2020, 3, 31)),
        Period(start=dt.datetime(2021, 1, 1, tzinfo=dt.UTC), end=dt.date(2021, 3, 31)),
    )
    record = _record(periods=periods)
    assert to_collection(record, PAGE)["extent"]["temporal"]["interval"] == [
        ["2020-01-01T00:00:00Z", "2021-03-31T23:59:59Z"],
        ["2020-01-01T00:00:00Z", "2020-03-31T23:59:59Z"],
        ["2021-01-01T00:00:00.000Z", "2021-03-31T23:59:59Z"],
    ]
    assert read_stac(write_stac(record, PAGE)).record.periods == periods


def test_geological_time_is_left_out_and_never_made_a_date() -> None:
    record = _record(periods=(), eras=(Era(name=Text(en="Jurassic"), oldest_year=-201_400_000),))
    assert to_collection(record, PAGE)["extent"]["temporal"]["interval"] == [[None, None]]
    assert read_stac(write_stac(record, PAGE)).record.periods == ()
    assert read_stac_items(write_stac_items(record, PAGE)).record.periods == ()


def test_variables_without_place_or_time_have_no_dimensions() -> None:
    document = to_collection(_record(variables=(Variable(name="pH"),), extents=(), periods=()), PAGE)
    assert document["cube:dimensions"] == {}
    assert document["cube:variables"] == {"pH": {"type": "data", "dimensions": []}}
    assert EXTENSIONS["datacube"] in document["stac_extensions"]


def test_keywords_of_one_label_stay_in_order() -> None:
    label = Text(fr="sol", en="soil")
    keywords = (
        Keyword(label=label),
        Keyword(label=Text(fr="eau", en="water")),
        Keyword(label=label, uri="https://example.org/soil", thesaurus="B"),
        Keyword(label=label, uri="https://example.org/sol", thesaurus="A"),
    )
    record = _record(keywords=keywords)
    assert read_stac(write_stac(record, PAGE)).record.keywords == keywords


def test_the_lineage_is_text_that_people_read() -> None:
    lineage = Lineage(
        statement=Text(en="Made on board.\n1. is no step, [nor] is this - or `that`"),
        steps=(
            Step(
                description=Text(en="Cleaned [twice].", fr="Nettoyé."),
                software="R 4.3",
                command="Rscript a.R",
                on=dt.datetime(2024, 1, 2, 3, 4, tzinfo=dt.UTC),
            ),
            Step(description=Text(fr="Relu.")),
        ),
        sources=(
            Source(title="Buoy [7]", identifier="10.5072/buoy", description=Text(en="raw"), checksum="md5:abc0"),
            Source(title="Logbook"),
        ),
    )
    record = _record(language="en", lineage=lineage)
    text = _item(record)["properties"]["processing:lineage"]
    assert text.splitlines()[-2:] == [
        "- [Buoy \\[7\\]](<https://doi.org/10.5072/buoy>) [md5:abc0] raw",
        "- [Logbook]",
    ]
    assert "1. Cleaned \\[twice\\]. [2024-01-02T03:04:00Z] [R 4.3] `Rscript a.R`" in text
    assert read_stac(write_stac(record, PAGE)).record.lineage == lineage


def test_lines_of_a_step_and_of_a_source_come_back() -> None:
    awkward = Text(en="One\ntwo <br> [three]\\\n\nfour \\<br>`five`", fr="[sha256:00] six")
    lineage = Lineage(
        statement=Text(en="First\u2028line\n\nsecond"),
        steps=(Step(description=awkward),),
        sources=(Source(title="S", description=awkward),),
    )
    for language in ("en", "fr"):
        record = _record(language=language, lineage=lineage)
        assert read_stac(write_stac(record, PAGE)).record.lineage == lineage


def test_a_publisher_without_a_name_is_left_out() -> None:
    document = to_collection(_record(publisher=Organisation(name=" ")), PAGE)
    assert [item["name"] for item in document["providers"]] == ["Parc marin de Mayotte"]


def test_awkward_texts_come_back() -> None:
    texts = Text(fr="« Réunion » \u2028 الغطاء النباتي 雲 🌍", en="<b>&amp;</b> 雲 \\ \" ' שלום")
    record = _record(
        title=texts, abstract=texts, creators=(Agent(family_name="محمد"), Agent(organisation="雲 & Fils; SARL"))
    )
    for found in (read_stac(write_stac(record, PAGE)), read_stac_items(write_stac_items(record, PAGE))):
        assert (found.record.title, found.record.abstract) == (texts, texts)
        assert found.record.creators == record.creators


def test_characters_that_no_document_may_hold_are_dropped() -> None:
    record = _record(title=Text(en="a\x00b\ufffe\x1bc"), language="en")
    assert to_collection(record, PAGE)["title"] == "abc"


def test_two_thousand_creators() -> None:
    creators = tuple(Agent(family_name=f"N{place}", given_name="Ana") for place in range(2000))
    record = _record(creators=creators)
    assert read_stac(write_stac(record, PAGE)).record.creators == creators


def test_a_licence_that_spdx_does_not_know_is_told_by_a_link() -> None:
    document = to_collection(_record(licence="https://example.org/terms"), PAGE)
    assert document["license"] == "other"
    assert _links(document, "license") == [{"rel": "license", "href": "https://example.org/terms"}]
    document = to_collection(_record(licence="Ask the park"), PAGE)
    assert _links(document, "license") == [{"rel": "license", "href": PAGE, "title": "Ask the park"}]
    assert read_stac(json.dumps(document).encode()).record.licence == "Ask the park"


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_makes_documents_without_emails_that_read(record: Record) -> None:
    for document in (write_stac(record, PAGE), write_stac_items(record, PAGE)):
        assert b"secret@" not in document
    assert read_stac(write_stac(record, PAGE)).record.uuid == record.uuid
    assert read_stac_items(write_stac_items(record, PAGE)).record.uuid == record.uuid


@pytest.mark.parametrize("case", EXAMPLES)
def test_nothing_of_our_own_documents_is_left_over(case: str) -> None:
    record = EXAMPLES[case]()
    for found in (read_stac(write_stac(record, PAGE)), read_stac_items(write_stac_items(record, PAGE))):
        assert found.leftovers == ()
        assert [remark.kind for remark in found.remarks] == ([] if record.title else ["missing"])


def test_the_same_record_makes_the_same_bytes() -> None:
    assert write_stac(full_record(), PAGE) == write_stac(full_record(), PAGE)
    assert UUID(to_collection(full_record(), PAGE)["id"]) == full_record().uuid


def test_keywords_translated_in_part_have_no_empty_text() -> None:
    labels = (Text(en="map", fr="carte"), Text(en="reef"), Text(fr="lagon"), Text(en="image", fr="image"))
    record = full_record().model_copy(update={"language": "en", "keywords": tuple(Keyword(label=it) for it in labels)})
    document = json.loads(FORMATS["stac"].write(record, PAGE))
    assert document["keywords"] == ["map", "reef", "lagon", "image"]
    assert document["keywords_fr"] == ["carte", "lagon", "image"]
    assert document["keywords_by_language"] == [dict(label.ordered("en")) for label in labels]
    for name in ("stac", "stac-items", "geojson"):
        back = FORMATS[name].read(FORMATS[name].write(record, PAGE))
        assert [keyword.label for keyword in back.record.keywords] == list(labels)
