# SPDX-License-Identifier: AGPL-3.0-or-later
"""Property 6 read: the disciplines and topic categories among the subjects, the others as keywords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from terracite.record import vocabularies
from terracite.record.datacite.desk import Desk
from terracite.record.datacite.subjects import DISCIPLINES, TOPICS
from terracite.record.datacite.views import Part
from terracite.record.model import Discipline, Keyword, Language, Text
from terracite.record.reading import values
from terracite.record.reading.plain_text import plain

_LANGUAGES = Text(fr="langues d’une notice (fr, en)", en="languages of a record (fr, en)")


@dataclass(slots=True)
class Subject:
    """A subject in one language, which is most often half of a keyword."""

    label: str
    language: Language
    uri: str
    thesaurus: str
    told: bool  #: whether the document tells the language


def subjects(desk: Desk, root: Part) -> dict[str, Any]:
    disciplines: dict[Discipline, None] = {}
    topics: dict[str, None] = {}
    others: list[Subject] = []
    translated = any(values.language(part.text("lang")) for part in root.parts("subjects"))
    for part in root.parts("subjects"):
        label, scheme, code = plain(part.own()), part.text("subjectScheme"), part.text("classificationCode")
        if scheme == DISCIPLINES and (discipline := _discipline(code, label)):
            disciplines[discipline] = None
            _other_words(desk, part, {label, code}, discipline, vocabularies.discipline_label(discipline))
        elif thesaurus_of(scheme, part.text("schemeUri")) == TOPICS and (topic := _topic(code, label)):
            topics[topic] = None
            _other_words(desk, part, {label, code}, topic, vocabularies.topic_label(topic))
        elif translated and part.text("lang") and values.language(part.text("lang")) is None:
            desk.keep(part, label)
        elif label or code:
            others.append(_subject(desk, part, label or code, scheme))
            if label and code:
                desk.keep(part, code)
    return {"disciplines": tuple(disciplines), "topics": tuple(topics), "keywords": tuple(keywords(others))}


def _other_words(desk: Desk, part: Part, told: set[str], code: str, label: Text) -> None:
    """What is told of a concept of a list, and is neither its code nor its label."""
    for words in told - {code, label.fr, label.en}:
        desk.keep(part, words)


def _subject(desk: Desk, part: Part, label: str, scheme: str) -> Subject:
    told = part.text("lang")
    language = values.language(told) if told else desk.language
    if language is None:
        desk.unknown(part, told, desk.language, _LANGUAGES)
    thesaurus = thesaurus_of(scheme, part.text("schemeUri")) or scheme or part.text("schemeUri")
    return Subject(label, language or desk.language, part.text("valueUri"), thesaurus, bool(told))


def keywords(subjects: list[Subject]) -> list[Keyword]:
    """Subjects that follow each other, of one address but two languages, are one keyword.

    Those without an address are taken two by two only where all of them are in both languages, in turn.
    """
    in_pairs = _alternate([subject for subject in subjects if not subject.uri])
    found: list[Keyword] = []
    waiting: Subject | None = None
    for subject in subjects:
        if waiting and _same(waiting, subject, in_pairs):
            label = {waiting.language: waiting.label, subject.language: subject.label}
            found[-1] = found[-1].model_copy(update={"label": Text(**label)})
            waiting = None
            continue
        found.append(_keyword(subject))
        waiting = subject
    return found


def _keyword(subject: Subject) -> Keyword:
    label = Text(**{subject.language: subject.label})
    return Keyword(label=label, uri=subject.uri, thesaurus=subject.thesaurus)


def _same(one: Subject, other: Subject, in_pairs: bool) -> bool:
    if one.thesaurus != other.thesaurus or one.uri != other.uri or one.language == other.language:
        return False
    return one.told and other.told and (bool(one.uri) or in_pairs)


def _alternate(subjects: list[Subject]) -> bool:
    pairs = list(zip(subjects[::2], subjects[1::2], strict=False))
    told = all(subject.told for subject in subjects)
    first = subjects[0].language if subjects else "en"
    return told and len(subjects) % 2 == 0 and all(a.language == first != b.language for a, b in pairs)


def _discipline(code: str, label: str) -> Discipline | None:
    for discipline in Discipline:
        both = vocabularies.discipline_label(discipline)
        if code == discipline or label in {discipline, both.fr, both.en}:
            return discipline
    return None


def _topic(code: str, label: str) -> str:
    if code in vocabularies.topics():
        return code
    return next((topic for topic, both in vocabularies.topics().items() if label in {topic, both.fr, both.en}), "")


def thesaurus_of(scheme: str, address: str = "") -> str:
    """The id of a thesaurus we ship, from its title or address in any language; "" for any other."""
    found = _thesauri()
    return found.get(scheme.casefold(), "") or found.get(_bare(address), "")


@cache
def _thesauri() -> dict[str, str]:
    index: dict[str, str] = {}
    for identifier, thesaurus in vocabularies.thesauri().items():
        for name in (identifier, thesaurus.title.fr, thesaurus.title.en):
            index[name.casefold()] = identifier
        if thesaurus.uri:
            index[_bare(thesaurus.uri)] = identifier
    return index


def _bare(address: str) -> str:
    return address.casefold().removeprefix("https://").removeprefix("http://").rstrip("/") or "-"
