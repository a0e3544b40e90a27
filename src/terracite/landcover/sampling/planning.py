# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of a sample: strata, points of each, and the precision that is to be expected of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError, RasterError
from terracite.landcover.classmap import ClassMap
from terracite.landcover.estimation import Z95
from terracite.landcover.products.files import safe
from terracite.landcover.sampling import sizes
from terracite.landcover.sampling.frame import CODES, Counted, Frame, Progress
from terracite.landcover.sampling.wanted import LEAST, Wanted
from terracite.landcover.sampling.zones import read_zones

Counts = NDArray[np.int64]
ALL, OUTSIDE = "all", "outside"
_ALIKE = 0.2  #: correlation of right and wrong within a cluster that is taken for granted
_OVER = 20  #: clusters on the map for each that is drawn, where nobody says how large they are


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the map with points of its own."""

    name: str
    kinds: Counts  #: of its cells, as `Frame` has them
    cells: int
    area_ha: float
    expected: float  #: share that is thought to be mapped right, 0-1
    points: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A class, and how well its area will be known."""

    code: int
    name: str
    mapped_ha: float
    half_width_ha: float  #: of the 95 % interval of its adjusted area
    users: float  #: expected user's accuracy


@dataclass(frozen=True, slots=True)
class Plan:
    """A sample that can be drawn."""

    wanted: Wanted
    frame: Frame
    counted: Counted
    strata: tuple[Stratum, ...]
    classes: tuple[Expected, ...]
    overall: float  #: expected overall accuracy
    error: float  #: its expected standard error
    outside_ha: float  #: mapped, and in no unit
    spacing_m: float = 0.0  #: of a systematic sample
    clusters: int = 0
    cluster_cells: int = 0  #: side of a cluster, in cells

    @property
    def points(self) -> int:
        return sum(stratum.points for stratum in self.strata)

    @property
    def area_ha(self) -> float:
        return sum(stratum.area_ha for stratum in self.strata)

    @property
    def hours(self) -> float:
        """Of interpretation, by all interpreters together."""
        return self.points * self.wanted.minutes * self.wanted.interpreters / 60


@dataclass(frozen=True, slots=True)
class _Mix:
    """Areas by zone and class; expectations."""

    names: tuple[str, ...]  #: of the strata
    kinds: tuple[Counts, ...]
    cells: Counts
    areas: NDArray[np.float64]  #: (strata,) ha
    by_class: NDArray[np.float64]  #: (strata, classes) ha
    codes: tuple[int, ...]
    users: NDArray[np.float64]

    @property
    def weights(self) -> NDArray[np.float64]:
        return np.asarray(self.areas / self.areas.sum(), np.float64)

    @property
    def shares(self) -> NDArray[np.float64]:
        """(strata, classes) expected share of each reference class."""
        return sizes.expected_shares(self.by_class / self.areas[:, None], self.by_class.sum(axis=0), self.users)

    @property
    def right(self) -> NDArray[np.float64]:
        """(strata,) expected share that is mapped right."""
        return np.asarray(self.by_class @ self.users / self.areas, np.float64)


def plan(map_: ClassMap, wanted: Wanted, progress: Progress | None = None) -> Plan:
    """Count the cells of the map and share the points out. One pass, one block in memory.

    Raises `ProblemsError`, `ConfigError`, or `RasterError` where nothing is mapped or areas cannot be told.
    """
    wanted.checked()
    map_.grid.row_areas_m2()  # a grid without areas is refused before it is read
    zones = read_zones(wanted.zones, wanted.zone_column, map_.grid) if wanted.zones else None
    frame = Frame(map_, zones)
    counted = frame.count(progress) if progress else frame.count()
    mix, outside = _mix(frame, counted, wanted)
    points = _points(mix, wanted)
    spacing, side = 0.0, 0
    if wanted.method == "systematic":
        spacing = math.sqrt(mix.areas.sum() * 10_000 / points.sum())
        if spacing < 2 * map_.grid.cell_size_m:
            raise ConfigError(
                f"{points.sum()} points are too many for a regular grid on {mix.cells.sum()} cells.",
                hint="Ask for fewer points, or use --method random.",
            )
    clusters = -(-int(points.sum()) // wanted.per_cluster) if wanted.method == "two-stage" else 0
    if clusters:
        size = wanted.cluster_size_m or math.sqrt(mix.areas.sum() * 10_000 / clusters / _OVER)
        side = max(round(size / map_.grid.cell_size_m), math.ceil(math.sqrt(wanted.per_cluster)))
        points = np.array([clusters * wanted.per_cluster])
    more = math.sqrt(1 + (wanted.per_cluster - 1) * _ALIKE) if clusters else 1.0
    strata = tuple(
        Stratum(*one)
        for one in zip(
            mix.names, mix.kinds, mix.cells.tolist(), mix.areas.tolist(), mix.right.tolist(), points.tolist(),
            strict=True,
        )
    )  # fmt: skip
    half = Z95 * sizes.expected_error(mix.weights, mix.shares, points) * mix.areas.sum() * more
    return Plan(
        wanted, frame, counted, strata, _classes(map_, mix, half),
        overall=float(mix.weights @ mix.right),
        error=float(sizes.expected_error(mix.weights, mix.right, points)) * more,
        outside_ha=outside, spacing_m=spacing, clusters=clusters, cluster_cells=side,
    )  # fmt: skip


def class_name(map_: ClassMap, code: int, language: str = "en") -> str:
    """What a class is called; its code where nothing says."""
    known = map_.nomenclature
    labels = dict(zip(known.codes, known.labels(language), strict=True))
    return safe(labels.get(code, "").strip() or str(code))


def _classes(map_: ClassMap, mix: _Mix, half: NDArray[np.float64]) -> tuple[Expected, ...]:
    mapped = mix.by_class.sum(axis=0)
    return tuple(
        Expected(code, class_name(map_, code), float(mapped[rank]), float(half[rank]), float(mix.users[rank]))
        for rank, code in enumerate(mix.codes)
    )


def _mix(frame: Frame, counted: Counted, wanted: Wanted) -> tuple[_Mix, float]:
    """The strata with their areas, and the hectares that are in none of them."""
    kinds, area = counted.kinds, {}
    for kind in kinds.tolist():
        area[kind] = counted.area_ha([kind])
    outside = _outside_of(frame)
    left_out = sum(value for kind, value in area.items() if kind // CODES == outside and wanted.units)
    kinds = np.array([kind for kind in kinds.tolist() if not (wanted.units and kind // CODES == outside)], np.int64)
    if not kinds.size:
        raise RasterError(
            f"'{frame.map.name}' has no mapped cell to draw from.",
            hint="Give the finished map, and polygons that lie on it.",
        )
    groups = _groups(frame, kinds, wanted)
    codes = tuple(sorted({int(kind) % CODES for kind in kinds}))
    by_class = np.zeros((len(groups), len(codes)))
    for row, own in enumerate(groups.values()):
        for kind in own.tolist():
            by_class[row, codes.index(kind % CODES)] += area[kind]
    cells = np.array([int(counted.rows(own).sum()) for own in groups.values()], np.int64)
    users = wanted.users(frame.map.nomenclature, codes)
    return _Mix(tuple(groups), tuple(groups.values()), cells, by_class.sum(axis=1), by_class, codes, users), float(
        left_out
    )


def _outside_of(frame: Frame) -> int:
    return len(frame.zones.names) if frame.zones else -1


def _groups(frame: Frame, kinds: Counts, wanted: Wanted) -> dict[str, Counts]:
    """The kinds of each stratum by its name."""
    if wanted.method != "stratified":
        return {ALL: kinds}
    found: dict[str, list[int]] = {}
    for kind in kinds.tolist():
        found.setdefault(_stratum_name(frame, kind, wanted), []).append(kind)
    return {name: np.array(own, np.int64) for name, own in found.items()}


def _stratum_name(frame: Frame, kind: int, wanted: Wanted) -> str:
    named = class_name(frame.map, kind % CODES)
    code = str(kind % CODES)
    by_class = named if named == code else f"{code} {named}"
    if frame.zones is None:
        return by_class
    zone = (*frame.zones.names, OUTSIDE)[kind // CODES]
    return f"{zone} / {by_class}" if wanted.by_class else zone


def _points(mix: _Mix, wanted: Wanted) -> Counts:
    """The points of each stratum."""
    spread = np.sqrt(mix.right * (1 - mix.right))
    total = _total(mix, wanted)
    if wanted.method != "stratified":
        return np.minimum([total], mix.cells)
    least = _least(mix, wanted, total)
    total = max(total, int(np.minimum(least, mix.cells).sum())) if wanted.class_error else total
    weights = sizes.weights_of(wanted.allocation, mix.weights, spread)
    try:
        return sizes.allocate(total, weights, least=least, most=mix.cells)
    except ValueError:
        raise ConfigError(
            f"{total} points cannot give {least.max()} to each of {len(mix.names)} strata.",
            hint=f"Ask for {least.sum()} points at least, or for --least {max(total // len(mix.names), 1)}.",
        ) from None


def _total(mix: _Mix, wanted: Wanted) -> int:
    if wanted.units:
        units = len({name.split(" / ")[0] for name in mix.names}) if wanted.by_class else len(mix.names)
        return (wanted.points or LEAST) * units
    if wanted.clusters:
        return wanted.clusters * wanted.per_cluster
    if wanted.points:
        return wanted.points
    found = sizes.sample_size(mix.weights, mix.right, wanted.error or 0.01)
    if wanted.method == "two-stage":
        found = math.ceil(found * (1 + (wanted.per_cluster - 1) * _ALIKE))
    return max(found, 2 * len(mix.names))


def _least(mix: _Mix, wanted: Wanted, total: int) -> Counts:
    """The fewest points of each stratum: as said, else 50, or what there is; more where ``class_error`` needs it."""
    least = wanted.least if wanted.least is not None else max(min(LEAST, total // len(mix.names)), 2)
    found = np.full(len(mix.names), least, np.int64)
    if wanted.class_error:
        needed = [sizes.class_size(float(right), wanted.class_error) for right in mix.right]
        found = np.maximum(found, needed)
    return found
