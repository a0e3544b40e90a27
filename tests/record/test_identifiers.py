# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest

from terracite.record.identifiers import (
    as_urn,
    bare_doi,
    doi_url,
    identifier_type,
    is_orcid,
    is_ror,
    resolvable,
    web_address,
)


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ("10.5281/zenodo.1234", "DOI"),
        ("https://doi.org/10.5281/zenodo.1234", "DOI"),
        ("https://example.org/a", "URL"),
        ("arXiv:1207.2385", "arXiv"),
        ("978-3-16-148410-0", "ISBN"),
        ("swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2", "SWHID"),
        ("ark:/12148/btv1b8449691v", "ARK"),
        ("urn:nbn:de:101:1-201102033592", "URN"),
        ("12345", ""),
        ("S2A_MSIL2A_20230105T063511", ""),
        ("some notebook", ""),
        ("", ""),
    ],
)
def test_the_type_of_an_identifier(identifier: str, kind: str) -> None:
    assert identifier_type(identifier) == kind


def test_a_bare_uuid_is_told_as_a_urn() -> None:
    uuid = "22c7f7fa-8e13-4058-ad3a-28f0b8a37034"
    assert as_urn(uuid) == as_urn(uuid.upper()) == as_urn(f"urn:uuid:{uuid}") == f"urn:uuid:{uuid}"
    assert as_urn(f"{uuid}-v1") == f"{uuid}-v1"
    assert identifier_type(as_urn(uuid)) == "URN"


def test_a_doi_is_the_same_with_and_without_its_resolver() -> None:
    assert bare_doi("https://doi.org/10.5072/AbC") == bare_doi("doi:10.5072/AbC") == "10.5072/AbC"
    assert bare_doi("https://example.org") == ""


def test_the_address_of_a_doi_is_encoded() -> None:
    assert doi_url("10.1002/(sici)a<b>#1") == "https://doi.org/10.1002/(sici)a%3Cb%3E%231"


def test_only_addresses_resolve() -> None:
    assert resolvable("arXiv:1207.2385") == "https://arxiv.org/abs/1207.2385"
    assert resolvable("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/é?a=[1]#x#y", "https://example.org/%C3%A9?a=%5B1%5D#x%23y"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("no scheme", ""),
        ("", ""),
    ],
)
def test_addresses_are_made_fit_for_xml(text: str, address: str) -> None:
    assert web_address(text) == address


def test_orcid_and_ror_are_checked() -> None:
    assert is_orcid("0000-0002-1825-0097")
    assert not is_orcid("0000-0002-1825-0098")
    assert not is_orcid("0000000218250097")
    assert is_ror("https://ror.org/03yrm5c26")
    assert not is_ror("03yrm5c26")
