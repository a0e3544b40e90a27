# SPDX-License-Identifier: AGPL-3.0-or-later
"""Citations in the styles of journals, in French and English: what each must say, and how quickly it is said."""

from __future__ import annotations

import re
import time
from importlib import resources

import pytest

from record.examples import PAGE, full_record, publishable_draft
from terracite.errors import RecordError
from terracite.record.citation import STYLES, styled, styled_html, write_citation
from terracite.record.model import Agent, Record, Text, Version

LANGUAGES = ("fr", "en")
BOTH = [(style, language) for style in STYLES for language in LANGUAGES]
#: those that write the version of a dataset
WITH_VERSION = ("datacite", "apa", "copernicus", "agu")


def _record(**changes: object) -> Record:
    """The full record with a DOI that resolves."""
    return full_record().model_copy(update={"doi": "10.1234/6f0d3c3e", **changes})


@pytest.mark.parametrize(("style", "language"), BOTH)
def test_every_style_says_who_when_what_and_where(style: str, language: str) -> None:
    text = styled(_record(), style, language, PAGE)
    assert re.search("lebrun", text, re.IGNORECASE)
    assert re.search("collectif mascareignes", text, re.IGNORECASE), "an organisation keeps its name whole"
    assert "2024" in text
    assert {"fr": "Occupation du sol de La Réunion", "en": "Land cover of La Réunion"}[language] in text
    assert ("doi: 10.1234/6f0d3c3e" if style == "ieee" else "https://doi.org/10.1234/6f0d3c3e") in text
    assert "\n" not in text
    assert text == text.strip()


def test_styles_differ_and_follow_the_language() -> None:
    texts = {(style, language): styled(_record(), style, language) for style, language in BOTH}
    assert len(set(texts.values())) == len(BOTH)
    assert texts["harvard", "fr"].startswith("Lebrun, Z., Rakoto et Collectif Mascareignes (2024) «")
    assert texts["harvard", "en"].startswith("Lebrun, Z., Rakoto and Collectif Mascareignes (2024) “")
    assert "1 mars 2024" in texts["iso690", "fr"]
    assert "1 March 2024" in texts["iso690", "en"]
    assert texts["apa", "fr"] == (
        "Lebrun, Z., Rakoto, & Collectif Mascareignes. (2024). Occupation du sol de La Réunion en 2023 (tuile 40KCB) "
        "(Version 1.1) [Jeu de données]. Entrepôt d’essai. https://doi.org/10.1234/6f0d3c3e"
    )


@pytest.mark.parametrize("style", WITH_VERSION)
def test_the_version_is_said_where_the_style_has_a_place_for_it(style: str) -> None:
    assert "7.3" in styled(_record(version=Version(number="7.3")), style)


@pytest.mark.parametrize(("style", "language"), BOTH)
def test_a_practice_doi_is_never_an_address_of_doi_org(style: str, language: str) -> None:
    for html in (styled(full_record(), style, language, PAGE), styled_html(full_record(), style, language, PAGE)):
        assert "doi.org" not in html
        assert PAGE in html
    assert "doi:10.5072/6f0d3c3e" in styled(full_record(), style, language)
    assert "<a " not in styled_html(full_record(), style, language)


@pytest.mark.parametrize(("style", "language"), BOTH)
def test_without_a_doi_or_a_date_there_is_still_a_citation(style: str, language: str) -> None:
    draft = publishable_draft()
    text = styled(draft, style, language, PAGE)
    assert re.search("parc marin de mayotte", text, re.IGNORECASE)
    assert {"fr": "non publié", "en": "unpublished"}[language] in text
    assert text.count(PAGE) == 1
    assert f"urn:uuid:{draft.uuid}" in styled(draft, style, language)


@pytest.mark.parametrize(("style", "language"), BOTH)
def test_html_is_escaped_in_every_style(style: str, language: str) -> None:
    title = "<script>x</script> a & b > c \"d\" <i>e</i> 'f'"
    record = _record(title=Text(fr=title, en=title), creators=(Agent(organisation="<b>A & B</b>"),))
    html = styled_html(record, style, language)
    assert set(re.findall(r"<(?!/)(\w+)", html)) <= {"a", "i", "b", "span", "sup"}
    assert "&lt;script&gt;" in html
    assert "&lt;i&gt;e&lt;/i&gt;" in html
    assert re.search(r"&lt;b&gt;a &amp; b&lt;/b&gt;", html, re.IGNORECASE)
    assert "<script>x</script> a & b > c" in styled(record, style, language), "plain text is not escaped"
    assert html.count('<a href="https://doi.org/10.1234/6f0d3c3e">') == 1


@pytest.mark.parametrize("title", ["海の色 — 2023年", "لون البحر 2023", "צבע הים", "Ω œuvre", "𝔘nicode 🌊"])
@pytest.mark.parametrize("style", STYLES)
def test_titles_and_names_of_any_script_are_kept(style: str, title: str) -> None:
    people = (Agent(family_name="李", given_name="明"), Agent(family_name="الخوارزمي", given_name="محمد"))
    text = styled(_record(title=Text(en=title), creators=people), style, "en")
    assert title in text
    assert "李" in text
    assert "الخوارزمي" in text


@pytest.mark.parametrize("style", STYLES)
def test_two_thousand_authors_are_cited_in_bounded_time(style: str) -> None:
    people = tuple(Agent(family_name=f"Né{number}", given_name="Ó") for number in range(2000))
    started = time.process_time()
    text = styled(_record(creators=people), style, "en")
    assert time.process_time() - started < 2
    assert re.search("né0", text, re.IGNORECASE)
    assert style == "datacite" or len(text) < 1000, "styles write the first ones"


def test_a_citation_that_was_asked_for_is_given_again_at_once() -> None:
    styled(_record(), "apa", "fr", PAGE)
    started = time.process_time()
    for _ in range(20):
        styled(_record(), "apa", "fr", PAGE)
        write_citation(full_record(), PAGE)
    assert (time.process_time() - started) / 20 < 0.05


def test_an_unknown_style_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RecordError) as refused:
        styled(_record(), "chicago")
    assert "apa, harvard" in str(refused.value.hint)


def test_shipped_styles_keep_their_licence_and_authors() -> None:
    folder = resources.files("terracite.record.citation").joinpath("styles")
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    notice = files.pop("NOTICE.md")
    assert {f"{name}.csl" for style in STYLES.values() for name in (style.fr, style.en) if name} == set(files)
    for name, style in files.items():
        assert "<author>" in style or "<contributor>" in style, name
        assert "http://creativecommons.org/licenses/by-sa/3.0/" in style, name
    assert "Attribution-ShareAlike 3.0" in notice
    assert "https://creativecommons.org/licenses/by-sa/3.0/" in notice
    assert "SPDX-License-Identifier: CC-BY-SA-3.0" in notice
