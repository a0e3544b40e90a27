# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phrases of thesauri that stand in the texts of a record: which, where, how often, in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from terracite.record.values import Text
from terracite.record.vocabularies.folding import LITTLE_WORDS, folded, science, stem
from terracite.record.vocabularies.store import Table

LONGEST = 8  #: words of a phrase that are looked for
MOST_CHARACTERS = 20_000  #: of one text; abstracts are shorter, whole books are not read
MOST_VARIABLES = 300
_Run = list[tuple[str, int, int]]  #: stem, start, end of telling words
_TOKEN = re.compile(r"[^\W_]+|[.;:,!?()\[\]|\n•]")
_FRENCH = frozenset(
    """
    le la les des du et est une dans pour sur par aux cette ces qui sont avec au il elle ont ete
    """.split()  # noqa: SIM905  # a list of words reads better so
)
_ENGLISH = frozenset(
    """
    the of and is are in for to with by this these from which was were has been an at on that
    """.split()  # noqa: SIM905
)


class Part(StrEnum):
    """Where in a record a phrase stands."""

    TITLE = "title"
    ABSTRACT = "abstract"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Found:
    """One phrase in one place of one text."""

    number: int  #: of the phrase in the table
    words: str  #: as they are written
    length: int  #: telling words
    part: Part
    language: str  #: of the text: "fr", "en", or "" where it cannot be told
    at: float  #: 0 at the beginning of the text, 1 at its end
    inside: bool  #: it is a part of a longer phrase that was found
    derived: bool = False  #: "cartographier" where the phrase is "cartographie"


def phrases_in(table: Table, title: Text, abstract: Text, variables: Sequence[str]) -> Iterator[Found]:
    """Every phrase of the table in the texts, longer ones before those inside them."""
    for part, both in ((Part.TITLE, title), (Part.ABSTRACT, abstract)):
        for slot, text in both.items():
            written = text[:MOST_CHARACTERS]
            yield from _in_text(table, written, part, language_of(written) or slot)
    for name in variables[:MOST_VARIABLES]:
        yield from _in_text(table, _spelled(name), Part.VARIABLE, "")


def language_of(text: str) -> str:
    """ "fr" or "en" where the little words tell, whatever the field it was typed in; "" where they do not.

    >>> language_of("La carte des sols de la commune est disponible"), language_of("Orthophoto 2021")
    ('fr', '')
    """
    words = folded(text[:2000]).split()
    french, english = (sum(word in little for word in words) for little in (_FRENCH, _ENGLISH))
    if french >= 2 and french >= 2 * english:
        return "fr"
    return "en" if english >= 2 and english >= 2 * french else ""


def _spelled(name: str) -> str:
    """ "seaSurfaceTemp" and "sea_surface_temp" as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("_", " "))


def _in_text(table: Table, text: str, part: Part, language: str) -> Iterator[Found]:
    end = max(len(text), 1)
    for run in _runs(text):
        covered = [False] * len(run)
        for length in range(min(LONGEST, len(run)), 0, -1):
            for first in range(len(run) - length + 1):
                number = table.number_of(" ".join(word for word, _, _ in run[first : first + length]))
                if number is None:
                    continue
                start, stop = run[first][1], run[first + length - 1][2]
                inside = all(covered[first : first + length])
                covered[first : first + length] = [True] * length
                words = " ".join(text[start:stop].split())
                yield Found(number, words, length, part, language, start / end, inside)
        yield from _derived(table, run, text, part, language)


def _derived(table: Table, run: _Run, text: str, part: Part, language: str) -> Iterator[Found]:
    """Sciences and techniques that a word is derived from."""
    for word, start, stop in run:
        if table.is_vague(word):
            continue
        for number in table.of_science(science(word)):
            if table.phrases[number] != word:
                yield Found(number, text[start:stop], 1, part, language, start / len(text), inside=False, derived=True)


def _runs(text: str) -> Iterator[_Run]:
    """Telling words between two marks of punctuation."""
    run: _Run = []
    for found in _TOKEN.finditer(text):
        if not found[0][0].isalnum():
            yield run
            run = []
        elif (word := stem(folded(found[0]))) not in LITTLE_WORDS:
            run.append((word, found.start(), found.end()))
    yield run
