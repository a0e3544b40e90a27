# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers of things and people: what kind they are, and the address where they resolve."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote

#: idutils scheme -> DataCite 4.7 relatedIdentifierType, the most telling first
_TYPES = {
    "doi": "DOI",
    "raid": "RAiD",
    "swh": "SWHID",
    "ark": "ARK",
    "arxiv": "arXiv",
    "ads": "bibcode",
    "handle": "Handle",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "purl": "PURL",
    "w3id": "w3id",
    "lsid": "LSID",
    "urn": "URN",
    "url": "URL",
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ROR = re.compile(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")


def _idutils() -> Any:
    """The library, loaded when it is first needed: that takes half a second, and most commands do without it."""
    import idutils

    return idutils


@lru_cache(maxsize=1024)
def identifier_type(identifier: str) -> str:
    """DataCite's type of an identifier ("DOI", "URL"...), or "" when it is of no known kind.

    >>> identifier_type("10.5281/zenodo.1234"), identifier_type("https://example.org/a"), identifier_type("my file")
    ('DOI', 'URL', '')
    """
    schemes = set(_idutils().detect_identifier_schemes(identifier))
    if re.match(r"https?://", identifier) and "doi" not in schemes:
        return "URL"
    if re.fullmatch(r"\d{1,9}", identifier):  # any number would pass as a PubMed id
        return ""
    return next((kind for scheme, kind in _TYPES.items() if scheme in schemes), "")


def as_urn(identifier: str) -> str:
    """A bare UUID as the URN that says what it is; any other identifier unchanged.

    >>> as_urn("22c7f7fa-8e13-4058-ad3a-28f0b8a37034"), as_urn("tile 40KCB")
    ('urn:uuid:22c7f7fa-8e13-4058-ad3a-28f0b8a37034', 'tile 40KCB')
    """
    return f"urn:uuid:{identifier.lower()}" if _UUID.fullmatch(identifier) else identifier


def bare_doi(identifier: str) -> str:
    """The DOI in ``identifier`` without its resolver, or "" when it is not a DOI."""
    return str(_idutils().normalize_doi(identifier)) if _idutils().is_doi(identifier) else ""


def doi_url(doi: str) -> str:
    """The address of a DOI: ``https://doi.org/10...``, percent-encoded where an address needs it."""
    return f"https://doi.org/{quote(doi, safe='/:;().-_~')}"


def resolvable(identifier: str) -> str:
    """The http(s) address of an identifier, or "" when there is none.

    >>> resolvable("10.5281/zenodo.1234"), resolvable("S2A_MSIL2A_20220101")
    ('https://doi.org/10.5281/zenodo.1234', '')
    """
    if doi := bare_doi(identifier):
        return doi_url(doi)
    if re.match(r"https?://\S+$", identifier):
        return identifier
    kind = identifier_type(identifier)
    scheme = next((scheme for scheme, known in _TYPES.items() if known == kind), "")
    if not scheme or scheme == "url":
        return ""
    if scheme == "arxiv":  # idutils keeps the prefix, and arxiv.org does not know it
        return f"https://arxiv.org/abs/{re.sub('^arxiv:', '', identifier, flags=re.IGNORECASE)}"
    return str(_idutils().to_url(identifier, scheme, "https"))


def web_address(text: str) -> str:
    """``text`` as a URI that XML Schema accepts (characters an address cannot hold percent-encoded), "" if it is none.

    >>> web_address("https://example.org/a b"), web_address("some words")
    ('https://example.org/a%20b', '')
    """
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s:]", text):
        return ""
    kept = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text.strip())
    first, hash_, fragment = quote(kept, safe="%/:;?@&=+$,#!'()*~_.-").partition("#")
    return first + hash_ + fragment.replace("#", "%23")


def orcid_url(orcid: str) -> str:
    """The address of an ORCID, "" for none."""
    return f"https://orcid.org/{orcid}" if orcid else ""


def is_orcid(orcid: str) -> bool:
    """Whether the sixteen digits and their checksum (ISO 7064 11-2) are right."""
    return bool(re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", orcid)) and bool(_idutils().is_orcid(orcid))


def is_ror(ror: str) -> bool:
    """Whether ``ror`` is the full address of a Research Organization Registry entry."""
    return bool(_ROR.fullmatch(ror))
