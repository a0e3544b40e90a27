# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened, what is still to be told, and to whom."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from terracite.repository.models.holdings import DatasetVersion, Deposit
from terracite.repository.models.people import Person


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
    version = models.ForeignKey(DatasetVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    deposit = models.ForeignKey(Deposit, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
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
        if not self._state.adding:
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

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="+")
    move = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return self.move


class Mail(models.Model):
    """A letter to send: written with the move that asks for it, sent by the worker, tried again when that fails."""

    to = models.EmailField()
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)  #: asked twice, sent once
    subject = models.CharField(max_length=300)
    body = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["next_try_at", "id"]

    def __str__(self) -> str:
        return self.key
