# SPDX-License-Identifier: AGPL-3.0-or-later
"""The uuid of a record that comes without one: the same document, or the same identifier, always gives the same."""

from __future__ import annotations

import hashlib
import re
from uuid import NAMESPACE_URL, UUID, uuid5

from terracite.record.identifiers import bare_doi, doi_url

_UUID = re.compile(r"^(?:urn:uuid:)?\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$", re.IGNORECASE)


def uuid_in(text: str) -> UUID | None:
    """The uuid that a text is, with or without ``urn:uuid:``; None when it is something else.

    >>> uuid_in("urn:uuid:22c7f7fa-8e13-4058-ad3a-28f0b8a37034")
    UUID('22c7f7fa-8e13-4058-ad3a-28f0b8a37034')
    """
    found = _UUID.match(text.strip())
    return UUID(found[1]) if found else None


def uuid_for(identifier: str, document: bytes = b"") -> UUID:
    """The uuid in ``identifier``, else one made from it (a DOI in any spelling is one identifier), else from the bytes.

    >>> uuid_for("https://doi.org/10.5072/ABC") == uuid_for("doi:10.5072/abc")
    True
    """
    if found := uuid_in(identifier):
        return found
    doi = bare_doi(identifier)
    name = doi_url(doi.lower()) if doi else identifier.strip()
    return uuid5(NAMESPACE_URL, name or f"urn:sha256:{hashlib.sha256(document).hexdigest()}")
