# SPDX-License-Identifier: AGPL-3.0-or-later
"""What in the texts of a record speaks for each concept, and how loudly.

A phrase that stands in a text counts by how rare it is in the definitions of all thesauri, by its length, by where it
stands, by how sure it means the concept. What is found lends some of its weight to what it lies in.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from terracite.record.vocabularies.matching import Found, Part
from terracite.record.vocabularies.store import CUE, LABEL, SYNONYM, Meaning, Table

PARTS = {Part.TITLE: 2.0, Part.VARIABLE: 1.7, Part.ABSTRACT: 1.0}
SURENESS = {LABEL: 1.0, SYNONYM: 0.7, CUE: 0.5}
LENGTH = 0.35  #: more for each further word of a phrase
DERIVED = 0.6  #: a word of the same root, such as "cartographier" for "cartographie"
VAGUE_CUE = 2  #: how telling, of 9, a vague word is where it was chosen as a cue: "measurements"
INSIDE = 0.3  #: a phrase inside a longer one
LATE = 0.35  #: less at the end of a long abstract
OTHER_LANGUAGE = 0.25  #: a phrase of the other language than the text
AGAIN = 0.25  #: more for each time the number of its occurrences is multiplied by e
BROADER = 0.12  #: what a concept lends to its broader ones
RELATED = 0.06  #: what it lends to those that its thesaurus says to look at as well
THEME = 0.07  #: what it lends to the themes of GEMET
MOST_LENT = 6  #: concepts that speak for a broader one
NARROWER = 0.1  #: more for a concept whose broader one is spoken for as well, which tells namesakes apart
NAMES = frozenset({"gcmd-platforms", "gcmd-instruments"})  #: thesauri of proper names, which are written in capitals
SHORT_NAME = 5  #: characters of a name that must be in capitals as a whole


@dataclass(slots=True)
class Case:
    """What speaks for one concept."""

    phrases: dict[str, tuple[float, Found]] = field(default_factory=dict)  #: by phrase, where it weighs most
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lent: dict[int, float] = field(default_factory=dict)  #: by the place of the narrower concept
    context: float = 1.0  #: factor of a concept whose broader one is spoken for as well

    def weights(self) -> dict[str, float]:
        """How much each phrase says, its repetitions included."""
        return {
            words: weight * (1 + AGAIN * math.log(self.counts[words])) for words, (weight, _) in self.phrases.items()
        }

    @property
    def own(self) -> float:
        return together(self.weights().values())

    @property
    def borrowed(self) -> float:
        return sum(sorted(self.lent.values(), reverse=True)[:MOST_LENT])


def together(weights: Iterable[float]) -> float:
    """Several phrases say more than one, each next one less."""
    return sum(weight / math.sqrt(rank) for rank, weight in enumerate(sorted(weights, reverse=True), start=1))


def cases(table: Table, found: Iterable[Found]) -> dict[int, Case]:
    """The case of every concept that something speaks for, by place."""
    result: dict[int, Case] = defaultdict(Case)
    for item in found:
        for meaning in table.meanings(item.number):
            weight = _weight(table, item, meaning)
            if weight > 0:
                _hold(result[meaning.place], table.phrases[item.number], weight, item)
    _lend(table, result)
    return dict(result)


def _hold(case: Case, words: str, weight: float, found: Found) -> None:
    case.counts[words] += 1
    if weight > case.phrases.get(words, (0.0, found))[0]:
        case.phrases[words] = weight, found


def _weight(table: Table, found: Found, meaning: Meaning) -> float:
    if not _is_meant(table, found, meaning):
        return 0
    longer = 1 if meaning.sureness == CUE else 1 + LENGTH * (found.length - 1)
    rarity = table.rarity[found.number] or (VAGUE_CUE if meaning.sureness == CUE else 0)
    weight = rarity / 9 * longer
    weight *= PARTS[found.part] * SURENESS[meaning.sureness]
    if found.derived:
        weight *= DERIVED
    if found.inside:
        weight *= INSIDE
    if found.part is Part.ABSTRACT:
        weight *= 1 - LATE * found.at
    if found.language and meaning.language not in {"", found.language}:
        weight *= OTHER_LANGUAGE
    return weight


def _is_meant(table: Table, found: Found, meaning: Meaning) -> bool:
    """A satellite called GRACE is not meant by "grâce", nor by a variable; weather stations not by "meteorological"."""
    words = found.words
    if found.derived:
        return meaning.sureness == LABEL
    if table.group(meaning.place)["id"] not in NAMES or (meaning.language and len(words) > SHORT_NAME):
        return True
    if found.part is Part.VARIABLE:
        return False
    return words.isupper() if len(words) <= SHORT_NAME else any(letter.isupper() for letter in words)


def _lend(table: Table, found: dict[int, Case]) -> None:
    """From narrower to broader and to related ones, and a little the other way."""
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for place, case in list(found.items()):
        own = case.own
        for target in table.broader(place):
            if isinstance(target, int):
                if target in found:
                    case.context = 1 + NARROWER * min(1.0, found[target].own)
                is_theme = table.group(target)["id"] == "gemet-themes"
                found.setdefault(target, Case()).lent[place] = own * (THEME if is_theme else BROADER)
        for target in table.related(place):
            near[target][place] = own * RELATED
    for target, lenders in near.items():
        if target in found or len(lenders) > 1:  # one relation alone says too little
            case = found.setdefault(target, Case())
            case.lent = lenders | case.lent
