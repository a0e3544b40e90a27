# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain ways of finding keywords in a text, to compare with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from keywords.cases import Case
from terracite.record.vocabularies import store
from terracite.record.vocabularies.folding import phrase
from terracite.record.vocabularies.suggesting import WEIGHTS


@dataclass
class Labels:
    """The labels of every concept: as they are written, and folded."""

    written: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)  #: address, thesaurus, labels
    by_phrase: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  #: folded label -> address, thesaurus

    @classmethod
    def shipped(cls) -> Labels:
        found, table = cls(), store.concepts()
        for name in table.thesauri():
            for concept in map(table.concept, table.places(name)):
                words = (concept.short.fr, concept.short.en.replace("_", " "))
                labels = frozenset(word.casefold() for word in words if word)
                found.written.append((concept.uri, name, labels))
                for key in {phrase(label) for label in labels}:
                    found.by_phrase.setdefault(key, []).append((concept.uri, name))
        return found


def in_order(case: Case, labels: Labels, thesauri: Collection[str] | None, limit: int) -> list[str]:
    """The labels that stand in the text to the letter, in the order of the text."""
    text, wanted = _text(case).casefold().replace("_", " "), thesauri or WEIGHTS
    found = []
    for uri, thesaurus, words in labels.written:
        if thesaurus in wanted and (place := _first_place(text, words)) is not None:
            found.append((place, uri))
    return [uri for _, uri in sorted(found)[:limit]]


def longest_first(case: Case, labels: Labels, thesauri: Collection[str] | None, limit: int) -> list[str]:
    """The labels that stand in the text, whatever their plural and accents; those of most words first."""
    wanted = thesauri or WEIGHTS
    found = {
        (-words.count(" "), place, uri)
        for place, words in _phrases(_text(case))
        for uri, thesaurus in labels.by_phrase.get(words, ())
        if thesaurus in wanted
    }
    return list(dict.fromkeys(uri for _, _, uri in sorted(found)))[:limit]


def _text(case: Case) -> str:
    texts = (*dict(case.title.items()).values(), *dict(case.abstract.items()).values(), *case.variables)
    return "\n".join(texts)


def _phrases(text: str) -> Iterator[tuple[int, str]]:
    for line, run in enumerate(re.split(r"[.;:,!?()\[\]|\n]", text.replace("_", " "))):
        words = phrase(run).split()
        for first in range(len(words)):
            for last in range(first + 1, min(first + 8, len(words)) + 1):
                yield line * 1000 + first, " ".join(words[first:last])


def _first_place(text: str, words: Iterable[str]) -> int | None:
    places = [
        match.start()
        for word in words
        if word in text and (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    ]
    return min(places, default=None)
