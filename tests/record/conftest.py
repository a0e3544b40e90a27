# SPDX-License-Identifier: AGPL-3.0-or-later
"""The schemas of the standards, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

Validate = Callable[[bytes], list[str]]


def _validator(path: Path) -> Validate:
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    schema = etree.XMLSchema(etree.parse(str(path), parser))

    def validate(document: bytes) -> list[str]:
        """What the schema says against the document, line by line; empty when it is valid."""
        schema.validate(etree.fromstring(document, parser).getroottree())
        return [f"{error.line}: {error.message}" for error in schema.error_log]

    return validate


@pytest.fixture(scope="session")
def iso_faults(shared_data: Path) -> Validate:
    return _validator(shared_data / "xsd" / "iso19115-3-all.xsd")


@pytest.fixture(scope="session")
def datacite_faults(shared_data: Path) -> Validate:
    return _validator(shared_data / "xsd" / "schema.datacite.org" / "meta" / "kernel-4.7" / "metadata.xsd")


@pytest.fixture(scope="session")
def dublin_core_faults(shared_data: Path) -> Validate:
    return _validator(shared_data / "xsd" / "www.openarchives.org" / "OAI" / "2.0" / "oai_dc.xsd")
