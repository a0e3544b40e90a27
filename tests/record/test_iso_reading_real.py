# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every real ISO document of the shared data: what all have in common, and exact values of documents of many producers.

The exact values were read by eye in the XML of each document, not taken from the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from record.examples import PAGE
from terracite.errors import RecordError
from terracite.record.crosswalk import project
from terracite.record.detection import detect
from terracite.record.formats import FORMATS
from terracite.record.iso_reading import read_iso19115_3, read_iso19139
from terracite.record.model import AccessKind, Agent, KeywordKind, Record, ResourceType
from terracite.record.reading import Reading

_LEAST = 73  #: documents when this was written
_NO_RECORD = {"isotc211_fr-fr.xml"}  #: a translation of the code lists, which lies among the records
#: its texts are English and said to be French: they come back as what they are, with a remark
_MISLABELLED = {"gnui_metadata-for-i18n-no-otherlanguage.dataset.xml"}
_ROOTS = {"MD_Metadata", "MI_Metadata", "CHE_MD_Metadata"}


def _paths(shared: Path) -> Iterator[Path]:
    metadata = shared / "metadata"
    for folder in ("iso19115-3", "iso19139"):
        yield from (path for path in sorted((metadata / folder).glob("*.xml")) if path.name not in _NO_RECORD)
    yield metadata / "oai-pmh" / "get_GetRecord_iso.xml"
    yield from sorted((metadata / "stac").glob("S2MSI*.xml"))
    yield from sorted((shared / "geoflow-entities").rglob("*ISO-19115.xml"))


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in _paths(shared_data)}


@pytest.fixture(scope="module")
def readings(documents: Mapping[str, bytes]) -> Mapping[str, Reading]:
    """Every document, read; an exception fails all the tests below."""
    return {name: detect(document).read(document) for name, document in documents.items()}


def _all(element: Any, *names: str) -> list[Any]:
    """The elements of that path of local names ("*": any)."""
    path = "/".join("*" if name == "*" else f"*[local-name()='{name}']" for name in names)
    found: list[Any] = element.xpath(path)
    return found


def _identification(document: bytes) -> Any:
    """The identification of the first record, found without the reader."""
    root = etree.fromstring(document.lstrip())
    record = next(item for item in root.iter("*") if etree.QName(item).localname in _ROOTS)
    return _all(record, "identificationInfo", "*")[0]


def _words(elements: list[Any]) -> list[str]:
    return [text for item in elements if (text := "".join(item.itertext()).strip())]


def test_every_document_is_read(readings: Mapping[str, Reading]) -> None:
    assert len(readings) >= _LEAST


def test_a_document_without_a_record_is_refused_with_a_cure(shared_data: Path) -> None:
    document = (shared_data / "metadata" / "iso19139" / "isotc211_fr-fr.xml").read_bytes()
    for read in (read_iso19115_3, read_iso19139):
        with pytest.raises(RecordError, match="no ISO metadata") as refused:
            read(document)
        assert refused.value.hint


def test_every_title_is_one_of_the_titles_of_the_document(
    documents: Mapping[str, bytes], readings: Mapping[str, Reading]
) -> None:
    for name, reading in readings.items():
        holders = _all(_identification(documents[name]), "citation", "CI_Citation", "title")
        written = {" ".join(text.split()) for item in holders for text in item.itertext() if text.strip()}
        read = {" ".join(words.split()) for _, words in reading.record.title.items() if words}
        assert read, name
        assert read <= written, name


def test_every_box_and_period_is_read(documents: Mapping[str, bytes], readings: Mapping[str, Reading]) -> None:
    unreadable = {"gnplugin_metadata-ISO19115-3.xml"}  # its values are the paths they were converted from
    for name in documents.keys() - unreadable:
        node, record = _identification(documents[name]), readings[name].record
        boxes = _all(node, "extent", "EX_Extent", "geographicElement", "EX_GeographicBoundingBox")
        filled = [box for box in boxes if re.search(r"\d\.?\d*", "".join(_words(_all(box, "westBoundLongitude"))))]
        assert len(record.extents) == len(filled), name
        times = _all(node, "extent", "EX_Extent", "temporalElement", "*", "extent", "*")
        assert len(record.periods) + len(record.eras) == len(_words(times)), name


def test_every_keyword_of_the_document_is_kept(documents: Mapping[str, bytes], readings: Mapping[str, Reading]) -> None:
    """Each is the label of a keyword, a discipline or a topic; in a language that a record lacks, a leftover."""
    for name, reading in readings.items():
        node, record = _identification(documents[name]), reading.record
        written = _words(_all(node, "descriptiveKeywords", "MD_Keywords", "keyword", "CharacterString"))
        written += _words(_all(node, "descriptiveKeywords", "MD_Keywords", "keyword", "Anchor"))
        kept = {words for keyword in record.keywords for words in (keyword.label.fr, keyword.label.en, keyword.uri)}
        left = {leftover.value for leftover in reading.leftovers}
        assert [word for word in written if word not in kept | left] == [], name


def test_everybody_of_the_identification_is_kept(
    documents: Mapping[str, bytes], readings: Mapping[str, Reading]
) -> None:
    for name, reading in readings.items():
        node, record = _identification(documents[name]), reading.record
        parties = [*_all(node, "pointOfContact", "*"), *_all(node, "citation", "*", "citedResponsibleParty", "*")]
        names = ("individualName", "organisationName", "individualLastName")
        named = [item for item in parties if any(_words(_all(item, wanted)) for wanted in names)]
        named += [item for item in parties if _words(item.xpath("*[local-name()='party']//*[local-name()='name']"))]
        read = [*record.contacts, *record.creators, *record.contributors, *record.funding]
        assert len(read) + bool(record.publisher) >= len(named), name


def test_remarks_and_leftovers_are_where_they_say(
    documents: Mapping[str, bytes], readings: Mapping[str, Reading]
) -> None:
    for name, reading in readings.items():
        root = etree.fromstring(documents[name].lstrip()).getroottree()
        for where in {*(remark.where for remark in reading.remarks), *(item.where for item in reading.leftovers)}:
            path, _, attribute = where.partition("/@")
            steps = [re.fullmatch(r"([\w-]+)(?:\[(\d+)\])?", step) for step in path.strip("/").split("/")]
            assert all(steps), where
            found = root.xpath("/" + "/".join(f"*[local-name()='{s[1]}'][{s[2] or 1}]" for s in steps if s))
            assert len(found) == 1, (name, where)
            assert not attribute or any(etree.QName(key).localname == attribute for key in found[0].attrib), where


def test_remarks_speak_both_languages_and_say_what_to_do(readings: Mapping[str, Reading]) -> None:
    remarks = [remark for reading in readings.values() for remark in reading.remarks]
    assert remarks
    assert all(remark.message.fr and remark.message.en and remark.cure.fr and remark.cure.en for remark in remarks)


def test_the_same_document_gives_the_same_record(
    documents: Mapping[str, bytes], readings: Mapping[str, Reading]
) -> None:
    for name, document in documents.items():
        assert detect(document).read(document) == readings[name]


@pytest.mark.parametrize("format_name", ["iso19115-3", "iso19139"])
def test_real_records_come_back_from_our_own_documents(format_name: str, readings: Mapping[str, Reading]) -> None:
    chosen = FORMATS[format_name]
    carried = chosen.carries().whole_paths()
    for name in readings.keys() - _MISLABELLED:
        record = readings[name].record.without_emails()
        back = chosen.read(chosen.write(record, PAGE)).record
        lost = {path for path in carried if project(record, path) != project(back, path)}
        assert lost == set(), name


def _boxes(record: Record) -> list[tuple[float, float, float, float]]:
    return [(item.box.west, item.box.south, item.box.east, item.box.north) for item in record.extents]


def _periods(record: Record) -> list[str]:
    return [period.interval() for period in record.periods]


def _people(agents: tuple[Agent, ...]) -> list[tuple[str, list[str]]]:
    return [(agent.display_name, [place.name for place in agent.affiliations]) for agent in agents]


def _keywords(record: Record) -> list[tuple[str, str, str]]:
    return [(keyword.label.best(), keyword.uri, keyword.thesaurus) for keyword in record.keywords]


def test_a_dataset_of_wallonia(readings: Mapping[str, Reading]) -> None:
    """GeoNetwork, ISO 19115-3, in French."""
    record = readings["metawal.iso19115-3.dataset.xml"].record
    desk = (
        "Helpdesk carto du SPW (SPW - Secrétariat général - SPW Digital - Département de la Géomatique - "
        "Direction de l'Intégration des géodonnées)"
    )
    assert (record.title.fr, record.title.en, record.language) == ("Passages pour piéton", "", "fr")
    assert str(record.uuid) == "2d974612-70b1-4662-a9f4-c43cbe453773"
    assert _boxes(record) == [(2.75, 49.45, 6.5, 50.85)]
    assert record.extents[0].place.fr == "Région wallonne"
    assert _people(record.contacts) == [(desk, [])]
    assert record.contacts[0].email == "person394715@example.org"
    assert record.parent is not None
    assert record.parent.identifier == "7451e2bd-22e8-4a74-a999-01c58b630369"
    assert len(record.keywords) == 32
    assert _keywords(record)[1] == ("géographie", "http://www.eionet.europa.eu/gemet/theme/16", "gemet-themes")
    assert ("route", "", "gemet") in _keywords(record)
    assert [system.code for system in record.reference_systems] == ["EPSG:31370"]
    assert record.publisher is not None
    assert record.publisher.name == "Service public de Wallonie (SPW)"


def test_a_model_of_auscope(readings: Mapping[str, Reading]) -> None:
    """Geological survey of Victoria, ISO 19115-3, with a licence by its address and a date without type."""
    reading = readings["owslib_auscope-3d-model.xml"]
    record = reading.record
    assert record.title.en == "3D geological model of the Otway and Torquay Basin 2011"
    assert _boxes(record) == [(143.0, -39.4, 144.0, -38.4)]
    assert (record.licence, record.access.kind) == ("CC-BY-4.0", AccessKind.UNKNOWN)
    assert [agent.name for agent in record.creators] == ["SKLADZIEN, P.B.", "Jorand, C."]
    assert _people(record.contacts) == [("Anthony Hurst", ["Earth Resources Victoria"])]
    assert [item.funder for item in record.funding] == ["AuScope"]
    places = [keyword.label.en for keyword in record.keywords if keyword.kind is KeywordKind.PLACE]
    assert places == ["Victoria", "Otway Basin", "Torquay Basin"]
    assert [remark.message.en for remark in reading.remarks] == [
        "There is no type for the date 2010-01-01; read as the date of publication."
    ]


def test_a_field_experiment_of_bonares(readings: Mapping[str, Reading]) -> None:
    """ISO 19139 with a DOI, keywords of AGROVOC, and a box said to be where the data are not."""
    reading = readings["707a02ac-9240-4a2d-afbd-395b69756534.xml"]
    record = reading.record
    assert record.doi == "10.20387/bonares-1naq-dvww"
    assert record.title.en == "Agronomic data of long term field experiment CATCHY Asendorf"
    assert _boxes(record) == [(9.02, 52.76, 9.03, 52.76)]
    assert _periods(record) == ["2015-05-01/2024-04-30"]
    assert _people(record.contacts) == [("Doerte Schweneker", ["Deutsche Saatveredelung AG"])]
    assert _keywords(record)[0] == (
        "cropping systems",
        "http://aims.fao.org/aos/agrovoc/c_1971",
        "AGROVOC Multilingual agricultural thesaurus",
    )
    assert (record.licence, record.publisher.name if record.publisher else "") == ("CC-BY-4.0", "BonaRes Data Centre")
    assert "“extentTypeCode false” was read as “true”." in [remark.message.en for remark in reading.remarks]


def test_a_buoy_of_pacioos(readings: Mapping[str, Reading]) -> None:
    """Unidata's translation of NetCDF attributes, ISO 19115-2: a point, keywords of GCMD and CF, variables."""
    record = readings["pycsw_pacioos-NS06agg.xml"].record
    assert record.title.en == "PacIOOS Nearshore Sensor 06: Pohnpei, Micronesia"
    assert _boxes(record) == [(158.22402954101562, 6.955227375030518) * 2]
    assert _periods(record) == ["2010-05-07T00:00:00Z/2014-03-17T23:56:00Z"]
    assert _people(record.contacts) == [("Margaret McManus", ["University of Hawaii"])]
    assert _keywords(record)[0] == ("Oceans > Ocean Chemistry > Chlorophyll", "", "gcmd-science")
    turbidity = "http://vocab.nerc.ac.uk/standard_name/sea_water_turbidity/"
    assert ("sea_water_turbidity", turbidity, "cf-standard-names") in _keywords(record)
    found = {variable.name: (variable.standard_name, variable.unit) for variable in record.variables}
    assert found["cond"] == ("sea_water_electrical_conductivity", "S m-1")


def test_a_cruise_of_the_marine_institute(readings: Mapping[str, Reading]) -> None:
    """SeaDataNet's profile of ISO 19139: anchored keywords, a licence inside another code list."""
    record = readings["owslib_iso_keywords_anchor.xml"].record
    assert record.title.en == "CE0911 Climate Change Survey"
    assert _boxes(record) == [(-15.148822, 49.7991699, -8.254568548, 54.6287598)]
    assert _periods(record) == ["2009-06-14T00:00:00Z/2009-06-22T23:59:59Z"]
    assert _people(record.contacts) == [("Marine Institute", [])]
    assert _keywords(record)[:2] == [
        (
            "Atmospheric pressure",
            "http://vocab.nerc.ac.uk/collection/A05/current/EV_AIRPRESS/",
            "AtlantOS Essential Variables",
        ),
        (
            "Air temperature",
            "http://vocab.nerc.ac.uk/collection/A05/current/EV_AIRTEMP/",
            "AtlantOS Essential Variables",
        ),
    ]
    assert record.licence == "CC-BY-4.0"


def test_a_town_plan_of_geo2france(readings: Mapping[str, Reading]) -> None:
    """A French commune: open licence in words, reference system by an anchor."""
    record = readings["gnui_geo2france.iso19139.plu.xml"].record
    assert record.title.fr == (
        "Plan local d'urbanisme (PLU) dématérialisé - commune d'Avrigny - approbation du 29/03/2022"
    )
    assert _boxes(record) == [(2.5587, 49.3677, 2.5934, 49.4051)]
    assert record.licence == "etalab-2.0"
    assert _people(record.contacts) == [("GeoCompiegnois", [])]
    assert [system.code for system in record.reference_systems] == ["EPSG:2154"]
    plan = "http://www.eionet.europa.eu/gemet/concept/11308"
    assert ("document d'urbanisme", plan, "gemet") in _keywords(record)
    assert ("Usage des sols", "http://inspire.ec.europa.eu/theme/lu", "inspire-themes") in _keywords(record)


def test_a_map_of_the_upper_rhine_in_three_languages(readings: Mapping[str, Reading]) -> None:
    """French and English are read; German, which a record lacks, is a leftover and no loss."""
    reading = readings["gnui_georhena.iso19139.reuse+solaire.xml"]
    title = reading.record.title
    assert title.fr == "Production d'énergie renouvelable de type solaire thermique par km² en 2016"
    assert title.en == "Solar thermal renewable energy production per km² in 2016"
    assert _periods(reading.record) == ["2016-01-01/2016-12-31"]
    german = "Produktion von erneuerbarer Energie aus Solarthermie pro km² im 2016"
    assert german in [leftover.value for leftover in reading.leftovers]
    assert "renewable energy source" in [keyword.label.en for keyword in reading.record.keywords]


def test_a_bulletin_of_the_german_weather_service(readings: Mapping[str, Reading]) -> None:
    """WMO's core profile: a period whose end is unknown, and a step of the lineage."""
    record = readings["x-wmo-md-int.wmo.wis.ISMD01EDZW.xml"].record
    assert record.title.en.startswith("GTS Bulletin: ISMD01 EDZW - Observational data (Binary coded) - BUFR")
    assert _boxes(record) == [(6.3467, 47.7244, 14.1203, 55.0111)]
    assert _periods(record) == ["2013-11-01/.."]
    assert not record.periods[0].ongoing
    assert _people(record.contacts) == [("Kai-Thorsten Wirt", ["Deutscher Wetterdienst"])]
    assert len(record.lineage.steps) == 1


def test_a_map_of_zug_in_the_swiss_profile(readings: Mapping[str, Reading]) -> None:
    """Swiss German, with parts of topic categories that only Switzerland has."""
    reading = readings["owslib_iso_che.xml"]
    record = reading.record
    assert (record.title.en, record.data_languages) == ("Gewässerschutzkarte", ("de",))
    assert _boxes(record) == [(8.396, 47.082, 8.701, 47.248)]
    assert _people(record.contacts) == [("Grundbuch- und Vermessungsamt", [])]
    assert record.topics == ("environment", "economy", "planningCadastre")
    assert "“environment_EnvironmentalProtection” was read as “environment”." in [
        remark.message.en for remark in reading.remarks
    ]


def test_a_scene_of_sentinel_2(readings: Mapping[str, Reading]) -> None:
    """ISO 19115-2 with platform and instrument as plain texts in their properties."""
    record = readings["pycsw_iso_19115-2_Sentinel-2-scene.xml"].record
    assert record.title.en == "S2B_MSIL2A_20200902T090559_N0214_R050_T34SFG_20200902T113910.SAFE"
    assert _boxes(record) == [(22.241087944581203, 36.95084163397443, 22.316296604618408, 37.21692395594552)]
    assert record.periods[0].start.isoformat() == "2020-09-02T09:05:59.024000+00:00"
    assert [(item.name, item.instruments) for item in record.platforms] == [("Sentinel-2B", ("INS-NOBS",))]


def test_a_series_of_sentinel_2_goes_on(readings: Mapping[str, Reading]) -> None:
    record = readings["S2MSI2A.xml"].record
    assert (record.title.en, _boxes(record)) == ("Sentinel-2 MSI Level 2A", [(-180.0, -56.0, 180.0, 82.0)])
    assert (_periods(record), record.periods[0].ongoing) == (["2015-06-21/.."], True)
    assert record.publisher is not None
    assert record.publisher.name == "European Space Agency"


def test_answers_of_catalogues_are_seen_through(readings: Mapping[str, Reading]) -> None:
    csw = readings["owslib_csw_dov_getrecordbyid.xml"].record
    assert (csw.title.en, _boxes(csw)) == ("Grondwatermeetnetten", [(2.549, 50.697, 5.902, 51.495)])
    assert str(csw.uuid) == "6c39d716-aecc-4fbc-bac8-4f05a49a78d5"
    assert csw.parent is None  # it is there, and empty
    oai = readings["get_GetRecord_iso.xml"].record
    assert (oai.title.en, oai.resource_type) == ("Lorem ipsum", ResourceType.IMAGE)
    assert [keyword.label.en for keyword in oai.keywords] == ["Tourism--Greece"]


def test_what_tools_of_r_write(readings: Mapping[str, Reading]) -> None:
    record = readings["geometa_metadata.xml"].record
    assert record.parent is not None
    assert (record.title.en, record.parent.identifier) == ("sometitle", "my-parent-metadata-identifier")
    assert record.access.kind is AccessKind.RESTRICTED  # Article 13 of the INSPIRE directive
    site = readings["eobs_public_rsc_site_ISO-19115.xml"].record
    assert (site.title.en, site.abstract.en) == ("rsc_site", "rsc_site")


def test_an_address_of_a_catalogue_is_said_not_fetched(readings: Mapping[str, Reading]) -> None:
    reading = readings["gnui_geo2france.iso19139.reuse+roilaye.xml"]
    assert reading.record.contacts == ()
    assert [(remark.kind, remark.where) for remark in reading.remarks] == [
        ("elsewhere", "/MD_Metadata/contact"),
        ("elsewhere", "/MD_Metadata/identificationInfo/MD_DataIdentification/pointOfContact"),
    ]
