# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which objects a recipe asks for, by which channels they are told apart, and what is said of each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem
from terracite.landcover.features.channels import Channel, by_name
from terracite.landcover.layers import Layer
from terracite.landcover.recipe import ObjectsPart, nearest
from terracite.raster.grid import Block, Grid

if TYPE_CHECKING:
    from terracite.landcover.features.plan import FeaturePlan

SIDE = 256  #: cells of a window, which starts at a multiple of them from the first cell of the grid; objects end there
_HELD_BYTES = 96 * 2**20  #: of windows kept in mind: mostly a row of a Sentinel-2 tile, of which blocks share some
_DEFAULT = "NDVI"  #: by which objects are told apart unless said

#: objects of a window (y, x), and what is said of each (object, feature)
Window = tuple[NDArray[np.uint16], NDArray[np.float32]]


class Windows:
    """The last windows, since blocks share them. It starts empty in every process."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[Grid, Block], Window] = OrderedDict()
        self._layers: tuple[Layer, ...] = ()
        self._bytes = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Windows], tuple[()]]:
        return Windows, ()

    def get(self, layers: Sequence[Layer], grid: Grid, window: Block) -> Window | None:
        """What is known of a window of these layers."""
        with self._lock:
            if len(layers) != len(self._layers) or any(a is not b for a, b in zip(layers, self._layers, strict=True)):
                self._layers = tuple(layers)
                self._held.clear()
                self._bytes = 0
            return self._held.get((grid, window))

    def put(self, grid: Grid, window: Block, found: Window) -> None:
        """Keep a window, and forget the oldest ones."""
        with self._lock:
            if (grid, window) not in self._held:
                self._bytes += _bytes_of(found)
            self._held[grid, window] = found
            while self._bytes > _HELD_BYTES and len(self._held) > 1:
                self._bytes -= _bytes_of(self._held.popitem(last=False)[1])


def _bytes_of(found: Window) -> int:
    return found[0].nbytes + found[1].nbytes


@dataclass(frozen=True, slots=True)
class Objects:
    """What is read of a window, how it is cut into objects, and the features of those."""

    part: ObjectsPart
    plan: FeaturePlan  #: of the channels that are needed, each on every date
    seen: tuple[int, ...]  #: features of ``plan`` by which objects are told apart
    channels: tuple[int, ...]  #: of each of those, the number of its channel
    described: tuple[int, ...]  #: features of ``plan`` that are said of an object
    names: tuple[str, ...]  #: "NDVI 2022-01-01 object mean"
    windows: Windows = field(default_factory=Windows, compare=False, repr=False)


def windows(block: Block, grid: Grid) -> list[Block]:
    """The windows that a block touches, whole, as far as the grid goes."""
    rows = range(block.row // SIDE * SIDE, block.row + block.height, SIDE)
    cols = range(block.col // SIDE * SIDE, block.col + block.width, SIDE)
    return [Block(row, col, min(SIDE, grid.height - row), min(SIDE, grid.width - col)) for row in rows for col in cols]


def planned(outer: FeaturePlan, part: ObjectsPart, problems: list[Problem]) -> Objects | None:
    """The objects of a plan; mistakes go to ``problems``."""
    if find_spec("skimage") is None:
        cure = "Install it with: pip install 'terracite[objects]'."
        problems.append(Problem("features.objects", "needs scikit-image, which is not installed.", cure))
    known = {channel.name: channel for channel in (*outer.images, *outer.computed)}
    features = [*outer.dated, *outer.still]
    default = [_DEFAULT] if _DEFAULT in features else features
    seen = _named(part.of, "of", known, problems) if part.of else default
    said = features if part.channels is None else _named(part.channels, "channels", known, problems)
    if not seen:
        return None
    inner = _inner(outer, {*seen, *said}, known)
    rows = _rows(inner)
    by = [number for number, (channel, is_value) in enumerate(rows) if channel in seen and is_value]
    described = [
        number
        for number, (channel, is_value) in enumerate(rows)
        if channel in said and (not is_value or outer.shows_dates or known[channel].still)
    ]
    if not described:
        what = "there is nothing to say of an object."
        problems.append(Problem("features.objects", what, "Name channels, or add statistics to [features]."))
    numbers = tuple(seen.index(rows[number][0]) for number in by)
    names = tuple(f"{inner.names[number]} object {word}" for word in part.statistics for number in described)
    return Objects(part, inner, tuple(by), numbers, tuple(described), names)


def _named(names: Sequence[str], key: str, known: Mapping[str, Channel], problems: list[Problem]) -> list[str]:
    """The channels of a list, however they are spelt."""
    found: list[str] = []
    for number, name in enumerate(names):
        match = by_name(known, name)
        if match is None:
            cure = f"{nearest(name, known)} Or add it to indices."
            problems.append(Problem(f"features.objects.{key}.{number}", f"there is no band or index '{name}'.", cure))
        elif match not in found:
            found.append(match)
    return found


def _inner(outer: FeaturePlan, wanted: set[str], known: Mapping[str, Channel]) -> FeaturePlan:
    """The plan of these channels alone, and of all that they are made of."""
    used, waiting = set(), list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += [channel for _, channel in known[name].reads]
    ordered = [name for name in known if name in wanted]
    return replace(
        outer,
        images=tuple(channel for channel in outer.images if channel.name in used),
        computed=tuple(channel for channel in outer.computed if channel.name in used),
        dated=tuple(name for name in ordered if not known[name].still),
        still=tuple(name for name in ordered if known[name].still),
        shows_dates=True,
        phenology=(),
        function=None,
        objects=None,
    )


def _rows(inner: FeaturePlan) -> list[tuple[str, bool]]:
    """Of each feature of a plan without phenology and function: its channel, and whether it is a value of that."""
    return [
        *((name, True) for name in inner.dated for _ in inner.days),
        *((name, True) for name in inner.still),
        *((name, False) for name in inner.dated for _ in inner.statistics),
        *((name, False) for name in inner.dated for _ in inner.seasons),
    ]
