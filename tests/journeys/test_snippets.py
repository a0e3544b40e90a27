# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of code that a page offers run as they stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.test import Client

from terracite.repository import addresses
from website import scene


def run(code: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_lines_of_a_dataset_open_it(site: str, tmp_path: Path) -> None:
    cast = scene.make_cast()
    version = scene.published(scene.draft(scene.make_deposit(cast.alice), cast.alice), cast)
    page = Client().get(addresses.landing_path(version))
    lines = {snippet.tool: snippet.code for snippet in page.context["snippets"]}
    assert list(lines) == ["Python", "R", "QGIS"]
    assert "'width': 50, 'height': 40" in run(lines["Python"], tmp_path)
    search = Client().get("/search/", {"q": "land cover"}).context["snippet"]
    assert version.doi in run(search, tmp_path)
