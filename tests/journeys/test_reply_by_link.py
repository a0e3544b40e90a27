# SPDX-License-Identifier: AGPL-3.0-or-later
"""The link of a letter in a browser that is logged in nowhere: the question is read there, and answered."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import pytest
from django.conf import settings

from terracite.repository import conversation, moderation
from terracite.repository.tasks import run_due
from website import scene

pytestmark = pytest.mark.browser


def test_the_link_of_a_letter_takes_an_answer(browser, site) -> None:
    cast = scene.make_cast()
    version = scene.submitted(scene.draft(scene.make_deposit(cast.alice), cast.alice), cast)
    moderation.take(version, cast.bob)
    conversation.comment(version, cast.bob, text="Which images?", field="lineage")
    run_due()
    letters = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in settings.TERRACITE.mail_dir.iterdir()
    ]
    (link,) = {found for one in letters for found in re.findall(r"\S+/reply/\S+", one.get_content())}
    assert link.startswith(site)

    page = browser.new_page()
    page.goto(link)
    assert page.get_by_text("Which images?").is_visible()
    page.fill("#text", "Sentinel-2, tile 40KCB.")
    page.locator("main form button").click()
    page.get_by_role("status").wait_for()
    page.close()

    said = version.threads.get().comments.last()
    assert (said.text, said.author, said.by_link) == ("Sentinel-2, tile 40KCB.", cast.alice, True)
