# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each step depends on, as a key: the same key means that the step need not be done again.

The model depends on the recipe but for its record, engine and probability sample, and on every input. A block depends
on the trained model, on how cells are described and chosen, and on the inputs that lie where it reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from terracite import __version__
from terracite.crate.provenance import Input
from terracite.errors import RasterError
from terracite.landcover.features.objects import SIDE
from terracite.landcover.layers import Layer
from terracite.landcover.predict import Mapper
from terracite.landcover.recipe import Recipe
from terracite.landcover.reference import files_of
from terracite.raster.grid import Block, Grid, same_crs, transformer

Box = tuple[float, float, float, float]  #: left, bottom, right, top, on the grid of the map
_SAID_ONLY = ("record", "engine", "areas")  #: tables that change what is said of a map, or who makes it
_TAUGHT = ("validation", "reference", "samples", "nomenclature", "classifier", "strata")  #: they act through the model
_OF_DOUBT = ("calibrate", "sets", "dissimilarity")  #: of [output]: they are learnt beside the model
_WHERE = ("folder", "tile")  #: of images: what a tile more changes, beside the inputs themselves
_IMAGES = {".tif", ".tiff", ".jp2", ".vrt", ".img"}


def learn_key(recipe: Recipe, inputs: Iterable[Input]) -> str:
    """The key of all that the model, its card and its scores depend on."""
    table = _without(recipe.text, (*_SAID_ONLY, "output"))
    table.get("validation", {}).pop("sample", None)
    output = tomllib.loads(recipe.text).get("output", {})
    table |= {name: output[name] for name in _OF_DOUBT if name in output}
    return _hash(__version__, table, sorted(_facts(item) for item in _but_the_sample(recipe, inputs)))


@dataclass(frozen=True, slots=True)
class BlockKeys:
    """The key of any block of a map."""

    base: str  #: of what all blocks depend on
    grid: Grid
    files: tuple[tuple[Box | None, str], ...]  #: where each image lies (None = everywhere), and its digest
    others: frozenset[str] = frozenset()  #: identifiers of the inputs that are no images
    reach: int = 0  #: cells around a block that its objects may lie in

    def of(self, block: Block) -> str:
        """The key of a block: of its cells, and of the inputs that it reads."""
        place = self.grid.crop(block)
        return _hash(self.base, (place.crs, place.transform, place.shape), sorted(self.read_by(block)))[:32]

    def read_by(self, block: Block) -> set[str]:
        """The inputs within a block's width of a block, by their hash."""
        left, bottom, right, top = self.grid.crop(block).bounds
        more = 1 + self.reach // min(block.shape)
        wide, high = more * (right - left), more * (top - bottom)
        here = (left - wide, bottom - high, right + wide, top + high)
        return {digest for box, digest in self.files if box is None or _meet(box, here)}

    def digests(self) -> set[str]:
        """All inputs that lie somewhere, by their hash."""
        return {digest for _, digest in self.files}


def block_keys(mapper: Mapper, recipe: Recipe, layers: Sequence[Layer], inputs: Sequence[Input]) -> BlockKeys:
    """The keys of the blocks that ``mapper`` makes of ``layers``; ``inputs``: every file, with its hash."""
    table = _without(recipe.text, (*_SAID_ONLY, *_TAUGHT))
    images = {
        json.dumps(_without_keys(entry, _WHERE), sort_keys=True, default=str) for entry in table.pop("images", ())
    }
    output = _without_keys(table.pop("output", {}), ("name", "tiles_of"))
    bare = pickle.dumps(replace(mapper, layers=(), grid=None), protocol=5)  # type: ignore[arg-type] # a key, no mapper
    paths = {(origin.identifier, origin.name): origin.path for layer in layers for origin in layer.origins}
    places = _places(list(paths.values()), mapper.grid)
    files, others = [], []
    for item in _but_the_sample(recipe, inputs):
        path = paths.get((item.identifier, item.path))
        if path is None:
            others.append(_facts(item))
        else:
            files.append((places[path], digest(item)))
    base = _hash(__version__, hashlib.sha256(bare).hexdigest(), sorted(images), output, table, sorted(others))
    images_of = {identifier for identifier, _ in paths}
    reach = 0
    if mapper.wanted.objects is not None:  # objects are cut from the first cell of the grid on: another one, other ones
        base, reach = _hash(base, (mapper.grid.crs, mapper.grid.transform, mapper.grid.shape)), 2 * SIDE
    others_of = frozenset(item.identifier for item in inputs) - images_of
    return BlockKeys(base, mapper.grid, tuple(files), others_of, reach)


def _but_the_sample(recipe: Recipe, inputs: Iterable[Input]) -> list[Input]:
    """The inputs without the probability sample and the units of areas: they judge a map and make nothing of it."""
    sample, known = recipe.validation.sample, {file.name for file in files_of(recipe.reference.file)}
    areas = recipe.areas
    tables = [path for path in (sample.file, sample.strata_file) if path] if sample else []
    tables += [path for path in (areas.units, areas.strata) if path] if areas else []
    exempt = {file.name for path in tables for file in files_of(path)} - known
    return [item for item in inputs if item.identifier not in exempt]


def _places(paths: Sequence[Path], grid: Grid) -> dict[Path, Box | None]:
    """Where each file lies. One that does not say (a mask in XML, a table) lies where the others of its folder do."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(paths, pool.map(partial(_place, grid=grid), paths), strict=True))
    folders: dict[Path, list[Box]] = {}
    for path, box in found.items():
        if box is not None:
            folders.setdefault(path.parent, []).append(box)
    return {path: box or _union(folders.get(path.parent)) for path, box in found.items()}


def _place(path: Path, grid: Grid) -> Box | None:
    if path.suffix.lower() not in _IMAGES:
        return None
    try:
        own = Grid.of(path)
    except RasterError:
        return None
    if same_crs(own.crs, grid.crs):
        return own.bounds
    left, bottom, right, top = transformer(own.crs, grid.crs).transform_bounds(*own.bounds, densify_pts=21)
    return left, bottom, right, top


def _union(boxes: Sequence[Box] | None) -> Box | None:
    if not boxes:
        return None
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _without(text: str, names: Iterable[str]) -> dict[str, Any]:
    return _without_keys(tomllib.loads(text), names)


def _without_keys(table: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    left_out = set(names)
    return {name: value for name, value in table.items() if name not in left_out}


def digest(item: Input) -> str:
    """What stands for an input among others."""
    return _hash(_facts(item))[:32]


def _facts(item: Input) -> tuple[str, str, str]:
    return item.identifier, item.path, item.sha256


def _hash(*content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
