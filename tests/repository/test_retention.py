# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people wrote to each other goes after a year, or as the setting says; what still counts stays."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.utils import timezone

from terracite.repository import access_requests, collaborators, contact, deposits, mail, retention
from terracite.repository.models import AccessRequest, ContactMessage, Invitation, Mail, Notice

from .conftest import published


def test_messages_go_after_their_time_and_what_counts_stays(draft, cast, settings):
    deposits.save(draft, cast.alice, {"access": {"kind": "restricted"}})
    version = published(draft, cast)
    contact.send(version, name="Eve", email="eve@example.org", text="Is there more?")
    asked = {
        person: access_requests.ask(version, person, "To see.") for person in (cast.chloe, cast.bob, cast.berenice)
    }
    access_requests.answer(asked[cast.chloe], cast.alice, grant=False, text="No.")
    access_requests.answer(asked[cast.bob], cast.alice, grant=True)
    collaborators.invite(version.dataset.deposit, cast.alice, "eve@example.org", "reader")
    mail.send_due()
    mail.write("eve@example.org", "news", "later", "News", "It waits.")
    models = (ContactMessage, AccessRequest, Invitation, Notice, Mail)
    before = [model.objects.count() for model in models]
    assert all(before)

    year = timezone.now() + dt.timedelta(days=364)
    assert retention.forget(year) == 0
    later = year + dt.timedelta(days=40)
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, keep_messages_days=0)
    assert retention.forget(later) == 0
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, keep_messages_days=365)
    assert retention.forget(later) > 0

    assert [model.objects.count() for model in models] == [0, 2, 0, 0, 1]
    assert {one.person for one in AccessRequest.objects.all()} == {cast.bob, cast.berenice}  # given; waiting
    assert Mail.objects.get().key == "later"
    assert retention.forget(later) == 0
