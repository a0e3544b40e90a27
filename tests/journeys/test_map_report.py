# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report of a map in a browser: both languages, on a phone, on paper; axe-core finds nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser

from landcover.conftest import Scene, landscape  # noqa: F401 # a fixture
from landcover.test_report import outcome_of
from terracite.landcover.report import page
from terracite.landcover.scoring import ModelScore

pytestmark = pytest.mark.browser


def test_anybody_can_read_it(browser: Browser, landscape: Scene, tmp_path: Path) -> None:  # noqa: F811
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 120, "width": 160, "crs": "EPSG:32740"}
    with rasterio.open(tmp_path / "m.tif", "w", transform=rasterio.Affine(10, 0, 0, 0, -10, 0), **profile) as image:
        image.write(landscape.truth, 1)
    near, far = np.full((2, 3, 3), 4) + 90 * np.eye(3, dtype=int), np.full((2, 3, 3), 30)
    scores = (ModelScore("polygon", near), ModelScore("block", far, 0.25, (2,)))
    outcome = replace(outcome_of(landscape, landscape.truth, "random"), scores=scores)
    (tmp_path / "report.html").write_text(page(outcome, tmp_path / "m.tif", tmp_path / "m.tif"), encoding="utf-8")
    told = []
    for language, other, width in (("en", "fr", 1280), ("fr", "en", 320)):
        with browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True) as window:
            shown = window.new_page()
            shown.goto((tmp_path / "report.html").as_uri())
            shown.check(f"#{language}", force=True)
            told += [f"{language}: {one['id']}" for one in Axe().run(shown)["violations"]]
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            shown.emulate_media(media="print")  # the language chosen is the one on paper
            assert shown.locator(f"h1[lang={language}]").is_visible()
            assert not shown.locator(f"h1[lang={other}]").is_visible()
            assert not shown.locator(".bar").is_visible()
    assert told == []
