# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to get the data: files and links of ``MD_Distribution``.

A link with size and checksum is a file of the dataset. Any other is a related resource: documents of elsewhere seldom
say how large a download is, and never its checksum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

from terracite.record.iso_reading import people
from terracite.record.iso_reading.texts import Iso, code, label, peek, peek_attribute
from terracite.record.model import DataFile, FileRole, Related
from terracite.record.reading import XmlNode

_CHECKSUM = re.compile(r"sha256:([0-9a-f]{64})$")
_FILES = "/files/"
_MEGABYTE = Decimal(1_000_000)
_MOST_DIGITS = 40
_OVERVIEWS = 20  #: images among which the thumbnail is looked for
_SERVICE = re.compile(r"^(OGC|ESRI|esri|OSGeo|INSPIRE)[:_ ]|^(WMS|WFS|WCS|WMTS|CSW|SOS|OPeNDAP|ERDDAP|TMS)\b", re.I)
_DOWNLOAD = re.compile(r"download|^ftp|^sftp", re.IGNORECASE)
_SILENT = frozenset({"", "http", "https", "www:link", "www:link-1.0-http--link", "www:download",
                     "www:download-1.0-http--download", "text/html", "none"})  # fmt: skip


@dataclass(slots=True)
class Distribution:
    """What the distribution of a record says."""

    files: list[DataFile] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    distributors: list[people.Party] = field(default_factory=list)


def read(iso: Iso, record: XmlNode) -> Distribution:
    found = Distribution()
    for node in record.all("distributionInfo/*"):
        for options in _options(node):
            _transfer(iso, options, found)
        found.distributors += people.parties(iso, node, "distributor/*/distributorContact")
        _formats(node, found.files)
    found.related = list({(item.identifier, item.title): item for item in found.related}.values())
    return found


def _options(node: XmlNode) -> list[XmlNode]:
    return [*node.all("transferOptions/*"), *node.all("distributor/*/distributorTransferOptions/*")]


def _transfer(iso: Iso, options: XmlNode, found: Distribution) -> None:
    for node in options.all("onLine/*"):
        file = _file(iso, options, node)
        if file is not None:
            found.files.append(file)
        elif (link := link_of(iso, node)) is not None:
            found.related.append(link)


def _file(iso: Iso, options: XmlNode, node: XmlNode) -> DataFile | None:
    """The file, when its checksum and its size are told."""
    checksum = _CHECKSUM.match(peek_attribute(node, "uuid"))
    size = _bytes(options)
    if checksum is None or size is None:
        return None
    named = next(iter(node.all("name/*")), None)
    media_type = peek_attribute(named, "type") if named is not None else ""
    address = iso.string(node.first("linkage"))
    path = iso.string(node.first("name")) or unquote(address.rpartition(_FILES)[2])
    role = label(node.first("function"))
    values: dict[str, Any] = {"media_type": media_type} if media_type or named is not None else {}
    if role in {item.value for item in FileRole}:
        values["role"] = role
    part: DataFile | None = iso.notes.part(
        DataFile,
        node.where,
        path=path,
        bytes=size,
        sha256=checksum[1],
        format=iso.string(node.first("applicationProfile")),
        description=iso.text(node.first("description")),
        **values,
    )
    node.text()
    _read_protocol(iso, node)
    for item in options.all("transferSize/*"):
        item.text()
    return part


def _bytes(options: XmlNode) -> int | None:
    """The size in bytes of a transfer, exactly as its megabytes say."""
    text = next((peek(item) for item in options.all("transferSize/*")), "")
    try:
        size = Decimal(text[:_MOST_DIGITS]) * _MEGABYTE
    except InvalidOperation:
        return None
    return int(size) if size.is_finite() and size >= 0 and size == size.to_integral_value() else None


def link_of(iso: Iso, node: XmlNode) -> Related | None:
    """An online resource as a related resource: a download is a part, a service a way to get the same data."""
    address = iso.string(node.first("linkage"))
    if not address:
        return None
    function = code(node.first("function"))
    protocol = _peeked_protocol(node)
    _read_protocol(iso, node)
    service = bool(_SERVICE.search(protocol))
    part: Related | None = iso.notes.part(
        Related,
        node.where,
        identifier=address,
        relation=_relation(function, protocol, service=service),
        title=iso.string(node.first("name")),
        resource_type="Service" if service else "",
        note=iso.text(node.first("description")),
    )
    return part


def _relation(function: str, protocol: str, *, service: bool) -> str:
    if service:
        return "IsVariantFormOf"
    if function in {"download", "fileAccess"} or (not function and _DOWNLOAD.search(protocol)):
        return "HasPart"
    if function.startswith(("information", "completeMetadata")):
        return "IsDocumentedBy"
    return "References"


def _peeked_protocol(node: XmlNode) -> str:
    return next((peek(item) for item in node.all("protocol/*")), "")


def _read_protocol(iso: Iso, node: XmlNode) -> None:
    """Marks the protocol as read where it says nothing that the address does not."""
    if _peeked_protocol(node).casefold() in _SILENT:
        iso.string(node.first("protocol"))


def _formats(node: XmlNode, files: list[DataFile]) -> None:
    """Marks as read the formats that the files repeat, and the count of files that are not listed."""
    known = {file.format or file.media_type for file in files}
    for path in ("distributionFormat/*/formatSpecificationCitation/*/title", "distributionFormat/*/name"):
        for title in node.all(path):
            if any(peek(item) in known for item in title.children()):
                title.skip()


def thumbnail(iso: Iso, identification: XmlNode, files: list[DataFile]) -> str:
    """The path of the file that the overview shows; an image of elsewhere stays unread."""
    for node in identification.all("graphicOverview/*")[:_OVERVIEWS]:
        address = next((peek(item) for item in node.all("fileName/*")), "")
        for file in files:
            if unquote(address).endswith((f"{_FILES}{file.path}", file.path)):
                iso.string(node.first("fileName"))
                if "thumbnail" in {peek(item) for item in node.all("fileDescription/*")}:
                    iso.string(node.first("fileDescription"))
                return file.path
    return ""


def pages(iso: Iso, citation: XmlNode, record: XmlNode) -> Iterator[Related]:
    """The online resources of the citation, but the page of the record itself."""
    own = {peek(item) for item in record.all("metadataLinkage/*/linkage/*")}
    for node in record.all("metadataLinkage/*"):
        node.skip()
    for node in citation.all("onlineResource/*"):
        if any(peek(item) in own for item in node.all("linkage/*")):
            node.skip()
        elif (link := link_of(iso, node)) is not None:
            yield link.model_copy(update={"relation": "IsDescribedBy"}) if link.relation != "HasPart" else link
