# SPDX-License-Identifier: AGPL-3.0-or-later
"""One dataset from an empty draft to a published page, and on."""

from __future__ import annotations

from django.conf import settings

from terracite.repository import events, moderation
from terracite.repository.outbox import process_outbox
from terracite.services.choice import registrar_for

from .conftest import in_review


def test_a_draft_becomes_a_published_dataset_with_a_findable_doi(draft, cast):
    moderation.accept(in_review(draft, cast), cast.bob)
    assert draft.state == "accepted"
    assert draft.published_at is None

    process_outbox()

    draft.refresh_from_db()
    assert (draft.state, draft.doi_state) == ("published", "findable")
    assert draft.doi.startswith("10.5072/")
    assert registrar_for(settings.TERRACITE).state(draft.doi) == "findable"
    moves = [event.move for event in events.history(draft)]
    assert moves == ["create", "submit", "take", "accept", "publish"]
    assert events.verify_chain() == []
