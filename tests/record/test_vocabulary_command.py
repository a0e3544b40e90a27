# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite vocabulary``, as a person types it."""

from __future__ import annotations

import io
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


def test_nothing_found_is_said_in_french_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Rien trouvé" in said(capsys, "search", "qqqq", "--language", "fr")
    assert "ne nomment rien" in said(capsys, "suggest", "qqqq", "--language", "fr")


def test_thesauri_are_listed_with_their_labels_counted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["thesaurus"]: row for row in json.loads(said(capsys, "thesauri", "--language", "fr", "--json"))}
    assert rows["inspire-themes"] == {
        "thesaurus": "inspire-themes",
        "title": "GEMET - Thèmes INSPIRE, version 1.0",
        "concepts": 34,
        "french": 34,
    }
    assert rows["gcmd-science"]["french"] == 0
    assert rows["gemet"]["concepts"] > rows["gemet"]["french"] > 5000
    assert "fr-communes" in said(capsys, "thesauri")


@pytest.mark.parametrize("arguments", [("search", " "), ("suggest", ""), ("suggest", "", "--abstract", "\n")])
def test_no_text_is_an_error(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        main(["vocabulary", *arguments])
    assert "There is no text to look for" in capsys.readouterr().err


def test_keywords_are_not_suggested_from_the_communes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["vocabulary", "suggest", "Toulouse", "--in", "fr-communes"])
    assert "There is no thesaurus 'fr-communes' here" in capsys.readouterr().err
    assert "31555" in said(capsys, "search", "Toulouse", "--in", "fr-communes")


def test_the_standard_input_is_an_abstract(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _input("Suivi des récifs coralliens. é".encode()[:-1]))
    assert "récif" in said(capsys, "suggest", "Mission 3", "--abstract", "-", "--language", "fr")
    monkeypatch.setattr("sys.stdin", _input(b"\xff\xfe\x00 not text"))
    with pytest.raises(SystemExit):
        main(["vocabulary", "suggest", "Mission 3", "--abstract", "-"])
    assert "not a text in UTF-8" in capsys.readouterr().err


def _input(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content))


def test_an_unknown_thesaurus_is_refused_with_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["vocabulary", "search", "x", "--in", "inspire-theme"])
    assert "Did you mean 'inspire-themes'?" in capsys.readouterr().err
