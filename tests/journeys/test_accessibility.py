# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every template, narrow and wide, dark and light: axe-core finds nothing, nothing is wider than a small phone.

`make accessibility` asks more: every rule in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from terracite.repository import addresses, moderation, uploads
from terracite.website import steps
from website import scene

pytestmark = pytest.mark.browser
PUBLIC = (
    "/", "/search/", "/search/?q=nothing+like+it", "/about/", "/help/", "/machines/", "/privacy/", "/accessibility/",
    "/deposit/", "/account/login/", "/account/register/", "/nowhere/",
)  # fmt: skip


@pytest.fixture
def pages(site: str) -> dict[str, list[str]]:
    """Who looks at which pages of a repository with something in every state."""
    cast = scene.make_cast()
    group = scene.make_deposit(cast.alice)
    public = scene.published(scene.draft(group, cast.alice), cast)
    draft = scene.draft(group, cast.alice, seed=2, keywords=[], licence="")
    uploads.begin(draft, cast.alice, uploads.Wanted("a folder/with a long name/map-of-the-island-2023.tif", 2000))
    waiting = scene.submitted(scene.draft(group, cast.alice, seed=3), cast)
    moderation.take(waiting, cast.bob)
    moderation.move(waiting, "comment", cast.bob, text="Which images?", field="lineage")
    own = [f"/deposit/{draft.uuid}/{name}/" for name in steps.NAMES]
    return {
        "": [*PUBLIC, addresses.landing_path(public), f"/deposits/{group.uuid}/"],
        "alice": ["/deposit/", "/deposit/new/", *own, f"/deposit/{waiting.uuid}/check/", "/account/",
                  "/account/password/", "/account/goodbye/"],
        "bob": ["/moderation/", f"/moderation/{waiting.uuid}/"],
    }  # fmt: skip


TOLD = {"resultTypes": ["violations"]}
#: what colours and width change, where the words stay
SEEN = TOLD | {"runOnly": ["color-contrast", "scrollable-region-focusable"]}


def test_nothing_is_in_the_way(browser: Browser, site: str, pages: dict[str, list[str]]) -> None:
    """Each page is loaded once, in French, whose words are longer."""
    found = []
    for person, paths in pages.items():
        for path, page in visited(browser, site, person, paths):
            found += [f"{path}, narrow and dark: {one}" for one in violations(page, TOLD)]
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                found.append(f"{path}: wider than the window")
            if page.evaluate("document.documentElement.lang") != "fr":
                found.append(f"{path}: in another language")
            page.set_viewport_size({"width": 1280, "height": 800})
            page.emulate_media(color_scheme="light")
            found += [f"{path}, wide and light: {one}" for one in violations(page, SEEN)]
            if page.evaluate("document.documentElement.scrollWidth") > 1280:
                found.append(f"{path}: wider than a wide window")
    assert found == []


def violations(page: Page, options: dict[str, object]) -> list[str]:
    return [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in Axe().run(page, options=options)["violations"]]


def visited(browser: Browser, site: str, person: str, paths: list[str]) -> Iterator[tuple[str, Page]]:
    # the checker is put into the page, which the policy of the site rightly forbids
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")  # colours change at once
    context.add_cookies([{"name": "terracite_language", "value": "fr", "url": site}])
    page = context.new_page()
    if person:
        page.goto(f"{site}/account/login/")
        page.fill("#id_username", person)
        page.fill("#id_password", scene.PASSWORD)
        page.locator("main form button").click()
        page.wait_for_load_state()
    for path in paths:
        page.set_viewport_size({"width": 320, "height": 800})
        page.emulate_media(color_scheme="dark")
        page.goto(site + path)
        page.wait_for_load_state("load")
        yield path, page
    context.close()
