# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose address a limit counts: the visitor's behind the instance's own proxies; what a stranger says is nothing."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from terracite.errors import ConfigError
from terracite.website import visitors
from terracite.website.forms.account import TRIES

from .scene import PASSWORD

OURS = ("127.0.0.1", "10.0.0.0/8", "fd00::/8", "unix")


def come(settings, heard: str, told: str, proxies: tuple[str, ...] = OURS):
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, trusted_proxies=proxies)
    named = {"X-Forwarded-For": told} if told else {}
    return RequestFactory().get("/", REMOTE_ADDR=heard, headers=named)


@pytest.mark.parametrize(
    ("heard", "told", "visitor"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger says what they like
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "192.0.2.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),  # two proxies; before them, anything
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.0.0.4", "10.0.0.4"),
        ("127.0.0.1", "198.51.100.1, evil", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("::ffff:127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("fd00::1", "2001:db8::7%eth0", "2001:db8::7"),
        ("", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_visitor_is_the_first_that_is_no_proxy_of_ours(settings, heard, told, visitor) -> None:
    assert visitors.address(come(settings, heard, told)) == visitor


def test_without_the_setting_nothing_is_believed(settings) -> None:
    for heard in ("127.0.0.1", "10.0.0.1", ""):
        assert visitors.address(come(settings, heard, "198.51.100.1", ())) == heard


def test_a_network_of_its_own_is_one_place(settings) -> None:
    two = [visitors.place(come(settings, f"2001:db8:1:2::{last}", "")) for last in ("1", "ffff:2")]
    assert two == ["2001:db8:1:2::/64"] * 2
    assert visitors.place(come(settings, "203.0.113.9", "")) == "203.0.113.9"


def test_a_mistake_in_the_setting_is_told_with_its_cure() -> None:
    with pytest.raises(ConfigError, match=r"'trusted_proxies' holds what is no address.*Write addresses"):
        visitors.networks(("10.0.0.0/8", "proxy.example.org"))


def test_one_who_guesses_behind_a_proxy_holds_up_nobody_else(cast, settings) -> None:
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, trusted_proxies=("127.0.0.1",))

    def log_in(address: str, password: str) -> bool:
        client = Client(headers={"X-Forwarded-For": address})
        client.post(reverse("login"), {"username": "alice", "password": password})
        return "_auth_user_id" in client.session

    for _ in range(TRIES):
        log_in("203.0.113.9", "wrong")
    assert not log_in("203.0.113.9", PASSWORD)
    assert log_in("198.51.100.1", PASSWORD)


def test_what_one_sees_as_oneself_is_kept_by_no_cache(alice, client, draft, published) -> None:
    """Also where the page itself says nothing of caches."""
    landing = f"/datasets/{draft.dataset.uuid}/v1/"
    assert "private" in alice.get(landing).headers["Cache-Control"]
    assert "private" in alice.get(f"{landing}sha256sums.txt").headers["Cache-Control"]
    assert "private" not in client.get(f"/datasets/{published.dataset.uuid}/v1/").headers.get("Cache-Control", "")
    called = client.get("/api/v1/deposits", headers={"Authorization": "Bearer nothing"})
    assert called.headers["Cache-Control"] == "private, no-cache"
