# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to read the report, and what the map does not say."""

from __future__ import annotations

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import paragraph, section
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number


def caveats(found: Outcome, language: str, say: Words) -> str:
    """What the figures mean, and where the map says nothing."""
    texts = [say[f"read_{position}"] for position in (1, 2, 3)]
    if found.facts.unmapped_cells:
        texts.append(say["unmapped_cells"].format(count=number(found.facts.unmapped_cells, language, 0)))
    return section(say["read"], "".join(paragraph(text) for text in texts))
