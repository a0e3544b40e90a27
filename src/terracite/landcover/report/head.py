# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of the report: what map it is, and in one sentence how right."""

from __future__ import annotations

from html import escape

from terracite.landcover import wording
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import both
from terracite.landcover.report.words import LANGUAGES


def head(found: Outcome) -> str:
    """Title, notice and first sentence, in both languages."""
    title, notice, worth = wording.title(found), found.prepared.recipe.record.notice, wording.worth(found)
    parts = [both("h1", {language: escape(title.best(language)) for language in LANGUAGES})]
    if notice:
        told = {language: escape(notice.best(language)) for language in LANGUAGES}
        parts.append(both("p", told, ' class="notice"'))
    parts.append(both("p", {language: escape(worth.best(language)) for language in LANGUAGES}, ' class="lead"'))
    return "\n".join(parts)
