# SPDX-License-Identifier: AGPL-3.0-or-later
"""What links and assets say: files, related resources, sources, versions, deposit, licence, DOI."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from terracite.record import vocabularies
from terracite.record.identifiers import bare_doi
from terracite.record.model import DataFile, FileRole, Lineage, Parent, Related, Source, Step, Text, Version
from terracite.record.reading import JsonNode, values
from terracite.record.stac.lineage_text import lineage_of
from terracite.record.stac.names import ASSET_RELATIONS, FILE_ROLES, RELATIONS_READ, STRUCTURE
from terracite.record.stac.reading.document import Document, named

_ROLES = {text: role for role, text in FILE_ROLES.items()}
_VERSIONS = {
    "predecessor-version": "previous_doi",
    "successor-version": "next_doi",
    "latest-version": "concept_doi",
}
_HANDLED = STRUCTURE | _VERSIONS.keys() | {"license", "derived_from", "up", "cite-as"}
_WITHOUT_LICENCE = frozenset({"", "other", "proprietary", "various"})


def _hrefs(document: Document, rel: str) -> list[JsonNode]:
    return [link for link in document.links() if link.value.get("rel") == rel]


def _is_address(text: str) -> bool:
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S", text))


def doi(document: Document) -> str:
    """``sci:doi``, else that of the address to cite, else of an external identifier."""
    stated = bare_doi(document.text("sci:doi"))
    cited = [link.text("href") for link in _hrefs(document, "cite-as")]
    return stated or next((found for text in cited if (found := bare_doi(text))), "") or _external_doi(document)


def _external_doi(document: Document) -> str:
    for node in document.fields.all("externalIds"):
        if isinstance(node.value, dict) and (found := bare_doi(str(node.value.get("value", "")))):
            node.skip()
            return found
    return ""


def licence(document: Document) -> str:
    """The SPDX identifier, else what the licence link names."""
    stated = document.text("license")
    links = _hrefs(document, "license")
    for link in links:
        link.skip()
    if stated.casefold() not in _WITHOUT_LICENCE:
        return values.licence(stated)
    pages = {link.text("href") for link in _hrefs(document, "alternate")}
    for link in links:
        href, title = link.text("href"), link.text("title")
        named = vocabularies.spdx_of(href) or vocabularies.spdx_of(title)
        return named or (title if title and href in pages else href)
    return "" if stated.casefold() == "other" else stated


def version(document: Document) -> Version | None:
    found = {}
    for rel, name in _VERSIONS.items():
        for link in _hrefs(document, rel):
            if at := bare_doi(link.text("href")):
                found[name] = at
                link.skip()
    number = document.text("version")
    if number:
        found["number"] = number
    return Version(**found) if found else None


def parent(document: Document) -> Parent | None:
    """The link up, else the collection of an Item."""
    collection = document.root.text("collection")
    for link in _hrefs(document, "up"):
        made = Parent(
            identifier=bare_doi(link.text("href")) or link.text("href"), title=document.translated("title", link)
        )
        link.skip()
        return made
    own = document.root.value.get("id", "")
    if not collection or not document.is_item or str(own).startswith(collection):
        return None  # our own Items: their Collection is the same record
    for link in _hrefs(document, "collection"):
        if _is_address(link.text("href")):
            return Parent(identifier=link.text("href"), title=Text(en=link.text("title") or collection))
    return Parent(identifier=collection)


def lineage(document: Document) -> Lineage | None:
    """``processing:lineage`` of the fields or of a provider, with the sources of ``derived_from``."""
    owners = [document.fields, document.summaries, *document.summary("providers")]
    texts = (document.translated("processing:lineage", node, "lineage") for node in owners if node.keys())
    found = lineage_of(next((text for text in texts if text), Text()), document.language)
    if not found.steps:
        found = found.model_copy(update={"steps": tuple(_software(owners))})
    else:
        list(_software(owners))
    found = found.model_copy(update={"sources": _sources(document, found.sources)})
    return found if found != Lineage() else None


def _software(owners: list[JsonNode]) -> list[Step]:
    nodes = [owner.first("processing:software") for owner in owners]
    pairs = [(name, version.text()) for node in nodes for name, version in named(node)]
    return [Step(description=Text(), software=f"{name} {version}".strip()) for name, version in pairs]


def _sources(document: Document, told: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources that the lineage lists, with the checksums of their links; then the links that it does not list."""
    sources = list(told)
    with_checksum = {source.identifier.casefold() for source in told if source.checksum}
    at = {source.identifier.casefold(): index for index, source in enumerate(sources) if source.identifier}
    for link in _hrefs(document, "derived_from"):
        href = link.text("href")
        identifier, checksum = bare_doi(href) or href, _checksum(link)
        index = at.get(identifier.casefold())
        if index is None:
            sources.append(Source(title=link.text("title"), identifier=identifier, checksum=checksum))
        elif identifier.casefold() not in with_checksum:
            sources[index] = sources[index].model_copy(update={"checksum": checksum})
        _skip(link, "rel", "title", "type")
    return tuple(sources)


def _sha256(node: JsonNode) -> str:
    """The digits of ``file:checksum`` when it is a SHA-256 (multihash code 12, length 20)."""
    text = node.text("file:checksum").casefold() if str(node.value.get("file:checksum", "")).startswith("1220") else ""
    return text[4:] if re.fullmatch("1220[0-9a-f]{64}", text) else ""


def _checksum(node: JsonNode) -> str:
    digits = _sha256(node)
    return f"sha256:{digits}" if digits else ""


def files(document: Document) -> dict[str, Any]:
    """Assets whose size and SHA-256 are known are files, in ``files``; the others are in ``parts``, as links."""
    found: dict[str, DataFile] = {}
    thumbnail, parts, lost = "", [], []
    for key, node in document.assets():
        file = _file(key, node, document)
        roles = {role.text() for role in node.all("roles")}
        if file and file.path not in found:
            found[file.path] = file
            thumbnail = thumbnail or (file.path if "thumbnail" in roles else "")
        elif _is_address(str(node.value.get("href", ""))):
            parts.append(_part(key, node, roles, document))
        else:
            lost.append(str(node.value.get("href", key)))
    if lost:
        others = f" (+ {len(lost) - 1})" if len(lost) > 1 else ""
        document.notes.say("$.assets", "elsewhere", f"{lost[0]}{others}")
    return {"files": tuple(found.values()) or None, "thumbnail": thumbnail or None, "parts": parts}


def _file(key: str, node: JsonNode, document: Document) -> DataFile | None:
    size = node.value.get("file:size")
    sha256 = _sha256(node)
    if not sha256 or not isinstance(size, int) or isinstance(size, bool):
        return None
    _skip(node, "href", "title", "file:size", "file:local_path")
    roles = [role.text() for role in node.all("roles")]
    made: DataFile | None = document.notes.part(
        DataFile,
        node.where,
        path=_path(key, node),
        bytes=size,
        sha256=sha256,
        media_type=node.text("type") or "application/octet-stream",
        role=next((_ROLES[role] for role in roles if role in _ROLES), FileRole.DATA),
        description=document.translated("description", node),
    )
    return made


def _path(key: str, node: JsonNode) -> str:
    """The key when the address ends with it, else the local path, else the last part of the address."""
    address = unquote(node.text("href"))
    if address.endswith(f"/{key}"):
        return key
    return node.text("file:local_path") or address.rstrip("/").rpartition("/")[2] or key


def _part(key: str, node: JsonNode, roles: set[str], document: Document) -> Related:
    href = node.text("href")
    relation = next((ASSET_RELATIONS[role] for role in sorted(roles) if role in ASSET_RELATIONS), "HasPart")
    node.text("type")
    return Related(
        identifier=bare_doi(href) or href,
        relation=relation,
        title=node.text("title") or key,
        note=document.translated("description", node),
    )


def related(document: Document, parts: list[Related]) -> tuple[Related, ...]:
    """The other links, the publications, the parts; each identifier and relation once."""
    found: dict[tuple[str, str], Related] = {}
    for link in document.links():
        _skip_told(link)
        item = _related(link, document)
        if item:
            found.setdefault((item.identifier, item.relation), item)
    known = {identifier.casefold() for identifier, _ in found}
    for item in _publications(document):
        if item.identifier.casefold() not in known:
            found[item.identifier, item.relation] = item
    for item in parts:
        found.setdefault((item.identifier, item.relation), item)
    return tuple(found.values())


def _skip_told(link: JsonNode) -> None:
    if str(link.value.get("rel")) in _VERSIONS.keys() | {"cite-as"}:
        link.skip()


def _related(link: JsonNode, document: Document) -> Related | None:
    rel, href = link.text("rel"), str(link.value.get("href", ""))
    if rel in _HANDLED:
        return None
    if not _is_address(href):
        document.notes.say(link.where, "elsewhere", href)
        return None
    _skip(link, "href", "type", "hreflang")
    is_datacite = rel in vocabularies.relations()
    return Related(
        identifier=bare_doi(href) or href,
        relation=rel if is_datacite else RELATIONS_READ.get(rel, "Other"),
        title=link.text("title", "name"),
        note=document.translated("description", link),
    )


def _publications(document: Document) -> list[Related]:
    found = []
    for node in document.fields.all("sci:publications"):
        identifier = bare_doi(node.text("doi"))
        if identifier:
            found.append(Related(identifier=identifier, relation="IsDocumentedBy", title=node.text("citation")))
    return found


def _skip(node: JsonNode, *keys: str) -> None:
    for key in keys:
        if found := node.first(key):
            found.skip()
