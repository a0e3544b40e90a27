# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from shapely import from_wkt

from record.examples import full_record, pacific_record
from record.strategies import records
from terracite.record.cf import acdd_attributes
from terracite.record.model import Period, Record

#: ACDD-1.3, "highly recommended" and "recommended", as far as a record knows them
WANTED = (
    "Conventions",
    "title",
    "summary",
    "keywords",
    "id",
    "naming_authority",
    "history",
    "source",
    "license",
    "creator_name",
    "creator_url",
    "institution",
    "project",
    "publisher_name",
    "publisher_url",
    "date_created",
    "geospatial_bounds",
    "geospatial_lat_min",
    "geospatial_lat_max",
    "geospatial_lon_min",
    "geospatial_lon_max",
    "time_coverage_start",
    "time_coverage_end",
    "time_coverage_duration",
    "time_coverage_resolution",
    "standard_name_vocabulary",
    "acknowledgement",
    "comment",
)


@given(record=records)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_attributes_are_texts_and_numbers_that_netcdf_takes(record: Record) -> None:
    attributes = acdd_attributes(record)
    assert {type(value) for value in attributes.values()} <= {str, float}
    assert not any("secret@" in str(value) for value in attributes.values())


def test_a_full_record_gives_the_attributes_acdd_wants() -> None:
    assert [name for name in WANTED if name not in acdd_attributes(full_record())] == []


def test_bounds_are_in_lat_lon() -> None:
    bounds = from_wkt(acdd_attributes(full_record())["geospatial_bounds"])
    assert bounds.bounds == (-21.4, 55.2, -20.8, 55.9)


def test_across_the_antimeridian_the_bounds_are_two_polygons() -> None:
    attributes = acdd_attributes(pacific_record())
    assert len(from_wkt(attributes["geospatial_bounds"]).geoms) == 2
    assert (attributes["geospatial_lon_min"], attributes["geospatial_lon_max"]) == (176.5, -178.0)


@pytest.mark.parametrize(
    ("start", "end", "duration"),
    [
        (dt.date(2023, 1, 1), dt.date(2023, 12, 31), "P365D"),
        (dt.datetime(2023, 1, 1, tzinfo=dt.UTC), dt.datetime(2023, 1, 3, tzinfo=dt.UTC), "P2D"),
        (dt.datetime(2023, 1, 1, 6, tzinfo=dt.UTC), dt.datetime(2023, 1, 1, 7, tzinfo=dt.UTC), "PT3600S"),
    ],
)
def test_the_duration_counts_both_ends(start: dt.date, end: dt.date, duration: str) -> None:
    record = full_record().model_copy(update={"periods": (Period(start=start, end=end),)})
    assert acdd_attributes(record)["time_coverage_duration"] == duration


def test_a_list_of_names_keeps_a_comma_inside_a_keyword_apart() -> None:
    record = full_record()
    assert acdd_attributes(record)["keywords"] == (
        "vegetation, land cover, EARTH SCIENCE > LAND SURFACE > LAND USE/LAND COVER, sugar cane, Réunion"
    )
