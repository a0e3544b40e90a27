# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a machine proposed is shown as such, and is a person's once they say that it is right."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terracite.record.model import Text
from terracite.record.origins import COMPOSED, by_machine
from terracite.repository import collaborators, records
from terracite.repository.deposits import record_of

from .test_saving import Tab

pytestmark = pytest.mark.django_db


@pytest.fixture
def composed(draft):
    record = record_of(draft).with_values(
        COMPOSED, title=Text(en="Table of 2 rows (CSV)", fr="Tableau de 2 lignes (CSV)")
    )
    records.write(draft, record)
    draft.save()
    return draft


def test_a_suggested_title_says_so_and_is_confirmed_without_javascript(alice, composed):
    address = reverse("deposit-step", args=[composed.uuid, "describe"])
    page = alice.get(address).content.decode()
    assert "suggested from your files: check it" in page
    assert 'name="confirm" value="title"' in page

    answer = alice.post(address, {"confirm": "title", "notes.en": "Counted by hand."}, follow=True)

    record = record_of(type(composed).objects.get(pk=composed.pk))
    assert not by_machine(record, "title")
    assert 'name="confirm" value="title"' not in answer.content.decode()


def test_a_stranger_confirms_nothing(chloe, composed):
    assert (
        chloe.post(reverse("deposit-step", args=[composed.uuid, "describe"]), {"confirm": "title"}).status_code == 404
    )
    assert by_machine(record_of(type(composed).objects.get(pk=composed.pk)), "title")


def test_writing_one_language_anew_takes_the_suggestion_of_the_other_away(alice, chloe, cast, composed):
    collaborators.add(composed.dataset.deposit, cast.alice, "chloe", "editor")
    address = reverse("deposit-step", args=[composed.uuid, "describe"])
    mine, other = Tab(alice, address), Tab(chloe, address)

    mine.type(title__en="Trees of the west coast, seen from above").autosave()

    assert "title (fr)" in mine.told["save-status"].text_content().casefold()
    assert mine.told["told"].xpath("//*[@data-emptied='f-title-fr']")
    assert title_of(composed) == Text(en="Trees of the west coast, seen from above")
    mine.type(title__fr="").autosave()  # as the page does it: no edit, and nobody is told again
    assert "meanwhile" not in mine.told["save-status"].text_content()
    assert mine.type(title__fr="Arbres de l'ouest").autosave().status_code == 200
    assert title_of(composed).fr == "Arbres de l'ouest"
    assert other.type(notes__en="By hand").autosave().status_code == 200
    assert "title (fr) meanwhile" in other.told["save-status"].text_content().casefold()


def test_another_tab_may_still_write_where_the_suggestion_was(alice, composed):
    address = reverse("deposit-step", args=[composed.uuid, "describe"])
    first, second = Tab(alice, address), Tab(alice, address)
    first.type(title__en="Trees of the west coast").autosave()

    assert second.type(title__fr="Arbres de la côte ouest").autosave().status_code == 200
    assert title_of(composed) == Text(en="Trees of the west coast", fr="Arbres de la côte ouest")


def test_a_corrected_text_keeps_its_other_language(alice, composed):
    address = reverse("deposit-step", args=[composed.uuid, "describe"])
    Tab(alice, address).type(title__en="Table of 2 rows, Sydney (CSV)").autosave()

    assert title_of(composed) == Text(en="Table of 2 rows, Sydney (CSV)", fr="Tableau de 2 lignes (CSV)")


def test_without_javascript_the_next_page_tells_of_it(alice, composed):
    address = reverse("deposit-step", args=[composed.uuid, "describe"])
    page = Tab(alice, address).type(title__en="Trees of the west coast").press(stay="1")

    assert "was taken away" in alice.get(page["Location"], {"lang": "en"}).content.decode()
    assert title_of(composed) == Text(en="Trees of the west coast")


def title_of(version) -> Text:
    return record_of(type(version).objects.get(pk=version.pk)).title
