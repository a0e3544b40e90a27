# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords and topics that follow from what a file holds: its standard names, its thesaurus keywords, its format."""

from __future__ import annotations

import re
from typing import Any

from terracite.raster.inspect import Facts
from terracite.record import vocabularies
from terracite.record.model import Keyword, KeywordKind, Text

_MOST = 10
#: what a CF standard name or a path of GCMD begins with or holds -> ISO 19115 topic category
_TOPICS = (
    (re.compile(r"^(sea_|ocean_|.*_sea_water|.*_of_sea_water|.*sea_ice|.*_sea_)|> OCEANS >|SEA ICE"), "oceans"),
    (re.compile(r"^(air_|wind_|eastward_wind|northward_wind|precipitation|rainfall|snowfall|geopotential|specific_humid|"
                r"relative_humid|cloud_|atmosphere_|surface_downwelling)|> ATMOSPHERE >|> ATMOSPHERIC "),
     "climatologyMeteorologyAtmosphere"),
    (re.compile(r"> (SOLID EARTH) >"), "geoscientificInformation"),
    (re.compile(r"> (BIOLOGICAL CLASSIFICATION|BIOSPHERE) >"), "biota"),
    (re.compile(r"> (TERRESTRIAL HYDROSPHERE) >|^(river_|water_volume_transport_in_river|lake_)"), "inlandWaters"),
)  # fmt: skip
#: beginning of a format -> its topic: what such files are made for
_FORMATS = {
    "Darwin Core": "biota",
    "SEG-Y": "geoscientificInformation",
    "miniSEED": "geoscientificInformation",
    "StationXML": "geoscientificInformation",
    "QuakeML": "geoscientificInformation",
}


def of(facts: Facts, described: dict[str, Any]) -> dict[str, Any]:
    """Keywords (standard names, as the thesaurus of CF has them) and topics; each only where it is certain."""
    names = dict.fromkeys(item.standard_name for item in facts.variables if item.standard_name)
    known = [found for name in names if (found := vocabularies.keyword(name, "cf-standard-names"))][:_MOST]
    taxa = _taxa(facts)
    keywords = described.get("keywords") or (*known, *taxa)
    concepts = [vocabularies.keyword(item.uri) for item in keywords if item.uri]
    paths = [item.label.en for item in concepts if item and item.thesaurus.startswith("gcmd")]
    return {"keywords": tuple(keywords), "topics": _topics(paths, facts.format) or _topics([*names], facts.format)}


def _topics(words: list[str], kind: str) -> tuple[str, ...]:
    found = [topic for pattern, topic in _TOPICS if any(pattern.search(word) for word in words)]
    found += [topic for start, topic in _FORMATS.items() if kind.startswith(start)]
    return tuple(dict.fromkeys(found))


def _taxa(facts: Facts) -> list[Keyword]:
    """Taxonomic names that every row of a Darwin Core archive shares."""
    shared = facts.attributes.get("shared_taxon", "")
    return [Keyword(label=Text(en=shared, fr=shared), kind=KeywordKind.TAXON)] if shared else []
