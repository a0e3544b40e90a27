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
from terracite.landcover.report.drawing import maps
from terracite.landcover.report.head import head
from terracite.landcover.report.made import made
from terracite.landcover.report.score import score
from terracite.landcover.report.words import LANGUAGES, Words, data, words

#: A section in one language, as HTML with its heading (`html.section`); "" = it has nothing to say of this map.
Section = Callable[[Outcome, str, Words], str]

#: What the report says, in that order. Another section is one module and one line here.
SECTIONS: tuple[Section, ...] = (areas, accuracy, score, caveats, made)


def page(found: Outcome, map_path: Path, confidence_path: Path) -> str:
    """The whole page; the same results give the same text."""
    title = wording.title(found)
    sections = "\n".join(_sections(found, language) for language in LANGUAGES)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title.best("en"))}</title>
<style>
{data("report.css")}</style>
</head>
<body>
<input type="radio" name="language" id="en" checked aria-label="English">
<input type="radio" name="language" id="fr" aria-label="Français">
<div class="bar"><label for="en" lang="en">English</label><label for="fr" lang="fr">Français</label></div>
<main>
{head(found)}
{maps(found, map_path, confidence_path)}
{sections}
</main>
</body>
</html>
"""


def _sections(found: Outcome, language: str) -> str:
    parts = [section(found, language, words(language)) for section in SECTIONS]
    return f'<div lang="{language}">\n' + "\n".join(part for part in parts if part) + "\n</div>"
