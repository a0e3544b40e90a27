# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shares of classes on cells of longitude and latitude, as a CF NetCDF file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.scales.cells import Cells, LonLat
from terracite.record.model import MapClass

Floats = NDArray[np.float64]
FILL = 9.969209968386869e36  #: the library's own for doubles
_CHUNK = 256
_ELLIPSOID = {
    "grid_mapping_name": "latitude_longitude", "long_name": "WGS 84", "semi_major_axis": 6378137.0,
    "inverse_flattening": 298.257223563, "longitude_of_prime_meridian": 0.0, "epsg_code": "EPSG:4326",
}  # fmt: skip
_CELL_AREA = (
    "Where the map lies in a cell: its area measured by the cells of the map, so that area_fraction x cell_area is "
    "the area that the map gives a class. A projection such as UTM makes it differ by up to 0.2 % from that of the "
    "ellipsoid, which cells without map have."
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of the result, in the order of the file."""

    first: int
    fractions: Floats | None  #: (class, y, x), NaN outside the map; None = no row of these meets it
    unmapped: Floats | None  #: (y, x), share of the cell that the map leaves without class
    covered: Floats | None  #: (y, x), share of the cell that the map reaches
    areas: Floats  #: (y, x), m²


def rows_of(first: int, total: Floats, covered: Floats, areas: Floats) -> Rows:
    """Shares from sums; ``total``: (class + 1, y, x), m² by the map; ``covered`` and ``areas``: m² of the ellipsoid."""
    there = covered > 0
    share = np.divide(covered, areas, out=np.zeros_like(covered), where=areas > 0)
    share = np.where(np.abs(share - 1) < 1e-7, 1.0, share)
    measured = np.divide(total.sum(axis=0), share, out=areas.copy(), where=there)
    fractions = np.divide(total, measured, out=np.full_like(total, np.nan), where=there)
    outside = np.where(there, share, 0.0)
    return Rows(first, fractions[:-1], fractions[-1], outside, measured)


def write(
    path: Path, grid: LonLat, classes: Sequence[MapClass], rows: Iterator[Rows], attributes: Mapping[str, Any],
    flags: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the file; ``attributes``: global ones; ``flags``: those of the codes. The same content, the same bytes."""
    import netCDF4

    with netCDF4.Dataset(path, "w") as file:
        file.setncatts(dict(attributes))
        _axes(file, grid)
        _classes(file, classes, flags)
        shape = grid.lat.size, grid.lon.size
        layers = _layers(file, shape)
        for one in rows:
            band = slice(one.first, one.first + one.areas.shape[0])
            layers["cell_area"][band] = one.areas
            if one.fractions is not None:
                layers["area_fraction"][:, band] = _filled(one.fractions)
                layers["unmapped_fraction"][band] = _filled(one.unmapped)
                layers["covered_fraction"][band] = one.covered


def _filled(values: Floats | None) -> Floats:
    assert values is not None
    return np.where(np.isnan(values), FILL, values)


def _axes(file: Any, grid: LonLat) -> None:
    for name, standard, units, axis, values, bounds in (
        ("lat", "latitude", "degrees_north", "Y", grid.lat, grid.lat_bounds),
        ("lon", "longitude", "degrees_east", "X", grid.lon, grid.lon_bounds),
    ):
        file.createDimension(name, values.size)
        variable = file.createVariable(name, "f8", (name,))
        variable.setncatts(
            {"standard_name": standard, "long_name": standard, "units": units, "axis": axis, "bounds": f"{name}_bnds"}
        )
        variable[:] = values
        if "nv" not in file.dimensions:
            file.createDimension("nv", 2)
        file.createVariable(f"{name}_bnds", "f8", (name, "nv"))[:] = bounds
    system = file.createVariable("crs", "i4", ())
    system.setncatts(_ELLIPSOID)
    system[...] = 0


def _classes(file: Any, classes: Sequence[MapClass], flags: Mapping[str, Any]) -> None:
    """The code of each class, with its names as flags and as texts."""
    file.createDimension("class", len(classes))
    codes = file.createVariable("class", "i4", ("class",))
    own = dict(flags) | {"flag_values": np.array([one.code for one in classes], np.int32)}
    codes.setncatts({"long_name": "code of the land-cover class", "units": "1"} | own)
    codes[:] = [one.code for one in classes]
    for language, said in (("en", "English"), ("fr", "French")):
        names = [one.label.best(language).encode() for one in classes]
        length = f"name_{language}_length"
        file.createDimension(length, max(map(len, names)))
        variable = file.createVariable(f"class_name_{language}", "S1", ("class", length))
        variable.set_auto_chartostring(False)
        variable.setncatts({"long_name": f"name of the land-cover class, in {said}", "_Encoding": "utf-8"})
        padded = np.array(names, f"S{max(map(len, names))}")
        variable[:] = padded.view("S1").reshape(len(names), -1)


def _layers(file: Any, shape: tuple[int, int]) -> dict[str, Any]:
    sides = tuple(min(_CHUNK, side) for side in shape)
    shared = {"grid_mapping": "crs", "cell_methods": "area: mean", "cell_measures": "area: cell_area", "units": "1"}
    found = {}
    for name, dimensions, attributes in (
        ("area_fraction", ("class", "lat", "lon"), {
            "standard_name": "area_fraction", "long_name": "share of the cell that has the land-cover class",
            "coverage_content_type": "thematicClassification",
            "coordinates": "class_name_en class_name_fr", **shared,
        }),
        ("unmapped_fraction", ("lat", "lon"), {
            "standard_name": "area_fraction", **shared,
            "long_name": "share of the cell that the map leaves without class",
            "coverage_content_type": "qualityInformation",
        }),
        ("covered_fraction", ("lat", "lon"), {
            "standard_name": "area_fraction", "long_name": "share of the cell that the map reaches",
            "coverage_content_type": "qualityInformation", **shared,
            "comment": "The shares of the classes and the unmapped share sum to it.",
        }),
        ("cell_area", ("lat", "lon"), {
            "standard_name": "cell_area", "long_name": "area of the cell", "units": "m2", "grid_mapping": "crs",
            "coverage_content_type": "referenceInformation", "comment": _CELL_AREA,
        }),
    ):  # fmt: skip
        chunks = (1, *sides) if len(dimensions) == 3 else sides
        fill = FILL if name in {"area_fraction", "unmapped_fraction"} else None
        found[name] = file.createVariable(
            name, "f8", dimensions, zlib=True, complevel=4, shuffle=True, chunksizes=chunks, fill_value=fill
        )
        found[name].setncatts(attributes)
    return found


def folded(values: Floats, cells: Cells, columns: int) -> Floats:
    """Sums by column of the plane (..., y, x) as sums by column of the file; a column may stand twice in the plane."""
    result = np.zeros((*values.shape[:-1], columns))
    known = cells.cols >= 0
    for position in np.flatnonzero(known):
        result[..., cells.cols[position]] += values[..., position]
    return result
