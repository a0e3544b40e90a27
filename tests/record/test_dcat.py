# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we write of a record in DCAT-AP and GeoDCAT-AP, as rdflib reads it."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from record.examples import EXAMPLES, PAGE, full_record, pacific_record, publishable_draft
from record.strategies import records
from terracite.record.dcat.vocabulary import PREFIXES
from terracite.record.formats import FORMATS
from terracite.record.model import (
    Agent,
    Box,
    Contributor,
    ContributorRole,
    DateKind,
    Era,
    Extent,
    Keyword,
    Period,
    Record,
    RecordDate,
    Related,
    Resolution,
    Text,
)

SYNTAXES = {"dcat-ap": "turtle", "dcat-ap-xml": "xml", "dcat-ap-jsonld": "json-ld", "geodcat-ap": "turtle"}
EU = "http://publications.europa.eu/resource/authority/"
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"


def _parsed(record: Record, name: str = "dcat-ap") -> Graph:
    return Graph().parse(data=FORMATS[name].write(record, PAGE), format=SYNTAXES[name])


def _iri(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(PREFIXES[prefix] + local)


def _values(graph: Graph, path: str, start: Node | None = None) -> list[Node]:
    """What a path of prefixed names leads to from the dataset: "dct:spatial dcat:bbox"."""
    found = [start] if start is not None else list(graph.subjects(_iri("rdf:type"), _iri("dcat:Dataset")))
    for name in path.split():
        found = [value for item in found for value in graph.objects(item, _iri(name))]
    return found


def _said(record: Record, path: str, name: str = "dcat-ap") -> list[str]:
    return sorted(str(value) for value in _values(_parsed(record, name), path))


def _changed(**changes: object) -> Record:
    return full_record().model_copy(update=changes)


@pytest.mark.parametrize("case", EXAMPLES)
def test_the_three_syntaxes_say_the_same(case: str) -> None:
    turtle = _parsed(EXAMPLES[case]())
    for name in ("dcat-ap-xml", "dcat-ap-jsonld"):
        assert isomorphic(turtle, _parsed(EXAMPLES[case](), name))


def test_a_file_that_is_listed_twice_is_said_once() -> None:
    file = full_record().files[0]
    twice = _changed(files=(file, file.model_copy(update={"description": file.description})))
    for name in SYNTAXES:
        assert isomorphic(_parsed(twice, name), _parsed(_changed(files=(file,)), name))


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_rdf_without_emails(record: Record) -> None:
    """Whatever people type: every syntax parses, and says as much as the others."""
    counts = set()
    for name in ("dcat-ap", "dcat-ap-xml", "dcat-ap-jsonld"):
        assert b"secret@" not in FORMATS[name].write(record, PAGE)
        counts.add(len(_parsed(record, name)))
    assert len(counts) == 1
    assert len(_parsed(record, "geodcat-ap")) >= max(counts) - 1


@pytest.mark.parametrize("name", SYNTAXES)
def test_the_same_record_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name].write(full_record(), PAGE) == FORMATS[name].write(full_record(), PAGE)


def test_a_published_dataset_is_named_by_its_doi_and_a_draft_below_its_page() -> None:
    for record, expected in ((full_record(), "https://doi.org/10.5072/6f0d3c3e"), (Record(), f"{PAGE}#dataset")):
        graph = _parsed(record)
        assert list(graph.subjects(_iri("rdf:type"), _iri("dcat:Dataset"))) == [URIRef(expected)]
        assert _values(graph, "dcat:landingPage") == [URIRef(PAGE)]


def test_the_title_is_one_literal_per_language() -> None:
    title = full_record().title
    assert set(_values(_parsed(full_record()), "dct:title")) == {Literal(title.fr, "fr"), Literal(title.en, "en")}


def test_words_of_the_eu_are_given_by_their_addresses() -> None:
    record = full_record()
    assert _said(record, "dct:language") == [f"{EU}language/ENG", f"{EU}language/FRA"]
    assert _said(record, "dct:accessRights") == [f"{EU}access-right/PUBLIC"]
    assert _said(record, "dct:license") == [f"{EU}licence/CC_BY_4_0"]
    assert _said(record, "dct:license owl:sameAs") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert _said(record, "dcat:distribution dct:format") == [
        f"{EU}file-type/{name}" for name in ("HTML", "PNG", "TIFF")
    ]
    assert f"{EU}data-theme/ENVI" in _said(record, "dcat:theme")


@pytest.mark.parametrize(("code", "expected"), [("nl", "NLD"), ("el", "ELL"), ("zh", "ZHO"), ("de", "DEU")])
def test_languages_have_their_terminological_code(code: str, expected: str) -> None:
    assert _said(_changed(data_languages=(code,)), "dct:language") == [f"{EU}language/{expected}"]


def test_media_types_are_those_of_iana() -> None:
    media = "https://www.iana.org/assignments/media-types/"
    found = _said(full_record(), "dcat:distribution dcat:mediaType")
    assert found == [f"{media}image/png", f"{media}image/tiff", f"{media}text/html"]


def test_a_file_is_a_distribution_with_size_and_checksum() -> None:
    graph = _parsed(full_record())
    (file,) = graph.subjects(_iri("dct:title"), Literal("map/landcover 2023.tif"))
    address = URIRef(f"{PAGE}files/map/landcover%202023.tif")
    assert _values(graph, "dcat:downloadURL", file) == _values(graph, "dcat:accessURL", file) == [address]
    (size,) = _values(graph, "dcat:byteSize", file)
    assert size == Literal("123456", datatype=_iri("xsd:nonNegativeInteger"))
    (digits,) = _values(graph, "spdx:checksum spdx:checksumValue", file)
    assert digits == Literal("0a" * 32, datatype=_iri("xsd:hexBinary"))
    (algorithm,) = _values(graph, "spdx:checksum spdx:algorithm", file)
    assert algorithm == URIRef("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
    assert _values(graph, "dct:license", file) == [URIRef(f"{EU}licence/CC_BY_4_0")]


def test_a_box_is_longitude_latitude() -> None:
    found = _values(_parsed(full_record()), "dct:spatial dcat:bbox")
    wkt = "POLYGON((55.2 -21.4,55.9 -21.4,55.9 -20.8,55.2 -20.8,55.2 -21.4))"
    assert found == [Literal(wkt, datatype=_iri("geo:wktLiteral"))]


def test_a_box_across_the_antimeridian_is_two_polygons() -> None:
    (wkt,) = _said(pacific_record(), "dct:spatial dcat:bbox")
    assert wkt.startswith("MULTIPOLYGON(((176.5 -19.5,180.0 -19.5,")
    assert "((-180.0 -19.5,-178.0 -19.5," in wkt


def test_a_polar_box_reaches_the_pole() -> None:
    record = _changed(extents=(Extent(box=Box(west=-180, south=66.5, east=180, north=90)),))
    (wkt,) = _said(record, "dct:spatial dcat:bbox")
    assert wkt == "POLYGON((-180.0 66.5,180.0 66.5,180.0 90.0,-180.0 90.0,-180.0 66.5))"


def test_a_tiny_box_is_written_without_exponent() -> None:
    record = _changed(extents=(Extent(box=Box(west=1e-7, south=2e-7, east=3e-7, north=4e-7)),))
    (wkt,) = _said(record, "dct:spatial dcat:bbox")
    assert wkt.startswith("POLYGON((0.0000001 0.0000002,")


def test_an_ongoing_period_has_no_end_but_now() -> None:
    graph = _parsed(pacific_record())
    assert _values(graph, "dct:temporal dcat:endDate") == []
    path = "dct:temporal time:hasEnd time:inTemporalPosition time:nominalPosition"
    assert [str(value) for value in _values(graph, path)] == ["now"]
    (start,) = _values(graph, "dct:temporal dcat:startDate")
    assert start == Literal("2019-05-01T06:00:00Z", datatype=_iri("xsd:dateTime"))


def test_an_open_period_has_neither() -> None:
    graph = _parsed(_changed(periods=(Period(start=dt.date(2020, 1, 1)),), eras=()))
    assert _values(graph, "dct:temporal dcat:endDate") == _values(graph, "dct:temporal time:hasEnd") == []


def test_years_of_an_era_are_astronomical() -> None:
    record = _changed(periods=(), eras=(Era(name=Text(en="Roman"), oldest_year=-26, youngest_year=476),))
    path = "dct:temporal dcat:"
    assert _said(record, f"{path}startDate") + _said(record, f"{path}endDate") == ["-0026", "0476"]


def test_authors_keep_their_order() -> None:
    graph = _parsed(full_record())
    (authors,) = _values(graph, "bibo:authorList")
    names = [str(graph.value(item, _iri("foaf:name"))) for item in Collection(graph, authors)]
    assert names == ["Zoé Lebrun", "Rakoto", "Collectif Mascareignes"]
    assert set(Collection(graph, authors)) == set(_values(graph, "dct:creator"))


def test_people_and_organisations_are_named_by_orcid_and_ror() -> None:
    graph = _parsed(full_record())
    person = URIRef("https://orcid.org/0000-0002-1825-0097")
    assert person in _values(graph, "dct:creator")
    assert URIRef("https://ror.org/05q3vnk25") in _values(graph, "org:memberOf", person)
    assert _values(graph, "dct:publisher") == [URIRef("https://ror.org/02feahw73")]
    assert _said(full_record(), "schema:funding schema:funder") == ["https://ror.org/00rbzpz17"]


def test_a_contributor_has_datacites_role_and_the_nearest_of_inspire() -> None:
    roles = _said(full_record(), "prov:qualifiedAttribution dcat:hadRole")
    assert f"{INSPIRE}ResponsiblePartyRole/custodian" in roles
    path = "prov:qualifiedAttribution dcat:hadRole skos:notation"
    assert _said(full_record(), path) == ["DataCurator"]


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (ContributorRole.DATA_CURATOR, "geodcatap:custodian"),
        (ContributorRole.DISTRIBUTOR, "geodcatap:distributor"),
        (ContributorRole.PRODUCER, "geodcatap:originator"),
        (ContributorRole.PROJECT_LEADER, "geodcatap:principalInvestigator"),
        (ContributorRole.EDITOR, "geodcatap:processor"),
        (ContributorRole.DATA_COLLECTOR, "geodcatap:resourceProvider"),
        (ContributorRole.RIGHTS_HOLDER, "dct:rightsHolder"),
    ],
)
def test_geodcat_has_properties_for_roles(role: ContributorRole, name: str) -> None:
    record = _changed(contributors=(Contributor(agent=Agent(family_name="Ng"), role=role),))
    assert _said(record, f"{name} foaf:name", "geodcat-ap") == ["Ng"]
    graph = _parsed(record, "geodcat-ap")
    assert _values(graph, name) == _values(graph, "prov:qualifiedAttribution prov:agent")
    assert _said(record, name) == []


def test_geodcat_has_properties_for_what_inspire_asks() -> None:
    record = _changed(resolutions=(Resolution(scale=25_000),))
    assert _said(record, "geodcatap:referenceSystem", "geodcat-ap") == ["http://www.opengis.net/def/crs/EPSG/0/32740"]
    topics = [f"{INSPIRE}TopicCategory/{topic}" for topic in ("environment", "imageryBaseMapsEarthCover")]
    assert _said(record, "geodcatap:topicCategory", "geodcat-ap") == topics
    assert _said(record, "geodcatap:resourceType", "geodcat-ap") == [f"{INSPIRE}ResourceType/dataset"]
    assert _said(record, "geodcatap:spatialResolutionAsText", "geodcat-ap") == ["1:25000"]
    assert _said(record, "dct:conformsTo", "geodcat-ap") == []


def test_dcat_ap_says_the_same_in_its_own_words() -> None:
    record = _changed(resolutions=(Resolution(distance_m=0.5), Resolution(scale=25_000)))
    assert _said(record, "dct:conformsTo") == ["http://www.opengis.net/def/crs/EPSG/0/32740"]
    assert _said(record, "dct:conformsTo dct:type") == ["http://inspire.ec.europa.eu/glossary/SpatialReferenceSystem"]
    assert _said(record, "dcat:spatialResolutionInMeters") == ["0.5"]
    assert _said(record, "geodcatap:spatialResolutionAsText") == []


def test_a_catalogue_record_says_which_profile_it_follows() -> None:
    for name, profile in (("dcat-ap", "http://data.europa.eu/r5r/"), ("geodcat-ap", "http://data.europa.eu/930/")):
        graph = _parsed(full_record(), name)
        (about,) = graph.subjects(_iri("rdf:type"), _iri("dcat:CatalogRecord"))
        assert _values(graph, "dct:conformsTo", about) == [URIRef(profile)]
        assert _values(graph, "foaf:primaryTopic", about) == list(
            graph.subjects(_iri("rdf:type"), _iri("dcat:Dataset"))
        )


def test_an_embargo_has_its_end() -> None:
    record = pacific_record()
    assert _said(record, "dct:accessRights") == [f"{EU}access-right/NON_PUBLIC"]
    assert _said(record, "dct:rights dct:available") == ["2023-06-01"]


def test_a_dataset_is_issued_and_modified_once() -> None:
    """DCAT-AP allows one of each; the record keeps every day it was updated."""
    days = [dt.date(2024, 3, day) for day in (1, 3, 2)]
    dates = tuple(RecordDate(kind=DateKind.UPDATED, on=day) for day in days)
    assert _said(_changed(dates=dates), "dct:modified") == ["2024-03-03"]


def test_every_keyword_is_a_word_and_those_with_an_address_a_theme() -> None:
    keywords = (
        Keyword(label=Text(fr="forêt", en="forest"), uri="http://www.eionet.europa.eu/gemet/concept/3406"),
        Keyword(label=Text(en="sugar cane")),
    )
    graph = _parsed(_changed(keywords=keywords, topics=(), disciplines=()))
    words = {Literal("forêt", "fr"), Literal("forest", "en"), Literal("sugar cane", "en")}
    assert set(_values(graph, "dcat:keyword")) == words
    assert _values(graph, "dcat:theme") == [URIRef("http://www.eionet.europa.eu/gemet/concept/3406")]


def test_a_draft_without_abstract_gets_the_sentence_that_the_profile_wants() -> None:
    assert _said(Record(), "dct:description") == ["No description.", "Sans description."]


def test_what_is_typed_cannot_leave_its_literal_or_address() -> None:
    """Quotes, brackets and backslashes of Turtle in a title and in an address."""
    title = 'x" . <urn:a> <urn:b> "c\\" """ \\u0041 \n\r\t\x01'
    related = Related(identifier="https://example.org/> . <urn:a> <urn:b> <urn:c", relation="Cites")
    for name in SYNTAXES:
        graph = _parsed(_changed(title=Text(en=title), related=(related,)), name)
        assert not list(graph.subjects(URIRef("urn:b")))
        (found,) = _values(graph, "dct:title")
        assert str(found).replace("\r", "\n").split() == title.replace("\x01", "").split()


def test_every_script_is_written_as_it_is() -> None:
    title = Text(fr="植生指数 الغطاء النباتي 🌍", en="‏עברית ‎1–2")
    for name in SYNTAXES:
        assert {str(value) for value in _values(_parsed(_changed(title=title), name), "dct:title")} == {
            title.fr,
            title.en,
        }


@pytest.mark.parametrize("name", SYNTAXES)
def test_two_thousand_creators_are_written_and_read_in_order(name: str) -> None:
    creators = tuple(Agent(family_name=f"Author {place}", given_name="A.") for place in range(2_000))
    started = time.process_time()
    document = FORMATS[name].write(_changed(creators=creators), PAGE)
    assert time.process_time() - started < 5
    assert FORMATS[name].read(document).record.creators == creators


def test_a_draft_in_french_only_names_what_it_has() -> None:
    graph = _parsed(publishable_draft())
    assert [value.language for value in _values(graph, "dct:title") if isinstance(value, Literal)] == ["fr"]
    assert _values(graph, "dct:publisher") == []
