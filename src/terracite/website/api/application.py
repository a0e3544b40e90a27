# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API put together: its routers, one form for every error, and calls that may be repeated."""

from __future__ import annotations

from functools import partial
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from terracite import __version__
from terracite.website.api import (
    account,
    crates,
    datasets,
    deposits,
    desk_tools,
    desks,
    drafts,
    errors,
    examples,
    files,
    finders,
    imports,
    links,
    moves,
    previews,
    reading,
    search,
    sharing,
    uploads,
)
from terracite.website.api.bodies import JsonParser
from terracite.website.api.repeating import repeatable

DESCRIPTION = """Everything that a person can do on the pages.

**Tokens** are made on the account page, each good for some of `read`, `deposit` and `moderate`, until a day of your
choice. What you may not know of answers 404, what is not yours to do 403.
**Errors** have one form: a `code` for programs; `message`, `cure` and `problems` in the language of `Accept-Language`
(fr, en).
**Repeating**: a POST with an `Idempotency-Key` gives the same answer again; PUT, PATCH and DELETE may be repeated.
**Lists** come in pages: follow `next` until it is empty.
**Fields** may be added to answers: ignore those you do not know.
**Changes** of drafts and deposits, and decisions, may say in `If-Match` which state (`ETag`) they are meant for:
412 when it is no longer so. With `edit`, only fields that somebody else changed are refused: 409, both values in
`conflicts`.
**Pace**: a token makes some hundred calls a minute; after 429, wait as long as `Retry-After` says. Pieces of uploads
and ranges of files are never held up; reading what is published needs no token and is not counted."""


class Docs(Swagger):
    """The description for people, with the scripts that django-ninja ships: nothing comes from elsewhere."""

    template = "api/swagger.html"


class Api(NinjaAPI):
    """The same with short names of operations, for clients that are made from the description."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**options)
        examples.put_into(described)
        return described

    def get_openapi_operation_id(self, operation: Operation) -> str:
        function = operation.view_func
        return f"{function.__module__.rpartition('.')[2]}_{function.__name__}"


api = Api(
    docs=Docs(),
    title="Terracite",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    parser=JsonParser(),
)
errors.handle(api)
for _part in (
    account, search, finders, deposits, sharing, datasets, drafts, imports, files, uploads, reading, previews, desks,
    desk_tools, moves, crates,
):  # fmt: skip
    _part.router.add_decorator(partial(repeatable, refused=errors.refused), mode="view")
    api.add_router("", _part.router)
api.add_router("", links.router)  # what it answers is kept nowhere
