# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words and addresses that the writer and the readers of DataCite share."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from terracite.record.identifiers import web_address
from terracite.record.model import AccessKind, Record

Attributes = dict[str, Any]  #: as DataCite's REST API takes and gives them

KERNEL = "http://datacite.org/schema/kernel-4"
COAR = "http://purl.org/coar/access_right/"
ACCESS_URIS = {
    AccessKind.OPEN: f"{COAR}c_abf2",
    AccessKind.EMBARGOED: f"{COAR}c_f1cf",
    AccessKind.RESTRICTED: f"{COAR}c_16ec",
}
EMBARGO = "end of the embargo"  #: dateInformation of the date Available that ends one
ONGOING = "ongoing"  #: dateInformation of a Coverage without end, for as long as the series goes on
UNKNOWN = "unknown/unknown"  #: the Coverage of an era known by its name alone
INSTRUMENT = ("Instrument", "IsCollectedBy")  #: relatedItemType and relationType of a platform
_ASCII = "".join(map(chr, range(32, 127)))


def filled(content: Attributes) -> Attributes:
    """The content without its empty values."""
    return {key: value for key, value in content.items() if value not in ("", None) and value != []}


def address(text: str) -> str:
    """``text`` as the xs:anyURI it is, accents kept as they are; percent-encoded where it must be, "" if it is none.

    >>> address("https://example.org/é?a=1"), address("https://example.org/a b"), address("some words")
    ('https://example.org/é?a=1', 'https://example.org/a%20b', '')
    """
    encoded = web_address(text)
    return text if encoded and quote(text, safe=_ASCII) == encoded else encoded


def languages(record: Record) -> list[str]:
    """French and English, that of the metadata first."""
    return ["fr", "en"] if record.first_language == "fr" else ["en", "fr"]
