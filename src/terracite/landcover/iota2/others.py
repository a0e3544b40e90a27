# SPDX-License-Identifier: AGPL-3.0-or-later
"""Radar images and rasters of the user's own of an iota2 configuration, as ``[[images]]``."""

from __future__ import annotations

import configparser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from terracite.landcover.iota2.report import Fate
from terracite.landcover.iota2.settings import Settings

_SETTINGS = {".cfg", ".conf", ".ini", ".txt"}  #: of the file that iota2 has the radar described in


def radar(settings: Settings, located: Callable[[str], str], tiles: dict[str, Any]) -> list[dict[str, Any]]:
    """Sentinel-1 as S1Tiling writes it. iota2 names a file that says, under [Paths], where its images are."""
    path = settings.text("s1_path")
    if path in {"", "/"}:
        return []
    folder = _output_of(settings, path) if Path(path).suffix.lower() in _SETTINGS else path
    if not folder:
        fr = 'ce fichier dit où sont les images, et n\'est pas là : ajoutez [[images]] avec product = "s1tiling"'
        en = 'this file says where the images are, and is not here: add [[images]] with product = "s1tiling"'
        settings.tell("s1_path", Fate.LEFT, "images.folder", fr, en)
        return []
    fr = "VV, VH et leur rapport en décibels, chaque orbite à part ; sans le filtre de chatoiement d'iota2"
    en = "VV, VH and their ratio in decibels, each orbit apart; without iota2's speckle filter"
    settings.tell("s1_path", Fate.NEAR, "images.folder", fr, en)
    return [{"folder": located(folder), "product": "s1tiling", "indices": ["VV", "VH", "VH/VV"]} | tiles]


def _output_of(settings: Settings, path: str) -> str:
    """Where the radar's own file says that its images are; "" where it is not here, or does not say."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for place in (settings.folder / path, settings.folder / Path(path).name):
        try:
            parser.read_string(place.read_text(encoding="utf-8", errors="replace"))
        except (OSError, configparser.Error):
            continue
        return parser.get("Paths", "Output", fallback="").strip()
    return ""


def still(settings: Settings, located: Callable[[str], str], tiles: list[str]) -> list[dict[str, Any]]:
    """The user's own rasters, which lie in a folder for each tile."""
    path = settings.text("user_feat_path")
    if path in {"", "/"}:
        return []
    if len(tiles) != 1:
        fr = 'un dossier par tuile : faites-en un VRT par image, et [[images]] avec product = "still"'
        en = 'a folder for each tile: make one VRT of each image, and [[images]] with product = "still"'
        settings.tell("user_feat_path", Fate.LEFT, "images.folder", fr, en)
        settings.tell("patterns", Fate.LEFT, fr=fr, en=en)
        return []
    fr, en = "toutes les images du dossier de la tuile", "every image of the tile's folder"
    settings.tell("user_feat_path", Fate.NEAR, "images.folder", fr, en)
    settings.tell("patterns", Fate.NEAR, "images.folder", fr, en)
    given = _folder_as_written(settings, tiles[0])
    return [{"folder": f"{located(path.rstrip('/'))}/{given}", "product": "still"}]


def _folder_as_written(settings: Settings, tile: str) -> str:
    """The tile as the configuration spells it, with its T."""
    found = settings.find("list_tile")
    return f"T{tile}" if found is not None and f"T{tile}" in str(found.value) else tile
