# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 3, 16 and 17 read: titles, descriptions, rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terracite.record import vocabularies
from terracite.record.datacite.desk import Desk, Said
from terracite.record.datacite.read_technical import Technical
from terracite.record.datacite.technical import HEADINGS
from terracite.record.datacite.terms import COAR
from terracite.record.datacite.views import Part
from terracite.record.model import AccessKind, Language, Lineage, Step, Text, Version
from terracite.record.reading import values
from terracite.record.reading.access import access_kind
from terracite.record.reading.plain_text import plain

_SPDX = Text(fr="licences de SPDX", en="licences of SPDX")
_TITLE = Text(fr="titre", en="title")
_STEP = re.compile(r"(\d{1,3})\. (?=\S)")
_HEADED = {
    key: re.compile(rf"(?:{HEADINGS[key].fr}|{HEADINGS[key].en}) ?: (.+)", re.DOTALL) for key in ("purpose", "version")
}
_DESCRIPTIONS = Text(fr="types de descriptions de DataCite", en="types of descriptions of DataCite")
_FIELDS = {
    "Abstract": "abstract",
    "Methods": "methods",
    "TechnicalInfo": "notes",
    "Other": "notes",
    "SeriesInformation": "",
    "TableOfContents": "",
}


def titles(desk: Desk, root: Part) -> Text:
    """Main and translated titles; subtitles and alternative ones are leftovers."""
    found: list[Said] = []
    for part in root.parts("titles") or root.parts("title"):
        text, kind = plain(_first_text(part, "title")), part.text("titleType")
        if text and kind in {"", "TranslatedTitle"}:
            found.append(Said(part, text, part.text("lang")))
        else:
            desk.keep(part, text)
    if not found:
        desk.notes.say(root.where, "missing", expected=_TITLE)
    return desk.bilingual(_main(desk, found))


def _first_text(part: Part, name: str) -> str:
    return part.own() or part.text(name)


def _main(desk: Desk, found: list[Said]) -> list[Said]:
    """The titles, but for translations into a language that they do not tell: kernel 2 could not."""
    for said in found:
        if not said.language and said.part.text("titleType"):
            desk.keep(said.part, said.text)
    return [said for said in found if said.language or not said.part.text("titleType")]


def main_language(root: Part) -> Language | None:
    """The language of the first title that tells one."""
    told = (values.language(part.text("lang")) for part in root.parts("titles"))
    return next(filter(None, told), None)


def descriptions(desk: Desk, root: Part) -> dict[str, Any]:
    technical = Technical()
    found: dict[str, list[Said]] = {}
    for part in root.parts("descriptions"):
        text, kind = plain(part.own()), part.text("descriptionType") or "Abstract"
        said = Said(part, text, part.text("lang"))
        language = desk.language_of(said)
        if text and not (language and _take(desk, technical, said, language)):
            if kind not in _FIELDS:
                desk.unknown(part, kind, "Other", _DESCRIPTIONS)
            key, said.text = _field(kind, text)
            found.setdefault(key, []).append(said)
    for said in found.pop("", []):
        desk.keep(said.part, said.text)
    texts = {key: desk.bilingual(items, joined=True) for key, items in found.items()}
    return {
        "abstract": texts.get("abstract"),
        "purpose": texts.get("purpose"),
        "notes": texts.get("notes"),
        "lineage": _lineage(texts.get("methods", Text())),
        "version_notes": texts.get("version", Text()),
    } | technical.values()


def _take(desk: Desk, technical: Technical, said: Said, language: Language) -> bool:
    unread = technical.take(said.text, language)
    for line in unread or ():
        desk.keep(said.part, line)
    return unread is not None


def _field(kind: str, text: str) -> tuple[str, str]:
    """Where a description goes, and its text without its heading; "" for what has no place."""
    if kind == "Other":
        for key, pattern in _HEADED.items():
            if found := pattern.fullmatch(text):
                return key, found[1]
    return _FIELDS.get(kind, "notes"), text


def _lineage(methods: Text) -> Lineage:
    """The statement, and the steps that are numbered lines at its end, joined over the languages by their number."""
    statement: dict[str, str] = {}
    steps: dict[int, dict[str, str]] = {}
    for language, text in methods.items():
        lines = text.splitlines()
        start = _first_step(lines)
        statement[language] = "\n".join(lines[:start])
        for number, words in _steps(lines[start:]):
            steps.setdefault(number, {})[language] = words
    told = tuple(Step(description=Text(**steps[number])) for number in sorted(steps))
    return Lineage(statement=Text(**statement), steps=told)


def _first_step(lines: list[str]) -> int:
    return next((place for place, line in enumerate(lines) if _STEP.match(line)), len(lines))


def _steps(lines: list[str]) -> Iterator[tuple[int, str]]:
    """A line that starts with a higher number begins a step; any other goes on with the step before it."""
    number, words = 0, ""
    for line in lines:
        found = _STEP.match(line)
        if found and int(found[1]) > number:
            if words:
                yield number, words
            number, words = int(found[1]), line[found.end() :]
        else:
            words = f"{words}\n{line}"
    if words:
        yield number, words


def rights(desk: Desk, root: Part) -> dict[str, Any]:
    """The licence (the first that is one), the kind of access, and conditions in words."""
    licences: list[tuple[Part, str]] = []
    access: AccessKind | None = None
    language: Language | None = None
    conditions: list[Said] = []
    for part in root.parts("rightsList"):
        text, uri = part.own(), part.text("rightsUri")
        kind = access_kind(uri) or access_kind("" if uri else text)
        if kind:
            access = access or kind
            label = vocabularies.access_label(kind)
            if text not in {label.fr, label.en} and not access_kind(text):
                desk.keep(part, text)
            language = language or (values.language(part.text("lang")) if uri.startswith(COAR) else None)
        elif found := _licence(desk, part, text):
            licences.append((part, found))
        elif text:
            conditions.append(Said(part, text, part.text("lang")))
    return {
        "licence": _one_licence(desk, licences),
        "access_kind": access,
        "language": language,
        "conditions": desk.bilingual(conditions, joined=True),
    }


def _licence(desk: Desk, part: Part, text: str) -> str:
    """The SPDX identifier that the identifier, the address or the name means, else the identifier or address given."""
    uri, code = part.text("rightsUri"), part.text("rightsIdentifier")
    part.text("rightsIdentifierScheme")
    known = next(filter(None, map(vocabularies.spdx_of, filter(None, (code, uri, text)))), "")
    if not known and (code or uri):
        desk.unknown(part, code or uri, code or uri, _SPDX)
    found = known or code or uri
    for other in dict.fromkeys((code, uri, text)):
        if other != found and (not known or vocabularies.spdx_of(other) != known):
            desk.keep(part, other)
    return found


def _one_licence(desk: Desk, found: list[tuple[Part, str]]) -> str:
    first = found[0][1] if found else ""
    for part, other in found[1:]:
        if other != first:
            expected = Text(fr="La licence", en="The licence")
            desk.notes.say(part.where, "twice", other, read=first, expected=expected)
    return first


def version(root: Part, notes: Text) -> Version:
    number = next(filter(None, (part.own() for part in root.parts("version"))), "")
    return Version(number=number, notes=notes) if number else Version(notes=notes)
