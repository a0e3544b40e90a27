# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several values in one attribute: names by semicolons, words by commas; and names of people that can be told apart.

ACDD has one attribute for all creators. Each list has a place for each of them ("; " where one has no address). The
last word of a person's name is the family name: spaces inside it are written as no-break spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from terracite.record.identifiers import orcid_url
from terracite.record.model import Agent

_NO_BREAK = "\N{NO-BREAK SPACE}"
_BETWEEN = re.compile(r";(?: |$)")


def joined(values: Iterable[str]) -> str:
    """``"a; ; b"``, or "" when there is nothing at all."""
    texts = [text.replace("; ", ", ") for text in values]
    return "; ".join(texts).rstrip() if any(texts) else ""


def split(text: str, length: int = 0) -> list[str]:
    """The values of a list, as many as ``length`` when that is given."""
    values = [value.strip() for value in _BETWEEN.split(text)] if text else []
    return [*values, *[""] * length][:length] if length else values


def words(labels: Iterable[str]) -> str:
    """``"a, b"``; a comma inside a label becomes a semicolon."""
    return ", ".join(label.replace(",", ";") for label in labels)


def split_words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def person(family: str, given: str) -> str:
    """ "Given Family", the family name in one piece."""
    return f"{given} {_NO_BREAK.join(family.split())}".strip()


def shown(agent: Agent) -> str:
    return person(agent.family_name, agent.given_name) if agent.is_person else agent.organisation


def family_and_given(name: str) -> tuple[str, str]:
    """The parts of "Given Family" or "Family, Given"."""
    family, comma, given = name.partition(", ")
    if not comma:
        given, _, family = name.rpartition(" ")
    return family.replace(_NO_BREAK, " ").strip(), given.replace(_NO_BREAK, " ").strip()


def kind(agent: Agent) -> str:
    """ACDD's ``creator_type``."""
    return "person" if agent.is_person else "institution"


def address(agent: Agent) -> str:
    return orcid_url(agent.orcid) if agent.is_person else agent.ror


def same_or_list(values: list[str]) -> str:
    """One word when all are the same, as ACDD wants it, else the list."""
    return values[0] if len(set(values)) == 1 else joined(values)
