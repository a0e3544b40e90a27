# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be shown of a place: colour composites of dated images, single pictures, and series."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, RasterError, Severity
from terracite.landcover import images
from terracite.landcover.features import bands
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import PeriodPart, read
from terracite.raster.grid import Block, Grid
from terracite.raster.read import opened, read_block

_COMPOSITES = {"true": ("red", "green", "blue"), "false": ("nir", "red", "green")}
_SERIES = 3  #: layers that are drawn as series, at most, where they are no bands

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Composite:
    """Images that are shown in three colours, or in one."""

    key: str  #: of its words: "true", "false", "index", "image"
    name: str  #: of a layer that is shown alone; of files: ""
    layers: tuple[Layer, ...]

    @property
    def days(self) -> NDArray[np.float64]:
        """Days on which every colour was seen."""
        common = self.layers[0].days
        for layer in self.layers[1:]:
            common = np.intersect1d(common, layer.days)
        return common


@dataclass(frozen=True, slots=True)
class FileView:
    """A picture in a file: an orthophotograph, a scene."""

    path: Path
    date: str  #: as its name tells; "" = not told
    bands: tuple[int, ...]  #: one, or three: red, green, blue
    grid: Grid
    nodata: float | None

    def read(self, grid: Grid) -> Floats:
        """(band, y, x) on ``grid``; NaN where there is nothing."""
        block, fill = Block(0, 0, *grid.shape), self.nodata if self.nodata is not None else 0
        found = np.stack([read_block(self.path, block, band=band, grid=grid, fill=fill) for band in self.bands])
        values = found.astype(np.float32)
        values[:, (found == fill).all(axis=0)] = np.nan
        return values


@dataclass(frozen=True, slots=True)
class Views:
    """Everything that is shown of a point."""

    composites: tuple[Composite, ...] = ()
    files: tuple[FileView, ...] = ()
    series: tuple[tuple[str, tuple[Layer, ...]], ...] = ()  #: name, and a layer, or near infrared and red

    @property
    def cell_size_m(self) -> float:
        """Of the finest dated images, else of the coarsest picture."""
        found = [one.layers[0].grid.cell_size_m for one in self.composites]
        return min(found) if found else max(one.grid.cell_size_m for one in self.files)


def views_of(paths: Sequence[Path], wanted: tuple[int, ...] = ()) -> Views:
    """What recipes (``.toml``) and images show. ``wanted``: bands of images to show as red, green and blue.

    Raises `ProblemsError` with everything that is wrong with them.
    """
    problems: list[Problem] = []
    layers = [layer for path in paths if path.suffix == ".toml" for layer in _layers(path, problems)]
    files = [view for path in paths if path.suffix != ".toml" for view in _file(path, wanted, problems)]
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        raise ProblemsError("These images cannot be shown.", errors)
    composites, series = _of_layers(layers)
    if not composites and not files:
        cure = "Give a recipe with [[images]] that have dates, or GeoTIFF files."
        raise ProblemsError("There is nothing to show.", [Problem("--images", "hold no dated image.", cure)])
    return Views(composites, tuple(sorted(files, key=lambda view: (view.date, view.path.name))), series)


def _layers(path: Path, problems: list[Problem]) -> list[Layer]:
    draft = read(path)
    period = draft.sections.get("period", PeriodPart())
    problems += [problem for problem in draft.problems if problem.where.startswith("images")]
    found = [
        layer
        for number, source in enumerate(draft.images, 1)
        for layer in images.find(source, f"images {number}", problems)
    ]
    dated = [layer.during(period) for layer in found if not layer.still]
    return [layer for layer in dated if layer.days.size]


def _of_layers(layers: list[Layer]) -> tuple[tuple[Composite, ...], tuple[tuple[str, tuple[Layer, ...]], ...]]:
    roles: dict[str, Layer] = {}
    others = []
    for layer in layers:
        if known := bands.band(layer.index, layer.platforms):
            roles.setdefault(known.role, layer)
        else:
            others.append(layer)
    composites = [
        Composite(key, "", tuple(roles[role] for role in seen))
        for key, seen in _COMPOSITES.items()
        if set(seen) <= set(roles)
    ]
    series: list[tuple[str, tuple[Layer, ...]]] = (
        [("NDVI", (roles["nir"], roles["red"]))] if {"nir", "red"} <= set(roles) else []
    )
    alone = others if series else others or layers
    series += [(layer.index, (layer,)) for layer in alone[: _SERIES - len(series)]]
    if not composites and layers:
        first = (others or layers)[0]
        composites = [Composite("index", first.index, (first,))]
    return tuple(one for one in composites if one.days.size), tuple(series)


def _file(path: Path, wanted: tuple[int, ...], problems: list[Problem]) -> list[FileView]:
    try:
        with opened(path) as image:
            count, nodata, grid = image.count, image.nodata, Grid.of_dataset(image)
    except RasterError as error:
        problems.append(Problem(path.name, error.message, error.hint))
        return []
    if any(not 1 <= band <= count for band in wanted):
        problems.append(Problem(path.name, f"has {count} bands.", "Name bands of these: --bands 3,2,1."))
        return []
    chosen = wanted or ((1, 2, 3) if count >= 3 else (1,))
    return [FileView(path, _date_in(path.name), chosen, grid, nodata)]


def _date_in(name: str) -> str:
    """The date that a file's name tells, "2023-07-31", "2023-07" or "2023"; "" where it tells none."""
    for year, month, day in re.findall(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)", name):
        try:
            return dt.date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    found = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", name)
    return found.group(1) if found else ""
