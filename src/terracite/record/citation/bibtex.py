# SPDX-License-Identifier: AGPL-3.0-or-later
"""BibTeX as biblatex reads it: an entry of type ``dataset``, UTF-8, specials escaped. Classic BibTeX sees ``misc``."""

from __future__ import annotations

import re
import unicodedata

from terracite.record import vocabularies
from terracite.record.citation.terms import address, issued
from terracite.record.model import Agent, Record, ResourceType

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}&%$#_"},
}
#: types of entries of biblatex; a collection of data is a dataset too
_TYPES = {ResourceType.SOFTWARE: "software", ResourceType.IMAGE: "image", ResourceType.TEXT: "report"}
LANGUAGES = {"fr": "french", "en": "english"}


def to_bibtex(record: Record, landing_url: str = "") -> str:
    """One entry. ``type`` says what it is, ``copyright`` holds the licence."""
    language = record.first_language
    title = record.title.best(language)
    day = issued(record)
    fields = {
        "author": " and ".join(_name(agent) for agent in record.creators if agent.name.strip()),
        "title": f"{{{escaped(title)}}}" if title else "",
        "date": day.isoformat() if day else "",
        "year": str(record.publication_year or ""),
        "month": str(day.month) if day else "",
        "publisher": escaped(record.publisher.name) if record.publisher else "",
        "version": escaped(record.version.number),
        "type": record.resource_type.value,
        "doi": record.doi,
        "url": address(record, landing_url),
        "copyright": escaped(record.licence),
        "keywords": ", ".join(escaped(keyword.label.best(language)) for keyword in record.keywords if keyword.label),
        "abstract": escaped(record.abstract.best(language)),
        "language": LANGUAGES[language],
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = _TYPES.get(record.resource_type, "dataset")
    return f"@{kind}{{{_key(record)},\n" + ",\n".join(lines) + "\n}\n"


def escaped(text: str) -> str:
    """The text as LaTeX takes it; braces without their pair are named, since BibTeX counts escaped ones too."""
    flat = " ".join(text.split())
    written = "".join(_ESCAPES.get(character, character) for character in flat)
    if _is_balanced(flat):
        return written
    return written.replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}")


def _is_balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def _name(agent: Agent) -> str:
    """Braces keep the name of an organisation whole; "and" in a person's name stays one name."""
    if not agent.is_person:
        return f"{{{escaped(agent.organisation)}}}"
    family, given = _part(agent.family_name), _part(agent.given_name)
    if given:
        return f"{family}, {given}"
    return f"{family}, {{}}" if " " in agent.family_name and not family.startswith("{") else family


def _part(name: str) -> str:
    return f"{{{escaped(name)}}}" if re.search(r"\band\b|,", name, re.IGNORECASE) else escaped(name)


def _key(record: Record) -> str:
    first = record.creators[0] if record.creators else None
    publisher = record.publisher.name if record.publisher else ""
    name = (first.family_name or first.organisation) if first else publisher or "anonymous"
    words = _ascii(record.title.best(record.first_language)).split()
    long_word = next((word for word in words if len(word) > 3), "")
    return f"{_ascii(name).replace(' ', '')[:30]}_{record.publication_year or 'nd'}_{long_word}".strip("_") or "key"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def language_named(text: str) -> str:
    """The ISO 639-1 code in ``language`` or ``langid``; "" for none.

    >>> language_named("french"), language_named("ngerman")
    ('fr', 'de')
    """
    names = {"ngerman": "de", "german": "de", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl"}
    codes = vocabularies.iso639_1_codes()
    word = text.strip().casefold()
    if word in {"french", "français", "francais", "fr", "fra", "fre", "fr-fr"}:
        return "fr"
    if re.match(r"(english|american|british|usenglish|ukenglish|en)\b", word):
        return "en"
    return names.get(word) or codes.get(word, "")
