# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite: written as 4.7 (XML, and the JSON of the REST API), read in every version."""

from __future__ import annotations

from terracite.record.datacite.carries import CARRIES_DATACITE, CARRIES_DATACITE_JSON
from terracite.record.datacite.reader import read_datacite, read_datacite_json
from terracite.record.datacite.writer import to_datacite, to_datacite_json, write_datacite, write_datacite_json

__all__ = [
    "CARRIES_DATACITE",
    "CARRIES_DATACITE_JSON",
    "read_datacite",
    "read_datacite_json",
    "to_datacite",
    "to_datacite_json",
    "write_datacite",
    "write_datacite_json",
]
