# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a machine proposed is shown as such, and is a person's once they say that it is right."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terracite.record.model import Text
from terracite.record.origins import COMPOSED, by_machine
from terracite.repository import records
from terracite.repository.deposits import record_of

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
