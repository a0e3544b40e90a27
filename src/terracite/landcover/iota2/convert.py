# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recipe from a configuration of iota2, with what became of each of its settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terracite.crate import disk
from terracite.errors import RecipeError
from terracite.landcover.iota2 import features, images, learning
from terracite.landcover.iota2.nomenclature import NamedClass, coded, read_classes, read_colours
from terracite.landcover.iota2.report import Fate, Item
from terracite.landcover.iota2.rest import account_for_the_rest
from terracite.landcover.iota2.settings import Settings
from terracite.landcover.iota2.syntax import Remark, parse
from terracite.landcover.iota2.writing import recipe_text

_PROJECT = "proj"


@dataclass(frozen=True, slots=True)
class Converted:
    """A recipe as text, and the report."""

    text: str
    items: tuple[Item, ...]
    remarks: tuple[Remark, ...]

    def count(self, fate: Fate) -> int:
        return sum(item.fate is fate for item in self.items)


def write(configuration: Path, output: Path) -> Converted:
    """Convert the file ``configuration`` into the recipe ``output``, which must not be there yet.

    Raises `RecipeError` when it is, or when the configuration cannot be read as text or has no setting of iota2.
    """
    if output.exists():
        raise RecipeError(f"'{output}' is already there.", (), hint="Choose another name with --output.")
    try:
        content = configuration.read_bytes()
    except OSError as error:
        raise RecipeError(f"'{configuration}' cannot be read: {error.strerror}.", (), hint="Check the path.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    found = convert(text, configuration, output)
    disk.write_atomically(output, found.text.encode())
    return found


def convert(text: str, configuration: Path, output: Path) -> Converted:
    """The recipe that ``text`` asks for. Paths are those of ``configuration``; relative ones are made so to ``output``.

    Raises `RecipeError` when it has no setting of iota2; what else it lacks or has wrong is told in the report.
    """
    parsed = parse(text)
    settings = Settings.of(parsed, configuration.absolute().parent)
    if not any(
        settings.find(name) for name in ("ground_truth", "list_tile", "output_path", "data_field", "nomenclature_path")
    ):
        hint = "Give the file that iota2 is started with: it has a section 'chain' with listTile or list_tile."
        raise RecipeError(f"'{configuration.name}' is no configuration of an iota2 map.", (), hint=hint)
    located = _locator(configuration, output)
    sensors, sources = images.images(settings, located)
    sensor = sensors[0] if sensors else None
    tables: dict[str, Any] = {
        "images": sources,
        "area": _grid(settings, sensor),
        "period": images.period(settings, sensor),
        "features": features.features(settings, sensors),
        "reference": _reference(settings, located),
        "strata": _strata(settings, located),
        "samples": learning.samples(settings),
        "classifier": learning.classifier(settings),
        "validation": learning.validation(settings),
        "output": _output(settings),
    }
    classes = _classes(settings, configuration)
    account_for_the_rest(settings)
    items = tuple(sorted(settings.items, key=lambda item: item.line or 10**9))
    return Converted(recipe_text(configuration.name, tables, classes, items), items, tuple(parsed.remarks))


def _locator(configuration: Path, output: Path) -> Callable[[str], str]:
    def located(path: str) -> str:
        if Path(path).is_absolute() or re.match(r"[A-Za-z]:[\\/]|\$", path):
            return path
        there = configuration.absolute().parent / path
        return Path(os.path.relpath(there, output.absolute().parent)).as_posix()

    return located


def _reference(settings: Settings, located: Callable[[str], str]) -> dict[str, Any]:
    path, column = settings.text("ground_truth"), settings.text("data_field")
    fr, en = "à compléter : la configuration ne le dit pas", "to be filled in: the configuration does not say"
    settings.tell(
        "ground_truth", Fate.CARRIED if path else Fate.LEFT, "reference.file", "" if path else fr, "" if path else en
    )
    settings.tell("data_field", Fate.CARRIED if column else Fate.LEFT, "reference.class_column",
                  "" if column else fr, "" if column else en)  # fmt: skip
    return {"file": located(path) if path else "reference.gpkg", "class_column": column or "class"}


def _strata(settings: Settings, located: Callable[[str], str]) -> dict[str, Any]:
    path, column = settings.text("region_path"), settings.text("region_field") or "region"
    if not path or settings.text("mode") == "one_region":  # the oldest iota2: one region, whatever the file holds
        for name in ("region_path", "region_field"):
            settings.tell(name, Fate.UNNEEDED, fr="pas de régions", en="no regions")
        return {}
    width = _blended(settings)
    fr = "un modèle par région ; aux limites, les modèles voisins sont mêlés sur 2 km (blend_m = 0 : limites nettes)"
    en = "one model per region; by a border the models are blended over 2 km (blend_m = 0: sharp borders)"
    settings.tell("region_path", Fate.NEAR, "strata.file", fr, en)
    settings.tell("region_field", Fate.CARRIED, "strata.column")
    return {"file": located(path), "column": column} | width


def _blended(settings: Settings) -> dict[str, float]:
    """How wide the models of two regions are blended, where iota2 does so."""
    if not settings.truth("enable_boundary_fusion", default=False):
        return {}
    names = ("boundary_interior_buffer_size", "boundary_exterior_buffer_size")
    width = sum(settings.number(name) or 0 for name in names)
    fr, en = (
        "les parts des deux modèles sont mêlées sur cette largeur",
        "both models' shares are blended over this width",
    )
    for name in ("enable_boundary_fusion", *names):
        settings.tell(name, Fate.NEAR, "strata.blend_m", fr, en)
    return {"blend_m": width} if width > 0 else {}


def _output(settings: Settings) -> dict[str, Any]:
    path = settings.text("output_path")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", re.split(r"[\\/]", path.rstrip("/\\"))[-1]).strip(".-")
    fr, en = "le nom seulement ; --output dit où", "the name only; --output says where"
    settings.tell("output_path", Fate.NEAR if name else Fate.UNNEEDED, "output.name", fr, en)
    table: dict[str, Any] = {"name": name} if name else {}
    for setting in ("enable_probability_map", "generate_final_probability_map"):
        if settings.truth(setting, default=False):
            table["probabilities"] = True
            settings.tell(setting, Fate.CARRIED, "output.probabilities")
    return table


def _classes(settings: Settings, configuration: Path) -> tuple[NamedClass, ...]:
    """The classes of the nomenclature with their colours, where the two files can be read from here."""
    path = settings.text("nomenclature_path")
    classes, colours = (
        _read(path, configuration, read_classes),
        _read(settings.text("color_table"), configuration, read_colours),
    )
    fr, en = (
        "lu nulle part ici : les classes viendront de la référence",
        "not found here: classes come from the reference",
    )
    if not classes:
        settings.tell("nomenclature_path", Fate.LEFT, "nomenclature", fr, en)
        fr, en = "sans classes, pas de couleurs", "no colours without classes"
        settings.tell("color_table", Fate.LEFT, "nomenclature", fr, en)
        return ()
    found = coded(classes, colours or {})
    moved = [item for item in found if item.label != str(item.code)]
    fr = f"codes hors de 1 à 255 remplacés : {_moves(moved)}" if moved else f"{len(found)} classes"
    en = f"codes outside 1 to 255 replaced: {_moves(moved)}" if moved else f"{len(found)} classes"
    settings.tell("nomenclature_path", Fate.NEAR if moved else Fate.CARRIED, "nomenclature.classes", fr, en)
    fr, en = "lu nulle part ici : des couleurs seront choisies", "not found here: colours will be chosen"
    fate = Fate.CARRIED if colours else Fate.LEFT
    settings.tell("color_table", fate, "nomenclature.classes", "" if colours else fr, "" if colours else en)
    return found


def _moves(moved: list[NamedClass]) -> str:
    shown = ", ".join(f"{item.label} -> {item.code}" for item in moved[:8])
    return f"{shown}…" if len(moved) > 8 else shown


def _read(path: str, configuration: Path, read: Callable[[Path], Any]) -> Any:
    """What ``read`` makes of a file, looked for where it is said to be and beside the configuration; else None."""
    if not path:
        return None
    places = (configuration.absolute().parent / path, configuration.absolute().parent / re.split(r"[\\/]", path)[-1])
    for place in places:
        try:
            if place.is_file():
                return read(place)
        except OSError:
            continue
    return None


def _grid(settings: Settings, sensor: images.Sensor | None) -> dict[str, Any]:
    """The ``[area]`` table: reference system, and resolution where it is not that of the images."""
    table: dict[str, Any] = {}
    wanted, own = settings.number("spatial_resolution"), sensor.resolution if sensor else None
    if wanted is not None and wanted > 0 and wanted != own:
        table["cell_size_m"] = wanted
    fr, en = "celle des images", "that of the images"
    changed = "cell_size_m" in table
    settings.tell("spatial_resolution", Fate.CARRIED, "area.cell_size_m" if changed else "",
                  "" if changed else fr, "" if changed else en)  # fmt: skip
    code = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", settings.text(_PROJECT), re.IGNORECASE)
    if code:
        table["crs"] = f"EPSG:{code[1]}"
        settings.tell(_PROJECT, Fate.CARRIED, "area.crs")
    fr, en = "la carte garde le système de coordonnées des images", "the map keeps the reference system of the images"
    settings.tell(_PROJECT, Fate.NEAR if settings.text(_PROJECT) else Fate.UNNEEDED, "", fr, en)
    _minor(settings)
    return table


def _minor(settings: Settings) -> None:
    """What changes no table."""
    threshold = settings.number("cloud_threshold")
    fr, en = "une date claire suffit", "one clear date is enough"
    settings.tell("cloud_threshold", Fate.LEFT if (threshold or 0) > 1 else Fate.CARRIED, "", fr, en)
    builders = settings.find("builders_class_name")
    if builders is not None:
        others = [name for name in re.findall(r"\w+", str(builders.value)) if "classification" not in name.lower()]
        fr, en = "seule la carte de classes est faite", "only the map of classes is made"
        settings.note(builders, Fate.LEFT if others else Fate.CARRIED, "", fr, en)
