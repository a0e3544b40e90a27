# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is examined: what the images of a series are, from the scan of the archive or from the series file alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terracite.errors import RasterError
from terracite.raster.indices import ranges
from terracite.raster.netcdf import SeriesFile
from terracite.raster.packing import STEP
from terracite.raster.products import ProductFile, ProductType, named, registry
from terracite.raster.read import opened
from terracite.raster.series import SeriesImage
from terracite.timeseries.quality.certificate import Encoding
from terracite.timeseries.yearly import YearSeries

_LOOKED_AT = 5  #: images opened to know how they are compressed
_LOSSY = {"JPEG", "WEBP", "LERC", "LERC_DEFLATE", "LERC_ZSTD", "YCBCR JPEG"}  # GDAL's names of the methods


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers (DN) of the images are to be judged."""

    nodata: int | None  #: in the images; -32768 in the series file
    valid: tuple[int, int]  #: that the index can have, both included
    limits: tuple[int, int] | None  #: that the images can hold, both included; None when it is not known
    is_bounded: bool  #: whether the index has a least and a greatest value

    @property
    def can_clip(self) -> bool:
        """Whether a value above the greatest number is turned into nodata by the way the images are stored."""
        return not self.is_bounded and self.limits is not None and self.nodata == self.limits[1] + 1


@dataclass(frozen=True, slots=True)
class Subject:
    """One series file and what it was made from."""

    product: str  #: "" when it is not known
    tile: str
    index: str
    product_ids: tuple[str, ...]  #: one per date, like the next three; "" where it is not known
    platforms: tuple[str, ...]
    orbits: tuple[str, ...]
    baselines: tuple[str, ...]
    numbers: Numbers
    encoding: Encoding
    is_simulated: bool = False


def subject_of(one: YearSeries) -> Subject:
    """From the scan; a few of the images are opened to know how they are compressed."""
    kind = named(one.product)
    first = one.images[0]
    return Subject(
        product=one.product,
        tile=one.tile,
        index=one.index,
        product_ids=tuple(image.product_id for image in one.images),
        platforms=tuple(kind.platform_name(image.platform) for image in one.images),
        orbits=tuple(image.orbit for image in one.images),
        baselines=tuple(image.baseline for image in one.images),
        numbers=_numbers_of(first, kind),
        encoding=_encoding(one),
        is_simulated=one.versions.is_simulated,
    )


def subject_in(series: SeriesFile) -> Subject:
    """From a series file alone: the names of the products tell their type, tile and baseline."""
    count = len(series.times)
    ids = tuple(str(value) for value in series.per_date("product_id")) or ("",) * count
    kind, known = _recognised(ids, series.index)
    return Subject(
        product=kind.name if kind else "",
        tile=known.tile if known else "",
        index=series.index,
        product_ids=ids,
        platforms=_texts(series, "platform"),
        orbits=tuple(f"{int(text):03d}" if text not in {"", "-1"} else "" for text in _texts(series, "orbit")),
        baselines=_texts(series, "processing_baseline"),
        numbers=_numbers(series, kind),
        encoding=Encoding(),
        is_simulated="simulated" in str(series.attributes.get("title", "")),
    )


def _numbers_of(image: SeriesImage, kind: ProductType) -> Numbers:
    """Of the series file: those of the images, unless it has others."""
    is_bounded, how = image.index in ranges, image.packing
    if how is None:
        return Numbers(image.nodata, image.valid, _limits(kind), is_bounded)
    step = STEP if how.is_float else 1.0
    low, high = (round(min(max(value / step, -32767), 32767)) for value in how.valid)
    return Numbers(None, (low, high), None, is_bounded)


def _texts(series: SeriesFile, name: str) -> tuple[str, ...]:
    return tuple(str(value) for value in series.per_date(name)) or ("",) * len(series.times)


def _numbers(series: SeriesFile, kind: ProductType | None) -> Numbers:
    bounded = series.index in ranges
    if series.losses is not None:
        return Numbers(None, series.valid, None, bounded)
    if kind is not None:
        low, high = kind.valid
    else:
        low, high = -32767, 32767
    if bounded:
        least, most = ranges[series.index]
        low = max(low, round((least - series.offset) / series.scale))
        high = min(high, round((most - series.offset) / series.scale))
    return Numbers(kind.nodata if kind else None, (low, high), _limits(kind), bounded)


def _limits(kind: ProductType | None) -> tuple[int, int] | None:
    """The least and greatest number that images of this type hold; None when they fill more than int16."""
    if kind is None or kind.valid[0] < -32767 or kind.valid[1] > 32767:
        return None
    return kind.valid


def _recognised(ids: Sequence[str], index: str) -> tuple[ProductType | None, ProductFile | None]:
    """The product type whose images would be called like this, and how it reads the first name."""
    for kind in registry().values():
        for suffix in ("jp2", "tif"):
            found = kind.parse(f"{ids[0]}_{index}.{suffix}")
            if found is not None and found.kind == "index" and found.product_id == ids[0]:
                return kind, found
    return None, None


def _encoding(one: YearSeries) -> Encoding:
    """As GDAL says it of some images, spread over the year; nothing when none can be opened any more."""
    step = max(1, len(one.images) // _LOOKED_AT)
    told = [found for image in one.images[::step] if (found := _compression(str(image.path))) is not None]
    cells = one.grid.width * one.grid.height * len(one.images)
    stored = sum(image.bytes for image in one.images)
    return Encoding(
        drivers=tuple(sorted({driver for driver, _ in told})),
        is_lossy=_any_lossy(lossy for _, lossy in told),
        bits_per_cell=round(8 * stored / cells, 3) if stored else None,
    )


def _any_lossy(answers: Iterable[bool | None]) -> bool | None:
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def _compression(path: str) -> tuple[str, bool | None] | None:
    try:
        with opened(path) as image:
            facts = image.tags(ns="IMAGE_STRUCTURE")
            driver = str(image.driver)
    except RasterError:
        return None
    return driver, is_lossy(driver, facts)


def is_lossy(driver: str, facts: dict[str, str]) -> bool | None:
    """From GDAL's description of the file: whether its numbers differ from those that were given to it."""
    said = facts.get("COMPRESSION_REVERSIBILITY", "")
    if said:
        return True if said == "LOSSY" else False if said == "LOSSLESS" else None  # or "LOSSLESS (possibly)"
    if driver.startswith("JP2"):
        return None
    method = facts.get("COMPRESSION", "").upper()
    if method.startswith("LERC"):
        return float(facts.get("MAX_Z_ERROR", 0)) > 0
    return method in _LOSSY
