# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way to change something, by everybody, in every state, by page and by call: only what `ways` tells happens."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from terracite.repository import collaborators, inheriting, people, review_links
from terracite.repository.models import (
    AccessRequest,
    DatasetVersion,
    Event,
    Invitation,
    Suggestion,
    Thread,
    TokenScope,
)
from terracite.repository.permissions import moves_of
from terracite.repository.states import MOVES, State
from terracite.repository.tokens import digest_of
from terracite.website import urls
from terracite.website.api.application import api
from terracite.website.pages import contact
from terracite.website.pages.desks.moves import _DATA

from . import scene
from .test_corrections import fields
from .ways import APART, CALLS_APART, EVERYWHERE, OF_THE_MACHINE, SHOWING, WAYS, Scene, Way

PUBLIC = {"published", "superseded", "withdrawn"}
EVERYBODY = ("alice", "bob", "chloe", "dora", "elise", "remi", "berenice", "admin", "anonymous")
IN_TURN = ("dora", "berenice", "admin", "anonymous")
WORKING = ("alice", "bob", "chloe", "dora")
Through = dict[str, set[tuple[str, str]]]


class UndoError(Exception):
    """Ends one try, so that the next one finds everything as it was."""


@pytest.fixture
def at(draft: DatasetVersion, cast: scene.Cast, settings, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Everybody, and everything that a form may name."""
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, calls_per_minute=0)
    monkeypatch.setattr(contact, "_may_send", lambda _request: True)
    for number in (403, 404):  # drawn by other tests, here a thousand times
        monkeypatch.setattr(urls, f"handler{number}", lambda *_, exception, status=number: HttpResponse(status=status))
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    deposit = draft.dataset.deposit
    inheriting.save_common(deposit, cast.alice, {"licence": "CC0-1.0"})
    _a_file_in_a_folder(draft)
    submitted = scene.submitted(draft, cast)
    known = {"alice": cast.alice, "bob": cast.bob, "chloe": cast.chloe}
    for name, role, discipline in (
        ("dora", "curator", ""), ("berenice", "moderator", "biodiversity"), ("admin", "administrator", ""),
        ("elise", "moderator", scene.LAND), ("remi", "", ""),
    ):  # fmt: skip
        known[name] = people.ensure_person(name, email=f"{name}@example.org", given_name=name, family_name=f"{name}s")
        if role:
            people.grant(known[name], role, discipline)
    collaborators.add(deposit, cast.alice, "elise", "editor")
    collaborators.add(deposit, cast.alice, "remi", "reader")
    invitation = Invitation.objects.create(
        deposit=deposit, email="eve@example.org", role="reader", digest=digest_of("token-of-the-letter"),
        invited_by=cast.alice, expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    link, _token = review_links.make(submitted, cast.alice, "", 10)
    other = people.ensure_person("eve")
    return Scene(
        version=submitted,
        thread=Thread.objects.create(version=submitted, author=cast.bob, field="title"),
        suggestion=Suggestion.objects.create(
            version=submitted, author=cast.bob, field="title.en", value="Better", before=submitted.record["title"]["en"]
        ),
        link=link,
        asked=AccessRequest.objects.create(version=submitted, person=other, reason="To see."),
        invitation=invitation,
        people=known,
        correction_form={},
    )


def _a_file_in_a_folder(version: DatasetVersion) -> None:
    file = version.files.get(path="map.tif")
    file.pk, file.path = None, "maps/more.tif"
    file.save()


def test_every_address_and_every_call_is_tried_or_named() -> None:
    pages, calls = {way.page for way in WAYS.values() if way.page}, {way.call for way in WAYS.values() if way.call}
    assert set(_pages_known()) == pages | SHOWING | APART
    assert {one.name for one in operations()} == calls | CALLS_APART
    assert set(MOVES) == (set(WAYS) & set(MOVES)) | OF_THE_MACHINE
    assert set(_DATA) <= set(WAYS)


def _pages_known() -> dict[str, URLPattern]:
    """Every address of the website by its name, without those of the API."""
    return {str(one.name): one for one in _patterns(get_resolver())}


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        elif not str(one.pattern).startswith("api/"):
            yield from _patterns(one)


def test_only_what_the_tables_tell_happens(at: Scene) -> None:
    happened: dict[str, Through] = {"page": {}, "call": {}}
    wrong = []
    clients = {"page": _pages(at), "call": _calls(at)}
    for client in (*clients["page"].values(), *clients["call"].values()):
        client.handler = clients["page"]["alice"].handler  # the middleware is put together once
    for state in (state.value for state in State):
        _put(at, state)
        if state == "published":
            page = clients["page"]["alice"].get(reverse("correct", args=[at.version.uuid])).content
            at.correction_form = fields(page) | {"title.en": ["Land cover, corrected"], "send": ["1"]}
        for name, way in WAYS.items():
            for who, by in set(tries(way, state)):
                status, wrote = _tried(at, way, partial(_DO[by], clients[by][who], at, way))
                if wrote:
                    happened[by].setdefault(name, set()).add((who, state))
                if status >= 500 or (wrote and name in MOVES and not _offered(at, who, name)):
                    wrong.append((name, who, state, status))
    assert wrong == []
    assert _differs(happened["page"], _told("page")) == {}
    assert _differs(happened["call"], _told("call")) == {}


def tries(way: Way, state: str) -> Iterator[tuple[str, str]]:
    """Who tries it in this state, by page or by call: both make the same move, so that the calls are tried less."""
    if way.states == set(EVERYWHERE) and state != "in_review":
        return  # whatever the state of a dataset, its deposit is the same
    if way.is_edit and state not in {*way.states, "in_review"}:
        return  # one question for all of them, which "edit" asks in every state
    for who in EVERYBODY:
        gets_through = any(who in names for names in way.who)
        works = gets_through and who in WORKING
        if way.page and (works or (state == "in_review" and (gets_through or _looks(who, way)))):
            yield who, "page"
        if way.call and ((works and state in way.states) or (who, state) == ("chloe", "in_review")):
            yield who, "call"
    if state == "published":
        yield from (("chloe", by) for by in ("page", "call") if getattr(way, by))


def _looks(who: str, way: Way) -> bool:
    """Whether somebody who never gets through tries: those nearest to it all ways, the others in turn."""
    if who not in IN_TURN:
        return True
    return list(WAYS.values()).index(way) % len(IN_TURN) == IN_TURN.index(who)


def _told(by: str) -> Through:
    """Who gets through according to `ways`, among those who try."""
    return {
        name: {
            (who, state)
            for names, states in way.who.items() for state in states for who, how in tries(way, state)
            if who in names and how == by
        }
        for name, way in WAYS.items() if getattr(way, by)
    }  # fmt: skip


def _differs(happened: Through, told: Through) -> dict[str, list[tuple[str, str]]]:
    """Who got through and should not, and the other way round."""
    names = sorted({*happened, *told})
    found = {name: sorted(happened.get(name, set()) ^ told.get(name, set())) for name in names}
    return {name: who for name, who in found.items() if who}


def _offered(at: Scene, who: str, name: str) -> bool:
    return who in at.people and name in moves_of(at.people[who], at.version)


def _put(at: Scene, state: str) -> None:
    """The version in another state, as the tables know it."""
    now = timezone.now()
    at.version.state = state
    at.version.published_at = now if state in PUBLIC else None
    at.version.discarded_at = now if state == "discarded" else None
    at.version.access = "restricted" if state in PUBLIC else "open"
    at.version.save()


def _tried(at: Scene, way: Way, do: Callable[[], int]) -> tuple[int, bool]:
    """The answer, and whether anything was written; then all is undone."""
    found: list[tuple[int, bool]] = []
    try:
        with transaction.atomic():
            if way.before is not None:
                way.before(at)
            with _writes() as written:
                status = do()
            found.append((status, bool(written)))
            raise UndoError
    except UndoError:
        return found[0]


_UNCOUNTED = ("django_session", "repository_apitoken", "cache")


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The statements that change a table and are not rolled back."""
    written: list[str] = []
    marks: dict[str, int] = {}

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        word, _, rest = sql.lstrip().partition(" ")
        if word == "SAVEPOINT":
            marks[rest.strip('" ')] = len(written)
        elif word == "ROLLBACK":
            del written[marks[rest.rpartition(" ")[2].strip('" ')] :]
        elif word in {"INSERT", "UPDATE", "DELETE"} and not any(name in rest[:60] for name in _UNCOUNTED):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield written


def _pages(at: Scene) -> dict[str, Client]:
    clients = {name: Client() for name in (*at.people, "anonymous")}
    for name, person in at.people.items():
        clients[name].force_login(person)
    return clients


def _calls(at: Scene) -> dict[str, Client]:
    tokens = {name: people.make_token(person, "test", tuple(TokenScope)).text for name, person in at.people.items()}
    clients = {name: Client(headers={"Authorization": f"Bearer {token}"}) for name, token in tokens.items()}
    return clients | {"anonymous": Client()}


def _post(client: Client, at: Scene, way: Way) -> int:
    return client.post(reverse(way.page, args=way.names(at)), way.form(at)).status_code


@dataclasses.dataclass(frozen=True)
class Operation:
    """One of the API."""

    method: str
    path: str
    name: str


@cache
def operations() -> list[Operation]:
    """Those that may change something, read from the routers: the written description takes seconds."""
    return [
        Operation(method, _PLAIN.sub("{", f"/api/v1{path}"), api.get_openapi_operation_id(one))
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for one in view.operations
        for method in one.methods
        if method not in {"GET", "HEAD", "OPTIONS"}
    ]


_PLAIN = re.compile(r"\{\w+:")


def _call(client: Client, at: Scene, way: Way) -> int:
    one = next(one for one in operations() if one.name == way.call)
    path = one.path.format(
        identifier=at.version.dataset.deposit.uuid if "/deposits/" in one.path else at.version.dataset.uuid,
        number=at.version.number, path="more.md" if way.call == "files_send" else "README.md", thread=at.thread.pk,
        username="remi" if one.method == "DELETE" else "chloe", suggestion=at.suggestion.pk, link=at.link.pk,
        token="token-of-the-letter", invitation=at.invitation.pk, asked=at.asked.uuid,
    )  # fmt: skip
    if way.call == "files_remove_folder":
        path += "?folder=maps"
    kind = "application/octet-stream" if way.call == "files_send" else "application/json"
    headers = TUS if way.call == "uploads_begin" else {}
    body = "" if headers else json.dumps(way.body(at))
    return client.generic(one.method, path, body, kind, headers=headers).status_code


TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "path YS50eHQ="}
_DO: dict[str, Callable[[Client, Scene, Way], int]] = {"page": _post, "call": _call}


def test_what_only_shows_takes_no_form(at: Scene) -> None:
    """By its owner, in the two states where most is shown."""
    client = _pages(at)["alice"]
    named = {
        "version": at.version.uuid, "dataset": at.version.dataset.uuid, "number": 1, "path": "README.md",
        "deposit": at.version.dataset.deposit.uuid, "token": "token", "other": 1, "which": 1, "name": "datacite",
        "z": 0, "x": 0, "y": 0, "suffix": "png", "kind": "people",
    }  # fmt: skip
    every = _pages_known()
    for state in ("in_review", "published"):
        _put(at, state)
        for name in SHOWING:
            asked = {key: named[key] for key in every[name].pattern.converters}
            with _writes() as written:
                status = client.post(reverse(name, kwargs=asked), {"title.en": "Changed"}).status_code
            assert (status in {404, 405} or name in {"all-files", "oai"}, written) == (True, []), name


def test_a_stranger_learns_nothing_and_nothing_is_moved_by_a_link(at: Scene) -> None:
    web = _pages(at)
    events = Event.objects.count()
    for way in WAYS.values():
        if way.page in {"move", "submit", "restore", "take-back-correction", "make-link", "revoke-link", "upload"}:
            address = reverse(way.page, args=way.names(at))
            assert web["chloe"].post(address).status_code == 404, address
            assert web["bob"].get(address).status_code == 405, address
            assert web["anonymous"].post(address).status_code == 302, address
    assert Event.objects.count() == events
