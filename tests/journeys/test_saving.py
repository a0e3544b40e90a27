# SPDX-License-Identifier: AGPL-3.0-or-later
"""The deposit form saves itself: a change, a cut line, the same field changed by somebody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from terracite.repository import collaborators, deposits
from website import scene

pytestmark = pytest.mark.browser


def test_a_form_that_saves_itself_loses_nothing(browser: Browser, site: str) -> None:
    cast = scene.make_cast()
    deposit = scene.make_deposit(cast.alice)
    collaborators.add(deposit, cast.alice, "chloe", "editor")
    draft = deposits.create_dataset(deposit, cast.alice)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "terracite_language", "value": "en", "url": site}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{site}/account/login/?next=/deposit/{draft.uuid}/describe/")
    page.fill("#id_username", "alice")
    page.fill("#id_password", scene.PASSWORD)
    page.locator("main form button").click()
    status = page.locator("#save-status")

    page.fill('[name="title.en"]', "Saved by itself")
    expect(status).to_contain_text("Saved at")
    draft.refresh_from_db()
    assert draft.title_en == "Saved by itself"

    context.set_offline(True)
    page.fill('[name="title.fr"]', "Écrit sans réseau")
    expect(status).to_contain_text("the connection is lost")
    context.set_offline(False)
    expect(status).to_contain_text("Saved at")
    draft.refresh_from_db()
    assert draft.title_fr == "Écrit sans réseau"

    deposits.save(draft, cast.chloe, {"title.en": "By Chloé"})
    page.fill('[name="title.en"]', "By Alice")
    box = page.locator(".conflict.moved")
    expect(box).to_contain_text("By Chloé")
    draft.refresh_from_db()
    assert draft.title_en == "By Chloé"
    box.get_by_role("button", name="Keep mine").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    draft.refresh_from_db()
    assert draft.title_en == "By Alice"
    assert wrong == []
    context.close()
