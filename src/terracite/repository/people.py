# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts, roles and tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.model import Discipline
from terracite.repository.events import add_event
from terracite.repository.models import ApiToken, DeskRole, DeskRoleName, Notice, Person, TokenScope
from terracite.repository.models.people import every_scope
from terracite.repository.tokens import digest_of, new_token

TOKEN_PREFIX = "tct_"  # lets a secret scanner recognise a token that was published by mistake
_LAST_USED_STEP = dt.timedelta(minutes=5)


class ScopeError(MoveError):
    """The token is valid, and not for this."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. ``text`` is shown once: only its digest is kept."""

    text: str
    token: ApiToken


def ensure_person(
    username: str,
    *,
    email: str = "",
    given_name: str = "",
    family_name: str = "",
    orcid: str = "",
    language: str = "en",
    password: str = "",
) -> Person:
    """The account of that name, made when there is none; an existing one keeps what it has.

    Without a password nobody can log in by password. Raises `DepositError` for a password that is too weak.
    """
    existing = Person.objects.filter(username=username).first()
    if existing is not None:
        return existing
    person = Person(
        username=username,
        email=email,
        first_name=given_name,
        last_name=family_name,
        orcid=orcid,
        language=language,
    )
    if password:
        _check_password(password, person)
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    return person


def find_person(username: str) -> Person:
    """The active account of that name, or `DepositError`."""
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise DepositError(
            f"There is no account '{username}'.", (), hint="Make it with 'terracite repository person add'."
        )
    return person


def grant(person: Person, role: str, discipline: str = "", *, by: Person | None = None) -> DeskRole:
    """Give a role. A moderator's needs its discipline; curators and administrators serve all of them."""
    if role not in {name.value for name in DeskRoleName}:
        raise DepositError(f"There is no role '{role}'.", (), hint=f"Roles: {', '.join(DeskRoleName)}.")
    if role == DeskRoleName.MODERATOR and discipline not in {item.value for item in Discipline}:
        raise DepositError(
            f"'{discipline}' is not a discipline.",
            (),
            hint=f"A moderator has one of: {', '.join(Discipline)}.",
        )
    desk = discipline if role == DeskRoleName.MODERATOR else ""
    with transaction.atomic():
        granted, is_new = DeskRole.objects.get_or_create(person=person, role=role, discipline=desk)
        if is_new:
            add_event("grant", actor=by, payload={"person": person.pk, "role": role, "discipline": desk})
    return granted


def revoke(person: Person, role: str, discipline: str = "", *, by: Person | None = None) -> None:
    """Take a role away; nothing happens when the person does not have it."""
    with transaction.atomic():
        deleted, _ = DeskRole.objects.filter(person=person, role=role, discipline=discipline).delete()
        if deleted:
            add_event("revoke", actor=by, payload={"person": person.pk, "role": role, "discipline": discipline})


def make_token(
    person: Person, label: str, scopes: Iterable[str] | None = None, expires_at: dt.datetime | None = None
) -> NewToken:
    """A token for the command line or the REST API, good for ``scopes`` until ``expires_at`` (None: until revoked).

    Without ``scopes`` it reads and deposits. `DepositError` for a scope that is none, or a moment that is past.
    """
    wanted = set(every_scope() if scopes is None else scopes)
    if not wanted or wanted - set(TokenScope):
        raise DepositError("A token is good for something known.", (), hint=f"Scopes: {', '.join(TokenScope)}.")
    if expires_at is not None and expires_at <= timezone.now():
        raise DepositError("This token would be over already.", (), hint="Choose a later day.")
    text, digest = new_token(TOKEN_PREFIX)
    chosen = [scope.value for scope in TokenScope if scope in wanted]
    made = ApiToken.objects.create(
        person=person, digest=digest, label=label[:100], scopes=chosen, expires_at=expires_at
    )
    return NewToken(text, made)


def token_of(text: str) -> ApiToken:
    """The token of that text, with its person; `MoveError` for one that is unknown or over, or a closed account."""
    token = ApiToken.objects.select_related("person").filter(digest=digest_of(text)).first()
    if token is None or not token.person.is_active:
        raise MoveError("This token is not valid.", hint="Make a new one on your account page.")
    now = timezone.now()
    if token.expires_at is not None and token.expires_at <= now:
        raise MoveError("This token is over.", hint="Make a new one on your account page.")
    if token.last_used is None or now - token.last_used > _LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
    return token


def check_scope(token: ApiToken, *scopes: str) -> None:
    """`ScopeError` unless the token is good for one of these."""
    if not set(scopes) & set(token.scopes):
        lacks = " or ".join(f"'{scope}'" for scope in scopes)
        raise ScopeError(f"This token is not for that: it lacks {lacks}.", hint="Make another on your account page.")


def person_of_token(text: str, scope: str = TokenScope.READ) -> Person:
    """Whose token this is; `MoveError` for an unknown one or a closed account, `ScopeError` when not for this."""
    token = token_of(text)
    check_scope(token, scope)
    return token.person


def unread_notices(person: Person) -> list[Notice]:
    """What happened to this person's datasets and desks and was not read yet, newest first."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    return list(unread.select_related("version", "version__dataset"))


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        problems = [Problem("password", message) for message in error.messages]
        raise DepositError("This password is too weak.", problems, hint="Choose a longer one.") from error
