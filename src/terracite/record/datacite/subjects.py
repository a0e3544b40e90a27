# SPDX-License-Identifier: AGPL-3.0-or-later
"""Property 6 written: disciplines, topic categories and keywords, each language a subject of its own."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.datacite.terms import address, filled, languages
from terracite.record.model import Keyword, Record, Text

DISCIPLINES = "Terracite disciplines"
TOPICS = "iso-topics"  #: id of the thesaurus


def subjects(record: Record) -> Iterator[dict[str, str]]:
    first = languages(record)[0]
    for discipline in record.disciplines:
        code = {"subjectScheme": DISCIPLINES, "classificationCode": discipline.value}
        yield from _subject(vocabularies.discipline_label(discipline), code)
    for topic in record.topics:
        label = vocabularies.topic_label(topic).best(first)
        yield {"subject": label, "lang": first} | _topic_scheme(topic)
    for keyword in record.keywords:
        yield from _subject(keyword.label, _scheme(keyword))


def _topic_scheme(topic: str) -> dict[str, str]:
    scheme = vocabularies.thesauri()[TOPICS]
    code = topic if topic in vocabularies.topics() else ""
    return filled({"subjectScheme": scheme.title.best("en"), "schemeUri": scheme.uri, "classificationCode": code})


def _scheme(keyword: Keyword) -> dict[str, str]:
    thesaurus = vocabularies.thesauri().get(keyword.thesaurus)
    return filled(
        {
            "subjectScheme": thesaurus.title.best("en") if thesaurus else keyword.thesaurus,
            "schemeUri": thesaurus.uri if thesaurus else "",
            "valueUri": address(keyword.uri),
        }
    )


def _subject(label: Text, scheme: dict[str, str]) -> Iterator[dict[str, str]]:
    yield from ({"subject": text, "lang": language} | scheme for language, text in label.items())
