# SPDX-License-Identifier: AGPL-3.0-or-later
"""A first recipe, written from what is found in a folder of images and a reference file."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from terracite.errors import Problem, RecipeError
from terracite.landcover import images
from terracite.landcover.classes import from_values
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import ImageSource, ReferencePart
from terracite.landcover.reference import Features, read_features

_CLASS_COLUMNS = ("class", "classe", "code", "label", "landcover", "lc", "name")


def write_starter(folder: Path, reference: Path, output: Path) -> None:
    """Write a commented recipe to ``output``. Raises `RecipeError` when it exists or nothing usable is found."""
    if output.exists():
        raise RecipeError(f"'{output}' is already there.", (), hint="Choose another name with --output.")
    problems: list[Problem] = []
    layers = images.find(ImageSource(folder=folder.absolute()), "IMAGES", problems)
    column = _class_column(reference, problems)
    known = None
    if column:
        part = ReferencePart(file=reference.absolute(), class_column=column)
        known = read_features(part, "REFERENCE", problems)
    if problems or known is None:
        raise RecipeError("No recipe can be written from these.", problems)
    text = starter(layers, known, folder, reference, column, output)
    part_file = output.with_name(f".{output.name}.partial")
    part_file.write_text(text, encoding="utf-8")
    part_file.replace(output)


def starter(layers: list[Layer], known: Features, folder: Path, reference: Path, column: str, output: Path) -> str:
    """The text of a recipe; every line that may be left out is commented."""
    base = output.absolute().parent
    indices = ", ".join(json.dumps(layer.index) for layer in layers)
    dates = [day for layer in layers for day in layer.days]
    first, last = (_date(chosen(dates)) for chosen in (min, max))
    classes = "\n".join(
        f"[[nomenclature.classes]]\ncode = {item.code}\nfr = {_quoted(item.label.fr)}\nen = {_quoted(item.label.en)}\n"
        f'colour = "{item.colour}"\nreference = {_quoted(name)}\n'
        for item, name in zip(from_values(known.classes).classes, _names(known), strict=True)
    )
    return f"""# A land-cover map. Check this recipe with `terracite landcover check`; make the map with `run`.
# Paths are relative to this file.

[[images]]
folder = {_quoted(_relative(folder, base))}
indices = [{indices}]
# product = "auto"    # kind of image tree; "terracite-series" for time-series crates
# mask = "auto"       # cloud mask to use, or "none"

[period]
start = {first}
end = {last}
step_days = 10        # gaps are filled on regular dates; 0 = the images' own dates

[reference]           # what is known on the ground ({len(known.classes)} {known.kind}), to learn from
file = {_quoted(_relative(reference, base))}
class_column = {_quoted(column)}
# group_column = ""   # features that must stay together when the model is tested

[samples]
per_class = 1000

[classifier]
name = "random_forest"
trees = 100

[validation]
runs = 5              # the model is tested this many times on polygons it has not seen
train_share = 0.7

# The accuracy of the map, and areas with intervals, need a probability sample: points drawn at random.
# [validation.sample]
# file = "points.gpkg"
# class_column = "class"
# design = "strata"   # "strata" (with stratum_column and strata_file), "map" (this map's classes) or "random"
# stratum_column = "stratum"
# strata_file = "strata.csv"   # columns stratum, area_ha

[record]
place = {{ fr = "", en = "" }}
licence = "CC-BY-4.0"
disciplines = ["continental_surfaces"]
# [[record.creators]]
# family_name = ""
# given_name = ""
# orcid = ""

{classes}"""


def _class_column(reference: Path, problems: list[Problem]) -> str:
    """The column that looks most like a class."""
    import pyogrio

    try:
        fields = [str(name) for name in pyogrio.read_info(reference)["fields"]]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        cure = "Give GeoPackage, GeoJSON or Shapefile."
        problems.append(Problem("REFERENCE", f"'{reference.name}' cannot be read: {error}.", cure))
        return ""
    lowered = {name.lower(): name for name in fields}
    for wanted in _CLASS_COLUMNS:
        if wanted in lowered:
            return lowered[wanted]
    cure = f"Name the class column '{_CLASS_COLUMNS[0]}'."
    problems.append(Problem("REFERENCE", f"no column looks like a class among: {', '.join(fields)}.", cure))
    return ""


def _names(known: Features) -> list[str]:
    """How the reference calls each class, in the order of the nomenclature it implies."""
    names = from_values(known.classes).names
    return [name for name, _ in sorted(names.items(), key=lambda pair: pair[1])]


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.absolute(), base)).as_posix()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _date(day: float) -> str:
    return dt.date.fromordinal(int(day)).isoformat()
