# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may have the data: rights of access, embargo, conditions; the reverse of part of `dcat.writing.publication`."""

from __future__ import annotations

import re

from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import ACCESS_WORDS, EMBARGOED
from terracite.record.model import Access, AccessKind, Text
from terracite.record.reading import Leftover, values


def read(dataset: Node) -> Access | None:
    """The kind of access of the dataset, else of its files; an embargo and conditions in statements of rights."""
    until, statements = None, dataset.all("dct:accessRights")
    for node in dataset.all("dct:rights", "dc:rights"):
        if any(item.iri == EMBARGOED for item in node.peek("dct:type")):
            until = values.day(node.text("dct:available"))
            node.skip()
        else:
            statements.append(node)
    for file in dataset.peek("dcat:distribution"):
        statements += file.all("dct:rights", "dct:accessRights")
    kind, words = _rights(statements)
    if until:
        return Access(kind=AccessKind.EMBARGOED, embargo_until=until[0], conditions=words)
    return Access(kind=kind or AccessKind.UNKNOWN, conditions=words) if kind or words else None


def _rights(statements: list[Node]) -> tuple[AccessKind | None, Text]:
    """The first kind and the first words in each language; another kind is told, other words are left."""
    kinds: list[AccessKind] = []
    words: dict[str, str] = {}
    for node in statements:
        kind, said = _statement(node)
        if kind and kinds and kind is not kinds[0]:
            expected = Text(fr="Un droit d’accès", en="A right of access")
            node.source.notes.say(node.where, "twice", kind.value, read=kinds[0].value, expected=expected)
        kinds += [kind] if kind else []
        other = [text for language, text in said.items() if words.setdefault(language, text) != text]
        node.source.left += [Leftover(node.where, text) for text in other]
    return next(iter(kinds), None), Text.model_validate(words)


def _statement(node: Node) -> tuple[AccessKind | None, Text]:
    """A kind of access by an address or a word that is known; else the words."""
    word = (node.iri or (node.text() if node.is_literal else "")).rstrip("/")
    kind = ACCESS_WORDS.get(re.split(r"[/#]", word)[-1].strip().lower())
    if kind is not None:
        if not node.is_literal:
            node.skip()
        return kind, Text()
    if node.is_literal:
        return None, Text.model_validate({values.language(node.tag) or node.source.language: node.text()})
    said = node.texts("rdfs:label", "dct:description", "dct:title", "skos:prefLabel")
    return None, said or Text.model_validate({node.source.language: node.iri})
