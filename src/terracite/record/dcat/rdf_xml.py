# SPDX-License-Identifier: AGPL-3.0-or-later
"""Things as RDF 1.1 XML, each thing inside the fact that says it."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element as Element

from terracite.record.dcat.graph import Link, Literal, Thing, Value, prefixes_used
from terracite.record.dcat.vocabulary import PREFIXES
from terracite.record.markup import XML, clean

_RDF = PREFIXES["rdf"]


def rdf_xml(things: Sequence[Thing]) -> bytes:
    """The document, in UTF-8."""
    used = sorted(prefixes_used(things) | {"rdf"})
    root = etree.Element(f"{{{_RDF}}}RDF", nsmap={prefix: PREFIXES[prefix] for prefix in used})
    for thing in things:
        _thing(root, thing)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _thing(parent: Element, thing: Thing) -> None:
    first, *others = thing.types or ("rdf:Description",)
    element = etree.SubElement(parent, _name(first))
    if thing.iri:
        element.set(*_identity(thing.iri, "about"))
    for kind in others:
        prefix, _, local = kind.partition(":")
        etree.SubElement(element, _name("rdf:type")).set(_name("rdf:resource"), PREFIXES[prefix] + local)
    for predicate, values in thing.grouped().items():
        for value in values:
            _fact(etree.SubElement(element, _name(predicate)), value)


def _fact(element: Element, value: Value) -> None:
    if isinstance(value, Literal):
        _literal(element, value)
    elif isinstance(value, Link):
        element.set(*_identity(value.iri, "resource"))
    elif isinstance(value, tuple):
        element.set(_name("rdf:parseType"), "Collection")
        for item in value:
            etree.SubElement(element, _name("rdf:Description")).set(*_identity(item.iri, "about"))
    else:
        _thing(element, value)


def _literal(element: Element, literal: Literal) -> None:
    element.text = clean(literal.text)
    if literal.language:
        element.set(f"{{{XML}}}lang", literal.language)
    elif literal.datatype:
        prefix, _, local = literal.datatype.partition(":")
        element.set(_name("rdf:datatype"), PREFIXES[prefix] + local)


def _identity(iri: str, attribute: str) -> tuple[str, str]:
    """The attribute that names a thing: its address, or the label it has in this document."""
    return (_name("rdf:nodeID"), iri[2:]) if iri.startswith("_:") else (_name(f"rdf:{attribute}"), clean(iri))


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}"
