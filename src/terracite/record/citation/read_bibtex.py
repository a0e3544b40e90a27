# SPDX-License-Identifier: AGPL-3.0-or-later
"""BibTeX and biblatex of others: entries, macros, names, accents; what is broken is told, and the next entry read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from terracite.errors import RecordError
from terracite.record.citation.bibtex import language_named
from terracite.record.citation.entries import Entry, contributors
from terracite.record.citation.latex import plain
from terracite.record.model import Agent, ContributorRole, ResourceType, Text
from terracite.record.reading import Leftover, Notes

#: type of an entry -> what it is, and DataCite's name of it
_TYPES: dict[str, tuple[ResourceType, str]] = {
    "dataset": (ResourceType.DATASET, "Dataset"),
    "data": (ResourceType.DATASET, "Dataset"),
    "software": (ResourceType.SOFTWARE, "Software"),
    "softwareversion": (ResourceType.SOFTWARE, "Software"),
    "image": (ResourceType.IMAGE, "Image"),
    "article": (ResourceType.TEXT, "JournalArticle"),
    "book": (ResourceType.TEXT, "Book"),
    "inbook": (ResourceType.TEXT, "BookChapter"),
    "incollection": (ResourceType.TEXT, "BookChapter"),
    "inproceedings": (ResourceType.TEXT, "ConferencePaper"),
    "conference": (ResourceType.TEXT, "ConferencePaper"),
    "proceedings": (ResourceType.TEXT, "ConferenceProceeding"),
    "phdthesis": (ResourceType.TEXT, "Dissertation"),
    "mastersthesis": (ResourceType.TEXT, "Dissertation"),
    "thesis": (ResourceType.TEXT, "Dissertation"),
    "techreport": (ResourceType.TEXT, "Report"),
    "report": (ResourceType.TEXT, "Report"),
    "standard": (ResourceType.TEXT, "Standard"),
    "unpublished": (ResourceType.TEXT, "Text"),
    "manual": (ResourceType.TEXT, "Text"),
    "misc": (ResourceType.OTHER, "Other"),
    "online": (ResourceType.OTHER, "Other"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NO_ENTRIES = frozenset({"comment", "preamble"})
_START = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_FIELD = re.compile(r"\s*([A-Za-z][\w:+.-]*)\s*=\s*")
_WORD = re.compile(r"[^\s,#{}()\"=]+")
_ENTRY = Text(fr="une entrée BibTeX complète", en="a complete BibTeX entry")


@dataclass(slots=True)
class _Raw:
    """An entry before its fields are understood."""

    kind: str
    key: str
    where: str
    fields: dict[str, str] = field(default_factory=dict)


def bibtex_entries(text: str, notes: Notes) -> list[Entry]:
    """The entries of a document, in order. Raises `RecordError` when there is none."""
    found = [_understood(raw, notes) for raw in _parsed(text, notes)]
    if not found:
        raise RecordError("There is no BibTeX entry in this document.", hint="Expected @dataset{key, ...}.")
    return found


def _parsed(text: str, notes: Notes) -> Iterator[_Raw]:
    macros = {month: str(number) for number, month in enumerate(_MONTHS, 1)}
    place, line, counted = 0, 1, 0
    while start := _START.search(text, place):
        line += text.count("\n", counted, start.start())
        counted = start.start()
        kind, place = start[1].lower(), start.end()
        if kind in _NO_ENTRIES:
            continue
        end = "}" if start[2] == "{" else ")"
        raw = _Raw(kind, "", f"line {line}")
        if kind != "string":
            key = re.compile(r"\s*([^\s,{}()=]*)\s*,?").match(text, place)
            raw.key, place = (key[1], key.end()) if key else ("", place)
        place, whole = _fields(text, place, end, raw, macros)
        if not whole:
            notes.say(raw.where, "unreadable", text[start.start() : start.start() + 60], expected=_ENTRY)
        if kind == "string":
            macros |= {name.lower(): value for name, value in raw.fields.items()}
        elif raw.fields:
            yield raw


def _fields(text: str, place: int, end: str, raw: _Raw, macros: dict[str, str]) -> tuple[int, bool]:
    """Reads fields up to ``end``; the place after them, and whether the entry was whole."""
    while name := _FIELD.match(text, place):
        value, place, whole = _value(text, name.end(), macros)
        raw.fields.setdefault(name[1].lower(), value)
        if not whole:
            return place, False
        comma = re.compile(r"\s*,?").match(text, place)
        place = comma.end() if comma else place
    rest = re.compile(r"\s*").match(text, place)
    place = rest.end() if rest else place
    return (place + 1, True) if text.startswith(end, place) else (place, False)


def _value(text: str, place: int, macros: dict[str, str]) -> tuple[str, int, bool]:
    """A value: parts between braces or quotation marks, numbers and macros, joined by ``#``."""
    parts = []
    while True:
        if text.startswith(("{", '"'), place):
            inner, place, whole = _delimited(text, place)
            parts.append(inner)
            if not whole:
                return "".join(parts), place, False
        elif word := _WORD.match(text, place):
            parts.append(macros.get(word[0].lower(), word[0]))
            place = word.end()
        joined = re.compile(r"\s*#\s*").match(text, place)
        if not joined:
            return "".join(parts), place, bool(parts)
        place = joined.end()


def _delimited(text: str, place: int) -> tuple[str, int, bool]:
    """What is between the mark at ``place`` and its pair; an entry that begins inside ends it."""
    opening, depth, start = text[place], 0, place + 1
    for match in re.compile(r'\\.|[{}"]|\n\s*@\w+\s*\{', re.DOTALL).finditer(text, start):
        mark = match[0]
        if mark == '"' and opening == '"' and depth == 0:
            return text[start : match.start()], match.end(), True
        if mark == "{":
            depth += 1
        elif mark == "}":
            if depth == 0:
                return text[start : match.start()], match.end(), opening == "{"
            depth -= 1
        elif mark.startswith("\n"):
            return text[start : match.start()], match.start(), False
    return text[start:], len(text), False


def _understood(raw: _Raw, notes: Notes) -> Entry:
    fields = dict(raw.fields)
    kind, general = _TYPES.get(raw.kind, (ResourceType.OTHER, "Other"))
    if raw.kind not in _TYPES:
        listed = Text(fr="des types d’entrées", en="entry types")
        notes.say(raw.where, "unknown_code", raw.kind, read=kind.value, expected=listed)

    def take(*names: str) -> str:
        found = [plain(fields.pop(name)) for name in names if name in fields]
        return next((text for text in found if text), "")

    subtitle = take("subtitle")
    title = take("title", "maintitle")
    entry = Entry(raw.where, kind, general, raw.key, genre=take("type", "entrysubtype"))
    entry.title = f"{title}: {subtitle}" if title and subtitle else title or subtitle
    entry.creators = _names(fields.pop("author", ""), raw.where, notes)
    editors = _names(fields.pop("editor", ""), raw.where, notes)
    entry.contributors = contributors(editors, ContributorRole.EDITOR)
    entry.issued = _issued(fields)
    entry.publisher = take("publisher", "school", "institution", "organization", "howpublished")
    entry.version, entry.doi, entry.url = take("version", "edition"), take("doi"), _address(fields)
    entry.number, entry.container = take("isbn", "issn"), take("journal", "journaltitle", "booktitle")
    entry.abstract, entry.licence = take("abstract"), take("copyright", "license", "licence", "rights")
    entry.keywords = _keywords(take("keywords", "keyword"))
    entry.language = language_named(take("langid", "language"))
    entry.leftovers = [
        Leftover(f"{raw.where}, {name}", plain(value)) for name, value in fields.items() if value.strip()
    ]
    return entry


def _address(fields: dict[str, str]) -> str:
    r"""The address, without ``\url{}`` and escapes."""
    text = fields.pop("url", "") or fields.pop("link", "")
    text = re.sub(r"^\s*\\url\{(.*)\}\s*$", r"\1", text)
    return re.sub(r"\\([%#&_~{}])", r"\1", text).strip("{} \n")


def _issued(fields: dict[str, str]) -> str:
    """The date as exact as it is: ``date``, else year, month and day."""
    date = plain(fields.pop("date", "")).partition("/")[0]
    year, month, day = (plain(fields.pop(name, "")) for name in ("year", "month", "day"))
    if date:
        return date
    number = month if month.isdigit() else str(_MONTHS.index(month[:3].lower()) + 1) if _is_month(month) else ""
    if not re.fullmatch(r"\d{4}", year) or not number:
        return year
    return f"{year}-{int(number):02}-{int(day):02}" if day.isdigit() and int(day) <= 31 else f"{year}-{int(number):02}"


def _is_month(text: str) -> bool:
    return text[:3].lower() in _MONTHS


def _keywords(text: str) -> list[str]:
    separator = ";" if ";" in text and "," not in text else ","
    return [word.strip() for word in text.split(separator) if word.strip()]


def _names(text: str, where: str, notes: Notes) -> list[Agent]:
    names = _between_ands(" ".join(text.split()))
    if names and names[-1].casefold() == "others":
        names.pop()
        notes.say(where, "unreadable", "and others", expected=Text(fr="le nom d’un auteur", en="the name of an author"))
    return [agent for name in names if (agent := _name(name))]


def _between_ands(text: str) -> list[str]:
    """Names between " and " outside braces."""
    depth, start, parts = 0, 0, []
    for match in re.finditer(r"\\.|[{}]| [aA][nN][dD] ", text):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0 and match[0][0] == " ":
            parts.append(text[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def _name(text: str) -> Agent | None:
    """ "Family, Given", "von Family, Jr, Given", "Given Family", or an organisation between braces."""
    if text.startswith("{") and text.endswith("}") and _is_one_group(text):
        name = plain(text)
        return Agent(organisation=name) if name else None
    parts = [plain(part) for part in _between_commas(text)]
    if len(parts) > 1:
        family = parts[0] if len(parts) == 2 else f"{parts[0]} {parts[1]}".strip()
        return Agent(family_name=family or parts[-1], given_name=parts[-1] if family else "") if any(parts) else None
    return _in_order(plain(text).split())


def _in_order(words: list[str]) -> Agent | None:
    """ "Given Family" and "Given von der Family": what begins in lower case belongs to the family name."""
    if not words:
        return None
    cut = next((index for index, word in enumerate(words) if word[0].islower()), len(words) - 1)
    return Agent(family_name=" ".join(words[cut:]), given_name=" ".join(words[:cut]))


def _is_one_group(text: str) -> bool:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match.end() < len(text):
            return False
    return True


def _between_commas(text: str) -> list[str]:
    depth, start, parts = 0, 0, []
    for match in re.finditer(r"\\.|[{},]", text):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if match[0] == "," and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
