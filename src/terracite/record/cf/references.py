# SPDX-License-Identifier: AGPL-3.0-or-later
"""Related resources as ``references``, and the data that others were made from as ``source``.

::

    references = "https://doi.org/10.5072/article (IsCitedBy: An article); doi:10.5072/b"
    source = "NDVI series (doi:10.5072/ndvi); orthophotographs"
"""

from __future__ import annotations

import re

from terracite.record import vocabularies
from terracite.record.cf import lists
from terracite.record.cf.attributes import Attributes
from terracite.record.identifiers import bare_doi, web_address
from terracite.record.model import Related, Source

_LONGEST = 4_000  #: characters of one reference that is taken apart
_RELATED = re.compile(r"(.+?) \((\w+)(?:: (.+))?\)", re.DOTALL)
_SOURCE = re.compile(r"(.+) \((https?://\S+|doi:\S+)\)", re.DOTALL)


def references(related: tuple[Related, ...]) -> str:
    return lists.joined(dict.fromkeys(_reference(item) for item in related))


def _reference(item: Related) -> str:
    identifier = lists.pointer(item.identifier)
    if not item.title and item.relation == "References" and lists.identifier(identifier):
        return identifier
    return f"{identifier} ({item.relation}: {item.title})" if item.title else f"{identifier} ({item.relation})"


def sources(made_from: tuple[Source, ...]) -> str:
    return lists.joined(_source(item) for item in made_from)


def _source(item: Source) -> str:
    pointer = lists.pointer(item.identifier)
    return f"{item.title} ({pointer})" if lists.identifier(pointer) else item.title


def related(own: Attributes, doi: str) -> tuple[Related, ...]:
    """``references`` one by one when they are addresses or say their relation, else as one text; and the metadata."""
    text = own.text("references", "reference")
    parts = [part for part in lists.split(text) if part]
    found = [_read_reference(part) for part in parts]
    if not any(item.relation != "References" or item.title or lists.identifier(item.identifier) for item in found):
        found = _plain_references(text)
    link = own.first("metadata_link")
    address = link.text() if link and web_address(str(link.value)) else ""
    if address and bare_doi(address) != doi and own.text("naming_authority") != "uuid":
        found.append(Related(identifier=address, relation="HasMetadata"))
    return tuple(found)


def _read_reference(text: str) -> Related:
    parts = _RELATED.fullmatch(text) if len(text) <= _LONGEST else None
    if parts is None or parts[2] not in vocabularies.relations():
        return Related(identifier=lists.identifier(text) or text)
    return Related(identifier=lists.identifier(parts[1]) or parts[1], relation=parts[2], title=parts[3] or "")


def _plain_references(text: str) -> list[Related]:
    """Addresses by commas, lines or spaces; anything else is one reference."""
    parts = [part.strip(" .;") for part in re.split(r"[,;\n]\s*|\s(?=https?://)", text) if part.strip(" .;")]
    addresses = [lists.identifier(part) for part in parts]
    if parts and all(addresses):
        return [Related(identifier=address) for address in addresses]
    return [Related(identifier=text)] if text else []


def sources_of(own: Attributes) -> tuple[Source, ...]:
    """By semicolons: commas stand inside titles as often as between them."""
    return tuple(_read_source(part) for part in lists.split(own.text("source", "source_data")) if part)


def _read_source(text: str) -> Source:
    parts = _SOURCE.fullmatch(text) if len(text) <= _LONGEST else None
    pointer = lists.identifier(parts[2]) if parts else ""
    return Source(title=parts[1], identifier=pointer) if parts and pointer else Source(title=text)
