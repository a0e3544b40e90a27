# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts, roles and tokens."""

from __future__ import annotations

import pytest

from terracite.errors import DepositError, MoveError
from terracite.repository import people
from terracite.repository.models import ApiToken, DeskRole, Event

pytestmark = pytest.mark.django_db


def test_a_person_is_made_once_and_kept():
    first = people.ensure_person("alice", email="alice@example.org", password="correct horse battery")
    again = people.ensure_person("alice", email="other@example.org", password="another long one")

    assert again == first
    assert again.email == "alice@example.org"
    assert again.check_password("correct horse battery")


def test_without_a_password_nobody_logs_in():
    assert not people.ensure_person("machine").has_usable_password()


def test_a_weak_password_is_refused_with_every_reason():
    with pytest.raises(DepositError) as error:
        people.ensure_person("alice", password="12345")

    assert {problem.where for problem in error.value.problems} == {"password"}
    assert len(error.value.problems) >= 2


@pytest.mark.parametrize(("role", "discipline"), [("king", ""), ("moderator", ""), ("moderator", "astrology")])
def test_an_unknown_role_or_desk_is_refused(role, discipline):
    with pytest.raises(DepositError):
        people.grant(people.ensure_person("bob"), role, discipline)

    assert not DeskRole.objects.exists()


def test_a_role_is_granted_once_and_logged_once():
    bob = people.ensure_person("bob")
    people.grant(bob, "moderator", "ocean")
    people.grant(bob, "moderator", "ocean")
    people.revoke(bob, "moderator", "ocean")
    people.revoke(bob, "moderator", "ocean")

    assert not bob.desk_roles.exists()
    assert list(Event.objects.values_list("move", flat=True)) == ["grant", "revoke"]


def test_a_curator_serves_every_discipline():
    assert people.grant(people.ensure_person("dora"), "curator", "ocean").discipline == ""


def test_a_token_opens_the_account_it_was_made_for():
    alice = people.ensure_person("alice")
    made = people.make_token(alice, "laptop")

    assert people.person_of_token(made.text) == alice
    assert made.text not in str(ApiToken.objects.values_list())
    made.token.refresh_from_db()
    assert made.token.last_used is not None


@pytest.mark.parametrize("text", ["", "tct_", "tct_unknown"])
def test_an_unknown_token_opens_nothing(text):
    people.make_token(people.ensure_person("alice"), "laptop")

    with pytest.raises(MoveError):
        people.person_of_token(text)


def test_the_token_of_a_closed_account_opens_nothing():
    alice = people.ensure_person("alice")
    made = people.make_token(alice, "laptop")
    alice.is_active = False
    alice.save()

    with pytest.raises(MoveError):
        people.person_of_token(made.text)
