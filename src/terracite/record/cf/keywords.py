# SPDX-License-Identifier: AGPL-3.0-or-later
"""``keywords`` and ``keywords_vocabulary``; with a key before each word where there are several vocabularies.

::

    keywords = "GEMET:vegetation, sugar cane, ISO:Oceans"
    keywords_vocabulary = "GEMET:GEMET - General Multilingual Environmental Thesaurus, ISO:ISO 19115 topic categories"

Such keys are ACDD-1.3's. Topic categories and disciplines are keywords here, as everywhere outside ISO 19115.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from terracite.record import vocabularies
from terracite.record.cf import lists
from terracite.record.cf.attributes import Attributes
from terracite.record.model import Discipline, Keyword, KeywordKind, Record, Text

_TOPICS, _DISCIPLINES = "iso-topics", "terracite-disciplines"
_KEYS = {
    "gemet": "GEMET",
    "inspire-themes": "INSPIRE",
    "gcmd-science": "GCMD",
    "cf-standard-names": "CF",
    _TOPICS: "ISO",
    _DISCIPLINES: "DISCIPLINE",
}
_MOST = 50  #: vocabularies of one file
_KEY = re.compile(r"([\w./-]+):(?!//)(.*)", re.DOTALL)

Label = tuple[Text, str]  #: label, thesaurus


def written(record: Record) -> dict[str, str]:
    """``keywords`` in both languages, their vocabularies, and ``project``, where the funded projects are too."""
    labels = _labels(record)
    names = list(dict.fromkeys(thesaurus for _, thesaurus in labels if thesaurus))
    single = len(names) == 1 and all(thesaurus for _, thesaurus in labels)
    keys = {name: "" if single else f"{_key(name, place)}:" for place, name in enumerate(names)}
    found = lists.spread("keywords", [label for label, _ in labels], lists.words)
    if found.get("keywords"):
        prefixed = zip((keys.get(thesaurus, "") for _, thesaurus in labels), found["keywords"].split(", "), strict=True)
        found["keywords"] = ", ".join(f"{key}{word}" for key, word in prefixed)
    projects = [item.label.best("en") for item in record.keywords if item.kind is KeywordKind.PROJECT]
    projects += [item.award_title for item in record.funding if item.award_title]
    return {
        **found,
        "keywords_vocabulary": lists.words(f"{keys[name]}{_title(name)}" for name in names),
        "project": lists.joined(dict.fromkeys(projects)),
    }


def _labels(record: Record) -> list[Label]:
    found = [(item.label, item.thesaurus) for item in record.keywords]
    found += [(vocabularies.topic_label(code), _TOPICS) for code in record.topics]
    return found + [(vocabularies.discipline_label(item), _DISCIPLINES) for item in record.disciplines]


def _key(thesaurus: str, place: int) -> str:
    plain = re.fullmatch(r"[\w./-]+", thesaurus)
    return _KEYS.get(thesaurus) or (thesaurus if plain else f"V{place + 1}")


def _title(thesaurus: str) -> str:
    known = vocabularies.thesauri().get(thesaurus)
    return known.title.best("en").replace(",", "") if known else thesaurus


@cache
def _titles() -> dict[str, str]:
    return {_title(name): name for name in vocabularies.thesauri()}


def keywords(own: Attributes) -> dict[str, Any]:
    """The keywords, topic categories and disciplines of a file."""
    plain = lists.split_words(own.text("keywords", "keyword"))
    named = _vocabularies(own.text("keywords_vocabulary", "keyword_vocabulary"))
    marked = [_marked(word, named) for word in plain]
    if any(thesaurus for _, thesaurus in marked):  # words without a key are nobody's
        named = {}
    french, english = (_as_many(own, f"keywords_{code}", len(plain)) for code in ("fr", "en"))
    labels = lists.gathered([word for word, _ in marked], french, english)
    found = [_keyword(label, thesaurus, named) for label, (_, thesaurus) in zip(labels, marked, strict=True) if label]
    topics = tuple(code for item in found if (code := _topic(item)))
    disciplines = tuple(desk for item in found if (desk := _discipline(item)))
    others = [item for item in found if not _topic(item) and not _discipline(item)]
    return {
        "keywords": tuple(others) or None,
        "topics": tuple(dict.fromkeys(topics)) or None,
        "disciplines": tuple(dict.fromkeys(disciplines)) or None,
    }


def with_projects(found: tuple[Keyword, ...], own: Attributes, known: set[str]) -> tuple[Keyword, ...]:
    """The keywords, with the kind of those that ``project`` names too, and one more for each other project."""
    names = [name for name in lists.split(own.text("project", "project_id")) if name]
    of_kind = tuple(
        item.model_copy(update={"kind": KeywordKind.PROJECT}) if item.label.best("en") in names else item
        for item in found
    )
    known = known | {item.label.best("en") for item in found}
    more = (
        Keyword(label=Text(en=name), kind=KeywordKind.PROJECT) for name in dict.fromkeys(names) if name not in known
    )
    return (*of_kind, *more)


def _as_many(own: Attributes, name: str, length: int) -> list[str]:
    """The list, when it has a word for each; else it stays among the leftovers."""
    node = own.first(name)
    words = lists.split_words(str(node.value)) if node else []
    return lists.split_words(own.text(name)) if words and len(words) == length else []


def _vocabularies(text: str) -> dict[str, str]:
    """Thesaurus (ours by its identifier) by key; by "" when there is one without a key, else by itself."""
    found = {}
    parts = [part for part in lists.split_words(text) if part][:_MOST]
    for part in parts:
        keyed = _KEY.match(part)
        key, title = (keyed[1], keyed[2].strip()) if keyed else ("" if len(parts) == 1 else part, part)
        known = vocabularies.thesaurus_named(title)
        found[key] = _titles().get(title) or (known.identifier if known else title)
    return found


def _marked(word: str, named: dict[str, str]) -> tuple[str, str]:
    """The word and the thesaurus that its key means."""
    keyed = _KEY.match(word)
    if keyed and keyed[1] in named:
        return keyed[2].strip(), named[keyed[1]]
    return word, named.get("", "")


def _keyword(label: Text, thesaurus: str, named: dict[str, str]) -> Keyword:
    """The label, with the address of the concept that one of our thesauri has under it."""
    ours = [name for name in ([thesaurus] if thesaurus else named.values()) if name in vocabularies.thesauri()]
    for name in ours:
        if known := vocabularies.keyword(label.best("en"), name):
            return Keyword(label=label, uri=known.uri, thesaurus=known.thesaurus)
    return Keyword(label=label, thesaurus=thesaurus)


def _topic(item: Keyword) -> str:
    if item.thesaurus != _TOPICS:
        return ""
    said = {item.label.en.casefold(), item.label.fr.casefold()} - {""}
    pairs = ((code, {code.casefold(), label.en.casefold()}) for code, label in vocabularies.topics().items())
    return next((code for code, names in pairs if said & names), "")


def _discipline(item: Keyword) -> Discipline | None:
    if item.thesaurus != _DISCIPLINES:
        return None
    return next((desk for desk in Discipline if vocabularies.discipline_label(desk).en == item.label.en), None)
