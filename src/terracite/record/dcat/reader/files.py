# SPDX-License-Identifier: AGPL-3.0-or-later
"""Distributions: files where size and SHA-256 are known, links to what can be had elsewhere where they are not."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from terracite.record.dcat.reader.lineage import checksum
from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import EU, FILE_TYPES
from terracite.record.model import DataFile, FileRole, Related, Text
from terracite.record.reading import values

_MEDIA_TYPE = re.compile(r"(?:media-types/)?([\w.+-]+/[\w.+-]+(?:;.*)?)$")
_FILE_TYPES = frozenset(FILE_TYPES.values())


def read(dataset: Node, page: str) -> tuple[tuple[DataFile, ...], list[Related]]:
    """The files, and the distributions that are none, as parts of the dataset to be had elsewhere."""
    files: list[DataFile] = []
    links: list[Related] = []
    for node in dataset.all("dcat:distribution", "schema:distribution"):
        file = _file(node, page, {item.path for item in files})
        if file is not None:
            files.append(file)
        elif link := _link(node):
            links.append(link)
    return tuple(files), links


def thumbnail(dataset: Node, page: str, files: tuple[DataFile, ...]) -> str:
    """The path of the file that shows the dataset."""
    paths = {file.path for file in files}
    for node in dataset.peek("foaf:depiction", "schema:thumbnailUrl"):
        path = _path(node.iri, page)
        if path in paths:
            dataset.all("foaf:depiction", "schema:thumbnailUrl")
            return path
    return ""


def _file(node: Node, page: str, taken: set[str]) -> DataFile | None:
    """A file with size and checksum; its path is the end of its address."""
    size = node.peek("dcat:byteSize")
    count = values.number(str(size[0].term)) if size else None
    address = next((item.iri for item in node.peek("dcat:downloadURL", "dcat:accessURL")), "")
    title = [str(item.term) for item in node.peek("dct:title")]
    path = _path(address, page) or (title[0] if title else "")
    if count is None or count < 0 or not path or path in taken or not _has_sha256(node):
        return None
    found: DataFile | None = node.source.notes.part(DataFile, node.where, **_details(node, path, int(count)))
    return found


def _has_sha256(node: Node) -> bool:
    digits = [str(value.term) for item in node.peek("spdx:checksum") for value in item.peek("spdx:checksumValue")]
    return len(digits) == 1 and bool(re.fullmatch(r"[0-9a-fA-F]{64}", digits[0]))


def _details(node: Node, path: str, size: int) -> dict[str, Any]:
    node.all("dcat:byteSize", "dcat:downloadURL", "dcat:accessURL")
    for item in node.peek("dct:title"):
        if str(item.term) == path:
            node.source.read.add((node.term, "dct:title", item.term))
    media_type, name = _media_type(node), _format(node)
    return {
        "path": path,
        "bytes": size,
        "sha256": checksum(node),
        "description": node.texts("dct:description") or _title(node, path),
        "role": _role(node),
        "format": name,
    } | ({"media_type": media_type} if media_type else {})


def _title(node: Node, path: str) -> Text:
    """The title of a file, when it is not its path."""
    return node.texts("dct:title") if all(str(item.term) != path for item in node.peek("dct:title")) else Text()


def _path(address: str, page: str) -> str:
    """Below the page of the dataset, the path of the file; elsewhere the last part of its address."""
    start = f"{page.rstrip('/')}/files/"
    if page and address.startswith(start):
        return unquote(address.removeprefix(start))
    return unquote(re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]) if "://" in address else ""


def _media_type(node: Node) -> str:
    item = node.first("dcat:mediaType", "dc:format")
    found = _MEDIA_TYPE.search(unquote(item.iri) if item is not None and item.iri else item.text() if item else "")
    if item is not None and not item.is_literal:
        item.skip()
    return found[1] if found else ""


def _format(node: Node) -> str:
    """The standard a file conforms to, else the name of its format; the EU's file types say no more than MIME."""
    standards = node.all("dct:conformsTo")
    names = [text for item in standards if (text := item.text())]
    formats = node.all("dct:format")
    for item in formats:
        code = item.iri.removeprefix(f"{EU}file-type/")
        if item.is_literal or code not in _FILE_TYPES:
            names.append(item.text() if item.is_literal or item.label() else code)
    return names[0] if names else ""


def _role(node: Node) -> FileRole:
    for item in node.peek("dct:type"):
        word = item.text("skos:notation") if item.peek("skos:notation") else ""
        if word in set(FileRole):
            node.all("dct:type")
            item.skip()
            return FileRole(word)
    return FileRole.DATA


def _link(node: Node) -> Related | None:
    address = next((item.iri or item.text() for item in node.all("dcat:downloadURL", "dcat:accessURL")), "")
    address = address or node.iri or (node.text() if node.is_literal else "")
    if not address:
        return None
    title = node.texts("dct:title", "rdfs:label")
    return Related(
        identifier=address,
        relation="HasPart",
        title=title.best(node.source.language),
        note=node.texts("dct:description") or Text(),
    )
