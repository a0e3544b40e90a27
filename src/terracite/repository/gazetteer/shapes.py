# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places out of a GeoJSON file that somebody uploads: bounded in size and in points, told what was changed."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.record.model import Extent
from terracite.record.reading import Remark

MAX_SHAPE_BYTES = 5_000_000
MOST_POINTS = 10_000  #: of one outline kept; a finer one gives its box
MOST_PLACES = 20


def extent_of_shape(document: bytes) -> tuple[list[Extent], Sequence[Remark]]:
    """The places of a GeoJSON, each with its box and, where it is one polygon, its outline; and what to check.

    Axes that were swapped and the 180° line are seen to, with a remark. Raises `RecordError` for another file, for one
    without a place, and for one that is too large.
    """
    if len(document) > MAX_SHAPE_BYTES:
        raise RecordError(
            f"The file holds {len(document):,} bytes; the most that is read is {MAX_SHAPE_BYTES:,}.",
            hint="Simplify the outline first (in QGIS: Vector > Geometry tools > Simplify).",
        )
    reading = FORMATS["geojson"].read(document)
    found = list(reading.record.extents)
    if not found:
        raise RecordError(
            "This GeoJSON holds no place in degrees.",
            hint="Export it again with longitude and latitude (EPSG:4326).",
        )
    if len(found) > MOST_PLACES:
        raise RecordError(
            f"This GeoJSON holds {len(found)} places; the most that is taken is {MOST_PLACES}.",
            hint="Merge them into one shape, or give the box around them.",
        )
    return [_light(extent) for extent in found], reading.remarks


def _light(extent: Extent) -> Extent:
    points = sum(len(ring) for ring in extent.polygon)
    return extent if points <= MOST_POINTS else extent.model_copy(update={"polygon": ()})
