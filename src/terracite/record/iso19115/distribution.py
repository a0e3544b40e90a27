# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to get the data: formats, publisher, files (``mrd:MD_Distribution``)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from terracite.record.iso19115 import people
from terracite.record.iso19115.elements import Iso
from terracite.record.iso19115.xml_text import attribute, element, leaf
from terracite.record.model import DataFile, FileRole, Record, Text

#: more files than these are counted, not listed: the page of the dataset lists all
MOST_FILES = 500
DOWNLOAD = "WWW:DOWNLOAD-1.0-http--download"
_MEGABYTE = Decimal(1_000_000)
#: CI_OnLineFunctionCode of ISO 19115-1, which has our role inside
_FUNCTIONS = {
    FileRole.DATA: "download",
    FileRole.DOCUMENTATION: "information",
    FileRole.LEGEND: "browseGraphic",
    FileRole.THUMBNAIL: "browseGraphic",
    FileRole.METADATA: "completeMetadata",
}


def write(iso: Iso) -> str:
    record = iso.record
    if not record.files:
        return ""
    return element(
        "mdb:distributionInfo/mrd:MD_Distribution",
        iso.text("mrd:description", more(iso)),
        *(_format(iso, name) for name in formats(record)),
        distributor(iso),
        *files(iso),
    )


def formats(record: Record) -> list[str]:
    """The formats of the files, each once."""
    return list(dict.fromkeys(file.format or file.media_type for file in record.files))


def _format(iso: Iso, name: str) -> str:
    return element(
        "mrd:distributionFormat/mrd:MD_Format",
        iso.citation("mrd:formatSpecificationCitation", name),
    )


def distributor(iso: Iso) -> str:
    publisher = people.publisher_of(iso.record)
    if publisher is None:
        return ""
    return iso.element(
        "mrd:distributor/mrd:MD_Distributor", iso.party("mrd:distributorContact", publisher, "distributor")
    )


def more(iso: Iso) -> Text:
    """How many files are not listed, when some are not."""
    left = len(iso.record.files) - MOST_FILES
    if left <= 0:
        return Text()
    fr, en = f"{left} autres fichiers : {iso.url}", f"{left} more files: {iso.url}"
    return Text(fr=fr.strip(" :"), en=en.strip(": "))


def files(iso: Iso) -> Iterator[str]:
    """One transfer option per file: the size in megabytes, then where it is found and what it is."""
    for file in iso.record.files[:MOST_FILES]:
        size = format((file.bytes / _MEGABYTE).normalize(), "f")
        yield iso.element(
            "mrd:transferOptions/mrd:MD_DigitalTransferOptions",
            iso.value("mrd:transferSize", "gco:Real", size),
            _online(iso, file),
        )


def _online(iso: Iso, file: DataFile) -> str:
    return iso.online(
        "mrd:onLine",
        iso.file_address(file.path),
        _FUNCTIONS[file.role],
        words=file.role.value,
        protocol=DOWNLOAD,
        profile=file.format,
        name=leaf(iso.name("gcx:MimeFileType"), file.path, attribute("type", file.media_type) or ' type=""'),
        description=file.description,
        attributes=attribute("uuid", f"sha256:{file.sha256}"),
    )
