# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to read the report, and what the map does not say."""

from __future__ import annotations

from html import escape

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import bullets, section
from terracite.landcover.report.words import Words
from terracite.landcover.scoring import gap
from terracite.landcover.uncertainty import wording as doubts
from terracite.landcover.wording import day, number


def caveats(found: Outcome, language: str, say: Words) -> str:
    """What the map does not say, and what the words of this report mean."""
    grid = found.prepared.grid
    cell = number(grid.cell_size_m, language, 0 if grid.cell_size_m >= 10 else 1)
    texts = [
        say["not_classes"].format(count=len(found.prepared.nomenclature)),
        say["not_small"].format(size=cell),
        say["not_when"].format(first=day(found.first, language), last=day(found.last, language)),
        say["not_areas"] if found.accuracy is None else say["not_local"],
        doubts.confidence(found).best(language),
    ]
    if gap(found.scores):
        texts.append(say["not_far"])
    if found.facts.unmapped_cells:
        texts.append(say["unmapped_cells"].format(count=number(found.facts.unmapped_cells, language, 0)))
    words = bullets([say["read_1"], say["read_2"]])
    return section(say["not_said"], bullets(texts) + f"<h3>{escape(say['read'])}</h3>{words}")
