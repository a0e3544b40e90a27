# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where, in ACDD: ``geospatial_*``; latitudes before longitudes in the bounds, as EPSG:4326 orders its axes."""

from __future__ import annotations

from terracite.record.model import Box, Extent, Record, Resolution

Attributes = dict[str, str | float]
Ring = tuple[tuple[float, float], ...]


def where(record: Record) -> Attributes:
    """Bounds, extremes, heights and cell size of all extents together."""
    extents = record.extents
    if not extents:
        return dict(_resolution(record.resolutions))
    boxes = [part for extent in extents for part in extent.box.parts()]
    return {
        "geospatial_bounds": _bounds(extents),
        "geospatial_bounds_crs": "EPSG:4326",
        "geospatial_lat_min": min(box.south for box in boxes),
        "geospatial_lat_max": max(box.north for box in boxes),
        "geospatial_lat_units": "degrees_north",
        **_longitudes(extents, boxes),
        "geospatial_lon_units": "degrees_east",
        **_resolution(record.resolutions),
        **_heights(extents),
    }


def _longitudes(extents: tuple[Extent, ...], boxes: list[Box]) -> Attributes:
    """Of one extent, its own west and east, even when west > east; of several, the widest box."""
    if len(extents) == 1:
        box = extents[0].box
        return {"geospatial_lon_min": box.west, "geospatial_lon_max": box.east}
    west, east = min(box.west for box in boxes), max(box.east for box in boxes)
    return {"geospatial_lon_min": west, "geospatial_lon_max": east}


def _bounds(extents: tuple[Extent, ...]) -> str:
    """The polygon of the only extent that has one, else the boxes."""
    if len(extents) == 1 and extents[0].polygon and all(len(ring) >= 3 for ring in extents[0].polygon):
        return f"POLYGON ({', '.join(_ring(ring) for ring in extents[0].polygon)})"
    rings = [_ring(_corners(part)) for extent in extents for part in extent.box.parts()]
    if len(rings) == 1:
        return f"POLYGON ({rings[0]})"
    return f"MULTIPOLYGON ({', '.join(f'({ring})' for ring in rings)})"


def _corners(box: Box) -> Ring:
    west, south, east, north = box.west, box.south, box.east, box.north
    return ((west, south), (west, north), (east, north), (east, south))


def _ring(points: Ring) -> str:
    """ "lat lon", closed."""
    closed = points if len(points) > 3 and points[0] == points[-1] else (*points, points[0])
    return f"({', '.join(f'{lat} {lon}' for lon, lat in closed)})"


def _heights(extents: tuple[Extent, ...]) -> Attributes:
    """The extremes, each where all extents know theirs."""
    lowest = [extent.lowest_m for extent in extents if extent.lowest_m is not None]
    highest = [extent.highest_m for extent in extents if extent.highest_m is not None]
    found: Attributes = {}
    if len(lowest) == len(extents):
        found["geospatial_vertical_min"] = min(lowest)
    if len(highest) == len(extents):
        found["geospatial_vertical_max"] = max(highest)
    return found | ({"geospatial_vertical_positive": "up", "geospatial_vertical_units": "m"} if found else {})


def _resolution(resolutions: tuple[Resolution, ...]) -> Attributes:
    distance = next((item.distance_m for item in resolutions if item.distance_m), None)
    if distance is None:
        return {}
    text = f"{distance:.15g} meters"
    return {"geospatial_lat_resolution": text, "geospatial_lon_resolution": text}
