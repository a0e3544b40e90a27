# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks openapi-spec-validator whether a running repository describes its API as OpenAPI 3.1 wants it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from witnesses import openapi

from terracite.config import Settings
from terracite.website.server import start_background

PROGRAM = Path(openapi.__file__)


def ask_about_openapi(figure: Callable[[str, int, int, float], bool]) -> list[bool]:
    """One line: whether the description is taken; what is wrong with it below."""
    from ask_witnesses import environment_with, packages_in

    started = time.monotonic()
    python = environment_with("openapi", packages_in(PROGRAM)) / "bin" / "python"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with start_background(Settings(data_dir=folder / "instance")) as server:
            described = httpx.get(f"{server.url}/api/v1/openapi.json", timeout=60)
        (folder / "openapi.json").write_bytes(described.content)
        done = subprocess.run([python, PROGRAM, folder / "openapi.json"], capture_output=True, text=True, check=True)
    wrong = json.loads(done.stdout)["wrong"]
    for what in wrong:
        print(f"    {what[:300]}")
    return [figure("openapi x openapi-spec-validator", int(not wrong), 1, time.monotonic() - started)]
