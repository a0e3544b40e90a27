# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real browser against a running site; skipped where there is no chromium."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from looking import look
from terracite.repository import files

CHROMIUM = os.environ.get("TERRACITE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not on this machine (apt install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in this thread
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def site(transactional_db: None, live_server, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a fresh instance; the same bytes are looked into once per run, which is slow."""
    monkeypatch.setattr(files, "inspect", look)
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path, base_url=live_server.url)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return str(live_server.url)
