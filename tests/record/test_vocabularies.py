# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest
from lxml import etree

from terracite.record import vocabularies
from terracite.record.model import (
    AccessKind,
    ContributorRole,
    DateKind,
    Discipline,
    FileRole,
    OriginKind,
    Representation,
    ResourceType,
)


@pytest.mark.parametrize(
    ("label", "values"),
    [
        (vocabularies.discipline_label, Discipline),
        (vocabularies.role_label, ContributorRole),
        (vocabularies.representation_label, Representation),
        (vocabularies.resource_type_label, ResourceType),
        (vocabularies.access_label, AccessKind),
        (vocabularies.date_label, DateKind),
        (vocabularies.origin_label, OriginKind),
        (vocabularies.file_role_label, FileRole),
    ],
)
def test_every_value_of_a_closed_list_has_a_label_in_both_languages(label, values: type[StrEnum]) -> None:
    for value in values:
        text = label(value)
        assert text.fr
        assert text.en
        assert text.fr != value.value or value.value == "Image"


def test_the_topics_are_those_of_the_schema(shared_data: Path) -> None:
    schema = shared_data / "xsd" / "schemas.isotc211.org" / "19115" / "-3" / "mri" / "1.0" / "identification.xsd"
    codes = etree.parse(str(schema)).xpath(
        "//*[@name='MD_TopicCategoryCode_Type']//*[local-name()='enumeration']/@value"
    )
    assert set(vocabularies.topics()) == set(codes)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("relationType", lambda: set(vocabularies.relations())),
        ("relatedIdentifierType", lambda: vocabularies.words("identifier_types")),
        ("resourceType", lambda: vocabularies.words("resource_types")),
    ],
)
def test_the_lists_of_datacite_are_those_of_its_schema(name: str, values, shared_data: Path) -> None:
    folder = shared_data / "xsd" / "schema.datacite.org" / "meta" / "kernel-4.7" / "include"
    tree = etree.parse(str(folder / f"datacite-{name}-v4.xsd"))
    assert values() == set(tree.xpath("//*[local-name()='enumeration']/@value"))


def test_every_standard_name_is_in_the_cf_table(shared_data: Path) -> None:
    table = etree.parse(str(shared_data / "vocab" / "cf" / "cf-standard-name-table-v83.xml"))
    known = {entry.get("id"): entry.findtext("canonical_units") or "1" for entry in table.iterfind("entry")}
    names = vocabularies.standard_names()
    assert {name: known.get(name) for name in names} == names


def test_keywords_have_an_address_a_known_thesaurus_and_a_label() -> None:
    found = vocabularies.keywords()
    assert len({keyword.uri for keyword in found}) == len(found)
    assert {keyword.thesaurus for keyword in found} <= set(vocabularies.thesauri())
    assert all(keyword.label.en for keyword in found)


def test_keywords_are_found_without_accents_in_either_language() -> None:
    first = vocabularies.find_keywords("vegetation")[0]
    assert (first.label.fr, first.label.en) == ("végétation", "vegetation")
    assert vocabularies.find_keywords("FORET trop")[0].label.en == "tropical forest"
    assert vocabularies.find_keywords("") == []


def test_a_keyword_is_known_by_address_or_label() -> None:
    known = vocabularies.keyword("http://inspire.ec.europa.eu/theme/lc")
    assert known is not None
    assert vocabularies.keyword("occupation des terres") == known
    assert vocabularies.keyword("nothing like it") is None


def test_offered_licences_come_first_and_any_spdx_identifier_is_known() -> None:
    assert vocabularies.licences()[0].identifier == "CC-BY-4.0"
    offered = vocabularies.licence("CC-BY-NC-4.0")
    assert offered is not None
    assert not offered.is_open
    other = vocabularies.licence("MIT")
    assert other is not None
    assert other.uri == "https://spdx.org/licenses/MIT.html"
    assert vocabularies.licence("my own") is None


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("MIT License", "MIT"),
        ("mit", "MIT"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.fr", "CC-BY-4.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("GPL-3.0+", "GPL-3.0-or-later"),
        ("https://www.gnu.org/licenses/gpl-3.0-standalone.html", "GPL-3.0-only"),
        ("Etalab Open License 2.0", "etalab-2.0"),
        ("my own terms", ""),
        ("", ""),
    ],
)
def test_a_licence_is_known_by_identifier_name_or_address(words: str, identifier: str) -> None:
    assert vocabularies.spdx_of(words) == identifier


def test_every_licence_means_itself(shared_data: Path) -> None:
    for identifier in vocabularies.spdx_identifiers():
        assert vocabularies.spdx_of(identifier) == identifier
        assert vocabularies.spdx_of(f"http://spdx.org/licenses/{identifier}") == identifier
    assert vocabularies.licence_name("ODbL-1.0").startswith("O")
