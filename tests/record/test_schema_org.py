# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings

from record.examples import PAGE, full_record, pacific_record, publishable_draft
from record.strategies import records
from terracite.record.model import AccessKind, Record, Text
from terracite.record.schema_org import json_ld_text, to_schema_org


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_json_that_cannot_end_a_script(record: Record) -> None:
    node = to_schema_org(record, PAGE)
    text = json_ld_text(node)
    assert json.loads(text) == node
    assert not set("<>&\u2028\u2029") & set(text)
    assert "secret@" not in text


def test_a_title_cannot_break_out_of_the_page() -> None:
    record = full_record().model_copy(update={"title": Text(fr="</script><script>alert(1)</script>")})
    assert "<" not in json_ld_text(to_schema_org(record, PAGE))


def test_a_published_dataset_is_named_by_its_doi_and_a_draft_by_its_page() -> None:
    assert to_schema_org(full_record(), PAGE)["@id"] == "https://doi.org/10.5072/6f0d3c3e"
    assert to_schema_org(publishable_draft(), PAGE)["@id"] == PAGE


def test_the_box_is_south_west_north_east() -> None:
    place = to_schema_org(full_record(), PAGE)["spatialCoverage"][0]
    assert place["geo"][0] == {"@type": "GeoShape", "box": "-21.4 55.2 -20.8 55.9"}


def test_an_extent_across_the_antimeridian_is_two_boxes() -> None:
    place = to_schema_org(pacific_record(), PAGE)["spatialCoverage"][0]
    assert [shape["box"] for shape in place["geo"]] == [
        "-19.5 176.5 -15.5 180.0",
        "-19.5 -180.0 -15.5 -178.0",
    ]


def test_creators_are_an_ordered_list_of_people_and_organisations() -> None:
    creators = to_schema_org(full_record(), PAGE)["creator"]["@list"]
    assert [(item["@type"], item["name"]) for item in creators] == [
        ("Person", "Zoé Lebrun"),
        ("Person", "Rakoto"),
        ("Organization", "Collectif Mascareignes"),
    ]


def test_files_are_downloads_with_plain_bytes_and_checksum() -> None:
    first = to_schema_org(full_record(), PAGE.rstrip("/"))["distribution"][0]
    assert first["contentUrl"] == f"{PAGE}files/map/landcover%202023.tif"
    assert (first["contentSize"], first["sha256"]) == ("123456", "0a" * 32)


def test_an_embargoed_dataset_is_not_accessible() -> None:
    node = to_schema_org(pacific_record(), PAGE)
    assert pacific_record().access.kind is AccessKind.EMBARGOED
    assert node["isAccessibleForFree"] is False
    assert node["conditionsOfAccess"] == "Under embargo (2023-06-01)"


def test_translations_are_tagged() -> None:
    node = to_schema_org(full_record(), PAGE)
    assert node["name"] == full_record().title.fr
    assert node["alternateName"] == [{"@language": "en", "@value": full_record().title.en}]
    assert [item["@language"] for item in node["abstract"]] == ["fr", "en"]
