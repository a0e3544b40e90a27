# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of things, before any syntax: a tree of things, each with an address or none, and facts in order.

RDF has no order, but its documents do: facts are written in the order of the record, in every syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from terracite.record.model import Text

_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


@dataclass(frozen=True, slots=True)
class Literal:
    text: str
    language: str = ""
    datatype: str = ""  #: prefixed name, "xsd:date"; "" = plain text


@dataclass(frozen=True, slots=True)
class Link:
    """A thing that is described elsewhere, by its address or its label ("_:creator1")."""

    iri: str


@dataclass(slots=True)
class Thing:
    """Something, with its types (prefixed names) and facts (predicate, value)."""

    types: tuple[str, ...] = ()
    iri: str = ""  #: address; "_:label" for a thing without one that others refer to; "" for one that none does
    facts: list[tuple[str, Value]] = field(default_factory=list)

    def add(self, predicate: str, *values: Value | None) -> Thing:
        self.facts += [(predicate, value) for value in values if value is not None]
        return self

    def literal(self, predicate: str, text: str, datatype: str = "") -> Thing:
        """A literal, unless its text is empty."""
        return self.add(predicate, Literal(text, datatype=datatype) if text else None)

    def text(self, predicate: str, text: Text, fallback: str = "") -> Thing:
        """One literal for each language; ``fallback``, of no language, when there is none."""
        found = [Literal(words, language) for language, words in text.items()]
        return self.add(predicate, *(found or ([Literal(fallback)] if fallback else [])))

    def grouped(self) -> dict[str, list[Value]]:
        """Values by predicate, in order."""
        groups: dict[str, list[Value]] = {}
        for predicate, value in self.facts:
            groups.setdefault(predicate, []).append(value)
        return groups


Value = Literal | Link | Thing | tuple[Link, ...]
T = TypeVar("T")


class Description:
    """Things being described: an address stands for what is first said of it, and for nothing else.

    Two places of one address, with different boxes, would become one place with two boxes. The second is therefore
    a thing without address that is the same as (``owl:sameAs``) the first.
    """

    def __init__(self) -> None:
        self._claimed: dict[str, object] = {}
        self._linked: set[tuple[int, str, str]] = set()

    def link(self, subject: Thing, predicate: str, address: str, value: T, make: Callable[[T, str], Thing]) -> Value:
        """Says that ``subject predicate`` the thing of that address, made by ``make(value, iri)``; gives what it added.

        ``value`` is what the thing is made from: equal values at one address are one thing.
        """
        iri = as_iri(address)
        place = (id(subject), predicate, iri)
        added: Value
        if not iri or iri not in self._claimed:
            added = make(value, iri)
        elif self._claimed[iri] == value and place not in self._linked:
            added = Link(iri)
        else:
            added = make(value, "").add("owl:sameAs", Link(iri))
        if iri:
            self._claimed.setdefault(iri, value)
            self._linked.add(place)
        if isinstance(added, Thing) and address and iri != address:
            added.literal("dct:identifier", address)
        subject.add(predicate, added)
        return added

    def claim(self, iri: str) -> str:
        """Keeps an address for the thing that is being made; gives it back."""
        self._claimed.setdefault(iri, object())
        return iri


def as_iri(address: str) -> str:
    """``address`` with what an IRI cannot hold percent-encoded, "" when it is no address."""
    if not _ADDRESS.match(address):
        return ""
    return _FORBIDDEN.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)


def decimal(value: float) -> str:
    """The shortest digits that give ``value`` back, without exponent."""
    return format(Decimal(repr(value)), "f")


def refer_to(value: Value, label: str) -> Link:
    """A link to a value that was added; a thing without address gets ``label`` ("_:creator1")."""
    if isinstance(value, Thing):
        value.iri = value.iri or label
        return Link(value.iri)
    assert isinstance(value, Link)
    return value


def walk(things: Iterable[Thing]) -> Iterator[Thing]:
    """Every thing, here and below."""
    for thing in things:
        yield thing
        yield from walk(value for _, value in thing.facts if isinstance(value, Thing))


def prefixes_used(things: Iterable[Thing]) -> set[str]:
    """The prefixes of every type, predicate and datatype."""
    names: set[str] = set()
    for thing in walk(things):
        names.update(thing.types)
        for predicate, value in thing.facts:
            names.add(predicate)
            if isinstance(value, Literal) and value.datatype:
                names.add(value.datatype)
    return {name.partition(":")[0] for name in names}
