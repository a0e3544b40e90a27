# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page: it works in both languages; strangers learn nothing; wrong roles and wrong methods are refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from terracite.website import steps

PUBLIC = ["home", "search", "about", "help", "machines", "privacy", "accessibility", "deposits", "login", "register"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_public_page_opens_in_its_language(client: Client, published, language: str) -> None:
    wrong = []
    for name in PUBLIC:
        answer = client.get(reverse(name), {"lang": language})
        text = answer.content.decode()
        shown = (f'<html lang="{language}">' in text, text.count("<h1"), answer.headers["Content-Language"])
        if (answer.status_code, *shown) != (200, True, 1, language):
            wrong.append((name, answer.status_code, *shown))
    assert wrong == []


def test_a_cache_is_told_that_the_page_depends_on_the_reader(client: Client, published) -> None:
    answer = client.get(reverse("home"), headers={"Accept-Language": "fr"})
    assert '<html lang="fr">' in answer.content.decode()
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}


def test_public_pages_set_no_cookie(client: Client, published) -> None:
    for name in ("home", "search", "about"):
        assert not client.get(reverse(name)).cookies


@pytest.mark.parametrize("name", ["account", "new-deposit", "desk"])
def test_a_passer_by_is_asked_to_log_in(client: Client, db: None, instance, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_every_step_opens_for_the_owner_and_hides_from_others(alice, bob, chloe, draft) -> None:
    for name in steps.NAMES:
        address = reverse("deposit-step", args=[draft.uuid, name])
        answers = [client.get(address).status_code for client in (alice, bob, chloe)]
        assert (name, *answers) == (name, 200, 404, 404)


def test_unknown_things_are_not_found(alice) -> None:
    assert alice.get(reverse("deposit-step", args=[uuid4(), "files"])).status_code == 404
    assert alice.get(f"/datasets/{uuid4()}/v1/").status_code == 404
    assert alice.get(f"/datasets/{uuid4()}/").status_code == 404
    assert alice.get("/nowhere/").status_code == 404


def test_an_unknown_step_is_not_found(alice, draft) -> None:
    assert alice.get(reverse("deposit-step", args=[draft.uuid, "other"])).status_code == 404


def test_changing_addresses_refuse_get(alice, draft) -> None:
    for name in ("submit", "upload", "describe-files", "new-version"):
        assert (name, alice.get(reverse(name, args=[draft.uuid])).status_code) == (name, 405)


def test_the_desk_is_for_moderators(bob, chloe, submitted) -> None:
    assert bob.get(reverse("desk")).status_code == 200
    assert chloe.get(reverse("desk")).status_code == 403


def test_a_review_is_for_the_desk_and_never_for_the_author(alice, bob, chloe, submitted) -> None:
    address = reverse("review", args=[submitted.uuid])
    assert bob.get(address).status_code == 200
    assert alice.get(address).status_code == 403
    assert chloe.get(address).status_code == 404


def test_the_language_is_kept_and_never_leads_elsewhere(client: Client, db: None, instance) -> None:
    answer = client.get(reverse("language", args=["fr"]), {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert client.cookies["terracite_language"].value == "fr"
    assert '<html lang="fr">' in client.get(reverse("about")).content.decode()


def test_the_language_of_an_account_is_remembered(alice, cast) -> None:
    alice.get(reverse("language", args=["fr"]), {"next": "/help/"})
    cast.alice.refresh_from_db()
    assert cast.alice.language == "fr"


def test_an_unknown_language_is_not_found(client: Client, db: None) -> None:
    assert client.get("/language/xx/").status_code == 404


def test_the_public_page_of_a_deposit_lists_what_is_published(client: Client, published, deposit) -> None:
    text = client.get(reverse("deposit-page", args=[deposit.uuid]), {"lang": "en"}).content.decode()
    assert "1 published dataset" in text
    assert published.title("en") in text


def test_a_deposit_with_nothing_public_is_hidden(client: Client, draft, deposit) -> None:
    assert client.get(reverse("deposit-page", args=[deposit.uuid])).status_code == 404
