# SPDX-License-Identifier: AGPL-3.0-or-later
"""Synonyms, phrases and their rarity; the compact form of the tables."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from terracite.record.vocabularies.folding import LITTLE_WORDS, phrase, words_of
from terracite.record.vocabularies.store import CUE, LABEL, LANGUAGES, SYNONYM
from vocabularies.rows import INSEE, Row, Thesauri, lines, parts

LONGEST_PHRASE = 9  #: words; longer labels are not looked for in texts


def say_more(thesauri: Thesauri) -> None:
    """Synonyms: the groups of `terms.tsv`, and GEMET's French for the same names in English-only thesauri."""
    groups = [
        [(lang, term) for lang, text in zip(("en", "fr"), line, strict=True) for term in parts(text)]
        for line in lines("terms.tsv")
    ]
    by_phrase: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for _, term in group:
            by_phrase[phrase(term)].append(number)
    french = {phrase(row.en): row.fr for row in thesauri["gemet"] if row.en and row.fr}
    for name in SPOKEN:
        for row in thesauri[name]:
            own = [phrase(words) for _, words in spoken(row)]
            if name not in {"gemet", "inspire-themes"}:
                row.synonyms += [("fr", french[key]) for key in own if key in french]
            numbers = {number for key in own for number in by_phrase.get(key, ())}
            row.synonyms += [pair for number in sorted(numbers) for pair in groups[number]]
            row.synonyms = [
                pair for pair in dict.fromkeys(row.synonyms) if phrase(pair[1]) not in own or pair[0] == "fr"
            ]
    _add_adjectives(thesauri)


def _add_adjectives(thesauri: Thesauri) -> None:
    """Cues of the concepts that are called as the things of `adjectives.tsv` are."""
    cues: dict[str, list[tuple[str, str]]] = {}
    for things, english, french in lines("adjectives.tsv"):
        said = [("en", word) for word in parts(english)] + [("fr", word) for word in parts(french)]
        cues |= {phrase(thing): said for thing in parts(things)}
    for name in ("gemet", "gcmd-science"):
        for row in thesauri[name]:
            row.cues += [cue for _, words in spoken(row) for cue in cues.get(phrase(words), ())]


#: thesauri whose concepts are things that terms.tsv names
SPOKEN = (
    "gemet", "gemet-themes", "inspire-themes", "gcmd-science", "gcmd-platforms", "gcmd-instruments",
    "cf-standard-names", "iso-topics",
)  # fmt: skip


def spoken(row: Row) -> list[tuple[str, str]]:
    """The label in each language, or its short forms where the label is a path or an identifier."""
    whole = [] if " > " in row.en else [(language, text) for language, text in (("en", row.en), ("fr", row.fr)) if text]
    whole += [("en", re.sub(r"\s*\([^()]*\)", "", row.en))] if "(" in row.en and " > " not in row.en else []
    whole += [("fr", re.sub(r"\s*\([^()]*\)", "", row.fr))] if "(" in row.fr else []
    return [*dict.fromkeys([*whole, *row.names])]


# -- the compact form --------------------------------------------------------------------------------------------------


def packed(thesauri: Thesauri) -> dict[str, Any]:
    """Columns, one place a concept; phrases point to places. See `terracite.record.vocabularies.store`."""
    rows = [row for group in thesauri.values() for row in group]
    place = {row.uri: number for number, row in enumerate(rows)}
    groups, start = [], 0
    for name, group in thesauri.items():
        prefix = _common_prefix([row.uri for row in group])
        groups.append({"id": name, "prefix": prefix, "from": start, "to": start + len(group)})
        start += len(group)
    prefixes = [group["prefix"] for group in groups for _ in range(group["from"], group["to"])]
    texts = phrases(rows)
    return {
        "thesauri": groups,
        "uris": [row.uri.removeprefix(prefix) for row, prefix in zip(rows, prefixes, strict=True)],
        "en": [row.en for row in rows],
        "fr": [row.fr if row.fr != row.en else 0 for row in rows],
        "codes": {str(place[row.uri]): row.code for row in rows if row.code and not row.uri.endswith("/" + row.code)},
        "broader": _links(rows, place, "broader"),
        "related": _links(rows, place, "related"),
        "synonyms": {str(place[row.uri]): _by_language(row.synonyms) for row in rows if row.synonyms},
        "phrases": list(texts),
        "means": [targets for targets, _ in texts.values()],
        "rarity": [rare for _, rare in texts.values()],
    }


def _by_language(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    found: dict[str, list[str]] = {"fr": [], "en": []}
    for language, words in pairs:
        found[language or "en"].append(words)
    return [found["fr"], found["en"]]


def _links(rows: list[Row], place: dict[str, int], name: str) -> dict[str, list[int | str]]:
    """Places; an address where the concept lies in another file."""
    found: dict[str, list[int | str]] = {}
    for row in rows:
        targets = [place.get(uri, uri) for uri in getattr(row, name) if uri in place or uri.startswith(INSEE)]
        if targets:
            found[str(place[row.uri])] = targets
    return found


def phrases(rows: list[Row]) -> dict[str, tuple[list[int], int]]:
    """Every folded phrase -> what it means (place * 9 + sureness * 3 + language), and how rare it is (0 to 9)."""
    found: dict[str, dict[int, None]] = {}
    for place, row in enumerate(rows):
        for sureness, pairs in ((LABEL, spoken(row)), (SYNONYM, row.synonyms), (CUE, row.cues)):
            for language, words in pairs:
                key = phrase(words.replace("_", " "))
                if key and len(key.split()) <= LONGEST_PHRASE:
                    _point(found.setdefault(key, {}), place, sureness, LANGUAGES.index(language))
    for key in {phrase(word) for line in lines("vague.tsv") for cell in line for word in parts(cell)}:
        found.setdefault(key, {})  # it means nothing, and neither do the words in it
    rare = rarity(rows, found)
    return {key: (list(targets), rare[key]) for key, targets in sorted(found.items())}


def _point(targets: dict[int, None], place: int, sureness: int, language: int) -> None:
    """Unless a surer phrase of the same language says it already."""
    if not any(place * 9 + surer * 3 + language in targets for surer in range(sureness + 1)):
        targets[place * 9 + sureness * 3 + language] = None


def rarity(rows: list[Row], found: dict[str, dict[int, None]]) -> dict[str, int]:
    """How telling each phrase is: English ones by how few definitions have it, French ones as their English label."""
    counts = counted(rows, found)
    top = math.log(1 + max(counts.values(), default=1))
    english = {key: round(9 * (1 - math.log(1 + counts[key]) / top)) for key in found}
    vague = {phrase(word) for line in lines("vague.tsv") for cell in line for word in parts(cell)}
    result = {}
    for key, targets in found.items():
        languages = {target % 3 for target in targets}
        value = english[key]
        if languages == {1}:
            value = min([_of_label(rows[target // 9], english) for target in targets] or [value])
        result[key] = 0 if key in vague else max(1, value)
    return result


def _of_label(row: Row, english: dict[str, int]) -> int:
    return max([english.get(phrase(words), 5) for language, words in spoken(row) if language != "fr"] or [5])


def counted(rows: list[Row], found: dict[str, Any]) -> Counter[str]:
    """In how many definitions each phrase stands."""
    counts: Counter[str] = Counter()
    for text in sorted({row.definition for row in rows if row.definition}):
        stems = [word for word in words_of(text) if word not in LITTLE_WORDS]
        seen = {" ".join(stems[i : i + n]) for n in range(1, 5) for i in range(len(stems) - n + 1)}
        counts.update(key for key in seen if key in found)
    return counts


def _common_prefix(uris: list[str]) -> str:
    first, last = min(uris), max(uris)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(first.rfind("/", 0, length), first.rfind("#", 0, length)) + 1]
