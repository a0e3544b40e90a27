# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from shapely import from_wkt

from record.examples import PAGE, full_record, pacific_record
from record.strategies import records
from terracite.record.cf import acdd_attributes, read_acdd, write_acdd
from terracite.record.cf.units import dimension
from terracite.record.cf.variables import variable_attributes
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    MapClass,
    Period,
    Record,
    Text,
    Variable,
)

NO_BREAK = "\N{NO-BREAK SPACE}"

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
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
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


def test_words_bear_the_key_of_their_vocabulary_and_keep_their_commas_apart() -> None:
    attributes = acdd_attributes(full_record())
    assert attributes["keywords"].replace(NO_BREAK, " ").split(", ") == [
        "GEMET:vegetation",
        "GEMET:land cover",
        "GCMD:EARTH SCIENCE > LAND SURFACE > LAND USE/LAND COVER",
        "sugar cane",
        "Réunion",
        "ISO:Imagery; base maps; Earth cover",
        "ISO:Environment",
        "DISCIPLINE:Continental surfaces",
        "DISCIPLINE:Biodiversity",
    ]
    assert [part.partition(":")[0] for part in attributes["keywords_vocabulary"].split(", ")] == [
        "GEMET",
        "GCMD",
        "ISO",
        "DISCIPLINE",
    ]


def test_words_of_a_single_vocabulary_need_no_key() -> None:
    record = Record(topics=("oceans", "environment"))
    attributes = acdd_attributes(record)
    assert attributes["keywords"] == "Oceans, Environment"
    assert attributes["keywords_vocabulary"] == "ISO 19115 topic categories"


def test_each_list_has_a_place_for_each_creator() -> None:
    attributes = acdd_attributes(full_record())
    assert attributes["creator_name"] == "Zoé Lebrun; Rakoto; Collectif Mascareignes"
    assert attributes["creator_type"] == "person; person; institution"
    assert attributes["creator_url"] == "https://orcid.org/0000-0002-1825-0097; ; https://ror.org/03yrm5c26"
    assert len(attributes["creator_institution"].split("; ")) == 3


def test_a_file_says_what_may_be_done_with_it() -> None:
    embargo = Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2026, 6, 1))
    record = Record(licence="CC-BY-4.0", access=embargo)
    assert acdd_attributes(record)["license"] == (
        "CC-BY-4.0 https://spdx.org/licenses/CC-BY-4.0; access embargoed until 2026-06-01"
    )
    assert acdd_attributes(Record(access=Access(kind=AccessKind.RESTRICTED)))["license"] == "access restricted"


def test_history_has_the_time_first_and_a_line_a_step_in_each_language() -> None:
    attributes = acdd_attributes(full_record())
    assert attributes["history"].splitlines() == [
        "2024-02-01T08:30:00Z Gap filling. (with terracite 0.1.0) $ terracite landcover run reunion.toml",
        "Classification by a random forest.",
    ]
    assert attributes["history_fr"].splitlines()[1] == "-"


def test_an_open_period_has_no_end_and_no_duration() -> None:
    attributes = acdd_attributes(pacific_record())
    assert attributes["time_coverage_start"] == "2019-05-01T06:00:00Z"
    assert not {"time_coverage_end", "time_coverage_duration"} & attributes.keys()


def test_variables_have_names_and_units_that_cf_takes() -> None:
    made = variable_attributes(
        Record(
            variables=(
                Variable(name="Température (2 m)", standard_name="air_temperature", unit="degC"),
                Variable(name="turbidité", standard_name="sea_water_turbidity", unit="ntu"),
                Variable(name="time", unit="days since 1970-01-01"),
                Variable(name="雲", standard_name="cloudiness_of_mine", unit="1"),
            )
        )
    )
    assert list(made) == ["Temperature_2_m", "turbidite", "time", "v"]
    assert made["Temperature_2_m"] == {
        "long_name": "Température (2 m)",
        "original_name": "Température (2 m)",
        "standard_name": "air_temperature",
        "units": "degC",
        "coverage_content_type": "physicalMeasurement",
    }
    assert made["turbidite"]["original_units"] == "ntu"
    assert made["turbidite"]["proposed_standard_name"] == "sea_water_turbidity"
    assert made["time"]["original_name"] == "time"
    assert "standard_name" not in made["v"]


def test_variables_of_the_same_name_are_both_there() -> None:
    twice = Record(variables=(Variable(name="a b", unit="m"), Variable(name="a-b", unit="s")))
    assert {name: item["units"] for name, item in variable_attributes(twice).items()} == {"a_b": "m", "a_b_2": "s"}


def test_flags_are_plain_words_with_the_labels_beside_them() -> None:
    flags = variable_attributes(full_record())["class"]
    assert flags["flag_values"] == [1, 2]
    assert flags["flag_meanings"] == "Forest Sugar_cane"
    assert flags["flag_labels_fr"] == "Forêt; Canne"
    odd = Record(classes=(MapClass(code=-3, label=Text(fr="雲")), MapClass(code=4, label=Text(en="<10 m & à l’ombre"))))
    assert variable_attributes(odd)["class"]["flag_meanings"] == "class_minus_3 10_m_a_lombre"


@pytest.mark.parametrize(
    ("unit", "measures"),
    [
        ("kg m-2 s-1", {"kg": 1, "m": -2, "s": -1}),
        ("m**2 s**-2", {"m": 2, "s": -2}),
        ("W/m2", {"kg": 1, "s": -3}),
        ("mS/cm", {"A": 2, "kg": -1, "m": -3, "s": 3}),
        ("1e-3", {}),
        ("%", {}),
        ("Degrees", {}),
        ("minutes since 2008-01-01 00:00:00", {"s": 1}),
        ("psu", None),
        ("individus/m²", None),
        ("", None),
        ("m" * 100_000, None),
    ],
)
def test_units_are_those_of_udunits(unit: str, measures: dict[str, int] | None) -> None:
    assert dimension(unit) == measures


def test_2000_creators_with_awkward_names_come_back() -> None:
    creators = tuple(
        Agent(family_name=f"van der Meer {number}", given_name="J.; K." if number % 2 else "李, 雷")
        for number in range(2000)
    )
    document = write_acdd(full_record().model_copy(update={"creators": creators}), PAGE)
    assert read_acdd(document).record.creators[:2000] == creators
