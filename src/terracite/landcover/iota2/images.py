# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sensors, tiles, bands and dates of an iota2 configuration, as ``[[images]]`` and ``[period]``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from terracite.landcover.iota2.features import ALL_BANDS, kept_bands, limits_bands, needed_bands
from terracite.landcover.iota2.others import radar, still
from terracite.landcover.iota2.report import Fate
from terracite.landcover.iota2.settings import Settings, known

_STEPS = {10: 10, 30: 16}  #: iota2's days between dates, by resolution


@dataclass(frozen=True, slots=True)
class Sensor:
    """The images that the recipe takes."""

    name: str  #: setting that gives their path, "s2_path"
    folder: str
    product: str
    section: str
    resolution: int
    prefix: str = ""  #: before the names of its bands, of all sensors but the first

    @property
    def has_known_bands(self) -> bool:
        """Whether it is of Sentinel-2."""
        return not self.product.startswith("landsat")

    @property
    def bands(self) -> tuple[str, ...]:
        """What iota2 takes of it, as a formula spells it."""
        names = ALL_BANDS if self.has_known_bands else tuple(f"B{number}" for number in range(2, 8))
        return tuple(f"{self.prefix}.{name}" if self.prefix else name for name in names)


def images(settings: Settings, located: Callable[[str], str]) -> tuple[list[Sensor], list[dict[str, Any]]]:
    """The optical sensors that Terracite reads, and the ``[[images]]`` tables of all images.

    ``located`` writes a path for the recipe.
    """
    tiles = _tiles(settings)
    sensors = _sensors(settings, located)
    tables = [_table(settings, sensor, tiles) for sensor in sensors]
    if not sensors:
        fr, en = "à compléter : aucun chemin d'images lues ici", "to be filled in: no path of images that are read here"
        settings.assume("chain.s2_path", "", "images.folder", fr, en, Fate.LEFT)
        settings.tell("extract_bands", Fate.UNNEEDED, fr="pas d'images", en="no images")
        tables = [{"folder": "images"} | _of_tiles(tiles)]
    return sensors, [*tables, *radar(settings, located, _of_tiles(tiles)), *still(settings, located, tiles)]


def _table(settings: Settings, sensor: Sensor, tiles: list[str]) -> dict[str, Any]:
    """The ``[[images]]`` table of an optical sensor. Every sensor but the first has its name before its bands."""
    table: dict[str, Any] = {"folder": sensor.folder, "product": sensor.product}
    if sensor.prefix:
        table["prefix"] = sensor.prefix
    if sensor.has_known_bands:
        table["indices"] = _bands(settings, sensor)
        return table | _of_tiles(tiles)
    for name in ("keep_bands", "extract_bands"):
        fr, en = "toutes les bandes de ce capteur sont prises", "every band of this sensor is taken"
        settings.tell(name, Fate.NEAR, "images.indices", fr, en, section=sensor.section if name == "keep_bands" else "")
    return table  # tiles of Landsat are named by path and row: all of the folder are taken


def _of_tiles(tiles: list[str]) -> dict[str, Any]:
    return {"tile": tiles[0]} if len(tiles) == 1 else {"tiles": tiles} if tiles else {}


def _sensors(settings: Settings, located: Callable[[str], str]) -> list[Sensor]:
    chosen: list[Sensor] = []
    for name, about in known()["sensors"].items():
        path = settings.text(name)
        if path in {"", "/"}:
            settings.tell(name, Fate.UNNEEDED, fr="ce capteur n'est pas utilisé", en="this sensor is not used")
        elif about.get("other"):
            continue  # told with its own images
        elif not about["product"]:
            fr, en = f"les images {about['label']} ne sont pas encore lues", f"{about['label']} images are not read yet"
            settings.tell(name, Fate.LEFT, fr=fr, en=en)
        else:
            prefix = about["prefix"] if chosen else ""
            chosen.append(Sensor(name, located(path), about["product"], about["section"], about["resolution"], prefix))
            fr, en = f"ses bandes s'appellent {prefix}.B4...", f"its bands are called {prefix}.B4..."
            settings.tell(name, Fate.CARRIED, "images.folder", fr if prefix else "", en if prefix else "")
    taken = {sensor.section for sensor in chosen}
    for about in known()["sensors"].values():
        if about["section"] not in taken and not about.get("other"):
            _pass_section(settings, about["section"])
    return chosen


def _pass_section(settings: Settings, section: str) -> None:
    """The settings of a sensor that the recipe does not take."""
    for setting in settings.all:
        if setting.section.lower().replace("_", "") == section.lower().replace("_", ""):
            fr, en = "d'un capteur que la recette ne prend pas", "of a sensor that the recipe does not take"
            settings.note(setting, Fate.UNNEEDED, fr=fr, en=en)


def _bands(settings: Settings, sensor: Sensor) -> list[str]:
    """The bands to read, in the spelling of the registry: "B2" is "B02"."""
    kept, section = kept_bands(settings, sensor.section), sensor.section
    wanted = [name for name in ALL_BANDS if not kept or name in kept or name in needed_bands(settings)]
    if not settings.truth("extract_bands", default=False):
        fr, en = "extract_bands est faux : iota2 prend toutes les bandes", "extract_bands is off: iota2 takes all bands"
        settings.tell("keep_bands", Fate.UNNEEDED, "images.indices", fr, en, section=section)
    elif not kept:
        fr, en = "ne nomme pas de bandes de ce capteur : toutes sont prises", "names no band of it: all are taken"
        settings.tell("keep_bands", Fate.NEAR, "images.indices", fr, en, section=section)
    elif len(wanted) > len(kept) and not limits_bands(settings):
        fr = "les bandes dont les indices ont besoin sont des variables, aussi"
        en = "the bands that indices need are features, too"
        settings.tell("keep_bands", Fate.NEAR, "images.indices", fr, en, section=section)
    to = "images.indices" if len(wanted) == len(kept) else "features.bands"
    settings.tell("keep_bands", Fate.CARRIED, to, section=section)
    settings.tell("extract_bands", Fate.CARRIED, "images.indices")
    return [re.sub(r"^B(\d)$", r"B0\1", name) for name in wanted]


def _tiles(settings: Settings) -> list[str]:
    found = settings.find("list_tile")
    value = found.value if found else ""
    tiles = [str(tile) for tile in value] if isinstance(value, list) else re.split(r"[\s,]+", str(value or "").strip())
    tiles = [re.sub(r"^T(?=\d{2}[C-X][A-Z]{2}$)", "", tile) for tile in tiles if tile]
    if any(tile.startswith("$") for tile in tiles):
        fr, en = "à compléter : la configuration ne le dit pas", "to be filled in: the configuration does not say"
        settings.tell("list_tile", Fate.LEFT, "images.tile", fr, en)
        return []
    settings.tell("list_tile", Fate.CARRIED, "images.tiles" if len(tiles) > 1 else "images.tile")
    return tiles


def period(settings: Settings, sensor: Sensor | None) -> dict[str, Any]:
    """The ``[period]`` table: dates where iota2 was told to use them, and the days between two filled dates."""
    section = sensor.section if sensor else "Sentinel_2"
    table: dict[str, Any] = {}
    is_automatic = settings.truth("auto_date", default=True)
    for name, key in (("start_date", "start"), ("end_date", "end")):
        if (day := _day(settings, name, section, is_automatic=is_automatic)) is not None:
            table[key] = day
    if len(table) == 2 and table["start"] > table["end"]:
        table = {}
    fr, en = "les dates des images, de la première à la dernière", "the dates of the images, from first to last"
    settings.tell("auto_date", Fate.CARRIED, "period", fr if is_automatic else "", en if is_automatic else "")
    table["step_days"] = _step(settings, section, sensor)
    return table


def _day(settings: Settings, name: str, section: str, *, is_automatic: bool) -> dt.date | None:
    key = f"period.{name.removesuffix('_date')}"
    text = settings.text(name, section)
    if not text or is_automatic:
        fr, en = "auto_date est vrai : iota2 ne la lit pas", "auto_date is on: iota2 does not read it"
        settings.tell(name, Fate.UNNEEDED, fr=fr if text else "vide", en=en if text else "empty", section=section)
        return None
    try:
        day = dt.datetime.strptime(text.replace("-", ""), "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        settings.tell(name, Fate.LEFT, key, "n'est pas une date AAAAMMJJ", "is not a date YYYYMMDD", section=section)
        return None
    settings.tell(name, Fate.CARRIED, key, section=section)
    return day


def _step(settings: Settings, section: str, sensor: Sensor | None) -> int:
    """Days between the dates that gaps are filled on; 0 = the images' own dates."""
    has_raw_dates = settings.truth("features_from_raw_dates", default=False)
    if has_raw_dates or not settings.truth("use_gap_filling", default=True):
        fr = "les dates des images sont gardées ; les trous y sont comblés, ce qu'iota2 ne fait pas"
        en = "the images' own dates are kept; gaps are filled there, which iota2 does not do"
        for name in ("use_gap_filling", "features_from_raw_dates"):
            settings.tell(name, Fate.NEAR, "period.step_days", fr, en)
        fr, en = "les dates des images sont gardées", "the images' own dates are kept"
        settings.tell("temporal_resolution", Fate.UNNEEDED, fr=fr, en=en, section=section)
        return 0
    for name in ("use_gap_filling", "features_from_raw_dates"):
        settings.tell(name, Fate.CARRIED, "period.step_days")
    number = settings.number("temporal_resolution", section)
    if number is None or not 1 <= number <= 366:
        default = _STEPS[sensor.resolution if sensor else 10]
        settings.tell("temporal_resolution", Fate.NEAR, "period.step_days", "illisible", "unreadable", section=section)
        if number is None:
            settings.assume(f"{section}.temporal_resolution", default, "period.step_days")
        return default
    settings.tell("temporal_resolution", Fate.CARRIED, "period.step_days", section=section)
    return round(number)
