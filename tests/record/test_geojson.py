# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import json
import math
import time
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from record.examples import PAGE, full_record, pacific_record, publishable_draft
from terracite.errors import RecordError
from terracite.record.geojson import read_geojson, to_geojson
from terracite.record.geojson.antimeridian import cut
from terracite.record.model import (
    AccessKind,
    Agent,
    Box,
    DateKind,
    Extent,
    Period,
    Record,
    ReferenceSystem,
    Text,
)
from terracite.record.reading import Reading

WORLD = Box(west=-180, south=-90, east=180, north=90)


def _with(*extents: Extent) -> dict[str, Any]:
    return to_geojson(full_record().model_copy(update={"extents": extents}), PAGE)


def _geometry(box: Box, *rings: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    found: dict[str, Any] = _with(Extent(box=box, polygon=rings))["features"][0]["geometry"]
    return found


def _read(document: object) -> Reading:
    return read_geojson(json.dumps(document).encode())


def _feature(geometry: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


# Writing: shapes


def test_each_extent_is_a_feature_with_the_properties_of_the_record() -> None:
    one, other = Extent(box=Box(west=1, south=2, east=3, north=4), place=Text(en="A")), Extent(box=WORLD)
    document = _with(one, other)
    features = document["features"]
    assert [feature["bbox"] for feature in features] == [[1, 2, 3, 4], [-180, -90, 180, 90]]
    assert [feature["properties"].get("place_en") for feature in features] == ["A", None]
    assert {feature["properties"]["title_en"] for feature in features} == {
        "Land cover of La Réunion in 2023 (tile 40KCB)"
    }
    assert [feature["id"] for feature in features] == [str(full_record().uuid), f"{full_record().uuid}-2"]
    assert document["bbox"] == [-180, -90, 180, 90]
    assert document["name"] == full_record().title.fr


def test_a_record_without_a_place_is_a_feature_without_a_geometry() -> None:
    document = _with()
    assert [feature["geometry"] for feature in document["features"]] == [None]
    assert "bbox" not in document
    assert "bbox" not in document["features"][0]


def test_positions_are_lon_lat_and_the_outer_ring_turns_counterclockwise() -> None:
    box = Box(west=55, south=-22, east=56, north=-20)
    ring = [[55, -22], [56, -22], [56, -20], [55, -20], [55, -22]]
    assert _geometry(box) == {"type": "Polygon", "coordinates": [ring]}


def test_rings_are_closed_and_turned_by_the_right_hand_rule() -> None:
    box = Box(west=0, south=0, east=9, north=9)
    clockwise, hole = ((0.0, 0.0), (0.0, 9.0), (9.0, 0.0)), ((1.0, 1.0), (2.0, 1.0), (1.0, 2.0))
    outer, inner = _geometry(box, clockwise, hole)["coordinates"]
    assert outer == [[0, 0], [9, 0], [0, 9], [0, 0]]
    assert inner == [[1, 1], [1, 2], [2, 1], [1, 1]]


@pytest.mark.parametrize(
    ("box", "kind", "coordinates"),
    [
        (Box(west=5, south=6, east=5, north=6), "Point", [5, 6]),
        (Box(west=5, south=6, east=8, north=6), "LineString", [[5, 6], [8, 6]]),
        (Box(west=5, south=6, east=5, north=9), "LineString", [[5, 6], [5, 9]]),
        (Box(west=170, south=6, east=-170, north=6), "MultiLineString", [[[170, 6], [180, 6]], [[-180, 6], [-170, 6]]]),
        (Box(west=180, south=6, east=-180, north=6), "Point", [180, 6]),
        (Box(west=180, south=-1, east=-180, north=1), "LineString", [[180, -1], [180, 1]]),
    ],
)
def test_a_box_without_width_or_height_is_no_polygon(box: Box, kind: str, coordinates: object) -> None:
    assert _geometry(box) == {"type": kind, "coordinates": coordinates}


def test_a_box_that_only_touches_the_antimeridian_is_one_polygon() -> None:
    for box in (Box(west=170, south=0, east=-180, north=1), Box(west=180, south=0, east=-170, north=1)):
        assert _geometry(box)["type"] == "Polygon"


def test_across_the_antimeridian_there_are_two_polygons_and_west_is_above_east() -> None:
    document = to_geojson(pacific_record(), PAGE)
    geometry = document["features"][0]["geometry"]
    assert document["bbox"] == document["features"][0]["bbox"] == [176.5, -19.5, -178.0, -15.5]
    assert geometry["type"] == "MultiPolygon"
    assert [shapely.Polygon(part[0]).bounds for part in geometry["coordinates"]] == [
        (176.5, -19.5, 180.0, -15.5),
        (-180.0, -19.5, -178.0, -15.5),
    ]


def test_the_box_of_the_whole_goes_the_short_way_around() -> None:
    places = [Extent(box=Box(west=w, south=0, east=e, north=1)) for w, e in ((170, -175), (160, 165), (-170, -160))]
    assert _with(*places)["bbox"] == [160, 0, -160, 1]


def test_a_polygon_that_leaves_its_box_or_encloses_nothing_gives_way_to_the_box() -> None:
    box = Box(west=0, south=0, east=2, north=2)
    away = ((50.0, 50.0), (51.0, 50.0), (50.0, 51.0))
    flat = ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0))
    assert _geometry(box, away) == _geometry(box, flat) == _geometry(box, ()) == _geometry(box)


def test_a_polygon_as_large_as_the_earth_is_left_in_one_part() -> None:
    ring = (
        (-165.0, 85.0),
        (-175.0, 75.0),
        (-175.0, -75.0),
        (-165.0, -85.0),
        (165.0, -85.0),
        (175.0, 0.0),
        (165.0, 85.0),
    )
    geometry = _geometry(Box(west=-175, south=-85, east=175, north=85), ring)
    assert geometry["type"] == "Polygon"
    assert shapely.Polygon(geometry["coordinates"][0]).exterior.is_ccw


def _star(middle: float, radii: list[float]) -> tuple[tuple[float, float], ...]:
    """A ring around a point of the equator, counterclockwise; a large and a small radius make it concave."""
    angles = [2 * math.pi * at / len(radii) for at in range(len(radii))]
    points = [
        (middle + radius * math.cos(angle), radius * math.sin(angle))
        for angle, radius in zip(angles, radii, strict=True)
    ]
    return (*points, points[0])


@given(middle=st.floats(172, 188), radii=st.lists(st.floats(1, 9), min_size=5, max_size=14))
@settings(max_examples=150, deadline=None)
def test_the_parts_of_a_polygon_are_what_lies_on_each_side(middle: float, radii: list[float]) -> None:
    ring = _star(middle, radii)
    assume(all(x == 180 or abs(x - 180) > 1e-9 for x, _ in ring))  # no position is known to a tenth of a millimetre
    hole = _star(middle, [0.5] * 5)[::-1]
    whole = shapely.Polygon(ring, [hole])
    parts = [shapely.Polygon(part[0], part[1:]) for part in cut([ring, hole])]
    assert all(part.is_valid and part.exterior.is_ccw for part in parts)
    assert all(-180 <= part.bounds[0] <= part.bounds[2] <= 180 for part in parts)
    for side, found in (
        (shapely.box(0, -90, 180, 90), [part for part in parts if part.bounds[0] > 0]),
        (
            shapely.box(180, -90, 360, 90),
            [shapely.affinity.translate(part, 360) for part in parts if part.bounds[0] < 0],
        ),
    ):
        expected = whole.intersection(side)
        assert shapely.union_all(found).symmetric_difference(expected).area < 1e-6 if found else expected.area < 1e-9


def test_a_ring_that_no_meridian_can_close_has_no_parts() -> None:
    bow_tie = ((170.0, 0.0), (190.0, 5.0), (190.0, 0.0), (170.0, 5.0), (170.0, 0.0))
    box = Box(west=170, south=0, east=-170, north=5)
    assert _geometry(box, bow_tie)["type"] in {"MultiPolygon", "Polygon"}


def test_a_polygon_across_the_antimeridian_is_cut_whatever_its_longitudes_are_counted_from() -> None:
    box = Box(west=175, south=0, east=-175, north=5)
    signed = ((175.0, 0.0), (-175.0, 0.0), (180.0, 5.0))
    beyond = ((175.0, 0.0), (185.0, 0.0), (180.0, 5.0))
    assert _geometry(box, signed) == _geometry(box, beyond)
    assert [shapely.Polygon(part[0]).bounds for part in _geometry(box, signed)["coordinates"]] == [
        (175, 0, 180, 5),
        (-180, 0, -175, 5),
    ]


# Writing: properties


def test_properties_are_those_of_ogc_records_and_plain_columns() -> None:
    feature = to_geojson(full_record(), PAGE)["features"][0]
    properties = feature["properties"]
    assert feature["time"] == {"interval": ["2023-01-01", "2023-12-31"], "resolution": "P1Y"}
    assert properties["authors"] == "Lebrun, Zoé; Rakoto; Collectif Mascareignes"
    assert properties["keywords"][:2] == ["végétation", "couverture spatiale (SIG)"]
    assert properties["language"] == {"code": "fr"}
    plain = {name: properties[name] for name in ("type", "license", "version", "start", "end", "doi", "date_issued")}
    assert plain == {
        "type": "dataset",
        "license": "CC-BY-4.0",
        "version": "1.1",
        "start": "2023-01-01",
        "end": "2023-12-31",
        "doi": "10.5072/6f0d3c3e",
        "date_issued": "2024-03-01",
    }
    assert [contact["roles"] for contact in properties["contacts"]][-2:] == [["publisher"], ["funder"]]


def test_an_end_still_to_come_is_open_and_an_embargo_has_its_day() -> None:
    feature = to_geojson(pacific_record(), PAGE)["features"][0]
    assert feature["time"]["interval"] == ["2019-05-01T06:00:00Z", ".."]
    assert "end" not in feature["properties"]
    assert (feature["properties"]["access"], feature["properties"]["embargo_until"]) == ("embargoed", "2023-06-01")


def test_two_thousand_authors_and_any_script_are_written() -> None:
    people = tuple(Agent(family_name=f"Ng{number}") for number in range(2_000))
    record = full_record().model_copy(update={"creators": people, "title": Text(en="الغطاء 雲 \u0001")})
    back = _read(to_geojson(record, PAGE)).record
    assert (back.creators, back.title) == (people, Text(en="الغطاء 雲"))


# Reading


def test_what_we_write_leaves_nothing_over_and_needs_no_remark() -> None:
    for record in (full_record(), pacific_record(), publishable_draft(), Record(uuid=full_record().uuid)):
        reading = _read(to_geojson(record.without_emails(), PAGE))
        assert (reading.remarks, reading.leftovers) == ((), ())


@pytest.mark.parametrize("document", [[], 1, "a", {}, {"type": "Topology"}, {"type": ["Feature"]}, {"type": None}])
def test_other_json_is_refused(document: object) -> None:
    with pytest.raises(RecordError, match="no GeoJSON"):
        _read(document)


@pytest.mark.parametrize(
    ("geometry", "box"),
    [
        (_point(5, 6), (5, 6, 5, 6)),
        ({"type": "MultiPoint", "coordinates": [[5, 6], [7, 1]]}, (5, 1, 7, 6)),
        ({"type": "LineString", "coordinates": [[5, 6], [7, 1], [6, 9]]}, (5, 1, 7, 9)),
        ({"type": "MultiLineString", "coordinates": [[[5, 6], [7, 1]], [[0, 0], [1, 1]]]}, (0, 0, 7, 6)),
        ({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [0, 3], [0, 0]]]}, (0, 0, 4, 3)),
        ({"type": "GeometryCollection", "geometries": [_point(1, 2), _point(3, 4)]}, (1, 2, 3, 4)),
        ({"type": "MultiPoint", "coordinates": [[179, 0], [181, 1]]}, (179, 0, -179, 1)),
        ({"type": "LineString", "coordinates": [[0, -90], [360, 90]]}, (-180, -90, 180, 90)),
    ],
)
def test_the_box_around_every_kind_of_geometry_is_read(geometry: dict[str, Any], box: tuple[float, ...]) -> None:
    for document in (geometry, _feature(geometry), {"type": "FeatureCollection", "features": [_feature(geometry)]}):
        (extent,) = _read(document).record.extents
        assert (extent.box.west, extent.box.south, extent.box.east, extent.box.north) == box


def test_a_polygon_is_kept_and_a_rectangle_is_only_its_box() -> None:
    rings = [[[0, 0], [4, 0], [0, 3], [0, 0]], [[0.5, 0.5], [0.5, 1], [1, 0.5], [0.5, 0.5]]]
    kept = _read({"type": "Polygon", "coordinates": rings})
    assert kept.record.extents[0].polygon == tuple(tuple((lon, lat) for lon, lat in ring) for ring in rings)
    rectangle = _read({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 3], [0, 3], [0, 0]]]})
    assert (rectangle.record.extents[0].polygon, rectangle.remarks) == ((), ())


def test_what_a_box_cannot_hold_is_told() -> None:
    parts = [[[[0, 0], [1, 0], [0, 1], [0, 0]]], [[[5, 5], [6, 5], [5, 6], [5, 5]]]]
    reading = _read(_feature({"type": "MultiPolygon", "coordinates": parts}))
    assert [remark.message.en for remark in reading.remarks] == ["“MultiPolygon” was read as “0 0 6 6”."]


def test_parts_on_both_sides_of_the_antimeridian_are_one_box_across_it() -> None:
    parts = [[[[178, 0], [180, 0], [180, 1], [178, 0]]], [[[-180, 0], [-179, 0], [-180, 1], [-180, 0]]]]
    (extent,) = _read({"type": "MultiPolygon", "coordinates": parts}).record.extents
    assert extent.box == Box(west=178, south=0, east=-179, north=1)


def test_a_bbox_says_what_the_geometry_leaves_open_and_heights() -> None:
    feature = _feature(_point(179, 0), title="Reefs") | {"bbox": [178, -1, -30, -178, 1, 12.5]}
    (extent,) = _read(feature).record.extents
    assert extent.box == Box(west=178, south=-1, east=-178, north=1)
    assert (extent.lowest_m, extent.highest_m) == (-30, 12.5)


def test_heights_of_positions_are_read() -> None:
    (extent,) = _read({"type": "LineString", "coordinates": [[0, 0, 12], [1, 1, -3]]}).record.extents
    assert (extent.lowest_m, extent.highest_m) == (-3, 12)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["5", "6"]},
        {"type": "Point", "coordinates": [5]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [[5, 6]]},
        {"type": "Point", "coordinates": {"lon": 5}},
        {"type": "Point", "coordinates": [10**400, 1]},
        {"type": "Polygon", "coordinates": [[0, 0]]},
        {"type": "Polygon"},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": ["Point"], "coordinates": [1, 2]},
        {"coordinates": [1, 2]},
        "POINT(1 2)",
        7,
        [[1, 2]],
        {"type": "LineString", "coordinates": [[700000, 6600000], [700100, 6600200]]},
    ],
)
def test_a_broken_geometry_is_a_remark(geometry: object) -> None:
    reading = _read(_feature(geometry, title="A"))
    assert reading.record.extents == ()
    assert reading.record.title.en == "A"
    assert [remark.kind for remark in reading.remarks] == ["unreadable"]


def test_swapped_axes_are_repaired_with_a_remark() -> None:
    reading = _read({"type": "LineString", "coordinates": [[-21.4, 155.2], [-20.8, 155.9]]})
    assert reading.record.extents[0].box == Box(west=155.2, south=-21.4, east=155.9, north=-20.8)
    assert "swapped" in [remark.kind for remark in reading.remarks]


def test_geometries_nested_hundreds_deep_are_read() -> None:
    document = '{"type": "GeometryCollection", "geometries": [' * 300 + json.dumps(_point(1, 2)) + "]}" * 300
    (extent,) = read_geojson(document.encode()).record.extents
    assert extent.box == Box(west=1, south=2, east=1, north=2)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("urn:ogc:def:crs:EPSG::32633", "EPSG:32633"),
        ("EPSG:2154", "EPSG:2154"),
        ("http://www.opengis.net/def/crs/EPSG/0/2975", "EPSG:2975"),
        ("urn:ogc:def:crs:EPSG:9.8:32740", "EPSG:32740"),
    ],
)
def test_an_old_crs_that_is_not_wgs84_leaves_the_places_out(name: str, code: str) -> None:
    reading = _read(_feature(_point(400_000, 7_600_000)) | {"crs": {"type": "name", "properties": {"name": name}}})
    assert reading.record.extents == ()
    assert reading.record.reference_systems == (ReferenceSystem(code=code),)
    assert [(remark.kind, remark.where) for remark in reading.remarks] == [("unreadable", "$.crs")]
    assert reading.leftovers == ()


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_an_old_crs_of_wgs84_gives_a_remark_and_lon_lat_stays(name: str) -> None:
    reading = _read(_feature(_point(5, 6)) | {"crs": {"type": "name", "properties": {"name": name}}})
    assert reading.record.extents[0].box == Box(west=5, south=6, east=5, north=6)
    assert reading.record.reference_systems == ()
    assert [remark.kind for remark in reading.remarks] == ["misplaced"]


def test_features_of_others_are_places_with_their_names() -> None:
    features = [_feature(_point(lon, 0), nom=name, code=lon) for lon, name in ((1, "Un"), (2, "Deux"))]
    reading = _read({"type": "FeatureCollection", "name": "communes", "features": features})
    assert [extent.place for extent in reading.record.extents] == [Text(fr="Un"), Text(fr="Deux")]
    assert reading.record.title == Text(en="communes")
    assert [(item.where, item.value) for item in reading.leftovers] == [
        ("$.features[0].properties.code", "1"),
        ("$.features[1].properties.code", "2"),
    ]


def test_of_many_features_one_box_is_read() -> None:
    features = [_feature(_point(number / 10, 0)) for number in range(500)]
    reading = _read({"type": "FeatureCollection", "features": features})
    assert [extent.box for extent in reading.record.extents] == [Box(west=0, south=0, east=49.9, north=0)]
    assert [remark.message.en for remark in reading.remarks] == ["“500 features” was read as “0 0 49.9 0”."]


def test_the_bbox_of_the_whole_stands_for_features_without_a_place() -> None:
    document = {"type": "FeatureCollection", "bbox": [1, 2, 3, 4], "features": [_feature(None, title="A")]}
    assert [extent.box for extent in _read(document).record.extents] == [Box(west=1, south=2, east=3, north=4)]


def test_well_known_properties_of_others_are_read() -> None:
    properties = {
        "titre": "Lagon",
        "abstract": "Salinity",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "published": "2021-03",
        "author": "Lebrun, Zoé; Parc marin",
        "start_datetime": "2020-01-01T00:00:00Z",
        "end_datetime": "2020-12-31T23:59:59Z",
        "DOI": "https://doi.org/10.5072/lagon",
        "depth": 12,
    }
    reading = _read(_feature(_point(45, -12), **properties))
    record = reading.record
    assert record.title == Text(fr="Lagon")
    assert record.abstract == Text(en="Salinity")
    assert (record.licence, record.doi) == ("CC-BY-4.0", "10.5072/lagon")
    assert [(date.kind, date.text) for date in record.dates] == [(DateKind.ISSUED, "2021-03")]
    assert [agent.name for agent in record.creators] == ["Lebrun, Zoé", "Parc marin"]
    assert record.periods == (Period(start=dt.date(2020, 1, 1), end=dt.date(2020, 12, 31)),)
    assert [(item.where, item.value) for item in reading.leftovers] == [("$.properties.depth", "12")]


def test_the_same_document_always_gives_the_same_uuid() -> None:
    document = _feature(_point(1, 2), title="A")
    assert _read(document).record.uuid == _read(document).record.uuid != _read(_feature(_point(1, 3))).record.uuid


def test_odd_values_of_known_properties_are_remarks_or_stay_left_over() -> None:
    properties = {
        "date_issued": "soon",
        "periods": ["whenever"],
        "access": "embargoed",
        "embargo_until": "never",
        "contacts": ["x", {"roles": 7}],
        "themes": [{"concepts": [None, 7]}],
        "keywords": {"a": 1},
        "lowest_m": "deep",
    }
    reading = _read(_feature(_point(1, 2), **properties))
    assert {remark.kind for remark in reading.remarks} >= {"unreadable"}
    assert reading.record.access.kind is AccessKind.RESTRICTED


def test_a_large_file_is_read_in_seconds() -> None:
    ring = [[math.cos(at / 1e4), math.sin(at / 1e4)] for at in range(60_000)]
    document = json.dumps(_feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, title="A")).encode()
    started = time.process_time()
    assert read_geojson(document).record.title.en == "A"
    assert time.process_time() - started < 5


def test_every_real_document_is_read(shared_data: Path) -> None:
    readings = {path.name: read_geojson(path.read_bytes()) for path in sorted(shared_data.rglob("*.geojson"))}
    if not readings:
        pytest.skip("there is no GeoJSON in the real data")
    boxes = {name: [extent.box for extent in reading.record.extents] for name, reading in readings.items()}
    assert boxes["departement-31-haute-garonne.geojson"] == [
        Box(west=0.442, south=42.68945, east=2.04829, north=43.92135)
    ]
    assert len(boxes["communes-974-la-reunion.geojson"]) == 24
    assert len(boxes["communes-31-haute-garonne.geojson"]) == 1
    places = readings["departement-974-la-reunion.geojson"].record.extents
    assert [(extent.place, extent.polygon) for extent in places] == [(Text(fr="La Réunion"), ())]
    border = readings["svn_border.geojson"]
    assert (border.record.title, border.record.extents) == (Text(en="border"), ())
    assert border.record.reference_systems == (ReferenceSystem(code="EPSG:32633"),)


def test_a_record_of_ogc_records_is_read(shared_data: Path) -> None:
    path = shared_data / "metadata" / "stac" / "woudc-total-column-ozone-totalozone.json"
    record = read_geojson(path.read_bytes()).record
    assert record.title == Text(en="Total Ozone - daily observations")
    assert record.extents[0].box == WORLD
    assert record.periods == (Period(start=dt.date(1924, 8, 17), ongoing=True),)
    assert record.time_resolution == "P1D"
    assert [keyword.label.en for keyword in record.keywords][:3] == ["total", "ozone", "level 1.0"]
    assert record.publisher is not None
    assert record.publisher.name == "World Ozone and Ultraviolet Radiation Data Centre"
