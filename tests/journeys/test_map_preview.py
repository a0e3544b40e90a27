# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reader looks at a map and at a cube, with and without JavaScript."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from raster.cubes import write_cube
from terracite.repository import files
from terracite.repository.previews import make_pending, preview_of
from website import scene

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(site: str, tmp_path: Path) -> dict[str, str]:
    cast = scene.make_cast()
    draft = scene.draft(scene.make_deposit(cast.alice), cast.alice)
    cube = write_cube(tmp_path / "series.nc", np.linspace(0, 1, 6 * 40 * 50).reshape(6, 40, 50))
    files.inspect_file(files.add_file(draft, cast.alice, "series.nc", io.BytesIO(cube.read_bytes())))
    version = scene.published(draft, cast)
    for name in ("map.tif", "series.nc"):
        preview_of(version.files.get(path=name))
    make_pending()
    return {n: f"{site}/datasets/{version.dataset.uuid}/v1/preview/{n}" for n in ("map.tif", "series.nc")}


def kept(page, name: str) -> None:
    if folder := os.environ.get("TERRACITE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_map_and_a_cube_are_looked_at(pages: dict[str, str], browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en")
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(pages["map.tif"])
    page.wait_for_selector(".leaflet-tile-loaded")
    page.click("#preview-map", position={"x": 300, "y": 240})
    expect(page.locator("#map-answer")).to_have_text(re.compile(".{3}", re.DOTALL))
    kept(page, "map")
    page.goto(pages["series.nc"])
    page.wait_for_selector(".leaflet-tile-loaded")
    page.focus("#map-slider")
    page.keyboard.press("ArrowRight")
    page.click("#preview-map", position={"x": 300, "y": 240})
    page.wait_for_selector("#map-series td")

    assert page.input_value("#map-step") == "1"
    assert page.locator("#map-series tbody tr").count() == 6
    kept(page, "cube")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    kept(page, "cube-phone")
    page.goto(pages["map.tif"].partition("/datasets/")[0] + "/search/")
    page.focus("#map button")  # on a phone the picture stays until the reader wants to move it
    page.keyboard.press("Enter")
    page.wait_for_selector("#map button.leaflet-control")
    assert page.evaluate("document.activeElement.matches('#map .leaflet-container')")
    assert wrong == []
    page.close()


def test_without_javascript_a_form_answers(pages: dict[str, str], browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}, locale="en")
    page = context.new_page()
    page.goto(pages["series.nc"])
    page.select_option("#map-step", "5")
    page.fill("#map-lon", "55.4")
    page.fill("#map-lat", "-21.1")
    page.click("#map-form button")

    assert page.locator("#map-picture").evaluate("image => image.naturalWidth") > 20
    assert "2023-01-06" in page.get_attribute("#map-picture", "alt")
    assert page.locator("#map-answer strong").inner_text() != ""
    page.click("#map-series summary")
    assert page.locator("#map-series tbody tr").count() == 6
    kept(page, "cube-plain")
    context.close()
