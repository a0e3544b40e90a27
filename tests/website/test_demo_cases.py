# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo shows a dataset in every state that a visitor may want to see."""

from __future__ import annotations

from terracite.cli.demo_cases import TITLE, add_cases
from terracite.repository import people
from terracite.repository.models import AccessRequest, DatasetVersion
from terracite.repository.tasks import run_due

from . import scene


def do_what_is_due() -> None:
    while run_due():
        pass


def test_the_demo_shows_every_state(cast, client) -> None:
    people.ensure_person("dora", given_name="Dora", family_name="Petit")
    assert add_cases(do_what_is_due) == 5
    assert add_cases(do_what_is_due) == 0  # a second demo in the same folder
    shown = {
        (version.title_en.partition(" ")[0], version.number): (version.state, version.access)
        for version in DatasetVersion.objects.filter(dataset__deposit__title_en=TITLE.en)
    }
    assert shown == {
        ("Heights", 1): ("superseded", "open"),
        ("Heights", 2): ("published", "open"),
        ("Soil", 1): ("published", "embargoed"),
        ("Nests", 1): ("published", "restricted"),
        ("Rain", 1): ("withdrawn", "open"),
        ("Leaves", 1): ("changes_requested", "open"),
    }
    assert sorted(AccessRequest.objects.values_list("state", flat=True)) == ["accepted", "proposed"]
    talked = DatasetVersion.objects.get(state="changes_requested")
    assert (talked.threads.get().comments.count(), talked.suggestions.count()) == (2, 1)
    assert client.get(f"/datasets/{talked.dataset.uuid}/v1/").status_code == 404
    assert scene.LAND in talked.dataset.deposit.disciplines
