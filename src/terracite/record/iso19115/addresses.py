# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses as ``xlink:href`` takes them (XLink 1.1, section 5.4): letters of any script stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from terracite.record.identifiers import as_urn, bare_doi, doi_url, resolvable

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s:]")
#: what no address may hold, in the reading of XML Schema's anyURI
_REFUSED = re.compile(r"[^\w!#$%&'()*+,./:;=?@~-]|%(?![0-9A-Fa-f]{2})")


@lru_cache(4096)
def iri(text: str) -> str:
    """``text`` as an internationalised address, "" when it is none.

    >>> iri("https://example.org/é?a b"), iri("some words")
    ('https://example.org/é?a%20b', '')
    """
    if not _PLAIN.match(text):
        return ""
    first, hash_, fragment = _REFUSED.sub(lambda found: quote(found[0], safe=""), text.strip()).partition("#")
    return first + hash_ + fragment.replace("#", "%23")


@lru_cache(4096)
def resolved(identifier: str) -> tuple[str, bool]:
    """The address of an identifier ("" for none), and whether it is a DOI.

    Kept, for recognising identifiers takes more time than all the rest.
    """
    if doi := bare_doi(identifier):
        return doi_url(doi), True
    urn = as_urn(identifier)
    return resolvable(identifier) or (urn if urn.lower().startswith("urn:") else ""), False
