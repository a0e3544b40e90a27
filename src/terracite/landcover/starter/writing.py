# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of a first recipe: what was found is written down with its reason; what may be left out is commented."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from terracite.crate import disk
from terracite.errors import ArchiveError, Problem, RecipeError
from terracite.landcover import images
from terracite.landcover.classes import from_values
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import PRODUCT_CRATES, ImageSource
from terracite.landcover.reference import Features
from terracite.landcover.starter.guesses import Guess, guess
from terracite.landcover.tiles import TiledLayer
from terracite.raster.products import guess as guess_product
from terracite.raster.products import named, registry

_YEAR_DAYS = 400  #: images over more days than these are of several years

_TEXT = """\
# A land-cover map. `terracite landcover check` reads this recipe, `plan` says what it takes, `run` makes the map.
# Paths are relative to this file.

[[images]]
folder = {folder}
{images}
# mask = "auto"       # cloud mask to use, or "none"

[period]              # {years}
start = {start}
end = {end}
step_days = 10        # gaps are filled on regular dates; 0 = the images' own dates

[reference]           # what is known on the ground ({count} {kind}), to learn from
file = {file}
{column}
{more}
[samples]
per_class = 1000      # at most

[classifier]
name = "ensemble"     # the most accurate; "random_forest" maps ten times faster
trees = 100

[validation]
runs = 5              # the model is tested this many times on {tested} it has not seen
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


def write_starter(folder: Path, reference: Path, output: Path, product: str = "auto") -> str:
    """Write a commented recipe to ``output``, and return why that column was taken for the class.

    Raises `RecipeError` when the file exists, or with everything that keeps a recipe from being written.
    """
    if output.exists():
        raise RecipeError(f"'{output}' is already there.", (), hint="Choose another name with --output.")
    problems: list[Problem] = []
    source = _source(folder, product, problems)
    layers = images.find(source, "IMAGES", []) if source else []
    found = guess(reference, [layer.index for layer in layers], problems)
    if problems or found is None or source is None:
        raise RecipeError("No recipe can be written from these.", problems)
    disk.write_atomically(output, _starter(source, layers, found, output).encode())
    return f"the class is the column '{found.column.name}': {found.column.reason}"


def _source(folder: Path, product: str, problems: list[Problem]) -> ImageSource | None:
    """The images of the folder with their type; None when there are none."""
    source = ImageSource(folder=folder.absolute(), product=product)
    told: list[Problem] = []
    if not images.find(source, "IMAGES", told):
        problems += told
        return None
    return source.model_copy(update={"product": _kind(source.folder)}) if product == "auto" else source


def _kind(folder: Path) -> str:
    """The type of a tree in which images were found: series of ours where it is no tree of images."""
    try:
        return guess_product(folder)
    except ArchiveError:
        return PRODUCT_CRATES


def _starter(source: ImageSource, layers: Sequence[Layer], found: Guess, output: Path) -> str:
    base = output.absolute().parent
    days = sorted(day for layer in layers for day in set(layer.days.tolist()))
    start, end, years = _period([dt.date.fromordinal(int(day)) for day in days])
    kind = found.known.kind if isinstance(found.known, Features) else "series"
    return _TEXT.format(
        folder=_quoted(_relative(source.folder, base)),
        images=_images(source, layers),
        years=years,
        start=start,
        end=end,
        count=len(found.known.classes),
        kind=kind,
        file=_quoted(_relative(found.part.file, base)),
        column=_column(found),
        more=_more(found),
        tested=kind,
        classes=_classes(found),
    )


def _images(source: ImageSource, layers: Sequence[Layer]) -> str:
    indices = ", ".join(_quoted(layer.index) for layer in layers)
    label = f"  # {named(source.product).label['en']}" if source.product in registry() else ""
    lines = [f"product = {_quoted(source.product)}{label}", f"indices = [{indices}]"]
    tiles = sorted({tile for layer in layers if isinstance(layer, TiledLayer) for tile in layer.tiles})
    if tiles:
        lines.append(f"# tile = {_quoted(tiles[0])}  # all are mapped without it: {', '.join(tiles)}")
    return "\n".join(lines)


def _period(days: Sequence[dt.date]) -> tuple[dt.date, dt.date, str]:
    """All of the images, or the year with most of them where there are several years."""
    counts = Counter(day.year for day in days)
    years = ", ".join(f"{year}: {count} images" for year, count in sorted(counts.items()))
    if (days[-1] - days[0]).days <= _YEAR_DAYS:
        return days[0], days[-1], years
    best = max(counts, key=lambda year: (counts[year], year))
    return dt.date(best, 1, 1), dt.date(best, 12, 31), f"{years}; the year with most is taken"


def _column(found: Guess) -> str:
    others = "".join(f"\n#   or {_quoted(column.name)}: {column.reason}" for column in found.others)
    return f"class_column = {_quoted(found.column.name)}  # {found.column.reason}{others}"


def _more(found: Guess) -> str:
    lines = [f"{key} = {_quoted(value)}" for key, value in found.keys.items()]
    if isinstance(found.known, Features):
        lines.append('# group_column = ""   # features that must stay together when the model is tested')
    return "\n".join(lines) + "\n"


def _classes(found: Guess) -> str:
    nomenclature = from_values(found.known.classes)
    names = {position: name for name, position in nomenclature.names.items()}
    counts = Counter(nomenclature.position(value) for value in found.known.classes)
    written = {nomenclature.position(value): str(value).strip() for value in found.known.classes}
    return "\n".join(
        f"[[nomenclature.classes]]  # {counts[position]} in the reference\ncode = {item.code}\n"
        f"fr = {_quoted(item.label.fr)}\nen = {_quoted(item.label.en)}\n"
        f'colour = "{item.colour}"\nreference = {_quoted(written.get(position, names[position]))}\n'
        for position, item in enumerate(nomenclature.classes)
    )


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.absolute(), base)).as_posix()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
