# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values of the record in one line of words, to set two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from terracite.record import vocabularies
from terracite.record.model import AccessKind, Discipline
from terracite.repository.records import plain
from terracite.website import labels
from terracite.website.templatetags.show import language

_NO_WORDS = {"kind", "role", "thesaurus", "uri", "polygon", "ror", "orcid", "place_uri", "relation", "funder_id"}


def in_words(value: object) -> str:
    """A value of the record as a reader would tell it; "" when it is empty."""
    found = plain(value)
    if isinstance(found, list):
        return "; ".join(filter(None, (_one(item) for item in found)))
    return _one(found)


def field_in_words(name: str) -> str:
    """The name of a field, with its language where it has two."""
    last = name.rpartition(".")[2]
    label = labels.field(name).best(language())
    return f"{label} ({last})" if last in {"fr", "en"} else label


def _one(value: object) -> str:
    if isinstance(value, Mapping):
        if set(value) == {"fr", "en"}:
            return str(value[language()] or value["en" if language() == "fr" else "fr"])
        if value.get("kind") in {kind.value for kind in AccessKind} and "embargo_until" in value:
            words = vocabularies.access_label(AccessKind(value["kind"])).best(language())
            return f"{words} ({value['embargo_until']})" if value["embargo_until"] else words
        return ", ".join(_leaves(value))
    return _code(str(value)) if value is not None else ""


def _leaves(value: Mapping[str, object]) -> Iterator[str]:
    for name, inner in value.items():
        if name in _NO_WORDS or inner is None or inner is False or inner == "":
            continue
        words = in_words(inner) if isinstance(inner, (list, Mapping)) else _code(str(inner))
        if words:
            yield words


def _code(text: str) -> str:
    if text in {item.value for item in Discipline}:
        return vocabularies.discipline_label(Discipline(text)).best(language())
    if text in vocabularies.topics():
        return vocabularies.topic_label(text).best(language())
    return text
