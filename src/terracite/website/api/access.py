# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who calls: the person of a bearer token, or nobody in particular."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from terracite.errors import MoveError
from terracite.repository.models import Person, TokenScope
from terracite.repository.people import ScopeError, person_of_token

Visitor = Person | AnonymousUser


class UnauthorizedError(MoveError):
    """The token is missing or not valid."""


class Token(HttpBearer):
    """``Authorization: Bearer <token>``, good for ``scope``; made on the account page, or with
    `terracite repository person token`."""

    def __init__(self, scope: TokenScope = TokenScope.READ) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, _request: HttpRequest, token: str) -> Person:
        try:
            return person_of_token(token, self.scope)
        except ScopeError:
            raise
        except MoveError as error:
            raise UnauthorizedError(error.message, hint=error.hint) from error


class OptionalToken(Token):
    """The same where nobody has to say who they are; a token that is there must be valid."""

    def __call__(self, request: HttpRequest) -> Visitor:
        return super().__call__(request) or AnonymousUser()


class TokenOrSession(Token):
    """A token, or the session of a page of ours; the session with the page's CSRF token (header X-CSRFToken), so that
    no other site can send anything in a visitor's name."""

    def __call__(self, request: HttpRequest) -> Person | None:
        if "Authorization" in request.headers:
            return cast("Person | None", super().__call__(request))
        if not isinstance(request.user, Person):
            return None
        if request.method not in {"GET", "HEAD"} and check_csrf(request) is not None:
            raise MoveError("The page that sends this is too old.", hint="Reload it, then go on.")
        return request.user


def caller(request: HttpRequest) -> Visitor:
    """Who calls, after `Token` or `OptionalToken` looked; a session cookie opens nothing here."""
    return cast("Visitor", getattr(request, "auth", None) or AnonymousUser())
