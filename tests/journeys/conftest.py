# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real browser against a running site; skipped where there is no chromium."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from looking import look
from terracite.repository import files

CHROMIUM = os.environ.get("TERRACITE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
#: how long anything is waited for; what is there already costs no wait, and a machine may have other work
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not on this machine (apt install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps an event loop in this thread
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE_MS)
        opened.new_context = patient(opened.new_context)  # type: ignore[method-assign]
        opened.new_page = patient(opened.new_page)  # type: ignore[method-assign]
        yield opened
        opened.close()


def patient(opening: Callable[..., Any]) -> Callable[..., Any]:
    """What opens a context or a page, made to wait long."""

    def opened(**options: Any) -> Any:
        made = opening(**options)
        made.set_default_timeout(PATIENCE_MS)
        return made

    return opened


@pytest.fixture
def site(transactional_db: None, live_server, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a fresh instance; the same bytes are looked into once per run, which is slow."""
    monkeypatch.setattr(files, "inspect", look)
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path, base_url=live_server.url)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return str(live_server.url)
