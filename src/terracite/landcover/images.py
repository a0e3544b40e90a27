# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding the image series that a recipe asks for: in image trees or in time-series crates."""

from __future__ import annotations

from pathlib import Path

from terracite.errors import ArchiveError, Problem, RasterError
from terracite.landcover import cubes
from terracite.landcover.image_files import ImageLayer
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import PRODUCT_CRATES, ImageSource, nearest
from terracite.raster.products import ProductFile, guess, registry, walk
from terracite.raster.products_file import is_own, own
from terracite.raster.series import series


def find(source: ImageSource, where: str, problems: list[Problem]) -> list[Layer]:
    """The layers that one ``[[images]]`` table asks for, from names and headers alone; mistakes go to ``problems``."""
    if not source.folder.is_dir():
        problems.append(Problem(f"{where}.folder", f"there is no folder '{source.folder}'.", "Check the path."))
        return []
    product = source.product
    if product not in {"auto", PRODUCT_CRATES, *registry()} and not is_own(product):
        cure = nearest(product, ("auto", PRODUCT_CRATES, *registry()))
        problems.append(Problem(f"{where}.product", f"there is no product type '{product}'.", cure))
        return []
    try:
        if is_own(product):
            own(product)
    except ArchiveError as error:
        problems.append(Problem(f"{where}.product", error.message, error.hint))
        return []
    try:
        layers = _layers(source)
    except (ArchiveError, RasterError) as error:
        problems.append(Problem(f"{where}.folder", error.message, error.hint))
        return []
    return _chosen(layers, source, where, problems)


def _layers(source: ImageSource) -> list[tuple[str, Layer]]:
    """Every (tile, layer) of the folder."""
    if source.product == PRODUCT_CRATES or (source.product == "auto" and cubes.has_crates(source.folder)):
        return cubes.find(source.folder)
    product = guess(source.folder) if source.product == "auto" else source.product
    files = [file for file in walk(source.folder, product) if isinstance(file, ProductFile)]
    described = Path(product) if is_own(product) and "{" not in product else None
    return [(one.tile, ImageLayer(source.folder, one, described)) for one in series(files, mask=source.mask)]


def _chosen(layers: list[tuple[str, Layer]], source: ImageSource, where: str, problems: list[Problem]) -> list[Layer]:
    """The layers of the wanted tile and indices, in the order of the recipe."""
    tiles = sorted({tile for tile, _ in layers})
    if not layers:
        problems.append(Problem(f"{where}.folder", f"holds no image series ('{source.folder}').", "Check the path."))
        return []
    if source.tile and source.tile not in tiles:
        problems.append(Problem(f"{where}.tile", f"there is no tile '{source.tile}'.", nearest(source.tile, tiles)))
        return []
    if not source.tile and len(tiles) > 1:
        what = f"holds {len(tiles)} tiles: {', '.join(tiles)}."
        problems.append(Problem(f"{where}.folder", what, f'Say which one: tile = "{tiles[0]}".'))
        return []
    by_index = {layer.index: layer for tile, layer in layers if tile == (source.tile or tiles[0])}
    for index in source.indices:
        if index not in by_index:
            cure = nearest(index, sorted(by_index))
            problems.append(Problem(f"{where}.indices", f"there is no index '{index}' in the folder.", cure))
    return [by_index[index] for index in (source.indices or sorted(by_index)) if index in by_index]
