# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the bands of each sensor see, and the usual indices made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

ALL_REFLECTANCES = "brightness"  #: instead of a formula: sqrt(sum rho²) of every band


@dataclass(frozen=True, slots=True)
class Band:
    """An image of a recipe as a band: what it sees, and what tells it from others of its kind."""

    name: str  #: of the layer: "B04", "VV ASC 15", "L8.B5"
    role: str  #: "red", "vv"
    among: str  #: the words of its name that are not the band's: "ASC 15", "L8"; "" mostly


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "data" / "bands.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def usual() -> Mapping[str, str]:
    """The usual indices: name -> formula on roles, or `ALL_REFLECTANCES`."""
    table = tomllib.loads((files(__package__) / "data" / "indices.toml").read_text("utf-8"))
    return {name: entry["formula"] for name, entry in table.items()}


def roles() -> tuple[str, ...]:
    """What a band can see: "blue", "red", "nir"..."""
    return tuple(_tables()["roles"])


def label(role: str) -> str:
    """ "near infrared (B8 of Sentinel-2)" """
    words = _tables()["roles"][role]["label"]
    for sensor in _tables()["sensors"]:
        for band, seen in sensor["bands"].items():
            if seen == role:
                return f"{words} ({band} of {sensor['name']})"
    return str(words)


def band(layer: str, platforms: Sequence[str]) -> Band | None:
    """The layer as a band; None where its name says none. ``platforms``: "Sentinel-2A"..."""
    known = _bands_of(platforms)
    words = re.split(r"[\s.]+", layer)
    for place, word in enumerate(words):
        if role := known.get(spelt(word)):
            return Band(layer, role, " ".join(words[:place] + words[place + 1 :]))
    return None


def spelt(name: str) -> str:
    """A name as it is compared: "b04" and "B4" are one."""
    plain = re.sub(r"[\s_-]+", " ", name).strip().upper()
    return re.sub(r"\bB(?:AND)?\s?0+(?=\d)", "B", plain)


def reflectances(bands: Sequence[Band]) -> list[Band]:
    """Those that are reflectances."""
    return [one for one in bands if _tables()["roles"][one.role]["reflectance"]]


def _bands_of(platforms: Sequence[str]) -> Mapping[str, str]:
    """Band -> role, of the sensor that the platforms' names fit best, and of names that say it themselves."""
    best, longest = _tables()["sensors"][0], 0
    for sensor in _tables()["sensors"]:
        for start in sensor["platforms"]:
            if len(start) > longest and any(name.startswith(start) for name in platforms):
                best, longest = sensor, len(start)
    words: dict[str, str] = _tables()["words"]
    return {**words, **best["bands"]}
