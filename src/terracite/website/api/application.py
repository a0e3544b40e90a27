# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API put together: its routers, and one form for every error."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.docs import Swagger

from terracite import __version__
from terracite.errors import (
    MoveError,
    Problem,
    ProblemsError,
    ServiceError,
    StorageError,
    TerraciteError,
)
from terracite.repository import uploads as receiving
from terracite.website.api import crates, datasets, search, tus, uploads
from terracite.website.api.access import UnauthorizedError


class Docs(Swagger):
    """The description for people, with the scripts that django-ninja ships: nothing comes from elsewhere."""

    template = "api/swagger.html"


api = NinjaAPI(
    docs=Docs(),
    title="Terracite",
    version=__version__,
    description="Search and read what is published; send crates. Errors say what is wrong and what to do about it.",
    urls_namespace="api",
)
api.add_router("", search.router)
api.add_router("", datasets.router)
api.add_router("", crates.router)
api.add_router("", uploads.router)

_STATUS: tuple[tuple[type[TerraciteError], int], ...] = (
    (UnauthorizedError, 401),
    (tus.HeaderError, 400),
    (tus.VersionError, 412),
    (tus.BodyTypeError, 415),
    (receiving.UploadOffsetError, 409),
    (receiving.UploadGoneError, 410),
    (receiving.UploadTooLongError, 413),
    (receiving.UploadBusyError, 423),
    (receiving.UploadChecksumError, 460),
    (MoveError, 403),
    (StorageError, 507),
    (ServiceError, 502),
    (TerraciteError, 422),
)
NO_TOKEN = "This needs a token."
TOKEN_CURE = "Send 'Authorization: Bearer ...'; make a token on your account page."


@api.exception_handler(TerraciteError)
def refused(request: HttpRequest, error: TerraciteError) -> HttpResponse:
    """Errors made on purpose, with their cure."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    problems = list(error.problems) if isinstance(error, ProblemsError) else []
    return _error(request, status, error.message, error.hint, problems)


@api.exception_handler(AuthenticationError)
def without_token(request: HttpRequest, _error_raised: AuthenticationError) -> HttpResponse:
    return _error(request, 401, NO_TOKEN, TOKEN_CURE)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, _error_raised: Http404) -> HttpResponse:
    """Also for what the caller may not know of."""
    return _error(request, 404, "There is nothing at this address.", "Check the identifier, or send your token.")


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = [Problem(str(item["loc"][-1]), f"{item['msg']}.") for item in error.errors]
    return _error(request, 422, "Some parameters cannot be used.", "Correct them and call again.", problems)


def _error(
    request: HttpRequest, status: int, message: str, cure: str, problems: list[Problem] | None = None
) -> HttpResponse:
    told = [{"where": item.where, "what": item.what, "cure": item.cure} for item in problems or []]
    response = api.create_response(request, {"error": message, "cure": cure, "problems": told}, status=status)
    if "/uploads" in request.path:
        response["Tus-Resumable"] = tus.VERSION
    if status == 412:
        response["Tus-Version"] = tus.VERSION
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
