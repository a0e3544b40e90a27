# SPDX-License-Identifier: AGPL-3.0-or-later
"""A harvester that others wrote (oaipmh-scythe) takes every record from a live server."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import httpx
import pytest
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import IdDoesNotExist, NoRecordsMatch

from published import publish
from terracite.repository import oai
from terracite.repository.states import State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harvester(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.TERRACITE = replace(settings.TERRACITE, base_url=live_server.url)
    monkeypatch.setitem(oai.respond.__kwdefaults__, "page_size", 3)
    with Scythe(f"{live_server.url}/oai") as scythe:
        yield scythe


def fill(count: int) -> list[str]:
    versions = [publish(at=dt.datetime(2026, 11, 1 + number // 2, tzinfo=dt.UTC)) for number in range(count)]
    return [str(version.dataset.uuid) for version in versions]


def uuids(items: Any) -> list[str]:
    return [item.identifier.rpartition(":")[2] for item in items]


def test_it_takes_all_records_in_every_format(harvester: Scythe) -> None:
    expected = fill(8)
    gone = publish(state=State.WITHDRAWN, at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    for known in harvester.list_metadata_formats():
        records = list(harvester.list_records(metadata_prefix=known.metadataPrefix))
        assert [record.header.identifier.rpartition(":")[2] for record in records] == [
            *expected,
            str(gone.dataset.uuid),
        ]
        assert [record.deleted for record in records] == [False] * 8 + [True]
        assert all(etree.QName(record.xml).localname == "record" for record in records)
        if known.metadataPrefix == "oai_dc":
            assert records[0].metadata["title"]


def test_it_asks_for_identifiers_sets_and_one_record(harvester: Scythe) -> None:
    expected = fill(4)
    assert uuids(harvester.list_identifiers(metadata_prefix="oai_dc")) == expected
    specs = [item.setSpec for item in harvester.list_sets()]
    assert "discipline:continental_surfaces" in specs
    taken = list(
        harvester.list_records(metadata_prefix="oai_dc", set_="discipline:continental_surfaces", from_="2026-11-02")
    )
    assert [record.header.identifier.rpartition(":")[2] for record in taken] == expected[2:]
    one = harvester.get_record(identifier=taken[0].header.identifier, metadata_prefix="oai_dc")
    assert one.metadata["title"] == taken[0].metadata["title"]
    assert harvester.identify().repositoryName == "Terracite"


def test_it_understands_our_errors(harvester: Scythe) -> None:
    with pytest.raises(NoRecordsMatch):
        list(harvester.list_records(metadata_prefix="oai_dc"))
    with pytest.raises(IdDoesNotExist):
        harvester.get_record(identifier="oai:localhost:1", metadata_prefix="oai_dc")


def test_posting_a_request_is_the_same_as_getting_it(harvester: Scythe) -> None:
    fill(1)
    wanted = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    answers = [httpx.get(harvester.endpoint, params=wanted), httpx.post(harvester.endpoint, data=wanted)]
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/xml; charset=utf-8"}
    bodies = {answer.text.partition("</responseDate>")[2] for answer in answers}
    assert len(bodies) == 1
    assert httpx.put(harvester.endpoint).status_code == 405
