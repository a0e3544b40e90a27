# SPDX-License-Identifier: AGPL-3.0-or-later
"""Awkward ISO documents: languages, order, namespaces, envelopes, references; what is repaired, and what is said."""

from __future__ import annotations

import time

import pytest

from record.examples import PAGE, full_record
from record.iso_documents import (
    FRENCH,
    LOCALES,
    box_of,
    boxes_read,
    document_with,
    extent_of,
    gmd,
    party_of,
    property_of,
    reading_of,
    said,
)
from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.record.iso_reading import read_iso19115_3, read_iso19139
from terracite.record.model import Record, ResourceType, Text


def _abstract(words: str, locale: str, translation: str) -> str:
    localised = f'<gmd:LocalisedCharacterString locale="{locale}">{translation}</gmd:LocalisedCharacterString>'
    free = gmd("PT_FreeText/textGroup", localised)
    return gmd("abstract", f"<gco:CharacterString>{words}</gco:CharacterString>", free)


def test_texts_of_two_locales_are_two_texts() -> None:
    free = _abstract("Sols", "#E", "Soils")
    assert reading_of(free, before=FRENCH + LOCALES).record.abstract == Text(fr="Sols", en="Soils")


@pytest.mark.parametrize("locale", ["#locale-en", "#EN", "EN", "#eng", "locale-eng", "#xpointer(//*[@id='E'])"])
def test_a_locale_is_known_by_its_identifier_or_by_its_name(locale: str) -> None:
    free = _abstract("Sols", locale, "Soils")
    assert reading_of(free, before=FRENCH + LOCALES).record.abstract == Text(fr="Sols", en="Soils")


def test_the_string_of_a_third_language_is_left_beside_its_translations() -> None:
    german = FRENCH.replace("fre", "ger")
    reading = reading_of(_abstract("Böden", "#FR", "Sols"), before=german)
    assert reading.record.abstract == Text(fr="Sols")
    assert "Böden" in [leftover.value for leftover in reading.leftovers]
    (remark,) = reading.remarks
    assert remark.message.en == "“ger” is not in the list of languages of a record (French, English); read as “en”."


def test_english_words_said_to_be_french_are_english() -> None:
    words = "This is the map of the land cover of an island, made by the institute from images which were read for it."
    reading = reading_of(property_of("abstract", words))
    assert (reading.record.abstract, reading.record.language) == (Text(en=words), "en")
    assert said(reading) == [("repaired", "“fre” was read as “en”.")]


def test_a_text_without_its_typed_element_is_read() -> None:
    assert reading_of("<gmd:abstract>Sols</gmd:abstract>").record.abstract == Text(fr="Sols")


def test_an_anchor_gives_words_and_address() -> None:
    anchor = '<gmx:Anchor xlink:href="http://www.eionet.europa.eu/gemet/concept/8922">végétation</gmx:Anchor>'
    empty = "<gmd:keyword/><gmd:keyword><gco:CharacterString> </gco:CharacterString></gmd:keyword>"
    thesaurus = gmd("thesaurusName/CI_Citation", property_of("title", "GEMET - Concepts, version 4.1.3"))
    group = gmd("descriptiveKeywords/MD_Keywords", gmd("keyword", anchor), empty, thesaurus)
    (keyword,) = reading_of(group).record.keywords
    assert (keyword.label, keyword.uri, keyword.thesaurus) == (
        Text(fr="végétation"),
        "http://www.eionet.europa.eu/gemet/concept/8922",
        "gemet",
    )


def test_a_list_in_one_keyword_is_taken_apart_and_said() -> None:
    group = gmd("descriptiveKeywords/MD_Keywords", property_of("keyword", "sol; eau; air"))
    reading = reading_of(group)
    assert [keyword.label.fr for keyword in reading.record.keywords] == ["sol", "eau", "air"]
    assert said(reading) == [("repaired", "“sol; eau; air” was read as “sol | eau | air”.")]


def test_properties_out_of_order_are_read_and_said_once() -> None:
    extent = extent_of(box_of("0", "0", "1", "1"))
    reading = reading_of(
        property_of("abstract", "Sols") + extent + party_of(property_of("organisationName", "Institut"), "owner")
    )
    assert boxes_read(reading) == [(0.0, 0.0, 1.0, 1.0)]
    (remark,) = reading.remarks
    assert (remark.kind, remark.where) == (
        "misplaced",
        "/MD_Metadata/identificationInfo/MD_DataIdentification/pointOfContact",
    )


def test_elements_of_the_other_standard_are_read_and_said() -> None:
    document = FORMATS["iso19115-3"].write(full_record(), PAGE)
    wrong = document.replace(b'"http://standards.iso.org/iso/19115/-3/mri/1.0"', b'"http://www.isotc211.org/2005/gmd"')
    reading = read_iso19115_3(wrong)
    assert reading.record.title == full_record().title
    assert [(remark.kind, remark.where) for remark in reading.remarks] == [
        ("misplaced", "/MD_Metadata/identificationInfo/MD_DataIdentification")
    ]


def test_no_namespace_at_all_is_read_and_said() -> None:
    abstract = "<abstract><CharacterString>Sols</CharacterString></abstract>"
    identification = f"<MD_DataIdentification>{abstract}</MD_DataIdentification>"
    document = f"<MD_Metadata><identificationInfo>{identification}</identificationInfo></MD_Metadata>"
    reading = read_iso19139(document.encode())
    assert reading.record.abstract == Text(en="Sols")
    assert said(reading)[0] == ("misplaced", "“MD_Metadata” is not where the standard wants it; read all the same.")


@pytest.mark.parametrize("name", ["iso19115-3", "iso19139"])
def test_a_document_of_the_other_format_is_read_and_said(name: str) -> None:
    other = {"iso19115-3": "iso19139", "iso19139": "iso19115-3"}[name]
    reading = FORMATS[name].read(FORMATS[other].write(full_record(), PAGE))
    assert reading.record.title == full_record().title
    assert said(reading) == [("misplaced", f"“{other}” is not where the standard wants it; read all the same.")]


def test_the_first_of_several_records_is_read() -> None:
    results = f"<csw:SearchResults>{document_with()}{document_with()}</csw:SearchResults>"
    envelope = f"<csw:GetRecordsResponse xmlns:csw='x'>{results}</csw:GetRecordsResponse>"
    reading = read_iso19139(envelope.encode())
    assert reading.record.title == Text(fr="Carte")
    assert said(reading) == [("several", "The document has 2 records; the first was read.")]


def test_another_format_altogether_is_refused_with_a_cure() -> None:
    with pytest.raises(RecordError, match="its root is 'html'") as refused:
        read_iso19139(b"<html><body/></html>")
    assert refused.value.hint == "Give a document with an MD_Metadata element."


def _contact(identifier: str) -> str:
    role = gmd("role", "<gmd:CI_RoleCode codeListValue='pointOfContact'/>")
    inside = property_of("organisationName", "Institut") + role
    return f"<gmd:contact><gmd:CI_ResponsibleParty id='{identifier}'>{inside}</gmd:CI_ResponsibleParty></gmd:contact>"


def test_a_reference_inside_the_document_is_followed() -> None:
    reading = reading_of('<gmd:pointOfContact xlink:href="#c1"/>', before=FRENCH + _contact("c1"))
    assert [contact.organisation for contact in reading.record.contacts] == ["Institut"]
    assert (reading.remarks, reading.leftovers) == ((), ())


def test_a_reference_to_nothing_and_one_to_elsewhere_are_said() -> None:
    nowhere = reading_of('<gmd:pointOfContact xlink:href="#c2"/>', before=FRENCH + _contact("c1"))
    assert said(nowhere) == [("nowhere", "“#c2” points to an element that the document does not have.")]
    elsewhere = reading_of('<gmd:pointOfContact xlink:href="https://example.org/c2"/>')
    assert [kind for kind, _ in said(elsewhere)] == ["elsewhere"]


def test_references_that_turn_in_circles_end() -> None:
    step = '<gmd:LI_ProcessStep id="p"><gmd:source xlink:href="#s"/></gmd:LI_ProcessStep>'
    source = f"<gmd:LI_Source id='s'>{gmd('sourceStep', step)}</gmd:LI_Source>"
    inside = gmd("source", source) + "<gmd:processStep xlink:href='#p'/>"
    after = gmd("dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage", inside)
    assert reading_of(after=after).record.title == Text(fr="Carte")


def test_references_do_not_multiply_without_end() -> None:
    """A thousand references to a thousand elements, each of which holds the others."""
    words = "".join(property_of("x", f"{number}") for number in range(1_000))
    many = "".join('<gmd:pointOfContact xlink:href="#big"/>' for _ in range(1_000))
    started = time.process_time()
    reading_of(many, after=f"<gmd:contentInfo id='big'>{words}</gmd:contentInfo>")
    assert time.process_time() - started < 10


@pytest.mark.parametrize("kind", ResourceType)
@pytest.mark.parametrize("name", ["iso19115-3", "iso19139"])
def test_every_type_of_resource_comes_back(name: str, kind: ResourceType) -> None:
    document = FORMATS[name].write(Record(title=Text(fr="Carte"), resource_type=kind), PAGE)
    assert FORMATS[name].read(document).record.resource_type is kind


def test_a_scope_in_the_words_of_dublin_core() -> None:
    level = (
        '<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="http://purl.org/dc/dcmitype/Image"/></gmd:hierarchyLevel>'
    )
    reading = reading_of(before=FRENCH + level)
    assert (reading.record.resource_type.value, reading.remarks) == ("image", ())


def test_what_the_record_has_no_place_for_is_left_over_with_its_place() -> None:
    reading = reading_of("<gmd:status><gmd:MD_ProgressCode codeListValue='onGoing'/></gmd:status>")
    assert [(item.where, item.value) for item in reading.leftovers] == [
        ("/MD_Metadata/identificationInfo/MD_DataIdentification/status/MD_ProgressCode", "onGoing")
    ]


@pytest.mark.parametrize("text", ["الغطاء النباتي", "植被 地図", "a\u200fb\u202e", "𝔘𝔫𝔦", "l’œuvre &amp; « citée »"])
def test_words_of_every_script(text: str) -> None:
    assert reading_of(property_of("abstract", text)).record.abstract.fr == text.replace("&amp;", "&")


def test_a_document_in_latin_1_is_read() -> None:
    document = (
        f'<?xml version="1.0" encoding="ISO-8859-1"?>{document_with(property_of("abstract", "Été à La Réunion"))}'
    )
    assert read_iso19139(document.encode("iso-8859-1")).record.abstract.fr == "Été à La Réunion"


def test_the_identifier_of_the_document_makes_its_uuid() -> None:
    known = property_of("fileIdentifier", "fr-igeo-7451e2bd-22e8-4a74-a999-01c58b630369")
    assert str(reading_of(before=known).record.uuid) == "7451e2bd-22e8-4a74-a999-01c58b630369"
    other = property_of("fileIdentifier", "some-name")
    assert reading_of(before=other).record.uuid == reading_of("<gmd:abstract/>", before=other).record.uuid
