# SPDX-License-Identifier: AGPL-3.0-or-later
"""Concepts of thesauri, read from the compact tables that `scripts/build_vocabularies.py` makes.

A table has one place a concept: columns of addresses and labels, links by place, and every folded phrase with the
places it means. Numbers in ``means`` are ``place * 9 + sureness * 3 + language``. A table is read whole when it is
first asked for (0.1 s), concepts are made from it one by one.
"""

from __future__ import annotations

import gzip
import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from terracite.record.content import Keyword, KeywordKind
from terracite.record.values import Text
from terracite.record.vocabularies.folding import is_slip, science

LABEL, SYNONYM, CUE = range(3)  #: how sure a phrase is that its concept is meant
LANGUAGES = ("", "fr", "en")  #: "" = a name that is the same in both
COMMUNES = "fr-communes"  #: by far the largest thesaurus, in a table of its own
_KINDS = {
    "gcmd-platforms": KeywordKind.PLATFORM,
    "gcmd-instruments": KeywordKind.INSTRUMENT,
    "gcmd-locations": KeywordKind.PLACE,
    "countries": KeywordKind.PLACE,
    "fr-regions": KeywordKind.PLACE,
    "fr-departements": KeywordKind.PLACE,
    COMMUNES: KeywordKind.PLACE,
}


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a thesaurus. ``label`` has no French where the thesaurus has none."""

    uri: str
    label: Text
    thesaurus: str  #: id of `terracite.record.vocabularies.thesauri`
    code: str = ""  #: ISO 3166 letters, INSEE code, SPDX identifier, canonical unit of a CF name...
    kind: KeywordKind = KeywordKind.THEME

    @property
    def keyword(self) -> Keyword:
        """The concept as a keyword of a record."""
        return Keyword(label=self.label, uri=self.uri, thesaurus=self.thesaurus, kind=self.kind)

    @property
    def short(self) -> Text:
        """The label without the path before it: "VEGETATION INDEX"."""
        return Text(fr=self.label.fr.rpartition(" > ")[2], en=self.label.en.rpartition(" > ")[2])


@dataclass(frozen=True, slots=True)
class Meaning:
    """That a phrase means the concept at a place."""

    place: int
    sureness: int  #: LABEL, SYNONYM or CUE
    language: str


class Table:
    """The concepts of some thesauri."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self.phrases: list[str] = content["phrases"]  #: sorted
        self.rarity: list[int] = content["rarity"]  #: 0 = says nothing, 9 = stands in no definition
        self._means: list[list[int]] = content["means"]
        self._thesauri: list[dict[str, Any]] = content["thesauri"]

    def __len__(self) -> int:
        return len(self._content["uris"])

    def concept(self, place: int) -> Concept:
        group = self.group(place)
        uris, english, french = (self._content[name] for name in ("uris", "en", "fr"))
        code = self._content["codes"].get(str(place), uris[place])
        return Concept(
            group["prefix"] + uris[place],
            Text(fr=english[place] if french[place] == 0 else french[place], en=english[place]),
            group["id"],
            code.strip("/"),
            _KINDS.get(group["id"], KeywordKind.THEME),
        )

    def group(self, place: int) -> dict[str, Any]:
        starts = self._starts
        return self._thesauri[bisect_right(starts, place) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [group["from"] for group in self._thesauri]

    def thesauri(self) -> list[str]:
        return [group["id"] for group in self._thesauri]

    def places(self, thesaurus: str) -> range:
        """Where the concepts of a thesaurus are."""
        found = next((group for group in self._thesauri if group["id"] == thesaurus), None)
        return range(found["from"], found["to"]) if found else range(0)

    def place_of(self, uri: str) -> int | None:
        return self._places.get(key_of(uri))

    @cached_property
    def _places(self) -> dict[str, int]:
        found = {}
        for group in self._thesauri:
            prefix = key_of(f"{group['prefix']}x")[:-1]
            for place in range(group["from"], group["to"]):
                found[f"{prefix}{self._content['uris'][place].casefold().rstrip('/')}"] = place
        return found

    def broader(self, place: int) -> list[int | str]:
        return list(self._content["broader"].get(str(place), ()))

    def related(self, place: int) -> list[int]:
        return list(self._content["related"].get(str(place), ()))

    def narrower(self, place: int) -> list[int]:
        return self._narrower.get(place, [])

    def within(self, uri: str) -> list[int]:
        """Concepts whose broader one lies in another table, at that address."""
        return self._outside.get(uri, [])

    @cached_property
    def _narrower(self) -> dict[int, list[int]]:
        return {broader: places for broader, places in self._children.items() if isinstance(broader, int)}

    @cached_property
    def _outside(self) -> dict[str, list[int]]:
        return {broader: places for broader, places in self._children.items() if isinstance(broader, str)}

    @cached_property
    def _children(self) -> dict[int | str, list[int]]:
        found: dict[int | str, list[int]] = defaultdict(list)
        for place, targets in self._content["broader"].items():
            for target in targets:
                found[target].append(int(place))
        return found

    def synonyms(self, place: int) -> tuple[list[str], list[str]]:
        """French ones, English ones."""
        french, english = self._content["synonyms"].get(str(place), ((), ()))
        return list(french), list(english)

    def meanings(self, number: int) -> Iterator[Meaning]:
        """What the phrase of that number means."""
        for value in self._means[number]:
            place, rest = divmod(value, 9)
            yield Meaning(place, rest // 3, LANGUAGES[rest % 3])

    def number_of(self, phrase: str) -> int | None:
        """The number of a phrase, where it means something."""
        return self._numbers.get(phrase)

    def is_vague(self, phrase: str) -> bool:
        """It is among the phrases that say nothing."""
        number = self.number_of(phrase)
        return number is not None and self.rarity[number] == 0

    def of_science(self, root: str) -> list[int]:
        """Numbers of the phrases that are one word of that root."""
        return self._sciences.get(root, [])

    @cached_property
    def _sciences(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            if " " not in phrase and (root := science(phrase)):
                found[root].append(number)
        return found

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {phrase: number for number, phrase in enumerate(self.phrases)}

    def beginning(self, text: str) -> range:
        """Numbers of the phrases that begin with it."""
        return range(bisect_left(self.phrases, text), bisect_left(self.phrases, text + "\U0010ffff"))

    def holding(self, beginning: str) -> set[int]:
        """Numbers of the phrases that have a word with that beginning."""
        vocabulary, holders = self._words
        first, last = bisect_left(vocabulary, beginning), bisect_left(vocabulary, beginning + "\U0010ffff")
        return set().union(*(holders[word] for word in vocabulary[first:last]))

    def prepare(self) -> None:
        """Make what every search needs, so that the first one pays for all."""
        _ = self._words, self._numbers

    def slips(self, typed: str) -> set[int]:
        """Numbers of the phrases that have a word which somebody may have meant who typed this; see `is_slip`."""
        vocabulary, holders = self._words
        first, last = bisect_left(vocabulary, typed[:1]), bisect_left(vocabulary, typed[:1] + "\U0010ffff")
        return set().union(*(holders[word] for word in vocabulary[first:last] if is_slip(typed, word)))

    @cached_property
    def _words(self) -> tuple[list[str], dict[str, list[int]]]:
        holders: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            for word in set(phrase.split()):
                holders[word].append(number)
        return sorted(holders), holders


def key_of(uri: str) -> str:
    """What is the same in all spellings of one address: scheme, GEMET by language, old hosts of GCMD and INSPIRE."""
    key = re.sub(r"^https?://(www\.)?", "", uri.strip().casefold()).rstrip("/")
    key = re.sub(r"^eionet\.europa\.eu/gemet/[a-z]{2}(-[a-z]{2})?/", "eionet.europa.eu/gemet/", key)
    key = re.sub(r"^eionet\.europa\.eu/gemet/inspire-?theme/", "inspire.ec.europa.eu/theme/", key)
    return re.sub(
        r"^gcmd(services)?\.(gsfc|earthdata)\.nasa\.gov/kms/concept/", "gcmd.earthdata.nasa.gov/kms/concept/", key
    )


@cache
def concepts() -> Table:
    """Every thesaurus but the communes."""
    return Table(_read("concepts"))


@cache
def communes() -> Table:
    """The French communes."""
    return Table(_read("communes"))


@cache
def definitions() -> dict[str, str]:
    """Definitions in English by address, for thesauri that have them."""
    found: dict[str, str] = _read("definitions")
    return found


def _read(name: str) -> Any:
    path = resources.files("terracite.record").joinpath("data", f"{name}.json.gz")
    return json.loads(gzip.decompress(path.read_bytes()))
