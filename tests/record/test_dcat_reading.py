# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we read of DCAT that others write: old versions, national profiles, JSON-LD without its context, mistakes."""

from __future__ import annotations

import datetime as dt
import json
import socket
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.errors import RecordError
from terracite.record.dcat import read_dcat_ap, read_dcat_ap_jsonld, read_dcat_ap_xml
from terracite.record.model import (
    OPEN_ACCESS,
    Access,
    AccessKind,
    Agent,
    Box,
    ContributorRole,
    DateKind,
    Era,
    KeywordKind,
    Organisation,
    Period,
    Record,
    ReferenceSystem,
    Related,
    Resolution,
    ResourceType,
    Text,
)
from terracite.record.reading import Reading

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix geodcatap: <http://data.europa.eu/930/> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix time: <http://www.w3.org/2006/time#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
EU = "http://publications.europa.eu/resource/authority/"
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def _read(facts: str, more: str = "") -> Reading:
    """A dataset with these facts in Turtle, and other statements."""
    title = "" if "dct:title" in facts else 'dct:title "A dataset"@en ;'
    return read_dcat_ap(f"{PREFIXES} <http://x.example/d> a dcat:Dataset ; {title} {facts} . {more}".encode())


def _record(facts: str, more: str = "") -> Record:
    return _read(facts, more).record


def _kinds(reading: Reading) -> list[tuple[str, str]]:
    return [(item.where, item.kind) for item in reading.remarks]


def _left(reading: Reading) -> dict[str, str]:
    return {item.where: item.value for item in reading.leftovers}


def _json(content: Mapping[str, Any]) -> Reading:
    return read_dcat_ap_jsonld(json.dumps(content).encode())


# -- JSON-LD and its context

SAYS = {
    "@id": "http://x.example/d",
    "@type": "Dataset",
    "title": {"@language": "en", "@value": "A dataset"},
    "keyword": [{"@language": "en", "@value": "soil"}],
    "licence": f"{EU}licence/CC_BY_4_0",
}


@pytest.mark.parametrize(
    "address",
    [
        "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
        "https://semiceu.github.io/uri.semic.eu-generated/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld",
    ],
)
def test_the_context_of_dcat_ap_is_known_and_not_fetched(address: str) -> None:
    reading = _json({"@context": address, **SAYS})
    assert reading.remarks == ()
    assert reading.record.title == Text(en="A dataset")
    assert [keyword.label.en for keyword in reading.record.keywords] == ["soil"]
    assert reading.record.licence == "CC-BY-4.0"


@pytest.mark.parametrize(
    "context",
    [
        "http://127.0.0.1:9/context.jsonld",
        ["http://127.0.0.1:9/context.jsonld", {"soil": "http://x.example/soil"}],
        {"@import": "http://127.0.0.1:9/context.jsonld", "@version": 1.1},
        "file:///etc/hostname",
    ],
    ids=["address", "among others", "import", "file"],
)
def test_any_other_context_is_not_fetched_and_said(context: Any) -> None:
    reading = _json({"@context": context, **SAYS})
    assert [(item.where, item.kind) for item in reading.remarks] == [("$.@context", "elsewhere")]
    assert reading.record.title == Text(en="A dataset")


def test_a_context_inside_a_node_is_not_fetched_either() -> None:
    publisher = {"@context": "http://127.0.0.1:9/c.jsonld", "@type": "Agent", "name": "An agency"}
    reading = _json({"@context": {"ex": "http://x.example/"}, **SAYS, "publisher": publisher})
    assert [item.kind for item in reading.remarks] == ["elsewhere"]
    assert reading.record.publisher == Organisation(name="An agency")


def test_a_key_that_no_context_explains_is_a_leftover() -> None:
    reading = _json({"@context": "https://example.org/c/dcat-ap.jsonld", **SAYS, "colour": "blue"})
    assert list(_left(reading).values()) == ["blue"]


def test_a_document_with_its_own_context_needs_no_other() -> None:
    own = {"d": "http://www.w3.org/ns/dcat#", "name": {"@id": "http://purl.org/dc/terms/title", "@language": "fr"}}
    reading = _json({"@context": own, "@type": "d:Dataset", "name": "Un jeu"})
    assert (reading.record.title, reading.remarks) == (Text(fr="Un jeu"), ())


# -- which dataset

TWO = "<urn:b> a dcat:Dataset ; dct:title 'B'@en . <urn:a> a dcat:Dataset ; dct:title 'A'@en ."


def test_the_first_of_several_datasets_is_read_and_the_others_are_told() -> None:
    reading = read_dcat_ap((PREFIXES + TWO).encode())
    assert (reading.record.title.en, [item.kind for item in reading.remarks]) == ("B", ["twice"])


def test_the_dataset_that_a_record_is_about_comes_first() -> None:
    reading = read_dcat_ap((PREFIXES + TWO + "<urn:r> a dcat:CatalogRecord ; foaf:primaryTopic <urn:a> .").encode())
    assert (reading.record.title.en, reading.remarks) == ("A", ())


def test_a_dataset_that_is_only_a_source_of_another_is_not_the_one() -> None:
    facts = (
        "<urn:b> a dcat:Dataset ; dct:title 'B'@en . <urn:a> a dcat:Dataset ; dct:title 'A'@en ; dct:source <urn:b> ."
    )
    reading = read_dcat_ap((PREFIXES + facts).encode())
    assert (reading.record.title.en, reading.remarks) == ("A", ())


def test_a_service_or_a_series_is_read_as_what_it_is() -> None:
    for kind, expected in (("DataService", ResourceType.SERVICE), ("DatasetSeries", ResourceType.COLLECTION)):
        document = f"{PREFIXES} <urn:a> a dcat:{kind} ; dct:title 'A'@en ."
        assert read_dcat_ap(document.encode()).record.resource_type is expected


@pytest.mark.parametrize(
    "document",
    [b"<urn:a> <urn:b> <urn:c> .", b"{}", b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"],
)
def test_rdf_without_a_dataset_is_refused(document: bytes) -> None:
    with pytest.raises(RecordError, match=r"describes no dcat:Dataset") as caught:
        read_dcat_ap(document)
    assert caught.value.hint


@pytest.mark.parametrize("document", [b"not RDF", b"<a/>", b"@prefix", b"<urn:a> a", b"[1, 2"])
def test_what_is_not_rdf_is_refused_with_a_cure(document: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        read_dcat_ap(document)
    assert caught.value.hint


def test_rdf_in_the_envelope_of_a_protocol_is_found() -> None:
    rdf = (
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:d='http://www.w3.org/ns/dcat#' "
        "xmlns:t='http://purl.org/dc/terms/'><d:Dataset><t:title xml:lang='fr'>Un jeu</t:title></d:Dataset></rdf:RDF>"
    )
    document = f"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><metadata>{rdf}</metadata></OAI-PMH>"
    assert read_dcat_ap_xml(document.encode()).record.title == Text(fr="Un jeu")


# -- texts and languages


def test_words_of_a_person_come_before_those_of_a_machine() -> None:
    reading = _read("dct:title 'Stadt'@de, 'Machine'@en-t-de-t0-mtec, 'City'@en, 'Ville'@fr-t-de-t0-mtec")
    assert reading.record.title == Text(en="City", fr="Ville")
    assert sorted(_left(reading).values()) == ["Machine", "Stadt"]


def test_a_title_in_another_language_is_kept_with_a_remark() -> None:
    reading = _read("dct:title 'Stadt'@de")
    assert (reading.record.title, _kinds(reading)) == (Text(en="Stadt"), [("dcat:Dataset/dct:title", "repaired")])


def test_no_title_is_said() -> None:
    reading = read_dcat_ap(f"{PREFIXES} <http://x.example/d> a dcat:Dataset .".encode())
    assert _kinds(reading) == [("dcat:Dataset", "missing")]


@pytest.mark.parametrize("code", [f"<{EU}language/FRA>", "'fr'", "<http://id.loc.gov/vocabulary/iso639-1/fr>", "'fre'"])
def test_languages_are_read_from_any_list(code: str) -> None:
    assert _record(f"dct:language {code}").data_languages == ("fr",)


# -- places

BOX = Box(west=55.2, south=-21.4, east=55.9, north=-20.8)
WKT = "POLYGON((55.2 -21.4,55.9 -21.4,55.9 -20.8,55.2 -20.8,55.2 -21.4))"
LAT_LON = "POLYGON((-21.4 55.2,-21.4 55.9,-20.8 55.9,-20.8 55.2,-21.4 55.2))"
JSON_POLYGON = json.dumps(
    {"type": "Polygon", "coordinates": [[[55.2, -21.4], [55.9, -21.4], [55.9, -20.8], [55.2, -20.8]]]}
)


@pytest.mark.parametrize(
    "place",
    [
        f'[ dcat:bbox "{WKT}"^^geo:wktLiteral ]',
        f'[ dcat:bbox "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> {WKT}"^^geo:wktLiteral ]',
        f'[ dcat:bbox "<http://www.opengis.net/def/crs/EPSG/0/4326> {LAT_LON}"^^geo:wktLiteral ]',
        f'[ dcat:bbox "SRID=4326;{WKT}"^^geo:wktLiteral ]',
        f'[ locn:geometry "{WKT}"^^geo:wktLiteral ]',
        f"[ locn:geometry '{JSON_POLYGON}' ]",
        f'[ locn:geometry [ geo:asWKT "{WKT}"^^geo:wktLiteral ] ]',
        f"[ geo:hasGeometry [ geo:asGeoJSON '{JSON_POLYGON}' ] ]",
        "[ dcat:bbox 'ENVELOPE(55.2, 55.9, -20.8, -21.4)' ]",
        f"'{WKT}'",
        "'55.2,-21.4,55.9,-20.8'",
        "'northlimit=-20.8; southlimit=-21.4; westlimit=55.2; eastlimit=55.9'",
    ],
)
def test_a_box_is_read_from_any_geometry(place: str) -> None:
    reading = _read(f"dct:spatial {place}")
    assert [extent.box for extent in reading.record.extents] == [BOX]
    assert reading.remarks == () == reading.leftovers


def test_a_box_whose_sides_are_swapped_is_repaired() -> None:
    reading = _read("dct:spatial [ dcat:bbox 'ENVELOPE(55.2, 55.9, -21.4, -20.8)' ]")
    assert [extent.box for extent in reading.record.extents] == [BOX]


def test_two_boxes_that_meet_at_the_antimeridian_are_one() -> None:
    parts = "((176 -19,180 -19,180 -15,176 -15,176 -19)),((-180 -19,-178 -19,-178 -15,-180 -15,-180 -19))"
    record = _record(f"dct:spatial [ dcat:bbox 'MULTIPOLYGON({parts})' ]")
    assert [extent.box for extent in record.extents] == [Box(west=176, south=-19, east=-178, north=-15)]


@pytest.mark.parametrize(
    "geometry",
    [
        "<http://www.opengis.net/def/crs/EPSG/0/2154> POINT(650000 6860000)",
        "POLYGON((a b))",
        "POINT(400 1000)",
        '{"type": "Polygon", "coordinates": "none"}',
    ],
)
def test_a_geometry_that_is_not_in_degrees_is_said_and_left(geometry: str) -> None:
    reading = _read(f"dct:spatial [ dcat:bbox '{geometry}' ]")
    assert reading.record.extents == ()
    assert {item.kind for item in reading.remarks} <= {"unreadable", "refused"}
    assert reading.remarks


def test_a_place_without_box_is_a_keyword_of_place() -> None:
    country = f"{EU}country/MLT"
    found = _record(f"dct:spatial <{country}>, <http://geo.example/9/>, 'Nice'").keywords
    assert {(item.label.en, item.label.fr, item.uri) for item in found} == {
        ("Malta", "Malte", country),
        ("9", "", "http://geo.example/9/"),
        ("Nice", "", ""),
    }
    assert {item.kind for item in found} == {KeywordKind.PLACE}


@pytest.mark.parametrize(
    "system",
    [
        "dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/32740>",
        "geodcatap:referenceSystem <http://www.opengis.net/def/crs/EPSG/0/32740>",
        "dct:conformsTo <urn:ogc:def:crs:EPSG::32740>",
        "dct:conformsTo [ dct:type <http://inspire.ec.europa.eu/glossary/SpatialReferenceSystem> ; "
        "dct:identifier 'EPSG:32740' ]",
    ],
)
def test_reference_systems_are_told_from_other_standards(system: str) -> None:
    reading = _read(f"{system} ; dct:conformsTo <http://standards.example/other>")
    assert reading.record.reference_systems == (ReferenceSystem(code="EPSG:32740"),)
    assert list(_left(reading).values()) == ["http://standards.example/other"]


def test_resolutions_are_metres_or_scales() -> None:
    assert _record("dcat:spatialResolutionInMeters 10.0").resolutions == (Resolution(distance_m=10),)
    assert _record("geodcatap:spatialResolutionAsText '1:25 000'").resolutions == (Resolution(scale=25_000),)
    reading = _read("dcat:spatialResolutionInMeters 'fine'")
    assert _kinds(reading) == [("dcat:Dataset/dcat:spatialResolutionInMeters", "unreadable")]


# -- times

YEAR = Period(start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31))


@pytest.mark.parametrize(
    "period",
    [
        "[ dcat:startDate '2023-01-01'^^xsd:date ; dcat:endDate '2023-12-31'^^xsd:date ]",
        "[ schema:startDate '2023-01-01'^^xsd:date ; schema:endDate '2023-12-31'^^xsd:date ]",
        "[ dcat:startDate '2023'^^xsd:gYear ; dcat:endDate '2023'^^xsd:gYear ]",
        "[ dcat:startDate '2023-01'^^xsd:gYearMonth ; dcat:endDate '2023-12'^^xsd:gYearMonth ]",
        "[ time:hasBeginning [ time:inXSDDate '2023-01-01'^^xsd:date ] ; "
        "time:hasEnd [ time:inXSDDate '2023-12-31'^^xsd:date ] ]",
        "'2023-01-01/2023-12-31'",
    ],
)
def test_a_period_is_read_from_any_words(period: str) -> None:
    reading = _read(f"dct:temporal {period}")
    assert (reading.record.periods, reading.remarks, reading.leftovers) == ((YEAR,), (), ())


def test_moments_become_utc() -> None:
    start = "'2023-01-01T02:00:00+04:00'^^xsd:dateTime"
    (period,) = _record(f"dct:temporal [ dcat:startDate {start} ]").periods
    assert period.start == dt.datetime(2022, 12, 31, 22, tzinfo=dt.UTC)


def test_years_outside_of_the_calendar_are_an_era() -> None:
    facts = "[ skos:prefLabel 'Roman'@en ; dcat:startDate '-0026'^^xsd:gYear ; dcat:endDate '0476'^^xsd:gYear ]"
    record = _record(f"dct:temporal {facts}")
    assert record.eras == (Era(name=Text(en="Roman"), oldest_year=-26, youngest_year=476),)


@pytest.mark.parametrize("wrong", ["[ dcat:startDate 'spring' ]", "'whenever'", "[ dcat:startDate '2023-13-45' ]"])
def test_a_period_that_is_none_is_said(wrong: str) -> None:
    reading = _read(f"dct:temporal {wrong}")
    assert (reading.record.periods, [item.kind for item in reading.remarks]) == ((), ["unreadable"])


def test_dates_keep_their_precision_or_are_said() -> None:
    reading = _read("dct:issued '2019'^^xsd:gYear ; dct:modified 'soon' ; dct:created '2018-05-04T10:00:00'")
    dates = {date.kind: date.text for date in reading.record.dates}
    assert dates == {DateKind.ISSUED: "2019", DateKind.CREATED: "2018-05-04"}
    assert _kinds(reading) == [("dcat:Dataset/dct:modified", "unreadable")]


# -- people


def test_agents_are_read_from_things_literals_and_addresses() -> None:
    reading = _read(
        "dct:creator 'Lebrun, Zoé', [ a foaf:Person ; foaf:name 'Li Ng' ], "
        "[ a foaf:Organization ; foaf:name 'Une agence' ], <http://x.example/agency/ACME>"
    )
    assert reading.record.creators == (
        Agent(family_name="Lebrun", given_name="Zoé"),
        Agent(family_name="Ng", given_name="Li"),
        Agent(organisation="Une agence"),
        Agent(organisation="ACME"),
    )
    assert _kinds(reading) == [("dcat:Dataset/dct:creator[4]", "elsewhere")]


def test_an_address_of_mail_is_read_and_never_a_name() -> None:
    contact = "[ a vcard:Organization ; vcard:fn 'a@example.org' ; vcard:hasEmail <mailto:a@example.org> ]"
    (agent,) = _record(f"dcat:contactPoint {contact}").contacts
    assert (agent.email, agent.name) == ("a@example.org", "example.org")


def test_an_orcid_is_read_from_address_or_identifier() -> None:
    for person in (
        "<https://orcid.org/0000-0002-1825-0097>",
        "[ dct:identifier '0000-0002-1825-0097' ; foaf:name 'Li Ng' ]",
    ):
        more = "<https://orcid.org/0000-0002-1825-0097> foaf:name 'Li Ng' ."
        (agent,) = _record(f"dct:creator {person}", more).creators
        assert agent == Agent(family_name="Ng", given_name="Li", orcid="0000-0002-1825-0097")


@pytest.mark.parametrize(
    ("role", "expected", "remarks"),
    [
        (f"<{INSPIRE}ResponsiblePartyRole/custodian>", ContributorRole.DATA_CURATOR, []),
        ("[ skos:notation 'Sponsor' ]", ContributorRole.SPONSOR, []),
        ("<http://www.iso.example/codes#CI_RoleCode/owner>", ContributorRole.RIGHTS_HOLDER, []),
        ("<http://x.example/roles/cook>", ContributorRole.OTHER, ["unknown_code"]),
    ],
)
def test_roles_of_any_list_are_read(role: str, expected: ContributorRole, remarks: list[str]) -> None:
    agent = "[ a foaf:Organization ; foaf:name 'X' ]"
    reading = _read(f"prov:qualifiedAttribution [ prov:agent {agent} ; dcat:hadRole {role} ]")
    assert [item.role for item in reading.record.contributors] == [expected]
    assert [item.kind for item in reading.remarks] == remarks


def test_a_second_publisher_is_said() -> None:
    reading = _read("dct:publisher 'One', 'Two'")
    assert (reading.record.publisher, [item.kind for item in reading.remarks]) == (Organisation(name="One"), ["twice"])


# -- licence, access, links, files


@pytest.mark.parametrize(
    "licence",
    [
        f"<{EU}licence/CC_BY_4_0>",
        "<https://creativecommons.org/licenses/by/4.0/>",
        "<http://creativecommons.org/licenses/by/4.0/legalcode>",
        "'CC-BY-4.0'",
        "[ rdfs:label 'Creative Commons Attribution 4.0 International' ]",
    ],
)
def test_a_licence_is_its_spdx_identifier(licence: str) -> None:
    assert _record(f"dct:license {licence}").licence == "CC-BY-4.0"
    assert _record(f"dcat:distribution [ dct:license {licence} ]").licence == "CC-BY-4.0"


def test_an_unknown_licence_keeps_its_address() -> None:
    assert _record("dct:license <http://x.example/terms>").licence == "http://x.example/terms"


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (f"<{EU}access-right/PUBLIC>", OPEN_ACCESS),
        (f"<{EU}access-right/RESTRICTED>", Access(kind=AccessKind.RESTRICTED)),
        (f"<{INSPIRE}LimitationsOnPublicAccess/noLimitations>", OPEN_ACCESS),
        ("'ask us'@en", Access(conditions=Text(en="ask us"))),
        ("[ rdfs:label 'demandez'@fr ]", Access(conditions=Text(fr="demandez"))),
    ],
)
def test_rights_of_access_are_a_kind_or_words(right: str, expected: Access) -> None:
    assert _record(f"dct:accessRights {right}").access == expected


def test_links_of_every_kind_become_relations() -> None:
    reading = _read(
        "dct:isReferencedBy <https://doi.org/10.5072/a> ; foaf:page <http://x.example/manual> ; "
        "dcat:qualifiedRelation [ dct:relation <http://x.example/b> ; dcat:hadRole <http://x.example/roles#Cites> ]"
    )
    assert {(item.identifier, item.relation) for item in reading.record.related} == {
        ("http://x.example/b", "Cites"),
        ("https://doi.org/10.5072/a", "IsReferencedBy"),
        ("http://x.example/manual", "IsDocumentedBy"),
    }


def test_a_distribution_without_size_and_checksum_is_a_link() -> None:
    facts = "[ dct:title 'Map service'@en ; dcat:accessURL <http://x.example/wms> ; dcat:mediaType 'image/png' ]"
    reading = _read(f"dcat:distribution {facts}")
    assert reading.record.files == ()
    assert reading.record.related == (
        Related(identifier="http://x.example/wms", relation="HasPart", title="Map service"),
    )
    assert _left(reading) == {"dcat:Dataset/dcat:distribution/dcat:mediaType": "image/png"}


def test_what_the_record_has_no_place_for_is_left_with_its_place() -> None:
    reading = _read(f"dct:accrualPeriodicity <{EU}frequency/ANNUAL> ; <http://x.example/colour> 'blue', 'red'")
    assert _left(reading) == {
        "dcat:Dataset/dct:accrualPeriodicity": f"{EU}frequency/ANNUAL",
        "dcat:Dataset/http://x.example/colour[1]": "blue",
        "dcat:Dataset/http://x.example/colour[2]": "red",
    }


# -- identity


def test_the_same_document_gives_the_same_uuid_and_another_dataset_another() -> None:
    assert _record("").uuid == _record("dct:description 'x'@en").uuid
    other = read_dcat_ap(f"{PREFIXES} <http://x.example/e> a dcat:Dataset ; dct:title 'A'@en .".encode())
    assert other.record.uuid != _record("").uuid


def test_a_uuid_of_the_document_is_kept() -> None:
    uuid = "22c7f7fa-8e13-4058-ad3a-28f0b8a37034"
    assert str(_record(f"dct:identifier '{uuid}'").uuid) == uuid


# -- hostile


def test_a_list_that_bites_its_tail_ends() -> None:
    bibo = "<http://purl.org/ontology/bibo/authorList>"
    rest = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
    assert _read(f"{bibo} <urn:l> ; dct:creator 'A B'", f"<urn:l> {rest} <urn:l> .").record.creators


def test_things_that_refer_to_each_other_end() -> None:
    more = "<urn:p> dct:relation <urn:q> . <urn:q> dct:relation <urn:p> ; dct:title 'q' ."
    assert _read("dct:relation <urn:p> ; dcat:inSeries <http://x.example/d>", more).record.title


@pytest.mark.parametrize("brackets", ["[ dct:a " * 3_000, "( " * 3_000])
def test_turtle_that_is_nested_too_deeply_is_refused(brackets: str) -> None:
    with pytest.raises(RecordError, match="nested too deeply"):
        _read(f"dct:relation {brackets}")


def test_rdf_that_is_too_large_is_refused_at_once() -> None:
    started = time.process_time()
    for document in (b"<urn:a> a <urn:b> .\n" * 300_000, b"<rdf:RDF " + b" " * 5_000_000 + b"/>"):
        with pytest.raises(RecordError, match="the most RDF that is read is 5,000,000"):
            read_dcat_ap(document)
    assert time.process_time() - started < 1


VALUES = ["'x'", "'2023'", "<urn:x>", "[]", "[dct:title'x']", "'-1'", "('a'[])", "''", "'a@b.example'", "1e400", "true"]
NAMES = [
    "dct:title",
    "dct:description",
    "dct:language",
    "dct:type",
    "dct:subject",
    "dct:creator",
    "dct:publisher",
    "dct:spatial",
    "dct:temporal",
    "dct:issued",
    "dct:modified",
    "dct:license",
    "dct:accessRights",
    "dct:rights",
    "dct:conformsTo",
    "dct:provenance",
    "dct:relation",
    "dct:identifier",
    "dct:isVersionOf",
    "dcat:theme",
    "dcat:keyword",
    "dcat:contactPoint",
    "dcat:distribution",
    "dcat:inSeries",
    "dcat:version",
    "dcat:landingPage",
    "dcat:spatialResolutionInMeters",
    "dcat:temporalResolution",
    "dcat:qualifiedRelation",
    "dcat:previousVersion",
    "prov:qualifiedAttribution",
    "prov:wasGeneratedBy",
    "prov:wasDerivedFrom",
    "adms:identifier",
    "adms:versionNotes",
    "adms:representationTechnique",
    "foaf:page",
    "foaf:depiction",
    "schema:variableMeasured",
    "schema:funding",
    "geodcatap:referenceSystem",
    "geodcatap:topicCategory",
    "<http://www.w3.org/ns/dqv#hasQualityMeasurement>",
    "<http://purl.org/ontology/bibo/authorList>",
]


@given(facts=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_any_value_of_any_property_is_read_or_said(facts: list[tuple[str, str]]) -> None:
    """Never an exception; a literal that is no value of the record is a remark or a leftover."""
    reading = _read(" ; ".join(f"{name} {value}" for name, value in facts))
    assert all(item.message.fr and item.message.en for item in reading.remarks)


TOKENS = ["'TOKEN'", "<http://x.example/TOKEN>", "[ dct:title 'TOKEN'@en ]", "[ rdfs:label 'TOKEN' ]", "'TOKEN'@de"]


@pytest.mark.parametrize("value", TOKENS)
@pytest.mark.parametrize("before", ["", "'first', ", "[ rdfs:label 'first'@en ], "], ids=["alone", "second", "other"])
def test_no_value_is_passed_over_in_silence(before: str, value: str) -> None:
    """What a property says is in the record, in a remark, or among the leftovers; also when it says two things."""
    lost = []
    for name in NAMES:
        reading = _read(f"{name} {before}{value}")
        said = (reading.record.model_dump_json(), *(item.message.en for item in reading.remarks))
        if not any("token" in text.lower() for text in (*said, *_left(reading).values())):
            lost.append(name)
    assert lost == []
