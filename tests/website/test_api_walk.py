# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every operation of the API, read from its own description, called by everybody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja import Schema

from terracite.repository import people
from terracite.repository.models import DatasetVersion, Person, TokenScope
from terracite.website.api import examples

from . import scene

pytestmark = pytest.mark.django_db

FORM = {"code", "message", "cure", "problems", "conflicts"}
OPEN = {"search_search_datasets", "deposits_listed", "datasets_listed", "uploads_abilities", "finders_find"}
FOR_ANYBODY_WITH_A_TOKEN = OPEN | {
    "account_me", "account_notices", "account_read", "deposits_make", "uploads_unfinished_crates",
    "uploads_begin_crate", "crates_receive", "desks_queue", "desk_tools_statistics", "desk_tools_sentences",
}  # fmt: skip
#: a desk's own, and what a letter carries: for nobody in particular
APART = {
    "desk_tools_add_sentence", "desk_tools_change_sentence", "desk_tools_remove_sentence", "sharing_accept",
}  # fmt: skip
DESK = {"desks_queue", "desk_tools_statistics", "desk_tools_sentences"}
#: 404 also where the version is seen: nothing before it, no map of a README
MAYBE_NOTHING = {
    "reading_compared", "previews_tile", "previews_overview", "previews_value", "previews_series", "previews_part",
}  # fmt: skip
NOBODYS = uuid4()
TUS = {"uploads_one", "uploads_offset", "uploads_send", "uploads_end"}
BODY: dict[str, dict[str, object]] = {
    "deposits_make": {"title": {"en": "Maps"}, "disciplines": [scene.LAND]},
    "deposits_change": {"changes": {"licence": "CC-BY-4.0"}},
    "drafts_change": {"changes": {"title.en": "Land cover"}},
    "moves_hand_over": {"to": "bob"},
    "moves_assign": {"to": "bob"},
    "moves_comment": {"text": "Say more."},
    "moves_suggest": {"field": "title.en", "value": "Land cover of Reunion Island in 2023"},
    "moves_reject": {"reason": "other", "text": "For now."},
    "moves_withdraw": {"reason": "Errors."},
    "moves_refuse_correction": {"reason": "No."},
    "moves_correct_metadata": {"changes": {"title.en": "Land cover"}},
    "moves_answer_suggestion": {"accept": True},
    "drafts_inherit": {"field": "licence"},
    "imports_offer": {"text": '{"@context": "https://schema.org/", "@type": "Dataset", "name": "Land cover"}'},
    "imports_take": {"text": '{"@context": "https://schema.org/", "@type": "Dataset", "name": "Land cover"}'},
    "sharing_invite": {"email": "dora@example.org"},
    "sharing_give_away": {"username": "chloe"},
    "sharing_ask_for_access": {"reason": "To compare."},
    "sharing_answer_access": {"grant": True},
    "sharing_write_to_contacts": {"text": "Is there a map of 2022?"},
    "desk_tools_add_sentence": {"discipline": scene.LAND, "text": {"en": "Name the sources."}},
    "desk_tools_change_sentence": {"discipline": scene.LAND, "text": {"en": "Name the sources."}},
}


@dataclass(frozen=True)
class Operation:
    """One of the description."""

    path: str
    method: str
    name: str
    described: dict[str, Any]

    def call(self, who: Client, identifier: object, body: object = None, **query: Any) -> Any:
        path = self.path.format(
            identifier=identifier, number=1, path="README.md", username="chloe", name="datacite", thread=1,
            suggestion=1, z=0, x=0, y=0, suffix="png", kind="organisations", token="tct_i", invitation=1, link=1,
            sentence=1, asked=NOBODYS,
        )  # fmt: skip
        if self.name in {"previews_value", "previews_series"}:
            query |= {"lon": "55.5", "lat": "-21"}
        if self.name == "files_remove_folder":
            query["folder"] = "images"
        content = "" if self.method == "GET" else json.dumps(body if body is not None else BODY.get(self.name, {}))
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"} if "/uploads" in path else {}
        kind = "application/offset+octet-stream" if self.name == "uploads_send" else "application/json"
        return who.generic(self.method, path, content, kind, query_params=query or None, headers=headers)

    @property
    def needs_token(self) -> bool:
        return "OptionalToken" not in str(self.described.get("security")) and self.name not in OPEN


@cache
def described() -> dict[str, Any]:
    return json.loads(Client().get("/api/v1/openapi.json").content)


def operations() -> Iterator[Operation]:
    for path, methods in described()["paths"].items():
        for method, one in methods.items():
            yield Operation(path, method.upper(), one["operationId"], one)


def program(person: Person, *scopes: TokenScope) -> Client:
    token = people.make_token(person, "test", scopes or tuple(TokenScope)).text
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def curator(cast: scene.Cast) -> Person:
    dora = people.ensure_person("dora")
    people.grant(dora, "curator")
    return dora


def checked(operation: Operation, answer: Any) -> int:
    """The status: one that is described, in the one form when it is an error."""
    told = f"{operation.method} {operation.path}: {answer.status_code}"
    assert str(answer.status_code) in operation.described["responses"], told
    if answer.status_code >= 400 and operation.method != "HEAD" and answer.status_code != 416:
        assert answer.json().keys() == FORM, told
        assert answer.json()["message"], told
    return int(answer.status_code)


def test_every_operation_says_what_it_does_and_answers() -> None:
    names = [one.name for one in operations()]
    assert len(names) == len(set(names)) > 45
    for one in operations():
        assert one.described["summary"], one
        assert one.described["description"], one
        assert one.described["tags"], one
        good = [status for status in one.described["responses"] if int(status) < 300]
        assert good, one
        errors = {str(status) for status in one.described["responses"] if int(status) >= 400} - {"416", "410"}
        for status in errors:
            assert "ErrorOut" in str(one.described["responses"][status]), (one, status)


def schemas(of: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for one in of.__subclasses__():
        yield from schemas(one)
        if one.__module__.startswith("terracite."):
            yield one


def test_what_is_sent_and_answered_is_shown_by_examples() -> None:
    """Each fits its schema, and no two schemas have one name: a description knows them by it."""
    by_name = {one.__name__: one for one in schemas()}
    assert len(by_name) == len(set(schemas()))
    for one in operations():
        for content in examples.bodies(one.described):
            if name := content["schema"].get("$ref", "").rpartition("/")[2]:
                assert "example" in content, (one.name, name)
                by_name[name].model_validate(content["example"])


def test_a_stranger_learns_nothing_of_a_draft(cast: scene.Cast, draft: DatasetVersion) -> None:
    """What is there and what is not get the very same answer; somebody without a token gets it too, or needs one."""
    nobody, stranger = Client(), program(cast.chloe)
    for one in operations():
        if one.name in FOR_ANYBODY_WITH_A_TOKEN | APART:
            continue
        identifier = draft.dataset.deposit.uuid if "/deposits/" in one.path else draft.dataset.uuid
        there, elsewhere = one.call(stranger, identifier), one.call(stranger, uuid4())
        assert checked(one, there) == (410 if one.name in TUS else 404), one
        assert there.content == elsewhere.content, one
        assert checked(one, one.call(nobody, identifier)) == (401 if one.needs_token else 404), one


def test_what_is_for_everybody_is(cast: scene.Cast, draft: DatasetVersion) -> None:
    for one in operations():
        if one.name in OPEN:
            assert one.call(Client(), uuid4()).status_code in {200, 204}, one
        elif one.name in FOR_ANYBODY_WITH_A_TOKEN:
            assert checked(one, one.call(Client(), uuid4())) == 401, one
            assert checked(one, one.call(program(cast.chloe), uuid4())) not in {401, 403, 404}, one


def test_a_token_without_the_scope_is_refused_whoever_has_it(
    cast: scene.Cast, curator: Person, submitted: DatasetVersion
) -> None:
    people.grant(cast.alice, "moderator", scene.LAND)
    reads, moderates = program(cast.alice, TokenScope.READ), program(cast.alice, TokenScope.MODERATE)
    for one in operations():
        if one.method in {"GET", "HEAD", "OPTIONS"} and one.name not in {*DESK, *TUS}:
            continue
        if one.name == "account_read" or one.name == "uploads_abilities":
            continue
        identifier = submitted.dataset.deposit.uuid if "/deposits/" in one.path else submitted.dataset.uuid
        answer = one.call(reads, identifier)
        assert (checked(one, answer), answer.json()["code"] if answer.content else "scope") == (403, "scope"), one
        if one.name.startswith("drafts_"):
            assert one.call(moderates, identifier).json()["code"] == "scope", one


@pytest.mark.parametrize(
    ("state", "callers"), [("draft", ["alice"]), ("submitted", ["bob"]), ("published", ["chloe", "alice"])]
)
def test_everybody_gets_an_answer_that_is_described(
    request: pytest.FixtureRequest, cast: scene.Cast, state: str, callers: list[str]
) -> None:
    version = request.getfixturevalue(state)
    known = sorted(operations(), key=lambda one: one.method not in {"GET", "HEAD"})  # reading first: nothing is gone
    for name in callers:
        who = program(Person.objects.get(username=name))
        for one in known:
            identifier = version.dataset.deposit.uuid if "/deposits/" in one.path else version.dataset.uuid
            if one.method in {"GET", "HEAD"} and one.name not in TUS:
                status = checked(one, one.call(who, identifier))
                is_hidden = name == "chloe" or "/deposits/" in one.path
                assert not (status == 404 and not is_hidden and one.name not in MAYBE_NOTHING), (one, name)
            elif one.name not in {"moves_withdraw", "drafts_discard", "sharing_give_away"}:
                checked(one, one.call(who, identifier))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from([
    "title", "title.fr", "abstract", "extents", "extents.0", "creators", "licence", "access", "dates",
    "periods", "record", "uuid", "changes", "to", "text", "field", "value", "reason",
    "thread", "edit", "size", "cursor", "role", "description",
])  # fmt: skip
PARAMETERS = st.sampled_from([
    "cursor", "size", "doi", "state", "folder", "style", "since", "deposit", "q", "bbox",
])  # fmt: skip


def test_nothing_that_is_sent_breaks_it(cast: scene.Cast, draft: DatasetVersion) -> None:
    who, known = program(cast.alice), list(operations())
    sent = [one for one in known if one.name not in {"crates_receive", "files_send", "drafts_discard"}]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        one=st.sampled_from(sent),
        body=st.dictionaries(FIELDS, JSON, max_size=3),
        changes=st.none() | st.dictionaries(FIELDS, JSON, max_size=2),
        query=st.dictionaries(PARAMETERS, st.text(max_size=12), max_size=2),
    )
    def send(one: Operation, body: dict[str, object], changes: object, query: dict[str, str]) -> None:
        identifier = draft.dataset.deposit.uuid if "/deposits/" in one.path else draft.dataset.uuid
        said = BODY.get(one.name, {}) | body | ({"changes": changes} if changes is not None else {})
        answer = one.call(who, identifier, said, **query)
        assert answer.status_code < 500, (one, said, query, answer.content)

    send()


VALIDATOR = Path(__file__).resolve().parents[2] / ".venv-witnesses" / "openapi" / "bin" / "openapi-spec-validator"


@pytest.mark.skipif(not VALIDATOR.exists(), reason="openapi-spec-validator is not installed in .venv-witnesses/openapi")
def test_a_program_of_others_takes_the_description(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(described()))
    done = subprocess.run([VALIDATOR, tmp_path / "openapi.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
