# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every move's address, by everybody, in every state: only what the table allows happens, and nothing fails."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from terracite.repository import moderation_sentences, people
from terracite.repository.models import DatasetVersion, Event, Suggestion, Thread
from terracite.repository.permissions import moves_of
from terracite.repository.states import MOVES, State
from terracite.website.pages.desks.moves import _DATA

from . import scene

PUBLIC = {"published", "superseded", "withdrawn"}


#: what goes through with a complete form while one conversation is open and nothing has been taken
_DESK = {"bob comment", "bob close_thread"}
HAPPENED = {
    "submitted": {*_DESK, "alice comment", "bob take", "bob assign"},
    "in_review": {
        *_DESK, "alice comment", "bob take", "bob assign", "bob hand_over", "bob suggest", "bob request_changes",
        "bob reject",
    },
    "changes_requested": {*_DESK, "alice comment", "alice answer_suggestion"},
}  # fmt: skip


class UndoError(Exception):
    """Ends one try, so that the next one finds everything as it was."""


def data_for(version: DatasetVersion, cast: scene.Cast, thread: Thread, suggestion: Suggestion) -> dict[str, str]:
    """A form that holds what any move may need."""
    return {
        "to": str(cast.bob.pk), "text": "Words.", "field": "title.en", "value": "Another title", "reason": "other",
        "thread": str(thread.pk), "suggestion": str(suggestion.pk), "answer": "yes", "seen": version.snapshot_hash,
        "discipline": "", "sentence": moderation_sentences.sentences([])[0].key,
    }  # fmt: skip


@pytest.fixture
def everybody(cast: scene.Cast) -> dict[str, Client]:
    dora = people.ensure_person("dora", email="dora@example.org", given_name="Dora", family_name="Hoarau")
    people.grant(dora, "curator")
    persons = {"alice": cast.alice, "bob": cast.bob, "chloe": cast.chloe, "dora": dora}
    clients = {name: Client() for name in (*persons, "anonymous")}
    for name, person in persons.items():
        clients[name].force_login(person)
        clients[name].person = person
    return clients


@pytest.mark.parametrize("state", [state.value for state in State])
def test_only_what_the_table_allows(state: str, submitted: DatasetVersion, cast: scene.Cast, everybody) -> None:
    version = submitted
    thread = Thread.objects.create(version=version, author=cast.bob, field="title")
    suggestion = Suggestion.objects.create(version=version, author=cast.bob, field="title.en", value="Better")
    version.state, version.published_at = state, version.created if state in PUBLIC else None
    version.save()
    data = data_for(version, cast, thread, suggestion)
    wrong, happened = [], set()
    for name, who in tries(state):
        client = everybody[who]
        status, moved, after = tried(client, version, name, data)
        offered = name in moves_of(client.person, version) and name in _DATA
        goal = MOVES[name].target
        if status not in {302, 403, 404} or (moved and not offered) or after not in {state, goal}:
            wrong.append((name, who, status, moved, after))
        happened |= {f"{who} {name}"} if moved else set()
    assert wrong == []
    assert happened == HAPPENED.get(state, set())


def tries(state: str) -> list[tuple[str, str]]:
    """Every move by its owner and its moderator; where most is seen, by a stranger, a curator and the machine's too."""
    seen = state in {"in_review", "published"}
    others = [(name, "bob") for name in sorted(set(MOVES) - set(_DATA))] if seen else []
    return [*product(_DATA, ["alice", "bob", *(["chloe", "dora"] if seen else [])]), *others]


def tried(client: Client, version: DatasetVersion, name: str, data: dict[str, str]) -> tuple[int, bool, str]:
    """What came of it: the answer, whether anything was written to the log, the state; then all is undone."""
    found: list[tuple[int, bool, str]] = []
    events = Event.objects.count()
    try:
        with transaction.atomic():
            status = client.post(reverse("move", args=[version.uuid, name]), data).status_code
            after = DatasetVersion.objects.values_list("state", flat=True).get(pk=version.pk)
            found.append((status, Event.objects.count() > events, after))
            raise UndoError
    except UndoError:
        return found[0]


def test_a_stranger_learns_nothing_and_nothing_is_moved_by_a_link(submitted, everybody) -> None:
    for name in _DATA:
        address = reverse("move", args=[submitted.uuid, name])
        assert everybody["chloe"].post(address).status_code == 404
        assert everybody["bob"].get(address).status_code == 405
        assert everybody["anonymous"].post(address).status_code == 302
