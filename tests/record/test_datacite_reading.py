# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we read of DataCite: XML of every kernel, JSON of several programs, and their mistakes."""

from __future__ import annotations

import copy
import datetime as dt
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from record.examples import PAGE, full_record
from terracite.errors import RecordError
from terracite.record.datacite import read_datacite, read_datacite_json
from terracite.record.formats import FORMATS
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Box,
    ContributorRole,
    DateKind,
    Funding,
    Organisation,
    Period,
    Precision,
    Record,
    RecordDate,
    Related,
    Text,
)
from terracite.record.reading import Reading

TITLES = "<titles><title xml:lang='en'>A dataset</title></titles>"


def _xml(inside: str, kernel: str = "4") -> Reading:
    titles = "" if "<titles>" in inside else TITLES
    root = f"<resource xmlns='http://datacite.org/schema/kernel-{kernel}'>"
    return read_datacite(f"{root}{titles}{inside}</resource>".encode())


def _json(**content: Any) -> Reading:
    return read_datacite_json(json.dumps({"titles": [{"title": "A dataset"}], **content}).encode())


def _kinds(reading: Reading) -> list[str]:
    return [item.kind for item in reading.remarks]


def _left(reading: Reading) -> list[str]:
    return [item.value for item in reading.leftovers]


# -- where the record stands


@pytest.mark.parametrize("kernel", ["2.2", "3", "3.1", "4", "4.7"])
def test_every_kernel_is_read(kernel: str) -> None:
    assert _xml("", kernel).record.title == Text(en="A dataset")


def test_a_resource_without_namespace_or_in_an_envelope_is_read() -> None:
    plain = "<resource><titles><title>A dataset</title></titles></resource>"
    for document in (plain, f"<OAI-PMH><GetRecord>{plain}</GetRecord></OAI-PMH>"):
        assert read_datacite(document.encode()).record.title == Text(en="A dataset")


def test_the_first_of_several_is_read_and_the_others_are_told() -> None:
    one, two = (f"<resource><titles><title>{name}</title></titles></resource>" for name in "ab")
    reading = read_datacite(f"<ListRecords>{one}{two}</ListRecords>".encode())
    assert (reading.record.title.en, _kinds(reading)) == ("a", ["twice"])


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda content: content,
        lambda content: {"data": {"id": "10.5072/x", "type": "dois", "attributes": content}},
        lambda content: {"data": [{"attributes": content}]},
        lambda content: [content],
    ],
    ids=["bare", "REST API", "list of the API", "list"],
)
def test_json_is_found_in_its_envelope(wrapped: Any) -> None:
    content = {"doi": "10.5072/x", "titles": [{"title": "A dataset", "lang": "en"}]}
    record = read_datacite_json(json.dumps(wrapped(content)).encode()).record
    assert (record.title, record.doi) == (Text(en="A dataset"), "10.5072/x")


def test_keys_in_other_spellings_are_read() -> None:
    reading = _json(**{"publication-year": 2020, "rights_list": [{"rights_uri": "https://spdx.org/licenses/CC0-1.0"}]})
    assert reading.record.date(DateKind.ISSUED) == dt.date(2020, 1, 1)
    assert reading.record.licence == "CC0-1.0"


@pytest.mark.parametrize("document", [b"<a/>", b"<resource/>", b"<rdf:RDF xmlns:rdf='urn:x'/>"])
def test_other_xml_is_refused_with_a_cure(document: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        read_datacite(document)
    assert caught.value.hint


@pytest.mark.parametrize("document", [b"{}", b"[]", b'{"title": "x"}', b'{"@context": "https://schema.org"}', b"7"])
def test_other_json_is_refused_with_a_cure(document: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        read_datacite_json(document)
    assert caught.value.hint


# -- values


def test_titles_in_two_languages_are_one_and_others_are_left() -> None:
    reading = _xml(
        "<titles><title xml:lang='fr'>Un jeu</title><title xml:lang='en' titleType='TranslatedTitle'>A set</title>"
        "<title titleType='Subtitle'>of data</title>"
        "<title xml:lang='de' titleType='TranslatedTitle'>Daten</title></titles>"
    )
    assert (reading.record.title, _left(reading)) == (Text(fr="Un jeu", en="A set"), ["of data", "Daten"])


def test_a_code_for_no_value_is_no_value() -> None:
    reading = _xml("<titles><title>:unav</title></titles><publisher>(:tba)</publisher>")
    assert (reading.record.title, reading.record.publisher, _kinds(reading)) == (Text(), None, ["missing"])


def test_people_are_told_from_organisations() -> None:
    reading = _xml(
        "<creators><creator><creatorName nameType='Personal'>Lebrun, Zoé</creatorName>"
        "<nameIdentifier nameIdentifierScheme='ORCID'>https://orcid.org/0000-0002-1825-0097</nameIdentifier>"
        "<affiliation affiliationIdentifier='https://ror.org/03yrm5c26' affiliationIdentifierScheme='ROR'>CM"
        "</affiliation></creator><creator><creatorName nameType='Organizational'>Une agence</creatorName></creator>"
        "<creator><creatorName>Rakoto</creatorName><familyName>Rakoto</familyName></creator></creators>"
    )
    place = Organisation(name="CM", ror="https://ror.org/03yrm5c26")
    assert reading.record.creators == (
        Agent(family_name="Lebrun", given_name="Zoé", orcid="0000-0002-1825-0097", affiliations=(place,)),
        Agent(organisation="Une agence"),
        Agent(family_name="Rakoto"),
    )
    assert reading.remarks == reading.leftovers == ()


def test_a_name_that_is_not_its_parts_is_left() -> None:
    person = {"name": "Zoé L.", "familyName": "Lebrun", "givenName": "Zoé"}
    assert _left(_json(creators=[person])) == ["Zoé L."]


def test_roles_and_wrong_orcids_are_told() -> None:
    wrong = [{"nameIdentifier": "0000-0002-1825-0098", "nameIdentifierScheme": "ORCID"}]
    reading = _json(
        contributors=[
            {"name": "Ng, Li", "contributorType": "datacurator", "nameIdentifiers": wrong},
            {"name": "Lo, Al", "contributorType": "Cook"},
        ]
    )
    roles = [item.role for item in reading.record.contributors]
    assert roles == [ContributorRole.DATA_CURATOR, ContributorRole.OTHER]
    assert _kinds(reading) == ["unreadable", "unknown_code"]


def test_the_funder_of_kernel_3_and_that_of_kernel_4_are_funding() -> None:
    funder = "<contributor contributorType='Funder'><contributorName>ANR</contributorName></contributor>"
    old = f"<contributors>{funder}</contributors>"
    new = (
        "<fundingReferences><fundingReference><funderName>ANR</funderName>"
        "<funderIdentifier funderIdentifierType='Crossref Funder ID'>10.13039/501100001665</funderIdentifier>"
        "<awardNumber awardURI='https://example.org/a'>1</awardNumber></fundingReference></fundingReferences>"
    )
    assert _xml(old, "3").record.funding == (Funding(funder="ANR"),)
    assert _xml(new).record.funding == (
        Funding(
            funder="ANR",
            funder_id="https://doi.org/10.13039/501100001665",
            award_number="1",
            award_uri="https://example.org/a",
        ),
    )


def test_dates_keep_their_precision_and_ranges_are_periods() -> None:
    dates = (("Created", "2019-05"), ("Issued", "2020"), ("Collected", "2018-01-01/2018-12-31"), ("Updated", "soon"))
    inside = "".join(f"<date dateType='{kind}'>{text}</date>" for kind, text in dates)
    reading = _xml(f"<dates>{inside}</dates>")
    assert reading.record.dates == (
        RecordDate(kind=DateKind.CREATED, on=dt.date(2019, 5, 1), precision=Precision.MONTH),
        RecordDate(kind=DateKind.ISSUED, on=dt.date(2020, 1, 1), precision=Precision.YEAR),
    )
    assert reading.record.periods == (Period(start=dt.date(2018, 1, 1), end=dt.date(2018, 12, 31)),)
    assert _kinds(reading) == ["unreadable"]


@pytest.mark.parametrize(
    "box",
    [
        "<geoLocationBox>-21.4 55.2 -20.8 55.9</geoLocationBox>",  # kernel 3: lat lon
        "<geoLocationBox><westBoundLongitude>55.2</westBoundLongitude><eastBoundLongitude>55.9</eastBoundLongitude>"
        "<southBoundLatitude>-21.4</southBoundLatitude><northBoundLatitude>-20.8</northBoundLatitude></geoLocationBox>",
    ],
    ids=["kernel 3", "kernel 4"],
)
def test_a_box_is_read_in_both_orders(box: str) -> None:
    kernel = "4" if "west" in box else "3"
    reading = _xml(f"<geoLocations><geoLocation>{box}</geoLocation></geoLocations>", kernel)
    assert [extent.box for extent in reading.record.extents] == [Box(west=55.2, south=-21.4, east=55.9, north=-20.8)]


@pytest.mark.parametrize(
    ("rights", "licence"),
    [
        ({"rightsIdentifier": "cc-by-4.0"}, "CC-BY-4.0"),
        ({"rightsUri": "http://creativecommons.org/licenses/by/4.0/legalcode", "rights": "CC BY 4.0"}, "CC-BY-4.0"),
        ({"rights": "Creative Commons Attribution 4.0 International"}, "CC-BY-4.0"),
    ],
)
def test_a_licence_is_its_spdx_identifier(rights: dict[str, str], licence: str) -> None:
    assert _json(rightsList=[rights]).record.licence == licence


def test_rights_that_say_more_than_their_licence_are_left() -> None:
    reading = _json(rightsList=[{"rightsIdentifier": "cc0-1.0", "rights": "Ask before use"}])
    assert (reading.record.licence, _left(reading)) == ("CC0-1.0", ["Ask before use"])


def test_rights_in_words_are_conditions_and_codes_a_kind_of_access() -> None:
    reading = _json(rightsList=[{"rights": "Ask us"}, {"rightsUri": "info:eu-repo/semantics/restrictedAccess"}])
    assert reading.record.access == Access(kind=AccessKind.RESTRICTED, conditions=Text(en="Ask us"))


def test_an_embargo_without_end_is_a_restriction_and_told() -> None:
    reading = _json(rightsList=[{"rightsUri": "info:eu-repo/semantics/embargoedAccess"}])
    assert reading.record.access == Access(kind=AccessKind.RESTRICTED)
    assert _kinds(reading) == ["repaired"]


def test_links_say_their_relation_or_are_told() -> None:
    reading = _json(
        relatedIdentifiers=[
            {"relatedIdentifier": "https://doi.org/10.5072/A", "relatedIdentifierType": "DOI", "relationType": "cites"},
            {"relatedIdentifier": "10.5072/b", "relatedIdentifierType": "DOI", "relationType": "Likes"},
        ]
    )
    assert reading.record.related == (
        Related(identifier="10.5072/A", relation="Cites"),
        Related(identifier="10.5072/b", relation="Other"),
    )
    assert _kinds(reading) == ["unknown_code"]


def test_an_unknown_kind_of_description_is_told_and_kept_in_the_notes() -> None:
    reading = _json(descriptions=[{"description": "x", "descriptionType": "Poem"}])
    assert (reading.record.notes, _kinds(reading)) == (Text(en="x"), ["unknown_code"])


def test_marks_of_html_in_a_description_are_taken_away() -> None:
    reading = _json(descriptions=[{"description": "<p>One &amp; two</p><p>3 < 4</p>", "descriptionType": "Abstract"}])
    assert reading.record.abstract.en.split() == ["One", "&", "two", "3", "<", "4"]


def test_a_deposit_of_zenodo_is_read() -> None:
    metadata = {
        "upload_type": "dataset", "title": "A dataset", "description": "<p>Some data</p>", "doi": "10.5281/zenodo.1",
        "creators": [{"name": "Lebrun, Zoé", "affiliation": "OSU", "orcid": "0000-0002-1825-0097"}],
        "publication_date": "2020-02-01", "license": "cc-by-4.0", "access_right": "open", "keywords": ["soil"],
        "communities": [{"identifier": "zenodo"}],
    }  # fmt: skip
    reading = read_datacite_json(json.dumps({"metadata": metadata}).encode())
    record = reading.record
    assert (record.doi, record.licence, record.abstract.en) == ("10.5281/zenodo.1", "CC-BY-4.0", "Some data")
    assert record.publisher == Organisation(name="Zenodo")
    assert record.creators[0].orcid == "0000-0002-1825-0097"
    assert _left(reading) == ["zenodo"]


# -- never in silence


def _said(reading: Reading) -> str:
    told = (reading.record.model_dump_json(), *(item.message.en for item in reading.remarks), *_left(reading))
    return " ".join(told).lower()


#: what follows from something else in the document, and that no program needs
DERIVED = ("schemeUri", "schemaVersion", "lang", "nameIdentifierScheme", "rightsIdentifierScheme", "subjectScheme")
#: kinds of values, told by the values themselves, or that make of a value a leftover
KINDS = (
    "nameType",
    "titleType",
    "descriptionType",
    "alternateIdentifierType",
    "relatedIdentifierType",
    "relatedItemIdentifierType",
    "funderIdentifierType",
)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))
    if not isinstance(value, dict | list):
        yield path


def test_no_value_of_json_is_passed_over_in_silence() -> None:
    """Each value of a full record in turn becomes a word, which is then in the record, a remark or a leftover."""
    content = json.loads(FORMATS["datacite-json"].write(full_record(), PAGE))
    lost = []
    for path in _paths(content):
        if path[-1] in (*DERIVED, *KINDS):
            continue
        changed = copy.deepcopy(content)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = "zqtoken"
        if "zqtoken" not in _said(read_datacite_json(json.dumps(changed).encode())):
            lost.append(path)
    assert lost == []


def test_no_text_of_xml_is_passed_over_in_silence() -> None:
    root = etree.fromstring(FORMATS["datacite"].write(full_record(), PAGE))
    lost = []
    for element in root.iter("*"):
        before = element.text
        if before and before.strip():
            element.text = "zqtoken"
            if "zqtoken" not in _said(read_datacite(etree.tostring(root))):
                lost.append(root.getroottree().getpath(element))
            element.text = before
    assert lost == []


# -- hostile


def test_two_thousand_creators_are_read_in_order() -> None:
    creators = tuple(Agent(family_name=f"Author {place}", given_name="A.") for place in range(2_000))
    record: Record = full_record().model_copy(update={"creators": creators})
    for name in ("datacite", "datacite-json"):
        started = time.process_time()
        assert FORMATS[name].read(FORMATS[name].write(record, PAGE)).record.creators == creators
        assert time.process_time() - started < 5


@pytest.mark.parametrize("wrong", [7, None, "x", [], {}, [[]], [7], [None], [{"x": 1}], {"x": [1]}, True, 1e300])
def test_json_of_the_wrong_kind_is_read_all_the_same(wrong: Any) -> None:
    for key in json.loads(FORMATS["datacite-json"].write(full_record(), PAGE)):
        assert _json(**{key: wrong}).record.uuid
