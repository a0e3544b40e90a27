# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords with their thesauri, disciplines and topic categories."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from terracite.record import vocabularies
from terracite.record.iso_reading import codes
from terracite.record.iso_reading.citation import peeked_address, peeked_identifier
from terracite.record.iso_reading.texts import Iso, code, href, peek, peek_attribute
from terracite.record.model import Discipline, Keyword, KeywordKind, Platform, Text
from terracite.record.reading import XmlNode

#: thesaurus of disciplines, and that of the platforms and instruments of ISO 19139 (see `terracite.record.iso19115`)
_DISCIPLINES, _ACQUISITION = "terracite-disciplines", "Acquisition"
_TOPICS = "iso-topics"
_TOPIC = re.compile(r"/TopicCategory/(\w+)$")
_LISTED = re.compile(r"\s*;\s+|\s*;$")
_LONGEST = 1_000  #: characters of a keyword in which a list is looked for
_SOME = 3  #: words between commas that make a list


@dataclass(slots=True)
class Words:
    """What the groups of keywords say, sorted out."""

    keywords: list[Keyword] = field(default_factory=list)
    disciplines: list[Discipline] = field(default_factory=list)
    platforms: list[Platform] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


def read(iso: Iso, identification: XmlNode) -> Words:
    """Every group of keywords, in order; a keyword said twice is kept once."""
    words = Words()
    for group in identification.all("descriptiveKeywords/MD_Keywords"):
        kind = codes.known(iso.notes, group, "keywords", codes.KEYWORD_KINDS, _kind(group), KeywordKind.THEME)
        thesaurus = _thesaurus(iso, group)
        if thesaurus == _DISCIPLINES:
            words.disciplines += _disciplines(iso, group)
        elif thesaurus == _TOPICS and (newer := _anchored_topics(group)):
            words.topics += newer
            group.skip()
        elif thesaurus == _ACQUISITION and kind in {KeywordKind.PLATFORM, KeywordKind.INSTRUMENT}:
            _acquired(iso, group, kind, words.platforms)
        else:
            words.keywords += _keywords(iso, group, kind, thesaurus)
    words.keywords = list(dict.fromkeys(words.keywords))
    return words


def _kind(group: XmlNode) -> str:
    found = code(group.first("type"))
    return "" if found in {"_none_", "None"} else found


def _keywords(iso: Iso, group: XmlNode, kind: KeywordKind, thesaurus: str) -> list[Keyword]:
    found = []
    for node in group.all("keyword"):
        label, uri = iso.text(node), href(node)
        if uri and label.best() == uri:
            label = Text()
        parts = [label] if uri or thesaurus else _parts(iso, node, label)
        found += [Keyword(label=part, uri=uri, thesaurus=thesaurus, kind=kind) for part in parts if part or uri]
    return found


def _parts(iso: Iso, node: XmlNode, label: Text) -> list[Text]:
    """One label, or several where somebody typed a list into one keyword."""
    if (label.fr and label.en) or len(label.best()) > _LONGEST:
        return [label]
    words = label.best()
    found = [part.strip() for part in _LISTED.split(words)]
    if len(found) == 1:
        commas = [part.strip() for part in words.split(", ")]
        found = commas if len(commas) >= _SOME and all(len(part) < 40 for part in commas) else found
    found = [part for part in found if part]
    if len(found) < 2:
        return [label]
    iso.notes.say(node.where, "repaired", words, read=" | ".join(found))
    return [Text(fr=part) if label.fr else Text(en=part) for part in found]


def _thesaurus(iso: Iso, group: XmlNode) -> str:
    """The identifier of a thesaurus that is shipped, else its title, else how its citation is identified."""
    citation = group.first("thesaurusName/*")
    if citation is None:
        return ""
    title, address = iso.string(citation.first("title")), href(citation.first("title"))
    identifiers = [peeked_identifier(node) for node in citation.all("identifier")]
    places = [peeked_address(node) for node in citation.all("identifier")]
    known = _known(title, address, *identifiers, *places)
    if known:
        citation.skip()
        return known
    return title or next((item for item in (*identifiers, *places) if item), "")


@lru_cache(maxsize=1_000)
def _known(title: str, *signs: str) -> str:
    """The identifier of the thesaurus that a title, an identifier or an address means; "" for one not shipped."""
    found = (vocabularies.thesaurus_named(sign[:_LONGEST]) for sign in (title, *signs) if sign)
    return next((item.identifier for item in found if item is not None), "")


def _anchored_topics(group: XmlNode) -> list[str]:
    """Topic categories that the list of 19139 does not have yet, anchored to INSPIRE's list; none if one is not."""
    found = [_TOPIC.search(peek_attribute(item, "href")) for item in group.all("keyword/Anchor")]
    listed = [item[1] for item in found if item is not None and item[1] in vocabularies.topics()]
    return listed if len(listed) == len(group.all("keyword")) else []


def _disciplines(iso: Iso, group: XmlNode) -> list[Discipline]:
    labels = {label: item for item in Discipline for _, label in vocabularies.discipline_label(item).items()}
    found = [labels.get(iso.text(node).best("fr")) for node in group.all("keyword")]
    return [item for item in found if item is not None]


def _acquired(iso: Iso, group: XmlNode, kind: KeywordKind, platforms: list[Platform]) -> None:
    """Platforms and instruments of a document that has no element for them."""
    names = [iso.string(node) for node in group.all("keyword")]
    if kind is KeywordKind.PLATFORM:
        platforms += [Platform(name=name) for name in names]
    elif platforms:
        last = platforms.pop()
        platforms.append(last.model_copy(update={"instruments": (*last.instruments, *names)}))
    else:
        platforms.append(Platform(name="", instruments=tuple(names)))


def topics(iso: Iso, identification: XmlNode) -> tuple[str, ...]:
    """The ISO topic categories, in the spelling of the list; a word that is not one stays unread, with a remark."""
    listed = {topic.casefold(): topic for topic in vocabularies.topics()}
    found = []
    for node in identification.all("topicCategory"):
        for holder in node.children() or [node]:
            word = peek(holder) or peek_attribute(holder, "codeListValue")
            plain = word.replace(" ", "").casefold()
            topic = listed.get(plain) or listed.get(plain.partition("_")[0])  # Swiss parts of a category
            if topic:
                holder.text()
                found.append(topic)
                if plain != topic.casefold():
                    iso.notes.say(holder.where, "repaired", word, read=topic)
            elif word:
                iso.notes.say(holder.where, "unreadable", word, expected=_A_TOPIC)
    return tuple(dict.fromkeys(found))


_A_TOPIC = Text(fr="une catégorie de la liste MD_TopicCategoryCode", en="a category of the list MD_TopicCategoryCode")
