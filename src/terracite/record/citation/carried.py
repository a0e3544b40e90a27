# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the formats of reference managers carry of a record."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_ONE_LANGUAGE = Text(fr="Dans une seule langue.", en="In one language.")
_DATES = Text(fr="La date de publication, ou son année.", en="The date of publication, or its year.")
_SUBMITTED = Text(fr="La publication, ou son année, et le dépôt.", en="Publication, or its year, and submission.")
_KEYWORDS = Text(
    fr="Dans une seule langue ; une virgule sépare les mots-clés.", en="In one language; a comma separates keywords."
)
_COMMA = Text(
    fr="Une organisation dont le nom a une virgule est lue comme une personne.",
    en="An organisation with a comma in its name is read as a person.",
)
_ALWAYS = frozenset(
    {
        "doi",
        "language",
        "resource_type",
        "creators.family_name",
        "creators.given_name",
        "publisher.name",
        "version.number",
    }
)

CARRIES_BIBTEX = Carried(
    wholly=_ALWAYS | {"creators.organisation", "licence"},
    partly={"title": _ONE_LANGUAGE, "abstract": _ONE_LANGUAGE, "keywords.label": _KEYWORDS, "dates": _DATES},
)
CARRIES_RIS = Carried(
    wholly=_ALWAYS | {"title"},
    partly={
        "creators.organisation": _COMMA,
        "abstract": _ONE_LANGUAGE,
        "keywords.label": _ONE_LANGUAGE,
        "dates": _DATES,
    },
)
CARRIES_CSL = Carried(
    wholly=_ALWAYS | {"creators.organisation"},
    partly={"title": _ONE_LANGUAGE, "abstract": _ONE_LANGUAGE, "keywords.label": _KEYWORDS, "dates": _SUBMITTED},
)
