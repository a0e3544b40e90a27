# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the map was made."""

from __future__ import annotations

from terracite import __version__
from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import bullets, paragraph, section
from terracite.landcover.report.words import Words


def made(found: Outcome, language: str, say: Words) -> str:
    """Where the data come from, what was done, when and with what; files left out."""
    texts = [text.best(language) for text in (wording.statement(found), *wording.steps(found))]
    fewest, most = found.facts.clear_range
    texts.append(say["clear"].format(fewest=fewest, most=most))
    texts.append(say["made_on"].format(day=wording.day(found.made_on, language), version=__version__))
    content = "".join(paragraph(text) for text in texts)
    if found.skipped:
        content += paragraph(say["skipped"]) + bullets([problem.where for problem in found.skipped])
    return section(say["made"], content)
