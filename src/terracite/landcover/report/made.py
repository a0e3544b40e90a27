# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the map was made."""

from __future__ import annotations

from html import escape

from terracite import __version__
from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import bullets, paragraph, section
from terracite.landcover.report.words import Words


def made(found: Outcome, language: str, say: Words) -> str:
    """Where the data come from, what was done, when and with what; files left out."""
    statement, steps = wording.statement(found).best(language), wording.steps(found)
    content = paragraph(statement)
    content += "<ol>" + "".join(f"<li>{escape(step.best(language))}</li>" for step in steps) + "</ol>"
    content += paragraph(say["made_on"].format(day=wording.day(found.made_on, language), version=__version__))
    content += paragraph(say["beside"])
    if found.skipped:
        content += paragraph(say["skipped"]) + bullets([problem.where for problem in found.skipped])
    return section(say["made"], content)
