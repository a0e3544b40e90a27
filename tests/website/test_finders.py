# SPDX-License-Identifier: AGPL-3.0-or-later
"""The finders: what they answer, to whom, and that a choice reaches the draft without JavaScript."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from terracite.record import vocabularies
from terracite.repository import authorities, deposits
from terracite.repository.authorities.writing import Row, put
from terracite.repository.models import Authority, AuthorityKind
from terracite.repository.records import record_of
from terracite.website import explanations, finding
from terracite.website.forms import context, describe
from terracite.website.forms.rows import rearranged

RORS = {"CIRAD": "https://ror.org/05kpkpg04", "Université de La Réunion": "https://ror.org/005ypkf75"}

HOME = RORS["Université de La Réunion"]


@pytest.fixture
def store(db: None) -> None:
    put(
        [
            Row(AuthorityKind.ORGANISATION, ror, name, ("Kirad & <b>co</b>",), "France", {}, "ror")
            for name, ror in RORS.items()
        ]
    )


def asked(client: Client, kind: str, q: str, **more: str):
    return client.get(reverse("find", args=[kind]), {"q": q, "lang": "en", **more})


def fills(answer) -> list[dict[str, str]]:
    return [option.fill for option in answer.context["options"]]


def test_an_organisation_is_found_in_any_spelling_and_harmless(client, store) -> None:
    answer = asked(client, "organisations", "reunion UNIVERSITE", fragment="1")
    assert fills(answer) == [{"affiliation": "Université de La Réunion", "ror": HOME}]
    assert answer.content.decode().startswith('\n<li role="option"') or "<html" not in answer.content.decode()
    assert "private" in answer["Cache-Control"]
    put([Row(AuthorityKind.ORGANISATION, "https://ror.org/00pjdza24", "<script>alert(1)</script>", (), "", {}, "ror")])
    assert "<script>alert" not in asked(client, "organisations", "script").content.decode()


def test_people_are_shown_to_those_who_are_logged_in(client, alice, published) -> None:
    assert asked(client, "people", "martin").status_code == 302
    assert fills(asked(alice, "people", "mart ali"))[0] == {
        "family_name": "Martin", "given_name": "Alice", "orcid": "0000-0002-1825-0097",
        "affiliation": "Université de La Réunion", "ror": "https://ror.org/005ypkf75",
    }  # fmt: skip


def test_a_private_draft_names_nobody_to_others(alice, chloe, draft) -> None:
    assert [fill["family_name"] for fill in fills(asked(alice, "people", "payet"))] == ["Payet"]
    assert fills(asked(chloe, "people", "payet")) == []
    assert not Authority.objects.exists()


def test_keywords_tell_their_thesaurus_and_what_is_above(client, db) -> None:
    options = asked(client, "keywords", "sécheresse").context["options"]
    assert options[0].label == "drought"
    assert "GEMET" in options[0].note
    assert json.dumps(options[0].fill) == '{"keyword": "http://www.eionet.europa.eu/gemet/concept/2347"}'


def test_a_standard_name_brings_its_unit(client, db) -> None:
    assert {"standard_name": "sea_water_temperature", "unit?": "K"} in fills(
        asked(client, "standard-names", "sea water temperature")
    )


@pytest.mark.parametrize(
    ("typed", "name", "edges"),
    [
        ("40KCB", "Sentinel-2 tile 40KCB", (55.066, -21.789, 56.133, -20.789)),
        ("t40kcb", "Sentinel-2 tile 40KCB", (55.066, -21.789, 56.133, -20.789)),
        ("La Réunion", "Réunion", (55.25, -21.38, 55.83, -20.92)),
        ("fiji", "Fiji", (174.59, -21.71, -178.25, -12.48)),
    ],
)
def test_places_have_their_box(client, db, typed, name, edges) -> None:
    first = asked(client, "places", typed).context["options"][0]
    assert first.label == name
    assert tuple(round(float(first.fill[edge]), 3) for edge in ("west", "south", "east", "north")) == edges


def test_a_place_without_a_box_says_whose_it_shows(client, db) -> None:
    option = asked(client, "places", "Carcassonne").context["options"][0]
    assert "box of Aude: make it smaller" in option.note


@pytest.mark.parametrize("kind", list(finding.FINDERS))
def test_hostile_questions_find_nothing_and_break_nothing(alice, kind) -> None:
    for q in ("", "%", "' OR 1=1 --", "<script>", "a" * 100_000, "中文", "\U0010ffff"):
        assert asked(alice, kind, q[:6000]).status_code == 200
    assert asked(alice, kind, "\0").status_code == 404
    assert asked(alice, "nonsense", "x").status_code == 404
    assert alice.post(reverse("find", args=[kind])).status_code == 405


@pytest.mark.parametrize(
    ("kind", "into", "q"),
    [
        ("organisations", "creators", "cirad"),
        ("keywords", "keywords", "sécheresse"),
        ("places", "extents", "Mayotte"),
        ("standard-names", "variables", "sea water temperature"),
    ],
)
def test_a_choice_reaches_the_draft_without_javascript(alice, draft, store, kind, into, q) -> None:
    before = len(getattr(record_of(draft), into))
    page = asked(alice, kind, q, **{"for": str(draft.uuid), "into": into})
    fill = page.context["rows"][0][1]
    answer = alice.post(reverse("find-choose", args=[draft.uuid]), {"into": into, "fill": fill})
    assert answer["Location"].endswith(f"#{into}")
    draft.refresh_from_db()
    assert len(getattr(record_of(draft), into)) == before + 1


def test_only_members_add_and_only_what_a_row_has(alice, chloe, draft, submitted) -> None:
    address = reverse("find-choose", args=[draft.uuid])
    good = {"into": "creators", "fill": '{"family_name": "X"}'}
    assert chloe.post(address, good).status_code == 404
    assert alice.get(address).status_code == 405
    assert alice.post(address, good).status_code == 404  # submitted: no longer a draft
    assert Client().post(address, good).status_code == 302


@pytest.mark.parametrize("fill", ["", "[1]", '{"a": 1}', "{" * 5000, "null"])
def test_nonsense_is_not_added(alice, draft, fill) -> None:
    assert alice.post(reverse("find-choose", args=[draft.uuid]), {"into": "creators", "fill": fill}).status_code == 404


def test_an_outline_is_kept_and_a_bad_one_told(alice, draft) -> None:
    address = reverse("find-shape", args=[draft.uuid])
    ring = [[55.2, -21.4], [55.9, -21.3], [55.5, -20.8], [55.2, -21.4]]
    good = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    alice.post(address, {"file": SimpleUploadedFile("a.geojson", good)})
    draft.refresh_from_db()
    added = record_of(draft).extents[-1]
    assert (added.box.west, added.box.north, len(added.polygon[0])) == (55.2, -20.8, 4)
    for bad in (b"{}", b"not json", b'{"type": "Polygon", "coordinates": []}', b" " * 5_000_001):
        page = alice.post(address, {"file": SimpleUploadedFile("a.geojson", bad)}, follow=True)
        assert "note bad" in page.content.decode()
    assert alice.post(address).status_code == 302
    draft.refresh_from_db()
    assert record_of(draft).extents[-1] == added


def test_me_is_the_depositor_with_the_institute_last_given(cast, draft) -> None:
    cast.alice.orcid = "0000-0002-1825-0097"
    mine = authorities.oneself(cast.alice)
    assert (mine["family_name"], mine["orcid"], mine["ror"]) == (
        "Martin",
        "0000-0002-1825-0097",
        HOME,
    )
    assert authorities.oneself(cast.chloe) == {
        "family_name": "Grondin", "given_name": "Chloe", "orcid": "", "affiliation": "", "ror": "",
        "email": "chloe@example.org",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept", "told"),
    [
        (
            {"orcid": "https://orcid.org/0000-0002-1825-0097", "ror": "ror.org/005YPKF75"},
            ("0000-0002-1825-0097", HOME),
            [],
        ),
        ({"orcid": "0000-0002-1825-0098"}, None, ["creators.0.orcid"]),
        ({"ror": "https://ror.org/005ypkf76"}, None, ["creators.0.ror"]),
        ({"orcid": "Martin", "ror": "La Réunion"}, None, ["creators.0.orcid", "creators.0.ror"]),
    ],
)
def test_identifiers_are_checked_and_pasted_addresses_understood(draft, typed, kept, told) -> None:
    form = context.from_record(record_of(draft))
    form.rows["creators"][0] |= typed
    values = context.changes(form, record_of(draft))
    assert sorted(form.problems) == told
    if kept:
        first = values["creators"][0]
        assert (first["orcid"], first["affiliations"][0]["ror"]) == kept


def test_rows_move_up_down_and_away() -> None:
    data = {"a.0.x": ["0"], "a.1.x": ["1"], "a.3.x": ["3"], "b.0.x": ["b"], "more": [""]}

    def after(button: str) -> list[str]:
        found = rearranged(data | {"more": [button]})
        return [found[name][0] for name in sorted(found) if name.startswith("a.")]

    assert after("a.1.up") == ["1", "0", "3"]
    assert after("a.1.down") == ["0", "3", "1"]
    assert after("a.3.remove") == ["0", "1"]
    for nothing in ("a.0.up", "a.3.down", "a.2.up", "a", "a.1.sideways"):
        assert after(nothing) == ["0", "1", "3"]


def test_authors_change_places_by_a_button(alice, draft) -> None:
    form = context.from_record(record_of(draft))
    data = QueryDict(mutable=True)
    for prefix, rows in form.rows.items():
        for number, row in enumerate(rows):
            for name, value in row.items():
                data[f"{prefix}.{number}.{name}"] = value
    for name, value in form.values.items():
        data[name] = value
    data["edit"], data["more"] = str(draft.edit), "creators.1.up"
    alice.post(
        reverse("deposit-step", args=[draft.uuid, "context"]), data.urlencode(), "application/x-www-form-urlencoded"
    )
    draft.refresh_from_db()
    people = record_of(draft).creators
    assert [person.family_name for person in people] == ["Payet", "Martin"]
    assert people[1].affiliations[0].ror == HOME


def test_a_new_box_forgets_the_old_outline_and_a_new_name_the_old_address(draft, cast) -> None:
    extent = {"box": {"west": 1, "south": 2, "east": 3, "north": 4}, "place": {"fr": "Ici", "en": "Here"},
              "place_uri": "https://example.org/here", "polygon": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}  # fmt: skip
    record = record_of(deposits.save(draft, cast.alice, {"extents": [extent]}))

    def after(**typed: str) -> dict:
        form = context.from_record(record)
        form.rows["extents"][0] |= typed
        return context.changes(form, record)["extents"][0]

    assert (after()["polygon"], after()["place_uri"]) == (extent["polygon"], extent["place_uri"])
    assert after(west="0")["polygon"] == []
    assert after(place_fr="Là")["place_uri"] == ""


def test_suggestions_come_with_their_reason(alice, draft) -> None:
    record = record_of(draft)
    reasons = [item.because.en for item in describe.suggested(record)]
    assert reasons
    page = alice.get(reverse("deposit-step", args=[draft.uuid, "describe"]), {"lang": "en"}).content.decode()
    assert reasons[0].replace("“", "“") in page


def test_every_licence_offered_is_explained_in_both_languages(settings) -> None:
    assert [code for code, _ in explanations.licences()] == [item.identifier for item in vocabularies.licences()]


@pytest.mark.parametrize("step", ["describe", "context"])
def test_the_form_works_by_pages_alone(alice, draft, step) -> None:
    page = alice.get(reverse("deposit-step", args=[draft.uuid, step]), {"lang": "en"}).content.decode()
    assert " style=" not in page
    assert "onclick" not in page
    assert reverse("find", args=["places" if step == "context" else "keywords"]) in page
