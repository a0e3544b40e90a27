# SPDX-License-Identifier: AGPL-3.0-or-later
"""What unqualified Dublin Core gives back of a record."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_NAME = Text(
    fr="Le nom seul ; une personne sans prénom revient comme organisation.",
    en="The name alone; a person without a given name comes back as an organisation.",
)
_DATE = Text(
    fr="Une seule date : celle de parution, à défaut de mise à disposition, à défaut de création.",
    en="One date: when it was issued, else made available, else created.",
)
_LINK = Text(
    fr="Sans le genre du lien ; le dépôt et les versions reviennent aussi comme liens.",
    en="Without the kind of link; the deposit and the versions come back as links too.",
)
_SOURCE = Text(fr="L’identifiant, ou le titre à défaut.", en="The identifier, else the title.")
_PAIRS = Text(
    fr="Les deux langues d’un mot-clé ne font un que si tous les mots-clés sont bilingues.",
    en="The two languages of a keyword are one only where all keywords are bilingual.",
)

CARRIES_OAI_DC = Carried(
    wholly=frozenset(
        {
            "uuid", "doi", "title", "abstract", "data_languages", "resource_type", "disciplines", "topics",
            "publisher.name", "extents.box", "extents.place", "extents.lowest_m", "extents.highest_m", "periods",
            "eras.name", "eras.oldest_year", "eras.youngest_year", "licence", "access",
        }
    ),
    partly={
        "language": Text(fr="Celle du titre.", en="That of the title."),
        "keywords.label": _PAIRS,
        "dates": _DATE,
        "related.identifier": _LINK,
        "lineage.sources.identifier": _SOURCE,
        "lineage.sources.title": _SOURCE,
        "parent.identifier": _LINK,
    }
    | {f"{who}.{name}": _NAME for who in ("creators", "contributors.agent") for name in
       ("family_name", "given_name", "organisation")},
)  # fmt: skip
