# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists by cursor: each page begins after the last item of the one before, whatever was added or removed meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from terracite.errors import DepositError
from terracite.repository import addresses
from terracite.website.api.schemas.common import PageIn

Row = TypeVar("Row", bound=Model)


def page_of(request: HttpRequest, rows: QuerySet[Row], wanted: PageIn, key: str = "-pk") -> tuple[list[Row], str]:
    """One page of ``rows`` in the order of ``key`` (a column without equals), and the address of the next one.

    Raises `DepositError` for a cursor that is none.
    """
    column = key.lstrip("-")
    if wanted.cursor:
        rows = rows.filter(**{f"{column}__{'lt' if key.startswith('-') else 'gt'}": _opened(wanted.cursor, column)})
    found = list(rows.order_by(key)[: wanted.size + 1])
    shown = found[: wanted.size]
    if len(found) == len(shown):
        return shown, ""
    return shown, _following(request, getattr(shown[-1], column))


def _following(request: HttpRequest, last: Any) -> str:
    cursor = base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")
    parameters = [(name, value) for name, values in request.GET.lists() for value in values if name != "cursor"]
    return f"{addresses.base_url()}{request.path}?{urlencode([*parameters, ('cursor', cursor)])}"


def _opened(cursor: str, column: str) -> int | str:
    """What the cursor stands for; numbers within what a database counts."""
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _no_cursor() from error
    wanted = int if column == "pk" else str
    if type(value) is not wanted or (isinstance(value, int) and abs(value) >= 1 << 63) or "\0" in str(value):
        raise _no_cursor()
    return value


def _no_cursor() -> DepositError:
    return DepositError("This cursor is not one of ours.", (), hint="Begin with the first page.")
