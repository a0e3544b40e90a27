# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a series file back, by blocks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import netCDF4
import numpy as np
import pyproj
from numpy.typing import NDArray

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf_unpack import Unpacker
from terracite.raster.packing import STEP

_CACHE_BYTES = 128 * 2**20  #: chunks kept decoded, so that neighbouring blocks do not decode them again


class SeriesFile:
    """A series file that is open; use it with ``with``. One process or thread at a time: netCDF is not shared.

    Blocks that follow ``chunk_shape`` are read fastest; large ones by every core.
    """

    _large: Unpacker | None = None  #: formats that are seen as NetCDF have none

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        try:
            self._file = netCDF4.Dataset(self.path)
        except OSError as error:
            raise RasterError(
                f"'{self.path}' cannot be opened as NetCDF.", hint="Check the path, or make it again."
            ) from error
        self._file.set_auto_maskandscale(False)
        self._variable = self._found()
        self.variable = str(self._variable.name)  #: such as "ndvi"
        self.times = self._times()
        self.grid = self._grid()
        self._variable.set_var_chunk_cache(_CACHE_BYTES)
        self._large = Unpacker(self.path)
        chunks = self._variable.chunking()
        self.chunk_shape: tuple[int, int] = tuple(chunks[1:]) if isinstance(chunks, list) else self.grid.shape
        self.is_float = self._variable.dtype.kind == "f"  #: values are kept as they are, without scale
        self.scale = STEP if self.is_float else float(getattr(self._variable, "scale_factor", 1.0))
        self.offset = float(getattr(self._variable, "add_offset", 0.0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        if self._large is not None:
            self._large.close()

    @property
    def index(self) -> str:
        """The index in upper case, "NDVI"."""
        return self.variable.upper()

    @property
    def has_mask(self) -> bool:
        """Whether a cloud mask goes with the values."""
        return layout.MASK in self._file.variables

    @property
    def attributes(self) -> dict[str, Any]:
        """The global attributes."""
        return {name: self._file.getncattr(name) for name in self._file.ncattrs()}

    def per_date(self, name: str) -> list[Any]:
        """One auxiliary coordinate ("product_id", "platform", "orbit"...); empty when the file lacks it."""
        if name not in self._file.variables:
            return []
        values = self._file[name][:]
        if values.dtype.kind == "S":
            return [b"".join(row).rstrip(b"\0").decode() for row in values]
        return list(values.tolist())

    def read(self, block: Block | None = None, dates: slice = slice(None)) -> NDArray[np.int16]:
        """The DN, int16, shape (time, y, x); -32768 = nodata. Of floating-point values: multiples of ``scale``."""
        values = self._cut(self._variable, block, dates)
        numbers: NDArray[np.int16] = _whole(values, self.scale) if self.is_float else values
        return numbers

    @property
    def valid(self) -> tuple[int, int]:
        """The DN of `read` that are not missing, both included."""
        low, high = getattr(self._variable, "valid_range", (-32767, 32767))
        if self.is_float:
            low, high = (np.clip(np.rint(value / self.scale), -32767, 32767) for value in (low, high))
        return int(low), int(high)

    @property
    def losses(self) -> tuple[int, float | None] | None:
        """Cells whose value did not fit, and the largest rounding error, where anything was rounded.

        None when the numbers are those of the images, bit for bit.
        """
        if layout.LOST not in self._file.variables:
            return None
        errors = self.per_date(layout.ERROR)
        return int(sum(self.per_date(layout.LOST))), max(errors) if errors else None

    def read_mask(self, block: Block | None = None, dates: slice = slice(None)) -> NDArray[np.uint8]:
        """The cloud mask, uint8, shape (time, y, x): 0 clear, 1 masked, 255 not known (no mask)."""
        if not self.has_mask:
            rows, cols = block.shape if block else self.grid.shape
            return np.full((len(range(*dates.indices(len(self.times)))), rows, cols), layout.MASK_FILL, np.uint8)
        mask: NDArray[np.uint8] = self._cut(self._file[layout.MASK], block, dates)
        return mask

    def read_physical(
        self, block: Block | None = None, dates: slice = slice(None), *, masked: bool = True
    ) -> NDArray[np.float32]:
        """Physical values, float32, shape (time, y, x); NaN = nodata, out of range, or cloud when ``masked``."""
        values = self._cut(self._variable, block, dates)
        low, high = getattr(self._variable, "valid_range", (-32767, 32767))
        missing = (values < low) | (values > high) | (values == layout.FILL)
        if masked and self.has_mask:
            missing |= self.read_mask(block, dates) == 1
        scale = 1.0 if self.is_float else self.scale
        result: NDArray[np.float32] = values.astype(np.float32) * np.float32(scale) + np.float32(self.offset)
        result[missing] = np.nan
        return result

    def _cut(self, variable: Any, block: Block | None, dates: slice) -> Any:
        wanted = block or Block(0, 0, *self.grid.shape)
        try:
            found = self._large and self._large.read(variable.name, range(*dates.indices(len(self.times))), wanted)
            return variable[dates, *wanted.slices] if found is None else found
        except RasterError:  # it is an OSError too
            raise
        except (OSError, RuntimeError) as error:
            raise RasterError(
                f"'{self.path}' cannot be read: {error}.",
                hint="The file is damaged: make it or copy it again.",
            ) from error

    def _found(self) -> Any:
        """The variable of the series: the first one on (time, y, x) that is not the mask."""
        for name, variable in self._file.variables.items():
            if variable.ndim == 3 and variable.dimensions[0] == "time" and name != layout.MASK:
                return variable
        self._file.close()
        raise RasterError(
            f"'{self.path}' holds no image series.", hint="Expected a variable with dimensions time, y, x."
        )

    def _times(self) -> tuple[dt.datetime, ...]:
        variable = self._file["time"]
        moments: Any = netCDF4.num2date(variable[:], variable.units, variable.calendar, only_use_cftime_datetimes=False)
        return tuple(moment.replace(tzinfo=dt.UTC) for moment in np.atleast_1d(moments))

    def _grid(self) -> Grid:
        mapping = self._file[self._variable.grid_mapping]
        _, rows, cols = self._variable.shape
        c, a, b, f, d, e = (float(value) for value in mapping.GeoTransform.split())
        crs = pyproj.CRS.from_user_input(mapping.crs_wkt)
        code = crs.to_authority()
        return Grid(":".join(code) if code else mapping.crs_wkt, (a, b, c, d, e, f), cols, rows)


def _whole(values: NDArray[np.float32], step: float) -> NDArray[np.int16]:
    """Floating-point values as multiples of ``step``; what int16 cannot hold is missing."""
    numbers = np.rint(values.astype(np.float64) / step)
    numbers[(values == layout.FILL) | ~(abs(numbers) <= -layout.FILL - 1)] = layout.FILL
    return numbers.astype(np.int16)


def open_series(path: Path) -> SeriesFile:
    """The series file at ``path``, to be used with ``with``; `RasterError` when it is none."""
    return SeriesFile(path)
