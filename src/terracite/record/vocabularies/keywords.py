# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thesauri by name, keywords by address or label, and the short list of keywords that a form offers."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from terracite.record.content import Keyword
from terracite.record.values import Text
from terracite.record.vocabularies import store
from terracite.record.vocabularies.folding import folded, phrase
from terracite.record.vocabularies.tables import table, text

#: thesauri that a label alone may mean, the first one that has it; names of places and of ships would mislead
_BY_LABEL = ("inspire-themes", "gemet", "gcmd-science", "cf-standard-names", "gemet-themes")


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """A controlled vocabulary that keywords come from; ``on`` is the date of the release used."""

    identifier: str
    title: Text
    uri: str
    on: dt.date


@cache
def thesauri() -> dict[str, Thesaurus]:
    """The thesauri keywords may come from, by identifier."""
    return {
        row["identifier"]: Thesaurus(row["identifier"], text(row), row["uri"], dt.date.fromisoformat(row["date"]))
        for row in table("thesauri")
    }


def thesaurus_named(words: str) -> Thesaurus | None:
    """The thesaurus that an identifier, an address or a title means, as people write them; None for another one.

    >>> thesaurus_named("GEMET - INSPIRE themes, version 1.0").identifier
    'inspire-themes'
    >>> thesaurus_named("GEMET - Concepts, version 2.4").identifier
    'gemet'
    """
    key = folded(words).strip()
    for known in thesauri().values():
        if key and key in {known.identifier, folded(known.title.fr), folded(known.title.en), folded(known.uri)}:
            return known
    for pattern, identifier in table("thesaurus_names"):
        if re.search(pattern, key):
            return thesauri()[identifier]
    return None


@cache
def keywords() -> tuple[Keyword, ...]:
    """The short list of keywords that a form offers, each with its address and thesaurus; `search` knows them all."""
    rows = table("keywords")
    return tuple(Keyword(label=text(row), uri=row["uri"], thesaurus=row["thesaurus"]) for row in rows)


def keyword(identifier: str, thesaurus: str = "") -> Keyword | None:
    """The keyword of an address, or of an exact label in either language; None when it is not shipped.

    Keywords of the short list come first. With ``thesaurus``, an id of `thesauri`, a label is looked for in that one
    only; paths are understood in all their spellings ("Oceans > Ocean Chemistry", "EARTH SCIENCE|OCEANS|...").

    >>> keyword("land cover").uri
    'http://www.eionet.europa.eu/gemet/concept/4612'
    """
    known = _keyword_index().get(identifier) or _keyword_index().get(folded(identifier))
    if known and thesaurus in {"", known.thesaurus}:
        return known
    found = _by_address(identifier) if "/" in identifier and ":" in identifier else None
    return found or _by_label(identifier, thesaurus)


def address_of(label: Text, thesaurus: str) -> str:
    """The address of the only concept of a thesaurus with that label, to the letter but for case and accents.

    "" when no concept has it, when several have, or when its two languages name different ones. ``thesaurus`` is an
    identifier or a title.

    >>> address_of(Text(fr="Utilisation du sol"), "GEMET - Concepts, version 2.4")
    'http://www.eionet.europa.eu/gemet/concept/7900'
    """
    known = thesauri().get(thesaurus) or thesaurus_named(thesaurus)
    if known is None:
        return ""
    found = {uri for _, words in label.items() for uri in _addresses(words, known.identifier)}
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=10_000)
def _addresses(words: str, thesaurus: str) -> tuple[str, ...]:
    """Those of the concepts of a thesaurus whose label, in either language, is ``words``."""
    wanted = folded(words).strip()
    source = store.communes() if thesaurus == store.COMMUNES else store.concepts()
    number = source.number_of(phrase(words.rpartition(">")[2].replace("_", " "))) if wanted else None
    if number is None:
        return ()
    places = dict.fromkeys(item.place for item in source.meanings(number) if item.sureness == store.LABEL)
    concepts = [item for item in map(source.concept, places) if item.thesaurus == thesaurus]
    return tuple(item.uri for item in concepts if wanted in {folded(text) for _, text in item.label.items()})


def find_keywords(words: str, limit: int = 20) -> list[Keyword]:
    """The keywords of the short list whose label, in either language, holds every one of ``words``, without accents.

    Labels that begin with the words come first, then the shorter ones.
    """
    wanted = folded(words).split()
    if not wanted:
        return []
    found = [(label, known) for label, known in _folded_labels() if all(word in label for word in wanted)]
    found.sort(key=lambda pair: (not pair[0].startswith(wanted[0]), len(pair[0]), pair[0]))
    return list(dict.fromkeys(known for _, known in found))[:limit]


@cache
def standard_names() -> dict[str, str]:
    """The CF standard names that a form offers, each with its canonical unit; `standard_unit` knows them all."""
    names: dict[str, str] = table("cf_standard_names")
    return names


def standard_unit(name: str) -> str | None:
    """The canonical unit of a CF standard name ("1" = none); None when the CF table does not have the name.

    >>> standard_unit("sea_water_temperature")
    'K'
    """
    place = store.concepts().place_of(f"http://vocab.nerc.ac.uk/standard_name/{name}/")
    return None if place is None else store.concepts().concept(place).code


def _by_address(uri: str) -> Keyword | None:
    source = store.communes() if "id.insee.fr/geo/commune/" in uri else store.concepts()
    place = source.place_of(uri)
    return None if place is None else source.concept(place).keyword


def _by_label(label: str, thesaurus: str) -> Keyword | None:
    """The first concept of that label: to the letter where no thesaurus is named, else whatever its plural."""
    levels = [part for part in re.split(r"\s*(?:>|\||;|&gt;)\s*", label.strip()) if part]
    source = store.communes() if thesaurus == store.COMMUNES else store.concepts()
    number = source.number_of(phrase(levels[-1].replace("_", " "))) if levels else None
    if number is None:
        return None
    wanted = (thesaurus,) if thesaurus else _BY_LABEL
    places = [item.place for item in source.meanings(number) if item.sureness == store.LABEL]
    found = [item for item in map(source.concept, dict.fromkeys(places)) if item.thesaurus in wanted]
    found = [item for item in found if _is_labelled(item, " > ".join(map(folded, levels)), exactly=not thesaurus)]
    found.sort(key=lambda item: (wanted.index(item.thesaurus), item.label.en.count(" > ")))
    return found[0].keyword if found else None


def _is_labelled(concept: store.Concept, words: str, *, exactly: bool) -> bool:
    labels = [folded(label) for _, label in concept.label.items()]
    if words in labels:
        return True
    if " > " in words:
        return any(label.endswith(f" > {words}") for label in labels)
    return not exactly and phrase(words) in {phrase(label.rpartition(" > ")[2].replace("_", " ")) for label in labels}


@cache
def _keyword_index() -> dict[str, Keyword]:
    """Addresses and folded labels of the short list; the first keyword of a label wins."""
    index = {known.uri: known for known in keywords()}
    for label, known in _folded_labels():
        index.setdefault(label, known)
    return index


@cache
def _folded_labels() -> tuple[tuple[str, Keyword], ...]:
    return tuple((folded(label), known) for known in keywords() for _, label in known.label.items())
