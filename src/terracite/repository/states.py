# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a dataset version and the table of moves between them. Pure: no database, no clock."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a dataset version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a person (or the machine) is to one dataset version; one person may be several at once."""

    STRANGER = "stranger"
    OWNER = "owner"
    MODERATOR = "moderator"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class FileState(StrEnum):
    """Where an uploaded file stands: only ``ok`` ones can be published."""

    INCOMING = "incoming"
    SCANNING = "scanning"
    OK = "ok"
    QUARANTINED = "quarantined"


class Decision(StrEnum):
    """What one desk says of one submission."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CHANGES = "changes"
    REJECTED = "rejected"


class ProposalState(StrEnum):
    """Whether a suggested edit or a correction was taken."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
