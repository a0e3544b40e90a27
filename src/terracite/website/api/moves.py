# SPDX-License-Identifier: AGPL-3.0-or-later
"""What owners, moderators and curators do to a version at its desks: one row of a table each, one way to make them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from terracite.errors import DepositError
from terracite.repository import corrections, moderation
from terracite.repository.models import DatasetVersion, Person, TokenScope
from terracite.website.api import conditions
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import VERSION, row_of, version_of
from terracite.website.api.schemas import desks as bodies
from terracite.website.api.schemas.common import CHANGING
from terracite.website.api.schemas.datasets import DatasetOut
from terracite.website.api.telling import dataset_out

router = Router(tags=["moderation"])
Data = Callable[[Any, DatasetVersion], dict[str, Any]]
DESK, OWNER = (TokenScope.MODERATE,), (TokenScope.DEPOSIT,)
BOTH = (*OWNER, *DESK)


@dataclass(frozen=True, slots=True)
class Verb:
    """One call: which move of the table it makes, by tokens of which scopes, and with what."""

    path: str
    move: str
    scopes: tuple[TokenScope, ...]
    body: type[Schema]
    summary: str
    about: str
    data: Data


def _as_is(body: Schema, _version: DatasetVersion) -> dict[str, Any]:
    return body.dict()


def _to_person(body: bodies.PersonIn, _version: DatasetVersion) -> dict[str, Any]:
    found = Person.objects.filter(username=body.to, is_active=True).first() if "\0" not in body.to else None
    if found is None:
        raise DepositError("Nobody has that account.", (), hint="Check the user name.")
    return {"to": found}


def _to_person_with_note(body: bodies.PersonIn, version: DatasetVersion) -> dict[str, Any]:
    return _to_person(body, version) | {"note": body.note}


def _comment(body: bodies.CommentIn, version: DatasetVersion) -> dict[str, Any]:
    thread = get_object_or_404(version.threads, pk=body.thread) if body.thread else None
    return {"text": body.text, "field": body.field, "thread": thread}


VERBS = (
    Verb("/take", "take", DESK, bodies.NothingIn, "Take it for one's desk", "The review begins.", _as_is),
    Verb("/assign", "assign", DESK, bodies.PersonIn, "Give it to a moderator",
         "To a moderator of one of its desks who is not an author.", _to_person),
    Verb("/hand-over", "hand_over", DESK, bodies.PersonIn, "Hand it over", "A review that one took.",
         _to_person_with_note),
    Verb("/comments", "comment", BOTH, bodies.CommentIn, "Say something",
         "In a conversation, or to open one about a field; between its owners and its desks.", _comment),
    Verb("/suggestions", "suggest", DESK, bodies.SuggestionIn, "Suggest a value",
         "For one field of the record; the owner takes or refuses it.", _as_is),
    Verb("/request-changes", "request_changes", DESK, bodies.ChangesWantedIn, "Ask for changes",
         "Its owner can edit it again.", _as_is),
    Verb("/accept", "accept", DESK, bodies.AcceptIn, "Accept it for one's desk",
         "With the last desk's acceptance, it is published as soon as its DOI is registered.", _as_is),
    Verb("/reject", "reject", DESK, bodies.RejectIn, "Refuse it for good",
         "Reasons: " + ", ".join(moderation.REJECTION_REASONS) + ". Other needs a text.", _as_is),
    Verb("/withdraw", "withdraw", DESK, bodies.ReasonIn, "Withdraw a public version",
         "By a curator: the page becomes a tombstone that tells the reason.", _as_is),
    Verb("/correction", "correct_metadata", OWNER, bodies.CorrectionIn, "Propose a correction",
         "Of published metadata: nothing public changes before its desk approves.", _as_is),
    Verb("/correction/approve", "approve_correction", DESK, bodies.NoteIn, "Approve a correction",
         "The page, the DOI and the index follow.", _as_is),
    Verb("/correction/refuse", "refuse_correction", DESK, bodies.ReasonIn, "Refuse a correction",
         "The published metadata stay as they are.", _as_is),
)  # fmt: skip


def _operation(verb: Verb) -> Callable[..., DatasetOut]:
    """The function of one verb, as the router reads it."""

    def made(request: HttpRequest, identifier: UUID, number: int, body: Any) -> DatasetOut:
        return _moved(request, version_of(request, identifier, number), verb.move, verb.data, body)

    made.__name__, made.__doc__ = verb.move, verb.about
    made.__annotations__["body"] = verb.body
    return made


for _verb in VERBS:
    router.post(
        VERSION + _verb.path,
        auth=RequiredToken(*_verb.scopes),
        response={200: DatasetOut, **CHANGING},
        summary=_verb.summary,
    )(_operation(_verb))


@router.post(
    VERSION + "/threads/{int:thread}/close",
    auth=RequiredToken(*DESK),
    response={200: DatasetOut, **CHANGING},
    summary="Close a conversation",
)
def close_thread(request: HttpRequest, identifier: UUID, number: int, thread: int) -> DatasetOut:
    """What was asked for is done, or no longer asked for."""
    version = version_of(request, identifier, number)
    return _moved(request, version, "close_thread", lambda key, at: {"thread": row_of(at.threads, key)}, thread)


@router.post(
    VERSION + "/suggestions/{int:suggestion}/answer",
    auth=RequiredToken(*OWNER),
    response={200: DatasetOut, **CHANGING},
    summary="Take or refuse a suggested value",
)
def answer_suggestion(
    request: HttpRequest, identifier: UUID, number: int, suggestion: int, body: bodies.AnswerIn
) -> DatasetOut:
    """By the owner; a taken one is marked with who suggested it."""
    version = version_of(request, identifier, number)
    found = row_of(version.suggestions, suggestion)
    return _moved(
        request, version, "answer_suggestion", lambda said, _: {"suggestion": found, "accept": said.accept}, body
    )


@router.post(
    VERSION + "/correction/take-back",
    auth=RequiredToken(*OWNER),
    response={200: DatasetOut, **CHANGING},
    summary="Take a correction back",
)
def take_back_correction(request: HttpRequest, identifier: UUID, number: int, body: bodies.NothingIn) -> DatasetOut:  # noqa: ARG001
    """By the owner, while it waits for its desk; nothing public changed."""
    version = corrections.take_back(version_of(request, identifier, number), person(request))
    return dataset_out(version, person(request))


def _moved(request: HttpRequest, version: DatasetVersion, move: str, data: Data, body: Any) -> DatasetOut:
    conditions.check_now(request, lambda: dataset_out(version, person(request)))
    moderation.move(version, move, person(request), **data(body, version))
    return dataset_out(version, person(request))
