# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a hostile or clumsy visitor sends: it is refused or left out, and never becomes a fault of ours."""

from __future__ import annotations

import ast
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from terracite.repository import people
from terracite.website import snippets
from terracite.website.api import crates
from terracite.website.forms.account import TRIES, LoginForm
from terracite.website.ranges import asked_range
from terracite.website.templatetags.show import duration

from .scene import LAND, PASSWORD

ENDLESS = "9" * 5000  #: more digits than Python turns into a number
NO_UUID = "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"


@pytest.mark.parametrize("path", ["/search/", "/api/v1/search"])
def test_what_a_search_cannot_use_is_left_out(client: Client, published, path: str) -> None:
    for query in (f"page={ENDLESS}", f"size={ENDLESS}", f"deposit={NO_UUID}"):
        assert (query, client.get(f"{path}?{query}").status_code) == (query, 200)


@pytest.mark.parametrize("header", [f"bytes=0-{ENDLESS}", f"bytes={ENDLESS}-", f"bytes=-{ENDLESS}", "bytes=٣-"])
def test_a_range_that_cannot_be_read_gives_the_whole_file(header: str) -> None:
    assert asked_range(header, 100) is None


@pytest.mark.parametrize("chosen", ["abc", NO_UUID, ENDLESS])
def test_a_dataset_cannot_begin_in_no_deposit(alice: Client, chosen: str) -> None:
    assert alice.post(reverse("new-deposit"), {"deposit": chosen, "disciplines": LAND}).status_code == 404


@pytest.mark.parametrize("field", ["edit", "variables.0.was"])
def test_hidden_numbers_of_a_form_may_be_anything(alice: Client, draft, field: str) -> None:
    answer = alice.post(
        reverse("deposit-step", args=[draft.uuid, "describe"]), {"variables.0.name": "ndvi", field: ENDLESS}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("move", "field"), [("hand_over", "to"), ("close_thread", "thread"), ("answer_suggestion", "suggestion")]
)
def test_moves_about_nothing_are_not_found(bob: Client, submitted, move: str, field: str) -> None:
    assert bob.post(reverse("move", args=[submitted.uuid, move]), {field: ENDLESS}).status_code == 404


@pytest.mark.parametrize("text", ["P²D", f"P{ENDLESS}D", "P5X", ""])
def test_a_time_step_that_is_no_number_of_days_is_shown_as_it_is(text: str) -> None:
    assert duration(text) == text


def test_a_file_name_does_not_become_code() -> None:
    name = 'a"); import os; os.remove("x") #.csv'
    address = f"https://example.org/tables/{name}"
    python, r = snippets.for_file(f"tables/{name}", address)
    calls = [node for node in ast.walk(ast.parse(python.code)) if isinstance(node, ast.Call)]
    assert sorted(ast.unparse(call.func) for call in calls) == ["pd.read_csv", "print"]
    assert address.replace('"', "%22") in [
        ast.literal_eval(argument) for call in calls for argument in call.args if _is_text(argument)
    ]
    assert r.code.count('"') == 2


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_a_zip_that_unpacks_to_far_more_is_refused(
    client: Client, cast, instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crates, "ROOM_BYTES", 1_000_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("record.json", "{}")
        archive.writestr("zeros.bin", bytes(8_000_000))
    token = people.make_token(cast.alice, "test").text
    answer = client.post(
        "/api/v1/crates", bomb.getvalue(), content_type="application/zip", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("The crate is larger than")


def test_a_try_is_counted_before_the_password_is_compared(cast, rf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise many tries sent at the same moment all find the count low."""
    request = rf.post(reverse("login"))
    nested = []

    def compared(*_arguments: object, **_names: object) -> None:
        if len(nested) < TRIES + 5:
            nested.append(LoginForm(request, {"username": "alice", "password": "wrong"}).is_valid())

    monkeypatch.setattr("django.contrib.auth.forms.authenticate", compared)
    LoginForm(request, {"username": "alice", "password": "wrong"}).is_valid()
    assert len(nested) == TRIES
    monkeypatch.undo()
    assert not LoginForm(request, {"username": "alice", "password": PASSWORD}).is_valid()


HALF = '"Map \\ud800\\u0000of Reunion"'  #: as JSON names characters that no database keeps


@pytest.mark.parametrize("field", ["title.en", "keywords"])
def test_characters_that_nobody_can_keep_are_left_out(alice: Client, cast, draft, field: str) -> None:
    value = f'[{{"label": {{"en": {HALF}}}}}]' if field == "keywords" else HALF
    address = f"/api/v1/datasets/{draft.dataset.uuid}/versions/1"
    token = people.make_token(cast.alice, "test").text
    answer = Client().patch(
        address,
        f'{{"changes": {{"{field}": {value}}}}}',
        "application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    page = alice.get(reverse("deposit-step", args=[draft.uuid, "describe"]))
    assert page.status_code == 200
    assert "Map of Reunion" in page.text


def test_what_a_page_wrote_as_json_may_come_back_as_anything(alice: Client, draft) -> None:
    chosen = {"into": "creators", "fill": f'{{"family_name": {HALF}}}'}
    assert alice.post(reverse("find-choose", args=[draft.uuid]), chosen).status_code == 302
    draft.refresh_from_db()
    assert draft.record["creators"][-1]["family_name"] == "Map of Reunion"


def test_nul_is_in_no_address_and_no_form(alice: Client, published) -> None:
    landing = f"/datasets/{published.dataset.uuid}/v1/"
    for address in (f"{landing}files/%00", f"{landing}?folder=%00", "/search/?q=%00"):
        assert alice.get(address).status_code == 404
    answer = alice.post(reverse("new-deposit"), {"title_en": "a\0b", "disciplines": LAND})
    assert answer.status_code == 400
    assert "cannot be kept" in answer.text


def test_more_fields_than_any_form_has_are_refused_in_words(alice: Client, draft) -> None:
    answer = alice.post(reverse("deposit-step", args=[draft.uuid, "describe"]), {f"k{n}": "" for n in range(6000)})
    assert answer.status_code == 400
    assert "too much at once" in answer.text


def test_another_host_is_no_fault_of_ours(client: Client, db: None, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
