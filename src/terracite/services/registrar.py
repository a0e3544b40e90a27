# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registering DOIs: what every registrar does, whatever stands behind it.

The states are DataCite's. A draft can be deleted; once registered or findable a DOI is for ever, and can only be
hidden (findable -> registered). Every call can be repeated with the same effect, so that a queue may retry.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Protocol

from lxml import etree

from terracite.errors import ServiceError

TEST_PREFIX = "10.5072"  #: reserved for tests; such DOIs never resolve
_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9*~$=]+")  # the characters that DataCite takes
_KERNEL = "{http://datacite.org/schema/kernel-4}"


class DoiState(StrEnum):
    """Where a DOI stands."""

    NONE = "none"
    DRAFT = "draft"
    REGISTERED = "registered"
    FINDABLE = "findable"


class Registrar(Protocol):
    """What a registrar does. Refusals are `ServiceError`, ``retry`` set when trying later may help.

    ``metadata_xml`` is a DataCite kernel 4 document whose identifier is ``doi``; ``url`` is the landing page.
    """

    @property
    def prefix(self) -> str:
        """The only prefix this registrar registers under, such as "10.5072"."""
        ...

    @property
    def is_test(self) -> bool:
        """Whether its DOIs are for practice and resolve nowhere; pages have to say so."""
        ...

    def save_draft(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        """Reserve the DOI, or bring its metadata up to date without changing its state."""
        ...

    def register(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        """Make it resolve without being found by search; a findable DOI is only updated (see `hide`)."""
        ...

    def publish(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        """Make it findable, or update a findable one."""
        ...

    def hide(self, doi: str) -> DoiState:
        """Take a findable DOI out of search; it still resolves. A registered one stays as it is."""
        ...

    def delete_draft(self, doi: str) -> None:
        """Delete a draft; nothing happens when there is none. Refused (405) for any other state."""
        ...

    def state(self, doi: str) -> DoiState:
        """Where the DOI stands now."""
        ...

    def metadata(self, doi: str) -> bytes:
        """The metadata the registrar holds, XML; `ServiceError` 404 when it has no such DOI."""
        ...


def own_doi(doi: str, prefix: str) -> str:
    """``doi`` in lower case; `ServiceError` 422 when it has no suffix, 403 when it has another prefix."""
    if not _DOI.fullmatch(doi):
        raise ServiceError(f"'{doi}' is not a DOI.", hint=f"Use {prefix}/ and a suffix without spaces.", status=422)
    if not doi.lower().startswith(f"{prefix}/"):
        raise ServiceError(
            f"The DOI '{doi}' is not under our prefix {prefix}.",
            hint="Check 'doi_prefix' in the settings.",
            status=403,
        )
    return doi.lower()


def checked_metadata(doi: str, metadata_xml: bytes) -> etree._Element:
    """The parsed DataCite document; `ServiceError` 422 when it is not one, or speaks of another DOI."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(metadata_xml, parser)
    except etree.XMLSyntaxError as error:
        raise ServiceError(f"The metadata of {doi} are not XML: {error}.", status=422) from error
    if root.tag != f"{_KERNEL}resource":
        raise ServiceError(f"The metadata of {doi} are not a DataCite kernel 4 document.", status=422)
    stated = (root.findtext(f"{_KERNEL}identifier") or "").strip().lower()
    if stated not in {"", doi}:
        raise ServiceError(f"The metadata of {doi} speak of '{stated}'.", hint="Write them again.", status=422)
    return root
