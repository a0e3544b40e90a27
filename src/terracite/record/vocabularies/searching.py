# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding concepts: by their address, by the beginning of words, by what they mean, by their relations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from terracite.record.values import Text
from terracite.record.vocabularies import store
from terracite.record.vocabularies.folding import LITTLE_WORDS, folded, phrase, words_of
from terracite.record.vocabularies.store import CUE, SYNONYM, Concept, Meaning, Table

_MOST_CHARACTERS = 500  #: of what is searched for; no label is longer
_NEAR = 20  #: concepts around one that are looked at
_LONG = 5  #: letters of an unknown word that is taken for one typed wrongly; its first letter must be right
_SHORT = 3  #: characters; a single shorter word is looked for at the beginning of labels only


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that was found, and why."""

    concept: Concept
    because: Text


def concept(uri: str) -> Concept | None:
    """The concept of an address, in any usual spelling of it; None when it is in no thesaurus that is shipped.

    >>> concept("https://www.eionet.europa.eu/gemet/fr/concept/2347/").label.fr
    'sécheresse'
    """
    table = _table_of(uri)
    place = table.place_of(uri)
    return None if place is None else table.concept(place)


@dataclass(frozen=True, slots=True)
class Count:
    """How many concepts of a thesaurus are shipped, and how many of them have a label in French."""

    thesaurus: str
    concepts: int
    french: int


def counts() -> list[Count]:
    """Every thesaurus that can be searched; some have no label in French, by their makers' choice."""
    found = []
    for table in (store.concepts(), store.communes()):
        for name in table.thesauri():
            labels = [table.concept(place).label for place in table.places(name)]
            found.append(Count(name, len(labels), sum(bool(label.fr) for label in labels)))
    return found


def broader(of: Concept) -> list[Concept]:
    """What the concept is a kind or a part of."""
    return _linked(of, _table_of(of.uri).broader(_place(of)))


def narrower(of: Concept) -> list[Concept]:
    """The kinds or the parts of the concept."""
    within = store.communes().within(of.uri) if of.thesaurus == "fr-departements" else []
    return [
        *_linked(of, _table_of(of.uri).narrower(_place(of))),
        *(store.communes().concept(place) for place in within),
    ]


def related(of: Concept) -> list[Concept]:
    """What the thesaurus says to look at as well."""
    return _linked(of, _table_of(of.uri).related(_place(of)))


def synonyms(of: Concept) -> dict[str, list[str]]:
    """Other words for the concept: {"fr": [...], "en": [...]}."""
    french, english = _table_of(of.uri).synonyms(_place(of))
    return {"fr": french, "en": english}


def definition(of: Concept) -> str:
    """What the thesaurus says the concept is, in English; "" where it says nothing."""
    return store.definitions().get(of.uri, "")


def search(
    text: str, *, thesauri: Collection[str] | None = None, language: str | None = None, limit: int = 20
) -> list[Concept]:
    """The concepts that have, for every word of ``text``, a word beginning with it; accents, case and plural aside.

    A longer word that no label begins with is read with one letter typed wrongly.
    The label counts in either language unless one is given, and synonyms after labels. Whole labels come first, then
    labels that begin with the text, then the shorter ones. ``thesauri``: ids to look in; the French communes are left
    out unless "fr-communes" is among them.

    >>> [found.label.fr for found in search("forêts trop", limit=2)]
    ['forêt tropicale', 'forêt tropicale humide']
    """
    found, text = [], text[:_MOST_CHARACTERS]
    for table in _tables(thesauri):
        places = dict.fromkeys(item.place for _, item in _hits(table, text, thesauri, language))
        found += [table.concept(place) for place, _ in zip(places, range(limit), strict=False)]
    return found[:limit]


def search_by_meaning(
    text: str, *, thesauri: Collection[str] | None = None, language: str | None = None, limit: int = 20
) -> list[Match]:
    """The concepts that ``text`` names, then those near them: narrower, broader, related; then by their definition.

    >>> [match.concept.label.en for match in search_by_meaning("cyclone", thesauri=["gemet"], limit=3)]
    ['cyclone', 'hurricane', 'typhoon']
    """
    found: dict[str, Match] = {}
    text = text[:_MOST_CHARACTERS]
    _definitions()  # read with the first search, not with the first that needs them
    named = search(text, thesauri=thesauri, language=language, limit=limit)
    exactly = _named_exactly(text, thesauri, language)
    for item in chain(exactly, _near(exactly), _plainly(named), _defined(text, thesauri)):
        if thesauri is None or item.concept.thesaurus in thesauri:
            found.setdefault(item.concept.uri, item)
        if len(found) >= limit:
            break
    return list(found.values())


def _tables(thesauri: Collection[str] | None) -> Iterator[Table]:
    if thesauri is None or set(thesauri) - {store.COMMUNES}:
        yield store.concepts()
    if thesauri is not None and store.COMMUNES in thesauri:
        yield store.communes()


def _table_of(uri: str) -> Table:
    return store.communes() if "/geo/commune/" in uri else store.concepts()


def _place(of: Concept) -> int:
    place = _table_of(of.uri).place_of(of.uri)
    return -1 if place is None else place


def _linked(of: Concept, targets: Iterable[int | str]) -> list[Concept]:
    table = _table_of(of.uri)
    found = (table.concept(target) if isinstance(target, int) else concept(target) for target in targets)
    return [item for item in found if item]


def _some(of: Concept, link: str) -> list[Concept]:
    """The first few of its narrower, broader or related concepts: a theme has hundreds."""
    table = _table_of(of.uri)
    targets: list[int | str] = [*getattr(table, link)(_place(of))]
    return _linked(of, targets[:_NEAR])


def _hits(
    table: Table, text: str, thesauri: Collection[str] | None, language: str | None
) -> Iterator[tuple[int, Meaning]]:
    """Phrases with the concepts they mean, the best first."""
    wanted = [word for word in words_of(text) if word not in LITTLE_WORDS] or words_of(text)
    if not wanted:
        return
    table.prepare()
    whole = " ".join(wanted)
    numbers = table.beginning(whole) if len(whole) < _SHORT else _begun(table, text, wanted)
    ranges = None if thesauri is None else [table.places(name) for name in thesauri]
    for number in sorted(numbers, key=lambda number: _rank(table.phrases[number], whole, number)):
        meanings = [item for item in table.meanings(number) if item.sureness != CUE]
        for item in sorted(meanings, key=lambda item: (item.sureness, item.place)):
            if language and item.language not in {"", language}:
                continue
            if ranges is None or any(item.place in places for places in ranges):
                yield number, item


def _begun(table: Table, text: str, wanted: list[str]) -> set[int]:
    """Phrases with all the words; a little word at the end may be the beginning of another one: "tropical for"."""
    last = words_of(text)[-1]
    is_little = last not in wanted and len(last) >= _SHORT
    return (_holding_all(table, [*wanted, last]) if is_little else set()) or _holding_all(table, wanted)


def _holding_all(table: Table, wanted: list[str]) -> set[int]:
    found: set[int] | None = None
    for word in sorted(set(wanted), key=len, reverse=True):
        holding = table.holding(word) or (table.slips(word) if len(word) >= _LONG else set())
        found = holding if found is None else found & holding
        if not found:
            return set()
    return found or set()


def _rank(candidate: str, whole: str, number: int) -> tuple[bool, bool, int, int, int]:
    return candidate != whole, not candidate.startswith(whole), candidate.count(" "), len(candidate), number


def _named_exactly(text: str, thesauri: Collection[str] | None, language: str | None) -> list[Match]:
    """Concepts that the whole text is a label or a synonym of, in one table or another."""
    found = []
    for table in _tables(thesauri):
        number = table.number_of(phrase(text))
        found += [
            _match(table.concept(item.place), text, item.sureness)
            for item in (table.meanings(number) if number is not None else ())
            if item.sureness != CUE and (language is None or item.language in {"", language})
        ]
    found.sort(key=lambda match: match.because != _SAME)
    return found


_SAME = Text(fr="c’est son nom", en="it is its name")


def _match(found: Concept, text: str, sureness: int) -> Match:
    if sureness < SYNONYM:
        return Match(found, _SAME)
    words = text.strip()
    return Match(found, Text(fr=f"« {words} » en est un synonyme", en=f"“{words}” is a synonym of it"))


def _near(named: list[Match]) -> Iterator[Match]:
    """What is around the first few concepts named."""
    for links, french, english in (
        ("narrower", "plus précis que", "narrower than"),
        ("broader", "plus large que", "broader than"),
        ("related", "lié à", "related to"),
    ):
        for match in named[:4]:
            name = match.concept.short
            reason = Text(fr=f"{french} « {name.best('fr')} »", en=f"{english} “{name.best('en')}”")
            yield from (Match(item, reason) for item in _some(match.concept, links))


def _plainly(named: list[Concept]) -> Iterator[Match]:
    reason = Text(fr="ses mots commencent ainsi", en="its words begin so")
    return (Match(item, reason) for item in named)


def _defined(text: str, thesauri: Collection[str] | None) -> Iterator[Match]:
    """Concepts whose definition has every word; looked at only when the rest is used up."""
    wanted = {word for word in folded(text).split() if word not in LITTLE_WORDS}
    reason = Text(fr=f"sa définition parle de « {text.strip()} »", en=f"its definition speaks of “{text.strip()}”")
    longest = max(wanted, key=len, default="")
    likely = [(uri, words) for uri, words in _definitions() if longest in words] if len(longest) >= _SHORT else []
    for uri, words in likely:
        item = concept(uri) if all(word in words for word in wanted) else None
        if item and (thesauri is None or item.thesaurus in thesauri):
            yield Match(item, reason)


@cache
def _definitions() -> tuple[tuple[str, str], ...]:
    """Addresses with their definition, in lower case; they are in English, so without accents to fold."""
    return tuple((uri, words.casefold()) for uri, words in store.definitions().items())
