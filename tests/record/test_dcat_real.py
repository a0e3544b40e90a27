# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every real document of DCAT: what portals of the EU, of Switzerland, of Flanders and GeoNetwork write."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from terracite.errors import RecordError
from terracite.record.dcat import read_dcat_ap, read_dcat_ap_xml
from terracite.record.model import (
    Access,
    Agent,
    Box,
    DateKind,
    KeywordKind,
    Organisation,
    Period,
    Record,
    RecordDate,
    Text,
)
from terracite.record.reading import Reading

EU = "http://publications.europa.eu/resource/authority/"


@pytest.fixture(scope="module")
def readings(shared_data: Path) -> dict[str, Reading]:
    paths = sorted((shared_data / "metadata" / "dcat").iterdir())
    return {path.name.partition(".xml")[0]: read_dcat_ap_xml(path.read_bytes()) for path in paths}


def _keywords(record: Record, kind: KeywordKind = KeywordKind.THEME) -> list[tuple[str, str]]:
    return [(item.label.fr, item.label.en) for item in record.keywords if item.kind is kind]


def test_all_of_them_have_title_and_abstract(readings: dict[str, Reading]) -> None:
    assert len(readings) == 6
    assert all(reading.record.title and reading.record.abstract for reading in readings.values())


def test_what_was_not_understood_is_counted(readings: dict[str, Reading]) -> None:
    found = {name: dict(Counter(item.kind for item in reading.remarks)) for name, reading in readings.items()}
    assert found == {
        "eu.dcat-ap.survey": {"elsewhere": 13},  # twelve terms of EuroVoc, one publisher, by their addresses alone
        "eu.dcat-ap.whoiswho": {"elsewhere": 21, "twice": 1},  # two licences
        "generic-dataset+eu.dcat-ap.survey": {"elsewhere": 13},
        "generic-dataset.dcat-ap": {},
        "opendataswiss.dcat-ap.dataset": {"elsewhere": 4, "missing": 1},  # a contact without name
        "vlaanderen.dcat-ap.dataset": {"repaired": 1},  # keywords in English, said to be in Dutch
    }


def test_whoiswho_of_the_eu(readings: dict[str, Reading]) -> None:
    record = readings["eu.dcat-ap.whoiswho"].record
    assert record.doi == "10.2906/112117098108/5"
    assert record.title == Text(
        fr="EU Whoiswho: Annuaire officiel de l'Union européenne",
        en="EU Whoiswho: the official directory of the European Union",
    )
    assert record.licence == "CC-BY-4.0"
    assert record.publisher == Organisation(name="PUBL")
    assert record.periods == (Period(start=dt.date(1981, 1, 1)),)
    assert record.date(DateKind.ISSUED) == dt.date(2019, 1, 1)
    assert record.date(DateKind.UPDATED) == dt.date(2022, 2, 1)
    assert set(record.data_languages) == {"de", "fr", "en"}
    assert record.contacts == (
        Agent(organisation="Publications Office of the European Union", email="persondcea5e@example.org"),
    )
    assert ("Gouvernement et secteur public", "Government and public sector") in _keywords(record)
    assert record.record_updated == dt.datetime(2022, 4, 22, 12, 16, 44, tzinfo=dt.UTC)


def test_a_survey_of_the_eu(readings: dict[str, Reading]) -> None:
    record = readings["eu.dcat-ap.survey"].record
    assert record.title == Text(
        fr="Deuxième enquête de l’Union européenne sur les minorités et la discrimination",
        en="Second European Union Minorities and Discrimination Survey",
    )
    places = _keywords(record, KeywordKind.PLACE)
    assert len(places) == 28
    assert {("Malte", "Malta"), ("Finlande", "Finland"), ("Chypre", "Cyprus")} < set(places)
    assert [period.start for period in record.periods] == [dt.datetime(2015, 10, 1, tzinfo=dt.UTC)]
    assert record.licence == f"{EU}licence/COM_REUSE"
    assert record.version.notes == Text(en="Without multiple response questions")
    assert {item.relation for item in record.related} == {"IsDocumentedBy", "HasPart"}


def test_the_same_survey_edited_in_geonetwork(readings: dict[str, Reading]) -> None:
    edited, survey = (readings[name].record for name in ("generic-dataset+eu.dcat-ap.survey", "eu.dcat-ap.survey"))
    assert edited.title == Text(en="A very interesting dataset (un jeu de données très intéressant)")
    assert edited.abstract.en.endswith("'çàü^@/~^&")
    for field in ("uuid", "keywords", "contacts", "dates", "periods", "licence", "record_created"):
        assert getattr(edited, field) == getattr(survey, field)


def test_a_small_dataset_of_geonetwork(readings: dict[str, Reading]) -> None:
    reading = readings["generic-dataset.dcat-ap"]
    assert reading.record.abstract.en.startswith("# Introduction\nThis dataset has been established")
    assert '<img src="http://google.com" />' in reading.record.abstract.en
    assert [(item.where, item.value) for item in reading.leftovers] == [
        ("dcat:CatalogRecord/dct:identifier", "my-dataset-001")
    ]


def test_energy_cities_of_switzerland(readings: dict[str, Reading]) -> None:
    record = readings["opendataswiss.dcat-ap.dataset"].record
    assert record.title == Text(fr="Cités de l’énergie", en="Energy cities")
    assert record.abstract.fr.startswith("Le label «Cité de l’énergie» atteste")
    assert record.publisher == Organisation(name="Bundesamt für Energie")
    assert record.dates == (
        RecordDate(kind=DateKind.ISSUED, on=dt.date(2014, 6, 30)),
        RecordDate(kind=DateKind.UPDATED, on=dt.date(2022, 6, 15)),
    )
    conditions = "NonCommercialAllowed-CommercialAllowed-ReferenceRequired"
    assert record.access == Access(conditions=Text(en=conditions))
    services = [item.identifier for item in record.related if item.relation == "HasPart"]
    assert "http://wms.geo.admin.ch/?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities&lang=de" in services
    assert len(services) == 5
    assert ("Énergie", "Energy") in _keywords(record)
    assert _keywords(record, KeywordKind.PLACE) == [("", "Schweiz")]


def test_fish_of_flanders(readings: dict[str, Reading]) -> None:
    record = readings["vlaanderen.dcat-ap.dataset"].record
    assert str(record.uuid) == "f3bd3e9b-cec1-38de-bb16-d063edace486"
    assert [extent.box for extent in record.extents] == [Box(west=3.768, south=51.072, east=4.202, north=51.31)]
    assert record.licence == "CC0-1.0"
    assert record.publisher == Organisation(name="Research Institute for Nature and Forest (INBO)")
    assert record.contacts == (Agent(organisation="David Buysse", email="personba720a@example.org"),)
    words = ["biodiversity", "fish", "pumping station", "migration", "Samplingevent", "mortality"]
    assert [label for _, label in _keywords(record)] == words
    assert record.keywords[0].uri == "http://eurovoc.europa.eu/5463"
    assert record.record_updated == dt.datetime(2024, 9, 19, 1, 15, 9, 732000, tzinfo=dt.UTC)
    assert [item.identifier for item in record.related] == ["https://ipt.inbo.be/archive.do?r=visschade-occurrences"]


def test_the_register_of_inspire_themes(shared_data: Path) -> None:
    """A list of concepts that is also a dataset, with its contacts, and a date in no form."""
    reading = read_dcat_ap((shared_data / "vocab" / "inspire-theme.en.rdf").read_bytes())
    record = reading.record
    assert record.title == Text(en="INSPIRE theme register")
    assert record.publisher == Organisation(name="European Commission, Joint Research Centre")
    assert [contact.organisation for contact in record.contacts] == ["JRC INSPIRE Registry Team"]
    assert [(item.agent.name, item.role.value) for item in record.contributors] == [("European Union", "RightsHolder")]
    assert len(record.related) == 35
    assert {(item.where, item.kind) for item in reading.remarks} == {
        ("dcat:Dataset/dct:created", "unreadable"),
        ("", "more_left"),
    }


@pytest.mark.parametrize("path", ["sweet/realmOcean.ttl", "sweet/matrWater.ttl"])
def test_a_vocabulary_is_no_dataset(shared_data: Path, path: str) -> None:
    """Real RDF that describes something else is refused, with a cure."""
    with pytest.raises(RecordError, match=r"describes no dcat:Dataset") as caught:
        read_dcat_ap((shared_data / "vocab" / path).read_bytes())
    assert caught.value.hint
