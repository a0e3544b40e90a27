# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite vocabulary``, as a person types it."""

from __future__ import annotations

import json

import pytest

from terracite.cli import main


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(["vocabulary", *arguments])
    return capsys.readouterr().out


def test_search_prints_labels_thesauri_and_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "search", "forets trop", "--language", "fr", "--in", "gemet", "--limit", "1")
    assert out == "forêt tropicale  [gemet]  http://www.eionet.europa.eu/gemet/concept/8687\n"


def test_search_by_meaning_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "search", "cyclone", "--meaning", "--in", "gemet", "--json"))
    assert rows[0]["en"] == "cyclone"
    assert any(row["because"].startswith("broader than") for row in rows)


def test_suggest_gives_reasons_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "suggest", "Inondations", "--language", "fr", "--json", "--variable", "salinity"))
    assert rows[0]["because"].startswith("parce que le titre dit")
    assert any("une variable s’appelle" in row["because"] for row in rows)


def test_nothing_found_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "shorter words" in said(capsys, "search", "qqqq")
    assert "name nothing" in said(capsys, "suggest", "qqqq")


def test_an_unknown_thesaurus_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["vocabulary", "search", "x", "--in", "nope"])
    assert "inspire-themes" in capsys.readouterr().err
