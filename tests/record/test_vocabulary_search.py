# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thesauri kept offline: every concept by address, by label, by the beginning of words, by meaning."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from terracite.record import vocabularies
from terracite.record.model import KeywordKind
from terracite.record.vocabularies import store
from terracite.record.vocabularies.folding import phrase, stem

GEMET = "http://www.eionet.europa.eu/gemet/concept/"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SKOS = "{http://www.w3.org/2004/02/skos/core#}"


def _concept(uri: str) -> vocabularies.Concept:
    found = vocabularies.concept(uri)
    assert found is not None
    return found


def _all() -> list[vocabularies.Concept]:
    table = store.concepts()
    return [table.concept(place) for place in range(len(table))]


def test_every_concept_has_an_address_of_its_own_a_label_and_a_known_thesaurus() -> None:
    found = _all()
    assert len({concept.uri for concept in found}) == len(found) > 17_000
    assert all(concept.label for concept in found)
    assert {concept.thesaurus for concept in found} <= set(vocabularies.thesauri())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_labels_of_gemet_are_those_of_its_files(language: str, shared_data: Path) -> None:
    path = shared_data / "vocab" / f"gemet-{language}.rdf"
    expected = {
        element.get(f"{RDF}about"): label.text.strip()
        for element in etree.parse(str(path)).iter(f"{SKOS}Concept")
        for label in element.iterfind(f"{SKOS}prefLabel")
        if language in label.values() and "/concept/" in element.get(f"{RDF}about")
    }
    found = {concept.uri: dict(concept.label.items()).get(language, "") for concept in _all()}
    assert {uri: found.get(uri) for uri in expected} == expected


def test_every_keyword_of_gcmd_is_there_with_its_path(shared_data: Path) -> None:
    with (shared_data / "vocab" / "gcmd" / "sciencekeywords.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[2:]
    for cells in rows[::20]:
        concept = _concept(f"https://gcmd.earthdata.nasa.gov/kms/concept/{cells[-1]}")
        assert concept.label.en == " > ".join(cell.strip() for cell in cells[:-1] if cell.strip())


def test_every_cf_name_has_its_canonical_unit(shared_data: Path) -> None:
    table = etree.parse(str(shared_data / "vocab" / "cf" / "cf-standard-name-table-v83.xml"))
    expected = {item.get("id"): (item.findtext("canonical_units") or "1").strip() for item in table.iterfind("entry")}
    assert {name: vocabularies.standard_unit(name) for name in expected} == expected
    assert vocabularies.standard_unit("invented_name") is None


@pytest.mark.parametrize(
    "address",
    [
        f"{GEMET}4612",
        "https://www.eionet.europa.eu/gemet/concept/4612/",
        "http://www.eionet.europa.eu/gemet/fr/concept/4612",
        " HTTP://eionet.europa.eu/gemet/concept/4612 ",
    ],
)
def test_an_address_is_understood_in_its_usual_spellings(address: str) -> None:
    assert _concept(address).label.en == "land cover"


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("http://www.eionet.europa.eu/gemet/nl/inspire-theme/am", "Area management/restriction/regulation zones"),
        ("https://gcmdservices.gsfc.nasa.gov/kms/concept/162e2243-3266-4999-b352-d8a1a9dc82ac", "EARTH SCIENCE > ATM"),
        ("http://publications.europa.eu/resource/authority/country/REU", "Réunion"),
        ("http://id.insee.fr/geo/departement/2A", "Corse-du-Sud"),
        ("http://id.insee.fr/geo/commune/97411", "Saint-Denis"),
        ("https://spdx.org/licenses/MIT.html", "MIT License"),
        ("http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/farming", "Farming"),
        ("http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#CI_RoleCode_owner", "Owner"),
    ],
)
def test_every_kind_of_list_is_known_by_address(address: str, label: str) -> None:
    assert _concept(address).label.en.startswith(label)


@pytest.mark.parametrize("address", ["", "nothing", "http://example.org/1", "http://id.insee.fr/geo/commune/99999"])
def test_an_unknown_address_is_no_concept(address: str) -> None:
    assert vocabularies.concept(address) is None


def test_places_and_platforms_make_keywords_of_their_kind() -> None:
    country = _concept("http://publications.europa.eu/resource/authority/country/FRA")
    assert (country.code, country.keyword.kind) == ("FRA", KeywordKind.PLACE)
    platform = vocabularies.search("SENTINEL-2A", thesauri=["gcmd-platforms"])[0]
    assert platform.keyword.kind is KeywordKind.PLATFORM
    assert platform.keyword.label.en == "Earth Observation Satellites > SENTINEL-2 > SENTINEL-2A"


@pytest.mark.parametrize("typed", ["forêts tropicales", "FORET TROP", "forets tropicale", "tropicales forêt"])
def test_accents_case_plural_and_order_do_not_matter(typed: str) -> None:
    assert vocabularies.search(typed, thesauri=["gemet"])[0].label.en == "tropical forest"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("vegetatoin", "vegetation"),
        ("inondtion", "flooding"),
        ("forêt tropcale", "tropical forest"),
        ("glaacier", "glacier"),
    ],
)
def test_one_wrong_letter_in_a_long_word_is_forgiven(typed: str, label: str) -> None:
    assert vocabularies.search(typed, thesauri=["gemet"])[0].label.en == label


@pytest.mark.parametrize("typed", ["frot", "xegetation", "vgtation"])
def test_two_wrong_letters_a_wrong_first_one_or_a_short_word_are_not(typed: str) -> None:
    assert vocabularies.search(typed, thesauri=["gemet"]) == []


def test_the_whole_label_comes_before_longer_ones_and_labels_before_synonyms() -> None:
    found = vocabularies.search("glacier", thesauri=["gemet"])
    assert found[0].label.en == "glacier"
    assert [concept.label.fr for concept in vocabularies.search("MNT", limit=1)] == [""]
    named, wider = vocabularies.search("pollution de l’air", limit=2)
    assert named.label.fr == "pollution de l'air"
    assert len(wider.label.fr) > len(named.label.fr)


def test_a_search_keeps_to_its_thesauri_language_and_limit() -> None:
    assert {concept.thesaurus for concept in vocabularies.search("eau", thesauri=["gemet", "fr-regions"])} == {"gemet"}
    assert len(vocabularies.search("eau", limit=3)) == 3
    assert vocabularies.search("sécheresse", language="en") == []
    assert vocabularies.search("sécheresse", language="fr")[0].label.en == "drought"


def test_communes_are_found_only_when_asked_for() -> None:
    assert [found.code for found in vocabularies.search("Hell-Bourg")] == []
    found = vocabularies.search("saint-pierre", thesauri=["fr-communes"], limit=500)
    assert "97416" in {concept.code for concept in found}
    assert {concept.thesaurus for concept in vocabularies.search("Toulouse")} & {"fr-communes"} == set()


@pytest.mark.parametrize("typed", ["", "   ", "...", "植生", "الغطاء", "\u0000", "zzzz qqqq", "a" * 10_000])
def test_nothing_is_found_for_nothing(typed: str) -> None:
    assert vocabularies.search(typed) == []


@given(st.text(max_size=30))
def test_any_text_can_be_searched(typed: str) -> None:
    assert len(vocabularies.search(typed, limit=5)) <= 5
    assert len(vocabularies.search_by_meaning(typed, limit=5)) <= 5


def test_a_book_typed_into_a_search_takes_no_time() -> None:
    book = "glacier de montagne " * 100_000
    start = time.process_time()
    found = vocabularies.search_by_meaning(book)
    assert time.process_time() - start < 0.5
    assert found == vocabularies.search_by_meaning(book[:500])


def test_relations_lead_up_down_and_aside() -> None:
    cyclone = vocabularies.search("cyclone", thesauri=["gemet"])[0]
    for wider in vocabularies.broader(cyclone):
        assert cyclone in vocabularies.narrower(wider)
    drought = _concept(f"{GEMET}2347")
    assert {concept.label.en for concept in vocabularies.related(drought)} >= {"desertification"}
    assert "gemet-themes" in {concept.thesaurus for concept in vocabularies.broader(drought)}


def test_french_units_lie_in_one_another() -> None:
    (departement,) = vocabularies.broader(_concept("http://id.insee.fr/geo/commune/31555"))
    assert departement.label.fr == "Haute-Garonne"
    assert [region.label.fr for region in vocabularies.broader(departement)] == ["Occitanie"]
    assert len(vocabularies.narrower(departement)) == 586


def test_a_synonym_in_either_language_finds_the_concept() -> None:
    index = _concept("https://gcmd.earthdata.nasa.gov/kms/concept/bd24a9a9-7d52-4c29-b2a0-6cefd216ae78")
    assert "température de surface de la mer" in vocabularies.synonyms(index)["fr"]
    assert index in vocabularies.search("température de surface de la mer")
    assert index in vocabularies.search("SST")


def test_meaning_gives_what_is_around_with_the_reason() -> None:
    matches = vocabularies.search_by_meaning("glacier", thesauri=["gemet"])
    assert matches[0].because.fr == "c’est son nom"
    assert any(match.because.en.startswith("broader than “glacier”") for match in matches)
    defined = vocabularies.search_by_meaning("outer layer of the earth", thesauri=["gemet"])
    assert any(match.because.en.startswith("its definition speaks") for match in defined)


def test_definitions_are_those_of_the_thesaurus() -> None:
    assert vocabularies.definition(_concept(f"{GEMET}4612")).startswith("Land cover is the physical state")
    assert vocabularies.definition(_concept("http://id.insee.fr/geo/region/76")) == ""


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("GEMET - INSPIRE themes, version 1.0", "inspire-themes"),
        ("GEMET - INSPIRE thema's, versie 1.0", "inspire-themes"),
        ("Thèmes INSPIRE", "inspire-themes"),
        ("GEMET - Concepts, version 2.4", "gemet"),
        ("GEMET themes", "gemet-themes"),
        ("GEMET Themes, version 2.3", "gemet-themes"),
        ("GEMET", "gemet"),
        ("GCMD Science Keywords", "gcmd-science"),
        ("NASA/Global Change Master Directory (GCMD) Earth Science Keywords", "gcmd-science"),
        ("GCMD Location Keywords", "gcmd-locations"),
        ("CF-1.4", "cf-standard-names"),
        ("CF Standard Name Table v83", "cf-standard-names"),
        ("Départements", "fr-departements"),
        ("https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/sciencekeywords", "gcmd-science"),
    ],
)
def test_a_thesaurus_is_known_by_the_names_that_real_records_give_it(title: str, identifier: str) -> None:
    known = vocabularies.thesaurus_named(title)
    assert known is not None
    assert known.identifier == identifier


@pytest.mark.parametrize("title", ["", "AGROVOC", "GCMD Project Keywords", "INSPIRE priority data set", "cf. annex"])
def test_other_thesauri_are_not_taken_for_ours(title: str) -> None:
    assert vocabularies.thesaurus_named(title) is None


@pytest.mark.parametrize(
    ("label", "thesaurus", "address"),
    [
        ("droughts", "gemet", f"{GEMET}2347"),
        ("AISNE", "fr-departements", "http://id.insee.fr/geo/departement/02"),
        ("sea_water_salinity", "cf-standard-names", "http://vocab.nerc.ac.uk/standard_name/sea_water_salinity/"),
        (
            "Oceans > Ocean Temperature > Sea Surface Temperature",
            "gcmd-science",
            "https://gcmd.earthdata.nasa.gov/kms/concept/bd24a9a9-7d52-4c29-b2a0-6cefd216ae78",
        ),
        (
            "EARTH SCIENCE|OCEANS|OCEAN TEMPERATURE|SEA SURFACE TEMPERATURE",
            "",
            "https://gcmd.earthdata.nasa.gov/kms/concept/bd24a9a9-7d52-4c29-b2a0-6cefd216ae78",
        ),
    ],
)
def test_a_label_is_found_in_the_thesaurus_it_is_said_to_be_of(label: str, thesaurus: str, address: str) -> None:
    found = vocabularies.keyword(label, thesaurus)
    assert found is not None
    assert found.uri == address


def test_without_a_thesaurus_a_label_counts_to_the_letter_and_never_as_a_place() -> None:
    assert vocabularies.keyword("droughts") is None
    assert vocabularies.keyword("France") is None
    assert vocabularies.keyword("drought", "inspire-themes") is None


def test_french_and_english_spellings_of_one_word_fold_alike() -> None:
    assert stem("biologie") == stem("biology")
    assert phrase("zones de captage d’eau") == phrase("Zone de captages de l’eau")
    assert phrase("PLUi") != phrase("pluie")


def test_searches_are_fast_enough_to_type_by() -> None:
    program = (
        "import time; from terracite.record.vocabularies import search; start = time.process_time();"
        "search('végét'); print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert float(done.stdout) < 0.3
    for typed in ("végétation", "sea surface temp", "s", "ch"):
        spent = []
        for _ in range(5):
            start = time.process_time()
            vocabularies.search(typed)
            spent.append(time.process_time() - start)
        assert min(spent) < 0.02


def test_the_lists_stay_unread_until_a_concept_is_asked_for() -> None:
    program = (
        "from terracite.record import vocabularies; from terracite.record.vocabularies import store;"
        "vocabularies.licences(), vocabularies.topics(), vocabularies.keyword('land cover');"
        "print(store.concepts.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "0"
