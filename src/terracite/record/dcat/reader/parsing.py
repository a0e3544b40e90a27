# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes to RDF: Turtle, RDF/XML or JSON-LD, in bounded size, without entities, and without the network.

A JSON-LD context given by address is never fetched: the one of DCAT-AP is replaced by the terms that we know, any
other by those terms too, with a remark; a key that no context explains stays as a leftover.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from lxml import etree

from terracite.errors import RecordError
from terracite.record.dcat.reader.contexts import KNOWN, TERMS, UNEXPLAINED
from terracite.record.reading import MAX_BYTES, Notes, XmlNode, parse_json, parse_xml

if TYPE_CHECKING:
    from rdflib.term import Node as Term

    Triple = tuple[Term, Term, Term]

#: "<urn:a>" is no root: XML would say what the prefix stands for
_XML_ROOT = re.compile(rb"<\?xml|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?:[\s/>]|:[A-Za-z_][\w.-]*(?:\s|/>))")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MOST = 5_000_000  #: bytes; a megabyte takes rdflib one to three seconds
_DEEPEST = 200  #: of brackets in Turtle
_ONE_AT_A_TIME = Lock()


def parse(document: bytes, notes: Notes) -> list[Triple]:
    """The triples of a document, in its order.

    Raises `RecordError` for what is in none of the three syntaxes, or too large.
    """
    if len(document) > MAX_BYTES:
        parse_json(document)  # says how large any document may be
    if len(document) > _MOST:
        raise RecordError(
            f"The document holds {len(document):,} bytes; the most RDF that is read is {_MOST:,}.",
            hint="Split it into one document per dataset.",
        )
    text = _as_utf8(document)
    if _XML_ROOT.match(text):
        return _triples(_rdf_element(parse_xml(document)), "xml")
    if text[:1] in {b"{", b"["} and (content := _json(text)) is not None:
        return _triples(json.dumps(_explained(content, notes)).encode(), "json-ld")
    _check_turtle(text)
    return _triples(text, "turtle")


def _as_utf8(document: bytes) -> bytes:
    """Without byte order mark; UTF-16 becomes UTF-8."""
    if document[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        document = document.decode("utf-16", "replace").encode()
    return document.removeprefix(b"\xef\xbb\xbf").lstrip()


def _rdf_element(root: XmlNode) -> bytes:
    """The RDF inside a document: at its root, or in the envelope of a protocol."""
    if root.namespace == _RDF or "dcat" in root.namespace:
        found = root.element
    else:
        inside = [node for node in root.anywhere("RDF") if node.namespace == _RDF]
        if not inside:
            raise RecordError(f"The root of this XML is '{root.name}', not rdf:RDF.", hint="Give DCAT in RDF/XML.")
        found = inside[0].element
    return bytes(etree.tostring(found, encoding="UTF-8", with_tail=False))


def _json(text: bytes) -> Any:
    """The content of JSON; None for a Turtle document that begins with a bracket."""
    try:
        return parse_json(text).value
    except RecordError:
        if re.match(rb"\[\s*(\]|a\s|<|[\w-]*:\w)", text):
            return None
        raise


def _explained(content: Any, notes: Notes) -> Any:
    """The content under the context of the terms we know, every context by address replaced."""
    addresses: dict[str, None] = {}
    own = _without_addresses(content, addresses)
    for address in addresses:
        if not KNOWN.search(address):
            notes.say("$.@context", "elsewhere", address)
    base = {"@context": TERMS if addresses else {"@vocab": UNEXPLAINED}}
    nodes = own if isinstance(own, list) else [own]
    return [_under(base, node) for node in nodes if isinstance(node, dict)]


def _under(base: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    own = node.get("@context")
    contexts = own if isinstance(own, list) else [own] if own else []
    return {**node, "@context": [base["@context"], *contexts]}


def _without_addresses(value: Any, addresses: dict[str, None]) -> Any:
    """``value`` without any context that would have to be fetched; their addresses are added to ``addresses``."""
    if isinstance(value, list):
        return [_without_addresses(item, addresses) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        if key == "@context":
            if own := _context(item, addresses):
                kept[key] = own
        elif key == "@import":
            addresses[str(item)] = None
        else:
            kept[key] = _without_addresses(item, addresses)
    return kept


def _context(value: Any, addresses: dict[str, None]) -> Any:
    items = value if isinstance(value, list) else [value]
    addresses.update({item: None for item in items if isinstance(item, str)})
    return [_without_addresses(item, addresses) for item in items if isinstance(item, dict)]


def _check_turtle(text: bytes) -> None:
    depth = deepest = 0
    for bracket in re.findall(rb"[\[(\])]", re.sub(rb'"(?:[^"\\\n]|\\.)*"|<[^>\s]*>', b"", text)):
        depth += 1 if bracket in b"[(" else -1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise RecordError("This Turtle is nested too deeply.", hint="Give one dataset.")


def _triples(text: bytes, syntax: str) -> list[Triple]:
    from rdflib import Graph

    from terracite.record.dcat.reader.store import InOrder

    store = InOrder()
    graph = Graph(store, bind_namespaces="none")
    try:
        with _literals_as_written():
            graph.parse(data=text, format=syntax, publicID="urn:document:")
    except RecursionError as error:
        raise RecordError("This RDF is nested too deeply.", hint="Give one dataset.") from error
    except Exception as error:  # rdflib has no tree of errors: SAX, plug-ins, assertions
        raise RecordError(f"This is not RDF: {_first_line(error)}", hint="Check that the file is whole.") from error
    return list(store.order)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """rdflib rewrites "P12M" as "P1Y" and warns of dates that are none: here both stay what they are."""
    import rdflib

    logger = logging.getLogger("rdflib.term")
    with _ONE_AT_A_TIME:
        before = rdflib.NORMALIZE_LITERALS, logger.level
        rdflib.NORMALIZE_LITERALS = False
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS, level = before
            logger.setLevel(level)
