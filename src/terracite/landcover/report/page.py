# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole page: its head and pictures once, its sections once per language."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.accuracy import accuracy
from terracite.landcover.report.areas import areas
from terracite.landcover.report.caveats import caveats
from terracite.landcover.report.cite import cite
from terracite.landcover.report.drawing import maps
from terracite.landcover.report.head import head
from terracite.landcover.report.made import made
from terracite.landcover.report.right import right
from terracite.landcover.report.score import score
from terracite.landcover.report.sureness import sureness
from terracite.landcover.report.units import units
from terracite.landcover.report.what import what
from terracite.landcover.report.words import LANGUAGES, Words, data, words

#: A section in one language, as HTML with its heading (`html.section`); "" = it has nothing to say of this map.
Section = Callable[[Outcome, str, Words], str]

#: What the report says, in that order: before the map, and after it. Another section is one module and one line here.
FIRST: tuple[Section, ...] = (right,)
SECTIONS: tuple[Section, ...] = (what, areas, units, accuracy, score, sureness, caveats, cite, made)
_NAMES = {"en": "English", "fr": "Français"}


def page(found: Outcome, map_path: Path, confidence_path: Path) -> str:
    """The whole page; the same results give the same text."""
    title, opens = wording.title(found), found.prepared.recipe.record.language
    return f"""<!DOCTYPE html>
<html lang="{opens}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title.best(opens))}</title>
<style>
{data("report.css")}</style>
</head>
<body>
<main>
{_switch(opens)}
<div class="page">
{head(found)}
{_sections(FIRST, found)}
{maps(found, map_path, confidence_path)}
{_sections(SECTIONS, found)}
</div>
</main>
</body>
</html>
"""


def _switch(opens: str) -> str:
    """The choice of the language, which needs no script: the style sheet hides the other one, in print too."""
    inputs = "\n".join(
        f'<input type="radio" name="language" id="{language}" lang="{language}" aria-label="{_NAMES[language]}"'
        f"{' checked' if language == opens else ''}>"
        for language in LANGUAGES
    )
    labels = "".join(f'<label for="{one}" lang="{one}">{_NAMES[one]}</label>' for one in LANGUAGES)
    return f'{inputs}\n<div class="bar">{labels}</div>'


def _sections(which: tuple[Section, ...], found: Outcome) -> str:
    parts = []
    for language in LANGUAGES:
        every = (section(found, language, words(language)) for section in which)
        parts.append(f'<div lang="{language}">\n' + "\n".join(one for one in every if one) + "\n</div>")
    return "\n".join(parts)
