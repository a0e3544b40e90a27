# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of the report: what map it is."""

from __future__ import annotations

from html import escape

from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import both
from terracite.landcover.report.words import LANGUAGES, words


def head(found: Outcome) -> str:
    """Title, period and makers, and the notice, in both languages."""
    title, notice = wording.title(found), found.prepared.recipe.record.notice
    parts = [both("h1", {language: escape(title.best(language)) for language in LANGUAGES})]
    parts.append(both("p", {language: escape(_under(found, language)) for language in LANGUAGES}, ' class="under"'))
    if notice:
        told = {language: escape(notice.best(language)) for language in LANGUAGES}
        parts.append(both("p", told, ' class="notice"'))
    return "\n".join(parts)


def _under(found: Outcome, language: str) -> str:
    first, last = (wording.day(day, language) for day in (found.first, found.last))
    return words(language)["under"].format(makers=wording.makers(found), first=first, last=last)
