# SPDX-License-Identifier: AGPL-3.0-or-later
"""What DataCite 4.7 gives back of a record; XML and JSON say the same."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_DOI = Text(
    fr="Un DOI revient sans l’adresse de son résolveur, un UUID seul comme URN.",
    en="A DOI comes back without the address of its resolver, a bare UUID as a URN.",
)
_CONTACT = Text(
    fr="Un contributeur de rôle ContactPerson revient comme contact ; le même deux fois revient une fois.",
    en="A contributor whose role is ContactPerson comes back as a contact; the same one twice comes back once.",
)
_ONE_LANGUAGE = Text(fr="Une seule langue : celle de la notice.", en="One language only: that of the metadata.")
_PAIRS = Text(
    fr="Sans adresse, les deux langues d’un mot-clé ne font un que si tous les mots-clés sans adresse sont bilingues.",
    en="Without an address, the two languages of a keyword are one only where all keywords without one are bilingual.",
)

CARRIES_DATACITE = Carried(
    wholly=frozenset(
        {
            "uuid", "doi", "title", "abstract", "lineage.statement", "lineage.steps.description",
            "lineage.sources.title", "purpose", "notes", "resource_type", "disciplines", "topics",
            "variables", "classes", "nomenclature", "publisher", "funding", "dates", "extents.box",
            "reference_systems.code", "reference_systems.name", "resolutions", "representation", "periods",
            "eras.oldest_year", "eras.youngest_year", "time_resolution", "platforms", "quality", "licence", "access",
            "related.relation", "related.title", "related.resource_type", "parent.title", "version",
        }
        | {f"creators.{name}" for name in ("family_name", "given_name", "orcid", "organisation", "ror", "affiliations")}
    ),
    partly={
        "language": Text(
            fr="Si l’accès est dit, ou le titre dans cette langue.",
            en="Where access is said, or the title is in that language.",
        ),
        "data_languages": Text(fr="La première seulement.", en="The first only."),
        "lineage.sources.identifier": _DOI,
        "related.identifier": _DOI,
        "parent.identifier": _DOI,
        "related.identifier_type": Text(
            fr="Seulement quand l’identifiant ne le dit pas lui-même.",
            en="Only where the identifier does not tell it by itself.",
        ),
        "related.note": _ONE_LANGUAGE,
        "keywords.label": _PAIRS,
        "keywords.uri": _PAIRS,
        "keywords.thesaurus": _PAIRS,
        "extents.place": _ONE_LANGUAGE,
        "extents.polygon": Text(fr="L’anneau extérieur, refermé.", en="The outer ring, closed."),
        "eras.name": _ONE_LANGUAGE,
    }
    | {
        f"{who}.{name}": _CONTACT
        for who in ("contributors.agent", "contacts")
        for name in ("family_name", "given_name", "orcid", "organisation", "ror", "affiliations")
    }
    | {"contributors.role": _CONTACT},
)  # fmt: skip
CARRIES_DATACITE_JSON = CARRIES_DATACITE
