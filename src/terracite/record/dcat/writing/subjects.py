# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are about: languages, type, topics, disciplines, keywords.

A keyword is a concept, so that both languages, the thesaurus and the kind stay together (``dct:subject``); its words
are also plain keywords (``dcat:keyword``), and a concept with an address is also a theme (``dcat:theme``).
"""

from __future__ import annotations

from functools import partial

from terracite.record import vocabularies
from terracite.record.dcat.graph import Description, Link, Literal, Thing
from terracite.record.dcat.vocabulary import (
    DCMI,
    EU,
    INSPIRE,
    INSPIRE_TYPES,
    KEYWORD_KINDS,
    THEME_OF_TOPIC,
    THEMES,
    TYPES,
)
from terracite.record.dcat.writing.terms import concept, language
from terracite.record.model import Keyword, KeywordKind, Record, ResourceType

DISCIPLINES = "terracite-disciplines"


def add(dataset: Thing, record: Record, description: Description, *, geo: bool) -> None:
    for code in dict.fromkeys(record.data_languages):
        dataset.add("dct:language", language(code))
    dataset.add("dct:type", _type(record.resource_type))
    if geo and record.resource_type in INSPIRE_TYPES:
        code = INSPIRE_TYPES[record.resource_type]
        label = vocabularies.resource_type_label(record.resource_type)
        dataset.add("geodcatap:resourceType", concept(label, "", f"{INSPIRE}ResourceType/{code}"))
    _keywords(dataset, record, description)
    _topics(dataset, record, description, geo=geo)
    for discipline in record.disciplines:
        term = concept(vocabularies.discipline_label(discipline), discipline.value)
        _scheme(term, DISCIPLINES, description)
        dataset.add("dcat:theme", term)


def _type(kind: ResourceType) -> Thing:
    iri = f"{DCMI}{TYPES[kind]}" if kind in TYPES else ""
    return concept(vocabularies.resource_type_label(kind), "" if iri else kind.value, iri)


def _topics(dataset: Thing, record: Record, description: Description, *, geo: bool) -> None:
    """The ISO topics; and the EU themes that data portals file them under."""
    for topic in record.topics:
        predicate = "geodcatap:topicCategory" if geo else "dcat:theme"
        description.link(dataset, predicate, f"{INSPIRE}TopicCategory/{topic}", topic, _topic)
    found = {keyword.uri for keyword in record.keywords}
    for theme in derived_themes(record.topics):
        if f"{EU}data-theme/{theme}" not in found:
            dataset.add("dcat:theme", concept(THEMES[theme], "", f"{EU}data-theme/{theme}"))


def _topic(topic: str, iri: str) -> Thing:
    return concept(vocabularies.topic_label(topic), "", iri)


def derived_themes(topics: tuple[str, ...]) -> list[str]:
    """The EU themes of some ISO topics, each once.

    >>> derived_themes(("oceans", "environment", "society"))
    ['ENVI', 'SOCI']
    """
    return list(dict.fromkeys(THEME_OF_TOPIC[topic] for topic in topics if topic in THEME_OF_TOPIC))


def _keywords(dataset: Thing, record: Record, description: Description) -> None:
    themes: list[str] = []
    for keyword in record.keywords:
        added = description.link(dataset, "dct:subject", keyword.uri, keyword, partial(_keyword, description))
        if isinstance(added, Thing) and added.iri:
            themes.append(added.iri)
    for iri in themes:
        dataset.add("dcat:theme", Link(iri))
    words = [(words, code) for keyword in record.keywords for code, words in keyword.label.items()]
    dataset.add("dcat:keyword", *(Literal(*item) for item in dict.fromkeys(words)))


def _keyword(description: Description, keyword: Keyword, iri: str) -> Thing:
    thing = concept(keyword.label, "", iri)
    if not keyword.label and not iri:
        thing.text("skos:prefLabel", keyword.label, keyword.uri or keyword.thesaurus or keyword.kind.value)
    _scheme(thing, keyword.thesaurus, description)
    if keyword.kind is not KeywordKind.THEME:
        thing.add("dct:type", Link(f"{KEYWORD_KINDS}{keyword.kind.value}"))
    return thing


def _scheme(term: Thing, thesaurus: str, description: Description) -> None:
    """The thesaurus of a concept: by its address when we know it, else by its title."""
    if not thesaurus:
        return
    known = vocabularies.thesauri().get(thesaurus)
    description.link(term, "skos:inScheme", known.uri if known else "", thesaurus, _thesaurus)


def _thesaurus(thesaurus: str, iri: str) -> Thing:
    known = vocabularies.thesauri().get(thesaurus)
    scheme = Thing(("skos:ConceptScheme",), iri)
    return scheme.text("dct:title", known.title) if known else scheme.literal("dct:title", thesaurus)
