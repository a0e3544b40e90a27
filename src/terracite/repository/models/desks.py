# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work of the moderation desks: snapshots, reviews, conversations, suggestions, corrections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from terracite.record.model import Discipline
from terracite.repository.models.holdings import DatasetVersion
from terracite.repository.models.people import Person, choices
from terracite.repository.states import DeskDecision, ProposalState


class Snapshot(models.Model):
    """The content of one submission, frozen: what the desks read, and what the next submission differs from."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="snapshots")
    hash = models.CharField(max_length=64)
    record = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.hash


class Review(models.Model):
    """What one discipline's desk says of one submission (its snapshot). Pending ones are the desk's queue."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="reviews")
    discipline = models.CharField(max_length=30, choices=choices(Discipline))
    snapshot_hash = models.CharField(max_length=64)
    moderator = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=10, default=DeskDecision.PENDING.value, choices=choices(DeskDecision))
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
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    open = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["created"]

    def __str__(self) -> str:
        return self.field or "general"


class Comment(models.Model):
    """One message of a conversation."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by_link = models.BooleanField(default=False)  #: written on the page that a mail's link opens, without logging in

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class ReplyLink(models.Model):
    """What lets one person answer in one conversation from a mail, without logging in."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="reply_links")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  #: SHA-256 of what the link carries
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person}: {self.thread}"


class CannedSentence(models.Model):
    """A sentence that a desk writes often, in both languages; ``field``: the one it is about, "" = any."""

    discipline = models.CharField(max_length=30, choices=choices(Discipline))
    field = models.CharField(max_length=100, blank=True, default="")
    text_fr = models.TextField(blank=True, default="")
    text_en = models.TextField(blank=True, default="")
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["discipline", "field", "id"]

    def __str__(self) -> str:
        return self.text_en or self.text_fr


class Suggestion(models.Model):
    """An edit of one field that a moderator suggests; the owner accepts or refuses it."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=100)
    value = models.JSONField()
    before = models.JSONField(null=True, blank=True)  #: what the field held then: changed since, it is a conflict
    note = models.TextField(blank=True, default="")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=ProposalState.PROPOSED.value, choices=choices(ProposalState))
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
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=ProposalState.PROPOSED.value, choices=choices(ProposalState))
    created = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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
