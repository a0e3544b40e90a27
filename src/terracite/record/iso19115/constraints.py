# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one may do with the data: the licence and the access, as ``mco:MD_LegalConstraints``."""

from __future__ import annotations

from terracite.record import vocabularies
from terracite.record.iso19115.elements import Iso
from terracite.record.model import Access, AccessKind, Text

_LEGAL = "mri:resourceConstraints/mco:MD_LegalConstraints"
_COAR = "http://purl.org/coar/access_right/"
_ACCESS_URIS = {
    AccessKind.OPEN: f"{_COAR}c_abf2",
    AccessKind.EMBARGOED: f"{_COAR}c_f1cf",
    AccessKind.RESTRICTED: f"{_COAR}c_16ec",
}


def write(iso: Iso) -> str:
    """Access first, then use: both say ``otherRestrictions`` and give the words, as INSPIRE asks."""
    return _access(iso, iso.record.access) + _licence(iso, iso.record.licence)


def _access(iso: Iso, access: Access) -> str:
    if access == Access():
        return ""
    conditions = iso.text("mco:useLimitation", access.conditions)
    if access.kind is AccessKind.UNKNOWN:
        return iso.element(_LEGAL, conditions)
    restrictions = _other_restrictions(iso, "mco:accessConstraints")
    words = iso.text("mco:otherConstraints", _access_words(access), _ACCESS_URIS[access.kind])
    return iso.element(_LEGAL, conditions, restrictions, words)


def _licence(iso: Iso, licence: str) -> str:
    if not licence.strip():
        return ""
    known = vocabularies.licence(licence)
    words: Text | str = known.label if known and known.label.fr != known.label.en else licence
    address = known.uri if known else licence
    restrictions = _other_restrictions(iso, "mco:useConstraints")
    return iso.element(_LEGAL, restrictions, iso.text("mco:otherConstraints", words, address))


def _other_restrictions(iso: Iso, name: str) -> str:
    return iso.code(name, "mco:MD_RestrictionCode", "otherRestrictions")


def _access_words(access: Access) -> Text:
    label = vocabularies.access_label(access.kind)
    if access.embargo_until is None:
        return label
    day = access.embargo_until.isoformat()
    return Text(fr=f"{label.fr} jusqu’au {day}", en=f"{label.en} until {day}")
