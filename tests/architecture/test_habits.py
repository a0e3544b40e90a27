# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the repository promises about itself: no secrets, no addresses of people, no paths of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".toml", ".html", ".css", ".js", ".txt", ".cff", ".yml", ".po", ".json", ".xml", ""}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file() and (ROOT / name).suffix in TEXT]


def test_no_email_address_of_anyone() -> None:
    address = re.compile(r"[\w.+-]+@[\w-]+\.(?!example\b|invalid\b|test\b)[a-z]{2,}", re.IGNORECASE)
    allowed = re.compile(r"@(\w+\.)*(example|invalid|test)(\.\w+)?$|example\.(org|com)$")
    for path in tracked():
        if path.name in {"uv.lock", "LICENSE"}:
            continue
        found = [hit for hit in address.findall(path.read_text(encoding="utf-8")) if not allowed.search(hit)]
        assert found == [], path


def test_no_path_of_one_machine() -> None:
    for path in tracked():
        if path == Path(__file__):
            continue
        assert not re.search(r"(?<![\w.])/(work|root|home|farm)/\w", path.read_text(encoding="utf-8")), path


def test_every_decision_page_is_dated_and_says_its_price() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.match(r"\d{4}-\d{2}-\d{2}-", page.name), page
        for part in ("## Context", "## Choice", "## Price"):
            assert part in text, f"{page.name} lacks {part}"
