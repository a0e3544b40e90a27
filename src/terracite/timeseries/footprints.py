# SPDX-License-Identifier: AGPL-3.0-or-later
"""Footprint layers: where each image and each series has data, and the cell of each tile; in WGS 84."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import pyogrio
import shapely

from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import SeriesSummary, inventory
from terracite.timeseries.outlines import below_root, check_has_images, series_outline, tile_outlines, whole
from terracite.timeseries.tiles import is_land

GEOPACKAGE = "footprints.gpkg"
GEOPARQUET = "footprints.parquet"
_VERSION = "1.3"  #: of GeoPackage: the newest that GDAL of Debian 12 reads without a warning


def write_footprints(scan: Scan, folder: Path) -> tuple[Path, Path]:
    """``footprints.gpkg`` (layers "series", "images" and "tiles") and ``footprints.parquet`` (images) in ``folder``.

    Geometry is the outline of the data themselves, longitude latitude; in the layer "tiles" it is the cell of the
    Sentinel-2 grid, or the grid of the images for a tile with a name of its own. Times are ISO 8601, UTC.
    Each file appears under its name only when whole. Returns both paths.
    """
    check_has_images(scan)
    folder.mkdir(parents=True, exist_ok=True)
    images, summaries = _images(scan), _series(scan)
    geopackage, geoparquet = folder / GEOPACKAGE, folder / GEOPARQUET
    with whole(geopackage) as part, _dated(scan):
        for name, layer in (("series", summaries), ("images", images), ("tiles", _tiles(scan))):
            layer.to_file(part, layer=name, engine="pyogrio", driver="GPKG", promote_to_multi=True, VERSION=_VERSION)
    with whole(geoparquet) as part:
        images.to_parquet(part, index=False, schema_version="1.1.0", write_covering_bbox=True)
    return geopackage, geoparquet


def _images(scan: Scan) -> geopandas.GeoDataFrame:
    rows, outlines = [], []
    for one in scan.series:
        for image in one.images:
            facts = scan.facts[image.path]
            outlines.append(facts.footprint)
            rows.append(
                {
                    "product_id": image.product_id,
                    "tile": image.tile,
                    "index": image.index,
                    "sensed_at": image.sensed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "platform": image.platform,
                    "orbit": image.orbit,
                    "baseline": image.baseline,
                    "mask": image.mask,
                    "data_percent": round(100 * facts.data_share, 2),
                    "clear_percent": None if facts.clear_share is None else round(100 * facts.clear_share, 2),
                    "file": below_root(image.path, scan),
                    "bytes": image.bytes,
                }
            )
    return geopandas.GeoDataFrame(rows, geometry=shapely.from_wkt(outlines), crs="EPSG:4326")


def _series(scan: Scan) -> geopandas.GeoDataFrame:
    rows = [_row(summary) for summary in inventory(scan)]
    return geopandas.GeoDataFrame(rows, geometry=[series_outline(one, scan) for one in scan.series], crs="EPSG:4326")


def _tiles(scan: Scan) -> geopandas.GeoDataFrame:
    """Per tile its cell, and the number of dates of each index."""
    dates: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in scan.series:
        dates[one.tile][one.index] = len(one.images)
    outlines = tile_outlines(scan)
    rows = [
        {"tile": tile, "land": is_land(tile), "indices": " ".join(sorted(counts)), "images": sum(counts.values())}
        for tile, counts in sorted(dates.items())
    ]
    return geopandas.GeoDataFrame(rows, geometry=[outlines[tile] for tile in sorted(dates)], crs="EPSG:4326")


def _row(summary: SeriesSummary) -> dict[str, object]:
    return {
        "tile": summary.tile,
        "index": summary.index,
        "dates": summary.dates,
        "first": summary.first.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last": summary.last.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "longest_gap_days": summary.longest_gap_days,
        "clear_percent": summary.clear_percent,
        "orbits": " ".join(summary.orbits),
        "baselines": " ".join(summary.baselines),
        "bytes": summary.bytes,
    }


@contextmanager
def _dated(scan: Scan) -> Iterator[None]:
    """The date inside a GeoPackage is that of the last image, so that the same archive gives the same file."""
    last = max(one.end for one in scan.series)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": last.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
