# SPDX-License-Identifier: AGPL-3.0-or-later
"""A large file from the deposit page: the connection is lost, the page is left, and no byte is sent twice."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from terracite.repository import deposits, people
from terracite.repository.models import StoredFile
from website import scene

from .test_publish import log_in, open_page, press

pytestmark = pytest.mark.browser

PIECE, SIZE = 16 << 20, 18_000_000


def test_an_upload_goes_on_after_a_lost_connection_and_a_reload(browser: Browser, site: str, tmp_path: Path) -> None:
    alice = people.ensure_person("alice", password=scene.PASSWORD)
    version = deposits.create_dataset(scene.make_deposit(alice), alice)
    (tmp_path / "maps").mkdir()
    large = tmp_path / "maps" / "large.bin"
    large.write_bytes(os.urandom(1000) * (SIZE // 1000))
    sent: list[int] = []

    def lose(route: Route) -> None:
        """The first piece passes; then the connection is lost."""
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
        if len(sent) > 1 or (sent and route.request.method == "HEAD"):
            route.abort()
        else:
            route.continue_()

    context, page = open_page(browser, site, "en", 1280, javascript=True)
    page.on("dialog", lambda dialog: dialog.accept())
    log_in(page, site, "alice")
    address = f"{site}/deposit/{version.uuid}/files/"
    page.goto(address)
    page.route("**/api/v1/**", lose)
    page.set_input_files("#f-folder", large.parent)
    press(page, "Send")
    page.get_by_text("Connection lost: sending goes on by itself.").first.wait_for()
    press(page, "Pause")
    assert page.get_by_text("Sending is paused.").is_visible()
    assert sent[:2] == [0, PIECE]

    page.unroute("**/api/v1/**")
    page.goto(address)
    page.get_by_text("These files are not whole yet.").wait_for()
    begun: list[str] = []
    page.on("request", lambda request: begun.append(f"{request.method} {request.headers.get('upload-offset', '')}"))
    page.set_input_files("#f-folder", large.parent)
    press(page, "Send")
    page.locator("strong", has_text="maps/large.bin").wait_for()
    assert [line for line in begun if line.startswith(("POST", "PATCH"))] == [f"PATCH {PIECE}"]
    context.close()
    stored = StoredFile.objects.get()
    assert (stored.path, stored.sha256) == ("maps/large.bin", hashlib.sha256(large.read_bytes()).hexdigest())
