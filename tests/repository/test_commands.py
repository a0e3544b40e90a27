# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite repository``: what it prints, and its errors."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from terracite.cli.repository import repository
from terracite.errors import DepositError, ProblemsError
from terracite.repository import instance as instances
from terracite.repository.models import Person
from terracite.repository.people import person_of_token

from .conftest import published


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, cast: object) -> None:
    """The instance is the one of the test already."""
    monkeypatch.setattr(instances, "open_instance", lambda *_: None)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(repository, list(arguments), env=environment)


def test_a_person_is_made_given_a_desk_and_a_token():
    made = run("person", "add", "zoe", "--given-name", "Zoé", "--password-env", "PW", PW="correct horse battery")
    assert made.exit_code == 0
    assert run("person", "grant", "zoe", "moderator", "ocean").exit_code == 0
    token = run("person", "token", "zoe")

    zoe = Person.objects.get(username="zoe")
    assert (zoe.first_name, zoe.check_password("correct horse battery")) == ("Zoé", True)
    assert [(role.role, role.discipline) for role in zoe.desk_roles.all()] == [("moderator", "ocean")]
    assert person_of_token(token.stdout.strip()) == zoe

    assert run("person", "grant", "zoe", "moderator", "ocean", "--revoke").exit_code == 0
    assert zoe.desk_roles.count() == 0


def test_making_a_person_again_says_that_nothing_changed():
    result = run("person", "add", "alice", "--no-password")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "already there" in result.stderr


def test_a_missing_password_variable_is_named():
    result = run("person", "add", "zoe", "--password-env", "NOT_THERE")

    assert result.exit_code == 2
    assert "NOT_THERE" in result.stderr


def test_an_unknown_person_is_an_error_with_a_cure():
    result = run("person", "token", "nobody")

    assert isinstance(result.exception, DepositError)
    assert "terracite repository person add" in str(result.exception)


def test_the_history_of_a_dataset_is_told(draft, cast):
    version = published(draft, cast)

    for uuid in (version.uuid, version.dataset.uuid):
        told = json.loads(run("history", str(uuid), "--json").stdout)
        assert [(event["move"], event["actor"]) for event in told] == [
            ("create", "alice"),
            ("submit", "alice"),
            ("take", "bob"),
            ("accept", "bob"),
            ("publish", "system"),
        ]
    assert len(run("history", str(version.uuid)).stdout.splitlines()) == 5
    assert isinstance(run("history", "7c9e6679-7425-40de-944b-e07fc1f90ae7").exception, DepositError)


def test_the_chain_is_checked():
    assert "The log is intact" in run("check-history").stdout
    with connection.cursor() as cursor:
        cursor.execute("UPDATE repository_event SET note = 'x' WHERE number = 1")

    assert isinstance(run("check-history").exception, ProblemsError)
    assert [item["where"] for item in json.loads(run("check-history", "--json").stdout)["problems"]] == [
        "event 1 (grant)"
    ]


def test_what_waits_is_told_and_tried_again(draft, cast):
    version = published(draft, cast)
    assert run("outbox").stdout == "Nothing is waiting.\n"
    version.outbox.filter(kind="index").update(done_at=None, attempts=3, error="The index is locked.")

    assert "The index is locked." in run("outbox").stdout
    assert json.loads(run("outbox", "--retry", "--json").stdout) == []
