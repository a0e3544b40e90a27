# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may look at what, for each person, state and kind of access."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from terracite.repository import people, permissions
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.states import Role, State

from .conftest import LIFE, People

STATES = [state.value for state in State]
PUBLIC = {"published", "superseded", "withdrawn"}
AT_DESK = {"submitted", "in_review", "changes_requested", "accepted", "rejected"}


def put(version: DatasetVersion, state: str, access: str = "open") -> DatasetVersion:
    """Straight into a state, as the moves would have left it."""
    version.state, version.access = state, access
    if state in PUBLIC:
        version.published_at = version.created
    version.save()
    return version


def who_may(predicate, thing, cast: People) -> set[str]:
    persons: dict[str, Person | AnonymousUser | None] = {**vars(cast), "nobody": None, "anonymous": AnonymousUser()}
    return {name for name, person in persons.items() if predicate(person, thing)}


@pytest.mark.parametrize("state", STATES)
def test_who_sees_a_version(state, draft, cast):
    everybody = {*vars(cast), "nobody", "anonymous"}
    expected = {"alice", "dora"} | ({"bob"} if state in AT_DESK else set())

    assert who_may(permissions.can_view, put(draft, state), cast) == (everybody if state in PUBLIC else expected)


@pytest.mark.parametrize("state", STATES)
def test_who_edits_a_version(state, draft, cast):
    editable = state in {"draft", "changes_requested"}

    assert who_may(permissions.can_edit, put(draft, state), cast) == ({"alice"} if editable else set())


@pytest.mark.parametrize("state", STATES)
def test_who_moderates_a_version(state, draft, cast):
    expected = {"bob"} if state in AT_DESK | PUBLIC else set()

    assert who_may(permissions.can_moderate, put(draft, state), cast) == expected


@pytest.mark.parametrize("state", STATES)
def test_who_reads_the_review(state, draft, cast):
    expected = {"alice", "dora"} | (set() if state in {"draft", "discarded"} else {"bob"})

    assert who_may(permissions.can_read_review, put(draft, state), cast) == expected


@pytest.mark.parametrize("access", ["open", "embargoed", "restricted"])
@pytest.mark.parametrize("state", STATES)
def test_who_downloads_a_file(state, access, draft, cast):
    file = put(draft, state, access).files.select_related("version").first()
    everybody = {*vars(cast), "nobody", "anonymous"}
    is_free = state in {"published", "superseded"} and access == "open"
    expected = {"alice", "dora"} | ({"bob"} if state in AT_DESK else set())

    assert who_may(permissions.can_download, file, cast) == (everybody if is_free else expected)


def test_a_file_put_aside_is_for_its_owner_and_the_curators_only(draft, cast):
    file = put(draft, "published").files.first()
    file.state = "quarantined"

    assert who_may(permissions.can_download, file, cast) == {"alice", "dora"}


def test_an_author_with_a_desk_does_not_moderate_their_own_dataset(draft, cast):
    put(draft, "in_review")
    people.grant(cast.alice, "moderator", "continental_surfaces")

    assert Role.MODERATOR in permissions.roles_of(cast.alice, draft)
    assert not permissions.can_moderate(cast.alice, draft)
    assert permissions.moves_of(cast.alice, draft) == ("comment",)


@pytest.mark.parametrize(
    "creator",
    [
        {"family_name": "Payet", "given_name": "Bob"},
        {"family_name": "PAYET ", "given_name": "bob"},
        {"family_name": "Someone", "email": "Bob@example.org"},
        {"family_name": "Someone", "orcid": "0000-0001-5109-3700"},
    ],
)
def test_an_author_by_name_address_or_orcid_does_not_moderate(creator, draft, cast):
    cast.bob.orcid = "0000-0001-5109-3700"
    cast.bob.save()
    put(draft, "in_review")
    assert permissions.can_moderate(cast.bob, draft)

    draft.record["contributors"] = [{"agent": creator, "role": "Researcher"}]

    assert not permissions.can_moderate(cast.bob, draft)


def test_a_namesake_without_a_given_name_is_not_an_author(draft, cast):
    draft.record["creators"] = [{"family_name": "Payet"}, {"organisation": "Payet"}]

    assert not permissions.is_author(cast.bob, draft)


def test_a_collaborator_is_an_owner(draft, cast):
    draft.dataset.deposit.collaborators.add(cast.chloe)

    assert permissions.can_edit(cast.chloe, draft)
    assert permissions.is_author(cast.chloe, draft)


def test_a_closed_account_has_no_rights(draft, cast):
    cast.alice.is_active = False

    assert permissions.roles_of(cast.alice, draft) == frozenset()
    assert not permissions.can_view(cast.alice, draft)
    assert permissions.desks_of(cast.alice) == frozenset()


def test_a_desk_is_asked_by_the_disciplines_of_the_dataset_before_those_of_the_deposit(draft, cast):
    put(draft, "submitted")
    draft.record["disciplines"] = [LIFE]

    assert who_may(permissions.can_moderate, draft, cast) == {"berenice"}

    draft.record["disciplines"] = []

    assert who_may(permissions.can_moderate, draft, cast) == {"bob"}


def test_a_deposit_is_seen_by_everybody_once_one_of_its_datasets_is_published(draft, cast):
    deposit = draft.dataset.deposit
    assert who_may(permissions.can_view_deposit, deposit, cast) == {"alice", "dora"}

    put(draft, "published")

    assert permissions.can_view_deposit(None, deposit)
    assert who_may(permissions.can_edit_deposit, deposit, cast) == {"alice"}


def test_only_administrators_manage_people(cast):
    assert who_may(lambda person, _: permissions.can_manage_people(person), None, cast) == {"admin"}
