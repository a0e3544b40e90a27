# SPDX-License-Identifier: AGPL-3.0-or-later
"""How maps read each product, from ``data/sensors.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class MaskRule:
    """Which files are a mask, and which of its numbers make a cell unusable."""

    name: str
    endings: tuple[re.Pattern[str], ...]  #: of the names of its files, best first
    bits: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    snow: tuple[int, ...] = ()  #: bits or values, like the others
    band_bits: Mapping[str, int] = field(default_factory=dict)  #: channel -> its bit; other channels have no such mask
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One product, as a map reads it."""

    name: str  #: in the registry
    bands: Mapping[str, str]  #: channel -> index of the registry, in order
    further: Mapping[str, str]  #: the same, of channels on demand only
    numbers: str  #: "registry" or "safe"
    missing: tuple[int, ...]
    variants: Mapping[str, str]  #: what the recipe says -> what the registry adds to a band's name
    stack_ending: str  #: of files with all bands; "" where there are none
    stack_bands: tuple[str, ...]
    masks: tuple[MaskRule, ...]
    radar: tuple[str, ...]  #: polarisations; () = optical
    has_tiles: bool  #: whether images of one place have one extent, and tiles overlap by design


@lru_cache(maxsize=1)
def known() -> dict[str, Facts]:
    """Every product of the table, by its name in the registry."""
    text = resources.files("terracite.landcover.sensors").joinpath("data/sensors.toml").read_text(encoding="utf-8")
    return {name: _facts(name, table) for name, table in tomllib.loads(text).items()}


def _facts(name: str, table: Mapping[str, Any]) -> Facts:
    stack = table.get("stack", {})
    return Facts(
        name=name,
        bands=table.get("bands", {}),
        further=table.get("further", {}),
        numbers=table["numbers"],
        missing=tuple(table["missing"]),
        variants=table.get("variants", {}),
        stack_ending=stack.get("ending", ""),
        stack_bands=tuple(stack.get("bands", ())),
        masks=tuple(_rule(entry) for entry in table.get("masks", ())),
        radar=tuple(table.get("radar", ())),
        has_tiles=table.get("has_tiles", True),
    )


def _rule(entry: Mapping[str, Any]) -> MaskRule:
    return MaskRule(
        name=entry["name"],
        endings=tuple(re.compile(f".*{ending}") for ending in entry["endings"]),
        bits=tuple(entry.get("bits", ())),
        values=tuple(entry.get("values", ())),
        snow=tuple(entry.get("snow", ())),
        band_bits=entry.get("band_bits", {}),
        needed=entry.get("needed", False),
    )
