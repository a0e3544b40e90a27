# SPDX-License-Identifier: AGPL-3.0-or-later
"""An instance of the version before (tables 0003) becomes one of today, and nothing that people entered is lost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import can_edit_deposit

APP, BEFORE = "repository", "0003_uploads"
KEYWORDS = [{"label": {"fr": "forêt", "en": "forest"}, "uri": "http://example.org/forest", "thesaurus": "gemet"}]


def migrated(name: str):
    """The models as they were there."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return executor.loader.project_state([(APP, name)]).apps


@pytest.mark.django_db(transaction=True)
def test_collaborators_go_on_and_keywords_are_said_for_all(instance):
    latest = next(name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes() if app == APP)
    old = migrated(BEFORE)
    try:
        person, deposit = old.get_model(APP, "Person"), old.get_model(APP, "Deposit")
        alice, bob = (person.objects.create(username=name, password="x") for name in ("alice", "bob"))
        shared = deposit.objects.create(owner=alice, title_en="Maps", keywords=KEYWORDS, disciplines=["ocean"])
        shared.collaborators.add(bob)
        alone = deposit.objects.create(owner=bob, title_fr="Seul")
        dataset = old.get_model(APP, "Dataset").objects.create(deposit_id=shared.pk)
        version = old.get_model(APP, "DatasetVersion")
        for number, state in ((1, "published"), (2, "draft")):
            record = {"title": {"en": f"Map {number}"}}
            version.objects.create(
                dataset_id=dataset.pk, number=number, state=state, record=record, created_by_id=alice.pk
            )
    finally:
        migrated(latest)

    found = Deposit.objects.get(pk=shared.pk)
    known = {item.username: item for item in Person.objects.all()}
    assert [(item.person.username, item.role) for item in found.memberships.all()] == [("bob", "editor")]
    assert (found.common["keywords"], found.title_en) == (KEYWORDS, "Maps")
    assert (can_edit_deposit(known["bob"], found), can_edit_deposit(known["alice"], found)) == (True, True)
    assert Deposit.objects.get(pk=alone.pk).common == {}
    kept = DatasetVersion.objects.filter(dataset=dataset.pk).order_by("number").values_list("state", "record")
    assert list(kept) == [("published", {"title": {"en": "Map 1"}}), ("draft", {"title": {"en": "Map 2"}})]
