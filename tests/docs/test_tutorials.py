# SPDX-License-Identifier: AGPL-3.0-or-later
"""The French tutorials show the same commands as the English ones, which are run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAIRS = {
    "1-series.md": "1-series.md",
    "2-map.md": "2-carte.md",
    "3-publish.md": "3-publier.md",
    "4-records.md": "4-notices.md",
}
BLOCK = re.compile(r"^```(?:bash|sh|python)\n.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("english", "french"), PAIRS.items())
def test_both_languages_show_the_same_commands(english: str, french: str) -> None:
    shown = BLOCK.findall((DOCS / "tutorials" / english).read_text(encoding="utf-8"))
    assert shown
    assert BLOCK.findall((DOCS / "fr" / french).read_text(encoding="utf-8")) == shown


def test_every_tutorial_has_its_french_page() -> None:
    assert {page.name for page in (DOCS / "tutorials").glob("*.md")} == set(PAIRS)
