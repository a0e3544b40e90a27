# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of moves against a second writing of it, for every move, role and state."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terracite.errors import MoveError
from terracite.repository.states import MOVES, MoveRefusedError, Role, Situation, State, allowed, decide

O, M, C, S = Role.OWNER, Role.MODERATOR, Role.CURATOR, Role.SYSTEM  # noqa: E741

#: state -> role -> {move: next state}; written from the design page, not from the code
EXPECTED: dict[str, dict[Role, dict[str, str]]] = {
    "draft": {O: {"edit": "draft", "submit": "submitted", "discard": "discarded"}},
    "submitted": {
        O: {"comment": "submitted"},
        M: {"take": "in_review", "assign": "in_review", "comment": "submitted", "close_thread": "submitted"},
    },
    "in_review": {
        O: {"comment": "in_review"},
        M: {
            "take": "in_review",
            "assign": "in_review",
            "hand_over": "in_review",
            "comment": "in_review",
            "close_thread": "in_review",
            "suggest": "in_review",
            "request_changes": "changes_requested",
            "accept": "accepted",
            "reject": "rejected",
        },
    },
    "changes_requested": {
        O: {
            "edit": "changes_requested",
            "submit": "submitted",
            "comment": "changes_requested",
            "answer_suggestion": "changes_requested",
        },
        M: {"comment": "changes_requested", "close_thread": "changes_requested"},
    },
    "accepted": {S: {"publish": "published"}},
    "published": {
        O: {"correct_metadata": "published", "take_back_correction": "published", "new_version": "published"},
        M: {"approve_correction": "published", "refuse_correction": "published"},
        C: {"withdraw": "withdrawn"},
        S: {"supersede": "superseded", "end_embargo": "published"},
    },
    "superseded": {
        O: {"new_version": "superseded"},
        C: {"withdraw": "withdrawn"},
        S: {"end_embargo": "superseded"},
    },
    "rejected": {},
    "withdrawn": {},
    "discarded": {O: {"restore": "draft"}},
}

#: what stands in the way -> the moves it stops, with the code of the reason
OBSTACLES: list[tuple[dict[str, object], dict[str, str]]] = [
    ({"blockers": 1}, {"submit": "blockers"}),
    ({"file_count": 0}, {"submit": "no_files"}),
    ({"files_not_ready": 2}, {"submit": "files_not_ready"}),
    ({"terms_accepted": False}, {"submit": "terms"}),
    ({"has_own_desk": False}, {"take": "desk_decided", "accept": "desk_decided"}),
    ({"heir_is_moderator": False}, {"assign": "heir", "hand_over": "heir"}),
    ({"open_threads": 1}, {"accept": "open_threads"}),
    ({"snapshot_unchanged": False}, {"accept": "content_changed"}),
    ({"accepted_another_desk": True}, {"accept": "same_moderator"}),
    ({"reason": " "}, {"reject": "no_reason", "withdraw": "no_reason", "refuse_correction": "no_reason"}),
    ({"doi_registered": False}, {"publish": "doi_not_registered"}),
    (
        {"protected_changes": ("licence",)},
        {"correct_metadata": "identity_changed", "approve_correction": "identity_changed"},
    ),
    ({"newer_version": True}, {"new_version": "newer_version"}),
    ({"content_is_kept": False}, {"restore": "emptied"}),
    ({"embargo_over": False}, {"end_embargo": "embargo"}),
    (
        {"is_author": True},
        dict.fromkeys(
            (
                "take", "assign", "hand_over", "close_thread", "suggest", "request_changes", "accept", "reject",
                "approve_correction", "refuse_correction",
            ),
            "author",
        ),
    ),
]  # fmt: skip

states = st.sampled_from(State)
moves = st.sampled_from(sorted(MOVES))
role_sets = st.frozensets(st.sampled_from(Role))


def clear(name: str, state: State, roles: frozenset[Role]) -> Situation:
    """A situation where no guard of that move objects."""
    return Situation(state, roles, open_threads=1 if name == "request_changes" else 0)


def expected(name: str, state: State, roles: frozenset[Role]) -> str | None:
    """The next state, or None when the move is not allowed."""
    return next((EXPECTED[state][role][name] for role in roles if name in EXPECTED[state].get(role, {})), None)


@pytest.mark.parametrize("name", sorted(MOVES))
def test_every_move_of_every_role_in_every_state(name: str) -> None:
    led: dict[tuple[State, Role], str | None] = {}
    for state, role in product(State, Role):
        decision = decide(name, clear(name, state, frozenset({role})))
        led[state, role] = decision.target.value if decision.allowed else None

    assert led == {(state, role): expected(name, state, frozenset({role})) for state, role in led}


@given(moves, states, role_sets)
def test_several_roles_can_do_what_each_of_them_can(name: str, state: State, roles: frozenset[Role]) -> None:
    assert decide(name, clear(name, state, roles)).allowed == (expected(name, state, roles) is not None)


@given(states, role_sets)
def test_the_moves_offered_are_those_that_the_table_allows(state: State, roles: frozenset[Role]) -> None:
    assert set(allowed(state, roles)) == {name for name in MOVES if expected(name, state, roles) is not None}


@given(moves, states, role_sets, st.sets(st.integers(0, len(OBSTACLES) - 1)))
def test_each_obstacle_stops_its_moves_and_says_so(
    name: str, state: State, roles: frozenset[Role], chosen: set[int]
) -> None:
    situation = clear(name, state, roles)
    for index in chosen:
        situation = replace(situation, **OBSTACLES[index][0])  # type: ignore[arg-type]
    reasons = {OBSTACLES[index][1][name] for index in chosen if name in OBSTACLES[index][1]}

    decision = decide(name, situation)

    if expected(name, state, roles) is None:
        assert [refusal.code for refusal in decision.refusals] in (["role"], ["state"])
    else:
        assert {refusal.code for refusal in decision.refusals} == reasons


def test_changes_cannot_be_requested_without_saying_which() -> None:
    decision = decide("request_changes", Situation(State.IN_REVIEW, frozenset({M}), open_threads=0))

    assert [refusal.code for refusal in decision.refusals] == ["no_thread"]


def test_the_first_of_two_acceptances_leaves_it_in_review() -> None:
    situation = Situation(State.IN_REVIEW, frozenset({M}), other_desks_waiting=1)

    assert decide("accept", situation).target is State.IN_REVIEW


def test_only_the_machine_publishes_and_only_after_the_doi() -> None:
    everybody = frozenset(Role) - {Role.SYSTEM}

    for state in State:
        assert not decide("publish", Situation(state, everybody)).allowed
    leads_to_published = {name for name, move in MOVES.items() if move.target is State.PUBLISHED}
    assert leads_to_published == {"publish"}


@given(states, role_sets)
def test_the_end_is_the_end(state: State, roles: frozenset[Role]) -> None:
    for name in MOVES:
        if state in {State.REJECTED, State.WITHDRAWN}:
            assert not decide(name, clear(name, state, roles)).allowed


@given(moves, states, role_sets)
def test_a_refusal_is_told_in_both_languages(name: str, state: State, roles: frozenset[Role]) -> None:
    decision = decide(name, Situation(state, roles, blockers=1, reason="", open_threads=1, is_author=True))

    for refusal in decision.refusals:
        assert refusal.message.fr
        assert refusal.message.en
        assert bool(refusal.cure.fr) == bool(refusal.cure.en)


def test_the_error_carries_every_reason() -> None:
    decision = decide("submit", Situation(State.DRAFT, frozenset({O}), blockers=3, terms_accepted=False))

    error = MoveRefusedError("submit", decision.refusals)

    assert isinstance(error, MoveError)
    assert str(error) == (
        "Some required information is missing. The terms of deposit are not accepted. "
        "Correct what the checks call blockers. Read and accept them."
    )
