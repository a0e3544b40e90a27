# SPDX-License-Identifier: AGPL-3.0-or-later
"""Metadata of DOIs: only registrars are asked, only on public addresses, and an absent network is told."""

from __future__ import annotations

import socket

import pytest

from terracite.errors import ServiceError
from terracite.services import doi_metadata


def leads_to(monkeypatch, *numbers: str) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)


@pytest.mark.parametrize("number", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0"])
def test_private_networks_are_never_asked(monkeypatch, number) -> None:
    leads_to(monkeypatch, "93.184.216.34", number)
    with pytest.raises(ServiceError, match="private network"):
        doi_metadata.check_public("https://api.example.org/x")


def test_a_public_address_is_asked(monkeypatch) -> None:
    leads_to(monkeypatch, "93.184.216.34")
    doi_metadata.check_public("https://api.example.org/x")


@pytest.mark.parametrize("typed", ["", "hello", "https://example.org/", "http://169.254.169.254/latest"])
def test_what_is_no_doi_asks_nobody(typed) -> None:
    with pytest.raises(ServiceError, match="is not a DOI"):
        doi_metadata.fetch(typed)


def test_an_absent_network_is_told_with_the_way_round(monkeypatch) -> None:
    def absent(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", absent)
    with pytest.raises(ServiceError, match="Paste the metadata"):
        doi_metadata.fetch("https://doi.org/10.5281/zenodo.1234567")
