# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deposit is shared by its owner alone; a reader looks and moves nothing; links die when they should."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terracite.errors import DepositError, MoveError
from terracite.repository import collaborators, deposits, permissions, review_links, states
from terracite.repository.models import Event, Invitation, Mail, ReviewLink
from terracite.repository.permissions import LinkVisitor


def roles(deposit) -> dict[str, str]:
    return {member.person.username: member.role for member in collaborators.members_of(deposit)}


def test_somebody_with_an_account_is_added_by_name_or_orcid(cast, deposit):
    cast.chloe.orcid = "0000-0002-1825-0097"
    cast.chloe.save()

    collaborators.add(deposit, cast.alice, " Bob ", "reader")
    collaborators.add(deposit, cast.alice, "https://orcid.org/0000-0002-1825-0097", "editor")

    assert roles(deposit) == {"bob": "reader", "chloe": "editor"}
    assert Event.objects.filter(deposit=deposit, move="share").count() == 2


@pytest.mark.parametrize(
    ("text", "role"), [("nobody", "editor"), ("", "editor"), ("chloe", "owner"), ("alice", "editor")]
)
def test_what_cannot_be_shared_is_told_with_its_cure(text, role, cast, deposit):
    with pytest.raises(DepositError):
        collaborators.add(deposit, cast.alice, text, role)
    assert roles(deposit) == {}


def test_only_the_owner_shares(cast, deposit):
    collaborators.add(deposit, cast.alice, "chloe", "editor")
    member = collaborators.members_of(deposit)[0].pk
    moves = (
        lambda who: collaborators.add(deposit, who, "bob", "reader"),
        lambda who: collaborators.invite(deposit, who, "x@example.org", "reader"),
        lambda who: collaborators.change_role(deposit, who, member, "reader"),
        lambda who: collaborators.remove(deposit, who, member),
        lambda who: collaborators.give_away(deposit, who, member),
        lambda who: collaborators.call_back(deposit, who, 1),
    )
    for move in moves:
        for who in (cast.chloe, cast.bob, cast.dora, cast.admin):
            with pytest.raises(MoveError):
                move(who)
    assert roles(deposit) == {"chloe": "editor"}


def test_a_reader_sees_everything_and_moves_nothing(cast, draft):
    collaborators.add(draft.dataset.deposit, cast.alice, "chloe", "reader")
    file = draft.files.select_related("version").first()

    assert permissions.can_view(cast.chloe, draft)
    assert permissions.can_read_review(cast.chloe, draft)
    assert permissions.can_download(cast.chloe, file)
    assert permissions.can_view_deposit(cast.chloe, draft.dataset.deposit)
    assert deposits.drafts_of(cast.chloe) == [draft]
    assert deposits.open_to(cast.chloe) == []
    for state in states.State:
        draft.state = state.value
        assert permissions.moves_of(cast.chloe, draft) == ()
    assert permissions.is_author(cast.chloe, draft)  # and so moderates nothing of it
    with pytest.raises(MoveError):
        deposits.create_dataset(draft.dataset.deposit, cast.chloe)


def test_roles_change_and_people_leave(cast, deposit):
    collaborators.add(deposit, cast.alice, "chloe", "reader")
    collaborators.add(deposit, cast.alice, "bob", "reader")
    chloe, bob = (member.pk for member in collaborators.members_of(deposit))

    collaborators.change_role(deposit, cast.alice, chloe, "editor")
    collaborators.remove(deposit, cast.alice, bob)
    assert roles(deposit) == {"chloe": "editor"}

    collaborators.leave(deposit, cast.chloe)
    assert roles(deposit) == {}
    with pytest.raises(MoveError):
        collaborators.leave(deposit, cast.alice)


def test_a_deposit_given_away_keeps_its_owner_of_before_as_an_editor(cast, deposit):
    heir = collaborators.add(deposit, cast.alice, "chloe", "reader")

    given = collaborators.give_away(deposit, cast.alice, heir.pk)

    assert (given.owner, roles(deposit)) == (cast.chloe, {"alice": "editor"})
    assert permissions.can_share_deposit(cast.chloe, given)
    assert not permissions.can_share_deposit(cast.alice, given)


def test_an_invitation_is_taken_up_once_and_only_its_digest_is_kept(cast, deposit):
    _made, token = collaborators.invite(deposit, cast.alice, "Chloe@example.org", "reader")
    letter = Mail.objects.get()
    assert (letter.to, f"/invitations/{token}/" in letter.body) == ("Chloe@example.org", True)
    assert token not in str(Invitation.objects.values().get())

    assert collaborators.accept(token, cast.chloe) == deposit

    assert roles(deposit) == {"chloe": "reader"}
    with pytest.raises(MoveError, match="no longer good"):
        collaborators.accept(token, cast.bob)
    assert roles(deposit) == {"chloe": "reader"}


def test_an_invitation_dies_of_age_when_called_back_or_when_written_anew(cast, deposit):
    _first, old = collaborators.invite(deposit, cast.alice, "x@example.org", "editor")
    second, new = collaborators.invite(deposit, cast.alice, "x@example.org", "editor")
    assert collaborators.invitation_of(old) is None
    assert collaborators.invitation_of(new) == second
    collaborators.call_back(deposit, cast.alice, second.pk)
    third, late = collaborators.invite(deposit, cast.alice, "y@example.org", "editor")
    Invitation.objects.filter(pk=third.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    for token in (old, new, late, ""):
        with pytest.raises(MoveError):
            collaborators.accept(token, cast.bob)
    with pytest.raises(DepositError, match="not an e-mail"):
        collaborators.invite(deposit, cast.alice, "nowhere", "editor")


def test_a_review_link_shows_one_unpublished_version_and_nothing_else(cast, draft):
    link, token = review_links.make(draft, cast.alice, "Journal of Forests", 30)
    folder = f"/datasets/{draft.dataset.uuid}/v1/"
    assert token not in str(ReviewLink.objects.values().get())

    visitor = review_links.visitor_with(token, f"{folder}files/README.md")

    assert isinstance(visitor, LinkVisitor)
    assert permissions.can_view(visitor, draft)
    assert permissions.can_download(visitor, draft.files.select_related("version").first())
    assert permissions.roles_of(visitor, draft) == frozenset()
    assert not permissions.can_read_review(visitor, draft)
    assert not permissions.can_edit(visitor, draft)
    other = deposits.create_dataset(draft.dataset.deposit, cast.alice)
    assert not permissions.can_view(visitor, other)
    assert review_links.visitor_with(token, "/datasets/") is None

    review_links.revoke(draft, cast.alice, link.pk)
    assert review_links.visitor_with(token, folder) is None
    with pytest.raises(MoveError):
        review_links.revoke(draft, cast.alice, link.pk)


def test_a_review_link_ends_with_time_publication_or_the_draft(cast, draft):
    _link, token = review_links.make(draft, cast.alice, "", 1)
    folder = f"/datasets/{draft.dataset.uuid}/v1/"
    for state in ("discarded", "rejected"):
        type(draft).objects.update(state=state)
        assert review_links.version_behind(token) is None
    type(draft).objects.update(state="published", published_at=timezone.now())
    assert review_links.visitor_with(token, folder) is None
    type(draft).objects.update(state="draft", published_at=None)
    assert review_links.visitor_with(token, folder) is not None
    ReviewLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert review_links.visitor_with(token, folder) is None


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_review_link_lasts_from_a_day_to_a_year(days, cast, draft):
    with pytest.raises(DepositError):
        review_links.make(draft, cast.alice, "", days)


def test_only_those_who_work_on_it_make_review_links(cast, draft):
    collaborators.add(draft.dataset.deposit, cast.alice, "chloe", "reader")
    for who in (cast.chloe, cast.bob, cast.dora):
        with pytest.raises(MoveError):
            review_links.make(draft, who, "", 10)
