# SPDX-License-Identifier: AGPL-3.0-or-later
"""One dataset per tile, index and year of sensing: the unit that gets a crate, a record and a DOI."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from terracite.raster.grid import Grid
from terracite.raster.series import SeriesImage
from terracite.record.model import Box
from terracite.timeseries.archive import Scan
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.formats import FORMATS, FormatName, file_count
from terracite.timeseries.options import Options
from terracite.timeseries.versions import Versions, versions_of


@dataclass(frozen=True, slots=True)
class YearSeries:
    """The images of one index over one tile in one year, by sensing time."""

    product: str  #: type in the registry
    tile: str
    index: str
    year: int
    images: tuple[SeriesImage, ...]
    facts: Mapping[Path, ImageFacts]
    versions: Versions
    format: FormatName = "netcdf"  #: in which it is written

    @property
    def name(self) -> str:
        """Of the crate: "40KCB-NDVI-2022"."""
        return re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.tile}-{self.index}-{self.year}".lstrip("-"))

    @property
    def file_name(self) -> str:
        """Of the series file, "NDVI_40KCB_2022.nc", or of the folder that a Zarr store or COGs are."""
        suffix = FORMATS[self.format].suffix
        return re.sub(r"[^A-Za-z0-9._-]+", "_", f"{self.index}_{self.tile}_{self.year}{suffix}")

    @property
    def expected_files(self) -> int:
        """How many files it will be."""
        masks = sum(1 for image in self.images if image.mask_path or image.masked_path)
        return file_count(self.format, len(self.images), masks)

    @property
    def grid(self) -> Grid:
        """The grid of every image."""
        return self.facts[self.images[0].path].grid

    @property
    def box(self) -> Box:
        """The extent of the grid, rounded outwards to about a metre."""
        west, south, east, north = self.grid.lonlat_box()
        return Box(west=_down(west), south=_down(south), east=_up(east), north=_up(north))

    @property
    def start(self) -> dt.datetime:
        """The first sensing time."""
        return self.images[0].sensed_at

    @property
    def end(self) -> dt.datetime:
        """The last sensing time, or the end of the last composite."""
        return self.images[-1].ended_at or self.images[-1].sensed_at

    @property
    def clear_percent(self) -> float | None:
        """Mean over the dates of the share of the grid that is clear; None without masks."""
        shares = [self.facts[image.path].clear_share for image in self.images]
        known = [share for share in shares if share is not None]
        return 100 * sum(known) / len(known) if known else None

    @property
    def usual_gap_days(self) -> int:
        """The median number of days between two dates; 0 for a single date."""
        gaps = sorted((after.sensed_at - before.sensed_at).days for before, after in pairwise(self.images))
        return gaps[len(gaps) // 2] if gaps else 0


def yearly(scan: Scan, options: Options) -> list[YearSeries]:
    """The datasets that an archive gives, by tile, index and year, as far as the filters of ``options`` let pass."""
    found = []
    for one in scan.series:
        if not options.wants(one.tile, one.index):
            continue
        for year in sorted({image.sensed_at.year for image in one.images}):
            if options.years and year not in options.years:
                continue
            images = tuple(image for image in one.images if image.sensed_at.year == year)
            facts = {image.path: scan.facts[image.path] for image in images}
            versions = versions_of(images)
            found.append(YearSeries(one.product, one.tile, one.index, year, images, facts, versions, options.format))
    return found


def _down(degrees: float) -> float:
    return max(-180.0, (degrees * 1e5) // 1 / 1e5)


def _up(degrees: float) -> float:
    return min(180.0, -((-degrees * 1e5) // 1) / 1e5)
