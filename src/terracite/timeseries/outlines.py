# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the geographic outputs of an archive share: outlines, paths below the root, files that appear when whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from terracite.errors import ArchiveError
from terracite.raster.footprint import box_footprint
from terracite.raster.series import Series
from terracite.timeseries.archive import Scan
from terracite.timeseries.tiles import tile_outline


def check_has_images(scan: Scan) -> None:
    """Raise `ArchiveError` when there is nothing to outline."""
    if not scan.series:
        raise ArchiveError("There is no readable image to outline.", hint="See the problems of the inventory.")


def series_outline(one: Series, scan: Scan) -> BaseGeometry:
    """Where at least one image of the series has data, longitude latitude."""
    outlines = {scan.facts[image.path].footprint for image in one.images}
    # on a grid of a tenth of a metre, for edges that differ by less would leave slivers
    return shapely.union_all(shapely.from_wkt(sorted(outlines)), grid_size=1e-6)


def tile_outlines(scan: Scan) -> dict[str, Polygon | MultiPolygon]:
    """The cell of each tile, longitude latitude; of a tile with a name of its own, the grid of its first image."""
    found: dict[str, Polygon | MultiPolygon] = {}
    for one in scan.series:
        if one.tile not in found:
            found[one.tile] = tile_outline(one.tile) or box_footprint(scan.facts[one.images[0].path].grid)
    return found


def below_root(path: Path, scan: Scan) -> str:
    """The path of a file below the archive, with slashes; its bare name when it lies elsewhere."""
    return relative(path, scan.root)


def relative(path: Path, root: Path) -> str:
    """The path below ``root``, with slashes; the bare name for a file elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name that becomes ``path`` when everything went well."""
    part = path.with_name(f".partial-{path.name}")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
