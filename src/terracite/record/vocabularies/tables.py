# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small tables shipped with the package (`terracite/record/data/*.json`), each read once."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from terracite.record.model import Text


@cache
def table(name: str) -> Any:
    """What a table holds, as JSON values."""
    path = resources.files("terracite.record").joinpath("data", f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))


def text(row: dict[str, Any]) -> Text:
    """The two texts of a row."""
    return Text(fr=row["fr"], en=row["en"])
