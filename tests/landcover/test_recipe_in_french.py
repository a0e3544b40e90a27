# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every message about a recipe has its French."""

from __future__ import annotations

import re
import string
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from landcover.recipe_messages import messages
from terracite.cli import main
from terracite.landcover.recipe import mistakes
from terracite.landcover.recipe.french import in_french, told

WALKED = (
    "recipe/*.py",
    "checks.py",
    "suspicions.py",
    "classes.py",
    "images.py",
    "reference.py",
    "sample_checks.py",
    "judging/*.py",
    "strata.py",
    "features/*.py",
    "mapping/prior_files.py",
    "samples/gather.py",
    "specialise/*.py",
    "uncertainty/*.py",
    "sensors/still.py",
)
#: made of other messages or of values alone
_MADE = (
    "777.",
    "7 7",
    "7",
    "7: 7 (it is 7).",
    "7 It is left out.",
    "'7' 7.",
    "7 Or add it to indices.",
    "7 Or give its formula.",
)


@pytest.mark.parametrize("pattern", WALKED)
def test_every_message_has_its_french(pattern: str) -> None:
    missing = {text: where for where, text in messages(pattern) if text not in _MADE and in_french(text) is None}
    # "7" stands for values: "7 mistake7" is "1 mistake" or "2 mistakes"
    missing = {text: where for text, where in missing.items() if in_french(re.sub(r"(?<=[a-z])7", "s", text)) is None}
    assert missing == {}, "add them to recipe/french.toml"


def test_what_pydantic_finds_has_its_french() -> None:
    for pair in mistakes._SAID.values():
        for words in pair:
            assert in_french(re.sub(r"\{[^}]*\}", "7", words)), words
    source = (Path(mistakes.__file__).parent / "parts.py").read_text()
    raised = re.findall(r'raise ValueError\(f?(["\'])(.+?)\1\)', source)
    assert raised
    for _, words in raised:
        assert in_french(re.sub(r"\{[^}]*\}", "7", words[0].lower() + words[1:]) + "."), words


def test_values_are_kept_and_the_line_is_said() -> None:
    assert told("  - classifier.trees (line 7): is 0. It has to be at least 1.", "fr") == (
        "  - classifier.trees (ligne 7) : vaut 0. Il faut au moins 1."
    )
    assert told("[imges]: is not part of a recipe. Did you mean 'images'?", "fr") == (
        "[imges] : ne fait pas partie d'une recette. Vouliez-vous dire « images » ?"
    )
    assert told("nomenclature: class 3 'Wet. Grass' has one of the polygons only.", "fr") == (
        "nomenclature : la classe 3 « Wet. Grass » n'est qu'une fois parmi les polygones."
    )
    assert told("Something new.", "fr") == "Something new."
    assert told("is missing.", "en") == "is missing."


def test_french_sentences_have_the_same_values() -> None:
    table = tomllib.loads((files("terracite.landcover.recipe") / "french.toml").read_text(encoding="utf-8"))
    for english, french in table["sentences"].items():
        names = [{name for _, name, *_ in string.Formatter().parse(text) if name} for text in (english, french)]
        assert names[1] <= names[0], english


def test_check_tells_mistakes_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('[classifer]\n[[images]]\nfolder = "nowhere"\n[samples]\nseed = "x"\n')
    with pytest.raises(SystemExit):
        main(["landcover", "check", str(recipe), "--language", "fr"])
    said = capsys.readouterr().err
    assert "La recette « r.toml » a 4 erreurs." in said
    assert "[classifer] (ligne 1) : ne fait pas partie d'une recette. Vouliez-vous dire « classifier » ?" in said
    assert "vaut 'x', qui n'est pas un nombre entier. Écrivez un nombre sans guillemets." in said
    assert "manque : une carte s'apprend de données de référence." in said
