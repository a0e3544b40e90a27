# SPDX-License-Identifier: AGPL-3.0-or-later
"""An instance of its own for each test, with Alice, Bob and Chloé."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from looking import look
from stores import files_url
from terracite.repository import files
from terracite.repository.models import DatasetVersion, Deposit
from terracite.website.pages.landing import kept

from . import scene


@pytest.fixture
def instance(tmp_path: Path, settings, monkeypatch) -> Iterator[Path]:
    """Files, registrar and index of its own; the same bytes are looked into once per run, which is slow."""
    monkeypatch.setattr(files, "inspect", look)
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path, files_url=files_url())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    kept.pages.clear()
    yield tmp_path
    translation.deactivate()


@pytest.fixture
def cast(db: None, instance: Path) -> scene.Cast:
    return scene.make_cast()


@pytest.fixture
def deposit(cast: scene.Cast) -> Deposit:
    return scene.make_deposit(cast.alice)


@pytest.fixture
def draft(cast: scene.Cast, deposit: Deposit) -> DatasetVersion:
    return scene.draft(deposit, cast.alice)


@pytest.fixture
def submitted(draft: DatasetVersion, cast: scene.Cast) -> DatasetVersion:
    return scene.submitted(draft, cast)


@pytest.fixture
def published(draft: DatasetVersion, cast: scene.Cast) -> DatasetVersion:
    return scene.published(draft, cast)


@pytest.fixture
def alice(cast: scene.Cast) -> Client:
    return _logged_in(cast.alice)


@pytest.fixture
def bob(cast: scene.Cast) -> Client:
    return _logged_in(cast.bob)


@pytest.fixture
def chloe(cast: scene.Cast) -> Client:
    return _logged_in(cast.chloe)


def _logged_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client
