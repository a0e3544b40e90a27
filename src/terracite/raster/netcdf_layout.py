# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a series looks like inside: dimensions, coordinates, grid mapping, attributes (CF-1.11).

`variables` says it as data, whatever the format of the file; `define` puts it into a NetCDF file.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import netCDF4
import numpy as np
import pyproj
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import packing
from terracite.raster.grid import Grid
from terracite.raster.packing import Packing
from terracite.raster.products import named
from terracite.raster.series import SeriesImage

FILL = packing.FILL
MASK = "cloud_mask"
MASK_FILL = 255
LOST, ERROR = "lost_cells", "rounding_error"  #: of series whose numbers are not those of the images
EPOCH = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
TIME_UNITS = "seconds since 2015-01-01 00:00:00"
CHUNK = 366  #: cells: 10980 = 30 x 366, 5490 = 15 x 366. One date per chunk: a new date touches no old chunk
PER_DATE = (
    *("product_id", "platform", "orbit", "processing_baseline"),
    *("cloud_cover", "missing_cells", "masked_cells", "source_digest"),
    *(LOST, ERROR),
)
KNOWN_LATER = (
    "cloud_cover",
    "missing_cells",
    "masked_cells",
    "source_digest",
    LOST,
    ERROR,
)  #: once the images were read
DIGEST_LENGTH = 64
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
    units: str = "1"  #: of physical values


def quantity(index: str) -> Quantity:
    """The plainest description of an index: NDVI has a CF standard name, others have none."""
    standard = "normalized_difference_vegetation_index" if index == "NDVI" else ""
    return Quantity(index.lower(), f"{index} index", standard)


def chunk_length(cells: int) -> int:
    """The length of a chunk: the axis cut in equal parts of at most 366 cells (10980 -> 366, 384 -> 192)."""
    return math.ceil(cells / math.ceil(cells / CHUNK))


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a series, before any format."""

    name: str
    dimensions: tuple[str, ...]
    kind: str  #: of its numbers as numpy writes it, "i2"; texts are "S64"
    attributes: Mapping[str, Any]
    values: NDArray[Any] | None = None  #: None: pixels, or what is known only once the images were read
    fill: int | float | None = None  #: stands for "no value"

    @property
    def is_gridded(self) -> bool:
        """Whether it holds a value for each cell and date."""
        return len(self.dimensions) == 3


def variables(images: Sequence[SeriesImage], grid: Grid, what: Quantity) -> tuple[Variable, ...]:
    """Everything that a series holds, coordinates first; the index and its mask are the two of three dimensions.

    Raises `RasterError` for a rotated grid.
    """
    has_mask = any(image.mask_path or image.masked_path for image in images)
    axes = _axes(grid)
    dates = _per_date(images, grid, has_mask=has_mask)
    names = {variable.name for variable in dates}
    dimensions = ("time", *(axis.name for axis in axes))
    coordinates = " ".join(name for name in PER_DATE if name in names)
    pixels = [_index(images[0], what, dimensions, coordinates, has_mask=has_mask)]
    if has_mask:
        pixels.append(_mask(images, dimensions, coordinates))
    return (*axes, _time(images), _grid_mapping(grid), *dates, *pixels)


def define(
    file: Any,
    images: Sequence[SeriesImage],
    grid: Grid,
    what: Quantity,
    attributes: Mapping[str, str | float],
    compression: str,
) -> None:
    """Everything of the NetCDF ``file`` but the pixels and what `KNOWN_LATER` names."""
    file.setncatts({"Conventions": "CF-1.11, ACDD-1.3"} | dict(attributes))
    described = variables(images, grid, what)
    sizes = {variable.name: variable.values for variable in described if variable.dimensions == (variable.name,)}
    for name, values in sizes.items():
        file.createDimension(name, len(values) if values is not None else 0)
    for variable in described:
        if variable.kind.startswith("S"):
            _define_text(file, variable)
        else:
            _define_numbers(file, variable, compression)


def _define_numbers(file: Any, variable: Variable, compression: str) -> None:
    packed: dict[str, Any] = {}
    if variable.is_gridded:
        packed = {
            "compression": compression,
            "complevel": _ZSTD_LEVEL if compression == "zstd" else _ZLIB_LEVEL,
            "shuffle": True,
            "chunksizes": (1, *(chunk_length(len(file.dimensions[axis])) for axis in variable.dimensions[1:])),
        }
    fill = False if variable.fill is None else variable.fill
    made = file.createVariable(variable.name, variable.kind, variable.dimensions, fill_value=fill, **packed)
    made.set_auto_maskandscale(False)
    made.setncatts(dict(variable.attributes))
    if variable.values is not None:
        made[...] = variable.values


def _define_text(file: Any, variable: Variable) -> None:
    """Text as fixed-width characters, which every netCDF tool reads."""
    width = int(variable.kind[1:])
    file.createDimension(f"{variable.name}_length", width)
    made = file.createVariable(variable.name, "S1", (*variable.dimensions, f"{variable.name}_length"))
    made.setncatts(dict(variable.attributes))
    if variable.values is not None:
        made[:] = netCDF4.stringtochar(variable.values)


def _axes(grid: Grid) -> tuple[Variable, Variable]:
    """The two spatial coordinates, y first."""
    if grid.transform[1] or grid.transform[3]:
        raise RasterError("A rotated grid cannot be written.", hint="Resample the images to a north-up grid.")
    crs = pyproj.CRS.from_user_input(grid.crs)
    if crs.is_geographic:
        return (
            _axis("lat", "Y", "latitude", "degrees_north", grid.ys()),
            _axis("lon", "X", "longitude", "degrees_east", grid.xs()),
        )
    unit = _length_unit(crs)
    return (
        _axis("y", "Y", "projection_y_coordinate", unit, grid.ys()),
        _axis("x", "X", "projection_x_coordinate", unit, grid.xs()),
    )


def _axis(name: str, axis: str, standard_name: str, unit: str, values: NDArray[np.float64]) -> Variable:
    facts = {
        "standard_name": standard_name,
        "long_name": f"{axis.lower()} coordinate of the cell centre",
        "units": unit,
        "axis": axis,
        "coverage_content_type": "coordinate",
    }
    return Variable(name, (name,), "f8", facts, values)


def _length_unit(crs: pyproj.CRS) -> str:
    unit = crs.axis_info[0].unit_name if crs.axis_info else "metre"
    return {"metre": "m", "meter": "m"}.get(unit, unit)


def _time(images: Sequence[SeriesImage]) -> Variable:
    facts = {
        "standard_name": "time",
        "long_name": "start of sensing (UTC)",
        "units": TIME_UNITS,
        "calendar": "standard",
        "units_metadata": "leap_seconds: none",  # every day has 86,400 s, as in the names of products
        "axis": "T",
        "coverage_content_type": "coordinate",
    }
    seconds = [(image.sensed_at - EPOCH).total_seconds() for image in images]
    return Variable("time", ("time",), "f8", facts, np.array(seconds))


def _grid_mapping(grid: Grid) -> Variable:
    """CF's grid mapping, and the names by which GDAL, QGIS and THREDDS place a grid."""
    crs = pyproj.CRS.from_user_input(grid.crs)
    a, b, c, d, e, f = grid.transform
    facts = {name: value for name, value in crs.to_cf().items() if value is not None} | {
        "long_name": f"reference system of the grid: {grid.crs_label()}",
        "spatial_ref": crs.to_wkt(pyproj.enums.WktVersion.WKT1_GDAL),
        "GeoTransform": " ".join(repr(value) for value in (c, a, b, f, d, e)),
        "coverage_content_type": "referenceInformation",
    }
    return Variable("crs", (), "i4", facts, np.array(0, np.int32))


def _per_date(images: Sequence[SeriesImage], grid: Grid, *, has_mask: bool) -> list[Variable]:
    """Auxiliary coordinates along time: those that at least one image has a value for."""
    kind = named(images[0].product)
    texts = (
        _text("product_id", "identifier of the product", [image.product_id for image in images]),
        _text("platform", "satellite", [kind.platform_name(image.platform) for image in images], "platform_name"),
        _text("processing_baseline", "processing baseline of the product", [image.baseline for image in images]),
    )
    found = [text for text in texts if text is not None]
    orbits = [int(image.orbit) if image.orbit.isdigit() else -1 for image in images]
    if any(orbit >= 0 for orbit in orbits):
        found.append(_number("orbit", "i2", "relative orbit number", "1", np.array(orbits, np.int16)))
    count = "i4" if grid.width * grid.height < 2**31 else "f8"
    found.append(_number("missing_cells", count, "cells without data, or outside the valid range", "1"))
    if has_mask:
        share = _number("cloud_cover", "f4", "share of masked cells among the cells seen on that date", "percent")
        share = replace(share, attributes={**share.attributes, "valid_range": np.array([0, 100], np.float32)})
        found += [share, _number("masked_cells", count, "cells with data that the cloud mask rejects", "1")]
    found += _losses(images[0].packing, count)
    label = "SHA-256 of the files that this date was made from, and of how they were read"
    return [*found, Variable("source_digest", ("time",), f"S{DIGEST_LENGTH}", _auxiliary(label))]


def _losses(how: Packing | None, count: str) -> Iterator[Variable]:
    """What a date lost on its way from the image into the file; nothing where numbers are those of the images."""
    if how is not None:
        yield _number(LOST, count, "cells whose value the numbers of this file cannot hold: missing here", "1")
    if how is not None and how.is_rounded:
        label = "largest difference between a value and that of the image, in the unit of the values"
        yield _number(ERROR, "f4", label, "1")


def _text(name: str, label: str, values: Sequence[str], standard_name: str = "") -> Variable | None:
    if not any(values):
        return None
    width = max(len(value.encode()) for value in values)
    encoded = np.array([value.encode() for value in values], dtype=f"S{width}")
    facts = ({"standard_name": standard_name} if standard_name else {}) | _auxiliary(label)
    return Variable(name, ("time",), f"S{width}", facts, encoded)


def _number(name: str, kind: str, label: str, unit: str, values: NDArray[Any] | None = None) -> Variable:
    return Variable(name, ("time",), kind, _auxiliary(label) | {"units": unit}, values, fill=-1)


def _auxiliary(label: str) -> dict[str, Any]:
    return {"long_name": label, "coverage_content_type": "auxiliaryInformation"}


def _index(
    image: SeriesImage, what: Quantity, dimensions: tuple[str, ...], coordinates: str, *, has_mask: bool
) -> Variable:
    how = image.packing or Packing(image.scale, image.offset, _within_int16(image.valid))
    facts: dict[str, Any] = {
        "standard_name": what.standard_name,
        "long_name": what.long_name,
        "units": what.units,
        **({} if how.is_float else {"scale_factor": how.scale, "add_offset": how.offset}),
        "valid_range": np.array(how.valid, how.kind),
        "cell_methods": f"time: {'mean' if image.ended_at else 'point'} area: mean",
        "coverage_content_type": "physicalMeasurement",
        "grid_mapping": "crs",
        "coordinates": coordinates,
        "ancillary_variables": MASK if has_mask else "",
        "references": what.references,
        "comment": ". ".join(filter(None, (what.comment, image.packing.comment if image.packing else ""))),
    }
    told = {name: value for name, value in facts.items() if not isinstance(value, str) or value}
    return Variable(what.name, dimensions, how.kind, told, fill=FILL)


def _within_int16(valid: tuple[int, int]) -> tuple[int, int]:
    return max(valid[0], FILL + 1), min(valid[1], -FILL - 1)


def _mask(images: Sequence[SeriesImage], dimensions: tuple[str, ...], coordinates: str) -> Variable:
    kinds = sorted({image.mask for image in images if image.mask})
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
    return Variable(MASK, dimensions, "u1", facts, fill=MASK_FILL)
