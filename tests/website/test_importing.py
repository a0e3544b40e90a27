# SPDX-License-Identifier: AGPL-3.0-or-later
"""Importing a description: shown before it is taken, only what is chosen, marked as imported, nothing in silence."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from terracite.errors import ServiceError
from terracite.record.formats import FORMATS
from terracite.record.model import OriginKind, Record
from terracite.repository import deposits, importing
from terracite.repository.models import DatasetVersion
from terracite.repository.records import record_of
from terracite.services import doi_metadata

from . import scene

SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = {
    "metadata/datacite/bolognese/datacite-example-full-v4.4.xml": "datacite",
    "metadata/datacite/bolognese/pure.bib": "bibtex",
    "metadata/dcat/generic-dataset.dcat-ap.xml": "dcat-ap-xml",
    "metadata/stac/simple-collection.json": "stac",
    "metadata/oai-pmh/get_GetRecord_iso.xml": "iso19139",
}
GEOFLOW = "geoflow-entities/g2oi/Action 1.2/metadata/seasoi/METADATA_GRIMA.csv"
DATACITE = {
    "doi": "10.5281/zenodo.1234567",
    "types": {"resourceTypeGeneral": "Dataset"},
    "titles": [{"title": "Sea <script>alert(1)</script> levels"}],
    "creators": [{"name": "Doe, Jane", "nameType": "Personal", "familyName": "Doe", "givenName": "Jane"}],
    "publisher": "Zenodo",
    "publicationYear": 2022,
    "container": {"title": "A journal nobody knows", "volume": "7"},
    "schemaVersion": "http://datacite.org/schema/kernel-4",
}


@pytest.fixture
def empty(deposit, cast) -> DatasetVersion:
    return deposits.create_dataset(deposit, cast.alice)


def shown(client: Client, version: DatasetVersion | None, **given):
    address = reverse("import-into", args=[version.uuid]) if version else reverse("import")
    return client.post(address, given, headers={"accept-language": "en"})


def taken(client: Client, version: DatasetVersion | None, page, fields=None, **more):
    offered = [line.field for line in page.context["offers"] if line.is_default]
    data = {"held": page.context["held"], "take": "1", "field": offered if fields is None else fields}
    address = reverse("import-into", args=[version.uuid]) if version else reverse("import")
    return client.post(address, data | more)


def test_a_doi_becomes_a_related_resource_and_never_ours(alice, empty) -> None:
    page = shown(alice, empty, text=json.dumps(DATACITE))
    assert taken(alice, empty, page).status_code == 302
    empty.refresh_from_db()
    record = record_of(empty)
    assert record.doi == ""
    assert [(link.relation, link.identifier) for link in record.related] == [
        ("IsIdenticalTo", "10.5281/zenodo.1234567")
    ]
    assert record.creators[0].family_name == "Doe"
    origin = record.origin("creators")
    assert (origin.kind, origin.detail) == (OriginKind.IMPORTED, "datacite-json 10.5281/zenodo.1234567")


def test_names_are_harmless_and_what_has_no_place_is_told(alice, empty) -> None:
    page = shown(alice, empty, text=json.dumps(DATACITE))
    text = page.content.decode()
    assert "<script>alert" not in text
    told = dict(page.context["not_taken"])
    assert told["publisher"] == "Zenodo"
    assert any("A journal nobody knows" in value for value in told.values()) or "A journal nobody knows" in text


def test_only_empty_fields_are_ticked_and_only_chosen_ones_taken(alice, draft) -> None:
    before = record_of(draft)
    page = shown(alice, draft, text=json.dumps(DATACITE))
    lines = {line.field: line for line in page.context["offers"]}
    assert not lines["creators"].is_default
    assert "Payet" in lines["creators"].before
    assert lines["related"].is_default
    taken(alice, draft, page, fields=["creators", "nonsense", "doi"])
    draft.refresh_from_db()
    after = record_of(draft)
    assert [agent.family_name for agent in after.creators] == ["Doe"]
    assert (after.title, after.related, after.doi) == (before.title, before.related, before.doi)


def test_an_earlier_dataset_of_ones_own_fills_a_new_one(alice, chloe, cast, draft, empty) -> None:
    page = shown(alice, empty, earlier=str(draft.uuid))
    taken(alice, empty, page)
    empty.refresh_from_db()
    first, second = record_of(draft), record_of(empty)
    assert (second.title, second.creators, second.periods) == (first.title, first.creators, first.periods)
    assert second.uuid != first.uuid
    assert second.files == ()
    theirs = deposits.create_dataset(scene.make_deposit(cast.chloe), cast.chloe)
    assert shown(chloe, theirs, earlier=str(draft.uuid)).status_code == 404


def test_a_dataset_begins_with_an_import(alice, deposit) -> None:
    page = shown(alice, None, text=json.dumps(DATACITE))
    answer = taken(alice, None, page, deposit=str(deposit.uuid))
    made = DatasetVersion.objects.get()
    assert answer["Location"] == reverse("deposit-step", args=[made.uuid, "describe"])
    assert "Sea" in record_of(made).title.best()
    taken(alice, None, page, deposit="", disciplines=[scene.LAND])
    assert DatasetVersion.objects.count() == 2
    assert taken(alice, None, page, deposit="").status_code == 422  # a new deposit needs a discipline


def test_of_a_table_one_row_is_chosen(alice, empty) -> None:
    rows = [
        FORMATS["geoflow"].write(Record.model_validate(scene.MAP | {"title": {"en": title}}), "https://example.org")
        for title in ("First map", "Second map")
    ]
    header, first = rows[0].split(b"\n", 1)
    table = header + b"\n" + first.rstrip() + b"\n" + rows[1].split(b"\n", 1)[1]
    asked = shown(alice, empty, text=table.decode())
    assert [row.title for row in asked.context["rows"]] == ["First map", "Second map"]
    page = shown(alice, empty, held=asked.context["held"], row="1")
    assert [line.value for line in page.context["offers"] if line.field == "title.en"] == ["Second map"]


@pytest.mark.parametrize("name", ["iso19115-3", "iso19139", "ro-crate", "dcat-ap-jsonld", "stac", "json"])
def test_what_we_write_comes_back(cast, draft, empty, name) -> None:
    document = FORMATS[name].write(record_of(draft), "https://example.org/data")
    found = importing.read_source(document)
    importing.apply(empty, found, cast.alice)
    empty.refresh_from_db()
    record, before = record_of(empty), record_of(draft)
    assert record.title.en == before.title.en
    assert [agent.name for agent in record.creators] == [agent.name for agent in before.creators]
    assert record.uuid == empty.uuid
    assert record.origin("creators").kind is OriginKind.IMPORTED


@pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data")
@pytest.mark.parametrize(("path", "name"), REAL.items())
def test_real_records_are_taken(cast, empty, path, name) -> None:
    found = importing.read_source((SHARED / path).read_bytes())
    assert found.format == name
    names = importing.apply(empty, found, cast.alice)
    empty.refresh_from_db()
    assert record_of(empty).title
    assert names


@pytest.mark.skipif(not SHARED.exists(), reason="no ../shared/data")
def test_a_real_table_of_geoflow_is_taken(cast, empty) -> None:
    document = (SHARED / GEOFLOW).read_bytes()
    last = max([row.number for row in importing.rows_of(document)], default=0)
    assert importing.apply(empty, importing.read_source(document, last), cast.alice)


XXE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><resource><titles>&x;</titles></resource>'


@pytest.mark.parametrize("text", ["", "   ", "hello", "{", "[]", "<a/>", "{}" * 1000, XXE, "[" * 100_000])
def test_another_document_is_refused_with_the_cure(alice, empty, text) -> None:
    answer = shown(alice, empty, text=text)
    assert answer.status_code in {200, 422}
    assert "root:" not in answer.content.decode()


def test_a_file_of_50_mb_is_refused(alice, empty) -> None:
    answer = shown(alice, empty, file=SimpleUploadedFile("a.xml", b"<a>" + b" " * 50_000_000))
    assert answer.status_code == 422
    assert "the most that is read is 20,000,000" in html.unescape(answer.content.decode())


def test_what_the_page_holds_cannot_be_forged(alice, empty) -> None:
    for held in ("", "x", "x:y:z"):
        answer = shown(alice, empty, held=held, take="1", field="title.en")
        assert answer.status_code == 422


def test_only_those_who_edit_import(alice, chloe, draft, submitted) -> None:
    address = reverse("import-into", args=[draft.uuid])
    assert chloe.get(address).status_code == 404
    assert alice.get(address).status_code == 404  # submitted
    assert Client().get(address).status_code == 302
    assert alice.put(address).status_code == 405


def test_the_page_asks_and_tells_that_the_network_is_absent(alice, empty, monkeypatch) -> None:
    assert alice.get(reverse("import-into", args=[empty.uuid])).status_code == 200
    assert alice.get(reverse("import")).status_code == 200

    def absent(typed: str) -> bytes:
        raise ServiceError("The metadata cannot be fetched just now.", hint="Paste them.", retry=True)

    monkeypatch.setattr(doi_metadata, "fetch", absent)
    page = shown(alice, empty, doi="10.5281/zenodo.1234567")
    assert page.status_code == 422
    assert "Paste them." in page.content.decode()
    monkeypatch.setattr(doi_metadata, "fetch", lambda _: json.dumps(DATACITE).encode())
    assert shown(alice, empty, doi="10.5281/zenodo.1234567").status_code == 200
