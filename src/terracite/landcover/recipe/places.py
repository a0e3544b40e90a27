# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where in a TOML file each table and key stands, so that a mistake is told with its line.

The standard library's reader keeps no places. This one reads the structure only (headers, keys, and where a value
ends); it is used on files that the standard reader has accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Steps = tuple[str | int, ...]  #: keys and positions from the root, ("images", 0, "folder")

_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*(\.)?""")
_STRINGS = ('"""', "'''", '"', "'")


def places(text: str) -> dict[Steps, int]:
    """The line, counted from 1, of each table, key and element of a list.

    >>> places("[a]\\nb = [1,\\n 2]")
    {('a',): 1, ('a', 'b'): 2, ('a', 'b', 0): 2, ('a', 'b', 1): 3}
    """
    reader = _Reader(text)
    reader.read()
    return reader.found


def line_of(where: str, known: Mapping[Steps, int]) -> int | None:
    """The line of what a problem calls ``where`` ("images 2.folder"), or of the table that it is missing from."""
    steps: list[str | int] = []
    for word in where.strip("[]").split("."):
        name, _, number = word.partition(" ")
        if name.isdigit():
            steps.append(int(name))
            continue
        if steps == ["images"]:  # there is one, and a problem does not say which
            steps.append(0)
        steps.append(name)
        if number.isdigit():
            steps.append(int(number) - 1)
    if (*steps, 0) in known:
        steps.append(0)
    while steps and tuple(steps) not in known:
        steps.pop()
    return known.get(tuple(steps))


class _Reader:
    """Goes through a TOML text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Steps, int] = {}
        self._counts: dict[Steps, int] = {}

    def read(self) -> None:
        table: Steps = ()
        while self._to_next():
            start = self.at
            if self.text.startswith("[", start):
                table = self._header()
            else:
                here = (*table, *self._key())
                self._note(here, start)
                self.at += 1  # the equals sign
                self._value(here)

    def _note(self, steps: Steps, at: int) -> None:
        self.found.setdefault(steps, self.text.count("\n", 0, at) + 1)

    def _to_next(self) -> bool:
        """Pass white space and comments; False at the end."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                self._pass_comment()
            elif self.text[self.at].isspace():
                self.at += 1
            else:
                return True
        return False

    def _pass_comment(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        parts: list[str] = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            parts.append(match[1].strip("\"'"))
            if not match[2]:
                break
        else:
            self.at += 1  # nothing that is a key: go on, whatever it is
        return parts

    def _header(self) -> Steps:
        """Pass ``[a.b]`` or ``[[a.b]]``; a list of tables named on the way stands for its last element so far."""
        start = self.at
        is_list = self.text.startswith("[[", start)
        self.at += 2 if is_list else 1
        keys = self._key()
        steps: Steps = ()
        for position, key in enumerate(keys, start=1):
            steps = (*steps, key)
            if steps in self._counts and (position < len(keys) or not is_list):
                steps = (*steps, self._counts[steps] - 1)
        if is_list:
            number = self._counts.get(steps, 0)
            self._counts[steps] = number + 1
            steps = (*steps, number)
        self._note(steps, start)
        self.at = max(self.text.find("]", self.at), self.at) + (2 if is_list else 1)
        return steps

    def _value(self, here: Steps) -> None:
        """Pass a value, up to the end of its line or of its brackets; note where the elements of a list stand."""
        depth, number, awaited = 0, 0, False
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == "\n" and depth == 0:
                return
            if letter == "#":
                self._pass_comment()
                continue
            if awaited and depth == 1 and letter not in " \t\r\n]":
                self._note((*here, number), self.at)
                number, awaited = number + 1, False
            if letter in "\"'":
                self._string()
                continue
            depth += (letter in "[{") - (letter in "]}")
            awaited = awaited or (depth == 1 and letter in "[,")
            self.at += 1

    def _string(self) -> None:
        quote = next(mark for mark in _STRINGS if self.text.startswith(mark, self.at))
        self.at += len(quote)
        while self.at < len(self.text) and not self.text.startswith(quote, self.at):
            self.at += 2 if self.text[self.at] == "\\" and '"' in quote else 1
        self.at += len(quote)
