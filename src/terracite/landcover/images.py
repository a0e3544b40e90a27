# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding the images that a recipe asks for: in image trees, products of sensors, crates, catalogues, single files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from terracite.errors import ArchiveError, Problem, RasterError
from terracite.landcover import cubes, sensors, suspicions
from terracite.landcover.image_files import ImageLayer
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import (
    PRODUCT_CRATES,
    PRODUCT_STAC,
    PRODUCT_STACK,
    PRODUCT_STILL,
    ImageSource,
    nearest,
)
from terracite.landcover.sensors import stac, still
from terracite.landcover.tiles import tiled
from terracite.raster.products import ProductFile, guess, named, registry, walk
from terracite.raster.products_file import is_own, own
from terracite.raster.series import series

_OTHERS = ("auto", PRODUCT_CRATES, PRODUCT_STAC, PRODUCT_STILL, PRODUCT_STACK)  #: products that are no type of tree


@dataclass(slots=True)
class _Held:
    """What a folder holds."""

    layers: list[tuple[str, Layer]]  #: by tile, in the order in which they are taken
    further: set[str] = field(default_factory=set)  #: channels that are taken on demand only


def find(source: ImageSource, where: str, problems: list[Problem]) -> list[Layer]:
    """The layers that one ``[[images]]`` table asks for, from names and headers alone; mistakes go to ``problems``."""
    if not _is_sound(source, where, problems):
        return []
    try:
        held = _held(source, where, problems)
        found = _chosen(held, source, where, problems)
    except (ArchiveError, RasterError) as error:
        problems.append(Problem(f"{where}.folder", error.message, error.hint))
        return []
    for layer in found:
        problems += suspicions.of_extents(layer, f"{where}.folder")
    return found


def _is_sound(source: ImageSource, where: str, problems: list[Problem]) -> bool:
    """Whether the folder is there and the product type known; what is wrong goes to ``problems``."""
    product, may_be_a_file = source.product, source.product in {PRODUCT_STILL, PRODUCT_STACK}
    if not (source.folder.is_dir() or (may_be_a_file and source.folder.is_file())):
        problems.append(Problem(f"{where}.folder", f"there is no folder '{source.folder}'.", "Check the path."))
        return False
    if product not in {*_OTHERS, *registry()} and not is_own(product):
        cure = nearest(product, (*_OTHERS, *registry()))
        problems.append(Problem(f"{where}.product", f"there is no product type '{product}'.", cure))
        return False
    try:
        if is_own(product):
            own(product)
    except ArchiveError as error:
        problems.append(Problem(f"{where}.product", error.message, error.hint))
        return False
    return True


def _held(source: ImageSource, where: str, problems: list[Problem]) -> _Held:
    """Every (tile, layer) of the folder."""
    product = source.product
    if product in {PRODUCT_STILL, PRODUCT_STACK}:
        return _Held([("", layer) for layer in still.find(source)])
    if product == PRODUCT_STAC:
        return _of_sensors(stac.files_of(source.folder), source, where, problems)
    if product == PRODUCT_CRATES or (product == "auto" and cubes.has_crates(source.folder)):
        return _Held(sorted(cubes.find(source.folder), key=lambda pair: pair[1].index))
    product = guess(source.folder) if product == "auto" else product
    files = [file for file in walk(source.folder, product) if isinstance(file, ProductFile)]
    if named(product).name in sensors.known():
        return _of_sensors({product: files}, source, where, problems)
    described = Path(product) if is_own(product) and "{" not in product else None
    layers = [(one.tile, ImageLayer(source.folder, one, described)) for one in series(files, mask=source.mask)]
    return _Held(sorted(layers, key=lambda pair: pair[1].index))


def _of_sensors(files: dict[str, list[ProductFile]], source: ImageSource, where: str, problems: list[Problem]) -> _Held:
    if source.mask not in {"auto", "none"}:
        problems.append(Problem(f"{where}.mask", f"cannot be '{source.mask}'.", 'Choose among: "auto", "none".'))
    found = [sensors.find(each, sensors.known()[name], source, where) for name, each in sorted(files.items())]
    problems += [problem for each in found for problem in each.problems]
    return _Held([pair for each in found for pair in each.layers], {name for each in found for name in each.further})


def _chosen(held: _Held, source: ImageSource, where: str, problems: list[Problem]) -> list[Layer]:
    """The layers of the wanted tiles and indices, in the order of the recipe."""
    tiles = sorted({tile for tile, _ in held.layers})
    if not held.layers:
        problems.append(Problem(f"{where}.folder", f"holds no image series ('{source.folder}').", "Check the path."))
        return []
    asked = (*((source.tile,) if source.tile else ()), *source.tiles)
    unknown = [tile for tile in asked if tile not in tiles]
    for tile in unknown:
        key = "tiles" if tile in source.tiles else "tile"
        problems.append(Problem(f"{where}.{key}", f"there is no tile '{tile}'.", nearest(tile, tiles)))
    if unknown:
        return []
    by_index: defaultdict[str, list[tuple[str, Layer]]] = defaultdict(list)
    for tile, layer in held.layers:
        if not asked or tile in asked:
            by_index[layer.index].append((tile, layer))
    wanted = [index for index in by_index if index not in held.further]
    if source.indices:
        known = list(by_index)
        wanted = [name for index in source.indices for name in _meant(index, known, source, where, problems)]
    return [tiled(index, by_index[index]) for index in wanted]


def _meant(index: str, known: Sequence[str], source: ImageSource, where: str, problems: list[Problem]) -> Sequence[str]:
    """The channels that a name of the recipe means: itself, "B4" for "B04", each orbit of "VV"."""
    before = f"{source.prefix}." if source.prefix else ""
    for name in (index, before + index, before + sensors.channel(index)):
        if name in known:
            return [name]
    seen = [name for name in known if name.startswith((f"{index} ", f"{before}{index} "))]
    if not seen:
        cure = nearest(index, sorted(known))
        problems.append(Problem(f"{where}.indices", f"there is no index '{index}' in the folder.", cure))
    return seen
