# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from GRIB, through GDAL: one band is one message. Runs in the child process of `inspect`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from terracite.errors import RasterError
from terracite.raster.grid import Grid
from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.netcdf import even_step

_MOST_MESSAGES = 100_000
_UNIT = re.compile(r"\s*\[([^\]]*)\]\s*$")


def facts(path: Path, kind: Kind) -> Facts:
    """What the messages of a GRIB file hold."""
    with rasterio.Env(GRIB_NORMALIZE_UNITS="NO"), rasterio.open(path, driver="GRIB") as image:
        tags = [image.tags(band) for band in range(1, min(image.count, _MOST_MESSAGES) + 1)]
        image.read(image.count, out_shape=(1, 1))  # which finds a file cut short
        grid = Grid.of_dataset(image)
        edition = 2 if "GRIB_DISCIPLINE" in image.tags(1) else 1
        times = np.unique([float(found) for tag in tags if (found := _valid(tag))])
        return Facts(
            format=f"{kind.format}{edition}",
            media_type=kind.media_type + ("2" if edition == 2 else ""),
            box=_box(grid),
            crs="EPSG:4326" if grid.is_geographic else grid.crs_label(),
            crs_wkt="" if grid.is_geographic else grid.wkt(),
            resolution_m=float(f"{grid.cell_size_m:.6g}"),
            representation="grid",
            start=_iso(times[0]) if times.size else None,
            end=_iso(times[-1]) if times.size else None,
            time_step=even_step(times, "seconds") if times.size else "",
            variables=_variables(tags),
            rows=image.height,
            columns=image.width,
            bands=image.count,
        )


def _valid(tags: dict[str, str]) -> str:
    found = re.match(r"\s*(\d+)", tags.get("GRIB_VALID_TIME", ""))
    return found[1] if found and int(found[1]) else ""


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def _box(grid: Grid) -> tuple[float, float, float, float] | None:
    try:
        return grid.lonlat_box()
    except RasterError:
        return None


def _variables(tags: list[dict[str, Any]]) -> tuple[VariableFact, ...]:
    found: dict[str, VariableFact] = {}
    for tag in tags:
        name, comment = tag.get("GRIB_ELEMENT", ""), tag.get("GRIB_COMMENT", "")
        unit = _UNIT.search(tag.get("GRIB_UNIT", "") or comment)
        if name and name not in found and len(found) < 200:
            found[name] = VariableFact(name, _UNIT.sub("", comment), unit=unit[1] if unit else "")
    return tuple(found.values())
