# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from owslib import iso

from record.conftest import Validate, _validator
from record.examples import EXAMPLES, PAGE, full_record, pacific_record, publishable_draft
from record.plausible import plausible_records
from record.strategies import records
from terracite.record.iso19115.distribution import MOST_FILES
from terracite.record.iso19139 import to_iso19139
from terracite.record.iso19139.elements import NAMESPACES
from terracite.record.model import (
    Agent,
    Era,
    Organisation,
    Record,
    ReferenceSystem,
    ResourceType,
    Step,
    Text,
    Variable,
)

_PARTY = "//gmd:citedResponsibleParty/gmd:CI_ResponsibleParty"
_DESCRIPTOR = "//gmd:descriptor/gco:CharacterString/text()"

Found = Callable[[Record, str], list[str]]


def _found(record: Record, path: str) -> list[str]:
    document = etree.fromstring(to_iso19139(record, PAGE))
    return [str(item) for item in document.xpath(path, namespaces=NAMESPACES)]


@pytest.fixture(scope="session")
def faults(shared_data: Path) -> Validate:
    return _validator(shared_data / "xsd" / "iso19139-all.xsd")


@pytest.mark.parametrize("case", EXAMPLES)
def test_examples_are_valid(case: str, faults: Validate) -> None:
    assert faults(to_iso19139(EXAMPLES[case](), PAGE)) == []
    assert faults(to_iso19139(EXAMPLES[case]())) == []


@given(record=records)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_valid(record: Record, faults: Validate) -> None:
    assert faults(to_iso19139(record, PAGE)) == []


@given(record=plausible_records())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_plausible_record_is_valid(record: Record, faults: Validate) -> None:
    assert faults(to_iso19139(record, PAGE)) == []


@given(record=records)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_email_is_ever_written(record: Record) -> None:
    assert b"secret@" not in to_iso19139(record, PAGE)


def test_titles_in_both_languages_stay_two_texts() -> None:
    title = "//gmd:citation/gmd:CI_Citation/gmd:title"
    record = full_record()
    assert _found(record, f"{title}/gco:CharacterString/text()") == [record.title.fr]
    assert _found(record, f"{title}//gmd:LocalisedCharacterString[@locale='#EN']/text()") == [record.title.en]
    assert _found(record, "//gmd:locale/gmd:PT_Locale/@id") == ["FR", "EN"]


def test_a_text_in_the_other_language_only_is_said_to_be_in_that() -> None:
    record = Record(title=Text(fr="Sols"), abstract=Text(en="Soils"), language="fr")
    assert _found(record, "//gmd:abstract/gco:CharacterString/text()") == ["Soils"]
    assert _found(record, "//gmd:abstract//gmd:LocalisedCharacterString/@locale") == ["#EN"]


def test_the_same_words_in_both_languages_are_given_in_both() -> None:
    record = Record(title=Text(fr="Sentinel-2", en="Sentinel-2"), language="fr")
    assert _found(record, "//gmd:citation//gmd:title//gmd:LocalisedCharacterString/@locale") == ["#FR", "#EN"]


def test_authors_keep_their_order_kind_and_identifiers() -> None:
    author = f"{_PARTY}[gmd:role/*/@codeListValue='author']"
    record = full_record()
    assert _found(record, f"{author}/gmd:individualName/*/text()") == ["Lebrun, Zoé", "Rakoto"]
    assert _found(record, f"{author}/gmd:individualName/gmx:Anchor/@xlink:href") == [
        "https://orcid.org/0000-0002-1825-0097"
    ]
    assert _found(record, f"{author}[not(gmd:individualName)]/gmd:organisationName/gmx:Anchor/@xlink:href") == [
        "https://ror.org/03yrm5c26"
    ]


def test_a_role_that_iso_lacks_is_told_inside_the_nearest() -> None:
    role = f"{_PARTY}/gmd:role/gmd:CI_RoleCode"
    assert _found(full_record(), f"{role}[@codeListValue='custodian']/text()") == ["DataCurator"]


def test_a_family_name_of_several_words_alone_ends_with_a_comma() -> None:
    record = Record(creators=(Agent(family_name="van der Meer"), Agent(family_name="van der Meer", given_name="Jo")))
    assert _found(record, f"{_PARTY}/gmd:individualName/*/text()") == ["van der Meer,", "van der Meer, Jo"]


def test_codes_that_are_newer_than_the_standard_name_the_newer_list() -> None:
    kinds = "//gmd:MD_KeywordTypeCode[@codeListValue='{}']/@codeList"
    record = full_record()
    assert {address.partition("#")[0] for address in _found(record, kinds.format("theme"))} == {
        "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
    }
    assert {address.partition("#")[0] for address in _found(record, kinds.format("platform"))} == {
        "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml"
    }


def test_a_collection_is_a_series() -> None:
    level = "//gmd:hierarchyLevel/gmd:MD_ScopeCode"
    record = Record(resource_type=ResourceType.COLLECTION)
    assert _found(record, f"{level}/@codeListValue") == ["series"]
    assert _found(record, f"{level}/text()") == ["collection"]


def test_an_extent_across_the_antimeridian_is_two_boxes() -> None:
    west, east = "//gmd:westBoundLongitude/gco:Decimal/text()", "//gmd:eastBoundLongitude/gco:Decimal/text()"
    assert (_found(pacific_record(), west), _found(pacific_record(), east)) == (["176.5", "-180"], ["180", "-178"])


def test_an_ongoing_series_ends_now() -> None:
    assert _found(pacific_record(), "//gml:endPosition/@indeterminatePosition") == ["now"]


def test_an_era_has_years_that_no_calendar_has() -> None:
    era = Era(name=Text(en="Jurassic"), oldest_year=-201_400_000, youngest_year=-143_100_000)
    positions = "//gml:TimePeriod/*[@calendarEraName='CE']/text()"
    assert _found(Record(eras=(era,)), positions) == ["-201400000", "-143100000"]


def test_the_parent_is_named_and_identified() -> None:
    record = full_record()
    larger = "//gmd:MD_AggregateInformation[gmd:associationType/*='largerWorkCitation']"
    assert _found(record, "//gmd:parentIdentifier/*/text()") == ["https://data.example.org/deposits/9"]
    assert _found(record, f"{larger}//gmd:title/gco:CharacterString/text()") == ["Cartes de La Réunion"]
    assert _found(record, f"{larger}//gmd:aggregateDataSetIdentifier//gmd:code/*/text()") == [
        "https://data.example.org/deposits/9"
    ]


def test_relations_say_both_what_iso_and_what_datacite_call_them() -> None:
    kind = "//gmd:MD_AggregateInformation/gmd:associationType/gmd:DS_AssociationTypeCode"
    record = full_record()
    assert _found(record, f"{kind}/text()")[1:] == [
        "IsCitedBy",
        "IsDocumentedBy",
        "References",
        "IsNewVersionOf",
        "IsVersionOf",
        "crossReference",
    ]
    assert _found(record, "//gmd:MD_AggregateInformation[gmd:initiativeType]//gmd:title/gmx:Anchor/text()") == [
        "Territoires"
    ]


def test_platforms_are_keywords_of_their_own() -> None:
    group = "//gmd:MD_Keywords[gmd:thesaurusName//gmd:title/*='Acquisition']"
    assert _found(full_record(), f"{group}/gmd:keyword/*/text()") == ["Sentinel-2A", "MSI", "Sentinel-2B"]
    assert _found(full_record(), f"{group}/gmd:type/*/@codeListValue") == ["platform", "instrument", "platform"]


def test_software_and_command_end_the_description_of_a_step() -> None:
    record = full_record()
    step = "//gmd:LI_ProcessStep[1]/gmd:description"
    assert _found(record, f"{step}/gco:CharacterString/text()")[0].split("\n") == [
        "Comblement des lacunes.",
        "Logiciel : terracite 0.1.0",
        "Commande : terracite landcover run reunion.toml",
    ]
    assert "Command: terracite landcover run" in _found(record, f"{step}//gmd:LocalisedCharacterString/text()")[0]


def test_a_step_without_words_says_its_software() -> None:
    lineage = Record().lineage.model_copy(update={"steps": (Step(description=Text(), software="R 4.4"),)})
    found = _found(Record(lineage=lineage), "//gmd:LI_ProcessStep/gmd:description/gco:CharacterString/text()")
    assert found == ["\nSoftware: R 4.4".strip()]


def test_classes_are_a_legend_with_a_line_each() -> None:
    record = full_record()
    legend = "//gmd:MD_RangeDimension/gmd:descriptor/gco:CharacterString/text()"
    assert _found(record, legend)[0].split("\n") == ["1 = Forêt (#1b7837, 1234.5 ha)", "2 = Canne (#d9ef8b)"]
    assert _found(record, "//gmd:MD_RangeDimension//gco:aName/*/text()") == ["reunion-6"]


def test_variables_are_bands_with_label_standard_name_and_method() -> None:
    label, method = Text(en="Air temperature"), Text(en="mean of a day")
    variables = (
        Variable(name="t", label=label, standard_name="air_temperature", method=method, unit="K"),
        Variable(name="u", standard_name="air_temperature"),
        Variable(name="v", method=method),
        Variable(name="w"),
    )
    record = Record(variables=variables)
    words = "Air temperature (air_temperature) — mean of a day"
    assert _found(record, _DESCRIPTOR) == [words, "(air_temperature)", "— mean of a day"]
    assert _found(record, "//gmd:MD_Band//gco:aName/*/text()") == ["t", "u", "v", "w"]
    assert _found(record, "//gmd:MD_Band/gmd:units//gml:identifier/text()") == ["K"]


def test_a_value_has_the_bounds_of_its_interval_beside_it() -> None:
    assert _found(full_record(), "//gmd:DQ_QuantitativeResult/gmd:value/gco:Record/text()") == ["0.914", "0.89", "0.93"]
    assert _found(full_record(), "//gmd:valueType/gco:RecordType/text()") == ["value; lower bound; upper bound"]


def test_a_file_has_its_size_type_format_and_checksum() -> None:
    online = "//gmd:transferOptions[1]//gmd:CI_OnlineResource"
    record = full_record()
    assert _found(record, f"{online}/gmd:name/gmx:MimeFileType/@type") == ["image/tiff"]
    assert _found(record, f"{online}/gmd:name/gmx:MimeFileType/text()") == ["map/landcover 2023.tif"]
    assert _found(record, f"{online}/gmd:linkage/gmd:URL/text()") == [f"{PAGE}files/map/landcover%202023.tif"]
    assert _found(record, f"{online}/@uuid") == ["sha256:" + "0a" * 32]
    assert _found(record, "//gmd:transferSize/gco:Real/text()") == ["0.123456", "0.000789", "0.00001"]


def test_beyond_the_most_files_the_page_is_told(faults: Validate) -> None:
    record = full_record()
    many = tuple(record.files[0].model_copy(update={"path": f"{number}.tif"}) for number in range(MOST_FILES + 3))
    longer = record.model_copy(update={"files": many})
    assert faults(to_iso19139(longer, PAGE)) == []
    assert len(_found(longer, "//gmd:onLine")) == MOST_FILES
    words = "//gmd:unitsOfDistribution//gmd:LocalisedCharacterString/text()"
    assert _found(longer, words) == [f"3 more files: {PAGE}"]


def test_a_reference_system_is_its_name_and_its_code() -> None:
    systems = (
        ReferenceSystem(code="EPSG:32740", name="WGS 84 / UTM zone 40S"),
        ReferenceSystem(name="MODIS sinusoidal"),
        ReferenceSystem(wkt='LOCAL_CS["arbitrary"]'),
    )
    assert _found(Record(reference_systems=systems), "//gmd:referenceSystemIdentifier//gmd:code/*/text()") == [
        "WGS 84 / UTM zone 40S (EPSG:32740)",
        "MODIS sinusoidal",
        'LOCAL_CS["arbitrary"]',
    ]


def test_two_thousand_authors_are_written(faults: Validate) -> None:
    people = tuple(
        Agent(family_name=f"Ngô {number}", given_name="李", affiliations=(Organisation(name="معهد"),))
        for number in range(2_000)
    )
    record = publishable_draft().model_copy(update={"creators": people})
    assert faults(to_iso19139(record, PAGE)) == []
    assert len(_found(record, f"{_PARTY}/gmd:individualName")) == 2_000


@pytest.fixture
def witness() -> iso.MD_Metadata:
    """The full example as OWSLib reads it."""
    return iso.MD_Metadata(etree.fromstring(to_iso19139(full_record(), PAGE)))


def test_owslib_reads_what_and_where_and_when(witness: iso.MD_Metadata) -> None:
    record, found = full_record(), witness.identification[0]
    assert (witness.identifier, witness.languagecode, witness.hierarchy) == (str(record.uuid), "fre", "dataset")
    assert (found.title, found.abstract) == (record.title.fr, record.abstract.fr)
    box = found.extent.boundingBox
    assert [float(value) for value in (box.minx, box.miny, box.maxx, box.maxy)] == [55.2, -21.4, 55.9, -20.8]
    assert (found.temporalextent_start, found.temporalextent_end) == ("2023-01-01", "2023-12-31")
    assert found.topiccategory == list(record.topics)


def test_owslib_reads_contacts_and_keywords(witness: iso.MD_Metadata) -> None:
    found = witness.identification[0]
    assert [(item.name, item.role, item.email) for item in witness.contact] == [("Lebrun, Zoé", "pointOfContact", None)]
    assert [word.name for group in found.keywords for word in group.keywords] == [
        "Surfaces continentales",
        "Biodiversité",
        *(keyword.label.best("fr") for keyword in full_record().keywords),
        "Sentinel-2A",
        "MSI",
        "Sentinel-2B",
    ]
