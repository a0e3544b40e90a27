# SPDX-License-Identifier: AGPL-3.0-or-later
"""From facts to the record: only empty fields are filled, several files widen, nonsense fills nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terracite.raster.inspect import ClassFact, Facts, VariableFact
from terracite.record.model import Box, DateKind, Origin, OriginKind, Period, Record, Text
from terracite.repository import facts as filling
from terracite.repository.facts import FILLERS, apply, refill

FULL = Facts(
    format="NetCDF",
    media_type="application/x-netcdf",
    box=(55.2, -21.4, 55.9, -20.8),
    crs="EPSG:32740",
    resolution_m=10.0004,
    representation="grid",
    start="2022-01-05",
    end="2022-12-30T06:37:11Z",
    variables=(VariableFact("NDVI", "Vegetation index", "normalized_difference_vegetation_index", "1"),),
    classes=(ClassFact(1, "Forest", "#00AA00"), ClassFact(2, "", "#ff0000"), ClassFact(3, "Water", "blue")),
    attributes={"title": " Vegetation of Reunion ", "summary": "Ten-day composites."},
    time_step="P10D",
    created="2023-02-01",
)
#: what documents say, as `terracite.repository.described` keeps it
SAID = {
    "lineage": {"statement": {"en": "Sentinel-2, gap filled."}},
    "topics": ["environment"],
    "keywords": [{"label": {"en": "vegetation"}}],
    "creators": [{"family_name": "Martin", "given_name": "Alice"}],
    "contributors": [{"agent": {"family_name": "Roux", "given_name": "Bob"}, "role": "DataManager"}],
    "contacts": [{"family_name": "Martin", "given_name": "Alice", "email": "alice@example.org"}],
    "funding": [{"funder": "Region"}],
    "licence": "CC-BY-4.0",
    "access": {"kind": "open"},
    "related": [{"identifier": "10.5072/a"}],
    "platforms": [{"name": "Sentinel-2"}],
    "purpose": {"en": "Monitoring."},
    "data_languages": ["en"],
}
ALL = replace(FULL, described=SAID)


def test_everything_a_file_says_fills_an_empty_record():
    record = apply(Record(), ALL, "ndvi.nc")

    assert record.title == Text(en="Vegetation of Reunion")
    assert record.abstract == Text(en="Ten-day composites.")
    assert record.extents[0].box == Box(west=55.2, south=-21.4, east=55.9, north=-20.8)
    assert record.periods == (
        Period(start=dt.date(2022, 1, 5), end=dt.datetime(2022, 12, 30, 6, 37, 11, tzinfo=dt.UTC)),
    )
    assert (record.reference_systems[0].code, record.resolutions[0].distance_m) == ("EPSG:32740", 10)
    assert [(item.name, item.unit) for item in record.variables] == [("NDVI", "1")]
    assert [(item.code, item.colour) for item in record.classes] == [(1, "#00aa00"), (3, "#808080")]
    assert record.origins == {field: Origin(kind=OriginKind.EXTRACTED, detail="ndvi.nc") for field in FILLERS}


def test_words_of_a_french_record_are_french():
    assert apply(Record(language="fr"), FULL, "x").title == Text(fr="Vegetation of Reunion")


@pytest.mark.parametrize("field", sorted(FILLERS))
@pytest.mark.parametrize("kind", [kind for kind in OriginKind if kind is not OriginKind.EXTRACTED])
def test_what_people_or_formats_gave_is_never_touched(field, kind):
    given_value = getattr(apply(Record(), ALL, "a.nc"), field)
    record = Record().with_values(Origin(kind=kind), **{field: given_value})
    other = Facts("COG", "image/tiff", box=(0, 0, 1, 1), crs="EPSG:4326", resolution_m=30, start="1999-01-01")

    after = apply(record, other, "b.tif")

    assert getattr(after, field) == given_value
    assert after.origins[field].kind is kind


def test_periods_of_several_files_are_widened_whatever_their_order():
    years = [Facts("x", "x", start=f"{year}-01-01", end=f"{year}-12-31") for year in (2023, 2021, 2022)]
    record = Record()
    for number, facts in enumerate(years):
        record = apply(record, facts, f"{number}.nc")

    assert record.periods == (Period(start=dt.date(2021, 1, 1), end=dt.date(2023, 12, 31)),)
    assert record.origins["periods"].detail == "0.nc, 1.nc"  # the third one adds nothing


def test_extents_across_the_antimeridian_are_kept_apart():
    record = apply(Record(), Facts("x", "x", box=(177, -20, -178, -16)), "fiji")
    record = apply(record, Facts("x", "x", box=(55, -22, 56, -21)), "reunion")

    assert [(extent.box.west, extent.box.east) for extent in record.extents] == [(177, -178), (55, 56)]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"box": (400.0, 0.0, 401.0, 1.0)},
        {"box": (0.0, 50.0, 1.0, -50.0)},
        {"box": (float("nan"), 0.0, 1.0, 1.0)},
        {"start": "yesterday"},
        {"start": "2023-01-01", "end": "soon"},
        {"representation": "hologram"},
        {"resolution_m": -10.0},
        {"box": (0.0, 0.0, 0.0, 0.0)},
        {"start": "1970-01-01", "end": "1970-01-01"},
        {"created": "1970-01-01"},
        {"created": "2999-01-01"},
        {"attributes": {"title": "Untitled", "summary": "TODO"}},
        {"described": {"licence": 3, "creators": [{}], "dates": "soon"}},
    ],
)
def test_nonsense_fills_nothing(nonsense):
    assert apply(Record(), Facts("x", "x", **nonsense), "bad.nc").origins == {}


boxes = st.builds(
    lambda west, width, south, height: (west, south, min(west + width, 180), min(south + height, 90)),
    st.floats(-180, 179),
    st.floats(0, 100),
    st.floats(-90, 89),
    st.floats(0, 60),
).filter(any)  # a box of zeros is a form left empty
some_facts = st.builds(
    Facts,
    format=st.just("x"),
    media_type=st.just("x"),
    box=st.none() | boxes,
    crs=st.sampled_from(["", "EPSG:32740", "EPSG:4326"]),
    resolution_m=st.none() | st.floats(0.1, 1000),
    start=st.none() | st.dates(min_value=dt.date(1970, 1, 2)).map(str),
)


@given(some_facts)
def test_applying_the_same_facts_again_changes_nothing(facts):
    once = apply(Record(), facts, "a")

    assert apply(once, facts, "a") == once


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), some_facts), st.sampled_from(["a", "b", "c"]))
def test_a_removed_file_leaves_no_trace(all_facts, removed):
    record = Record()
    for name, facts in all_facts.items():
        record = apply(record, facts, name)
    rest = {name: facts for name, facts in all_facts.items() if name != removed}

    expected = refill(Record(uuid=record.uuid), rest)

    assert refill(record, rest) == expected


def test_words_come_from_documents_where_and_when_from_data():
    data = Facts("NetCDF", "x", box=(1, 2, 3, 4), representation="grid", attributes={"title": "A short name"})
    readme = Facts(
        "Markdown",
        "x",
        described={
            "title": {"en": "What the authors call it"},
            "extents": [{"box": {"west": 0, "south": 0, "east": 9, "north": 9}}],
            "periods": [{"start": "2001-01-01", "end": "2001-12-31"}],
        },
    )

    for order in ({"a.nc": data, "README.md": readme}, {"README.md": readme, "a.nc": data}):
        record = refill(Record(), order)

        assert (record.title.en, record.origins["title"].detail) == ("What the authors call it", "README.md")
        assert (record.extents[0].box.east, record.origins["extents"].detail) == (3, "a.nc")
        assert record.origins["periods"].detail == "README.md"  # the data say nothing of it


def test_data_are_made_when_the_last_of_them_is():
    days = {f"{day}.laz": Facts("LAZ", "x", created=day) for day in ("2020-05-01", "2021-03-01", "2019-01-01")}

    record = refill(Record(), days)

    assert (record.date(DateKind.CREATED), record.origins["dates"].detail) == (dt.date(2021, 3, 1), "2020-05-01.laz, "
                                                                               "2021-03-01.laz")  # fmt: skip


def test_what_a_person_emptied_stays_empty():
    record = Record().with_values(Origin(kind=OriginKind.TYPED), licence="")

    assert apply(record, ALL, "a.nc").licence == ""


def test_only_names_of_the_cf_table_are_standard_names():
    facts = Facts("NetCDF", "x", variables=(VariableFact("tmmx", "tmmx", "tmmx", "K"),))

    assert apply(Record(), facts, "a.nc").variables[0].standard_name == ""


@given(st.lists(boxes, min_size=1, max_size=4))
def test_the_extent_holds_every_box(several):
    record = Record()
    for number, box in enumerate(several):
        record = apply(record, Facts("x", "x", box=box), str(number))

    (extent,) = record.extents
    for west, south, east, north in several:
        assert extent.box.west <= west
        assert east <= extent.box.east
        assert extent.box.south <= south
        assert north <= extent.box.north


def test_facts_survive_the_database_form():
    assert Facts.from_dict(ALL.to_dict()) == ALL
    assert filling.apply(Record(), Facts.from_dict(ALL.to_dict()), "x").origins.keys() == FILLERS.keys()
