# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a series file looks like inside: dimensions, coordinates, grid mapping, attributes (CF-1.11)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import netCDF4
import numpy as np
import pyproj

from terracite.errors import RasterError
from terracite.raster.grid import Grid
from terracite.raster.products import named
from terracite.raster.series import SeriesImage

FILL = -32768
MASK = "cloud_mask"
MASK_FILL = 255
EPOCH = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
TIME_UNITS = "seconds since 2015-01-01 00:00:00"
CHUNK = 549  #: cells: 10980 = 20 x 549. One date per chunk, so that a new date touches no old chunk
PER_DATE = "product_id platform orbit processing_baseline cloud_cover"
_ZSTD_LEVEL = 3
_ZLIB_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """How the index is called in the file."""

    name: str  #: of the variable, lower case
    long_name: str
    standard_name: str = ""  #: only where the CF table has one
    references: str = ""
    comment: str = ""


def quantity(index: str) -> Quantity:
    """The plainest description of an index: NDVI has a CF standard name, others have none."""
    standard = "normalized_difference_vegetation_index" if index == "NDVI" else ""
    return Quantity(index.lower(), f"{index} index", standard)


def chunk_length(cells: int) -> int:
    """The length of a chunk: the axis cut in equal parts of at most 549 cells (10980 -> 549, 384 -> 384)."""
    return math.ceil(cells / math.ceil(cells / CHUNK))


def define(
    file: Any,
    images: Sequence[SeriesImage],
    grid: Grid,
    what: Quantity,
    attributes: Mapping[str, str | float],
    compression: str,
) -> None:
    """Everything of the file but the pixels and the cloud cover."""
    file.setncatts({"Conventions": "CF-1.11, ACDD-1.3"} | dict(attributes))
    axes = _axes(file, grid)
    file.createDimension("time", len(images))
    _time(file, images)
    _grid_mapping(file, grid)
    coordinates = _per_date(file, images)
    has_mask = any(image.mask_path or image.masked_path for image in images)
    _index(file, images[0], what, axes, coordinates, compression, has_mask=has_mask)
    if has_mask:
        _mask(file, images, axes, coordinates, compression)


def write_cloud_cover(file: Any, percents: Sequence[float]) -> None:
    """The share of cloud of each date, known once its mask was read."""
    if "cloud_cover" in file.variables:
        values = np.asarray(percents, np.float32)
        file["cloud_cover"][:] = np.ma.masked_invalid(values)


def _axes(file: Any, grid: Grid) -> tuple[str, str]:
    """The two spatial coordinates; returns the names of their dimensions, y first."""
    if grid.transform[1] or grid.transform[3]:
        raise RasterError("A rotated grid cannot be written.", hint="Resample the images to a north-up grid.")
    crs = pyproj.CRS.from_user_input(grid.crs)
    names = ("lat", "lon") if crs.is_geographic else ("y", "x")
    units = _length_unit(crs)
    for name, axis, values, standard, unit in (
        (
            names[0],
            "Y",
            grid.ys(),
            "latitude" if crs.is_geographic else "projection_y_coordinate",
            "degrees_north",
        ),
        (
            names[1],
            "X",
            grid.xs(),
            "longitude" if crs.is_geographic else "projection_x_coordinate",
            "degrees_east",
        ),
    ):
        file.createDimension(name, len(values))
        variable = file.createVariable(name, "f8", (name,))
        variable.setncatts(
            {
                "standard_name": standard,
                "long_name": f"{axis.lower()} coordinate of the cell centre",
                "units": unit if crs.is_geographic else units,
                "axis": axis,
                "coverage_content_type": "coordinate",
            }
        )
        variable[:] = values
    return names


def _length_unit(crs: pyproj.CRS) -> str:
    unit = crs.axis_info[0].unit_name if crs.axis_info else "metre"
    return {"metre": "m", "meter": "m"}.get(unit, unit)


def _time(file: Any, images: Sequence[SeriesImage]) -> None:
    variable = file.createVariable("time", "f8", ("time",), fill_value=False)
    variable.setncatts(
        {
            "standard_name": "time",
            "long_name": "start of sensing (UTC)",
            "units": TIME_UNITS,
            "calendar": "standard",
            "units_metadata": "leap_seconds: none",  # every day has 86,400 s, as in the names of products
            "axis": "T",
            "coverage_content_type": "coordinate",
        }
    )
    variable[:] = [(image.sensed_at - EPOCH).total_seconds() for image in images]


def _grid_mapping(file: Any, grid: Grid) -> None:
    """CF's grid mapping, and the names by which GDAL, QGIS and THREDDS place a grid."""
    crs = pyproj.CRS.from_user_input(grid.crs)
    a, b, c, d, e, f = grid.transform
    variable = file.createVariable("crs", "i4")
    variable.setncatts({name: value for name, value in crs.to_cf().items() if value is not None})
    variable.setncatts(
        {
            "long_name": f"reference system of the grid: {grid.crs_label()}",
            "spatial_ref": crs.to_wkt(pyproj.enums.WktVersion.WKT1_GDAL),
            "GeoTransform": " ".join(repr(value) for value in (c, a, b, f, d, e)),
            "coverage_content_type": "referenceInformation",
        }
    )
    variable[...] = 0


def _per_date(file: Any, images: Sequence[SeriesImage]) -> str:
    """Auxiliary coordinates along time: those that at least one image has a value for. Returns their names."""
    kind = named(images[0].product)
    texts = {
        "product_id": ("identifier of the product", "", [image.product_id for image in images]),
        "platform": ("satellite", "platform_name", [kind.platform_name(image.platform) for image in images]),
        "processing_baseline": (
            "processing baseline of the product",
            "",
            [image.baseline for image in images],
        ),
    }
    written = [name for name, (label, standard, values) in texts.items() if _text(file, name, label, standard, values)]
    orbits = [int(image.orbit) if image.orbit.isdigit() else -1 for image in images]
    if any(orbit >= 0 for orbit in orbits):
        variable = file.createVariable("orbit", "i2", ("time",), fill_value=-1)
        _describe(variable, "relative orbit number", "1")
        variable[:] = orbits
        written.append("orbit")
    if any(image.mask_path or image.masked_path for image in images):
        variable = file.createVariable("cloud_cover", "f4", ("time",), fill_value=-1)
        _describe(variable, "share of masked cells among the cells seen on that date", "percent")
        variable.valid_range = np.array([0, 100], np.float32)
        written.append("cloud_cover")
    return " ".join(name for name in PER_DATE.split() if name in written)


def _text(file: Any, name: str, label: str, standard_name: str, values: Sequence[str]) -> bool:
    """Text as fixed-width characters, which every netCDF tool reads."""
    if not any(values):
        return False
    width = max(len(value.encode()) for value in values)
    file.createDimension(f"{name}_length", width)
    variable = file.createVariable(name, "S1", ("time", f"{name}_length"))
    if standard_name:
        variable.standard_name = standard_name
    variable.setncatts({"long_name": label, "coverage_content_type": "auxiliaryInformation"})
    encoded = np.array([value.encode() for value in values], dtype=f"S{width}")
    variable[:] = netCDF4.stringtochar(encoded)
    return True


def _describe(variable: Any, label: str, unit: str) -> None:
    variable.setncatts({"long_name": label, "units": unit, "coverage_content_type": "auxiliaryInformation"})


def _index(
    file: Any,
    image: SeriesImage,
    what: Quantity,
    axes: tuple[str, str],
    coordinates: str,
    compression: str,
    *,
    has_mask: bool,
) -> None:
    variable = _grid_variable(file, what.name, "i2", axes, FILL, compression)
    facts: dict[str, Any] = {
        "standard_name": what.standard_name,
        "long_name": what.long_name,
        "units": "1",
        "scale_factor": image.scale,
        "add_offset": image.offset,
        "valid_range": np.array(_within_int16(image.valid), np.int16),
        "cell_methods": f"time: {'mean' if image.ended_at else 'point'} area: mean",
        "coverage_content_type": "physicalMeasurement",
        "grid_mapping": "crs",
        "coordinates": coordinates,
        "ancillary_variables": MASK if has_mask else "",
        "references": what.references,
        "comment": what.comment,
    }
    variable.setncatts({name: value for name, value in facts.items() if not isinstance(value, str) or value})


def _within_int16(valid: tuple[int, int]) -> tuple[int, int]:
    return max(valid[0], FILL + 1), min(valid[1], -FILL - 1)


def _mask(file: Any, images: Sequence[SeriesImage], axes: tuple[str, str], coordinates: str, compression: str) -> None:
    kinds = sorted({image.mask for image in images if image.mask})
    variable = _grid_variable(file, MASK, "u1", axes, MASK_FILL, compression)
    facts = {
        "standard_name": "quality_flag",
        "long_name": f"cloud mask {', '.join(kinds)}".strip(),
        "flag_values": np.array([0, 1], np.uint8),
        "flag_meanings": "clear masked",
        "valid_range": np.array([0, 1], np.uint8),
        "cell_methods": "time: point area: maximum",
        "coverage_content_type": "qualityInformation",
        "grid_mapping": "crs",
        "coordinates": coordinates,
        "comment": "1 = cloud or another cell that the mask rejects; missing where a date has no mask.",
    }
    variable.setncatts(facts)


def _grid_variable(file: Any, name: str, kind: str, axes: tuple[str, str], fill: int, compression: str) -> Any:
    chunks = (1, *(chunk_length(len(file.dimensions[axis])) for axis in axes))
    level = _ZSTD_LEVEL if compression == "zstd" else _ZLIB_LEVEL
    variable = file.createVariable(
        name,
        kind,
        ("time", *axes),
        fill_value=fill,
        compression=compression,
        complevel=level,
        shuffle=True,
        chunksizes=chunks,
    )
    variable.set_auto_maskandscale(False)
    return variable
