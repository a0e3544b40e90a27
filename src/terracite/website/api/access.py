# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who calls: the person of a bearer token, or nobody in particular; and how often a token may."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from terracite.errors import MoveError
from terracite.repository.models import Person, TokenScope
from terracite.repository.people import check_scope, token_of
from terracite.website.api import rates

Visitor = Person | AnonymousUser


class UnauthorizedError(MoveError):
    """The token is missing or not valid."""


class Token(HttpBearer):
    """``Authorization: Bearer <token>``, good for one of ``scopes``; made on the account page, or with
    `terracite repository person token`."""

    openapi_bearerFormat = "tct_..."  # noqa: N815  a name of the base class

    def __init__(self, *scopes: TokenScope) -> None:
        super().__init__()
        self.scopes = scopes or (TokenScope.READ,)

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        try:
            found = token_of(token)
        except MoveError as error:
            raise UnauthorizedError(error.message, hint=error.hint) from error
        check_scope(found, *self.scopes)
        rates.count(found, request)
        return found.person


class OptionalToken(Token):
    """The same where nobody has to say who they are; a token that is there must be valid."""

    def __call__(self, request: HttpRequest) -> Visitor:
        if "Authorization" not in request.headers:
            return AnonymousUser()
        return super().__call__(request) or _not_a_bearer()


class RequiredToken(Token):
    """The same, said in words when it is missing or of another kind."""

    def __call__(self, request: HttpRequest) -> Person:
        return cast("Person | None", super().__call__(request)) or cast("Person", _not_a_bearer())


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
    """Who calls, after one of the above looked; a session cookie opens nothing here."""
    return cast("Visitor", getattr(request, "auth", None) or AnonymousUser())


def person(request: HttpRequest) -> Person:
    """Who calls, where a token is required."""
    return cast("Person", request.auth)  # type: ignore[attr-defined]


def _not_a_bearer() -> Visitor:
    raise UnauthorizedError(
        "This needs a token.", hint="Send 'Authorization: Bearer ...'; make a token on your account page."
    )
