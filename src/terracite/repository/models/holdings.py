# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the repository holds: deposits, datasets, versions, files, and files on their way."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from terracite.record.model import AccessKind, FileRole, Text
from terracite.repository.models.people import Person, choices
from terracite.repository.states import FileState, State
from terracite.services.registrar import DoiState


class MemberRole(StrEnum):
    """What somebody a deposit is shared with may do there."""

    EDITOR = "editor"  #: all that its owner may, but sharing it and giving it away
    READER = "reader"  #: look at drafts, files and conversations


class Deposit(models.Model):
    """A group of datasets made together."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title_fr = models.CharField(max_length=500, blank=True, default="")
    title_en = models.CharField(max_length=500, blank=True, default="")
    description_fr = models.TextField(blank=True, default="")
    description_en = models.TextField(blank=True, default="")
    disciplines = models.JSONField(default=list)  #: list of Discipline values
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deposits")
    common = models.JSONField(default=dict, blank=True)  #: part of a record, which its datasets inherit
    edit = models.PositiveIntegerField(default=0)  #: counts edits of the deposit, as those of a version are counted
    field_edits = models.JSONField(default=dict, blank=True)  #: as those of a version
    collaborators = models.ManyToManyField(
        Person, blank=True, related_name="shared_deposits", through="Collaborator", through_fields=("deposit", "person")
    )
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title_en or self.title_fr or str(self.uuid)

    def title(self, language: str = "en") -> str:
        """The title in that language, or in the other one."""
        return (self.title_fr or self.title_en) if language == "fr" else (self.title_en or self.title_fr)


class Collaborator(models.Model):
    """One person a deposit is shared with."""

    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, default=MemberRole.EDITOR.value, choices=choices(MemberRole))
    added_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deposit", "person"], name="shared_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class Invitation(models.Model):
    """A deposit offered to somebody by mail; who opens its link while logged in becomes a collaborator."""

    deposit = models.ForeignKey(Deposit, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, default=MemberRole.EDITOR.value, choices=choices(MemberRole))
    digest = models.CharField(max_length=64, unique=True)  #: SHA-256 of what the link carries
    invited_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} {self.role}"


class Dataset(models.Model):
    """What all versions of one dataset share."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="datasets")
    concept_doi = models.CharField(max_length=200, blank=True, default="")
    source_uuid = models.UUIDField(null=True, blank=True, db_index=True)  #: record uuid of the crate it came from
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.uuid)


class DatasetVersion(models.Model):
    """One version of a dataset, from its first draft to its tombstone."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, default=State.DRAFT.value, choices=choices(State), db_index=True)
    access = models.CharField(max_length=12, default=AccessKind.UNKNOWN.value, choices=choices(AccessKind))
    embargo_until = models.DateField(null=True, blank=True)
    doi = models.CharField(max_length=200, blank=True, default="", db_index=True)
    doi_state = models.CharField(max_length=12, default=DoiState.NONE.value, choices=choices(DoiState))
    record = models.JSONField(default=dict)
    edit = models.PositiveIntegerField(default=0)  #: counts edits, so that a lost update is told
    field_edits = models.JSONField(default=dict, blank=True)  #: see `repository.edits`
    revision = models.PositiveIntegerField(default=0)  #: counts corrections of published metadata
    snapshot_hash = models.CharField(max_length=64, blank=True, default="")
    source_manifest = models.CharField(max_length=64, blank=True, default="")  #: SHA-256 of the crate's manifest
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="assigned")
    reason = models.TextField(blank=True, default="")  #: why it was rejected or withdrawn
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)  #: a draft thrown away: it can be taken back for a while
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
        indexes: ClassVar = [  # the worker asks every second
            models.Index(fields=["access", "embargo_until"], condition=Q(embargo_until__isnull=False), name="embargoes")
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


class ReviewLink(models.Model):
    """An address that shows one unpublished version, files included, to whoever has it: for a journal's readers."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="review_links")
    digest = models.CharField(max_length=64, unique=True)  #: SHA-256 of what the link carries
    label = models.CharField(max_length=200, blank=True, default="")  #: for whom
    hides_people = models.BooleanField(default=False)  #: for a double-blind review: who made it is not shown
    created_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created", "pk"]

    def __str__(self) -> str:
        return self.label or str(self.pk)


class StoredFile(models.Model):
    """One file of a version; the bytes are kept once per SHA-256 under ``storage_key``."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=500)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=150, default="application/octet-stream")
    format = models.CharField(max_length=150, blank=True, default="")
    role = models.CharField(max_length=15, default=FileRole.DATA.value, choices=choices(FileRole))
    description_fr = models.TextField(blank=True, default="")
    description_en = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, default=FileState.INCOMING.value, choices=choices(FileState))
    facts = models.JSONField(default=dict, blank=True)
    storage_key = models.CharField(max_length=300)
    problem = models.TextField(blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "path"], name="one_file_per_path"),
        ]
        indexes: ClassVar = [  # the worker asks every second
            models.Index(fields=["created"], condition=Q(state__in=["incoming", "scanning"]), name="files_to_look_into")
        ]

    @classmethod
    def to_look_into(cls) -> models.QuerySet[StoredFile]:
        """The files that were received and not looked into yet, found without reading all the others.

        The states stand in the statement itself: SQLite takes an index of few rows only when it sees that it fits.
        """
        where = f"\"{cls._meta.db_table}\".\"state\" IN ('incoming', 'scanning')"
        return cls.objects.extra(where=[where])

    @property
    def description(self) -> Text:
        """What the file holds, in both languages."""
        return Text(fr=self.description_fr, en=self.description_en)

    def __str__(self) -> str:
        return self.path


class UploadState(StrEnum):
    """How far a resumable upload is."""

    RECEIVING = "receiving"  #: bytes are missing, or it is being kept
    KEPT = "kept"  #: it became a file of its version; or, without a version, it waits to be used
    REFUSED = "refused"  #: whole, and not taken: ``problem`` says why


class Upload(models.Model):
    """A file on its way, in pieces: the bytes received so far are in a spool (`terracite.repository.uploads`)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="uploads")
    version = models.ForeignKey(
        DatasetVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads"
    )  #: None: a zipped crate, for `POST /api/v1/crates?upload=`
    path = models.CharField(max_length=500)
    length = models.BigIntegerField()  #: bytes in all
    media_type = models.CharField(max_length=150, blank=True, default="")
    role = models.CharField(max_length=15, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")  #: wanted; "" = any
    metadata = models.TextField(blank=True, default="")  #: the header Upload-Metadata as it came
    state = models.CharField(max_length=12, default=UploadState.RECEIVING.value, choices=choices(UploadState))
    problem = models.TextField(blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True, blank=True)  #: when keeping it was last tried

    class Meta:
        ordering: ClassVar = ["created", "pk"]

    def __str__(self) -> str:
        return self.path
