# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords suggested from texts: the right ones, for the right reason, in either language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terracite.record import vocabularies
from terracite.record.model import Text
from terracite.record.vocabularies import Suggestion, suggest
from terracite.record.vocabularies.matching import language_of

FLOODS = Text(
    fr="Inondations de la Garonne de 2000 à 2020",
    en="Floods of the Garonne from 2000 to 2020",
)
ABSTRACT = Text(
    fr="Hauteurs d’eau dans le bassin versant, mesurées pendant les crues. La crue de juin 2000 est décrite."
)


def _labels(found: list[Suggestion], language: str = "en") -> list[str]:
    return [item.keyword.label.best(language) for item in found]


def _of(found: list[Suggestion], label: str) -> Suggestion:
    return next(item for item in found if item.keyword.label.best("en") == label)


def test_what_the_title_says_comes_first_with_the_reason_in_both_languages() -> None:
    first = suggest(FLOODS, ABSTRACT)[0]
    assert first.keyword.label.en in {"flood", "flooding"}
    assert first.because.fr == "parce que le titre dit « Inondations »"
    assert first.because.en == "because the title says “Floods”"


def test_suggestions_are_keywords_with_an_address_in_falling_order_once_each() -> None:
    found = suggest(FLOODS, ABSTRACT, ("water_level",))
    assert len({item.keyword.uri for item in found}) == len(found) == 10
    assert all(item.keyword.thesaurus in vocabularies.thesauri() for item in found)
    assert all(item.because.fr and item.because.en for item in found)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        (Text(fr="Carte d’occupation du sol de la Haute-Garonne"), "Land cover"),
        (Text(en="Land cover map of Haute-Garonne"), "Land cover"),
        (Text(fr="Parcellaire cadastral de 2018"), "Cadastral parcels"),
        (Text(en="Orthophoto of 2021"), "Orthoimagery"),
        (Text(fr="MNT de l’île"), "Elevation"),
        (Text(fr="Suivi des récifs coralliens"), "Habitats and biotopes"),
        (Text(en="Weather stations of the Alps"), "Environmental monitoring facilities"),
    ],
)
def test_a_theme_of_the_directive_is_found_in_either_language(title: Text, label: str) -> None:
    assert label in _labels(suggest(title, Text()))


def test_the_names_of_variables_speak() -> None:
    found = suggest(Text(en="Mooring 06"), Text(), ("sea_water_temperature", "seaSurfaceSalinity"))
    reason = _of(found, "sea_water_temperature").because
    assert reason.en == "because a variable is called “sea water temperature” and “water temperature”"
    assert reason.fr.startswith("parce qu’une variable s’appelle « sea water temperature »")
    assert any("SALINITY" in label for label in _labels(found))


def test_what_is_found_speaks_for_what_it_lies_in() -> None:
    found = suggest(Text(en="Beech, oak and spruce"), Text(), limit=10, thesauri=["gemet-themes"])
    assert found[0].because.en.startswith("because of “")
    assert {item.keyword.thesaurus for item in found} == {"gemet-themes"}


def test_a_text_in_the_wrong_field_is_read_in_its_own_language() -> None:
    french = "Le plan des sources de la commune, avec les places et les moments de la visite."
    assert language_of(french) == "fr"
    typed_wrong = suggest(Text(en=french), Text())
    typed_right = suggest(Text(fr=french), Text())
    assert _labels(typed_wrong) == _labels(typed_right)


def test_names_in_capitals_are_not_taken_from_ordinary_words() -> None:
    thesauri = ["gcmd-platforms", "gcmd-instruments"]
    assert suggest(Text(fr="Obtenu grâce à des relevés"), Text(), thesauri=thesauri) == []
    assert suggest(Text(en="It should be cut"), Text(), thesauri=thesauri) == []
    grace = suggest(Text(en="Gravity from GRACE and Sentinel-2 images"), Text(), thesauri=thesauri)
    assert {item.keyword.label.en.rpartition(" > ")[2] for item in grace} >= {"GRACE", "SENTINEL-2"}


def test_a_place_that_stands_in_several_lists_is_suggested_once() -> None:
    found = suggest(Text(fr="Le littoral de La Réunion"), Text())
    assert [item.keyword.thesaurus for item in found if item.keyword.label.fr == "La Réunion"] == ["fr-regions"]
    asked = suggest(Text(fr="La Réunion"), Text(), thesauri=["fr-regions", "fr-departements", "countries"])
    assert {item.keyword.thesaurus for item in asked} == {"fr-regions", "fr-departements", "countries"}


@pytest.mark.parametrize(
    ("title", "label"),
    [
        (Text(fr="Traitements photogrammétriques"), "photogrammetry"),
        (Text(fr="Cartographier les sols"), "cartography"),
        (Text(fr="Fonds coralliens"), "coral"),
        (Text(en="Hydrological year 2020"), "hydrology"),
    ],
)
def test_a_word_speaks_for_what_it_is_derived_from(title: Text, label: str) -> None:
    assert label in _labels(suggest(title, Text(), thesauri=["gemet"]))


def test_an_abbreviation_speaks_for_what_it_stands_for() -> None:
    found = suggest(Text(fr="NDVI de l’Amazonie"), Text())
    assert {item.keyword.label.en.rpartition(" > ")[2] for item in found} >= {"VEGETATION INDEX", "Land cover"}
    assert found[0].because.fr == "parce que le titre dit « NDVI »"


def test_a_data_set_of_geographic_data_is_not_about_geography() -> None:
    assert (
        suggest(Text(fr="Données géographiques et méthodologiques"), Text(), thesauri=["gemet", "gemet-themes"]) == []
    )


def test_what_two_phrases_are_related_to_is_suggested_after_them_with_that_reason() -> None:
    found = suggest(Text(en="Drought, forest cover destruction"), Text(), thesauri=["gemet"])
    reasons = {item.keyword.label.en: item.because.en for item in found}
    assert reasons["desertification"] == "because of “forest cover destruction” and “drought”"
    assert found[-1].score < found[0].score
    alone = suggest(Text(en="Drought"), Text(), thesauri=["gemet"])
    assert "desertification" not in _labels(alone)


def test_a_water_level_is_not_a_coast() -> None:
    assert "coast" not in _labels(suggest(Text(), Text(), ("hauteur_eau",)))


def test_words_that_say_nothing_are_not_suggested() -> None:
    text = Text(fr="Jeu de données du projet : base de données, cartes, méthode et résultats de l’étude", en="")
    assert _labels(suggest(text, Text(), thesauri=["gemet"])) == []


def test_one_phrase_does_not_fill_the_list() -> None:
    found = suggest(Text(fr="Schéma de cohérence territoriale"), Text(fr="Il décrit aussi les zones humides."))
    assert "wetland" in _labels(found)[:5]


def test_language_and_limit_are_kept() -> None:
    assert len(suggest(FLOODS, ABSTRACT, limit=3)) == 3
    assert all(item.keyword.label.fr for item in suggest(FLOODS, ABSTRACT, language="fr"))
    assert suggest(FLOODS, ABSTRACT, limit=0) == []


@pytest.mark.parametrize("text", ["", "植生指数 الغطاء النباتي", "\u0000\u0001", "1 2 3", "....", "🌍"])
def test_texts_that_name_nothing_give_nothing(text: str) -> None:
    assert suggest(Text(fr=text, en=text), Text(), (text,)) == []


@given(st.builds(Text, fr=st.text(max_size=60), en=st.text(max_size=60)), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_borne(text: Text, variables: list[str]) -> None:
    found = suggest(text, text, variables)
    assert len(found) <= 10
    assert found == suggest(text, text, variables)


def test_a_book_for_an_abstract_takes_bounded_time() -> None:
    book = "La végétation des zones humides et l’érosion des sols. " * 20_000
    start = time.process_time()
    suggest(Text(fr="Végétation"), Text(fr=book, en=book), ["water level"] * 10_000)
    assert time.process_time() - start < 2
