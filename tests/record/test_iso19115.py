# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from owslib import iso3

from record.conftest import Validate
from record.examples import EXAMPLES, PAGE, full_record, pacific_record, publishable_draft
from record.strategies import records
from terracite.record.iso19115 import to_iso19115
from terracite.record.iso19115.distribution import MOST_FILES
from terracite.record.iso19115.elements import NAMESPACES
from terracite.record.model import Extent, Record, Text, Variable

_PREFIXES = {prefix: uri for prefix, uri in NAMESPACES.items() if prefix}


def _found(document: bytes, path: str) -> list[str]:
    return [str(item) for item in etree.fromstring(document).xpath(path, namespaces=_PREFIXES)]


@pytest.mark.parametrize("case", EXAMPLES)
def test_examples_are_valid(case: str, iso_faults: Validate) -> None:
    assert iso_faults(to_iso19115(EXAMPLES[case](), PAGE)) == []
    assert iso_faults(to_iso19115(EXAMPLES[case]())) == []


@given(record=records)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_valid(record: Record, iso_faults: Validate) -> None:
    assert iso_faults(to_iso19115(record, PAGE)) == []


@given(record=records)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_email_is_ever_written(record: Record) -> None:
    assert b"secret@" not in to_iso19115(record, PAGE)


def test_titles_in_both_languages_stay_two_texts() -> None:
    document = to_iso19115(full_record(), PAGE)
    title = "//mri:citation/cit:CI_Citation/cit:title"
    assert _found(document, f"{title}/gco:CharacterString/text()") == [full_record().title.fr]
    assert _found(document, f"{title}//lan:LocalisedCharacterString[@locale='#EN']/text()") == [full_record().title.en]
    assert _found(document, "//mdb:otherLocale/lan:PT_Locale/@id") == ["EN"]


def test_a_text_in_one_language_has_no_translation() -> None:
    document = to_iso19115(publishable_draft(), PAGE)
    title = "//mri:citation/cit:CI_Citation/cit:title"
    assert _found(document, f"{title}/lan:PT_FreeText") == []


def test_a_keyword_of_a_thesaurus_is_an_anchor() -> None:
    document = to_iso19115(full_record(), PAGE)
    anchors = "//mri:keyword/gcx:Anchor/@xlink:href"
    assert _found(document, anchors) == [
        "http://www.eionet.europa.eu/gemet/concept/8922",
        "http://www.eionet.europa.eu/gemet/concept/4612",
        "https://gcmd.earthdata.nasa.gov/kms/concept/e5815f58-8232-4c7f-b50d-ea71d73891a9",
    ]


def test_an_extent_across_the_antimeridian_is_two_boxes() -> None:
    document = to_iso19115(pacific_record(), PAGE)
    west = "//gex:westBoundLongitude/gco:Decimal/text()"
    east = "//gex:eastBoundLongitude/gco:Decimal/text()"
    assert (_found(document, west), _found(document, east)) == (["176.5", "-180"], ["180", "-178"])


def test_polygons_are_closed_and_in_lat_lon() -> None:
    positions = _found(to_iso19115(full_record(), PAGE), "//gml:pos/text()")
    assert positions == ["-21.4 55.2", "-21.4 55.9", "-20.8 55.9", "-20.8 55.2", "-21.4 55.2"]


def test_an_ongoing_series_ends_now() -> None:
    document = to_iso19115(pacific_record(), PAGE)
    assert _found(document, "//gml:endPosition/@indeterminatePosition") == ["now"]


def test_every_date_has_its_type() -> None:
    document = to_iso19115(full_record(), PAGE)
    codes = "//mri:citation/cit:CI_Citation/cit:date//cit:CI_DateTypeCode/@codeListValue"
    assert _found(document, codes) == ["creation", "Submitted", "publication"]


def test_forbidden_characters_are_dropped() -> None:
    record = publishable_draft().model_copy(update={"title": Text(fr="a\x00b\x1bc\ufffed")})
    assert _found(to_iso19115(record), "//mri:citation//cit:title//text()[normalize-space()]") == ["abcd"]


def test_authors_keep_their_order_kind_and_identifiers() -> None:
    document = to_iso19115(full_record(), PAGE)
    author = "//cit:citedResponsibleParty/cit:CI_Responsibility[cit:role/*/@codeListValue='author']"
    assert _found(document, f"{author}//cit:CI_Individual/cit:name/gco:CharacterString/text()") == [
        "Lebrun, Zoé",
        "Rakoto",
    ]
    assert _found(document, f"{author}//cit:CI_Individual//gcx:Anchor/@xlink:href") == [
        "https://orcid.org/0000-0002-1825-0097"
    ]
    alone = f"{author}/cit:party/cit:CI_Organisation[not(cit:individual)]/cit:name/*/text()"
    assert _found(document, alone) == ["Collectif Mascareignes"]


def test_sources_are_in_the_lineage_and_not_among_associated_resources() -> None:
    document = to_iso19115(full_record(), PAGE)
    assert _found(document, "//mrl:sourceCitation//cit:title/gco:CharacterString/text()") == [
        "NDVI_40KCB_2023",
        "S2A_MSIL2A_20230105T063511_N0510_R134_T40KCB_20240101T000000",
    ]
    assert _found(document, "//mri:MD_AssociatedResource/mri:name//cit:identifier//mcc:code/*/text()") == [
        "https://doi.org/10.5072/article",
        "https://example.org/manual?a=1&b=2",
        "box 12, shelf 3",
        "10.5072/previous",
        "10.5072/concept",
        "ANR-23-TEST-0001",
    ]


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> iso3.MD_Metadata:
    """The full example as OWSLib reads it.

    OWSLib 0.35 looks for the period in the namespace of GML 3.1; ISO 19115-3 is made of GML 3.2.
    """
    monkeypatch.setitem(iso3.NAMESPACES_V2, "gml", "http://www.opengis.net/gml/3.2")
    return iso3.MD_Metadata(etree.fromstring(to_iso19115(full_record(), PAGE)))


def test_owslib_reads_what_and_where_and_when(witness: iso3.MD_Metadata) -> None:
    record, found = full_record(), witness.identification[0]
    assert (witness.identifier, witness.languagecode, witness.hierarchy) == (
        str(record.uuid),
        "fre",
        "dataset",
    )
    assert (found.title, found.abstract) == (record.title.fr, record.abstract.fr)
    box = found.extent.boundingBox
    assert [float(value) for value in (box.minx, box.miny, box.maxx, box.maxy)] == [55.2, -21.4, 55.9, -20.8]
    assert (found.temporalextent_start, found.temporalextent_end) == ("2023-01-01", "2023-12-31")
    assert found.topiccategory == list(record.topics)


def test_owslib_reads_who(witness: iso3.MD_Metadata) -> None:
    found = witness.identification[0]
    assert [(item.name, item.organization) for item in found.creator] == [
        ("Lebrun, Zoé", "Institut de télédétection de l’océan Indien; Université de La Réunion"),
        ("Rakoto", None),
        (None, "Collectif Mascareignes"),
    ]
    assert [item.organization for item in found.publisher] == ["Entrepôt d’essai"]
    assert [(item.name, item.role, item.email) for item in witness.contact] == [("Lebrun, Zoé", "pointOfContact", None)]


def test_owslib_reads_keywords_with_their_thesaurus(witness: iso3.MD_Metadata) -> None:
    groups = witness.identification[0].keywords
    read = [(group.thesaurus["title"] if group.thesaurus else "", [k.name for k in group.keywords]) for group in groups]
    assert read == [
        ("Disciplines du dépôt", ["Surfaces continentales", "Biodiversité"]),
        ("GEMET, thésaurus multilingue de l’environnement", ["végétation", "couverture spatiale (SIG)"]),
        ("Mots-clés scientifiques du GCMD", [full_record().keywords[2].label.best()]),
        ("", ["canne à sucre"]),
        ("", ["La Réunion"]),
    ]


def test_a_place_with_an_address_is_named_by_it() -> None:
    record = full_record()
    place = Extent(box=record.extents[0].box, place=Text(en="Tampon"), place_uri="https://www.geonames.org/1 2")
    document = to_iso19115(record.model_copy(update={"extents": (place,)}), PAGE)
    assert _found(document, "//gex:geographicIdentifier//gcx:Anchor/@xlink:href") == ["https://www.geonames.org/1%202"]


def test_beyond_the_most_files_the_page_is_told(iso_faults: Validate) -> None:
    record = full_record()
    many = tuple(record.files[0].model_copy(update={"path": f"{number}.tif"}) for number in range(MOST_FILES + 3))
    document = to_iso19115(record.model_copy(update={"files": many}), PAGE)
    assert iso_faults(document) == []
    assert len(_found(document, "//mrd:onLine")) == MOST_FILES
    words = "//mrd:MD_Distribution/mrd:description//lan:LocalisedCharacterString/text()"
    assert _found(document, words) == [f"3 more files: {PAGE}"]


def test_the_columns_of_a_table_are_not_called_measurements() -> None:
    variables = (Variable(name="ndvi", unit="1"), Variable(name="product_id"), Variable(name="orbit"))
    document = to_iso19115(Record(variables=variables), PAGE)
    group = "//mrc:MD_AttributeGroup[mrc:contentType/*/@codeListValue='{}']//mcc:code/gco:CharacterString/text()"
    assert _found(document, group.format("physicalMeasurement")) == ["ndvi"]
    assert _found(document, group.format("auxillaryInformation")) == ["product_id", "orbit"]
