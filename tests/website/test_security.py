# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer promises a browser, and that no template breaks the promise."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from terracite.errors import ConfigError
from terracite.website.database import _postgresql

from .messages import WEBSITE
from .scene import PASSWORD


def test_nothing_comes_from_elsewhere(client: Client, published) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_template_has_inline_style_or_script() -> None:
    for path in (WEBSITE / "templates").rglob("*.html"):
        text = re.sub(r"{%.*?%}", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\sstyle=|\son\w+=|<style", text), path.name
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag or "json" in tag, path.name


def test_first_load_is_light(client: Client, published) -> None:
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.content) < 30_000
    assert (WEBSITE / "static" / "site.css").stat().st_size < 30_000


def test_data_files_are_never_compressed(client: Client, published) -> None:
    answer = client.get(f"/datasets/{published.dataset.uuid}/v1/files/README.md", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_static_addresses_change_with_their_content(client: Client, published) -> None:
    assert re.search(r'href="/static/site\.css\?v=[0-9a-f]{10}"', client.get("/").content.decode())


def test_too_many_wrong_passwords_make_one_wait(client: Client, cast) -> None:
    for _ in range(10):
        client.post(reverse("login"), {"username": "alice", "password": "wrong"})
    client.post(reverse("login"), {"username": "alice", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_logging_in_and_out(client: Client, cast) -> None:
    client.post(reverse("login"), {"username": "alice", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    client.get(reverse("goodbye"))
    assert "_auth_user_id" in client.session
    client.post(reverse("logout"))
    assert "_auth_user_id" not in client.session


def test_an_account_is_made_once(client: Client, cast) -> None:
    person = {
        "given_name": "Dora", "family_name": "Hoarau", "email": "dora@example.org", "orcid": "0000-0002-1825-0097",
        "username": "dora", "password": PASSWORD,
    }  # fmt: skip
    answer = client.post(reverse("register"), person)
    assert answer["Location"] == reverse("deposits")
    again = Client().post(reverse("register"), person | {"username": "Dora"})
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("field", "value"), [("password", "short"), ("orcid", "0000"), ("email", "nobody"), ("username", "a b")]
)
def test_a_wrong_field_is_told(client: Client, cast, field: str, value: str) -> None:
    person = {"given_name": "D", "family_name": "H", "email": "d@example.org", "username": "dd", "password": PASSWORD}
    answer = client.post(reverse("register"), person | {field: value})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_a_token_is_shown_once_and_revoked(alice, cast) -> None:
    page = alice.post(reverse("new-token"), {"label": "laptop"})
    assert "tct_" in page.content.decode()
    assert "tct_" not in alice.get(reverse("account")).content.decode()
    alice.post(reverse("revoke-token", args=[cast.alice.api_tokens.get().pk]))
    assert cast.alice.api_tokens.count() == 0


def test_a_token_of_somebody_else_cannot_be_revoked(alice, chloe, cast) -> None:
    alice.post(reverse("new-token"), {"label": "laptop"})
    assert chloe.post(reverse("revoke-token", args=[cast.alice.api_tokens.get().pk])).status_code == 404


def test_forms_from_elsewhere_are_refused(cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        reverse("login"), {"username": "alice", "password": PASSWORD}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 403
    assert "send it again" in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_fault_of_ours_is_said_in_both_languages(client: Client, db: None, monkeypatch) -> None:
    from terracite.website.pages import home

    client.raise_request_exception = False
    monkeypatch.setattr(home, "query", None)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Une erreur est survenue" in answer.content.decode()


def test_a_database_address_that_cannot_be_used_says_so() -> None:
    with pytest.raises(ConfigError, match="PostgreSQL"):
        _postgresql("mysql://somewhere/name")
    assert _postgresql("postgresql://me:p%40ss@db:5433/land")["PASSWORD"] == "p@ss"
