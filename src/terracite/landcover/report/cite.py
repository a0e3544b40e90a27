# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to cite the map, and under what licence it is used."""

from __future__ import annotations

from html import escape

from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import paragraph, section
from terracite.landcover.report.words import Words


def cite(found: Outcome, language: str, say: Words) -> str:
    """A citation to copy, to which a repository adds the DOI."""
    text = wording.citation(found).best(language)
    licence = found.prepared.recipe.record.licence
    content = f'<p class="cite">{escape(text)}</p>' + paragraph(say["cite_doi"])
    return section(say["cite"], content + (paragraph(say["licence"].format(licence=licence)) if licence else ""))
