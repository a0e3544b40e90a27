# SPDX-License-Identifier: AGPL-3.0-or-later
"""Polygons cut at the antimeridian, as RFC 7946 (3.1.9) asks.

The outer ring turns counterclockwise and holes clockwise, so that the inside always lies on the left: where a ring
leaves a half of the Earth, the border of the part that stays goes on along the meridian to where a ring comes back,
northwards in the eastern hemisphere, southwards in the western one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
Point = tuple[float, float]
Ring = tuple[Point, ...]  #: closed: its last point is its first
Polygon = tuple[Ring, ...]
_MERIDIAN = 180.0


def unwrapped(ring: Ring, middle: float) -> Ring:
    """The ring without jumps: each longitude, plus or minus 360, as near as can be to the middle of all."""
    return tuple((lon + 360 * round((middle - lon) / 360), lat) for lon, lat in ring)


def cut(rings: Sequence[Ring]) -> list[Polygon]:
    """The parts of a polygon whose longitudes go on beyond 180, each within -180 and 180; none where a ring is broken.

    >>> cut([((179, 0), (182, 0), (182, 1), (179, 1), (179, 0))])[1]
    (((-180.0, 0.0), (-178.0, 0.0), (-178.0, 1.0), (-180.0, 1.0), (-180.0, 0.0)),)
    """
    whole = [tuple((float(lon), float(lat)) for lon, lat in ring) for ring in rings]
    east, west = _half(whole, 1), _half(whole, -1)
    if east is None or west is None:
        return []
    return [*east, *(tuple(tuple((lon - 360, lat) for lon, lat in ring) for ring in part) for part in west)]


def _half(rings: Sequence[Ring], side: int) -> list[Polygon] | None:
    """The parts up to the meridian (1) or from it on (-1); None where a ring cannot be closed."""
    outer: list[Ring] = []
    holes: list[Ring] = []
    chains: list[list[Point]] = []
    for number, ring in enumerate(rings):
        inside = [side * (lon - _MERIDIAN) <= 0 for lon, _ in ring]
        if all(inside):
            (holes if number else outer).append(ring)
        elif any(inside):
            chains += _chains(ring, inside)
    joined = _joined(chains, side)
    if joined is None:
        return None
    return _with_holes([*outer, *joined], holes)


def _chains(ring: Ring, inside: list[bool]) -> list[list[Point]]:
    """The stretches of a ring inside a half, each from where it comes in to where it goes out."""
    start = next(at for at in range(len(ring) - 1) if not inside[at] and inside[at + 1])
    points, flags = _from(ring, start), _from(inside, start)
    chains: list[list[Point]] = []
    for at in range(len(points) - 1):
        if flags[at] != flags[at + 1]:
            crossing = _crossing(points[at], points[at + 1])
            if flags[at + 1]:
                chains.append([crossing])
            else:
                chains[-1].append(crossing)
        if flags[at + 1]:
            chains[-1].append(points[at + 1])
    return [chain for chain in chains if any(lon != _MERIDIAN for lon, _ in chain)]


def _from(items: Sequence[T], start: int) -> list[T]:
    """A closed ring that begins at another of its points."""
    return [*items[start:-1], *items[: start + 1]]


def _crossing(one: Point, other: Point) -> Point:
    share = (_MERIDIAN - one[0]) / (other[0] - one[0])
    return _MERIDIAN, one[1] + share * (other[1] - one[1])


def _joined(chains: list[list[Point]], side: int) -> list[Ring] | None:
    """Rings: each chain goes on with the one that begins next along the meridian. None where there is none."""
    left = list(chains)
    rings: list[Ring] = []
    while left:
        first = points = left.pop(0)
        while True:
            nearest = _next(points[-1][1], [first, *left], side)
            if nearest is None:
                return None
            if nearest is first:
                break
            left.remove(nearest)
            points = points + nearest
        rings.append(_closed(points))
    return rings


def _next(lat: float, chains: list[list[Point]], side: int) -> list[Point] | None:
    """The chain that begins nearest to ``lat`` in the direction of the border."""
    ahead = [chain for chain in chains if side * (chain[0][1] - lat) >= 0]
    return min(ahead, key=lambda chain: abs(chain[0][1] - lat), default=None)


def _closed(points: list[Point]) -> Ring:
    """The ring without points that repeat the one before."""
    kept = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    return tuple(kept if kept[0] == kept[-1] else [*kept, kept[0]])


def _with_holes(outer: list[Ring], holes: list[Ring]) -> list[Polygon]:
    """Each hole in the ring around it."""
    found: list[list[Ring]] = [[ring] for ring in outer if len(ring) >= 4]
    for hole in holes:
        around = next((polygon for polygon in found if contains(polygon[0], hole[0])), None)
        if around is not None:
            around.append(hole)
    return [tuple(polygon) for polygon in found]


def contains(ring: Ring, point: Point) -> bool:
    """Whether a point lies inside a ring: a ray from it crosses the ring an odd number of times."""
    lon, lat = point
    crossings = 0
    for (lon1, lat1), (lon2, lat2) in pairwise(ring):
        if (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1):
            crossings += 1
    return crossings % 2 == 1
