# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages of who works on a deposit, and of links for the readers of a journal."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from terracite.errors import MoveError
from terracite.repository import addresses, collaborators, deposits, review_links
from terracite.repository.models import Mail
from terracite.website.reviewing import COOKIE

from . import scene


@pytest.fixture
def people(deposit) -> str:
    return reverse("deposit-people", args=[deposit.uuid])


def share(deposit, name: str) -> str:
    return reverse("deposit-share", args=[deposit.uuid, name])


def roles(deposit) -> dict[str, str]:
    return {member.person.username: member.role for member in collaborators.members_of(deposit)}


def test_the_owner_adds_changes_and_removes_people(alice, deposit, people) -> None:
    assert alice.post(share(deposit, "add"), {"person": "chloe", "role": "reader"})["Location"] == people
    page = alice.get(people, {"lang": "en"}).content.decode()
    assert "Chloe Grondin" in page
    member = collaborators.members_of(deposit)[0].pk
    alice.post(share(deposit, "role"), {"member": member, "role": "editor"})
    assert roles(deposit) == {"chloe": "editor"}
    alice.post(share(deposit, "give"), {"member": member})
    deposit.refresh_from_db()
    assert (deposit.owner.username, roles(deposit)) == ("chloe", {"alice": "editor"})


def test_mistakes_stand_beside_their_input(alice, deposit, people) -> None:
    alice.cookies["terracite_language"] = "fr"
    answer = alice.post(share(deposit, "add"), {"person": "nobody", "role": "reader"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "Personne" in answer.content.decode()
    assert alice.post(share(deposit, "invite"), {"email": "nowhere", "role": "reader"}).status_code == 422
    assert alice.post(share(deposit, "role"), {"member": "x", "role": "reader"}).status_code == 404
    assert alice.post(share(deposit, "role"), {"member": "99", "role": "reader"}).status_code == 302
    assert alice.post(share(deposit, "anything")).status_code == 404
    assert alice.get(share(deposit, "add")).status_code == 405


def test_others_see_no_more_than_they_may(client, bob, chloe, cast, deposit, people) -> None:
    assert bob.get(people).status_code == 404
    assert client.get(people).status_code == 302
    collaborators.add(deposit, cast.alice, "chloe", "editor")
    page = chloe.get(people, {"lang": "en"}).content.decode()
    assert "Invite by e-mail" not in page
    assert chloe.post(share(deposit, "add"), {"person": "bob", "role": "reader"}).status_code == 403
    assert chloe.post(share(deposit, "leave"))["Location"] == reverse("deposits")
    assert chloe.get(people).status_code == 404


def test_an_invitation_is_opened_and_taken_up(alice, chloe, client, deposit) -> None:
    alice.post(share(deposit, "invite"), {"email": "chloe@example.org", "role": "editor"})
    path = re.search(r"/invitations/[^\s]+", Mail.objects.get().body)[0]
    assert client.get(path)["Location"].startswith(reverse("login"))
    assert "Alice Martin invites you" in chloe.get(path, {"lang": "en"}).content.decode()
    chloe.post(path)
    assert roles(deposit) == {"chloe": "editor"}
    assert chloe.get(path).status_code == 404
    chloe.post(path)
    assert chloe.get("/invitations/anything/").status_code == 404


@pytest.fixture
def link(alice, draft) -> str:
    """The path that a reviewer link opens."""
    answer = alice.post(reverse("make-link", args=[draft.uuid]), {"label": "A journal", "days": "30"})
    assert answer.status_code == 201
    return re.search(r"/review/[\w-]+/", answer.content.decode())[0]


def hidden(answer) -> bool:
    return "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"] and "ETag" not in answer


def test_whoever_has_the_link_sees_the_page_and_the_files_of_a_draft(link, draft, client) -> None:
    page = addresses.landing_path(draft)
    assert client.get(page).status_code == 404

    answer = client.get(link)

    assert (answer.status_code, answer["Location"]) == (302, page)
    assert hidden(answer)
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (page, True, "Lax")
    seen = client.get(page)
    assert seen.status_code == 200
    assert hidden(seen)
    assert hidden(client.get(addresses.file_path(draft, "README.md")))
    assert b"".join(client.get(addresses.file_path(draft, "README.md"))) == scene.README
    assert client.get(reverse("deposit-step", args=[draft.uuid, "check"])).status_code == 302


def test_a_link_for_a_double_blind_review_names_nobody(draft, deposit, cast, alice, client) -> None:
    funding = [{"funder": "Région Réunion", "award_number": "R-42"}]
    related = [{"relation": "IsCitedBy", "identifier": "10.1234/of.martin", "title": "An article by Martin"}]
    deposits.save(draft, cast.alice, {"funding": funding, "related": related})
    facts = {"format": "CSV", "media_type": "text/csv", "attributes": {"creator_name": "Alice Martin"}}
    draft.files.filter(path="map.tif").update(facts=facts | {"described": {"creators": [{"family_name": "Martin"}]}})
    made = alice.post(reverse("make-link", args=[draft.uuid]), {"label": "R1", "days": "30", "hides_people": "on"})
    client.get(made.context["address"].removeprefix(addresses.base_url()))
    page = addresses.landing_path(draft)

    names = ("Martin", "Alice", "alice@", "Payet", "0000-0002-1825-0097", "Université de", "Région", "R-42", "Yearly")
    paths = ("", "preview/map.tif", "linkset.json", "usage.json")
    seen = {path: client.get(page + path, {"lang": "en"}) for path in paths}
    assert seen[""].status_code == seen["preview/map.tif"].status_code == 200
    for path, answer in seen.items():
        assert [name for name in names if name in answer.text] == [], path
    assert "Who made it is hidden for the review" in seen[""].text
    assert "Martin" in alice.get(page).text
    draft.refresh_from_db()
    assert draft.record["creators"]  # nothing was saved


def test_earlier_authors_cannot_be_hidden(published, cast) -> None:
    second = deposits.new_version(published, cast.alice)
    with pytest.raises(MoveError, match="cannot be hidden"):
        review_links.make(second, cast.alice, "", 30, hides_people=True)
    assert review_links.make(second, cast.alice, "", 30)


def test_a_link_opens_only_its_own_version_for_whoever_is_logged_in_too(link, draft, cast, chloe) -> None:
    other = scene.draft(draft.dataset.deposit, cast.alice, seed=2)
    chloe.get(link)
    assert chloe.get(addresses.landing_path(draft)).status_code == 200
    chloe.cookies[COOKIE]["path"] = "/"
    assert chloe.get(addresses.landing_path(other)).status_code == 404
    assert chloe.get(reverse("deposit-step", args=[draft.uuid, "describe"])).status_code == 404


def test_a_revoked_link_opens_nothing(link, draft, alice, client, chloe, cast) -> None:
    client.get(link)
    one = draft.review_links.get()
    assert chloe.post(reverse("revoke-link", args=[draft.uuid, one.pk])).status_code == 404
    alice.post(reverse("revoke-link", args=[draft.uuid, one.pk]))
    assert client.get(addresses.landing_path(draft)).status_code == 404
    dead = client.get(link)
    assert dead.status_code == 404
    assert hidden(dead)
    assert client.post(link).status_code == 405


def test_a_link_of_a_published_version_leads_to_its_page(link, draft, cast, client) -> None:
    scene.published(draft, cast)
    answer = client.get(link)
    assert answer["Location"] == addresses.landing_path(draft)
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("days", ["0", "x", "400", ""])
def test_a_wrong_duration_makes_no_link(days, alice, draft) -> None:
    assert alice.post(reverse("make-link", args=[draft.uuid]), {"days": days}).status_code == 302
    assert not draft.review_links.exists()
