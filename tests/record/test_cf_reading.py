# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attributes of others: any case, old names, wrong units, lists, bytes."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import numpy as np
import pytest

from terracite.errors import RecordError
from terracite.record.cf import from_attributes, read_acdd
from terracite.record.model import (
    AccessKind,
    Agent,
    Box,
    ContributorRole,
    DateKind,
    Funding,
    Keyword,
    KeywordKind,
    Organisation,
    Period,
    Platform,
    Record,
    ReferenceSystem,
    Related,
    Representation,
    Resolution,
    Source,
    Step,
    Text,
    Variable,
)

BOUNDS = {"geospatial_lat_min": -21.4, "geospatial_lat_max": -20.8}


def _record(**attributes: Any) -> Record:
    return from_attributes(attributes).record


def _remarks(**attributes: Any) -> list[tuple[str, str]]:
    return [(item.where.rpartition(".")[2], item.kind) for item in from_attributes(attributes).remarks]


def test_names_of_attributes_may_be_in_any_case_and_older_than_acdd() -> None:
    record = _record(
        Title="A", Abstract="B", creation_date="2011-03-08", start_date="2001-01-01", stop_date="2002-01-01"
    )
    assert (record.title.en, record.abstract.en) == ("A", "B")
    assert record.date(DateKind.CREATED) == dt.date(2011, 3, 8)
    assert record.periods == (Period(start=dt.date(2001, 1, 1), end=dt.date(2002, 1, 1)),)


def test_numbers_may_be_texts_arrays_or_numpy() -> None:
    for west, east in (("55.2", "55.9"), ([55.2], [55.9]), (np.float64(55.2), np.array([55.9]))):
        record = _record(**BOUNDS, geospatial_lon_min=west, geospatial_lon_max=east)
        assert record.extents[0].box == Box(west=55.2, south=-21.4, east=55.9, north=-20.8)


def test_bytes_are_utf8_or_else_latin_1() -> None:
    assert _record(title="Données".encode()).title.en == "Données"
    assert _record(title="Données".encode("latin-1")).title.en == "Données"


def test_a_list_of_texts_is_a_list_of_words() -> None:
    labels = [item.label.en for item in _record(keywords=np.array(["rain", "snow"])).keywords]
    assert labels == ["rain", "snow"]


def test_across_the_antimeridian_the_west_is_above_the_east() -> None:
    record = _record(**BOUNDS, geospatial_lon_min=176.5, geospatial_lon_max=-178.0)
    assert record.extents[0].box == Box(west=176.5, south=-21.4, east=-178.0, north=-20.8)


def test_longitudes_to_360_are_turned_and_the_whole_turn_stays_whole() -> None:
    assert _record(**BOUNDS, geospatial_lon_min=0, geospatial_lon_max=360).extents[0].box.west == -180
    assert _record(**BOUNDS, geospatial_lon_min=190, geospatial_lon_max=200).extents[0].box.east == -160
    assert _remarks(**BOUNDS, geospatial_lon_min=0, geospatial_lon_max=360) == [("geospatial_lat_min", "swapped")]


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"geospatial_lon_min": "west", "geospatial_lon_max": 1}, "geospatial_lat_min"),
        ({"geospatial_lon_min": 500_000, "geospatial_lon_max": 600_000}, "geospatial_lat_min"),
        ({"geospatial_lon_min": 1, "geospatial_lon_max": 2, "geospatial_lat_units": "km"}, "geospatial_lat_min"),
        ({"geospatial_bounds": "POLYGON somewhere"}, "geospatial_bounds"),
        ({"date_created": "ongoing"}, "date_created"),
        ({"time_coverage_start": "long ago"}, "time_coverage_start"),
        ({"time_coverage_start": "2001-01-01", "time_coverage_end": "later"}, "time_coverage_end"),
    ],
)
def test_what_cannot_be_read_is_told(attributes: dict[str, Any], place: str) -> None:
    assert (place, "unreadable") in _remarks(**BOUNDS, **attributes)


def test_bounds_are_lat_lon_but_many_write_lon_lat() -> None:
    square = "POLYGON ((-21 55, -20 55, -20 56, -21.5 56, -21 55))"
    turned = "POLYGON ((55 -21, 55 -20, 56 -20, 56 -21.5, 55 -21))"
    edges = {"geospatial_lat_min": -21.5, "geospatial_lat_max": -20, "geospatial_lon_min": 55, "geospatial_lon_max": 56}
    polygons = [_record(**edges, geospatial_bounds=text).extents[0].polygon for text in (square, turned)]
    assert polygons[0] == polygons[1] != ()
    assert _remarks(**edges, geospatial_bounds=turned) == [("geospatial_bounds", "swapped")]
    assert _remarks(**edges, geospatial_bounds=square) == []


def test_depths_are_turned_into_heights_in_metres() -> None:
    edges = BOUNDS | {"geospatial_lon_min": 55, "geospatial_lon_max": 56}
    deep = {"geospatial_vertical_min": 0, "geospatial_vertical_max": 2, "geospatial_vertical_positive": "down"}
    extent = _record(**edges, **deep, geospatial_vertical_units="km").extents[0]
    assert (extent.lowest_m, extent.highest_m) == (-2000.0, 0.0)
    left = from_attributes(edges | deep | {"geospatial_vertical_units": "hPa"}).leftovers
    assert [item.value for item in left][:2] == ["0", "2"]


def test_a_period_may_go_on() -> None:
    assert _record(time_coverage_start="2002-01-01", time_coverage_end="Present").periods == (
        Period(start=dt.date(2002, 1, 1), ongoing=True),
    )
    assert _record(time_coverage_start="2002-01-01").periods == (Period(start=dt.date(2002, 1, 1)),)


def test_ends_of_a_period_that_are_swapped_are_put_right() -> None:
    attributes = {"time_coverage_start": "2003-01-01", "time_coverage_end": "2002-01-01"}
    assert _record(**attributes).periods == (Period(start=dt.date(2002, 1, 1), end=dt.date(2003, 1, 1)),)
    assert _remarks(**attributes) == [("time_coverage_start", "swapped")]


def test_people_keep_their_orcid_their_institutions_and_their_order() -> None:
    record = _record(
        creator_name="Ada Martin; Réseau, Antenne Sud; Bo Ng",
        creator_type="person; institution; person",
        creator_url="https://orcid.org/0000-0002-1825-0097; https://ror.org/03yrm5c26; ",
        creator_institution="Uni A | Lab, B; ; Uni C",
        creator_institution_url="https://ror.org/05q3vnk25",
        creator_email="ada@example.org",
    )
    assert record.creators == (
        Agent(
            family_name="Martin",
            given_name="Ada",
            orcid="0000-0002-1825-0097",
            affiliations=(Organisation(name="Uni A", ror="https://ror.org/05q3vnk25"), Organisation(name="Lab, B")),
            email="ada@example.org",
        ),
        Agent(organisation="Réseau, Antenne Sud", ror="https://ror.org/03yrm5c26"),
        Agent(family_name="Ng", given_name="Bo", affiliations=(Organisation(name="Uni C"),)),
    )


def test_one_type_is_said_of_all_creators() -> None:
    record = _record(creator_name="Ada Martin; Bo Ng", creator_type="person")
    assert [agent.family_name for agent in record.creators] == ["Martin", "Ng"]


def test_institution_alone_is_the_creator_and_contact_may_hold_an_email() -> None:
    record = _record(institution="Météo X", contact="Ada Martin, ada@example.org")
    assert record.creators == (Agent(organisation="Météo X"),)
    assert record.contacts == (Agent(organisation="Ada Martin", email="ada@example.org"),)


def test_roles_of_other_vocabularies_are_ours_or_other() -> None:
    record = _record(
        contributor_name="A; B; C; D", contributor_role="principalInvestigator; DataCurator; pointOfContact; drinker"
    )
    assert [item.role for item in record.contributors] == [
        ContributorRole.PROJECT_LEADER,
        ContributorRole.DATA_CURATOR,
        ContributorRole.OTHER,
    ]
    assert record.contacts == (Agent(organisation="C"),)


def test_keywords_of_a_named_thesaurus_get_their_address() -> None:
    words = "EARTH SCIENCE > OCEANS > OCEAN TEMPERATURE > SEA SURFACE TEMPERATURE, my own words"
    record = _record(keywords=words, keywords_vocabulary="GCMD Science Keywords")
    assert [(item.thesaurus, bool(item.uri)) for item in record.keywords] == [
        ("gcmd-science", True),
        ("gcmd-science", False),
    ]


def test_keys_before_keywords_tell_their_vocabulary() -> None:
    record = _record(
        keywords="X:soil, C:N ratio, CF:air_temperature", keywords_vocabulary="X:AGROVOC, CF:CF Standard Names"
    )
    assert [(item.label.en, item.thesaurus) for item in record.keywords] == [
        ("soil", "AGROVOC"),
        ("C:N ratio", ""),
        ("air_temperature", "cf-standard-names"),
    ]


def test_keywords_may_stand_on_lines() -> None:
    record = _record(keywords="Atmosphere > Rain\n   Atmosphere > Snow")
    assert [item.label.en for item in record.keywords] == ["Atmosphere > Rain", "Atmosphere > Snow"]


def test_a_project_is_a_keyword_and_an_award_is_funding() -> None:
    record = _record(
        project="Reef Watch; Corals",
        acknowledgement="Funded by Agency (https://ror.org/00rbzpz17), award A-1 “Corals” (https://example.org/a)",
    )
    assert record.keywords == (Keyword(label=Text(en="Reef Watch"), kind=KeywordKind.PROJECT),)
    assert record.funding == (
        Funding(
            funder="Agency",
            funder_id="https://ror.org/00rbzpz17",
            award_number="A-1",
            award_title="Corals",
            award_uri="https://example.org/a",
        ),
    )


def test_other_thanks_are_left_over_not_lost() -> None:
    reading = from_attributes({"acknowledgement": "Many thanks to all."})
    assert reading.record.funding == ()
    assert [item.value for item in reading.leftovers] == ["Many thanks to all."]


def test_history_of_programs_gives_steps_with_commands() -> None:
    steps = _record(history="Mon Jan  7 18:59:08 2019: ncks -4 a.nc b.nc\n2016-01-01T00:00:00Z made").lineage.steps
    assert steps == (
        Step(description=Text(), command="ncks -4 a.nc b.nc", on=dt.datetime(2019, 1, 7, 18, 59, 8, tzinfo=dt.UTC)),
        Step(description=Text(en="made"), on=dt.datetime(2016, 1, 1, tzinfo=dt.UTC)),
    )


def test_a_translation_of_another_length_is_left_over() -> None:
    reading = from_attributes({"history": "one\ntwo", "history_fr": "un", "keywords": "a, b", "keywords_fr": "a"})
    assert [item.where for item in reading.leftovers] == ["$.attributes.history_fr", "$.attributes.keywords_fr"]


def test_a_source_keeps_its_commas() -> None:
    assert _record(source="IPSL-CM4 (IPSL, 96x71x19); ORCA2 (doi:10.5072/a)").lineage.sources == (
        Source(title="IPSL-CM4 (IPSL, 96x71x19)"),
        Source(title="ORCA2", identifier="10.5072/a"),
    )


def test_references_are_addresses_or_words() -> None:
    assert _record(references="https://a.org/1, https://a.org/2").related == (
        Related(identifier="https://a.org/1"),
        Related(identifier="https://a.org/2"),
    )
    assert _record(references="Dufresne et al., 2015; p. 136").related == (
        Related(identifier="Dufresne et al., 2015; p. 136"),
    )
    assert _record(references="doi:10.5072/a (IsCitedBy: An article)").related == (
        Related(identifier="10.5072/a", relation="IsCitedBy", title="An article"),
    )


@pytest.mark.parametrize(
    ("text", "licence", "kind"),
    [
        ("CC-BY-4.0 https://spdx.org/licenses/CC-BY-4.0; access open", "CC-BY-4.0", AccessKind.OPEN),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", AccessKind.UNKNOWN),
        ("Freely available", "Freely available", AccessKind.UNKNOWN),
        ("MIT; access restricted", "MIT", AccessKind.RESTRICTED),
        ("MIT; access embargoed until 2026-06-01", "MIT", AccessKind.EMBARGOED),
        ("MIT; access embargoed until 2026-99-01", "MIT", AccessKind.RESTRICTED),
    ],
)
def test_a_licence_is_told_from_the_access(text: str, licence: str, kind: AccessKind) -> None:
    record = _record(license=text)
    assert (record.licence, record.access.kind) == (licence, kind)


def test_platforms_share_their_instruments() -> None:
    assert _record(platform="Sentinel-2A, Sentinel-2B", instrument="MSI").platforms == (
        Platform(name="Sentinel-2A", instruments=("MSI",)),
        Platform(name="Sentinel-2B", instruments=("MSI",)),
    )


def test_a_cell_size_in_metres_is_a_resolution_and_one_in_degrees_is_left_over() -> None:
    assert _record(geospatial_lat_resolution="0.5 km").resolutions == (Resolution(distance_m=500),)
    reading = from_attributes({"geospatial_lat_resolution": "0.041 degrees", "cdm_data_type": "grid"})
    assert (reading.record.resolutions, reading.record.representation) == ((), Representation.GRID)
    assert [item.value for item in reading.leftovers] == ["0.041 degrees"]


VARIABLES = {
    "lat": {"units": "degrees_north"},
    "t": {"long_name": "Temperature", "units": "K", "grid_mapping": "m", "cell_methods": "time: mean", "bounds": "b"},
    "b": {"units": "K"},
    "m": {"grid_mapping_name": "x", "crs_wkt": 'PROJCS["WGS 84 / UTM zone 40S",AUTHORITY["EPSG","32740"]]'},
    "cls": {"flag_values": [1, 2], "flag_meanings": "land open_water", "flag_colors": "#00FF00"},
}


def test_axes_bounds_and_grid_mappings_are_no_quantities() -> None:
    reading = from_attributes({}, VARIABLES)
    assert reading.record.variables == (
        Variable(name="t", label=Text(en="Temperature"), unit="K"),
        Variable(name="cls"),
    )
    assert reading.record.reference_systems == (ReferenceSystem(code="EPSG:32740", name="WGS 84 / UTM zone 40S"),)
    assert [item.where for item in reading.leftovers] == ["$.variables.t.cell_methods"]


def test_flags_are_classes() -> None:
    classes = from_attributes({}, VARIABLES).record.classes
    assert [(item.code, item.label.en, item.colour) for item in classes] == [
        (1, "land", "#00ff00"),
        (2, "open water", "#808080"),
    ]


@pytest.mark.parametrize("codes", [[1], [1.5, 2], [float("inf"), 1], [float("nan"), 1], ["a", "b"], {"x": 1}])
def test_flags_that_are_none_are_told(codes: Any) -> None:
    reading = from_attributes({}, {"q": {"flag_values": codes, "flag_meanings": "good bad"}})
    assert reading.record.classes == ()
    assert [item.kind for item in reading.remarks] == ["unreadable"]


def test_nco_writes_attributes_with_their_types() -> None:
    document = {
        "dimensions": {"x": 2},
        "variables": {"t": {"shape": ["x"], "attributes": {"units": {"type": "char", "data": "K"}}}},
        "attributes": {"title": {"type": "char", "data": "A title"}},
    }
    record = read_acdd(json.dumps(document).encode()).record
    assert (record.title.en, record.variables) == ("A title", (Variable(name="t", unit="K"),))


def test_nothing_is_lost_in_silence() -> None:
    odd = {"attributes": {"title": ["a", {"b": 1}], "x": {"y": {"z": "deep"}}}, "variables": {"v": 7, "w": "words"}}
    left = {(item.where, item.value) for item in read_acdd(json.dumps(odd).encode()).leftovers}
    assert left >= {("$.attributes.x.y.z", "deep"), ("$.variables.v", "7"), ("$.variables.w", "words")}
    assert ("$.attributes.title[0]", "a") in left


@pytest.mark.parametrize("document", [b"{}", b"[]", b'{"attributes": 1}', b'{"variables": []}', b'{"attributes": [1]}'])
def test_other_json_is_refused_with_a_cure(document: bytes) -> None:
    with pytest.raises(RecordError) as raised:
        read_acdd(document)
    assert raised.value.hint


def test_the_same_file_has_the_same_uuid() -> None:
    one, two, other = (from_attributes({"title": title}).record.uuid for title in ("a", "a", "b"))
    assert one == two != other
    assert from_attributes({"id": "10.5072/A"}).record.uuid == from_attributes({"doi": "doi:10.5072/a"}).record.uuid


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("history", "(" * 300_000),
        ("history", "x (with " * 100_000),
        ("references", "a (" * 200_000),
        ("references", "; " * 300_000),
        ("source", "a (https://" * 100_000),
        ("acknowledgement", "Funded by " + "a, award “" * 100_000),
        ("license", "; access" * 100_000),
        ("keywords", "a:" * 300_000),
        ("keywords_vocabulary", "a:b, " * 100_000),
        ("geospatial_bounds", "POLYGON " + "((" * 100_000),
        ("geospatial_bounds", "POLYGON " + "((1 2), " * 50_000),
        ("creator_name", "a@" * 200_000),
        ("creator_name", "a." * 200_000 + "@"),
        ("contact", "e-mail:" * 100_000),
        ("geospatial_lat_resolution", "1" * 200_000),
        ("time_coverage_start", "2001-01-01" * 50_000),
        ("creator_institution", "| " * 100_000),
    ],
)
def test_long_texts_are_read_in_bounded_time(name: str, text: str) -> None:
    started = time.process_time()
    from_attributes({"creator_name": "a", name: text})
    assert time.process_time() - started < 10


def test_the_language_of_the_metadata_is_ours_or_theirs() -> None:
    """Our texts without a suffix are English whatever the metadata are in; theirs are in the language they tell."""
    ours = _record(metadata_language="fr", title="Map")
    assert (ours.language, ours.title) == ("fr", Text(en="Map"))
    theirs = _record(language="fre", title="Carte", summary="Une carte", comment="Rien")
    assert (theirs.language, theirs.title) == ("fr", Text(fr="Carte"))
    assert (theirs.abstract, theirs.notes) == (Text(fr="Une carte"), Text(fr="Rien"))
    assert _record(title="Map", language="de").language == "en"
