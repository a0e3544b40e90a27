# SPDX-License-Identifier: AGPL-3.0-or-later
"""GeoJSON (RFC 7946): the places of a record for maps and GIS, and the places of anybody's GeoJSON."""

from __future__ import annotations

from terracite.record.geojson.carried import CARRIES_GEOJSON
from terracite.record.geojson.reading import read_geojson
from terracite.record.geojson.writing import to_geojson, write_geojson

__all__ = ["CARRIES_GEOJSON", "read_geojson", "to_geojson", "write_geojson"]
