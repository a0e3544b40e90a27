# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the repository: columns only. What happens to them is decided and done in the other modules.

``DatasetVersion.record`` (the canonical record as JSON) is the truth; the columns copied from it exist to be
sorted and filtered by the database. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, ClassVar, NoReturn
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from terracite.record.model import AccessKind, Discipline, FileRole
from terracite.repository.states import Decision, FileState, ProposalState, State

USER = settings.AUTH_USER_MODEL


class DoiState(StrEnum):
    """DataCite's states of a DOI, as far as this repository has asked for them."""

    NONE = "none"
    DRAFT = "draft"
    REGISTERED = "registered"
    FINDABLE = "findable"


class DeskRoleName(StrEnum):
    """A role that is granted; a depositor needs none."""

    MODERATOR = "moderator"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"


def _choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Person(AbstractUser):
    """Somebody with an account. Authors of datasets need none: they live in the record."""

    orcid = models.CharField(max_length=19, blank=True, default="")
    language = models.CharField(max_length=2, default="en")

    @property
    def display_name(self) -> str:
        """The full name, or the user name."""
        return self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.display_name


class DeskRole(models.Model):
    """A role of a person: moderator of one discipline, curator or administrator of all (discipline "")."""

    person = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="desk_roles")
    role = models.CharField(max_length=20, choices=_choices(DeskRoleName))
    discipline = models.CharField(max_length=30, blank=True, default="", choices=_choices(Discipline))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role", "discipline"], name="one_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} {self.discipline}".strip()


class ApiToken(models.Model):
    """A token for the command line or the REST API; only its SHA-256 is kept."""

    person = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100)
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class Deposit(models.Model):
    """A group of datasets made together."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title_fr = models.CharField(max_length=500, blank=True, default="")
    title_en = models.CharField(max_length=500, blank=True, default="")
    description_fr = models.TextField(blank=True, default="")
    description_en = models.TextField(blank=True, default="")
    disciplines = models.JSONField(default=list)  #: list of Discipline values
    keywords = models.JSONField(
        default=list, blank=True
    )  #: list of record Keyword objects, inherited by the datasets
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="deposits")
    collaborators = models.ManyToManyField(USER, blank=True, related_name="shared_deposits")
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title_en or self.title_fr or str(self.uuid)

    def title(self, language: str = "en") -> str:
        """The title in that language, or in the other one."""
        return (self.title_fr or self.title_en) if language == "fr" else (self.title_en or self.title_fr)


class Dataset(models.Model):
    """What all versions of one dataset share."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="datasets")
    concept_doi = models.CharField(max_length=200, blank=True, default="")
    source_uuid = models.UUIDField(
        null=True, blank=True, db_index=True
    )  #: record uuid of the crate it came from
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.uuid)


class DatasetVersion(models.Model):
    """One version of a dataset, from its first draft to its tombstone."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, default=State.DRAFT.value, choices=_choices(State), db_index=True)
    access = models.CharField(max_length=12, default=AccessKind.OPEN.value, choices=_choices(AccessKind))
    embargo_until = models.DateField(null=True, blank=True)
    doi = models.CharField(max_length=200, blank=True, default="", db_index=True)
    doi_state = models.CharField(max_length=12, default=DoiState.NONE.value, choices=_choices(DoiState))
    record = models.JSONField(default=dict)
    edit = models.PositiveIntegerField(default=0)  #: counts edits, so that a lost update is told
    revision = models.PositiveIntegerField(default=0)  #: counts corrections of published metadata
    snapshot_hash = models.CharField(max_length=64, blank=True, default="")
    source_manifest = models.CharField(
        max_length=64, blank=True, default=""
    )  #: SHA-256 of the crate's manifest
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="assigned"
    )
    reason = models.TextField(blank=True, default="")  #: why it was rejected or withdrawn
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    datestamp = models.DateTimeField(null=True, blank=True, db_index=True)  #: last public change (OAI-PMH)
    steps_done = models.JSONField(default=list, blank=True)

    # copied from the record by deposits.py
    title_fr = models.CharField(max_length=500, blank=True, default="")
    title_en = models.CharField(max_length=500, blank=True, default="")
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_number_per_dataset"),
            models.UniqueConstraint(fields=["doi"], condition=~Q(doi=""), name="one_version_per_doi"),
        ]

    def __str__(self) -> str:
        return self.title("en") or str(self.uuid)

    def title(self, language: str = "en") -> str:
        """The title in that language, or in the other one."""
        return (self.title_fr or self.title_en) if language == "fr" else (self.title_en or self.title_fr)

    @property
    def is_public(self) -> bool:
        """Whether it has a landing page: published once, even when superseded or withdrawn since."""
        return self.published_at is not None


class StoredFile(models.Model):
    """One file of a version; the bytes are kept once per SHA-256 under ``storage_key``."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=500)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=150, default="application/octet-stream")
    format = models.CharField(max_length=150, blank=True, default="")
    role = models.CharField(max_length=15, default=FileRole.DATA.value, choices=_choices(FileRole))
    description_fr = models.TextField(blank=True, default="")
    description_en = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, default=FileState.INCOMING.value, choices=_choices(FileState))
    facts = models.JSONField(default=dict, blank=True)
    storage_key = models.CharField(max_length=300)
    problem = models.TextField(blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "path"], name="one_file_per_path"),
        ]

    def __str__(self) -> str:
        return self.path


class Review(models.Model):
    """What one discipline's desk says of one submission (its snapshot). Pending ones are the desk's queue."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="reviews")
    discipline = models.CharField(max_length=30, choices=_choices(Discipline))
    snapshot_hash = models.CharField(max_length=64)
    moderator = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    decision = models.CharField(max_length=10, default=Decision.PENDING.value, choices=_choices(Decision))
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "discipline"]
        indexes: ClassVar = [models.Index(fields=["discipline", "decision"], name="desk_queue")]

    def __str__(self) -> str:
        return f"{self.discipline} {self.decision}"


class Thread(models.Model):
    """A conversation about one field ("" = the whole); open ones must be closed before acceptance."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="threads")
    field = models.CharField(max_length=100, blank=True, default="")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    open = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["created"]

    def __str__(self) -> str:
        return self.field or "general"


class Comment(models.Model):
    """One message of a conversation."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Suggestion(models.Model):
    """An edit of one field that a moderator suggests; the owner accepts or refuses it."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=100)
    value = models.JSONField()
    note = models.TextField(blank=True, default="")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, default=ProposalState.PROPOSED.value, choices=_choices(ProposalState)
    )
    created = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.state}"


class Correction(models.Model):
    """A corrected record of a published version, waiting for its light review."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="corrections")
    record = models.JSONField()
    changed = models.JSONField(default=list)  #: names of the fields that differ
    note = models.TextField(blank=True, default="")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, default=ProposalState.PROPOSED.value, choices=_choices(ProposalState)
    )
    created = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state=ProposalState.PROPOSED.value),
                name="one_open_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.changed)}: {self.state}"


class ChainHead(models.Model):
    """The end of the event chain: one row, locked while an event is added, so that the chain never forks."""

    last_hash = models.CharField(max_length=64, blank=True, default="")
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} events"


class EventQuerySet(models.QuerySet["Event"]):
    """Events are added, never changed."""

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError("Events are never changed: the log is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("Events are never deleted: the log is append-only.")


class Event(models.Model):
    """One thing that happened, chained to the one before by its hash (see `terracite.repository.events`)."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    version = models.ForeignKey(
        DatasetVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    deposit = models.ForeignKey(
        Deposit, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    actor = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  #: None = the system
    move = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20, blank=True, default="")
    to_state = models.CharField(max_length=20, blank=True, default="")
    note = models.TextField(blank=True, default="")
    payload = models.JSONField(default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.move}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Events are never changed: the log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("Events are never deleted: the log is append-only.")


class OutboxItem(models.Model):
    """One thing to tell an outside system, written in the same transaction as the move that asks for it."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200, unique=True)  #: asked twice, done once
    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="outbox")
    payload = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["next_try_at", "id"]
        indexes: ClassVar = [models.Index(fields=["done_at", "next_try_at"], name="outbox_due")]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """A line for one person: something happened to one of their datasets or desks."""

    person = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="notices")
    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="+")
    move = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.move
