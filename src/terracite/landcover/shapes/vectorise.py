# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map as polygons, in a crate: regularised on the way if wanted, with what the fine map says of each polygon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from terracite.errors import Problem, ProblemsError, RasterError
from terracite.landcover import derived
from terracite.landcover.classmap import ClassMap, named
from terracite.landcover.products import CLEAR, CONFIDENCE
from terracite.landcover.products.files import Item, item
from terracite.landcover.products.legend import legend
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.recipe import nearest
from terracite.landcover.shapes.attributes import Attributes, Columns
from terracite.landcover.shapes.files import FORMATS, convert, polygon_style, write_geopackage
from terracite.landcover.shapes.options import Regular
from terracite.landcover.shapes.polygons import Shape, polygons
from terracite.landcover.shapes.regular import Effects, regular_strips
from terracite.landcover.shapes.tracing import Strip
from terracite.landcover.shapes.wording import polygons_abstract, polygons_steps, polygons_title
from terracite.raster.grid import Block, Grid, crs_of
from terracite.raster.read import opened
from terracite.record.model import FileRole, Representation, Variable

if TYPE_CHECKING:
    import pyarrow

    from terracite.landcover.zonal.units import Units

NAME = "landcover"  #: of files and layers
_STEPS_M2 = 10_000  #: of a square metre, for cells of many sizes


@dataclass(frozen=True, slots=True)
class Drawing:
    """How polygons are made of a map."""

    regular: Regular = field(default_factory=Regular)
    simplify_m: float = 0  #: no border moves by more; 0 = along the cells
    formats: tuple[str, ...] = ("gpkg",)
    attributes: Attributes = "oso"
    units: Path | None = None  #: administrative units: files for each, cut at their borders
    unit_name: str = ""  #: the column that names them


@dataclass(slots=True)
class Drawn:
    """What was made."""

    path: Path
    effects: Effects
    polygons: int = 0
    units: int = 0
    changed: bool = True


def check(how: Drawing) -> None:
    """Raises `ProblemsError` with every mistake that needs no map."""
    unknown = [word for word in how.formats if word not in FORMATS]
    problems = [Problem("--format", f"'{word}' is no format.", nearest(word, FORMATS)) for word in unknown]
    if not how.formats:
        problems.append(Problem("--format", "no format is given.", f"Choose among: {', '.join(FORMATS)}."))
    if how.simplify_m < 0:
        problems.append(Problem("--simplify", f"{how.simplify_m:g} is below 0.", "Give metres, or 0 for none."))
    if how.unit_name and how.units is None:
        problems.append(Problem("--unit-name", "there are no units.", "Give their file with --units."))
    if problems:
        raise ProblemsError("Polygons cannot be made like that.", problems)


def vectorise(
    known: ClassMap, how: Drawing, output: Path, listener: Listener | None = None, command: Sequence[str] = ()
) -> Drawn:
    """Write the polygons of a map as the crate ``output``.

    Raises `ProblemsError`, `RasterError`, and `CrateError` where ``output`` is a folder that holds other files.
    """
    check(how)
    units = _units(known, how)
    found, hear = Drawn(output, Effects(np.zeros((256, 256), np.int64))), listener or Silent()
    columns = _columns(known, how.attributes)

    def make(folder: Path) -> Iterable[Item]:
        source = folder / f"{NAME}.gpkg"
        with hear.progress("tracing") as progress:
            write_geopackage(source, _batches(known, how, columns, found, progress), known.grid, NAME)
        hear.step(f"{found.polygons} polygons")
        items = [*_written(source, how, known.grid), *_styled(folder, columns), *legend(folder, columns.classes, ())]
        if units is not None:
            items += _of_units(source, folder, units, how, columns, found)
        if "gpkg" not in how.formats:
            source.unlink()
        return items

    what = derived.Derived(
        "landcover-vectors", tuple(command) or ("terracite", "landcover", "vectorise", known.name),
        polygons_title(known), polygons_abstract(known, how.regular, how.simplify_m),
        tuple(polygons_steps(known, how.regular, how.simplify_m)), known.grid,
        representation=Representation.VECTOR,
        variables=tuple(Variable(name=name, label=label, unit=unit) for name, label, unit in columns.said()),
        classes=tuple(one.model_copy(update={"area_ha": None}) for one in known.nomenclature.classes),
        nomenclature=known.nomenclature.id,
        parameters=how.regular.parameters() | {"simplify_m": how.simplify_m, "attributes": how.attributes,
                                               "formats": list(how.formats), "unit_name": how.unit_name},
        files=(how.units,) if how.units else (), further=columns.layers,
    )  # fmt: skip
    found.changed = derived.write(output, [known], what, make)
    return found


def _units(known: ClassMap, how: Drawing) -> Units | None:
    if how.units is None:
        return None
    from terracite.landcover.zonal.units import read_units

    return read_units(how.units, how.unit_name, known.grid)


def _columns(known: ClassMap, kind: Attributes) -> Columns:
    """The columns; classes that only the cells tell are found by reading them once."""
    told = {one.code: one for one in known.nomenclature.classes}
    if not told:
        there = np.zeros(256, np.bool_)
        for _, codes in known.blocks(2048):
            there[np.unique(codes)] = True
        told = {int(code): named(int(code), {}, rank) for rank, code in enumerate(np.flatnonzero(there[1:]) + 1)}
    layers = tuple(name for name in (CONFIDENCE, CLEAR) if kind == "oso" and known.beside(name))
    classes = tuple(told[code] for code in sorted(told))
    return Columns(kind, classes, layers, _areas(known.grid)[1])


def _areas(grid: Grid) -> tuple[NDArray[np.int64], float]:
    """The area of a cell of each row in whole steps, and hectares of one step; 0 where the projection has no areas."""
    if grid.is_geographic:
        return np.rint(grid.row_areas_m2() * _STEPS_M2).astype(np.int64), 1 / (_STEPS_M2 * 10_000)
    try:
        return np.ones(grid.height, np.int64), grid.cell_area_m2() / 10_000
    except RasterError:
        return np.ones(grid.height, np.int64), 0


def cell_sides_m(grid: Grid) -> tuple[float, float]:
    """Width and height of a cell in metres; in degrees, at the middle of the grid."""
    a, b, _, d, e, _ = grid.transform
    if not grid.is_geographic:
        unit = grid.cell_size_m / np.sqrt(abs(a * e - b * d))
        return float(np.hypot(a, d) * unit), float(np.hypot(b, e) * unit)
    x, y = grid.corner(grid.width / 2, grid.height / 2)
    globe = crs_of(grid.crs).get_geod() or Geod(ellps="WGS84")
    return float(globe.inv(x, y, x + a, y + d)[2]), float(globe.inv(x, y, x + b, y + e)[2])


def _batches(
    known: ClassMap, how: Drawing, columns: Columns, found: Drawn, progress: Callable[[int, int], None]
) -> Iterator[pyarrow.RecordBatch]:
    shape = Shape(known.grid.transform, how.simplify_m, cell_sides_m(known.grid))
    strips = _strips(known, how.regular, columns, found.effects, progress)
    for some in polygons(strips, known.grid.width, known.grid.height, shape):
        yield columns.batch(some, found.polygons + 1)
        found.polygons += len(some.codes)


def _strips(
    known: ClassMap, how: Regular, columns: Columns, effects: Effects, progress: Callable[[int, int], None]
) -> Iterator[Strip]:
    places = np.full(256, 255, np.int64)
    places[[one.code for one in columns.classes]] = range(len(columns.classes))
    weights, _ = _areas(known.grid)
    with ExitStack() as stack:
        layers = [stack.enter_context(opened(path)) for name in columns.layers if (path := known.beside(name))]
        for top, before, after in regular_strips(known, how, effects=effects, progress=progress):
            rows = Block(top, 0, *after.shape)
            if (places[before[before > 0]] == 255).any():
                code = int(before[(before > 0) & (places[before] == 255)][0])
                cure = "Give classes that have it, with --nomenclature."
                raise RasterError(f"'{known.name}' has cells of code {code}, which is no class of its.", hint=cure)
            yield Strip(
                after, places[before].astype(np.uint8), _values(layers, rows), weights[top : top + len(after)],
                len(columns.classes), top,
            )  # fmt: skip


def _values(layers: Sequence[Any], rows: Block) -> NDArray[np.uint16]:
    found = np.zeros((len(layers), *rows.shape), np.uint16)
    for number, image in enumerate(layers):
        found[number] = image.read(1, window=rows.window())
    return found


def _written(source: Path, how: Drawing, grid: Grid, unit: str = "", folder: str = "") -> Iterator[Item]:
    """The formats that are wanted beside a GeoPackage; the item of each, and of that."""
    for kind in dict.fromkeys(how.formats):
        suffix, media_type, called = FORMATS[kind]
        target = source.with_suffix(suffix)
        if kind != "gpkg":
            convert(source, target, kind, grid, NAME)
        fr = f"Polygones de l'unité {unit}." if unit else "Polygones de la carte, avec leurs attributs."
        en = f"Polygons of the unit {unit}." if unit else "Polygons of the map, with their attributes."
        yield item(f"{folder}{target.name}", FileRole.DATA, media_type, called, fr, en)


def _styled(folder: Path, columns: Columns) -> Iterator[Item]:
    for name, language in ((f"{NAME}.qml", "en"), (f"{NAME}.fr.qml", "fr")):
        (folder / name).write_text(polygon_style(columns.classes, columns.code, language), encoding="utf-8")
        fr, en = f"Style QGIS des polygones ({language}).", f"QGIS style of the polygons ({language})."
        yield item(name, FileRole.LEGEND, "application/xml", "QGIS style (QML)", fr, en)


def _of_units(source: Path, folder: Path, units: Units, how: Drawing, columns: Columns, found: Drawn) -> Iterator[Item]:
    from terracite.landcover.shapes.units import cut

    (folder / "units").mkdir()
    for name, _, path in cut(source, folder / "units", units, NAME, columns.area):
        yield from _written(path, how, units.grid, name, "units/")
        if "gpkg" not in how.formats:
            path.unlink()
        found.units += 1
