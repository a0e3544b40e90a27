# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a name lies. Names are those of the thesauri of the record, boxes those of `data/boxes.json.gz`."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from terracite.record import vocabularies
from terracite.record.model import Box, Text
from terracite.record.vocabularies import Concept

_THESAURI = ("countries", "fr-regions", "fr-departements", "fr-communes")
_KINDS = {
    "countries": Text(fr="pays ou territoire", en="country or territory"),
    "fr-regions": Text(fr="région", en="region"),
    "fr-departements": Text(fr="département", en="département"),
    "fr-communes": Text(fr="commune", en="commune"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A place: ``kind`` says what it is; ``is_wider`` when the box is that of ``within``, which holds the place."""

    name: Text
    uri: str
    kind: Text
    box: Box
    within: Text
    is_wider: bool = False


def find(text: str, limit: int = 10) -> list[Found]:
    """The places whose name, in either language, has words beginning with those of ``text``; the larger kind first.

    A place without a box of its own has that of the place around it, and says so.
    """
    found: list[Found] = []
    for thesaurus in _THESAURI:
        concepts = vocabularies.search(text, thesauri=[thesaurus], limit=limit)
        found += [place for concept in concepts if (place := _placed(concept))]
    seen: dict[tuple[str, str], Found] = {}
    for place in found:  # La Réunion is a country of ISO, a region and a departement: one box, shown once
        seen.setdefault((place.name.fr, str(place.box)), place)
    exactly = {vocabularies.search(text, thesauri=[name], limit=1)[0].uri for name in _THESAURI if _has(text, name)}
    return sorted(seen.values(), key=lambda place: place.uri not in exactly)[:limit]


def _has(text: str, thesaurus: str) -> bool:
    return bool(vocabularies.search(text, thesauri=[thesaurus], limit=1))


def _placed(concept: Concept) -> Found | None:
    around = vocabularies.broader(concept)
    within = around[0].label if around else Text()
    if own := boxes().get(concept.uri):
        return Found(concept.label, concept.uri, _KINDS[concept.thesaurus], _box(own), within)
    for other in around:
        if wider := boxes().get(other.uri):
            return Found(concept.label, concept.uri, _KINDS[concept.thesaurus], _box(wider), other.label, is_wider=True)
    return None


def _box(edges: list[float]) -> Box:
    west, south, east, north = edges
    return Box(west=west, south=south, east=east, north=north)


@cache
def boxes() -> dict[str, list[float]]:
    path = resources.files("terracite.repository").joinpath("gazetteer/data/boxes.json.gz")
    found: dict[str, list[float]] = json.loads(gzip.decompress(path.read_bytes()))
    return found
