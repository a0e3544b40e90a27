# SPDX-License-Identifier: AGPL-3.0-or-later
"""schema.org as others write it, awkward or broken, and every real document of it."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from record.examples import EXAMPLES, PAGE, full_record, pacific_record
from terracite.errors import RecordError
from terracite.record.model import (
    AccessKind,
    Agent,
    Box,
    ContributorRole,
    DateKind,
    Era,
    Extent,
    Keyword,
    Period,
    Record,
    ResourceType,
    Text,
)
from terracite.record.reading import Reading
from terracite.record.schema_org import read_schema_org, to_schema_org, write_schema_org


def _read(content: Any, **more: Any) -> Reading:
    if isinstance(content, dict):
        content = {"@context": "https://schema.org/", "@type": "Dataset", "name": "A name"} | content | more
    return read_schema_org(json.dumps(content).encode())


def _kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(remark.kind, remark.where) for remark in reading.remarks]


@pytest.mark.parametrize("case", EXAMPLES)
def test_what_we_write_leaves_nothing_unread(case: str) -> None:
    reading = read_schema_org(write_schema_org(EXAMPLES[case](), PAGE))
    assert (reading.remarks, reading.leftovers) == ((), ())


# -- facts -----------------------------------------------------------------------------------------------------------


def test_what_google_recommends_is_written_of_a_full_record() -> None:
    node = to_schema_org(full_record(), PAGE)
    wanted = {"name", "description", "alternateName", "creator", "citation", "funding", "identifier", "keywords"}
    wanted |= {"isAccessibleForFree", "isPartOf", "license", "spatialCoverage", "temporalCoverage", "url", "version"}
    wanted |= {"variableMeasured", "distribution", "includedInDataCatalog"}
    assert wanted - node.keys() == set()
    assert node["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert node["temporalCoverage"][0] == "2023-01-01/2023-12-31"


@pytest.mark.parametrize(
    ("abstract", "length"),
    [(Text(en="x" * 49), 56), (Text(en="x" * 50), 50), (Text(en="x" * 5001), 5000), (Text(), 5)],
)
def test_a_description_is_as_long_as_google_wants(abstract: Text, length: int) -> None:
    record = Record(title=Text(en="Title"), abstract=abstract, language="en")
    node = to_schema_org(record, PAGE)
    assert len(node["description"]) == length
    assert read_schema_org(json.dumps(node).encode()).record.abstract == abstract


def test_a_keyword_with_a_comma_stays_one() -> None:
    for labels in ((Text(en="a, b"),), (Text(en="a; b"), Text(en="c"))):
        record = Record(language="en", keywords=tuple(Keyword(label=label) for label in labels))
        assert read_schema_org(write_schema_org(record, PAGE)).record.keywords == record.keywords


def test_a_short_abstract_gives_way_to_the_language_that_says_more() -> None:
    record = Record(title=Text(en="Title"), abstract=Text(en="Short", fr="Long " * 20), language="en")
    assert to_schema_org(record, PAGE)["description"] == record.abstract.fr


@pytest.mark.parametrize(
    "text",
    ["تلوث الهواء في تونس", "東京の土地被覆", "a & b < c", "e\u0301 é 𝔘 🌍", "tab\tand \u2028 lines", "לוֹד"],
    ids=["arabic", "chinese", "xml", "combining", "separators", "hebrew"],
)
def test_every_alphabet_comes_back(text: str) -> None:
    record = Record(title=Text(en=text), creators=(Agent(family_name=text), Agent(organisation=text)))
    back = read_schema_org(write_schema_org(record, PAGE)).record
    assert back.title.en == text
    assert [agent.display_name for agent in back.creators] == [text, text]


def test_characters_that_no_document_may_hold_are_dropped() -> None:
    node = to_schema_org(Record(title=Text(en="a\x00b\x0b\ufffe")), PAGE)
    assert node["name"] == "ab"


def test_two_thousand_creators_keep_their_order() -> None:
    creators = tuple(Agent(family_name=f"Name {number}", given_name="A") for number in range(2000))
    record = full_record().model_copy(update={"creators": creators})
    started = time.process_time()
    assert read_schema_org(write_schema_org(record, PAGE)).record.creators == creators
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "box",
    [
        Box(west=176.5, south=-19.5, east=-178.0, north=-15.5),
        Box(west=-180, south=60, east=180, north=90),
        Box(west=-180, south=-90, east=180, north=-60),
        Box(west=55.5, south=-21.0, east=55.5, north=-21.0),
        Box(west=1e-7, south=-1e-7, east=0.123456789012345, north=1e-5),
    ],
    ids=["antimeridian", "north pole", "south pole", "point", "tiny"],
)
def test_any_box_comes_back(box: Box) -> None:
    record = Record(extents=(Extent(box=box),))
    assert read_schema_org(write_schema_org(record, PAGE)).record.extents == record.extents


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period(start=dt.date(2019, 5, 1), ongoing=True), "2019-05-01/.."),
        (Period(start=dt.date(2019, 5, 1)), "2019-05-01/"),
        (Period(start=dt.date(2019, 5, 1), end=dt.date(2019, 5, 1)), "2019-05-01/2019-05-01"),
    ],
)
def test_open_periods_are_written_as_iso_8601_has_them(period: Period, text: str) -> None:
    node = to_schema_org(Record(periods=(period,)), PAGE)
    assert node["temporalCoverage"] == [text]
    assert read_schema_org(json.dumps(node).encode()).record.periods == (period,)


def test_an_era_without_years_is_an_interval_with_a_name() -> None:
    record = Record(eras=(Era(name=Text(en="Holocene")),))
    assert read_schema_org(write_schema_org(record, PAGE)).record.eras == record.eras


# -- as others write it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "context",
    [
        "http://schema.org",
        "https://schema.org/docs/jsonldcontext.jsonld",
        ["https://schema.org/", {"x": "http://example.org/x#"}],
        {"@vocab": "http://schema.org/"},
        {"@vocab": "https://schema.org/", "@language": "en"},
    ],
    ids=str,
)
def test_any_way_to_name_the_vocabulary_is_understood(context: Any) -> None:
    record = _read({"@context": context, "name": "Sea ice"}).record
    assert (record.title.en, record.resource_type) == ("Sea ice", ResourceType.DATASET)


@pytest.mark.parametrize("prefix", ["schema", "sdo", "http://schema.org/", "https://schema.org/"])
def test_prefixed_and_whole_names_are_understood(prefix: str) -> None:
    mark = prefix if "://" in prefix else f"{prefix}:"
    content = {
        "@context": {"schema": "http://schema.org/", "sdo": "https://schema.org/"},
        "@type": f"{mark}Dataset",
        f"{mark}name": {"@language": "fr", "@value": "Banquise"},
        f"{mark}creator": {"@type": f"{mark}Person", f"{mark}familyName": "Ng", f"{mark}givenName": "Li"},
    }
    reading = _read([content])
    assert reading.record.title.fr == "Banquise"
    assert reading.record.creators == (Agent(family_name="Ng", given_name="Li"),)
    assert reading.leftovers == ()


def test_references_in_a_graph_are_followed() -> None:
    graph = [
        {"@id": "https://example.org/d", "@type": "Dataset", "name": "D", "creator": {"@id": "#p"}},
        {"@id": "#p", "@type": "Person", "name": "Ng, Li", "affiliation": {"@id": "https://ror.org/05q3vnk25"}},
        {"@id": "https://ror.org/05q3vnk25", "@type": "Organization", "name": "Institute"},
    ]
    reading = _read([{"@context": "https://schema.org", "@graph": graph}])
    (agent,) = reading.record.creators
    assert (agent.family_name, agent.given_name, agent.affiliations[0].ror) == ("Ng", "Li", graph[2]["@id"])
    assert reading.leftovers == ()


def test_references_in_a_circle_end() -> None:
    graph = [
        {"@id": "#a", "@type": "Dataset", "name": "A", "isPartOf": {"@id": "#b"}, "hasPart": {"@id": "#a"}},
        {"@id": "#b", "@type": "Dataset", "name": "B", "hasPart": {"@id": "#a"}, "isPartOf": {"@id": "#b"}},
    ]
    assert _read([{"@context": "https://schema.org", "@graph": graph}]).record.title.en == "A"


@pytest.mark.parametrize(
    ("value", "creators"),
    [
        ("Ng, Li", [("Ng", "Li", "")]),
        ({"@type": "Person", "name": "Li Ng"}, [("Ng", "Li", "")]),
        ({"@type": "Person", "familyName": "Ng"}, [("Ng", "", "")]),
        ({"@type": "Organization", "name": "Li Ng"}, [("", "", "Li Ng")]),
        ({"name": "Institute of the sea"}, [("", "", "Institute of the sea")]),
        ({"@type": "Role", "creator": {"@type": "Person", "name": "Ng, Li"}}, [("Ng", "Li", "")]),
        (
            {"@list": [{"@type": "Person", "name": "B"}, {"@type": "Person", "name": "A"}]},
            [("B", "", ""), ("A", "", "")],
        ),
    ],
    ids=["text", "name", "family", "organisation", "no type", "role", "list"],
)
def test_creators_of_every_form(value: Any, creators: list[tuple[str, str, str]]) -> None:
    found = _read({"creator": value}).record.creators
    assert [(agent.family_name, agent.given_name, agent.organisation) for agent in found] == creators


def test_an_orcid_is_found_wherever_it_stands() -> None:
    address = "https://orcid.org/0000-0002-1825-0097"
    for where in ({"@id": address}, {"sameAs": address}, {"identifier": {"@type": "PropertyValue", "value": address}}):
        (agent,) = _read({"author": {"@type": "Person", "name": "Ng, Li"} | where}).record.creators
        assert agent.orcid == "0000-0002-1825-0097"


def test_mails_are_read_and_never_written() -> None:
    reading = _read({"creator": {"@type": "Person", "name": "Ng, Li", "email": "mailto:li@example.org"}})
    assert reading.record.creators[0].email == "li@example.org"
    assert b"example.org" not in write_schema_org(reading.record, "https://data.example.net/1/")


@pytest.mark.parametrize(
    ("geo", "box"),
    [
        ({"@type": "GeoShape", "box": "-21.4 55.2 -20.8 55.9"}, (55.2, -21.4, 55.9, -20.8)),
        ({"@type": "GeoShape", "box": "-21.4,55.2 -20.8,55.9"}, (55.2, -21.4, 55.9, -20.8)),
        ({"@type": "GeoCoordinates", "latitude": "-21", "longitude": 55.5}, (55.5, -21.0, 55.5, -21.0)),
        ({"@type": "GeoShape", "polygon": "-21 55 -21 56 -20 56 -21 55"}, (55.0, -21.0, 56.0, -20.0)),
    ],
    ids=["spaces", "commas", "point", "polygon"],
)
def test_places_of_every_form(geo: Any, box: tuple[float, ...]) -> None:
    reading = _read({"spatialCoverage": {"@type": "Place", "geo": geo}})
    (extent,) = reading.record.extents
    assert (extent.box.west, extent.box.south, extent.box.east, extent.box.north) == box
    assert reading.remarks == ()


def test_a_box_with_swapped_axes_is_put_right_and_told() -> None:
    reading = _read({"spatialCoverage": {"@type": "Place", "geo": {"@type": "GeoShape", "box": "165.2 -21 166.9 -20"}}})
    assert reading.record.extents[0].box.west == 165.2
    assert _kinds(reading) == [("swapped", "$.spatialCoverage.geo.box")]


@pytest.mark.parametrize(
    ("text", "start", "end", "ongoing"),
    [
        ("2020", dt.date(2020, 1, 1), dt.date(2020, 12, 31), False),
        ("2020-02/2020-03", dt.date(2020, 2, 1), dt.date(2020, 3, 31), False),
        ("2020-02-01/..", dt.date(2020, 2, 1), None, True),
        ("2020-02-01/", dt.date(2020, 2, 1), None, False),
    ],
)
def test_periods_of_every_form(text: str, start: dt.date, end: dt.date | None, ongoing: bool) -> None:
    (period,) = _read({"temporalCoverage": text}).record.periods
    assert (period.start, period.end, period.ongoing) == (start, end, ongoing)


@pytest.mark.parametrize(
    "value",
    [
        "https://creativecommons.org/licenses/by/4.0/",
        "http://creativecommons.org/licenses/by/4.0/legalcode",
        "CC-BY-4.0",
        "https://spdx.org/licenses/CC-BY-4.0",
        {"@type": "CreativeWork", "name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0"},
    ],
    ids=str,
)
def test_a_licence_is_known_by_any_of_its_names(value: Any) -> None:
    assert _read({"license": value}).record.licence == "CC-BY-4.0"


def test_a_download_without_checksum_is_a_link_and_one_with_it_a_file() -> None:
    plain = {"@type": "DataDownload", "contentUrl": "https://example.org/a.csv", "name": "A"}
    whole = {
        **plain,
        "contentUrl": "https://example.org/b.csv",
        "sha256": "AB" * 32,
        "contentSize": "1 kB",
        "name": "b.csv",
    }
    record = _read({"distribution": [plain, whole]}).record
    assert [(item.identifier, item.relation) for item in record.related] == [("https://example.org/a.csv", "HasPart")]
    assert [(file.path, file.bytes, file.sha256) for file in record.files] == [("b.csv", 1000, "ab" * 32)]


def test_access_is_read_from_our_words_and_from_whether_it_is_free() -> None:
    assert read_schema_org(write_schema_org(pacific_record(), PAGE)).record.access == pacific_record().access
    closed = _read({"isAccessibleForFree": False, "conditionsOfAccess": "On request"}).record.access
    assert (closed.kind, closed.conditions.en) == (AccessKind.RESTRICTED, "On request")


def test_languages_other_than_ours_are_left_over() -> None:
    names = [{"@language": "de", "@value": "Meereis"}, {"@language": "en-GB", "@value": "Sea ice"}]
    reading = _read({"name": names})
    assert reading.record.title == Text(en="Sea ice")
    assert [(item.where, item.value) for item in reading.leftovers if item.value == "Meereis"]


def test_the_second_of_two_datasets_is_told() -> None:
    reading = _read([{"@context": "https://schema.org", "@type": "Dataset", "name": name} for name in "AB"])
    assert reading.record.title.en == "A"
    assert _kinds(reading) == [("several", "$[1]")]


def test_a_dataset_inside_a_page_is_found() -> None:
    page = {"@context": "https://schema.org", "@type": "WebPage", "mainEntity": {"@type": "Dataset", "name": "Inside"}}
    assert _read([page]).record.title.en == "Inside"


def test_what_has_no_place_in_a_record_is_left_over_with_its_path() -> None:
    reading = _read({"countryOfOrigin": {"@type": "Country", "name": "France"}, "isFamilyFriendly": True})
    assert {item.where for item in reading.leftovers} >= {"$.countryOfOrigin.name", "$.isFamilyFriendly"}


def test_values_that_cannot_be_read_are_remarks_with_their_path() -> None:
    reading = _read(
        {
            "datePublished": "soon",
            "temporalCoverage": "long ago",
            "spatialCoverage": {"@type": "Place", "geo": {"@type": "GeoShape", "box": "1 2 3"}},
            "funding": {"@type": "Grant", "name": "A grant"},
            "contributor": {"@type": "Role", "roleName": "Cook", "contributor": {"@type": "Person", "name": "Ng, Li"}},
        }
    )
    assert sorted(_kinds(reading)) == [
        ("missing", "$.funding"),
        ("unknown_code", "$.contributor"),
        ("unreadable", "$.datePublished"),
        ("unreadable", "$.spatialCoverage"),
        ("unreadable", "$.spatialCoverage.geo.box"),
        ("unreadable", "$.temporalCoverage"),
    ]
    assert reading.record.contributors[0].role is ContributorRole.OTHER


@pytest.mark.parametrize("content", [{"a": 1}, [], [1, "x"], {"@graph": []}, {"@type": 7}, {"@type": "lower case"}])
def test_what_is_of_no_type_is_refused(content: Any) -> None:
    with pytest.raises(RecordError, match=r"schema\.org"):
        read_schema_org(json.dumps(content).encode())


def test_a_document_is_given_the_same_uuid_each_time() -> None:
    content = {"identifier": "https://doi.org/10.5072/abc"}
    assert _read(content).record.uuid == _read(content, name="Another").record.uuid
    assert _read({}).record.uuid == _read({}).record.uuid != _read({"name": "Another"}).record.uuid


@pytest.mark.parametrize("depth", [200, 400, 2000])
def test_deep_nesting_ends(depth: int) -> None:
    inner = '{"@type": "Thing", "isPartOf": [' * depth + "]}" * depth
    document = f'{{"@context": "https://schema.org", "@type": "Dataset", "name": "A", "isPartOf": {inner}}}'
    started = time.process_time()
    with suppress(RecordError):
        assert read_schema_org(document.encode()).record.title.en == "A"
    assert time.process_time() - started < 5


def test_a_document_of_many_nodes_is_read_in_time() -> None:
    terms = [{"@id": f"#t{number}", "@type": "DefinedTerm", "name": f"T{number}"} for number in range(5000)]
    root = {"@id": "#d", "@type": "Dataset", "name": "D", "keywords": [{"@id": term["@id"]} for term in terms]}
    started = time.process_time()
    assert len(_read([{"@context": "https://schema.org", "@graph": [root, *terms]}]).record.keywords) == 5000
    assert time.process_time() - started < 10


# -- real documents --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def real(shared_data: Path) -> dict[str, Reading]:
    """Every schema.org and codemeta document of the shared data, by name."""
    folder = shared_data / "metadata" / "datacite" / "bolognese"
    paths = sorted([*folder.glob("schema_org*.json"), *folder.glob("codemeta*.json")])
    return {path.stem: read_schema_org(path.read_bytes()) for path in paths}


#: name -> DOI, type, licence, first creator, number of creators, publisher
FACTS = {
    "codemeta": ("10.5063/F1M61H5X", "software", "Apache-2.0", "Matt Jones", 3, "https://cran.r-project.org"),
    "codemeta_v2": ("10.5063/F1M61H5X", "software", "Apache-2.0", "Matt Jones", 3, "https://cran.r-project.org"),
    "schema_org": ("10.5438/4K3M-NYVG", "text", "CC-BY-4.0", "Martin Fenner", 1, "DataCite"),
    "schema_org_4.6_attributes": (
        "10.82433/b09z-4k37",
        "other",
        "CC-BY-4.0",
        "ExampleGivenName ExampleFamilyName",
        2,
        "Example Publisher",
    ),
    "schema_org_geolocation": ("10.6071/z7wc73", "dataset", "CC-BY-4.0", "Roger Bales", 6, "UC Merced"),
    "schema_org_geoshape": (
        "10.1594/PANGAEA.842237",
        "dataset",
        "CC-BY-3.0",
        "Tara Oceans Consortium, Coordinators",
        2,
        "PANGAEA",
    ),
    "schema_org_gtex": ("10.25491/d50j-3083", "dataset", "", "The GTEx Consortium", 1, "GTEx"),
    "schema_org_list": ("10.23725/7jg3-v803", "dataset", "", "TOPMed", 1, "TOPMed"),
    "schema_org_topmed": ("10.23725/8na3-9s47", "dataset", "", "TOPMed IRC", 1, "TOPMed"),
    "schema_org_type_as_array": ("10.5438/4k3m-nyvg", "text", "CC-BY-4.0", "Martin Fenner", 1, "DataCite"),
}


def test_every_real_document_is_read(real: dict[str, Reading]) -> None:
    found = {
        name: (
            record.doi,
            record.resource_type.value,
            record.licence,
            record.creators[0].display_name,
            len(record.creators),
            record.publisher.name if record.publisher else "",
        )
        for name, record in ((name, reading.record) for name, reading in real.items())
    }
    assert found == FACTS
    assert all(reading.record.title for reading in real.values())
    without = {name for name, reading in real.items() if not reading.record.abstract}
    assert without == {"schema_org_gtex", "schema_org_topmed"}


def test_real_documents_are_read_with_few_remarks(real: dict[str, Reading]) -> None:
    assert {name: _kinds(reading) for name, reading in real.items() if reading.remarks} == {
        "schema_org_4.6_attributes": [("missing", "$.citation[0]"), ("missing", "$.citation[1]")],
        "schema_org_list": [("several", "$[1]")],
    }


def test_the_place_and_time_of_the_tara_expedition(real: dict[str, Reading]) -> None:
    record = real["schema_org_geoshape"].record
    (extent,), (period,) = record.extents, record.periods
    assert (extent.box.west, extent.box.south, extent.box.east, extent.box.north) == (
        -168.5182,
        -64.3088,
        174.9006,
        79.6753,
    )
    assert period.start == dt.datetime(2009, 9, 7, tzinfo=dt.UTC)
    assert (record.related[0].identifier, record.related[0].relation) == (
        "https://doi.org/10.1038/sdata.2015.23",
        "References",
    )
    assert record.date(DateKind.ISSUED) == dt.date(2015, 2, 3)


def test_the_people_of_a_real_page_have_their_identifiers(real: dict[str, Reading]) -> None:
    record = real["schema_org_4.6_attributes"].record
    assert record.creators[0].orcid == "0000-0001-5727-2427"
    assert record.creators[0].affiliations[0].ror == "https://ror.org/04wxnsj81"
    assert record.creators[1].ror == "https://ror.org/04wxnsj81"
    roles = [(item.agent.display_name, item.role.value) for item in record.contributors]
    assert roles == [("Jane Doe", "Editor"), ("John Smith", "Editor"), ("Cody Ross", "Translator")]


def test_a_person_written_small_is_one_by_its_orcid(real: dict[str, Reading]) -> None:
    first, second, third = real["codemeta"].record.creators
    assert (first.family_name, first.given_name, first.orcid) == ("Jones", "Matt", "0000-0003-0077-4738")
    assert (second.family_name, second.orcid) == ("Slaughter", "0000-0002-2192-403X")
    assert third.organisation == "University of California, Santa Barbara"


def test_the_funders_of_real_pages(real: dict[str, Reading]) -> None:
    grants = real["schema_org_gtex"].record.funding
    assert len(grants) == 7
    assert (grants[0].funder, grants[0].funder_id) == (
        "Common Fund of the Office of the Director of the NIH",
        "https://doi.org/10.13039/100000052",
    )


def test_real_documents_come_back_from_what_we_write(real: dict[str, Reading]) -> None:
    for reading in real.values():
        record = reading.record
        back = read_schema_org(write_schema_org(record, PAGE)).record
        kept = {"doi", "title", "abstract", "keywords", "dates", "extents", "periods", "licence", "related", "funding"}
        assert {name: getattr(back, name) for name in kept} == {name: getattr(record, name) for name in kept}
