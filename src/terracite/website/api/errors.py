# SPDX-License-Identifier: AGPL-3.0-or-later
"""One form for every error: a code for programs, and for people what happened and the cure, in their language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from terracite.errors import (
    MoveError,
    Problem,
    ProblemsError,
    ServiceError,
    StorageError,
    StoreAwayError,
    TerraciteError,
)
from terracite.repository import uploads as receiving
from terracite.repository.answered import KeyReusedError
from terracite.repository.edits import EditConflictError
from terracite.repository.people import ScopeError
from terracite.repository.states import MoveRefusedError, Refusal
from terracite.website import away, messages_of
from terracite.website.api import tus, words
from terracite.website.api.access import UnauthorizedError
from terracite.website.api.conditions import ChangedError
from terracite.website.api.rates import TooOftenError
from terracite.website.templatetags.show import language

log = logging.getLogger(__name__)
#: kind of error -> status, code; the first that fits
STATUS: tuple[tuple[type[TerraciteError], int, str], ...] = (
    (UnauthorizedError, 401, "unauthorized"),
    (ScopeError, 403, "scope"),
    (TooOftenError, 429, "too_often"),
    (ChangedError, 412, "changed"),
    (KeyReusedError, 422, "key_reused"),
    (EditConflictError, 409, "edit_conflict"),
    (tus.HeaderError, 400, "header"),
    (tus.VersionError, 412, "tus_version"),
    (tus.BodyTypeError, 415, "body_type"),
    (receiving.UploadOffsetError, 409, "upload_offset"),
    (receiving.UploadGoneError, 410, "upload_gone"),
    (receiving.UploadTooLongError, 413, "upload_too_long"),
    (receiving.UploadBusyError, 423, "upload_busy"),
    (receiving.UploadChecksumError, 460, "upload_checksum"),
    (MoveError, 403, "forbidden"),
    (StoreAwayError, 503, "storage_away"),
    (StorageError, 507, "storage"),
    (ServiceError, 502, "service"),
    (TerraciteError, 422, "invalid"),
)
#: refusals of the table of moves that are not a conflict with the state of the dataset
_FORBIDDEN = frozenset({"role", "author"})
_TO_CORRECT = frozenset({"blockers", "no_files", "terms", "no_reason", "no_thread", "identity_changed", "heir"})


def handle(api: NinjaAPI) -> None:
    """Have ``api`` tell every error in the one form."""
    api.add_exception_handler(TerraciteError, cast("Any", refused))
    api.add_exception_handler(AuthenticationError, lambda request, _: told(request, 401, "unauthorized", *words.TOKEN))
    api.add_exception_handler(Http404, lambda request, _: told(request, 404, "not_found", *words.NOTHING))
    api.add_exception_handler(PermissionDenied, _denied)
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(HttpError, _http)
    for kind in (OperationalError, InterfaceError):
        api.add_exception_handler(kind, _database_away)
    api.add_exception_handler(RequestDataTooBig, lambda request, _: told(request, 413, "too_large", *words.TOO_LARGE))


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Errors made on purpose, with their cure."""
    if isinstance(error, MoveRefusedError):
        return _move_refused(request, error)
    if not isinstance(error, TerraciteError):
        raise error
    status, code = next((status, code) for kind, status, code in STATUS if isinstance(error, kind))
    problems = list(error.problems) if isinstance(error, ProblemsError) else []
    answer = told(request, status, code, *_words(error), problems, _conflicts(error))
    if isinstance(error, TooOftenError):
        answer["Retry-After"] = str(error.wait_s)
    if status == 503:
        answer["Retry-After"] = str(away.RETRY_S)
    return answer


def told(
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    cure: str = "",
    problems: Iterable[Problem] = (),
    conflicts: Iterable[dict[str, object]] = (),
) -> HttpResponse:
    """The answer, in the language of the request."""
    listed = [
        {"where": item.where, "what": _said(item.what), "cure": _said(item.cure), "code": ""} for item in problems
    ]
    content = {"code": code, "message": _said(message), "cure": _said(cure), "problems": listed}
    return _answer(request, status, content | {"conflicts": list(conflicts)})


def _answer(request: HttpRequest, status: int, content: Mapping[str, object]) -> HttpResponse:
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = language()
    response["Vary"] = "Accept-Language"
    if _is_upload(request):
        response["Tus-Resumable"] = tus.VERSION
        if status == 412:
            response["Tus-Version"] = tus.VERSION
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _move_refused(request: HttpRequest, error: MoveRefusedError) -> HttpResponse:
    """What the table of moves says, in the reader's language, every reason with its own code."""
    codes = {refusal.code for refusal in error.refusals}
    status = 403 if codes & _FORBIDDEN or _is_upload(request) else 422 if codes <= _TO_CORRECT else 409
    reasons = [_reason(refusal) for refusal in error.refusals]
    content = {
        "code": error.refusals[0].code if error.refusals else "forbidden",
        "message": " ".join(reason["what"] for reason in reasons),
        "cure": " ".join(reason["cure"] for reason in reasons if reason["cure"]),
        "problems": reasons,
        "conflicts": [],
    }
    return _answer(request, status, content)


def _is_upload(request: HttpRequest) -> bool:
    """Where 409 means another offset: clients of tus would try again for ever."""
    return "/uploads" in request.path


def _reason(refusal: Refusal) -> dict[str, str]:
    tongue = language()
    cure = refusal.cure.best(tongue)
    return {"where": "", "what": refusal.message.best(tongue), "cure": cure, "code": refusal.code}


def _denied(request: HttpRequest, error: Any) -> HttpResponse:
    return told(request, 403, "forbidden", str(error) or words.NOT_YOURS[0], words.NOT_YOURS[1])


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return told(request, error.status_code, "invalid", str(error))


def _database_away(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("the database did not answer: %s", error)
    answer = told(request, 503, "database_away", *words.DATABASE_AWAY)
    answer["Retry-After"] = str(away.RETRY_S)
    return answer


def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    problems = [Problem(_place(item["loc"]), f"{_said(item['msg'])}.") for item in error.errors]
    return told(request, 422, "invalid", *words.NOT_UNDERSTOOD, problems)


def _place(parts: tuple[Any, ...]) -> str:
    """The name of a parameter, or of a field of the body with its path."""
    own = [str(part) for part in parts[2:]] if len(parts) > 2 else [str(part) for part in parts[-1:]]
    return ".".join(own)


def _conflicts(error: TerraciteError) -> list[dict[str, object]]:
    found = error.conflicts if isinstance(error, EditConflictError) else ()
    return [{"field": one.field, "mine": one.mine, "theirs": one.theirs, "edit": one.edit} for one in found]


def _words(error: TerraciteError) -> tuple[str, str]:
    """Message and cure; where the pages have both in one sentence in the reader's language, that."""
    if isinstance(error, StoreAwayError):
        log.error("%s", error)
        return words.STORE_AWAY
    if isinstance(error, EditConflictError):
        names = ", ".join(one.field for one in error.conflicts)
        return gettext(words.CHANGED) % {"names": names}, error.hint
    together = messages_of.known(error)
    return (together, "") if together else (error.message, error.hint)


def _said(text: str) -> str:
    """In the reader's language where there are words for it (see `words`)."""
    return gettext(text) if text else ""
