# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists that values are chosen from: labels in both languages, licences, thesauri, keywords, CF names.

The lists are data (`terracite/record/data`; where they come from is in `NOTICE.md` there). The small ones are read with
the first call; the thesauri (12,000 concepts) when a concept is first asked for.
"""

from terracite.record.vocabularies.keywords import (
    Thesaurus,
    find_keywords,
    keyword,
    keywords,
    standard_names,
    standard_unit,
    thesauri,
    thesaurus_named,
)
from terracite.record.vocabularies.labels import (
    access_label,
    date_label,
    discipline_label,
    file_role_label,
    iso639_1_codes,
    iso639_2,
    open_alternatives,
    origin_label,
    relation_label,
    relations,
    representation_label,
    resource_type_label,
    role_label,
    topic_label,
    topics,
    words,
)
from terracite.record.vocabularies.licences import (
    Licence,
    licence,
    licence_name,
    licences,
    spdx_identifiers,
    spdx_of,
)
from terracite.record.vocabularies.searching import (
    Match,
    broader,
    concept,
    definition,
    narrower,
    related,
    search,
    search_by_meaning,
    synonyms,
)
from terracite.record.vocabularies.store import Concept
from terracite.record.vocabularies.suggesting import Suggestion, suggest

__all__ = [
    "Concept",
    "Licence",
    "Match",
    "Suggestion",
    "Thesaurus",
    "access_label",
    "broader",
    "concept",
    "date_label",
    "definition",
    "discipline_label",
    "file_role_label",
    "find_keywords",
    "iso639_1_codes",
    "iso639_2",
    "keyword",
    "keywords",
    "licence",
    "licence_name",
    "licences",
    "narrower",
    "open_alternatives",
    "origin_label",
    "related",
    "relation_label",
    "relations",
    "representation_label",
    "resource_type_label",
    "role_label",
    "search",
    "search_by_meaning",
    "spdx_identifiers",
    "spdx_of",
    "standard_names",
    "standard_unit",
    "suggest",
    "synonyms",
    "thesauri",
    "thesaurus_named",
    "topic_label",
    "topics",
    "words",
]
