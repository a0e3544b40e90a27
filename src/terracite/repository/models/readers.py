# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers leave: counts of what was looked at and taken, requests for access, messages to contact persons."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from django.db import models

from terracite.repository.models.holdings import DatasetVersion
from terracite.repository.models.people import Person, choices
from terracite.repository.states import ProposalState


class UsageKind(StrEnum):
    """The two metrics of the COUNTER code of practice for research data."""

    VIEW = "view"  #: "investigation": the page or its metadata was read
    DOWNLOAD = "download"  #: "request": files were taken


class UsageDay(models.Model):
    """How often one version was used on one day. No visitor is kept, nor anything that names one."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=choices(UsageKind))
    by_machine = models.BooleanField(default=False)  #: a program said what it is, and is no crawler
    hits = models.PositiveIntegerField(default=0)  #: double clicks (30 s) counted once
    visitors = models.PositiveIntegerField(default=0)  #: distinct sessions of an hour
    bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "day", "kind", "by_machine"], name="one_count_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.hits}"


class AccessRequest(models.Model):
    """Somebody asks for the files of a restricted version; its owner answers."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="access_requests")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_requests")
    reason = models.TextField()
    state = models.CharField(max_length=10, default=ProposalState.PROPOSED.value, choices=choices(ProposalState))
    answer = models.TextField(blank=True, default="")
    created = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  #: until when a granted one opens the files; None: always

    class Meta:
        ordering: ClassVar = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"


class ContactMessage(models.Model):
    """What a reader wrote to the contact persons of a dataset, whose addresses are never shown."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="contact_messages")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created", "id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:40]}"
