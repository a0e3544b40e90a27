# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every template, in both languages, light and dark: axe-core finds nothing, nothing is wider than a small phone."""

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


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 320, "dark")])
def test_nothing_is_in_the_way(
    browser: Browser, site: str, pages: dict[str, list[str]], language: str, width: int, scheme: str
) -> None:
    found = []
    for person, paths in pages.items():
        for path, page in visited(browser, site, person, paths, language, width, scheme):
            answer = Axe().run(page)
            found += [f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in answer["violations"]]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path}: wider than the window")
            if page.evaluate("document.documentElement.lang") != language:
                found.append(f"{path}: in another language")
    assert found == []


def visited(
    browser: Browser, site: str, person: str, paths: list[str], language: str, width: int, scheme: str
) -> Iterator[tuple[str, Page]]:
    # the checker is put into the page, which the policy of the site rightly forbids
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    context.add_cookies([{"name": "terracite_language", "value": language, "url": site}])
    page = context.new_page()
    if person:
        page.goto(f"{site}/account/login/")
        page.fill("#id_username", person)
        page.fill("#id_password", scene.PASSWORD)
        page.locator("main form button").click()
        page.wait_for_load_state()
    for path in paths:
        page.goto(site + path)
        page.wait_for_load_state("load")
        yield path, page
    context.close()
