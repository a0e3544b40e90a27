# SPDX-License-Identifier: AGPL-3.0-or-later
"""The CF NetCDF files of derived products: on the grid of their series, in its packing, written block by block."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from terracite.errors import RasterError
from terracite.raster.netcdf_layout import EPOCH, FILL, TIME_UNITS, chunk_length
from terracite.timeseries.derived.composites import Period
from terracite.timeseries.derived.filling import Filler
from terracite.timeseries.derived.source import Source

_ZLIB_LEVEL = 4
_ALWAYS = {"coverage_content_type": "physicalMeasurement", "grid_mapping": "crs"}
Facts = Mapping[str, Any]


class DerivedFile:
    """A product file that is being written; use it with ``with``. First it is laid out, then filled."""

    def __init__(self, path: Path, source: Source, attributes: Mapping[str, str | float]) -> None:
        self.path = path
        self._source = source
        self._filler: Filler | None = None
        self._file: Any = netCDF4.Dataset(path, "w", format="NETCDF4")
        self._file.setncatts(dict(attributes))
        self._axes = _copy_grid(source, self._file)

    def __enter__(self) -> DerivedFile:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file.isopen():
            self._file.close()
        if self._filler is not None:
            self._filler.close()

    def periods(self, periods: Sequence[Period]) -> None:
        """The time axis of a composite: the start of each period, with its bounds."""
        self._time([period.start for period in periods], "start of the period (UTC)").bounds = "time_bounds"
        self._file.createDimension("bound", 2)
        bounds = self._file.createVariable("time_bounds", "f8", ("time", "bound"), fill_value=False)
        bounds[:] = [[_seconds(period.start), _seconds(period.end)] for period in periods]

    def times(self, times: Sequence[dt.datetime]) -> None:
        """The time axis of a smoothed series."""
        self._time(times, "date of the smoothed series (UTC)")

    def season_axis(self, years: Sequence[int], most: int) -> None:
        """The axis of seasons: those of the first year, then the next year's."""
        self._file.createDimension("season", len(years) * most)
        ranks = self._file.createVariable("season", "i2", ("season",), fill_value=False)
        ranks.setncatts(
            {
                "long_name": "number of the season",
                "units": "1",
                "coverage_content_type": "coordinate",
                "comment": f"{most} places for each year, in order of time within a year",
            }
        )
        ranks[:] = np.arange(1, len(years) * most + 1)
        year = self._file.createVariable("season_year", "i2", ("season",), fill_value=False)
        year.setncatts({"long_name": "year of the peak", "units": "1", "coverage_content_type": "auxiliaryInformation"})
        year[:] = np.repeat(np.asarray(years), most)

    def values(self, axis: str, facts: Facts, *, ancillary: str = "") -> None:
        """A variable with values of the index, (axis, y, x), packed as in the series."""
        self.measure(self._source.variable, axis, facts, ancillary=ancillary)

    def measure(self, name: str, axis: str, facts: Facts, *, ancillary: str = "") -> None:
        """A variable in the packing of the index under another name."""
        source = self._source
        kept = ("standard_name", "references") if name == source.variable else ()
        inherited = {key: source.attributes[key] for key in kept if source.attributes.get(key)}
        packing = {
            "units": "1",
            "scale_factor": source.scale,
            "add_offset": source.offset,
            "valid_range": np.array(source.valid, np.int16),
        }
        more = {"ancillary_variables": ancillary} if ancillary else {}
        self.define(name, "i2", axis, {**inherited, **packing, **more, **facts}, fill=FILL)

    def define(self, name: str, kind: str, axis: str, facts: Facts, *, fill: int | bool = False) -> None:
        """A variable on (``axis``, y, x), or on (y, x) when ``axis`` is empty."""
        lengths = [len(self._file.dimensions[dimension]) for dimension in self._axes]
        chunks = [*([1] if axis else []), *(chunk_length(cells) for cells in lengths)]
        dimensions = (*([axis] if axis else []), *self._axes)
        variable = self._file.createVariable(
            name,
            kind,
            dimensions,
            fill_value=fill,
            compression="zlib",
            complevel=_ZLIB_LEVEL,
            shuffle=True,
            chunksizes=chunks,
        )
        variable.set_auto_maskandscale(False)
        variable.setncatts({**_ALWAYS, **facts})

    def along(self, name: str, axis: str, kind: str, values: Sequence[Any], facts: Facts) -> None:
        """A variable with one value for each step of ``axis``."""
        variable = self._file.createVariable(name, kind, (axis,), fill_value=False)
        variable.setncatts({"coverage_content_type": "auxiliaryInformation", **facts})
        variable[:] = values

    def fill(self, pool: Executor) -> Filler:
        """What takes the blocks, once everything is laid out; ``pool`` packs them."""
        if self._filler is None:
            self._file.close()
            self._filler = Filler(self.path, pool)
        return self._filler

    def _time(self, times: Sequence[dt.datetime], label: str) -> Any:
        self._file.createDimension("time", len(times))
        variable = self._file.createVariable("time", "f8", ("time",), fill_value=False)
        variable.setncatts(
            {
                "standard_name": "time",
                "long_name": label,
                "units": TIME_UNITS,
                "calendar": "standard",
                "units_metadata": "leap_seconds: none",
                "axis": "T",
                "coverage_content_type": "coordinate",
            }
        )
        variable[:] = [_seconds(time) for time in times]
        return variable


def _seconds(time: dt.datetime) -> float:
    return (time - EPOCH).total_seconds()


def _copy_grid(source: Source, target: Any) -> tuple[str, str]:
    """Axes and reference system as the series has them; returns the names of the axes, y first."""
    with netCDF4.Dataset(source.paths[0]) as series:
        series.set_auto_maskandscale(False)
        values = series[source.variable]
        axes = values.dimensions[1:]
        for name in (*axes, values.grid_mapping):
            if name not in series.variables:
                raise RasterError(
                    f"'{source.paths[0]}' is no series file: {name} not found.",
                    hint="Give a file that 'terracite timeseries run' made.",
                )
            variable = series[name]
            if name in axes:
                target.createDimension(name, len(series.dimensions[name]))
            copied = target.createVariable(name, variable.dtype, variable.dimensions, fill_value=False)
            copied.setncatts({key: variable.getncattr(key) for key in variable.ncattrs() if key != "_FillValue"})
            copied[...] = variable[...]
        if values.grid_mapping != "crs":
            target.renameVariable(values.grid_mapping, "crs")
    return axes[0], axes[1]
