# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from record.conftest import Validate
from record.examples import full_record, pacific_record, publishable_draft
from record.strategies import records
from terracite.errors import RecordError
from terracite.record.datacite import to_datacite, to_datacite_json
from terracite.record.dublin_core import to_oai_dc
from terracite.record.model import Agent, Organisation, Parent, Record, Related, Text

_PREFIX = {"d": "http://datacite.org/schema/kernel-4"}


def _found(record: Record, path: str) -> list[str]:
    return [str(item) for item in etree.fromstring(to_datacite(record)).xpath(path, namespaces=_PREFIX)]


def _published(record: Record) -> Record:
    """The record with what a repository adds before it asks for a DOI."""
    given_by_the_repository = {
        "doi": "10.5072/any",
        "title": Text(fr=record.title.fr, en="Any"),
        "creators": (*record.creators, Agent(organisation="Any")),
        "publisher": Organisation(name="Any"),
    }
    return record.model_copy(update=given_by_the_repository).with_dates(issued=dt.date(2024, 1, 1))


@pytest.mark.parametrize("record", [full_record(), pacific_record(), _published(publishable_draft())])
def test_examples_are_valid(record: Record, datacite_faults: Validate) -> None:
    assert datacite_faults(to_datacite(record)) == []


@given(record=records.map(_published))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_published_record_is_valid_and_holds_no_email(record: Record, datacite_faults: Validate) -> None:
    document = to_datacite(record)
    assert datacite_faults(document) == []
    assert b"secret@" not in document


def test_everything_a_draft_lacks_is_named_at_once() -> None:
    with pytest.raises(RecordError) as raised:
        to_datacite(Record())
    assert raised.value.hint == "Give a DOI, a creator, a title, a publisher, a date of publication (issued)."


def test_the_attributes_of_a_draft_leave_out_what_it_lacks() -> None:
    attributes = to_datacite_json(publishable_draft())
    assert {"doi", "publisher", "publicationYear"}.isdisjoint(attributes)
    assert attributes["creators"] == [{"name": "Parc marin de Mayotte", "nameType": "Organizational"}]


def test_people_and_organisations_are_told_apart() -> None:
    assert _found(full_record(), "//d:creator/d:creatorName/@nameType") == [
        "Personal",
        "Personal",
        "Organizational",
    ]
    assert _found(full_record(), "//d:creator[2]/*/text()") == ["Rakoto", "Rakoto"]


def test_the_first_title_is_in_the_language_of_the_record() -> None:
    assert _found(full_record(), "/d:resource/d:titles/d:title/@xml:lang") == ["fr", "en"]
    assert _found(full_record(), "/d:resource/d:titles/d:title/@titleType") == ["TranslatedTitle"]


def test_an_extent_across_the_antimeridian_is_two_locations() -> None:
    assert _found(pacific_record(), "//d:westBoundLongitude/text()") == ["176.5", "-180.0"]
    assert _found(pacific_record(), "//d:eastBoundLongitude/text()") == ["180.0", "-178.0"]


def test_an_embargo_gives_the_year_and_the_available_date() -> None:
    record = pacific_record()
    assert _found(record, "//d:publicationYear/text()") == ["2023"]
    assert _found(record, "//d:date[@dateType='Available']/text()") == ["2023-06-01"]


def test_an_ongoing_period_is_an_open_range() -> None:
    assert _found(pacific_record(), "//d:date[@dateType='Coverage']/text()") == ["2019-05-01T06:00:00Z/"]


def test_lines_of_a_description_are_parted_by_br() -> None:
    abstract = "//d:description[@descriptionType='Abstract'][@xml:lang='en']"
    assert _found(full_record(), f"{abstract}/text()") == full_record().abstract.en.splitlines()
    assert len(etree.fromstring(to_datacite(full_record())).xpath(f"{abstract}/d:br", namespaces=_PREFIX)) == 1


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        (Related(identifier="doi:10.5072/A", relation="Cites"), ("10.5072/A", "DOI", "Cites")),
        (
            Related(identifier="https://a.example/x y", relation="nonsense"),
            ("https://a.example/x y", "URL", "Other"),
        ),
        (
            Related(identifier="978-3-16-148410-0", relation="References"),
            ("978-3-16-148410-0", "ISBN", "References"),
        ),
    ],
)
def test_related_identifiers_get_a_type(related: Related, expected: tuple[str, str, str]) -> None:
    record = full_record().model_copy(update={"related": (related,)})
    found = to_datacite_json(record)["relatedIdentifiers"][0]
    assert (found["relatedIdentifier"], found["relatedIdentifierType"], found["relationType"]) == expected


def test_what_has_no_known_identifier_becomes_a_related_item() -> None:
    items = to_datacite_json(full_record())["relatedItems"]
    assert next(item for item in items if item["relationType"] == "References") == {
        "relatedItemType": "Other",
        "relationType": "References",
        "titles": [{"title": "Field notebooks"}],
        "relatedItemIdentifier": {"relatedItemIdentifier": "box 12, shelf 3"},
    }


def test_versions_and_sources_are_relations() -> None:
    found = to_datacite_json(full_record())["relatedIdentifiers"]
    pairs = {(item["relationType"], item["relatedIdentifier"]) for item in found}
    assert pairs >= {
        ("IsDerivedFrom", "10.5072/ndvi-40kcb-2023"),
        ("IsNewVersionOf", "10.5072/previous"),
        ("IsVersionOf", "10.5072/concept"),
        ("IsPartOf", "https://data.example.org/deposits/9"),
    }


def test_the_deposit_of_the_repository_is_an_identifier_that_says_what_it_is() -> None:
    uuid = "22c7f7fa-8e13-4058-ad3a-28f0b8a37034"
    record = Record(parent=Parent(identifier=uuid, title=Text(en="Maps of the demo")))
    (link,) = to_datacite_json(record)["relatedIdentifiers"]
    assert link == {
        "relatedIdentifier": f"urn:uuid:{uuid}",
        "relatedIdentifierType": "URN",
        "relationType": "IsPartOf",
        "resourceTypeGeneral": "Collection",
    }
    assert f">urn:uuid:{uuid}</dc:relation>".encode() in to_oai_dc(record)
