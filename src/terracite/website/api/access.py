# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who calls: the person of a bearer token, or nobody in particular."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer

from terracite.errors import MoveError
from terracite.repository.models import Person
from terracite.repository.people import person_of_token

Visitor = Person | AnonymousUser


class UnauthorizedError(MoveError):
    """The token is missing or not valid."""


class Token(HttpBearer):
    """``Authorization: Bearer <token>``; tokens are made on the account page or with `terracite repository token`."""

    def authenticate(self, _request: HttpRequest, token: str) -> Person:
        try:
            return person_of_token(token)
        except MoveError as error:
            raise UnauthorizedError(error.message, hint=error.hint) from error


class OptionalToken(Token):
    """The same where nobody has to say who they are; a token that is there must be valid."""

    def __call__(self, request: HttpRequest) -> Visitor:
        return super().__call__(request) or AnonymousUser()


def caller(request: HttpRequest) -> Visitor:
    """Who calls, after `Token` or `OptionalToken` looked; a session cookie opens nothing here."""
    return cast("Visitor", getattr(request, "auth", None) or AnonymousUser())
