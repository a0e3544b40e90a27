# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields of a record from a README: its front matter, its lines "Name: value", its headings."""

from __future__ import annotations

import re
from typing import Any

from terracite.record import instants, vocabularies
from terracite.record.model import DateKind, Keyword, Lineage, Period, RecordDate, Text
from terracite.record.reading import values
from terracite.repository.described.agents import agents_in, is_organisation, person

#: field -> the headings and names that mean it, in both languages
_NAMES = {
    "title": "title|titre|dataset title|titre du jeu de données",
    "abstract": "abstract|summary|description|overview|résumé|resume|dataset description|présentation",
    "creators": "authors?|creators?|auteurs?|auteure?s?|autrices?|author information|created by",
    "contacts": "contacts?|contact person|corresponding author|personne à contacter",
    "licence": "licen[cs]e|licences?|rights|droits|conditions of use|conditions d'utilisation",
    "keywords": "keywords?|mots[- ]clés?|mots[- ]clefs?|tags|subjects?",
    "lineage": "lineage|methods?|methodology|méthodes?|méthodologie|provenance|généalogie|processing|data collection|"
    "how the data were made|comment les données ont été faites",
    "created": "date|date created|creation date|date of creation|created|date de création",
    "periods": "period|time period|temporal coverage|période|dates? of data collection|couverture temporelle",
}
_FIELD = {name: re.compile(rf"(?:{names})", re.IGNORECASE) for name, names in _NAMES.items()}
_HEADING = re.compile(r"^(?:(#{1,4})\s+(.+?)\s*#*|([^\n]{3,100})\n([=-])\4{2,})\s*$", re.MULTILINE)
_LINE = re.compile(r"^[-*\s]*\**([^\W\d_][^:\n*]{2,40}?)\**\s*:\**[ \t]+(\S[^\n]*)$", re.MULTILINE)
_SMALL_WORDS = {
    "fr": frozenset({"le", "la", "les", "des", "du", "une", "est", "dans", "pour", "par", "sur", "avec", "ce"}),
    "en": frozenset({"the", "of", "and", "is", "are", "in", "for", "by", "with", "this", "these", "from", "to", "on"}),
}
_LONGEST = 200_000


def fields(text: str) -> dict[str, Any]:
    """What a README says of its dataset."""
    text = text[:_LONGEST].replace("\r\n", "\n")
    said = _lines(_front_matter(text)) or {}
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    said = said | {name: value for name, value in _sections(body).items() if name not in said}
    said = said | {name: value for name, value in _lines(body).items() if name not in said}
    language = language_of(body)

    def worded(words: str) -> Text:
        return Text(fr=words) if language == "fr" else Text(en=words)

    lineage = _prose(said.get("lineage", ""))
    found = {
        "title": worded(said.get("title", "").strip(" \"'")),
        "abstract": worded(_prose(said.get("abstract", ""))),
        "lineage": Lineage(statement=worded(lineage)) if lineage else None,
        "licence": _licence(said.get("licence", "")),
        "creators": _people(said.get("creators", "")),
        "contacts": agents_in(_prose(said.get("contacts", ""))),
        "keywords": tuple(Keyword(label=worded(word)) for word in _list(said.get("keywords", ""))),
        "dates": _created(said.get("created", "")),
        "periods": _periods(said.get("periods", "")),
    }
    return {name: value for name, value in found.items() if value}


def language_of(text: str) -> str:
    """ "fr" or "en", by the small words."""
    words = re.findall(r"[^\W\d_]+", text.lower()[:20_000])
    counts = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    return "fr" if counts["fr"] > counts["en"] else "en"


def _front_matter(text: str) -> str:
    found = re.match(r"\A---\n(.*?)\n---\n", text, re.DOTALL)
    return found[1] if found else ""


def _lines(text: str) -> dict[str, str]:
    """ "Title: ..." and its like, of the top of the text."""
    found: dict[str, str] = {}
    for name, value in _LINE.findall(text[:10_000]):
        field = _field(name)
        if field and field not in found:
            found[field] = value.strip()
    return found


def _sections(text: str) -> dict[str, str]:
    """The text under each heading that has a meaning; the first heading of the highest level is the title."""
    headings = list(_HEADING.finditer(text))
    found: dict[str, str] = {}
    for at, heading in enumerate(headings):
        name = (heading[2] or heading[3]).strip()
        end = headings[at + 1].start() if at + 1 < len(headings) else len(text)
        field = _field(name)
        if field:
            found.setdefault(field, text[heading.end() : end].strip())
        elif at == 0 and (heading[1] in {"#", None}):
            found["title"] = _plain(name)
            found.setdefault("lead", text[heading.end() : end].strip())
    if "abstract" not in found and len(_prose(found.get("lead", ""))) >= 80:
        found["abstract"] = found["lead"]
    return found


def _field(name: str) -> str:
    name = re.sub(r"^[\d.\s]+", "", _plain(name)).strip(" :")
    return next((field for field, pattern in _FIELD.items() if pattern.fullmatch(name)), "")


def _plain(text: str) -> str:
    """Without the marks of Markdown."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text).strip()


def _prose(text: str) -> str:
    """The paragraphs, without badges, tables and code."""
    text = re.sub(r"```.*?(```|\Z)", "", text, flags=re.DOTALL)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("|", "[![", "![", "<"))]
    return re.sub(r"\n{3,}", "\n\n", _plain("\n".join(lines)))[:5000]


def _list(text: str) -> list[str]:
    parts = re.split(r"[,;\n]", _plain(text.strip(" []")))
    return [part.strip(" -*\"'") for part in parts if 2 < len(part.strip(" -*\"'")) <= 100][:30]


def _people(text: str) -> tuple[Any, ...]:
    """One a line, or separated by commas or semicolons; a name is a person's where the heading says author."""
    lines = [line.strip(" -*\t") for line in _plain(text).splitlines() if line.strip(" -*\t")]
    found: list[Any] = []
    for line in lines[:50]:
        exact = agents_in(line)
        parts = re.split(r"\s*[;,]\s*|\s+(?:and|et|&)\s+", re.sub(r"\([^)]*\)", "", line))
        people = [agent for part in parts if not is_organisation(part) and (agent := person(part))]
        found += exact if len(exact) >= len(people) else people
    return tuple(found)


def _licence(text: str) -> str:
    first = _plain(text).strip().split("\n")[0]
    marked = re.search(r"\b(CC0|CC[- ]BY(?:-[A-Z]{2})*(?:[- ]\d\.\d)?|ODbL(?:[- ]1\.0)?|etalab-2\.0)", text)
    addressed = re.search(r"https?://\S*licen[cs]es?/[^\s)>\]]+", text)
    words = [first.rstrip("."), addressed[0] if addressed else "", marked[1] if marked else ""]
    return next((name for word in words if word and (name := vocabularies.spdx_of(word))), "")


def _created(text: str) -> tuple[RecordDate, ...]:
    found = values.day(text.strip()) if text else None
    return (RecordDate(kind=DateKind.CREATED, on=found[0], precision=found[1]),) if found else ()


def _periods(text: str) -> tuple[Period, ...]:
    ends = re.findall(r"\d{4}-\d{2}-\d{2}|\b(?:19|20)\d{2}\b", text)
    if not 1 <= len(ends) <= 2:
        return ()
    first, last = instants.read(ends[0]), instants.read(ends[-1], at_end=True)
    return (Period(start=first, end=last),) if first and last else ()
