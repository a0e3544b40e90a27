# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords and topics that facts and the chosen disciplines call for: exact matches only; the tables are data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from terracite.record import vocabularies
from terracite.record.model import Keyword, Record
from terracite.repository.composing.contents import Known, columns_of, variables_of, worded
from terracite.repository.gazetteer import place_around

_MOST = 8


def keywords(record: Record, known: Known) -> tuple[Keyword, ...]:
    """Variables with a thesaurus' own name, the country or region, the disciplines in GCMD's words."""
    variables = (vocabularies.keyword(text) for item in variables_of(known) if (text := worded(item)))
    table = _table()["keyword_of_discipline"]
    names = (table.get(item.value, "") for item in record.disciplines)
    subjects = (vocabularies.keyword(name, "gcmd-science") for name in names if name)
    is_sea = "ocean" in record.disciplines or "oceans" in record.topics
    places = () if is_sea else (place_around(extent.box for extent in record.extents),)
    found = {item.uri: item for item in (*variables, *places, *subjects) if item is not None}
    return tuple(found.values())[:_MOST]


def topics(record: Record, known: Known) -> tuple[str, ...]:
    """By words of the data first, else by the discipline; satellite images and maps of land by their kind."""
    table = _table()
    labels = [worded(item) for item in variables_of(known)]
    layers = [facts.attributes.get("layers", "") for facts in known.values()]
    words = re.findall(r"[^\W\d_]+", " ".join([*labels, *layers, *columns_of(known)]).lower())
    found = [table["topic_of_word"][word] for word in words if word in table["topic_of_word"]]
    chosen = [item.value for item in record.disciplines]
    found += [table["topic_of_discipline"][item] for item in chosen if item in table["topic_of_discipline"]]
    is_image = any(facts.representation == "grid" for facts in known.values())
    if not found and is_image and chosen == ["continental_surfaces"]:
        found = ["imageryBaseMapsEarthCover"]
    return tuple(dict.fromkeys(found))


@cache
def _table() -> dict[str, dict[str, str]]:
    path = resources.files("terracite.repository").joinpath("composing/data/subjects.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
