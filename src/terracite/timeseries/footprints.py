# SPDX-License-Identifier: AGPL-3.0-or-later
"""Footprint layers: where each image and each series has data, as GeoPackage and GeoParquet, in WGS 84."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import pyogrio
import shapely

from terracite.errors import ArchiveError
from terracite.raster.series import Series
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import SeriesSummary, inventory

GEOPACKAGE = "footprints.gpkg"
GEOPARQUET = "footprints.parquet"


def write_footprints(scan: Scan, folder: Path) -> tuple[Path, Path]:
    """``footprints.gpkg`` (layers "series" and "images") and ``footprints.parquet`` (images) in ``folder``.

    Geometry is the outline of the data themselves, not of the tile; longitude latitude. Times are ISO 8601, UTC.
    Each file appears under its name only when whole. Returns both paths.
    """
    if not scan.series:
        raise ArchiveError("There is no readable image to outline.", hint="See the problems of the inventory.")
    folder.mkdir(parents=True, exist_ok=True)
    images, summaries = _images(scan), _series(scan)
    geopackage, geoparquet = folder / GEOPACKAGE, folder / GEOPARQUET
    with _whole(geopackage) as part, _dated(scan):
        summaries.to_file(part, layer="series", engine="pyogrio", driver="GPKG")
        images.to_file(part, layer="images", engine="pyogrio", driver="GPKG")
    with _whole(geoparquet) as part:
        images.to_parquet(part, index=False)
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
                    "file": _relative(image.path, scan.root),
                    "bytes": image.bytes,
                }
            )
    return geopandas.GeoDataFrame(rows, geometry=shapely.from_wkt(outlines), crs="EPSG:4326")


def _series(scan: Scan) -> geopandas.GeoDataFrame:
    rows = [_row(summary) for summary in inventory(scan)]
    return geopandas.GeoDataFrame(rows, geometry=[series_outline(one, scan) for one in scan.series], crs="EPSG:4326")


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


def series_outline(one: Series, scan: Scan) -> shapely.Geometry:
    """Where at least one image of the series has data, longitude latitude."""
    outlines = {scan.facts[image.path].footprint for image in one.images}
    return shapely.union_all(shapely.from_wkt(sorted(outlines)))


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A temporary name that becomes ``path`` when everything went well."""
    part = path.with_name(f".partial-{path.name}")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _dated(scan: Scan) -> Iterator[None]:
    """The date inside a GeoPackage is that of the last image, so that the same archive gives the same file."""
    last = max(one.end for one in scan.series)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": last.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
