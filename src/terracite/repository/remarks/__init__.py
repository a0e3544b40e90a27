# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the readers of files say, in French: it is kept in English, and translated where it is shown."""

from __future__ import annotations

import re
from functools import cache

from terracite.repository.remarks.french import SENTENCES

_PLACE = re.compile(r"\\\{(\w+)\\\}")  #: a placeholder, once the sentence is escaped
_END = re.compile(r"[.:?](?= |$)")


def in_french(text: str) -> str:
    """The remark sentence by sentence; one that is not known (a program's own words) stays as it is."""
    told, at = [], 0
    while at < len(text):
        known, end = _sentence(text, at)
        told.append(known)
        at = end + (text[end : end + 1] == " ")
    return " ".join(told)


def _sentence(text: str, at: int) -> tuple[str, int]:
    """The French of the sentence that begins there, and where it ends."""
    for pattern, french in _patterns():
        if found := pattern.match(text, at):
            return french.format(**found.groupdict()), found.end()
    end = _END.search(text, at)
    return (text[at : end.end()], end.end()) if end else (text[at:], len(text))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences as patterns, those with the most words of their own first."""
    ordered = sorted(SENTENCES.items(), key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0])))
    return [(re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english)) + "(?= |$)"), to) for english, to in ordered]
