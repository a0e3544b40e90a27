# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of a recipe, in French: the English sentences are the keys of a table, as in gettext.

Messages are written where they arise, in English, and put into French where they are shown; a sentence that the table
does not have stays as it is.
"""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from terracite.record.model import Language

_SENTENCES = re.compile(r"(?<=[.?!]) ")
_NO_SENTENCE = r"(?:(?![.?!] [A-Z]).)+?"  #: a value; between quotes it may be anything


class _Said(NamedTuple):
    pattern: re.Pattern[str]
    french: str


def told(text: str, language: Language) -> str:
    """The message, line by line, in that language: "images (line 3): is missing. Add folder = ..."."""
    return text if language == "en" else "\n".join(_line(line) for line in text.split("\n"))


def in_french(text: str) -> str | None:
    """The French of one or more sentences; None where one is not known.

    >>> in_french("is missing. Add folder = ...")
    'manque. Ajoutez folder = ...'
    """
    return _joined(tuple(_SENTENCES.split(text)))


def _line(line: str) -> str:
    """A line, after what it is about where that stands first ("  - samples.seed (line 4): ")."""
    for found in re.finditer(": ", line):
        if known := in_french(line[found.end() :]):
            return f"{line[: found.start()].replace('(line ', '(ligne ')} : {known}"
    return in_french(line) or line


def _joined(parts: tuple[str, ...]) -> str | None:
    """The parts in French, as few of them to a sentence as can be."""
    if not parts:
        return ""
    for end in range(1, len(parts) + 1):
        one = _sentence(" ".join(parts[:end]))
        rest = _joined(parts[end:]) if one else None
        if one and rest is not None:
            return f"{one} {rest}".rstrip()
    return None


def _sentence(text: str) -> str | None:
    words, sentences = _table()
    for said in sentences:
        if found := said.pattern.fullmatch(text):
            return said.french.format(**{key: words.get(value, value) for key, value in found.groupdict().items()})
    return None


@cache
def _table() -> tuple[dict[str, str], tuple[_Said, ...]]:
    """Words, and sentences, those with most words of their own first."""
    table = tomllib.loads((files(__package__) / "french.toml").read_text(encoding="utf-8"))
    found = [(_own(english), _Said(_pattern(english), french)) for english, french in table["sentences"].items()]
    return table["words"], tuple(said for _, said in sorted(found, key=lambda item: -item[0]))


def _own(english: str) -> int:
    return sum(len(text) for text, *_ in string.Formatter().parse(english))


def _pattern(english: str) -> re.Pattern[str]:
    pieces = []
    for text, name, *_ in string.Formatter().parse(english):
        value = ".+?" if text.endswith("'") else _NO_SENTENCE
        pieces.append(re.escape(text) + (f"(?P<{name}>{value})" if name else ""))
    return re.compile("".join(pieces), re.DOTALL)
