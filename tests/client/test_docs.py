# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages about programs show is run, against a real server; the French ones show the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from terracite.repository import people
from website import scene

from .test_client import cast

__all__ = ["cast"]
DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"how-to/python-client.md": "fr/client-python.md", "how-to/rest-api.md": "fr/interface-rest.md"}


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("english", "french"), PAGES.items())
def test_both_languages_show_the_same_code(english: str, french: str) -> None:
    shown = [blocks(english, kind) for kind in ("python", "bash")]
    assert any(shown)
    assert [blocks(french, kind) for kind in ("python", "bash")] == shown


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not here")
def test_what_they_show_works(
    cast: scene.Cast, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "map.tif").write_bytes(scene.map_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPOSITORY", live_server.url)
    monkeypatch.setenv("TERRACITE_TOKEN", people.make_token(cast.alice, "test").text)
    (script,) = blocks("how-to/rest-api.md", "bash")
    done = subprocess.run(["bash", "-eu", "-c", script], env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    sha256, edit, blockers = done.stdout.split()
    assert (len(sha256), int(edit) > 0, int(blockers) > 0) == (64, True, True)
    assert (tmp_path / "first-bytes").read_bytes() == scene.map_bytes()[:4]

    exec("\n".join(blocks("how-to/python-client.md", "python")), {})
    assert (tmp_path / "copy" / "map.tif").read_bytes() == scene.map_bytes()
    assert "blocker" in capsys.readouterr().out
