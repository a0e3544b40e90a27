# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a folder of COGs back as one series, by blocks, as `netcdf_read` reads a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import RasterioError
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster import netcdf_layout as layout
from terracite.raster.grid import Grid
from terracite.raster.netcdf_read import SeriesFile
from terracite.raster.netcdf_strips import row_blocks
from terracite.raster.read import opened
from terracite.raster.series_view import Variable, View, ViewedSeries
from terracite.raster.series_writing import Tally

SUFFIX = ".tif"
_MASK = f"_mask{SUFFIX}"
_WHOLE_NUMBERS = {"orbit", "missing_cells", "masked_cells", layout.LOST}
_NUMBERS = {"cloud_cover", layout.ERROR}
_AGAIN = "Make the series again, or copy it again."


def mask_of(image: Path) -> Path:
    """The file of the cloud mask of an image."""
    return image.with_name(f"{image.stem}{_MASK}")


def tags_of(path: Path) -> dict[str, str]:
    """The tags of an image; none when it cannot be opened."""
    try:
        with opened(path) as image:
            return dict(image.tags())
    except RasterError:
        return {}


def images_in(folder: Path) -> list[Path]:
    """The images of a series in ``folder``, by time; no masks."""
    return sorted(path for path in folder.glob(f"[!.]*{SUFFIX}") if not path.name.endswith(_MASK))


def open_cogs(path: Path) -> SeriesFile:
    """The series in the folder ``path``, to be used with ``with``; `RasterError` when it is none or lacks a mask."""
    folder = Path(path)
    files = images_in(folder) if folder.is_dir() else []
    tags = [tags_of(file) for file in files]
    if not files or not all("time" in one and "variable" in one for one in tags):
        raise RasterError(
            f"'{path}' holds no image series.", hint="Expected a NetCDF file, a Zarr store, or a folder of dated COGs."
        )
    for file, one in zip(files, tags, strict=True):
        if one.get("cloud_mask") and not (folder / one["cloud_mask"]).is_file():
            raise RasterError(f"'{file.name}' lacks its mask '{one['cloud_mask']}'.", hint=_AGAIN)
    return ViewedSeries(folder, View({one.name: one for one in _variables(files, tags)}, tags[0]))


def counted(path: Path, has_mask: bool, grid: Grid) -> Tally | None:
    """Every cell of an image and its mask read and counted; None for one that is damaged or lies elsewhere."""
    tally = Tally(masked=0 if has_mask else None)
    try:
        with rasterio.Env(GDAL_NUM_THREADS="ALL_CPUS"), opened(path) as image:
            if not Grid.of_dataset(image).matches(grid):
                return None
            own = image.tags()
            tally.lost, tally.error = int(own.get(layout.LOST, 0)), float(own.get(layout.ERROR, 0))
            low, high = (float(number) for number in own["valid_range"].split())
            for block in row_blocks(grid):
                values = image.read(1, window=block.window())
                lost = (values == layout.FILL) | (values < low) | (values > high)
                tally.missing += int(np.count_nonzero(lost))
                if tally.masked is not None:
                    mask = _read(mask_of(path), block.window())
                    tally.masked += int(np.count_nonzero((mask == 1) & ~lost))
    except (RasterError, LookupError, ValueError):
        return None
    return tally


def _read(path: Path, window: Window | None = None) -> NDArray[Any]:
    with opened(path) as image:
        values: NDArray[Any] = image.read(1, window=window)
        return values


def _variables(files: Sequence[Path], tags: Sequence[dict[str, str]]) -> Iterator[Variable]:
    with opened(files[0]) as image:
        grid, kind, chunk = Grid.of_dataset(image), image.dtypes[0], image.block_shapes[0]
    a, b, c, d, e, f = grid.transform
    place = {"crs_wkt": grid.wkt(), "GeoTransform": " ".join(repr(value) for value in (c, a, b, f, d, e))}
    yield Variable("crs", (), "i4", (), _whole(np.array(0)), place)
    moments = [dt.datetime.fromisoformat(one["time"]) for one in tags]
    seconds = np.array([(moment - layout.EPOCH).total_seconds() for moment in moments])
    yield Variable(
        "time", ("time",), "f8", seconds.shape, _whole(seconds), {"units": layout.TIME_UNITS, "calendar": "standard"}
    )
    for name in layout.PER_DATE:
        if any(name in one for one in tags):
            yield _per_date(name, [one.get(name, "") for one in tags])
    shape, dimensions = (len(files), *grid.shape), ("time", "y", "x")
    yield Variable(
        tags[0]["variable"], dimensions, kind, shape, partial(_stack, files, kind, shape), _of_index(tags[0]), chunk
    )
    if any(one.get("cloud_mask") for one in tags):
        masks = [
            file.with_name(one["cloud_mask"]) if one.get("cloud_mask") else None
            for file, one in zip(files, tags, strict=True)
        ]
        yield Variable(layout.MASK, dimensions, "u1", shape, partial(_stack, masks, "u1", shape), {}, chunk)


def _of_index(tags: dict[str, str]) -> dict[str, Any]:
    numbers = [float(number) for number in tags.get("valid_range", "-32767 32767").split()]
    return {
        **{
            name: tags[name]
            for name in ("long_name", "standard_name", "units", "references", "comment")
            if name in tags
        },
        "grid_mapping": "crs",
        "scale_factor": float(tags["scale_factor"]),
        "add_offset": float(tags["add_offset"]),
        "valid_range": np.array(numbers),
    }


def _per_date(name: str, texts: Sequence[str]) -> Variable:
    if name in _WHOLE_NUMBERS:
        values: NDArray[Any] = np.array([int(text or -1) for text in texts])
    elif name in _NUMBERS:
        values = np.array([float(text or -1) for text in texts], np.float32)
    else:
        values = np.array(texts, dtype=object)
    return Variable(name, ("time",), values.dtype.str, values.shape, _whole(values))


def _whole(values: NDArray[Any]) -> Callable[[Any], Any]:
    return lambda key: values[key]


def _stack(files: Sequence[Path | None], kind: str, shape: tuple[int, int, int], key: Any) -> NDArray[Any]:
    """The cells that ``key`` takes, slices of (time, y, x); those of a mask that is not there are not known."""
    dates, rows, cols = (range(*part.indices(length)) for part, length in zip(key, shape, strict=True))
    window = Window(cols.start, rows.start, len(cols), len(rows))
    stack = np.full((len(dates), len(rows), len(cols)), layout.MASK_FILL if kind == "u1" else layout.FILL, kind)
    for number, date in enumerate(dates):
        file = files[date]
        if file is not None:
            try:
                stack[number] = _read(file, window)
            except (RasterError, RasterioError) as error:
                raise OSError(str(error)) from error
    return stack
