# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where datasets can be published, and what one record may hold there (``data/targets.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources

from terracite.errors import ConfigError
from terracite.record.model import Text


@dataclass(frozen=True, slots=True)
class Target:
    """A place to publish; a limit of 0 is none."""

    key: str
    name: Text
    record_bytes: int
    record_files: int
    source: str  #: address where the limits are said

    def holds(self, size: int, files: int) -> bool:
        """Whether one record of this size fits."""
        return (not self.record_bytes or size <= self.record_bytes) and (
            not self.record_files or files <= self.record_files
        )


@lru_cache(maxsize=1)
def targets() -> dict[str, Target]:
    """Every place that is known, by key."""
    text = resources.files("terracite.timeseries").joinpath("data/targets.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return {
        key: Target(key, Text(**table["name"]), table["record_bytes"], table["record_files"], table["source"])
        for key, table in tables.items()
    }


def target(key: str) -> Target:
    """The place of that key; raises `ConfigError` with the nearest known one."""
    known = targets()
    if key not in known:
        near = get_close_matches(key, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known places: {', '.join(known)}."
        raise ConfigError(f"There is no place to publish called '{key}'.", hint=hint)
    return known[key]
