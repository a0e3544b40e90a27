# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alice deposits, Bob and Bérénice moderate, Chloé passes by, Dora is curator."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from looking import look
from stores import files_url
from terracite.record.model import Text
from terracite.repository import deposits, files, moderation, people
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.outbox import process_outbox

LAND, LIFE = "continental_surfaces", "biodiversity"
README = b"# Cover of the Maido forest\n\ncover.txt: one line per plot, share of native trees in percent.\n"


@dataclass(frozen=True)
class People:
    """Who plays."""

    alice: Person
    bob: Person  #: moderates continental surfaces
    berenice: Person  #: moderates biodiversity
    chloe: Person
    dora: Person  #: curator
    admin: Person


@pytest.fixture
def instance(tmp_path: Path, settings, monkeypatch) -> Iterator[Path]:
    """An instance of its own: files (or a corner of S3), test registrar and index in a fresh folder."""
    own = {"data_dir": tmp_path, "files_url": files_url(), "publisher_name": "Test repository"}
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, **own)
    monkeypatch.setattr(files, "inspect", look)
    return tmp_path


@pytest.fixture
def cast(db: None, instance: Path) -> People:
    names = {
        "alice": "Martin",
        "bob": "Payet",
        "berenice": "Hoarau",
        "chloe": "Grondin",
        "dora": "Rivière",
        "admin": "Root",
    }
    made = {
        name: people.ensure_person(name, email=f"{name}@example.org", given_name=name.title(), family_name=family)
        for name, family in names.items()
    }
    people.grant(made["bob"], "moderator", LAND)
    people.grant(made["berenice"], "moderator", LIFE)
    people.grant(made["dora"], "curator")
    people.grant(made["admin"], "administrator")
    return People(**made)


#: everything a publishable record needs, as a form would send it
COMPLETE: dict[str, object] = {
    "title": Text(
        en="Native tree cover of the Maïdo forest, La Réunion, 2022", fr="Couvert d'arbres indigènes du Maïdo, 2022"
    ),
    "abstract": Text(
        en="Share of native trees in forty plots of the Maïdo forest on La Réunion, measured in the field in June 2022 "
        "by two observers, with the position and the altitude of every plot.",
        fr="Part d'arbres indigènes dans quarante placettes de la forêt du Maïdo à La Réunion, mesurée en juin 2022 "
        "par deux observateurs, avec la position et l'altitude de chaque placette.",
    ),
    "lineage": {
        "statement": {
            "en": "Plots drawn at random in the forest map, then visited.",
            "fr": "Placettes tirées au hasard.",
        },
        "sources": [{"title": "Forest map", "identifier": "https://doi.org/10.5072/forest"}],
    },
    "topics": ["environment"],
    "keywords": [{"label": {"en": "forest", "fr": "forêt"}}],
    "creators": [{"family_name": "Martin", "given_name": "Alice", "orcid": "0000-0002-1825-0097"}],
    "contacts": [{"family_name": "Martin", "given_name": "Alice", "email": "alice@example.org"}],
    "dates": [{"kind": "created", "on": "2022-07-01"}],
    "extents": [{"box": {"west": 55.3, "south": -21.1, "east": 55.4, "north": -21.0}}],
    "periods": [{"start": "2022-06-01", "end": "2022-06-30"}],
    "licence": "CC-BY-4.0",
    "access": {"kind": "open"},
}


@pytest.fixture
def deposit(cast: People) -> Deposit:
    return deposits.create_deposit(cast.alice, Text(en="Maïdo", fr="Maïdo"), [LAND])


@pytest.fixture
def draft(cast: People, deposit: Deposit) -> DatasetVersion:
    """Complete, with its files looked into: ready to be submitted."""
    return complete_draft(deposit, cast.alice)


def complete_draft(deposit: Deposit, owner: Person, **changes: object) -> DatasetVersion:
    version = deposits.create_dataset(deposit, owner)
    plots = f"plot 1: 80 {Deposit.objects.count()}\n".encode()  # of its own in each deposit
    for path, content in (("README.md", README), ("cover.txt", plots)):
        files.inspect_file(files.add_file(version, owner, path, io.BytesIO(content)))
    return deposits.save(version, owner, COMPLETE | changes)


def in_review(version: DatasetVersion, cast: People) -> DatasetVersion:
    moderation.submit(version, cast.alice, terms_accepted=True)
    return moderation.take(version, cast.bob)


def published(version: DatasetVersion, cast: People) -> DatasetVersion:
    """Through the one desk of continental surfaces."""
    moderation.accept(in_review(version, cast), cast.bob)
    process_outbox()
    version.refresh_from_db()
    assert version.state == "published"
    return version


TODAY = dt.date(2026, 11, 21)
