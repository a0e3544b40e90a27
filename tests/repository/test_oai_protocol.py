# SPDX-License-Identifier: AGPL-3.0-or-later
"""OAI-PMH: every verb, every error, every answer valid against the protocol's schema."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from lxml import etree

from published import deposit, publish, record
from terracite.record.model import Discipline, Text
from terracite.repository.models import DatasetVersion
from terracite.repository.oai import respond, tokens
from terracite.repository.oai.formats import OAI_FORMATS
from terracite.repository.oai.requests import VERBS
from terracite.repository.oai.tokens import Selection
from terracite.repository.states import State

pytestmark = pytest.mark.django_db

BASE = "https://data.example.org/oai"
NOW = dt.datetime(2026, 11, 21, 12, 30, 15, tzinfo=dt.UTC)
OAI = "{http://www.openarchives.org/OAI/2.0/}"


@cache
def schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))


def ask(page_size: int = 100, **parameters: str | list[str]) -> etree._Element:
    """The root of the answer; ``from_`` stands for from."""
    lists = {name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in parameters.items()}
    return etree.fromstring(respond(lists, BASE, NOW, page_size=page_size))


def errors(answer: etree._Element) -> list[str]:
    return [element.get("code", "") for element in answer.iter(f"{OAI}error")]


def identifiers(answer: etree._Element) -> list[str]:
    return [element.text or "" for element in answer.iter(f"{OAI}identifier")]


def identifier(version: DatasetVersion) -> str:
    return f"oai:data.example.org:{version.dataset.uuid}"


def on(day: int, hour: int = 12, **values: Any) -> DatasetVersion:
    return publish(at=dt.datetime(2026, 11, day, hour, 0, 7, 123456, tzinfo=dt.UTC), **values)


def test_every_verb_answers_validly(shared_data: Path) -> None:
    version, gone = on(1), on(2, state=State.WITHDRAWN)
    requests: list[dict[str, str]] = [
        {"verb": "Identify"},
        {"verb": "ListMetadataFormats"},
        {"verb": "ListMetadataFormats", "identifier": identifier(version)},
        {"verb": "ListSets"},
        {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "metadataPrefix": "datacite", "from": "2026-11-01", "set": "discipline"},
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": identifier(version)},
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": identifier(gone)},
    ]
    for request in requests:
        answer = ask(**{name + "_": value for name, value in request.items()})
        schema(shared_data / "xsd" / "oai-all.xsd").assertValid(answer)
        assert errors(answer) == []
        assert dict(answer.find(f"{OAI}request").attrib) == request
        assert answer.findtext(f"{OAI}request") == BASE
        assert answer.findtext(f"{OAI}responseDate") == "2026-11-21T12:30:15Z"


@pytest.mark.parametrize(
    ("prefix", "driver", "path"),
    [
        ("oai_datacite", "schema.datacite.org/meta/kernel-4/metadata.xsd", "{*}oai_datacite/{*}payload/{*}resource"),
        ("datacite", "schema.datacite.org/meta/kernel-4/metadata.xsd", "{*}resource"),
        ("iso19115-3", "iso19115-3-all.xsd", "{*}MD_Metadata"),
        ("iso19139", "iso19139-all.xsd", "{*}MD_Metadata"),
    ],
)
def test_the_record_inside_is_valid(shared_data: Path, prefix: str, driver: str, path: str) -> None:
    answer = ask(verb="GetRecord", metadataPrefix=prefix, identifier=identifier(on(1)))
    content = answer.find(f"{OAI}GetRecord/{OAI}record/{OAI}metadata/{path}")
    assert content is not None
    schema(shared_data / "xsd" / driver).assertValid(etree.fromstring(etree.tostring(content)))


ERRORS: list[tuple[str, dict[str, Any]]] = [
    ("badVerb", {}),
    ("badVerb", {"verb": "Explain"}),
    ("badVerb", {"verb": "identify"}),
    ("badVerb", {"verb": ["Identify", "Identify"]}),
    ("badArgument", {"verb": "Identify", "metadataPrefix": "oai_dc"}),
    ("badArgument", {"verb": "ListRecords"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai dc"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "colour": "red"}),
    ("badArgument", {"verb": "GetRecord", "metadataPrefix": "oai_dc"}),
    ("badArgument", {"verb": "GetRecord", "identifier": "oai:x:1"}),
    ("badArgument", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "\x00"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "yesterday"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-02-30"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-02-01T00:00Z"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-11-02", "until": "2026-11-01"}),
    (
        "badArgument",
        {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-11-01", "until": "2026-11-02T00:00:00Z"},
    ),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a::b"}),
    ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "abc"}),
    ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": "abc"}),
    ("badResumptionToken", {"verb": "ListSets", "resumptionToken": "abc"}),
    ("cannotDisseminateFormat", {"verb": "ListRecords", "metadataPrefix": "marc21"}),
    ("cannotDisseminateFormat", {"verb": "GetRecord", "metadataPrefix": "marc21", "identifier": "KNOWN"}),
    ("idDoesNotExist", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:data.example.org:1"}),
    ("idDoesNotExist", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:elsewhere:KNOWN"}),
    ("idDoesNotExist", {"verb": "ListMetadataFormats", "identifier": "oai:nobody:x"}),
    ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2030-01-01"}),
    ("noRecordsMatch", {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "until": "1999-01-01"}),
    ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "discipline:ocean"}),
    ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "deposit:none"}),
    ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "nothing"}),
]


@pytest.mark.parametrize(("code", "parameters"), ERRORS)
def test_every_mistake_has_its_error(code: str, parameters: dict[str, Any], shared_data: Path) -> None:
    known = identifier(on(1))
    if parameters.get("identifier") == "KNOWN":
        parameters = parameters | {"identifier": known}
    answer = ask(**parameters)
    assert errors(answer) == [code]
    schema(shared_data / "xsd" / "oai-all.xsd").assertValid(answer)
    sent = {name.rstrip("_"): value for name, value in parameters.items()}
    assert dict(answer.find(f"{OAI}request").attrib) == ({} if code in {"badVerb", "badArgument"} else sent)


def test_identify_says_since_when_and_how_deletions_are_kept() -> None:
    on(9)
    on(3)
    answer = ask(verb="Identify")
    facts = {etree.QName(element).localname: element.text for element in answer.find(f"{OAI}Identify")}
    assert (facts["earliestDatestamp"], facts["deletedRecord"]) == ("2026-11-03T12:00:07Z", "persistent")
    assert (facts["adminEmail"], facts["baseURL"]) == ("webmaster@data.example.org", BASE)


@pytest.mark.parametrize("state", [state for state in State if state not in {State.PUBLISHED, State.WITHDRAWN}])
def test_what_is_not_published_is_not_told(state: State) -> None:
    version = on(1, state=state)
    assert errors(ask(verb="ListRecords", metadataPrefix="oai_dc")) == ["noRecordsMatch"]
    assert errors(ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier(version))) == ["idDoesNotExist"]


def test_a_dataset_is_one_item_its_latest_published_version() -> None:
    first = on(1, state=State.SUPERSEDED)
    second = publish(record(title=Text(en="Second")), dataset=first.dataset, number=2)
    answer = ask(verb="ListRecords", metadataPrefix="oai_dc")
    assert identifiers(answer) == [identifier(second)]
    assert "Second" in [element.text for element in answer.iter("{http://purl.org/dc/elements/1.1/}title")]


def test_a_withdrawn_dataset_stays_as_deleted_without_its_metadata() -> None:
    version = on(1, state=State.WITHDRAWN)
    for verb in ("ListRecords", "ListIdentifiers"):
        answer = ask(verb=verb, metadataPrefix="oai_dc")
        assert [header.get("status") for header in answer.iter(f"{OAI}header")] == ["deleted"]
        assert list(answer.iter(f"{OAI}metadata")) == []
    publish(dataset=version.dataset, number=2)
    assert [
        header.get("status") for header in ask(verb="ListIdentifiers", metadataPrefix="oai_dc").iter(f"{OAI}header")
    ] == [None]


def test_dates_select_with_both_ends_included() -> None:
    versions = [on(day) for day in (1, 2, 3)]

    def found(**dates: str) -> list[int]:
        answer = ask(verb="ListIdentifiers", metadataPrefix="oai_dc", **dates)
        return [[identifier(version) for version in versions].index(name) + 1 for name in identifiers(answer)]

    assert found(from_="2026-11-02") == [2, 3]
    assert found(until="2026-11-02") == [1, 2]
    assert found(from_="2026-11-02", until="2026-11-02") == [2]
    assert found(from_="2026-11-02T12:00:07Z", until="2026-11-02T12:00:07Z") == [2]
    assert found(from_="2026-11-02T12:00:08Z") == [3]
    assert found(until="2026-11-02T12:00:06Z") == [1]


def test_sets_are_by_discipline_and_by_deposit() -> None:
    sea = on(1, described=record(disciplines=(Discipline.OCEAN, Discipline.BIODIVERSITY)), group=deposit("Sea"))
    land = on(2)
    inherited = on(3, described=record(disciplines=()))

    def found(spec: str) -> list[str]:
        return identifiers(ask(verb="ListIdentifiers", metadataPrefix="oai_dc", set=spec))

    assert found("discipline:ocean") == found("discipline:biodiversity") == [identifier(sea)]
    assert found("discipline:continental_surfaces") == [identifier(land), identifier(inherited)]
    assert found(f"deposit:{sea.dataset.deposit.uuid}") == [identifier(sea)]
    assert found("discipline") == found("deposit") == [identifier(sea), identifier(land), identifier(inherited)]
    specs = [element.text for element in ask(verb="ListSets").iter(f"{OAI}setSpec")]
    headers = [element.text for element in ask(verb="ListIdentifiers", metadataPrefix="oai_dc").iter(f"{OAI}setSpec")]
    assert set(headers) <= set(specs)
    assert len(specs) == len(set(specs)) == 10


def harvest(page_size: int, **parameters: str) -> list[list[str]]:
    """The identifiers, page by page."""
    answer = ask(page_size, **parameters)
    pages = [identifiers(answer)]
    while token := answer.findtext(f".//{OAI}resumptionToken"):
        answer = ask(page_size, verb=parameters["verb"], resumptionToken=token)
        pages.append(identifiers(answer))
    return pages


def test_pages_hold_everything_once_even_with_equal_datestamps() -> None:
    versions = [on(1) for _ in range(5)] + [on(2), on(3)]
    for size in (1, 2, 3, 7, 8):
        pages = harvest(size, verb="ListRecords", metadataPrefix="oai_dc")
        assert [name for page in pages for name in page] == [identifier(version) for version in versions]
        assert {len(page) for page in pages[:-1]} <= {size}


def test_tokens_count_and_the_last_page_has_an_empty_one() -> None:
    for _ in range(3):
        on(1)
    answer = ask(2, verb="ListIdentifiers", metadataPrefix="oai_dc")
    token = answer.find(f".//{OAI}resumptionToken")
    assert (token.get("completeListSize"), token.get("cursor")) == ("3", "0")
    last = ask(2, verb="ListIdentifiers", resumptionToken=token.text).find(f".//{OAI}resumptionToken")
    assert (last.text, last.get("cursor")) == (None, "2")
    assert ask(3, verb="ListIdentifiers", metadataPrefix="oai_dc").find(f".//{OAI}resumptionToken") is None


def test_what_changes_during_a_harvest_comes_again_at_its_end() -> None:
    versions = [on(day) for day in (1, 2, 3)]
    answer = ask(2, verb="ListIdentifiers", metadataPrefix="oai_dc")
    DatasetVersion.objects.filter(pk=versions[0].pk).update(datestamp=NOW)
    token = answer.findtext(f".//{OAI}resumptionToken")
    assert identifiers(ask(2, verb="ListIdentifiers", resumptionToken=token)) == [
        identifier(versions[2]),
        identifier(versions[0]),
    ]


def test_a_token_is_for_one_verb() -> None:
    for _ in range(2):
        on(1)
    token = ask(1, verb="ListRecords", metadataPrefix="oai_dc").findtext(f".//{OAI}resumptionToken")
    assert errors(ask(verb="ListIdentifiers", resumptionToken=token)) == ["badResumptionToken"]


moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


@given(
    st.builds(
        Selection,
        st.sampled_from(list(VERBS)),
        st.sampled_from(list(OAI_FORMATS)),
        st.none() | moments,
        st.none() | moments,
        st.text(max_size=20),
        st.tuples(moments, st.integers(1, 10**9)),
        st.integers(1, 10**9),
    )
)
def test_tokens_round_trip(selection: Selection) -> None:
    assert tokens.read(tokens.write(selection)) == selection


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: tokens.base64.urlsafe_b64encode(raw).decode()))
def test_no_other_text_is_a_token(text: str) -> None:
    assert tokens.read(text) is None


@limits(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken", "x"]),
        st.lists(
            st.sampled_from([*VERBS, "oai_dc", "iso19115-3", "2026-11-01", "oai:data.example.org:1", "discipline"])
            | st.text(max_size=8),
            min_size=1,
            max_size=2,
        ),
        max_size=4,
    )
)
def test_any_request_has_a_valid_answer(shared_data: Path, parameters: dict[str, list[str]]) -> None:
    answer = etree.fromstring(respond(parameters, BASE, NOW))
    schema(shared_data / "xsd" / "oai-all.xsd").assertValid(answer)
