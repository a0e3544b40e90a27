# SPDX-License-Identifier: AGPL-3.0-or-later
"""RIS of others: tags with the usual liberties of spacing, values over several lines, several references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from terracite.errors import RecordError
from terracite.record.citation.entries import Entry, contributors
from terracite.record.model import Agent, ContributorRole, ResourceType, Text
from terracite.record.reading import Leftover, Notes, values

_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?: {1,2}|$)(.*)")
_TYPES: dict[str, tuple[ResourceType, str]] = {
    "DATA": (ResourceType.DATASET, "Dataset"),
    "AGGR": (ResourceType.DATASET, "Dataset"),
    "DBASE": (ResourceType.DATASET, "Dataset"),
    "COMP": (ResourceType.SOFTWARE, "Software"),
    "FIGURE": (ResourceType.IMAGE, "Image"),
    "MAP": (ResourceType.IMAGE, "Image"),
    "JOUR": (ResourceType.TEXT, "JournalArticle"),
    "JFULL": (ResourceType.TEXT, "Journal"),
    "EJOUR": (ResourceType.TEXT, "JournalArticle"),
    "MGZN": (ResourceType.TEXT, "Text"),
    "BOOK": (ResourceType.TEXT, "Book"),
    "EBOOK": (ResourceType.TEXT, "Book"),
    "CHAP": (ResourceType.TEXT, "BookChapter"),
    "CONF": (ResourceType.TEXT, "ConferenceProceeding"),
    "CPAPER": (ResourceType.TEXT, "ConferencePaper"),
    "THES": (ResourceType.TEXT, "Dissertation"),
    "RPRT": (ResourceType.TEXT, "Report"),
    "STAND": (ResourceType.TEXT, "Standard"),
    "UNPB": (ResourceType.TEXT, "Preprint"),
    "GEN": (ResourceType.OTHER, "Other"),
    "ELEC": (ResourceType.OTHER, "Other"),
    "WEB": (ResourceType.OTHER, "Other"),
    "BLOG": (ResourceType.OTHER, "Other"),
}
#: tag -> field of an entry; the first value of the first tag counts
_FIELDS = {
    "title": ("TI", "T1", "CT", "BT"),
    "other_title": ("TT",),
    "publisher": ("PB",),
    "version": ("ET",),
    "genre": ("M3",),
    "doi": ("DO",),
    "url": ("UR", "L1", "L2"),
    "number": ("SN",),
    "container": ("JO", "JF", "JA", "J2", "T2"),
    "abstract": ("AB", "N2"),
    "language": ("LA",),
    "identifier": ("ID",),
}
_TAGGED = Text(fr="une ligne RIS", en="a line of RIS")


def ris_entries(text: str, notes: Notes) -> list[Entry]:
    """The references of a document, in order. Raises `RecordError` when there is none."""
    found = [_understood(tags, line, notes) for line, tags in _references(text, notes) if tags]
    if not found:
        raise RecordError("There is no RIS reference in this document.", hint="Expected lines such as 'TY  - DATA'.")
    return found


def _references(text: str, notes: Notes) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Tags and values of each reference, with its first line. A line without a tag goes on with the value before it."""
    tags: list[tuple[str, str]] = []
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.match(line.strip("\ufeff"))
        if not match:
            _goes_on(line, number, tags, notes)
        elif match[1] in {"TY", "ER"}:
            yield start, tags
            tags, start = ([("TY", match[2].strip())], number) if match[1] == "TY" else ([], number)
        else:
            tags.append((match[1], match[2].strip()))
    yield start, tags


def _goes_on(line: str, number: int, tags: list[tuple[str, str]], notes: Notes) -> None:
    if not line.strip():
        return
    if tags:
        tag, value = tags[-1]
        tags[-1] = (tag, f"{value} {line.strip()}")
    else:
        notes.say(f"line {number}", "unreadable", line, expected=_TAGGED)


def _understood(tags: list[tuple[str, str]], line: int, notes: Notes) -> Entry:
    where = f"line {line}"
    kind, general = _type(next((value for tag, value in tags if tag == "TY"), ""), where, notes)
    entry = Entry(where, kind, general)
    left = [(tag, value) for tag, value in tags if tag != "TY" and value]
    for name, wanted in _FIELDS.items():
        left = _taken(entry, name, wanted, left)
    entry.creators = _agents(left, "AU", "A1")
    entry.contributors = contributors(_agents(left, "ED", "A2", "A3"), ContributorRole.EDITOR)
    entry.keywords = [word.strip() for tag, value in left if tag == "KW" for word in value.split(";") if word.strip()]
    entry.issued = _issued(left)
    known = {"AU", "A1", "ED", "A2", "A3", "KW", "DA", "PY", "Y1"}
    entry.leftovers = [Leftover(f"{where}, {tag}", value) for tag, value in left if tag not in known]
    return entry


def _taken(entry: Entry, name: str, wanted: tuple[str, ...], tags: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Gives the entry the first value of a field; what is left without it, and without repetitions of it."""
    found = next((value for tag in wanted for given, value in tags if given == tag), "")
    if not found:
        return tags
    setattr(entry, name, found)
    return [(tag, value) for tag, value in tags if tag not in wanted or value != found]


def _type(code: str, where: str, notes: Notes) -> tuple[ResourceType, str]:
    found = _TYPES.get(code.upper())
    if found is None:
        listed = Text(fr="des types RIS", en="RIS types")
        notes.say(where, "unknown_code", code, read=ResourceType.OTHER.value, expected=listed)
    return found or (ResourceType.OTHER, "Other")


def _agents(tags: list[tuple[str, str]], *wanted: str) -> list[Agent]:
    found = []
    for tag, value in tags:
        family, comma, given = value.partition(",")
        if tag not in wanted or not value.strip(", "):
            continue
        if comma and not given.strip():
            found.append(Agent(family_name=family.strip()))
        elif agent := values.agent(value):
            found.append(agent)
    return found


def _issued(tags: list[tuple[str, str]]) -> str:
    """The most exact of DA, PY and Y1, written 2024/03/01/."""
    dates = ["-".join(part for part in re.split(r"[/]", value)[:3] if part) for tag, value in tags if tag in _DATES]
    return max((_padded(date) for date in dates), key=len, default="")


_DATES = frozenset({"DA", "PY", "Y1"})


def _padded(date: str) -> str:
    return "-".join(part.zfill(2) for part in date.split("-"))
