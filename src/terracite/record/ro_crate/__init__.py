# SPDX-License-Identifier: AGPL-3.0-or-later
"""RO-Crate 1.2: the dataset of a record as the root of a crate, and the root of anybody's crate as a record.

How a crate was made (`terracite.crate`) is added to what stands here.
"""

from __future__ import annotations

from terracite.record.ro_crate.reading import read_ro_crate
from terracite.record.ro_crate.writing import METADATA, crate_entities, document, write_ro_crate
from terracite.record.schema_org.carried import CARRIES_SCHEMA_ORG
from terracite.record.schema_org.nodes import reference

CARRIES_RO_CRATE = CARRIES_SCHEMA_ORG

__all__ = [
    "CARRIES_RO_CRATE",
    "METADATA",
    "crate_entities",
    "document",
    "read_ro_crate",
    "reference",
    "write_ro_crate",
]
