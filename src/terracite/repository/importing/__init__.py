# SPDX-License-Identifier: AGPL-3.0-or-later
"""Descriptions written elsewhere, taken field by field: shown first, marked as imported, nothing dropped unseen."""

from terracite.repository.importing.choosing import Offer, Offered, offer
from terracite.repository.importing.sources import (
    MAX_DOCUMENT_BYTES,
    Found,
    SourceRow,
    read_source,
    rows_of,
    source_of_version,
)
from terracite.repository.importing.taking import apply

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "Found",
    "Offer",
    "Offered",
    "SourceRow",
    "apply",
    "offer",
    "read_source",
    "rows_of",
    "source_of_version",
]
