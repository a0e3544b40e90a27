# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to get the data: formats, publisher, files (``mrd:MD_Distribution``)."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.iso19115 import people
from terracite.record.iso19115.elements import Iso, both
from terracite.record.model import DataFile, Text

#: more files than these are counted, not listed: the page of the dataset lists all
MOST_FILES = 500
_MEGABYTE = 1e6


def write(iso: Iso, root: Element) -> None:
    record = iso.record
    if not record.files:
        return
    element = iso.add(root, "mdb:distributionInfo", "mrd:MD_Distribution")
    left = len(record.files) - MOST_FILES
    if left > 0:
        more = f"{left} more files: {iso.url}".strip(": ")
        iso.text(element, "mrd:description", Text(fr=f"{left} autres fichiers : {iso.url}".strip(" :"), en=more))
    for name in dict.fromkeys(file.format or file.media_type for file in record.files):
        form = iso.add(element, "mrd:distributionFormat", "mrd:MD_Format")
        iso.citation(form, "mrd:formatSpecificationCitation", both(name))
    if record.publisher:
        distributor = iso.add(element, "mrd:distributor", "mrd:MD_Distributor")
        people.write_organisation(iso, distributor, "mrd:distributorContact", record.publisher, "distributor")
    options = iso.add(element, "mrd:transferOptions", "mrd:MD_DigitalTransferOptions")
    megabytes = sum(file.bytes for file in record.files) / _MEGABYTE
    iso.add(options, "mrd:transferSize", "gco:Real", text=f"{megabytes:.6f}")
    for file in record.files[:MOST_FILES]:
        _file(iso, options, file)


def _file(iso: Iso, parent: Element, file: DataFile) -> None:
    iso.online(
        parent,
        "mrd:onLine",
        iso.file_address(file.path),
        "download",
        protocol="WWW:DOWNLOAD-1.0-http--download",
        name=file.path,
        description=file.description.best(iso.language) or file.format or file.media_type,
    )
