# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of dated images as a folder of cloud-optimised GeoTIFFs: one a date, and one of its cloud mask.

Any program that opens GeoTIFF shows a date at once, from a web server too. The numbers are those of the NetCDF file;
what that says of each date is in the tags of its image. Overviews take the nearest cell in both, so that a mask's
overview fits its image's. A new date is a new file: nothing else is touched.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.raster import netcdf_layout as layout
from terracite.raster.cog_series_read import SUFFIX, counted, mask_of, open_cogs, tags_of
from terracite.raster.grid import Block, Grid
from terracite.raster.netcdf import WrittenSeries
from terracite.raster.netcdf_strips import digest, strips, to_packed
from terracite.raster.series import SeriesImage
from terracite.raster.series_writing import Tally, blamed, check_times, facts, grid_of, keep, told
from terracite.raster.write import write_cog

__all__ = ["image_name", "open_cogs", "write_cogs"]

Progress = Callable[[int, int], None]
_OF_INDEX = ("standard_name", "long_name", "units", "valid_range", "cell_methods", "references", "comment")
_OF_WHOLE = ("title", "id", "naming_authority", "license", "creator_name", "institution", "source", "acknowledgement")
_LATER = {*layout.KNOWN_LATER} - {"source_digest"}
_COMPRESSIONS = {"zlib": "deflate", "zstd": "zstd"}


@dataclass(slots=True)
class _Date:
    """One date: where its image goes, what its tags say, what was counted."""

    image: SeriesImage
    path: Path
    tags: dict[str, str]  #: what is known before the image is read
    tally: Tally = field(default_factory=Tally)
    is_copied: bool = False

    @property
    def has_mask(self) -> bool:
        """Whether it has a mask of its own."""
        return bool(self.image.mask_path or self.image.masked_path)


def image_name(image: SeriesImage) -> str:
    """ "NDVI_40KCB_20220103T062931.tif"."""
    stem = "_".join(part for part in (image.index, image.tile, f"{image.sensed_at:%Y%m%dT%H%M%S}") if part)
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '_', stem)}{SUFFIX}"


def write_cogs(
    folder: Path,
    images: Sequence[SeriesImage],
    *,
    quantity: layout.Quantity | None = None,
    attributes: Mapping[str, str | float] | None = None,
    grid: Grid | None = None,
    compression: str = "zlib",
    progress: Progress | None = None,
    previous: Path | None = None,
) -> WrittenSeries:
    """Write ``images`` (by strictly increasing sensing time, all on one grid) to ``folder``: a file a date, and masks.

    ``attributes``: global ones, ACDD; those that do not change with new dates go into each file. ``compression``:
    "zlib" (deflate), whose checksums find damage, or "zstd". ``previous``: a folder where dates may be already
    (default: ``folder`` itself): those made from the same files, undamaged, are linked, not made again. Dates of this
    index and tile that are no longer wanted are removed from ``folder`` at the end.

    Each file appears under its name only when whole. Raises `UnreadableImageError` for an image that cannot be decoded
    or lies on another grid, `RasterError` for anything else.
    """
    check_times(images)
    grid = grid or grid_of(images[0])
    what = quantity or layout.quantity(images[0].index)
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(f".*{SUFFIX}"):
            leftover.unlink()
        dates = _dates(folder, images, grid, what, attributes or {})
        for number, date in enumerate(dates, start=1):
            if not _found(date, previous or folder, grid):
                _write(date, grid, compression)
            if progress:
                progress(number, len(dates))
        _remove_others(folder, dates)
    return WrittenSeries(
        folder, grid, tuple(date.tally.count(grid) for date in dates), sum(date.is_copied for date in dates)
    )


def _dates(
    folder: Path,
    images: Sequence[SeriesImage],
    grid: Grid,
    what: layout.Quantity,
    attributes: Mapping[str, str | float],
) -> list[_Date]:
    described = layout.variables(images, grid, what)
    index = next(one for one in described if one.is_gridded)
    of_all = {name: _text(index.attributes[name]) for name in _OF_INDEX if name in index.attributes}
    of_all |= {name: str(attributes[name]) for name in _OF_WHOLE if attributes.get(name)}
    of_all |= {"variable": what.name, "scale_factor": _text(index.attributes.get("scale_factor", 1.0))}
    of_all |= {"add_offset": _text(index.attributes.get("add_offset", 0.0))}
    later = {one.name for one in described} & _LATER
    by_date = [
        one for one in described if one.dimensions == ("time",) and one.values is not None and one.name != "time"
    ]
    found = []
    for number, image in enumerate(images):
        with blamed(image):
            own = {one.name: _text(one.values[number]) for one in by_date if one.values is not None}
            own |= {"source_digest": digest(image), "counted": " ".join(sorted(later))}
        found.append(_Date(image, folder / image_name(image), of_all | own | _of_tiff(image, what, attributes)))
    return found


def _of_tiff(image: SeriesImage, what: layout.Quantity, attributes: Mapping[str, str | float]) -> dict[str, str]:
    """What TIFF itself has a tag for."""
    moment = image.sensed_at
    tags = {
        "TIFFTAG_DATETIME": f"{moment:%Y:%m:%d %H:%M:%S}",
        "TIFFTAG_IMAGEDESCRIPTION": f"{what.long_name}, {image.tile}, {moment:%Y-%m-%dT%H:%M:%SZ}",
        "TIFFTAG_SOFTWARE": "Terracite",
        "TIFFTAG_COPYRIGHT": str(attributes.get("license", "")),
        "TIFFTAG_ARTIST": str(attributes.get("creator_name", "")),
        "time": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "cloud_mask": "" if not (image.mask_path or image.masked_path) else mask_of(Path(image_name(image))).name,
    }
    return {name: value for name, value in tags.items() if value}


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return " ".join(repr(item) for item in value.tolist()) if isinstance(value, np.ndarray) else str(value)


def _found(date: _Date, place: Path, grid: Grid) -> bool:
    """Whether the date is there already, whole and from the same files; takes it over, with what was counted."""
    old = place / date.path.name
    if not old.is_file() or not date.tags.items() <= tags_of(old).items():
        return False
    tally = counted(old, date.has_mask, grid)
    if tally is None or not _later(date, tally, grid).items() <= tags_of(old).items():
        return False
    for path in [old, *([mask_of(old)] if date.has_mask else [])]:
        _take(path, date.path.with_name(path.name))
    date.tally, date.is_copied = tally, True
    return True


def _take(old: Path, new: Path) -> None:
    """The same file under another name; a copy where the disk cannot link."""
    if old == new or (new.exists() and old.samefile(new)):
        return
    part = new.with_name(f".{new.name}.part{SUFFIX}")
    try:
        os.link(old, part)
    except OSError:
        shutil.copyfile(old, part)
        keep(part)
    part.replace(new)


def _later(date: _Date, tally: Tally, grid: Grid) -> dict[str, str]:
    """The tags that are known once the image was read."""
    known = facts([tally.count(grid)], [date.tags["source_digest"]])
    return {name: str(known[name][0]) for name in date.tags["counted"].split()}


def _write(date: _Date, grid: Grid, compression: str) -> None:
    """The image, then its mask, kept as bits until the image is whole."""
    bits: list[tuple[Block, NDArray[np.uint8]]] = []
    tags = dict(date.tags)
    kind = "i2" if date.image.packing is None else date.image.packing.kind

    def image_blocks() -> Iterator[tuple[Block, NDArray[Any]]]:
        with blamed(date.image):
            for strip in strips(date.image, grid):
                values, lost = to_packed(strip.values, strip.nodata, strip.valid)
                masked = 0
                if strip.mask is not None:
                    bits.append((strip.block, np.packbits(strip.mask)))
                    masked = int(np.count_nonzero((strip.mask == 1) & ~lost))
                date.tally.add(strip, int(np.count_nonzero(lost)), masked)
                yield strip.block, values
        tags.update(_later(date, date.tally, grid))

    scale, offset = float(tags["scale_factor"]), float(tags["add_offset"])
    write_cog(
        date.path,
        image_blocks(),
        grid,
        dtype=kind,
        nodata=layout.FILL,
        descriptions=(tags["variable"],),
        tags=tags,
        scale=scale,
        offset=offset,
        compression=_COMPRESSIONS[compression],
    )
    if date.has_mask:
        _write_mask(mask_of(date.path), bits, grid, date, _COMPRESSIONS[compression])
    else:
        mask_of(date.path).unlink(missing_ok=True)


def _write_mask(
    path: Path, bits: Sequence[tuple[Block, NDArray[np.uint8]]], grid: Grid, date: _Date, compression: str
) -> None:
    tags = {name: value for name, value in date.tags.items() if name.startswith("TIFFTAG") or name in {"time", "title"}}
    tags |= {
        "long_name": f"cloud mask {date.image.mask}".strip(),
        "flag_values": "0 1",
        "flag_meanings": "clear masked",
    }
    tags["TIFFTAG_IMAGEDESCRIPTION"] = f"{tags['long_name']}, {date.image.tile}, {tags['time']}"
    blocks = (
        (block, np.unpackbits(packed, count=block.height * block.width).reshape(block.shape)) for block, packed in bits
    )
    write_cog(
        path, blocks, grid, dtype="u1", nodata=None, descriptions=(layout.MASK,), tags=tags, compression=compression
    )


def _remove_others(folder: Path, dates: Sequence[_Date]) -> None:
    wanted = {path for date in dates for path in (date.path, mask_of(date.path))}
    stem = re.escape(dates[0].path.name.rpartition("_")[0])
    ours = re.compile(rf"{stem}_\d{{8}}T\d{{6}}(_mask)?{re.escape(SUFFIX)}")
    for path in folder.iterdir():
        if ours.fullmatch(path.name) and path not in wanted:
            with suppress(FileNotFoundError):
                path.unlink()
