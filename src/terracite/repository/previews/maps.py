# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps of a preview: tiles, an overview picture, the value at a place. Opens only what our own makers wrote."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from terracite.raster.previewing import mercator
from terracite.raster.previewing.mercator import TILE
from terracite.raster.previewing.pack import INDEX, PACK, Mask, Pack, Values
from terracite.repository.models import Preview
from terracite.repository.previews import colours, pictures
from terracite.services.storage import Storage, storage_for

_OPEN_PACKS = 32  #: indices kept in memory, 100 kB each
_OVERVIEW_TILES = 3  #: each way

Named = Mapping[int, tuple[str, str]]  #: code -> label and colour, as the record of the dataset says


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a preview, at one step, with its colours."""

    facts: dict[str, Any]
    plane: int
    kind: str
    palette: NDArray[np.uint8]
    codes: NDArray[np.int64]
    classes: tuple[dict[str, Any], ...] = ()  #: code, label, colour, share

    @property
    def style(self) -> str:
        """Changes when the colours do."""
        seen = self.palette.tobytes() + repr(self.facts.get("range")).encode()
        return hashlib.sha256(seen).hexdigest()[:12]

    @property
    def unit(self) -> str:
        """As a reader says it: "1" is none."""
        unit = str(self.facts["unit"])
        return "" if unit == "1" else unit

    @property
    def picture(self) -> str:
        """The suffix that suits its tiles."""
        return pictures.WEBP if self.kind == "colours" else pictures.PNG


def layer_of(preview: Preview, number: int = 0, step: int = 0, named: Named | None = None) -> Layer | None:
    """A layer by its place in the list, at a step by its place; None when there is no such one."""
    layers, steps = preview.facts.get("layers", []), preview.facts.get("steps", [])
    if not 0 <= number < len(layers) or not 0 <= step < max(1, len(steps)):
        return None
    facts = layers[number]
    if facts["kind"] != "classes":
        return Layer(facts, facts["plane"] + step, facts["kind"], colours.ramp(), np.empty(0, np.int64))
    known = named or {}
    codes = [item["code"] for item in facts["classes"]]
    own = {item["code"]: item["colour"] for item in facts["classes"]}
    chosen = colours.of_classes(codes, {code: known.get(code, ("", ""))[1] or own[code] for code in codes})
    classes = tuple(
        item | {"colour": colour, "label": known.get(item["code"], ("", ""))[0] or item["label"]}
        for item, colour in zip(facts["classes"], chosen, strict=True)
    )
    palette = colours.palette_of(chosen)
    return Layer(facts, facts["plane"] + step, "classes", palette, np.array(codes, np.int64), classes)


def tile(preview: Preview, layer: Layer, zoom: int, x: int, y: int, kind: str) -> bytes | None:
    """A tile as a picture, transparent where there is nothing; None outside the zooms or the map."""
    coarsest, finest = preview.facts["zooms"]
    if not coarsest <= zoom <= finest or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        return None
    block = _block(preview, layer, zoom, x, y)
    return pictures.empty(kind) if block is None else _drawn(layer, *block, kind)


def overview(preview: Preview, layer: Layer) -> bytes:
    """The whole in one PNG, at most 768 cells a side."""
    zoom, parts = _few_tiles(preview)
    left, top = parts[0].left, parts[0].top
    columns = sum(part.right - part.left + 1 for part in parts)
    rows = max(part.bottom for part in parts) - top + 1
    bands, dtype = layer.facts["bands"], layer.facts["dtype"]
    values = np.zeros((bands, rows * TILE, columns * TILE), dtype)
    mask = np.zeros(values.shape[1:], np.bool_)
    for column, x, y in _places(parts):
        block = _block(preview, layer, zoom, x, y)
        if block is not None:
            cells = slice((y - top) * TILE, (y - top + 1) * TILE), slice(column * TILE, (column + 1) * TILE)
            values[:, *cells], mask[cells] = block
    cut = _frame(preview, zoom, left, top, values.shape[1:])
    return _drawn(layer, values[:, *cut], mask[cut], pictures.PNG)


def value_at(preview: Preview, layer: Layer, lon: float, lat: float) -> float | tuple[float, ...] | None:
    """What the finest tiles hold at a place (column and row of a picture without a place): None where nothing is."""
    zoom = preview.facts["zooms"][1]
    if preview.facts["space"] == "map":
        column, row = mercator.position(lon, lat, zoom)
    else:
        column, row = lon / TILE, lat / TILE
    if not (0 <= column < 2**zoom and 0 <= row < 2**zoom):
        return None
    block = _block(preview, layer, zoom, math.floor(column), math.floor(row))
    if block is None:
        return None
    values, mask = block
    cell = math.floor(row % 1 * TILE), math.floor(column % 1 * TILE)
    if not mask[cell]:
        return None
    found = [real(layer, float(value)) for value in values[:, *cell]]
    return found[0] if len(found) == 1 else tuple(found)


def real(layer: Layer, kept: float) -> float:
    """The value that the file means, to seven figures."""
    value = kept * layer.facts["scale"] + layer.facts["offset"]
    return float(f"{value:.7g}")


def pack_of(preview: Preview) -> Pack:
    """The tiles of a preview; the indices of the last few are kept in memory."""
    name = f"{preview.prefix} {preview.made_at}"
    with _lock:
        known = _packs.get(name)
        if known is not None:
            _packs.move_to_end(name)
            return known
    storage = storage_for(settings.TERRACITE)
    made = Pack.of(storage.read_bytes(f"{preview.prefix}/{INDEX}"), reader_of(storage, f"{preview.prefix}/{PACK}"))
    with _lock:
        _packs[name] = made
        while len(_packs) > _OPEN_PACKS:
            _packs.popitem(last=False)
    return made


def reader_of(storage: Storage, key: str) -> Callable[[int, int], bytes]:
    """Reads a part of a stored object: straight from a folder, by range from elsewhere."""
    path = storage.path(key)
    if path is None:
        return lambda offset, length: b"".join(storage.open_range(key, offset, length))

    def read(offset: int, length: int) -> bytes:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            return file.read(length)

    return read


_packs: OrderedDict[str, Pack] = OrderedDict()
_lock = threading.Lock()


def _block(preview: Preview, layer: Layer, zoom: int, x: int, y: int) -> tuple[Values, Mask] | None:
    return pack_of(preview).block(layer.plane, zoom, x, y, layer.facts["dtype"], layer.facts["bands"])


def _drawn(layer: Layer, values: Values, mask: Mask, kind: str) -> bytes:
    if layer.kind == "colours":
        return pictures.of_colours(values, mask, kind)
    if layer.kind == "classes":
        return pictures.of_numbers(pictures.numbered_classes(values[0], mask, layer.codes), layer.palette, kind)
    low, high = layer.facts["range"]
    return pictures.of_numbers(pictures.numbered(values[0], mask, low, high), layer.palette, kind)


def _few_tiles(preview: Preview) -> tuple[int, list[mercator.Tiles]]:
    """The finest zoom of which few tiles show everything."""
    coarsest, finest = preview.facts["zooms"]
    best = coarsest
    for zoom in range(coarsest, finest + 1):
        parts = _all_tiles(preview, zoom)
        if (
            sum(p.right - p.left + 1 for p in parts) > _OVERVIEW_TILES
            or parts[0].bottom - parts[0].top >= _OVERVIEW_TILES
        ):
            break
        best = zoom
    return best, _all_tiles(preview, best)


def _all_tiles(preview: Preview, zoom: int) -> list[mercator.Tiles]:
    if preview.facts["space"] == "map":
        return mercator.tiles_of(tuple(preview.facts["box"]), zoom)
    width, height = (math.ceil(size / 2 ** (preview.facts["zooms"][1] - zoom)) for size in preview.facts["size"])
    return [mercator.Tiles(zoom, 0, 0, math.ceil(width / TILE) - 1, math.ceil(height / TILE) - 1)]


def _places(parts: list[mercator.Tiles]) -> list[tuple[int, int, int]]:
    """Column in the overview, then x and y of each tile."""
    columns = [x for part in parts for x in range(part.left, part.right + 1)]
    rows = range(parts[0].top, parts[0].bottom + 1)
    return [(column, x, y) for column, x in enumerate(columns) for y in rows]


def _frame(preview: Preview, zoom: int, left: int, top: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """What of the joined tiles lies inside the box."""
    if preview.facts["space"] != "map":
        width, height = (math.ceil(size / 2 ** (preview.facts["zooms"][1] - zoom)) for size in preview.facts["size"])
        return slice(0, max(1, height)), slice(0, max(1, width))
    west, south, east, north = preview.facts["box"]
    (x0, y0), (x1, y1) = mercator.position(west, north, zoom), mercator.position(east, south, zoom)
    wide = x1 - x0 if x1 > x0 else x1 - x0 + 2**zoom
    first = max(0, math.floor((x0 - left) * TILE))
    last = min(shape[1], math.ceil((x0 - left + wide) * TILE))
    above, below = max(0, math.floor((y0 - top) * TILE)), min(shape[0], math.ceil((y1 - top) * TILE))
    return slice(above, max(above + 1, below)), slice(first, max(first + 1, last))
