# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, their roles and their tokens."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from terracite.record.model import Discipline


class DeskRoleName(StrEnum):
    """A role that is granted; a depositor needs none."""

    MODERATOR = "moderator"
    CURATOR = "curator"
    ADMINISTRATOR = "administrator"


class TokenScope(StrEnum):
    """What a token is good for."""

    READ = "read"  #: see what its person sees
    DEPOSIT = "deposit"  #: send files and crates, change drafts
    MODERATE = "moderate"  #: decide at its person's desks


def every_scope() -> list[str]:
    """What a token is good for unless something else is asked: what a depositor does, never a desk's decisions."""
    return [TokenScope.READ.value, TokenScope.DEPOSIT.value]


def choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """An enumeration as the choices of a column."""
    return [(value.value, value.value) for value in values]


class Person(AbstractUser):
    """Somebody with an account. Authors of datasets need none: they live in the record."""

    orcid = models.CharField(max_length=19, blank=True, default="")
    language = models.CharField(max_length=2, default="en")
    by_mail = models.BooleanField(default=True)  #: also told by mail, not on the account page alone

    @property
    def display_name(self) -> str:
        """The full name, or the user name."""
        return self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.display_name


class DeskRole(models.Model):
    """A role of a person: moderator of one discipline, curator or administrator of all (discipline "")."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="desk_roles")
    role = models.CharField(max_length=20, choices=choices(DeskRoleName))
    discipline = models.CharField(max_length=30, blank=True, default="", choices=choices(Discipline))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role", "discipline"], name="one_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} {self.discipline}".strip()


class ApiToken(models.Model):
    """A token for the command line or the REST API; only its SHA-256 is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100)
    scopes = models.JSONField(default=every_scope)  #: list of TokenScope values
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  #: None: until it is revoked

    def __str__(self) -> str:
        return self.label


class AnsweredCall(models.Model):
    """The answer to a call that its program named by a key: asked again, it is given again, nothing done twice."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    call = models.CharField(max_length=64)  #: SHA-256 of what was asked
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
