# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record as one schema.org node, which Croissant and RO-Crate start from too.

Texts that search engines want as plain texts (name, description) are plain, in the first language of the record;
the other language is an ``alternateName``, and ``abstract`` holds each language with its tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from terracite.record import vocabularies
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import doi_url
from terracite.record.json_text import json_document
from terracite.record.model import AccessKind, DataFile, FileRole, Language, Record, iso
from terracite.record.schema_org.agents import agent_node, contributor_node, grant_node, organisation_node
from terracite.record.schema_org.content import keyword_nodes, measures, subjects, variable_nodes
from terracite.record.schema_org.links import links
from terracite.record.schema_org.nodes import Node, file_url, property_value, said, tagged, without_empty
from terracite.record.schema_org.places import era_node, interval, place_node
from terracite.record.schema_org.terms import DATES, DOI, PREFIXES, SCHEMA_ORG, TYPES

SHORTEST, LONGEST = 50, 5000  #: characters of a description that Google Dataset Search takes


def to_schema_org(record: Record, url: str) -> Node:
    """The record as a schema.org Dataset shown at ``url``; empty values are left out, e-mails never written.

    Files are addressed under ``url``: ``<url>/files/<path>``.
    """
    content = describe(cleaned(record), url)
    return {"@context": {"@vocab": SCHEMA_ORG, **prefixes_used(content)}, **content}


def write_schema_org(record: Record, url: str) -> bytes:
    """`to_schema_org` as a document."""
    return json_document(to_schema_org(record, url))


def json_ld_text(node: Node) -> str:
    """JSON for a ``<script type="application/ld+json">``: nothing in it can end the script or open a comment."""
    text = json.dumps(node, ensure_ascii=False, indent=1)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def describe(record: Record, url: str, properties: Sequence[str] = ()) -> Node:
    """The node without its context, from a record that is clean (see `terracite.record.cleaning`).

    ``properties``: where each related work stands, when not where `property_of` has it.
    """
    kinds = TYPES[record.resource_type]
    node: Node = {
        "@type": kinds[0] if len(kinds) == 1 else list(kinds),
        "@id": doi_url(record.doi) if record.doi else url,
        "url": url,
        "identifier": _identifiers(record),
        **_texts(record),
        "inLanguage": list(record.data_languages),
        "mainEntityOfPage": _page(record, url),
        "about": subjects(record),
        "keywords": keyword_nodes(record),
        **_people(record),
        "version": record.version.number,
        **dates(record),
        **_rights(record),
        "spatialCoverage": [place_node(extent, record.language) for extent in record.extents],
        "temporalCoverage": [*map(interval, record.periods), *(era_node(era, record.language) for era in record.eras)],
        "variableMeasured": variable_nodes(record),
        "additionalProperty": measures(record, url),
        **links(record, properties),
        "size": f"{sum(file.bytes for file in record.files)} bytes" if record.files else "",
        "distribution": [_download(file, url, record.language) for file in record.files],
        "thumbnailUrl": file_url(url, record.thumbnail) if record.thumbnail else "",
        "includedInDataCatalog": {"@type": "DataCatalog", "url": _site(url)} if _site(url) else None,
    }
    return without_empty(node)


def _identifiers(record: Record) -> list[Node]:
    found = [property_value("uuid", f"urn:uuid:{record.uuid}")]
    if record.doi:
        found.insert(0, property_value("DOI", f"doi:{record.doi}", propertyID=DOI, url=doi_url(record.doi)))
    return found


def _texts(record: Record) -> Node:
    first = record.first_language
    is_plain = first == record.language and record.title.fr != record.title.en
    others = [item for item in record.title.items() if item[0] != first or not is_plain]
    return {
        "name": record.title.best(first) or str(record.uuid),
        "alternateName": [tagged(language, text) for language, text in others],
        "description": description(record),
        "abstract": [tagged(language, text) for language, text in record.abstract.items()],
        "comment": {"@type": "Comment", "text": said(record.notes, record.language)} if record.notes else None,
        "rai:dataUseCases": said(record.purpose, record.language),
    }


def description(record: Record) -> str:
    """The abstract, within the length that Google takes, in the first language unless only the other says enough."""
    first = record.first_language
    found = [_described(record, language) for language, _ in record.abstract.ordered(first)]
    if not found:
        return record.title.best(first) or str(record.uuid)
    return found[0] if len(found[0]) >= SHORTEST else max(found, key=len)


def _described(record: Record, language: Language) -> str:
    """The abstract; the title before one that is too short."""
    title, abstract = record.title.best(language), record.abstract.best(language)
    if len(abstract) > LONGEST:
        return f"{abstract[: LONGEST - 1]}…"
    return abstract if len(abstract) >= SHORTEST or not title else f"{title}. {abstract}"


def _page(record: Record, url: str) -> Node:
    """The landing page, which is the record: its language is that of the metadata."""
    return without_empty(
        {
            "@type": "ItemPage",
            "url": url,
            "inLanguage": record.language,
            "dateCreated": iso(record.record_created) if record.record_created else "",
            "dateModified": iso(record.record_updated) if record.record_updated else "",
        }
    )


def _people(record: Record) -> Node:
    return {
        "creator": {"@list": [agent_node(agent) for agent in record.creators]} if record.creators else None,
        "contributor": [contributor_node(item) for item in record.contributors],
        "maintainer": [agent_node(agent) for agent in record.contacts],
        "publisher": organisation_node(record.publisher) if record.publisher else None,
        "funding": [grant_node(item) for item in record.funding],
    }


def dates(record: Record) -> Node:
    """Each date, as exact as it is known, in the order of the record."""
    found: dict[str, list[str]] = {}
    for date in record.dates:
        found.setdefault(DATES[date.kind], []).append(date.text)
    return {name: days[0] if len(days) == 1 else days for name, days in found.items()}


def _rights(record: Record) -> Node:
    known = vocabularies.licence(record.licence)
    access = record.access
    until = f" ({access.embargo_until.isoformat()})" if access.embargo_until else ""
    licence: Node = {"license": known.uri if known else record.licence}
    conditions = [tagged(language, text) for language, text in access.conditions.items()]
    if access.kind is AccessKind.UNKNOWN:
        return licence | {"conditionsOfAccess": conditions}
    label = vocabularies.access_label(access.kind).best(record.first_language) + until
    return licence | {
        "conditionsOfAccess": [label, *conditions] if conditions else label,
        "isAccessibleForFree": access.kind is AccessKind.OPEN,
    }


def _download(file: DataFile, url: str, language: Language) -> Node:
    return without_empty(
        {
            "@type": "DataDownload",
            "name": file.path,
            "description": said(file.description, language),
            "contentUrl": file_url(url, file.path),
            "encodingFormat": [file.media_type, file.format] if file.format else file.media_type,
            "contentSize": str(file.bytes),
            "sha256": file.sha256,
            "additionalType": "" if file.role is FileRole.DATA else file.role.value,
        }
    )


def _site(url: str) -> str:
    """The site of an http(s) address: "https://example.org/datasets/1" gives "https://example.org/"."""
    scheme, found, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/" if found and scheme in {"http", "https"} else ""


def prefixes_used(content: object) -> dict[str, str]:
    """The prefixes that keys and types of the content start with, each with its namespace."""
    found = set(_prefixes(content))
    return {prefix: address for prefix, address in PREFIXES.items() if prefix in found}


def _prefixes(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _prefixes(item)
    elif isinstance(value, dict):
        kinds = value.get("@type", [])
        for name in (*value, *(kinds if isinstance(kinds, list) else [kinds])):
            yield name.partition(":")[0]
        for item in value.values():
            yield from _prefixes(item)
