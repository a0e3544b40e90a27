# SPDX-License-Identifier: AGPL-3.0-or-later
"""What iota2 computes of the bands, as ``[features]``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from terracite.errors import ConfigError
from terracite.landcover.features.bands import spelt
from terracite.landcover.features.formulas import names_in
from terracite.landcover.iota2.report import Fate
from terracite.landcover.iota2.settings import Settings

_ITS_OWN = ("NDVI", "NDWI", "Brightness")  #: computed unless said otherwise
_OURS = {"ndvi": "NDVI", "ndwi": "NDWI", "brightness": "BRIGHTNESS"}
_MADE_OF = {"NDVI": ("B4", "B8"), "NDWI": ("B8", "B11")}  #: of Sentinel-2; brightness of all
_RED = "B4"
ALL_BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")  #: what iota2 takes of Sentinel-2


class Bands(Protocol):
    """A sensor whose bands formulas can speak of."""

    @property
    def section(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def bands(self) -> tuple[str, ...]: ...


def needed_bands(settings: Settings) -> set[str]:
    """The bands of Sentinel-2 that are read for what is computed of them."""
    indices = _indices(settings)
    computes_more = bool(settings.text("additional_features")) or settings.truth("rel_refl", False)
    if "BRIGHTNESS" in indices or computes_more:
        return set(ALL_BANDS)
    return {band for index in indices for band in _MADE_OF[index]}


def features(settings: Settings, sensors: Sequence[Bands]) -> dict[str, Any]:
    """The ``[features]`` table; empty where there is no sensor."""
    if not sensors:
        settings.tell("features", Fate.UNNEEDED, fr="pas d'images", en="no images")
        return {}
    indices: list[Any] = list(_indices(settings))
    _tell_indices(settings)
    for sensor in sensors:
        indices += _relative(settings, sensor)
        indices += _formulas(settings, sensor)
    table: dict[str, Any] = {"indices": indices} if indices else {}
    _tell_relative(settings)
    kept = _kept_of(settings, sensors)
    return {"bands": kept, **table} if kept else table


def kept_bands(settings: Settings, section: str) -> list[str]:
    """The bands of Sentinel-2 that are features; [] = all."""
    found = settings.find("keep_bands", section)
    names = found.value if found and isinstance(found.value, list) else []
    if not settings.truth("extract_bands", default=False):
        return []
    return [name for name in ALL_BANDS if name in names]


def limits_bands(settings: Settings) -> bool:
    """Whether the recipe can list what is a feature: not beside radar, whose channels are called by their orbits."""
    return settings.text("s1_path") in {"", "/"}


def _kept_of(settings: Settings, sensors: Sequence[Bands]) -> list[str]:
    """The list of features where fewer bands are wanted than are read; [] = all that are read."""
    kept = {sensor.section: kept_bands(settings, sensor.section) for sensor in sensors}
    hidden = any(names and needed_bands(settings) - set(names) for names in kept.values())
    if not hidden or not limits_bands(settings):
        return []
    return [
        band for sensor in sensors for band in sensor.bands
        if not kept[sensor.section] or band.rpartition(".")[2] in kept[sensor.section]
    ]  # fmt: skip


def _indices(settings: Settings) -> list[str]:
    """The indices asked for, by Terracite's names."""
    found = settings.find("features")
    names = re.findall(r"\w+", str(_ITS_OWN if found is None else "" if found.is_off else found.value))
    return list(dict.fromkeys(_OURS[name.lower()] for name in names if name.lower() in _OURS))


def _tell_indices(settings: Settings) -> None:
    found = settings.find("features")
    if found is None:
        settings.assume("features", list(_ITS_OWN), "features.indices")
        return
    lost = [name for name in re.findall(r"\w+", found.text) if name.lower() not in _OURS]
    fr, en = f"n'existe pas ici : {', '.join(lost)}", f"there is no such index here: {', '.join(lost)}"
    if lost:
        settings.note(found, Fate.LEFT, "features.indices", fr, en)
    else:
        settings.note(found, Fate.UNNEEDED if found.is_off else Fate.CARRIED, "features.indices")


def _tell_relative(settings: Settings) -> None:
    """Reflectances beside the red one."""
    fr, en = "les bandes restent des variables, aussi", "the bands themselves stay features, too"
    asked = settings.truth("rel_refl", default=False)
    settings.tell("rel_refl", Fate.NEAR if asked else Fate.UNNEEDED, "features.indices" if asked else "",
                  fr if asked else "non demandé", en if asked else "not asked for")  # fmt: skip
    fr, en = "rien n'est ôté de ce qui se répète", "nothing that repeats itself is left out"
    fate = Fate.NEAR if asked and not settings.truth("keep_duplicates", default=True) else Fate.UNNEEDED
    settings.tell("keep_duplicates", fate, "", fr, en)


def _relative(settings: Settings, sensor: Bands) -> list[dict[str, str]]:
    """Each band beside the red one: the normalised difference that iota2 calls relative reflectance."""
    if not settings.truth("rel_refl", default=False):
        return []
    start = f"{sensor.prefix}." if sensor.prefix else ""
    red = f"{start}{_RED}"
    others = [band for band in sensor.bands if band != red]
    return [{"name": f"{band} REL", "formula": f"({band} - {red}) / ({band} + {red})"} for band in others]


def _formulas(settings: Settings, sensor: Bands) -> list[dict[str, str]]:
    """The user's own formulas, whose "b1" is the first band that iota2 takes of the sensor."""
    found = settings.find("additional_features", sensor.section)
    if found is None or found.is_off:
        return []
    made: list[dict[str, str]] = []
    lost: list[str] = []
    for number, text in enumerate(_apart(found.text), start=1):
        formula = _spelt(text, sensor.bands)
        if formula is None:
            lost.append(text)
        else:
            made.append({"name": f"{sensor.prefix}{'.' if sensor.prefix else ''}USER {number}", "formula": formula})
    fr, en = f"b1, b2... sont {', '.join(sensor.bands)}", f"b1, b2... are {', '.join(sensor.bands)}"
    if lost:
        fr, en = f"pas une formule d'ici : {', '.join(lost)}", f"no formula here: {', '.join(lost)}"
    settings.note(found, Fate.LEFT if lost else Fate.NEAR, "features.indices", fr, en)
    asked = settings.find("use_additional_features")
    if asked is not None:
        settings.note(asked, Fate.CARRIED, "features.indices")
    return made


def _apart(text: str) -> list[str]:
    """What commas part, but for those within brackets."""
    found, depth = [""], 0
    for letter in text.strip("[]'\" "):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [one.strip(" '\"") for one in found if one.strip(" '\"")]


def _spelt(text: str, bands: Sequence[str]) -> str | None:
    """The formula in bands' names; None where it is none, or speaks of what is no band."""

    def named(match: re.Match[str]) -> str:
        number = int(match[1])
        return bands[number - 1] if 1 <= number <= len(bands) else match[0]

    formula = re.sub(r"\b(?:im1)?b(\d+)\b", named, text).replace("^", "**")
    known = {spelt(band) for band in bands}
    try:
        names = names_in(formula)
    except ConfigError:
        return None
    return formula if names and all(spelt(name) in known for name in names) else None
