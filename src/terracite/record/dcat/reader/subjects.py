# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are about: languages, type, topics, disciplines, keywords; the reverse of `dcat.writing.subjects`."""

from __future__ import annotations

from typing import Any

from terracite.record import vocabularies
from terracite.record.dcat.reader.node import LABELS, Node
from terracite.record.dcat.vocabulary import EU, KEYWORD_KINDS, THEMES, TYPE_WORDS
from terracite.record.dcat.writing.subjects import DISCIPLINES, derived_themes
from terracite.record.model import Discipline, Keyword, KeywordKind, ResourceType, Text
from terracite.record.reading import values

_WORDS = ("dcat:keyword", "schema:keywords")
_CONCEPTS = ("dct:subject", "dc:subject", "dcat:theme", "geodcatap:topicCategory")


def read(dataset: Node) -> dict[str, Any]:
    topics, disciplines, keywords = _concepts(dataset)
    return {
        "data_languages": tuple(dict.fromkeys(_language(node) for node in dataset.all("dct:language", "dc:language"))),
        "resource_type": _type(dataset),
        "topics": topics,
        "disciplines": disciplines,
        "keywords": (*keywords, *_words(dataset, keywords)),
    }


def _language(node: Node) -> str:
    return values.iso639_1(node.iri or node.text("rdf:value") or node.text())


def _type(dataset: Node) -> ResourceType:
    """The first type that is one of ours; types of other lists are keywords of nobody, and stay as leftovers."""
    kinds = []
    for name in ("geodcatap:resourceType", "dct:type"):
        for node in dataset.peek(name):
            if kind := TYPE_WORDS.get(_word(node).lower()):
                dataset.source.read.add((dataset.term, name, node.term))
                node.skip()
                kinds.append(kind)
    if kinds:
        return kinds[-1]  # dct:type is exact, GeoDCAT-AP's own type is not
    if "dcat:DataService" in dataset.types:
        return ResourceType.SERVICE
    return ResourceType.COLLECTION if "dcat:DatasetSeries" in dataset.types else ResourceType.DATASET


def _word(node: Node) -> str:
    """What a code is: its notation, the end of its address, or its label; without marking them as read."""
    if node.is_literal:
        return str(node.term)
    notations = [str(item.term) for item in node.peek("skos:notation")]
    labels = [str(item.term) for item in node.peek(*LABELS)]
    return next((word for word in (*notations, _tail(node.iri), *labels) if word), "")


def _concepts(dataset: Node) -> tuple[tuple[str, ...], tuple[Discipline, ...], list[Keyword]]:
    topics: dict[str, None] = {}
    disciplines: dict[Discipline, None] = {}
    keywords: list[Keyword] = []
    said = {str(node.term) for node in dataset.peek("dcat:keyword")}
    waiting: list[Node] = []
    for node in dict.fromkeys([*dataset.all(*_CONCEPTS), *dataset.things("dcat:keyword")]):
        address = node.identity() if not node.is_literal else ""
        if "/TopicCategory/" in address and _tail(address) in vocabularies.topics():
            node.skip()
            topics[_tail(address)] = None
        elif found := _discipline(node):
            disciplines[found] = None
        elif address.startswith(f"{EU}data-theme/") and not _labelled(node, said):
            waiting.append(node)
        elif keyword := _keyword(node, address):
            keywords.append(keyword)
    derived = derived_themes(tuple(topics))
    keywords += [keyword for node in waiting if (keyword := _theme(node, derived))]
    return tuple(topics), tuple(disciplines), keywords


def _labelled(node: Node, said: set[str]) -> bool:
    """Whether a concept is also among the plain keywords: one that we derived from a topic is not."""
    return any(str(label.term) in said for label in node.peek(*LABELS))


def _theme(node: Node, derived: list[str]) -> Keyword | None:
    """A theme of the EU, unless its only reason is a topic."""
    code = _tail(node.iri)
    node.skip()
    if code in derived:
        return None
    return Keyword(label=THEMES.get(code, Text(en=code)), uri=node.iri)


def _discipline(node: Node) -> Discipline | None:
    """One of ours: by its notation, in our own list."""
    notation = [str(item.term) for item in node.peek("skos:notation")]
    if not notation or notation[0] not in set(Discipline):
        return None
    title = vocabularies.thesauri()[DISCIPLINES].title
    titles = {str(item.term) for scheme in node.peek("skos:inScheme") for item in scheme.peek("dct:title")}
    if not titles & {title.fr, title.en}:
        return None
    node.skip()
    return Discipline(notation[0])


def _keyword(node: Node, address: str) -> Keyword | None:
    if node.is_literal:
        return Keyword(label=_text_of(node))
    label = node.label()
    known = vocabularies.keyword(address) if address and not label else None
    if known is not None:
        return known
    if not label:
        node.source.notes.say(node.where, "elsewhere", address)
        return None
    if address and address in {label.en, label.fr}:  # DCAT-AP wants a label; ours is then the address
        label = Text()
    thesaurus = _thesaurus(node.first("skos:inScheme"))
    return Keyword(label=label, uri=address, thesaurus=thesaurus, kind=_kind(node))


def _kind(node: Node) -> KeywordKind:
    for item in node.peek("dct:type"):
        word = _tail(item.iri).rpartition("_")[2]
        if item.iri.startswith(KEYWORD_KINDS) and word in set(KeywordKind):
            node.all("dct:type")
            return KeywordKind(word)
    return KeywordKind.THEME


def _thesaurus(scheme: Node | None) -> str:
    """The id of a thesaurus we know, else its title, else its address."""
    if scheme is None:
        return ""
    title = scheme.label()
    for known in vocabularies.thesauri().values():
        if scheme.iri and known.uri == scheme.iri:
            return known.identifier
        if title and not scheme.iri and title == known.title:
            return known.identifier
    return title.best(scheme.source.language) or scheme.iri


def _words(dataset: Node, keywords: list[Keyword]) -> list[Keyword]:
    """Plain keywords that no concept has said; in French and English, or in whatever language there is."""
    known = {(code, words) for keyword in keywords for code, words in keyword.label.items()}
    texts = {words for _, words in known}
    literals = [node for name in _WORDS for node in dataset.peek(name) if node.is_literal and str(node.term).strip()]
    nodes = [node for node in literals if "-t-" not in node.tag]  # not a machine's words
    ours = [node for node in nodes if not node.tag or values.language(node.tag)]
    if nodes and not ours:
        dataset.source.notes.say(
            nodes[0].where, "repaired", f"{nodes[0].text()} ({nodes[0].tag})", read=dataset.source.language
        )
    found = []
    for node in ours or nodes:
        dataset.source.read.update((dataset.term, name, node.term) for name in _WORDS)
        label = _text_of(node)
        if not set(label.items()) & known if node.tag else str(node.term) not in texts:
            found.append(Keyword(label=label))
    return found


def _text_of(node: Node) -> Text:
    language = values.language(node.tag) or node.source.language
    return Text.model_validate({language: str(node.term)})


def _tail(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2].rpartition("#")[2]
