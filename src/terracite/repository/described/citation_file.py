# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields of a record from CITATION.cff (Citation File Format 1.x): the part of YAML that such files use."""

from __future__ import annotations

import re
from typing import Any

from terracite.record import vocabularies
from terracite.record.model import Agent, DateKind, Keyword, Organisation, RecordDate, Text
from terracite.record.reading import values

_PAIR = re.compile(r"^(\s*)(- )?([\w-]+):(?:\s+(.*))?$")
_BLOCK = frozenset({">", ">-", ">+", "|", "|-", "|+"})

Item = dict[str, str]


def fields(text: str) -> dict[str, Any]:
    """What the file says of what is cited."""
    plain, lists = _parsed(text[:200_000].replace("\r\n", "\n").split("\n"))
    if "cff-version" not in plain:
        return {}
    people = tuple(agent for item in lists.get("authors", []) if (agent := _agent(item)))
    contacts = tuple(agent for item in lists.get("contact", []) if (agent := _agent(item)))
    day = values.day(plain.get("date-released", ""))
    found = {
        "title": Text(en=plain.get("title", "")),
        "abstract": Text(en=plain.get("abstract", "")),
        "creators": people,
        "contacts": contacts or tuple(agent for agent in people if agent.email)[:1],
        "licence": vocabularies.spdx_of(plain.get("license", "")),
        "keywords": tuple(Keyword(label=Text(en=item[""])) for item in lists.get("keywords", []) if item.get("")),
        "dates": (RecordDate(kind=DateKind.CREATED, on=day[0], precision=day[1]),) if day else (),
    }
    return {name: value for name, value in found.items() if value}


def _agent(item: Item) -> Agent | None:
    places = (Organisation(name=item["affiliation"]),) if item.get("affiliation") else ()
    if item.get("family-names"):
        family = f"{item.get('name-particle', '')} {item['family-names']}".strip()
        orcid = values.orcid(item.get("orcid", ""))
        return Agent(family_name=family, given_name=item.get("given-names", ""), orcid=orcid, affiliations=places,
                     email=item.get("email", ""))  # fmt: skip
    return Agent(organisation=item["name"], email=item.get("email", "")) if item.get("name") else None


def _parsed(lines: list[str]) -> tuple[Item, dict[str, list[Item]]]:
    """Pairs of the top, and lists of pairs or of words ("" is the name of a word)."""
    plain: Item = {}
    lists: dict[str, list[Item]] = {}
    key, at = "", 0
    while at < len(lines):
        line = lines[at]
        at += 1
        found = _PAIR.match(line)
        if found and not found[1] and not found[2]:
            key, value = found[3], (found[4] or "").strip()
            if value in _BLOCK:
                value, at = _block(lines, at)
            plain[key] = _bare(value)
        elif found and key and (found[2] or lists.get(key)):
            if found[2]:
                lists.setdefault(key, []).append({})
            lists[key][-1][found[3]] = _bare(found[4] or "")
        elif (word := re.match(r"^\s*- (.+)$", line)) and key:
            lists.setdefault(key, []).append({"": _bare(word[1])})
    return plain, lists


def _block(lines: list[str], at: int) -> tuple[str, int]:
    """A text on indented lines, and where it ends."""
    held = []
    while at < len(lines) and (not lines[at].strip() or lines[at][:1].isspace()):
        held.append(lines[at].strip())
        at += 1
    return " ".join(" ".join(held).split()), at


def _bare(value: str) -> str:
    value = value.strip()
    if value[:1] in {'"', "'"} and value[-1:] == value[:1] and len(value) > 1:
        return value[1:-1]
    return re.sub(r"\s+#.*$", "", value)
