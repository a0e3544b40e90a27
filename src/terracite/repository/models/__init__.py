# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the repository: columns only. What happens to them is decided and done in the other modules.

``DatasetVersion.record`` (the canonical record as JSON) is the truth; the columns copied from it exist to be
sorted and filtered by the database. Times are UTC.
"""

from __future__ import annotations

from terracite.repository.models.authorities import Authority, AuthorityKind, AuthorityWord
from terracite.repository.models.desks import (
    CannedSentence,
    Comment,
    Correction,
    ReplyLink,
    Review,
    Snapshot,
    Suggestion,
    Thread,
)
from terracite.repository.models.holdings import (
    Collaborator,
    Dataset,
    DatasetVersion,
    Deposit,
    Invitation,
    MemberRole,
    ReviewLink,
    StoredFile,
    Upload,
    UploadState,
)
from terracite.repository.models.log import ChainHead, Event, Mail, Notice, OutboxItem
from terracite.repository.models.people import AnsweredCall, ApiToken, DeskRole, DeskRoleName, Person, TokenScope
from terracite.repository.models.previews import Preview, PreviewKind, PreviewState
from terracite.repository.models.readers import AccessRequest, ContactMessage, UsageDay, UsageKind
from terracite.services.registrar import DoiState

__all__ = [
    "AccessRequest",
    "AnsweredCall",
    "ApiToken",
    "Authority",
    "AuthorityKind",
    "AuthorityWord",
    "CannedSentence",
    "ChainHead",
    "Collaborator",
    "Comment",
    "ContactMessage",
    "Correction",
    "Dataset",
    "DatasetVersion",
    "Deposit",
    "DeskRole",
    "DeskRoleName",
    "DoiState",
    "Event",
    "Invitation",
    "Mail",
    "MemberRole",
    "Notice",
    "OutboxItem",
    "Person",
    "Preview",
    "PreviewKind",
    "PreviewState",
    "ReplyLink",
    "Review",
    "ReviewLink",
    "Snapshot",
    "StoredFile",
    "Suggestion",
    "Thread",
    "TokenScope",
    "Upload",
    "UploadState",
    "UsageDay",
    "UsageKind",
]
