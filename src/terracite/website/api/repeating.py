# SPDX-License-Identifier: AGPL-3.0-or-later
"""``Idempotency-Key``: a POST that lost its answer is sent again with the same key, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from terracite.errors import MoveError
from terracite.repository import answered
from terracite.repository.models import Person
from terracite.repository.people import token_of

HEADER = "Idempotency-Key"
Run = Callable[..., HttpResponseBase]


def repeatable(run: Run, refused: Callable[[HttpRequest, Exception], HttpResponse]) -> Run:
    """An operation that gives the answer of the same call again; ``refused`` tells errors of the key itself."""

    @wraps(run)
    def once(request: HttpRequest, **values: Any) -> HttpResponseBase:
        person = _person(request)
        if person is None:
            return run(request, **values)
        try:
            return _once(run, request, person, values)
        except (MoveError, ValueError) as error:
            return refused(request, error)

    return once


def _once(run: Run, request: HttpRequest, person: Person, values: dict[str, Any]) -> HttpResponseBase:
    asked = (str(request.method).encode(), request.get_full_path().encode(), request.body)
    with transaction.atomic():
        row = answered.claim(person, request.headers[HEADER], *asked)
        if row.status:
            given = HttpResponse(row.body, status=row.status, content_type="application/json; charset=utf-8")
            given["Idempotency-Replayed"] = "true"
            return given
        response = run(request, **values)
        if response.status_code >= 400 or not isinstance(response, HttpResponse):
            transaction.set_rollback(True)  # what failed may be tried again with the same key
        else:
            answered.keep(row, response.status_code, response.content.decode())
    return response


def _person(request: HttpRequest) -> Person | None:
    """Whose call it is, when it may be given again: a POST with a key and a small body."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip()
    if request.method != "POST" or HEADER not in request.headers or kind not in {"", "application/json"}:
        return None
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    try:
        return token_of(text.strip()).person if scheme.lower() == "bearer" else None
    except MoveError:
        return None
