# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of the dataset as distributions."""

from __future__ import annotations

from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.dcat.graph import Link, Thing
from terracite.record.dcat.vocabulary import EU, FILE_TYPES, IANA
from terracite.record.dcat.writing.coverage import representation
from terracite.record.dcat.writing.lineage import checksum
from terracite.record.dcat.writing.terms import concept, file_url
from terracite.record.model import DataFile, FileRole, Record


def add_files(dataset: Thing, record: Record, page: str, licence: Link | Thing | None) -> None:
    """One distribution for each file; ``licence`` is that of the dataset."""
    for file in dict.fromkeys(record.files):  # one that is listed twice is said once, in every syntax
        thing = _distribution(file, page).add("dct:license", licence)
        dataset.add("dcat:distribution", thing.add("adms:representationTechnique", representation(record)))
    if record.thumbnail:
        dataset.add("foaf:depiction", Link(file_url(page, record.thumbnail)))


def _distribution(file: DataFile, page: str) -> Thing:
    address = Link(file_url(page, file.path))
    thing = Thing(("dcat:Distribution",), f"{page}#file/{quote(file.path)}")
    thing.literal("dct:title", file.path).text("dct:description", file.description)
    thing.add("dcat:accessURL", address).add("dcat:downloadURL", address)
    thing.literal("dcat:byteSize", str(file.bytes), "xsd:nonNegativeInteger")
    thing.add("spdx:checksum", checksum("sha256", file.sha256))
    media_type = quote(file.media_type, safe="/+.-_")
    thing.add("dcat:mediaType", Thing(("dct:MediaType",), f"{IANA}{media_type}"))
    thing.add("dct:format", _file_type(file))
    if file.format:
        thing.add("dct:conformsTo", Thing(("dct:Standard",)).literal("dct:title", file.format))
    if file.role is not FileRole.DATA:
        thing.add("dct:type", concept(vocabularies.file_role_label(file.role), file.role.value))
    return thing


def _file_type(file: DataFile) -> Thing | None:
    """The EU's address of the file type, where its table has it."""
    code = FILE_TYPES.get(file.media_type.partition(";")[0].strip().lower(), "")
    return Thing(("dct:MediaTypeOrExtent",), f"{EU}file-type/{code}") if code else None
