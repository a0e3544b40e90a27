# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a cube is shown: its variables and levels, its dates; how stored numbers become values."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.previewing.cube_open import Variable
from terracite.raster.previewing.cube_place import Place, is_east, is_north, place_of
from terracite.raster.previewing.pyramid import Counted
from terracite.raster.previewing.raster_layers import MOST_CLASSES, kept_dtype

MOST_STEPS, MOST_LAYERS = 400, 12
_SINCE = re.compile(r"\s*\w+\s+since\s+", re.IGNORECASE)
_FEW_VALUES = 40


@dataclass(frozen=True)
class Layer:
    """One variable, at one level when it has levels."""

    variable: Variable
    place: Place
    step_dim: str
    fixed: dict[str, int]  #: place along each further dimension
    detail: str  #: that place in words
    is_classes: bool

    @property
    def dtype(self) -> str:
        """How its values are kept."""
        return kept_dtype(self.variable.dtype.newbyteorder("=").name)

    @property
    def chunk_steps(self) -> int:
        """How many steps are stored together."""
        if not self.step_dim or not self.variable.chunks:
            return 1
        return int(self.variable.chunks[self.variable.dims.index(self.step_dim)])

    def read(self, steps: Sequence[int], rows: slice, stride: int, top: int) -> NDArray[Any]:
        """Stored numbers (step, y, x) of some rows, one in ``stride`` cells each way; ``top``: the first row."""
        chosen: dict[str, Any] = self.fixed | {self.place.y: rows, self.place.x: slice(None)}
        runs = slice(steps[0], steps[-1] + 1)
        if self.step_dim:
            chosen[self.step_dim] = runs
        values = self.variable.read(tuple(chosen[dim] for dim in self.variable.dims))
        left = [dim for dim in self.variable.dims if dim not in self.fixed]
        wanted = [dim for dim in (self.step_dim, self.place.y, self.place.x) if dim]
        values = np.transpose(values, [left.index(dim) for dim in wanted])
        values = values[[step - steps[0] for step in steps]] if self.step_dim else values[None]
        first = (stride // 2 - top) % stride
        return values[:, first::stride, stride // 2 :: stride]

    def described(self, counted: Counted) -> dict[str, Any]:
        """What the page and the tiles need."""
        scale, offset = scaling(self.variable)
        facts: dict[str, Any] = {
            "kind": "classes" if self.is_classes else "continuous",
            "name": f"{self.variable.name} {self.detail}".strip(),
            "label": self.variable.text("long_name"),
            "unit": self.variable.text("units"),
            "dtype": self.dtype,
            "dtype_of_series": "float32",
            "scale": scale,
            "offset": offset,
            "bands": 1,
            "is_empty": not counted.sample,
        }
        if self.is_classes:
            return facts | {"classes": self._classes(counted)}
        if not counted.sample:
            return facts | {"range": [0.0, 1.0], "extremes": None}
        low, high = counted.percentiles()
        return facts | {"range": [low, high if high > low else low + 1.0], "extremes": [counted.least, counted.most]}

    def _classes(self, counted: Counted) -> list[dict[str, Any]]:
        meanings = self.variable.text("flag_meanings").split()
        flags = np.atleast_1d(self.variable.attributes.get("flag_values", ())).tolist()
        named = dict(zip(map(int, flags), meanings, strict=False)) if len(flags) == len(meanings) else {}
        whole = sum(counted.weights.values()) or 1.0
        common = sorted(counted.weights, key=lambda code: -counted.weights[code])[:MOST_CLASSES]
        return [
            {
                "code": code,
                "label": named.get(code, "").replace("_", " "),
                "colour": "",
                "share": counted.weights[code] / whole,
            }
            for code in sorted(common)
        ]


@dataclass(frozen=True)
class Plan:
    """What will be drawn."""

    place: Place
    layers: list[Layer]
    axis: str  #: name of the dimension of the steps
    steps: tuple[str, ...]  #: ISO dates, or values of that dimension
    chosen: list[int]  #: their places along it
    said: tuple[str, ...]


def plan_of(known: dict[str, Variable]) -> Plan:
    """The variables that share the grid and the dates of most; raises `InspectionError` when none can be drawn."""
    drawable = _drawable(known)
    if not drawable:
        raise InspectionError(
            "No variable lies on a grid of rows and columns.", hint="Profiles, tracks and stations are not drawn."
        )
    axis = _step_axis([variable for variable, _ in drawable], known)
    keys = Counter((place.x, place.y, axis in variable.dims) for variable, place in drawable)
    best = max(keys, key=lambda key: (key[2], keys[key]))
    same = [(v, p) for v, p in drawable if (p.x, p.y, axis in v.dims) == best]
    layers = [layer for variable, place in same for layer in _layers(variable, place, axis, known)]
    size = same[0][0].shape[same[0][0].dims.index(axis)] if axis in same[0][0].dims else 0
    chosen = sorted({round(place) for place in np.linspace(0, size - 1, min(size, MOST_STEPS))}) if size else []
    steps = _named_steps(axis, known.get(axis), chosen)
    said = [f"{len(chosen)} of {size} steps are shown, evenly chosen."] if len(chosen) < size else []
    if len(layers) > MOST_LAYERS:
        said.append(f"The first {MOST_LAYERS} of {len(layers)} variables and levels are shown.")
    return Plan(same[0][1], layers[:MOST_LAYERS], axis if size else "", steps, chosen, tuple(said))


def scaling(variable: Variable) -> tuple[float, float]:
    """``scale_factor`` and ``add_offset``."""
    found = []
    for name, default in (("scale_factor", 1.0), ("add_offset", 0.0)):
        try:
            found.append(float(np.atleast_1d(variable.attributes.get(name, default))[0]))
        except (ValueError, TypeError, IndexError):
            found.append(default)
    return found[0], found[1]


def kept(stored: NDArray[Any], variable: Variable) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Stored numbers in the type that is kept, and where there are data."""
    mask = np.ones(stored.shape, np.bool_)
    for name in ("_FillValue", "missing_value"):
        for missing in np.atleast_1d(variable.attributes.get(name, ())).tolist():
            if isinstance(missing, (int, float)):
                mask &= stored != missing
    low, high = _valid(variable)
    if low is not None:
        mask &= stored >= low
    if high is not None:
        mask &= stored <= high
    dtype = kept_dtype(variable.dtype.newbyteorder("=").name)
    if stored.dtype.kind == "f":
        mask &= np.isfinite(stored) & (np.abs(stored) < 1e30)
        stored = np.where(mask, stored, 0)
    return np.ascontiguousarray(stored.astype(dtype)), mask


def _valid(variable: Variable) -> tuple[float | None, float | None]:
    try:
        both = np.atleast_1d(variable.attributes.get("valid_range", ())).tolist()
        if len(both) == 2:
            return float(both[0]), float(both[1])
        ends = [variable.attributes.get(name) for name in ("valid_min", "valid_max")]
        low, high = (None if end is None else float(np.atleast_1d(end)[0]) for end in ends)
    except (ValueError, TypeError):
        return None, None
    return low, high


def _drawable(known: dict[str, Variable]) -> list[tuple[Variable, Place]]:
    """Variables of numbers with two horizontal dimensions, coordinates and their bounds left out."""
    aside: set[str] = set()
    for variable in known.values():
        for name in ("bounds", "climatology", "coordinates", "grid_mapping", "ancillary_variables"):
            aside |= set(variable.text(name).replace(":", " ").split()) if name != "ancillary_variables" else set()
    found = []
    for name, variable in known.items():
        if name in aside or len(variable.dims) < 2 or is_east(variable) or is_north(variable):
            continue
        if variable.dtype.kind not in "iuf" or 0 in variable.shape or variable.dims == (name,):
            continue
        place = place_of(variable, known)
        if place is not None and place.x != place.y:
            found.append((variable, place))
    on_map = [(variable, place) for variable, place in found if place.box]
    return on_map or found


def _step_axis(variables: Sequence[Variable], known: dict[str, Variable]) -> str:
    """The dimension of time of most variables, else the first one of the first that is not horizontal."""
    times = Counter(dim for v in variables for dim in v.dims if dim in known and _SINCE.match(known[dim].text("units")))
    if times:
        return times.most_common(1)[0][0]
    named = [dim for v in variables for dim in v.dims if dim.lower() in {"time", "month", "year", "date"}]
    return named[0] if named else ""


def _layers(variable: Variable, place: Place, axis: str, known: dict[str, Variable]) -> list[Layer]:
    more = [dim for dim in variable.dims if dim not in {place.x, place.y, axis}]
    sizes = dict(zip(variable.dims, variable.shape, strict=True))
    step_dim = axis if axis in variable.dims else ""
    ways = itertools.islice(itertools.product(*(range(sizes[dim]) for dim in more)), MOST_LAYERS + 1)
    found: list[Layer] = []
    for way in ways:
        fixed = dict(zip(more, way, strict=True))
        words = [_level(dim, at, known) for dim, at in fixed.items() if sizes[dim] > 1]
        layer = Layer(variable, place, step_dim, fixed, f"({', '.join(words)})" if words else "", False)
        found.append(layer if not found else Layer(variable, place, step_dim, fixed, layer.detail, found[0].is_classes))
        if len(found) == 1 and _is_classes(layer):
            found[0] = Layer(variable, place, step_dim, fixed, layer.detail, True)
    return found


def _is_classes(layer: Layer) -> bool:
    variable = layer.variable
    if variable.dtype.kind not in "iu" or scaling(variable) != (1.0, 0.0):
        return False
    if variable.text("flag_meanings"):
        return True
    if variable.text("units") not in {"", "1"}:
        return False
    rows = min(1000, layer.place.ys.size)
    values, mask = kept(layer.read([0], slice(0, rows), 1, 0)[0], variable)
    return bool(mask.any()) and np.unique(values[mask]).size <= _FEW_VALUES


def _level(dim: str, at: int, known: dict[str, Variable]) -> str:
    axis = known.get(dim)
    if axis is None or axis.dims != (dim,) or axis.dtype.kind not in "iuf":
        return f"{dim} {at + 1}"
    return f"{dim} {float(axis.all()[at]):g} {axis.text('units')}".strip()


def _named_steps(axis: str, item: Variable | None, chosen: Sequence[int]) -> tuple[str, ...]:
    if not chosen:
        return ()
    if item is None or item.dims != (axis,):
        return tuple(f"{axis} {place + 1}" for place in chosen)
    values = item.all()[list(chosen)]
    units = item.text("units")
    if not _SINCE.match(units):
        return tuple(f"{axis} {value:g}" for value in np.asarray(values, float).tolist())
    return _dates(values, units, item.text("calendar").lower() or "standard", axis, chosen)


def _dates(values: NDArray[Any], units: str, calendar: str, axis: str, chosen: Sequence[int]) -> tuple[str, ...]:
    import netCDF4

    try:
        dates: Any = netCDF4.num2date(values, units, calendar, only_use_cftime_datetimes=True)
        texts = [one.isoformat(timespec="seconds") for one in np.atleast_1d(dates)]
    except (ValueError, OverflowError, TypeError, AttributeError):
        return tuple(f"{axis} {place + 1}" for place in chosen)
    whole_days = all(text.endswith(("T00:00:00", "T12:00:00")) for text in texts)
    return tuple(text[:10] if whole_days else text for text in texts)
