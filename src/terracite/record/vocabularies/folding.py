# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words compared as people mean them: no case, no accent, no plural, no little words; French and English alike."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: words that say nothing about a subject; left out of what is compared, in labels and in texts alike
LITTLE_WORDS = frozenset(
    """
    a an and are as at au aux avec by ce ces cet cette d dans de des du en et est for from has have il in is its l la
    le les leur leurs of on or ou par pour qu que qui s sa se ses son sont sur the this to un une with y
    """.split()  # noqa: SIM905  # a list of words reads better so
)
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = (
    ("sses", "ss"), ("sse", "ss"), ("ches", "ch"), ("che", "ch"), ("shes", "sh"), ("xes", "x"), ("xe", "x"),
    ("ies", "i"), ("ie", "i"), ("sis", "se"), ("eaux", "eau"), ("eux", "eu"), ("oux", "ou"), ("aux", "al"),
    ("ss", "ss"), ("us", "us"), ("is", "is"), ("s", ""), ("y", "i"),
)  # fmt: skip
_SCIENCE = re.compile(r"(\w{2,}(?:graph|log|metr|nom|scop))(?:i|ic|ical|ique|ier|er|iste|ist)")
_ALONE = {"pluie": "pluie", "pluies": "pluie"}  #: would be taken for PLUi, a plan of land use
_SHORTEST = 4  #: shorter words have no plural that could be told from another word


def folded(text: str) -> str:
    """Lower case, without accents; "œ" is "oe"."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in parts if not unicodedata.combining(character))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word without the mark of its plural.

    >>> stem("animaux"), stem("glaciers"), stem("biologie") == stem("biology")
    ('animal', 'glacier', True)
    """
    if len(word) < _SHORTEST or word in _ALONE:
        return _ALONE.get(word, word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            return word[: len(word) - len(ending)] + instead
    return word


def science(word: str) -> str:
    """The root of the names of sciences and techniques, their adjectives and those who practise them; "" of others.

    >>> science("cartographique") == science("cartographi") == science("cartographier") == "cartograph"
    True
    """
    found = _SCIENCE.fullmatch(word)
    return found[1] if found else ""


def is_slip(typed: str, word: str) -> bool:
    """One letter too many, missing, wrong, or two letters the other way round.

    >>> is_slip("vegetatoin", "vegetation"), is_slip("inondtion", "inondation"), is_slip("mer", "terre")
    (True, True, False)
    """
    if abs(len(typed) - len(word)) > 1:
        return False
    start = _in_common(typed, word)
    rest, other = typed[start:], word[start:]
    end = _in_common(rest[::-1], other[::-1])
    rest, other = rest[: len(rest) - end], other[: len(other) - end]
    return max(len(rest), len(other)) <= 1 or (len(rest) == 2 and rest == other[::-1])


def _in_common(first: str, second: str) -> int:
    """How many characters they begin with alike."""
    shorter = min(len(first), len(second))
    return next((place for place in range(shorter) if first[place] != second[place]), shorter)


def words_of(text: str) -> list[str]:
    """The stems of the words of a text, in order, little words included."""
    return [stem(word) for word in _WORD.findall(folded(text))]


def phrase(text: str) -> str:
    """What two spellings of one term have in common.

    >>> phrase("Zones de captage d’eau")
    'zone captage eau'
    """
    stems = words_of(text)
    telling = [word for word in stems if word not in LITTLE_WORDS]
    return " ".join(telling or stems)
