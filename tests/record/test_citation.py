# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import full_record, publishable_draft
from record.strategies import records
from terracite.record.citation import formatted, formatted_html, to_bibtex, to_csl, to_ris
from terracite.record.model import Agent, Record, Text


def _registered() -> Record:
    """The full record with a DOI that is not one for practice."""
    return full_record().model_copy(update={"doi": "10.1234/6f0d3c3e"})


def _titled(title: str) -> Record:
    return publishable_draft().model_copy(update={"title": Text(fr=title)})


def test_the_citation_follows_the_language_asked_for() -> None:
    assert formatted(_registered(), "en") == (
        "Lebrun, Zoé; Rakoto; Collectif Mascareignes (2024): Land cover of La Réunion in 2023 (tile 40KCB). "
        "Version 1.1. Entrepôt d’essai. Dataset. https://doi.org/10.1234/6f0d3c3e"
    )
    assert formatted(_registered(), "fr") == (
        "Lebrun, Zoé; Rakoto; Collectif Mascareignes (2024) : Occupation du sol de La Réunion en 2023 (tuile "
        "40KCB). Version 1.1. Entrepôt d’essai. Jeu de données. https://doi.org/10.1234/6f0d3c3e"
    )


def test_a_draft_is_said_to_be_unpublished() -> None:
    assert "(non publié)" in formatted(publishable_draft(), "fr")
    assert "(unpublished)" in formatted(publishable_draft(), "en")


def test_html_is_escaped_and_links_the_doi() -> None:
    record = _registered().model_copy(update={"title": Text(fr="<b>a & b</b>", en="<b>a & b</b>")})
    html = formatted_html(record)
    assert "&lt;b&gt;a &amp; b&lt;/b&gt;" in html
    assert html.endswith('<a href="https://doi.org/10.1234/6f0d3c3e">https://doi.org/10.1234/6f0d3c3e</a>')


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("100 % of A & B_C #1 $", r"100 \% of A \& B\_C \#1 \$"),
        (r"a{b}c\d", r"a\{b\}c\textbackslash{}d"),
        ("~x^2\ny", r"\textasciitilde{}x\textasciicircum{}2 y"),
        ("Forêt — été", "Forêt — été"),
    ],
)
def test_bibtex_escapes_its_special_characters(title: str, written: str) -> None:
    assert f"  title = {{{{{written}}}}}," in to_bibtex(_titled(title))


def test_bibtex_keeps_organisations_and_odd_names_whole() -> None:
    people = (
        Agent(organisation="Land and Sea"),
        Agent(family_name="Sand and Silt"),
        Agent(family_name="Andrée"),
    )
    record = publishable_draft().model_copy(update={"creators": people})
    assert "author = {{Land and Sea} and {Sand and Silt} and Andrée}" in to_bibtex(record)


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_bibtex_braces_always_balance_and_ris_lines_are_always_tags(record: Record) -> None:
    entry = re.sub(r"\\[{}\\]", "", to_bibtex(record).replace(r"\textbackslash{}", ""))
    assert entry.count("{") == entry.count("}")
    lines = to_ris(record).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert (lines[0], lines[-2:]) == ("TY  - DATA", ["ER  - ", ""])


def test_csl_names_people_and_organisations_its_own_way() -> None:
    item = to_csl(full_record())
    assert item["author"] == [
        {"family": "Lebrun", "given": "Zoé"},
        {"family": "Rakoto"},
        {"literal": "Collectif Mascareignes"},
    ]
    assert item["issued"] == {"date-parts": [[2024, 3, 1]]}
