# SPDX-License-Identifier: AGPL-3.0-or-later
"""What DataCite or Crossref know of a DOI, asked at their own addresses and nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import quote, urlsplit

from terracite.errors import ServiceError
from terracite.record.identifiers import bare_doi
from terracite.services import http

#: where metadata of DOIs are, the likelier for data first; {doi} is filled in
SOURCES = (
    "https://api.datacite.org/dois/{doi}",
    "https://api.crossref.org/works/{doi}/transform/application/vnd.citationstyles.csl+json",
)
WAIT_S = 15.0
_OFFLINE = "Paste the metadata, or upload its file: DataCite, Zenodo and publishers let you download it."


def fetch(typed: str, sources: tuple[str, ...] = SOURCES) -> bytes:
    """The metadata of a DOI as its registrar gives them (DataCite JSON or CSL-JSON).

    Raises `ServiceError` for what is no DOI, for one that neither knows, and without a network.
    """
    doi = bare_doi(typed.strip())
    if not doi:
        raise ServiceError(f"'{typed.strip()[:80]}' is not a DOI.", hint="A DOI looks like 10.5281/zenodo.1234567.")
    failures: list[ServiceError] = []
    for source in sources:
        address = source.format(doi=quote(doi, safe=""))
        try:
            check_public(address)
            with http.client() as client:
                return http.ask(client, "GET", address, wait_s=WAIT_S).content
        except ServiceError as error:
            failures.append(error)
    if all(error.status == 404 for error in failures):
        raise ServiceError(f"Neither DataCite nor Crossref knows {doi}.", hint="Check it for a typing mistake.")
    first = next(error for error in failures if error.status != 404)
    raise ServiceError(f"The metadata of {doi} cannot be fetched just now.", hint=_OFFLINE, retry=True) from first


def check_public(address: str) -> None:
    """Raise `ServiceError` unless the host of an address leads, in all its numbers, to the public network."""
    host = urlsplit(address).hostname or ""
    try:
        numbers = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise ServiceError(f"{host} could not be found.", hint=_OFFLINE, retry=True) from error
    if not numbers or not all(ipaddress.ip_address(number.partition("%")[0]).is_global for number in numbers):
        raise ServiceError(f"{host} leads into a private network.", hint="Only public addresses are asked.")
