# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the repository: columns only. What happens to them is decided and done in the other modules.

``DatasetVersion.record`` (the canonical record as JSON) is the truth; the columns copied from it exist to be
sorted and filtered by the database. Times are UTC.
"""

from __future__ import annotations

from terracite.repository.models.desks import Comment, Correction, Review, Snapshot, Suggestion, Thread
from terracite.repository.models.holdings import Dataset, DatasetVersion, Deposit, StoredFile, Upload, UploadState
from terracite.repository.models.log import ChainHead, Event, Notice, OutboxItem
from terracite.repository.models.people import ApiToken, DeskRole, DeskRoleName, Person, TokenScope
from terracite.services.registrar import DoiState

__all__ = [
    "ApiToken",
    "ChainHead",
    "Comment",
    "Correction",
    "Dataset",
    "DatasetVersion",
    "Deposit",
    "DeskRole",
    "DeskRoleName",
    "DoiState",
    "Event",
    "Notice",
    "OutboxItem",
    "Person",
    "Review",
    "Snapshot",
    "StoredFile",
    "Suggestion",
    "Thread",
    "TokenScope",
    "Upload",
    "UploadState",
]
