# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an instance with published datasets, and prints what a client needs to know of it (JSON).

    python -m common.full_repository COUNT READERS DRAFTS      with the environment of the instance

One dataset goes the whole way, through a desk to its DOI; the others are rows like its own with another title, place,
period and identifiers, as publishing a hundred thousand of them one by one would take a day.
"""

from __future__ import annotations

import copy
import io
import json
import random
import sys
from collections.abc import Iterator
from uuid import UUID, uuid4

from terracite.repository.instance import open_instance

PASSWORD = "a long walk in the forest"
WORDS = ("land cover", "forest", "coast", "rain", "lava", "crops", "towns", "reef", "grass", "snow", "tides", "soil")
ABSTRACT = (
    "Share of each class in plots drawn at random, measured in the field by two observers, with the position and the "
    "altitude of every plot. It serves to follow what changes from year to year and to estimate areas."
)
RECORD: dict[str, object] = {
    "title": {"en": "Native trees of the Maïdo forest, 2022", "fr": "Arbres indigènes de la forêt du Maïdo, 2022"},
    "abstract": {"en": ABSTRACT, "fr": "Part de chaque classe dans des placettes tirées au hasard. " * 3},
    "lineage": {"statement": {"en": "Plots drawn at random in the forest map, then visited.", "fr": "Tirage."},
                "sources": [{"title": "Forest map", "identifier": "https://doi.org/10.5072/forest"}]},
    "topics": ["environment"],
    "keywords": [{"label": {"en": "forest", "fr": "forêt"}}],
    "creators": [{"family_name": "Martin", "given_name": "Alice", "orcid": "0000-0002-1825-0097"}],
    "contacts": [{"family_name": "Martin", "given_name": "Alice", "email": "alice@example.org"}],
    "dates": [{"kind": "created", "on": "2022-07-01"}],
    "extents": [{"box": {"west": 55.3, "south": -21.1, "east": 55.4, "north": -21.0}}],
    "periods": [{"start": "2022-06-01", "end": "2022-06-30"}],
    "licence": "CC-BY-4.0",
    "access": {"kind": "open"},
}  # fmt: skip


def main(count: int, readers: int, drafts: int) -> None:
    open_instance()
    from terracite.repository import people, search

    alice = people.ensure_person("alice", email="alice@example.org", family_name="Martin", password=PASSWORD)
    first = _published(alice)
    datasets = [first.dataset.uuid, *_like(first, count - 1)]
    search.rebuild()
    told = {
        "datasets": [str(uuid) for uuid in random.Random(1).sample(datasets, min(readers, count))],
        "drafts": [str(_draft(alice, number).uuid) for number in range(drafts)],
        "sessions": [session(alice) for _ in range(drafts)],
    }
    print(json.dumps(told))


def session(person) -> str:
    """A browser in which this person is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _published(alice):
    from terracite.repository import moderation, people
    from terracite.repository.outbox import process_outbox

    bob = people.ensure_person("bob", password=PASSWORD)
    people.grant(bob, "moderator", "continental_surfaces")
    version = _draft(alice, 0)
    moderation.submit(version, alice, terms_accepted=True)
    moderation.take(version, bob)
    moderation.accept(version, bob)
    process_outbox()
    version.refresh_from_db()
    return version


def _draft(alice, number: int):
    from terracite.record.model import Text
    from terracite.repository import deposits, files

    group = deposits.create_deposit(alice, Text(en=f"Plots {number}"), ["continental_surfaces"])
    version = deposits.create_dataset(group, alice)
    contents = {"README.md": b"# Plots\n\nplots.csv: one line a plot.\n", "plots.csv": b"plot,share\n1,0.8\n2,0.4\n"}
    for name, content in contents.items():
        files.inspect_file(files.add_file(version, alice, name, io.BytesIO(content)))
    return deposits.save(version, alice, RECORD)


def _like(first, count: int) -> Iterator[UUID]:
    """Write ``count`` more in parts; yields their identifiers."""
    from django.db import transaction

    from terracite.repository.models import Dataset, DatasetVersion, StoredFile

    chance, files = random.Random(0), list(first.files.all())
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        with transaction.atomic():
            datasets = Dataset.objects.bulk_create(Dataset(deposit=first.dataset.deposit) for _ in numbers)
            versions = DatasetVersion.objects.bulk_create(_copy(first, dataset, chance) for dataset in datasets)
            StoredFile.objects.bulk_create(_file(file, version) for version in versions for file in files)
        yield from (dataset.uuid for dataset in datasets)


def _copy(first, dataset, chance: random.Random):
    west, south, year = chance.uniform(-170, 160), chance.uniform(-80, 70), chance.randint(1990, 2025)
    record = copy.deepcopy(first.record)
    doi = f"10.5072/{uuid4()}"
    title = f"{chance.choice(WORDS).capitalize()} and {chance.choice(WORDS)} of plot {dataset.pk}, {year}"
    record |= {"doi": doi, "title": {"en": title, "fr": title}}
    record["extents"][0]["box"] = {"west": west, "south": south, "east": west + 1, "north": south + 1}
    record["periods"][0] |= {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    names = [field.attname for field in first._meta.concrete_fields if field.attname not in {"id", "uuid"}]
    values = {name: getattr(first, name) for name in names}
    values |= {"dataset_id": dataset.pk, "doi": doi, "record": record, "title_en": title, "title_fr": title}
    values |= {"west": west, "south": south, "east": west + 1, "north": south + 1}
    return type(first)(**values)


def _file(file, version):
    names = [field.attname for field in file._meta.concrete_fields if field.attname not in {"id", "version_id"}]
    return type(file)(version=version, **{name: getattr(file, name) for name in names})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
