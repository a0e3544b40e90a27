# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we read of Dublin Core: in any envelope, with any habit, never in silence."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from terracite.errors import RecordError
from terracite.record.detection import detect
from terracite.record.dublin_core import read_oai_dc
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Box,
    DateKind,
    Era,
    Period,
    Precision,
    RecordDate,
    Related,
    ResourceType,
    Source,
    Text,
)
from terracite.record.reading import Reading

NAMESPACES = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:dct='http://purl.org/dc/terms/'"


def _read(inside: str) -> Reading:
    title = "" if "<dc:title" in inside else "<dc:title>A dataset</dc:title>"
    oai = "xmlns:o='http://www.openarchives.org/OAI/2.0/oai_dc/'"
    return read_oai_dc(f"<o:dc {oai} {NAMESPACES}>{title}{inside}</o:dc>".encode())


def _left(reading: Reading) -> list[str]:
    return [item.value for item in reading.leftovers]


def _kinds(reading: Reading) -> list[str]:
    return [item.kind for item in reading.remarks]


def test_titles_without_language_are_in_that_of_the_others() -> None:
    reading = _read(
        "<dc:title xml:lang='fr'>Un jeu</dc:title><dc:title xml:lang='en'>A set</dc:title><dc:title>x</dc:title>"
    )
    assert (reading.record.title, _left(reading)) == (Text(fr="Un jeu", en="A set"), ["x"])


def test_a_name_with_a_comma_is_a_person() -> None:
    reading = _read("<dc:creator>Lebrun, Zoé</dc:creator><dc:creator>Une agence</dc:creator>")
    assert reading.record.creators == (
        Agent(family_name="Lebrun", given_name="Zoé"),
        Agent(organisation="Une agence"),
    )


def test_identifiers_are_a_doi_a_uuid_or_left() -> None:
    uuid = "22c7f7fa-8e13-4058-ad3a-28f0b8a37034"
    texts = ("doi:10.5072/x", f"urn:uuid:{uuid}", "https://example.org/7")
    reading = _read("".join(f"<dc:identifier>{text}</dc:identifier>" for text in texts))
    assert (reading.record.doi, str(reading.record.uuid), _left(reading)) == ("10.5072/x", uuid, [texts[2]])


@pytest.mark.parametrize("word", ["Dataset", "http://purl.org/dc/dcmitype/Dataset", "dataset"])
def test_types_are_words_or_addresses(word: str) -> None:
    reading = _read(f"<dc:type>info:eu-repo/semantics/other-thing</dc:type><dc:type>{word}</dc:type>")
    assert reading.record.resource_type is ResourceType.DATASET
    assert _left(reading) == ["info:eu-repo/semantics/other-thing"]


def test_of_plain_dates_the_earliest_is_that_of_issue() -> None:
    reading = _read("<dc:date>2021-05</dc:date><dc:date>2020</dc:date><dc:date>soon</dc:date>")
    issued = RecordDate(kind=DateKind.ISSUED, on=dt.date(2020, 1, 1), precision=Precision.YEAR)
    assert (reading.record.dates, _left(reading), _kinds(reading)) == ((issued,), ["2021-05"], ["unreadable"])


def test_dates_of_the_terms_have_their_names() -> None:
    reading = _read("<dct:created>2019-01-02</dct:created><dct:modified>2020-01-02</dct:modified>")
    assert {date.kind for date in reading.record.dates} == {DateKind.CREATED, DateKind.UPDATED}


BOX = Box(west=55.2, south=-21.4, east=55.9, north=-20.8)


@pytest.mark.parametrize(
    "coverage",
    [
        "northlimit=-20.8; southlimit=-21.4; westlimit=55.2; eastlimit=55.9",
        "northlimit=-20.8; southlimit=-21.4; westlimit=55.2; eastlimit=55.9; units=signed decimal degrees",
        "SOUTH-BOUND LATITUDE: -21.4 * WEST-BOUND LONGITUDE: 55.2 * NORTH-BOUND LATITUDE: -20.8 * "
        "EAST-BOUND LONGITUDE: 55.9",
    ],
)
def test_boxes_are_read_in_several_habits(coverage: str) -> None:
    reading = _read(f"<dc:coverage>{coverage}</dc:coverage>")
    assert [extent.box for extent in reading.record.extents] == [BOX]


def test_periods_and_eras_are_told_apart() -> None:
    reading = _read(
        "<dc:coverage>2023-01-01/2023-12-31</dc:coverage><dct:temporal>start=2020-01-01; end=2020-02-01</dct:temporal>"
        "<dc:coverage>name=Roman; start=-26; end=476</dc:coverage>"
    )
    assert reading.record.periods == (
        Period(start=dt.date(2023, 1, 1), end=dt.date(2023, 12, 31)),
        Period(start=dt.date(2020, 1, 1), end=dt.date(2020, 2, 1)),
    )
    assert reading.record.eras == (Era(name=Text(en="Roman"), oldest_year=-26, youngest_year=476),)


def test_an_embargo_and_its_end() -> None:
    kind = "<dc:rights>info:eu-repo/semantics/embargoedAccess</dc:rights>"
    end = "<dc:date>info:eu-repo/date/embargoEnd/2030-01-02</dc:date>"
    until = Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2030, 1, 2))
    assert _read(kind + end).record.access == until
    alone = _read(kind)
    assert (alone.record.access, _kinds(alone)) == (Access(kind=AccessKind.RESTRICTED), ["repaired"])


def test_rights_are_a_licence_a_kind_of_access_or_conditions() -> None:
    words = ("https://creativecommons.org/licenses/by/4.0/", "info:eu-repo/semantics/openAccess", "Ask us")
    record = _read("".join(f"<dc:rights>{text}</dc:rights>" for text in words)).record
    assert record.licence == "CC-BY-4.0"
    assert record.access == Access(kind=AccessKind.OPEN, conditions=Text(en="Ask us"))


def test_relations_and_sources() -> None:
    reading = _read(
        "<dc:relation>https://doi.org/10.5072/a</dc:relation><dct:isReferencedBy>box 7</dct:isReferencedBy>"
        "<dc:source>doi:10.5072/s</dc:source><dc:source>A notebook</dc:source>"
    )
    assert reading.record.related == (
        Related(identifier="10.5072/a", relation="Other"),
        Related(identifier="box 7", relation="IsReferencedBy"),
    )
    assert reading.record.lineage.sources == (
        Source(title="10.5072/s", identifier="10.5072/s"),
        Source(title="A notebook"),
    )


@pytest.mark.parametrize("document", [b"<a/>", b"<dc/>", b"<a xmlns:dc='http://purl.org/dc/elements/1.1/'/>"])
def test_other_xml_is_refused_with_a_cure(document: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        read_oai_dc(document)
    assert caught.value.hint


ELEMENTS = """
    dc:title dc:creator dc:subject dc:description dc:publisher dc:contributor dc:date dc:type dc:format dc:identifier
    dc:source dc:language dc:relation dc:coverage dc:rights dct:abstract dct:created dct:issued dct:license
    dct:accessRights dct:spatial dct:temporal dct:isPartOf dct:references dct:provenance dct:audience"""


@pytest.mark.parametrize("language", ["", " xml:lang='en'", " xml:lang='de'"], ids=["none", "en", "de"])
@pytest.mark.parametrize("before", ["", "first"])
def test_no_value_is_passed_over_in_silence(before: str, language: str) -> None:
    lost = []
    for name in ELEMENTS.split():
        first = f"<{name}>{before}</{name}>" if before else ""
        reading = _read(f"{first}<{name}{language}>zqtoken</{name}>")
        said = (reading.record.model_dump_json(), *(item.message.en for item in reading.remarks), *_left(reading))
        if "zqtoken" not in " ".join(said):
            lost.append(name)
    assert lost == []


def test_a_word_of_two_meanings_in_one_element_is_left() -> None:
    kinds = ("openAccess", "closedAccess")
    reading = _read("".join(f"<dc:rights>info:eu-repo/semantics/{kind}</dc:rights>" for kind in kinds))
    assert _left(reading) == ["info:eu-repo/semantics/closedAccess"]


def test_every_real_record_of_a_catalogue(shared_data: Path) -> None:
    """What catalogue services answered in Dublin Core: all are read, what has a title gives it."""
    found: dict[str, tuple[bytes, Reading]] = {}
    for path in sorted((shared_data / "metadata" / "csw").rglob("*.xml")):
        document = path.read_bytes()
        try:
            if detect(document).name == "oai_dc":
                found[path.name] = document, read_oai_dc(document)
        except RecordError:
            continue
    assert len(found) == 82
    kinds = Counter(item.kind for _, reading in found.values() for item in reading.remarks)
    assert kinds == {"twice": 44, "missing": 25}  # answers of several records; records without title
    assert sum(bool(reading.record.title) for _, reading in found.values()) == 57
    untitled = [document for document, reading in found.values() if not reading.record.title]
    assert not any(re.search(rb"Record>\s*<[^>]*title[^>]*>[^<]+<", document) for document in untitled)


def test_a_real_record_of_a_catalogue(shared_data: Path) -> None:
    (path,) = (shared_data / "metadata" / "csw").rglob("Record_19887a8a-f6b0-4a63-ae56-7fba0e17801f.xml")
    record = read_oai_dc(path.read_bytes()).record
    assert str(record.uuid) == "19887a8a-f6b0-4a63-ae56-7fba0e17801f"
    assert record.title == Text(en="Lorem ipsum")
    assert record.abstract.en.startswith("Quisque lacus diam, placerat mollis")
    assert [keyword.label.en for keyword in record.keywords] == ["Tourism--Greece"]
    assert record.resource_type is ResourceType.IMAGE
