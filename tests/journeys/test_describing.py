# SPDX-License-Identifier: AGPL-3.0-or-later
"""Step 4 in a browser: an institute is chosen with the keyboard, authors change places, a box is drawn and saved."""

from __future__ import annotations

import pytest

from terracite.repository.authorities.writing import Row, put
from terracite.repository.models import AuthorityKind
from terracite.repository.records import record_of
from website import scene

HOME = "https://ror.org/005ypkf75"


@pytest.fixture
def draft(site):
    cast = scene.make_cast()
    put([Row(AuthorityKind.ORGANISATION, HOME, "Université de La Réunion", (), "Saint-Denis", {}, "ror")])
    return scene.draft(scene.make_deposit(cast.alice), cast.alice)


def test_names_are_found_rows_move_and_a_box_is_drawn(browser, site, draft) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/account/login/")
    page.fill("[name=username]", "alice")
    page.fill("[name=password]", scene.PASSWORD)
    page.click("main form button")
    page.goto(f"{site}/deposit/{draft.uuid}/context/")
    institute = page.locator("#f-creators-1-affiliation")
    institute.fill("")
    institute.press_sequentially("reunion univ")
    page.wait_for_selector("[role=option]")
    assert institute.get_attribute("aria-expanded") == "true"
    institute.press("ArrowDown")
    institute.press("Enter")
    assert page.input_value("#f-creators-1-ror") == HOME
    page.locator("[data-rows=creators] [data-row=up]").nth(1).click()
    assert page.input_value("#f-creators-0-family_name") == "Payet"
    page.locator("#place-map button").first.click()
    page.wait_for_selector(".leaflet-container")
    page.locator("#place-map .row button").click()
    shape = page.locator(".leaflet-container")
    shape.click(position={"x": 200, "y": 100})
    shape.click(position={"x": 300, "y": 200})
    assert page.locator("[data-rows=extents] > .repeat").count() == 2
    west, east = (float(page.input_value(f"#f-extents-1-{edge}")) for edge in ("west", "east"))
    assert west < east
    page.locator(".actions button").first.click()
    page.wait_for_url("**/check/")
    page.close()
    draft.refresh_from_db()
    record = record_of(draft)
    assert [agent.family_name for agent in record.creators] == ["Payet", "Martin"]
    assert record.creators[0].affiliations[0].ror == HOME
    assert record.extents[1].box.west == west
