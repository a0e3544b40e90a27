# SPDX-License-Identifier: AGPL-3.0-or-later
"""Layers of a user's own: what does not change in time (relief, soil), and stacks with a band a date (weather)."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from terracite.errors import ArchiveError, RasterError
from terracite.landcover.layers import Source
from terracite.landcover.recipe import PRODUCT_STACK, ImageSource
from terracite.landcover.sensors.layer import Day, SensorLayer
from terracite.landcover.sensors.pictures import Picture
from terracite.raster.grid import Grid
from terracite.raster.read import address, opened

_IMAGES = {".tif", ".tiff", ".vrt", ".jp2", ".img", ".nc"}
_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_SINCE = re.compile(r"(day|hour|minute|second)s? since (\d{4}-\d{1,2}-\d{1,2})")
_HINT = 'Name the bands by date (2022-01-03), or give a text file with one date a line: dates = "dates.txt".'


def find(source: ImageSource) -> list[SensorLayer]:
    """The channels of the images of a folder, or of one file.

    Raises `ArchiveError` where there is none or a stack has no dates, `RasterError` where one cannot be read.
    """
    paths = [source.folder] if source.folder.is_file() else sorted(source.folder.iterdir())
    layers = [layer for path in paths if path.suffix.lower() in _IMAGES for layer in _of_file(path, source)]
    if not layers:
        raise ArchiveError(
            f"'{source.folder}' holds no image.", hint=f"Give one of these: {', '.join(sorted(_IMAGES))}."
        )
    return layers


def _of_file(path: Path, source: ImageSource) -> Iterator[SensorLayer]:
    for inner in _variables(path):
        with opened(address(path, inner)) as image:
            Grid.of_dataset(image)  # an image that lies nowhere is told here, with its cure
            if source.product == PRODUCT_STACK:
                yield _layer(inner or path.stem, _dated(image, path, inner, source), path, source, still=False)
                continue
            for band, name in enumerate(_names(image, inner or path.stem), start=1):
                day = Day(0, (_picture(path, inner, band, source),))
                yield _layer(name, (day,), path, source, still=True)


def _variables(path: Path) -> list[str]:
    """The variables of a NetCDF file that are images; "" for other files, and for one with a single one."""
    with opened(path) as image:
        names = [str(name).rpartition(":")[2].strip('"') for name in image.subdatasets]
    return names or [""]


def _names(image: Any, usual: str) -> list[str]:
    """What each band is called: its description, else the file."""
    if image.count == 1:
        return [usual.upper()]
    return [text.strip() if text else f"{usual.upper()} {band}" for band, text in enumerate(image.descriptions, 1)]


def _dated(image: Any, path: Path, inner: str, source: ImageSource) -> tuple[Day, ...]:
    days: defaultdict[int, list[Picture]] = defaultdict(list)
    for band, date in enumerate(_dates(image, path, source), start=1):
        days[date.toordinal()].append(_picture(path, inner, band, source))
    return tuple(Day(day, tuple(days[day])) for day in sorted(days))


def _dates(image: Any, path: Path, source: ImageSource) -> Sequence[dt.date]:
    """The date of each band, from the recipe's file, the file's time axis, or the names of its bands."""
    if source.dates is not None:
        found = _listed(source.dates)
    else:
        found = _of_axis(image) or [_date_in(text or "") for text in image.descriptions]
    dates = [date for date in found if date is not None]
    if len(dates) != image.count or len(found) != image.count:
        where = f"'{source.dates.name}'" if source.dates else "its names and tags"
        raise ArchiveError(f"'{path.name}' has {image.count} bands, and {len(dates)} dates are in {where}.", hint=_HINT)
    return dates


def _listed(path: Path) -> list[dt.date | None]:
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"The dates '{path}' cannot be read: {error}.", hint="Check the path.") from error
    return [_date_in(line) for line in lines]


def _of_axis(image: Any) -> list[dt.date | None]:
    """The dates of the bands of a NetCDF variable; none where it has no time axis."""
    tags = image.tags()
    for name, text in tags.items():
        axis, _, attribute = name.partition("#")
        if attribute != "units" or not (match := _SINCE.match(str(text))):
            continue
        start = dt.datetime.strptime(match[2], "%Y-%m-%d").replace(tzinfo=dt.UTC)
        steps = [image.tags(band).get(f"NETCDF_DIM_{axis}") for band in range(1, image.count + 1)]
        if all(steps):
            return [(start + dt.timedelta(**{f"{match[1]}s": float(step)})).date() for step in steps]
    return []


def _date_in(text: str) -> dt.date | None:
    match = _DATE.search(text)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _picture(path: Path, inner: str, band: int, source: ImageSource) -> Picture:
    missing = () if source.nodata is None else (source.nodata,)
    return Picture(path, path.stem, "", band, source.scale, source.offset, missing, declared=True, inner=inner)


def _layer(name: str, dates: tuple[Day, ...], path: Path, source: ImageSource, *, still: bool) -> SensorLayer:
    index = f"{source.prefix}.{name}" if source.prefix else name
    if not dates:
        raise RasterError(f"'{path.name}' has no bands.", hint="Copy or produce it again.")
    root = source.folder.parent if source.folder.is_file() else source.folder
    cited = Source(f"{path.name}: {index}", "", is_dataset=False)
    return SensorLayer(index, root, dates, cited, still=still, has_tiles=False)
