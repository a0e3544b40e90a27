# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links of a Collection or an Item: citation, licence, versions, sources, deposit, related resources, other forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terracite.record import vocabularies
from terracite.record.identifiers import doi_url, resolvable, web_address
from terracite.record.model import Language, Record, Related, Source
from terracite.record.stac.names import LINK_RELATIONS
from terracite.record.two_languages import other_language, spread

Node = dict[str, Any]
_VERSIONS = {
    "predecessor-version": "previous_doi",
    "successor-version": "next_doi",
    "latest-version": "concept_doi",
}


def links(record: Record, landing_url: str) -> list[Node]:
    """Every link but those between the documents of the catalogue; what has no address is left out."""
    return [link for link in _all(record, landing_url) if link["href"]]


def _all(record: Record, landing_url: str) -> Iterator[Node]:
    yield _alternate(landing_url, record.language)
    if getattr(record.title, other_language(record.language)):
        yield _alternate(landing_url, other_language(record.language))
    if record.doi:
        yield {"rel": "cite-as", "href": doi_url(record.doi)}
    if record.licence:
        yield _licence(record, landing_url)
    for rel, name in _VERSIONS.items():
        doi = getattr(record.version, name)
        yield {"rel": rel, "href": doi_url(doi) if doi else ""}
    for source in record.lineage.sources:
        yield _derived_from(source)
    if record.parent:
        title = spread("title", record.parent.title, record.language)
        yield {"rel": "up", "href": _address(record.parent.identifier), **title}
    for related in record.related:
        yield _related(related, record.language)


def _alternate(landing_url: str, language: Language) -> Node:
    return {"rel": "alternate", "href": landing_url, "type": "text/html", "hreflang": language}


def _licence(record: Record, landing_url: str) -> Node:
    """The text of the licence; a licence in words has no address but that of the dataset's page."""
    known = vocabularies.licence(record.licence)
    if known:
        return {"rel": "license", "href": known.uri, "title": known.label.best(record.language)}
    address = web_address(record.licence)
    return {"rel": "license", "href": address or landing_url} | ({} if address else {"title": record.licence})


def _derived_from(source: Source) -> Node:
    link: Node = {"rel": "derived_from", "href": _address(source.identifier)}
    link |= {"title": source.title} if source.title else {}
    method, _, digest = source.checksum.partition(":")
    return link | ({"file:checksum": multihash(digest)} if method == "sha256" and digest else {})


def multihash(sha256: str) -> str:
    """A SHA-256 as the file extension writes checksums: its code (12), its length (20), its digits."""
    return f"1220{sha256}"


def _related(related: Related, language: Language) -> Node:
    relation = related.relation or "References"
    link: Node = {"rel": LINK_RELATIONS.get(relation, relation), "href": _address(related.identifier)}
    link |= {"title": related.title} if related.title else {}
    return link | spread("description", related.note, language)


def _address(identifier: str) -> str:
    return resolvable(identifier) or web_address(identifier)
