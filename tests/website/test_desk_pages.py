# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the desk: queue, review, refusal, answers by link, sentences, figures, history."""

from __future__ import annotations

import csv
import json

import pytest
from django.urls import reverse

from terracite.record.model import Text, Variable
from terracite.repository import conversation, conversation_links, deposits, moderation, people
from terracite.repository.models import CannedSentence
from terracite.repository.moderation_history import check_history
from terracite.repository.moderation_sentences import keep, sentences
from terracite.website.differences import change, words
from terracite.website.pages.desks import reply as reply_page
from terracite.website.pages.desks.fields import item

from . import scene
from .test_moderation_pages import move

DESK_PAGES = ["desk", "sentences", "desk-statistics", "desk-statistics-csv"]
VERSION_PAGES = ["review", "refuse", "history", "history-json", "history-csv"]


def text_of(client, name: str, *args, **data) -> str:
    answer = client.get(reverse(name, args=args), {"lang": "en"} | data)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def taken(submitted, cast):
    return moderation.take(submitted, cast.bob)


def addresses(version) -> dict[str, str]:
    return {name: reverse(name) for name in DESK_PAGES} | {
        name: reverse(name, args=[version.uuid]) for name in VERSION_PAGES
    }


def test_each_page_works_for_the_desk_in_both_languages(bob, taken) -> None:
    for address in addresses(taken).values():
        assert [bob.get(address, {"lang": language}).status_code for language in ("en", "fr")] == [200, 200], address


def test_each_page_is_closed_to_the_others(alice, chloe, client, taken) -> None:
    for name, address in addresses(taken).items():
        assert client.get(address).status_code == 302, name
        assert chloe.get(address).status_code == (404 if name in VERSION_PAGES else 403), name
        assert alice.get(address).status_code == (200 if name.startswith("history") else 403), name
        assert chloe.put(address).status_code == 405, name


def test_who_left_the_desk_sees_nothing_of_it(bob, cast, taken) -> None:
    people.revoke(cast.bob, "moderator", scene.LAND)
    assert bob.get(reverse("desk")).status_code == 403
    assert bob.get(reverse("review", args=[taken.uuid])).status_code == 404
    assert move(bob, taken, "accept").status_code == 404
    assert taken.state == "in_review"


def test_the_queue_keeps_everything_in_the_address(bob, submitted) -> None:
    asked = {"words": "Reunion", "whose": "free", "sort": "-title", "age": "", "page": "7"}
    page = text_of(bob, "desk", **asked)
    assert submitted.title("en") in page
    assert 'value="Reunion"' in page
    assert "whose=mine&amp;words=Reunion&amp;sort=-title" in page
    assert "Nothing waits that is like that." in text_of(bob, "desk", words="nowhere")
    assert bob.get(reverse("desk"), {"page": "x" * 30, "sort": "'", "age": "1"}).status_code == 200


def test_how_much_waits_is_told_on_every_page(bob, alice, submitted) -> None:
    assert '<span class="tag accent">1</span>' in text_of(bob, "home")
    assert "tag accent" not in text_of(alice, "about")


def test_a_check_is_asked_about_in_its_own_words(bob, taken) -> None:
    page = bob.get(reverse("review", args=[taken.uuid]), {"ask": "keywords", "rule": "keywords_without_thesaurus"})
    asked = page.context["ask"]
    assert asked["field"] == "keywords"
    assert asked["text"]
    assert asked["text"].split(".")[0] in page.content.decode()
    assert bob.get(reverse("review", args=[taken.uuid]), {"ask": "<b>", "rule": "x"}).context["ask"] == {}


def test_conversations_stand_at_their_field_and_can_begin_with_a_usual_sentence(bob, taken, cast) -> None:
    kept = keep(cast.bob, scene.LAND, field="lineage", text=Text(en="Name the sources.", fr="Nommez les sources."))
    answer = move(bob, taken, "comment", field="lineage", sentence=str(kept.pk), text="All of them.")
    assert answer["Location"].endswith("#field-lineage")
    assert taken.threads.get().comments.get().text == "Name the sources.\nAll of them."
    page = bob.get(reverse("review", args=[taken.uuid]))
    (field,) = [one for one in page.context["fields_first"] if one.threads]
    assert field.name == "lineage"


def test_the_difference_comes_first_and_the_rest_is_folded(bob, alice, taken, cast) -> None:
    moderation.request_changes(taken, cast.bob, text="A shorter abstract.")
    deposits.save(taken, cast.alice, {"abstract.en": "A map of Reunion Island, made of Sentinel-2 images."})
    moderation.submit(taken, cast.alice, terms_accepted=True)
    page = bob.get(reverse("review", args=[taken.uuid]))
    assert [one.field for one in page.context["changes"]] == ["abstract"]
    folded = {one.name for one in page.context["fields_folded"]}
    assert "creators" in folded | {one.name for one in page.context["fields_first"] if one.findings}
    assert "abstract" not in folded


def test_any_simple_field_can_be_suggested(bob, taken) -> None:
    typed = {"licence": "CC0-1.0", "time_resolution": "P10D", "topics": "biota\r\nenvironment"}
    for field, value in typed.items():
        move(bob, taken, "suggest", field=field, value=value)
    held = {one.field: one.value for one in taken.suggestions.all()}
    assert held == typed | {"topics": ["biota", "environment"]}


def test_keywords_keep_their_thesaurus_when_others_are_suggested(bob, taken) -> None:
    page = bob.get(reverse("review", args=[taken.uuid]), {"suggest": "keywords"})
    (offer,) = [one for one in page.context["suggestible"] if one.name == "keywords"]
    move(bob, taken, "suggest", field="keywords", value=f"{offer.value}\nsavane | savanna")
    value = taken.suggestions.get().value
    assert value[0]["thesaurus"] == "gemet"
    assert value[-1] == {"label": {"fr": "savane", "en": "savanna"}}


def test_what_cannot_be_suggested(bob, taken) -> None:
    answers = [
        move(bob, taken, "suggest", field=field, value=value).status_code
        for field, value in (("files", "x"), ("doi", "x"), ("dates", "yesterday"), ("licence", taken.record["licence"]))
    ]
    assert answers == [404, 404, 302, 302]
    assert not taken.suggestions.exists()


def test_suggestions_are_shown_with_their_difference_and_taken_together(bob, alice, taken, cast) -> None:
    move(bob, taken, "suggest", field="title.en", value="A better title")
    move(bob, taken, "suggest", field="licence", value="CC0-1.0")
    move(bob, taken, "request_changes", text="See.")
    page = alice.get(reverse("deposit-step", args=[taken.uuid, "check"])).content.decode()
    assert '<ins class="new">' in page
    keys = [str(one.pk) for one in taken.suggestions.all()]
    move(alice, taken, "answer_suggestion", suggestion=keys, answer="yes")
    assert (taken.title_en, taken.record["licence"]) == ("A better title", "CC0-1.0")
    assert move(alice, taken, "answer_suggestion", suggestion=["x"], answer="yes").status_code == 404


def test_a_decision_about_a_page_opened_before_is_told(bob, taken) -> None:
    answer = bob.post(reverse("move", args=[taken.uuid, "accept"]), {"seen": "0" * 64, "lang": "en"}, follow=True)
    assert "stale" in str(answer.content) or "opened the page" in answer.content.decode()
    taken.refresh_from_db()
    assert taken.state == "in_review"


# ---- answers by link


@pytest.fixture
def token(taken, cast) -> str:
    conversation.comment(taken, cast.bob, text="Which <b>season</b>?", field="lineage")
    return conversation_links.new_link(taken.threads.get(), cast.alice).rstrip("/").rpartition("/")[2]


def test_a_link_shows_one_conversation_and_takes_an_answer(client, taken, token) -> None:
    address = reverse("reply", args=[token])
    page = client.get(address, {"lang": "en"})
    assert "Which &lt;b&gt;season" in page.content.decode()
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "sessionid" not in client.cookies
    assert client.post(address, {"text": "The dry one."}).status_code == 302
    answer = taken.threads.get().comments.last()
    assert (answer.text, answer.by_link, answer.author.username) == ("The dry one.", True, "alice")
    assert client.post(address, {"text": "  "}).status_code == 422
    assert client.get(reverse("review", args=[taken.uuid])).status_code == 302


def test_a_wrong_link_says_how_to_go_on_and_is_not_guessed(client, db, instance, monkeypatch) -> None:
    monkeypatch.setattr(reply_page, "MOST_GUESSES", 2)
    answers = [client.get(reverse("reply", args=["x" * 43])).status_code for _ in range(3)]
    assert answers == [404, 404, 429]


def test_a_link_takes_so_many_answers_an_hour(client, taken, token, monkeypatch) -> None:
    monkeypatch.setattr(reply_page, "MOST_ANSWERS", 1)
    answers = [client.post(reverse("reply", args=[token]), {"text": "Again."}).status_code for _ in range(2)]
    assert answers == [302, 429]
    assert taken.threads.get().comments.count() == 2


# ---- sentences, figures, history


def test_a_desk_keeps_its_sentences_by_plain_forms(bob, cast) -> None:
    address = reverse("sentences")
    bob.post(address, {"discipline": scene.LAND, "action": "shipped"})
    bob.post(
        address, {"discipline": scene.LAND, "action": "keep", "field": "title", "fr": "Plus court", "en": "Shorter"}
    )
    own = CannedSentence.objects.get(text_en="Shorter")
    changed = {"discipline": scene.LAND, "action": "keep", "sentence": str(own.pk), "field": "", "en": "Much shorter"}
    bob.post(address, changed)
    own.refresh_from_db()
    assert (own.field, own.text_fr, own.text_en) == ("", "", "Much shorter")
    bob.post(address, {"discipline": scene.LAND, "action": "remove", "sentence": str(own.pk)})
    assert not CannedSentence.objects.filter(pk=own.pk).exists()
    foreign = CannedSentence.objects.create(discipline="ocean", text_en="Theirs")
    assert (
        bob.post(address, {"discipline": "ocean", "action": "remove", "sentence": str(foreign.pk)}).status_code == 404
    )
    bob.post(address, {"discipline": "ocean", "action": "keep", "field": "", "en": "Mine"})
    assert [one.text.en for one in sentences(["ocean"])] == ["Theirs"]


def test_no_cell_of_the_figures_is_a_formula(bob, taken, cast) -> None:
    cast.bob.first_name, cast.bob.last_name = "=1+1", ""
    cast.bob.save()
    moderation.accept(taken, cast.bob)
    rows = list(csv.reader(text_of(bob, "desk-statistics-csv").splitlines()))
    assert ["moderator", "'=1+1", "1"] in rows


def test_the_history_can_be_checked_elsewhere(alice, taken) -> None:
    answer = alice.get(reverse("history-json", args=[taken.uuid]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert check_history(json.loads(answer.content)) == []
    rows = list(csv.DictReader(text_of(alice, "history-csv", taken.uuid).splitlines()))
    assert [row["move"] for row in rows][-2:] == ["submit", "take"]


# ---- differences


def test_items_that_went_came_and_changed() -> None:
    told = change("topics", ["land cover of 2023", "gone", "same"], ["land cover of 2024", "same", "entirely new"])
    assert [
        (item.kind, "".join(piece.words for piece in item.pieces if piece.kind != "same")) for item in told.items
    ] == [
        ("changed", "20232024"),
        ("new", "entirely new"),
        ("old", "gone"),
    ]
    assert told.kept == 1


def test_files_that_went_came_were_replaced_and_renamed(draft) -> None:
    from terracite.record.model import DataFile

    files = [DataFile(path=path, bytes=1, sha256=digest * 64) for path, digest in (("a", "1"), ("b", "2"), ("c", "3"))]
    after = [DataFile(path="a", bytes=2, sha256="4" * 64), DataFile(path="new", bytes=1, sha256="2" * 64), *files[2:]]
    told = change("files", files, [*after, DataFile(path="d", bytes=1, sha256="5" * 64)])
    assert [(item.kind, item.pieces[0].words.strip()) for item in told.items] == [
        ("changed", "a"),
        ("changed", "b"),
        ("new", "d"),
    ]
    assert told.kept == 1


def test_a_text_differs_language_by_language_and_nothing_shows_the_names_of_programs() -> None:
    told = change("title", Text(fr="Carte", en="Map of 2022"), Text(fr="Carte", en="Map of 2023"), item)
    assert [(one.kind, one.language) for one in told.items] == [("changed", "en")]
    said = item(Variable(name="ndvi", label=Text(en="Greenness"), unit="1"))
    assert said == "ndvi · Greenness · 1"


def test_words_replaced_side_by_side_are_told_as_one() -> None:
    pieces = [(piece.kind, piece.words) for piece in words("Open access", "Under embargo until June")]
    assert pieces == [("old", "Open access"), ("new", "Under embargo until June")]
    pieces = [(piece.kind, piece.words) for piece in words("The red old house.", "The blue new house.")]
    assert pieces == [("same", "The "), ("old", "red old"), ("new", "blue new"), ("same", " house.")]
