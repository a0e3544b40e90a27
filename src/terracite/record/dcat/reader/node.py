# SPDX-License-Identifier: AGPL-3.0-or-later
"""RDF of others, walked by prefixed names ("dct:title"), remembering what was read.

The prefixes are ours whatever the document calls them, and stand for every spelling of a namespace. Values come in
the order of the document. A place is the path of names from where reading began: "dcat:Dataset/dct:spatial[2]".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from terracite.record.dcat.graph import as_iri
from terracite.record.dcat.vocabulary import PREFIXES, VARIANTS
from terracite.record.identifiers import resolvable
from terracite.record.model import Language, Text
from terracite.record.reading import Leftover, Notes, values

if TYPE_CHECKING:
    from rdflib.term import Node as Term

    from terracite.record.dcat.reader.parsing import Triple

_NAMESPACES = {uri: prefix for prefix, uri in PREFIXES.items()} | VARIANTS
#: predicates that give the name of a thing
LABELS = (
    "skos:prefLabel", "rdfs:label", "dct:title", "dc:title", "foaf:name", "vcard:fn", "schema:name", "skos:notation",
    "rdf:value",
)  # fmt: skip
_TRANSLATED = re.compile(r"^([a-z]{2,3})-t-", re.IGNORECASE)  #: RFC 6497: by a machine, from another language


@cache
def short(iri: str) -> str:
    """A prefixed name for an address of a known namespace; any other address as it is."""
    cut = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
    while cut > 0:
        prefix = _NAMESPACES.get(iri[:cut])
        if prefix:
            return f"{prefix}:{iri[cut:]}"
        cut = max(iri.rfind("#", 0, cut - 1), iri.rfind("/", 0, cut - 1)) + 1
    return iri


class Source:
    """What a document says, by subject, in the order of the document, and the memory of what has been read."""

    def __init__(self, triples: list[Triple], notes: Notes, language: Language = "en") -> None:
        from rdflib import RDF

        self.notes = notes
        self.language: Language = language  #: of texts that do not say
        self.facts: dict[Term, list[tuple[str, Term]]] = {}
        self.types: dict[Term, list[str]] = {}
        self._placed: dict[Term, dict[str, list[tuple[Term, str]]]] = {}
        self.read: set[tuple[Term, str, Term]] = set()
        self.left: list[Leftover] = []  #: values that are no fact, such as the address of a thing
        for subject, predicate, value in triples:
            if predicate == RDF.type:
                self.types.setdefault(subject, []).append(short(str(value)))
            else:
                self.facts.setdefault(subject, []).append((short(str(predicate)), value))

    def typed(self, *names: str) -> list[Term]:
        """The things of the first of these types that any thing has."""
        for name in names:
            found = [term for term, types in self.types.items() if name in types]
            if found:
                return found
        return []

    def placed(self, subject: Term) -> dict[str, list[tuple[Term, str]]]:
        """The values of a thing by predicate, each with the end of its place: "dct:spatial[2]"."""
        found = self._placed.get(subject)
        if found is None:
            groups: dict[str, list[Term]] = {}
            for name, value in self.facts.get(subject, []):
                groups.setdefault(name, []).append(value)
            found = self._placed[subject] = {name: _numbered(name, values) for name, values in groups.items()}
        return found

    def leftovers(self, nodes: list[Node], outside: set[Term]) -> tuple[Leftover, ...]:
        """Every fact that nobody has read, of these things and of those they lead to; not of those ``outside``."""
        return (*self.left, *self._unread(nodes, outside))

    def _unread(self, nodes: list[Node], outside: set[Term]) -> Iterator[Leftover]:
        seen, waiting = {node.term for node in nodes} | outside, list(reversed(nodes))
        while waiting:
            node = waiting.pop()
            inner = []
            for name, value, where in node.places():
                if (node.term, name, value) not in self.read and not _is_blank(value):
                    yield Leftover(where, str(value))
                if value not in seen and value in self.facts:
                    seen.add(value)
                    inner.append(Node(self, value, where))
            waiting += reversed(inner)


class Node:
    """A thing or a literal, and its place."""

    __slots__ = ("source", "term", "where")

    def __init__(self, source: Source, term: Term, where: str) -> None:
        self.source = source
        self.term = term
        self.where = where

    @property
    def types(self) -> list[str]:
        return self.source.types.get(self.term, [])

    @property
    def is_literal(self) -> bool:
        from rdflib import Literal

        return isinstance(self.term, Literal)

    @property
    def iri(self) -> str:
        """The address, "" for literals and things without one."""
        from rdflib import URIRef

        return str(self.term) if isinstance(self.term, URIRef) else ""

    @property
    def tag(self) -> str:
        """The language a literal says it is in."""
        return str(getattr(self.term, "language", None) or "")

    @property
    def datatype(self) -> str:
        return short(str(getattr(self.term, "datatype", None) or ""))

    def places(self) -> Iterator[tuple[str, Term, str]]:
        """Every fact, in the order of the document: predicate, value, place."""
        placed = {name: iter(items) for name, items in self.source.placed(self.term).items()}
        for name, _ in self.source.facts.get(self.term, []):
            value, place = next(placed[name])
            yield name, value, f"{self.where}/{place}"

    def peek(self, *names: str) -> list[Node]:
        """The values of these predicates, one predicate after the other, without marking them as read."""
        placed = self.source.placed(self.term)
        return [
            Node(self.source, value, f"{self.where}/{place}") for name in names for value, place in placed.get(name, ())
        ]

    def all(self, *names: str) -> list[Node]:
        """The values of these predicates, one predicate after the other, in the order of the document."""
        for name in names:
            self.source.read.update(
                (self.term, name, value) for value, _ in self.source.placed(self.term).get(name, ())
            )
        return self.peek(*names)

    def things(self, name: str, *, literals: bool = False) -> list[Node]:
        """The values of a predicate that the document describes; others say nothing, and stay unread."""
        facts = self.source.facts
        found = [node for node in self.peek(name) if facts.get(node.term) or (literals and node.is_literal)]
        self.source.read.update((self.term, name, node.term) for node in found)
        return found

    def first(self, *names: str) -> Node | None:
        """The first value of the first of these predicates that has one; the others stay unread."""
        placed = self.source.placed(self.term)
        for name in names:
            if name in placed:
                value, place = placed[name][0]
                self.source.read.add((self.term, name, value))
                return Node(self.source, value, f"{self.where}/{place}")
        return None

    def text(self, *names: str) -> str:
        """What the node (or the first value of these predicates) says: a literal, else a label, else an address."""
        node = self.first(*names) if names else self
        if node is None:
            return ""
        if node.is_literal:
            return str(node.term).strip()
        label = node.label()
        return label.best(self.source.language) or node.iri

    def number(self, *names: str) -> float | None:
        return values.number(self.text(*names))

    def label(self) -> Text:
        """The name of a thing in both languages."""
        return self.texts(*LABELS)

    def texts(self, *names: str) -> Text:
        """The values of the first of these predicates that has any, in French and English; the rest stays unread."""
        for name in names:
            literals = [node for node in self.peek(name) if node.is_literal and str(node.term).strip()]
            if literals:
                return self._chosen(name, literals)
        return Text()

    def _chosen(self, name: str, literals: list[Node]) -> Text:
        """A person's words before a machine's; a text in another language only when there is nothing else."""
        found: dict[str, Node] = {}
        for node in sorted(literals, key=lambda node: bool(_TRANSLATED.match(node.tag))):
            language = values.language(node.tag) if node.tag else self.source.language
            if language:
                found.setdefault(language, node)
        if not found:
            found = {self.source.language: literals[0]}
            self.source.notes.say(
                literals[0].where, "repaired", f"{literals[0].term} ({literals[0].tag})", read=self.source.language
            )
        self.source.read.update((self.term, name, node.term) for node in found.values())
        return Text.model_validate({language: str(node.term) for language, node in found.items()})

    def identity(self) -> str:
        """The address of a thing: its own, or that of the thing it is the same as; as its identifier writes it.

        Without address: the identifier.
        """
        same = None if self.iri else self.first("owl:sameAs", "skos:exactMatch")
        address = self.iri or (same.iri if same else "")
        written = [str(node.term).strip() for node in self.peek("dct:identifier")]
        for text in written:
            if not address or address in {as_iri(text), resolvable(text)}:
                return self.text("dct:identifier")
        return address

    def skip(self) -> None:
        """Marks the thing and all it leads to as read."""
        waiting, seen = [self.term], {self.term}
        while waiting:
            term = waiting.pop()
            for name, value in self.source.facts.get(term, []):
                self.source.read.add((term, name, value))
                if value not in seen:
                    seen.add(value)
                    waiting.append(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.term == other.term

    def __hash__(self) -> int:
        return hash(self.term)


def _numbered(name: str, values: list[Term]) -> list[tuple[Term, str]]:
    if len(values) == 1:
        return [(values[0], name)]
    return [(value, f"{name}[{place}]") for place, value in enumerate(values, 1)]


def _is_blank(term: Term) -> bool:
    from rdflib import BNode

    return isinstance(term, BNode)
