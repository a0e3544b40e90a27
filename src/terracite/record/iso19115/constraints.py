# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one may do with the data: the licence and the access, as ``mco:MD_LegalConstraints``."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record import vocabularies
from terracite.record.iso19115.elements import Iso, both
from terracite.record.model import Access, AccessKind, Text

_RESTRICTION = "mco:MD_RestrictionCode"
_COAR = "http://purl.org/coar/access_right/"
_ACCESS_URIS = {
    AccessKind.OPEN: f"{_COAR}c_abf2",
    AccessKind.EMBARGOED: f"{_COAR}c_f1cf",
    AccessKind.RESTRICTED: f"{_COAR}c_16ec",
}


def write(iso: Iso, parent: Element) -> None:
    """Access first, then use: both say ``otherRestrictions`` and give the words, as INSPIRE asks."""
    record = iso.record
    access = iso.add(parent, "mri:resourceConstraints", "mco:MD_LegalConstraints")
    iso.code(access, "mco:accessConstraints", _RESTRICTION, "otherRestrictions")
    iso.text(access, "mco:otherConstraints", _access_words(record.access), _ACCESS_URIS[record.access.kind])
    if record.licence:
        known = vocabularies.licence(record.licence)
        use = iso.add(parent, "mri:resourceConstraints", "mco:MD_LegalConstraints")
        iso.code(use, "mco:useConstraints", _RESTRICTION, "otherRestrictions")
        label = known.label if known else both(record.licence)
        iso.text(use, "mco:otherConstraints", label, known.uri if known else "")


def _access_words(access: Access) -> Text:
    label = vocabularies.access_label(access.kind)
    if access.embargo_until is None:
        return label
    day = access.embargo_until.isoformat()
    return Text(fr=f"{label.fr} jusqu’au {day}", en=f"{label.en} until {day}")
