# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing simulated images as Sen2Chain lays them out: names, lossy JPEG 2000, nodata in the sidecar only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

from terracite.errors import ArchiveError
from terracite.timeseries.tiles import cell

NODATA = 16383  #: of Sen2Chain's JPEG 2000 images, whose 15 bits hold -16384 to 16383
CLOUD_MASK = "CM001"
_INSET_M = (21_000.0, 40_020.0)  #: from the upper left corner of a tile to that of the images, east and south


@dataclass(frozen=True, slots=True)
class Place:
    """Where the images of a tile lie."""

    tile: str
    crs: str  #: of the UTM zone, "EPSG:32740"
    origin: tuple[float, float]  #: upper left corner, easting and northing in metres, on the grid of the tile


def place_of(tile: str) -> Place:
    """Inside the square of a Sentinel-2 tile; raises `ArchiveError` when there is no tile of that name.

    >>> place_of("40KCB")
    Place(tile='40KCB', crs='EPSG:32740', origin=(321000.0, 7660000.0))
    """
    found = cell(tile)
    if found is None:
        raise ArchiveError(
            f"There is no Sentinel-2 tile '{tile}'.",
            hint="Give a name such as 40KCB: zone, latitude band and square, in capitals and without the T.",
        )
    return Place(tile, found.crs, (found.left + _INSET_M[0], found.top - _INSET_M[1]))


_INFO = """<?xml version='1.0' encoding='UTF-8'?>
<SEN2CHAIN>
    <SEN2CHAIN_VERSION>simulated</SEN2CHAIN_VERSION>
    <SEN2CHAIN_PROCESSING_VERSION>simulated</SEN2CHAIN_PROCESSING_VERSION>
    <SEN2COR_VERSION>simulated</SEN2COR_VERSION>
</SEN2CHAIN>
"""


def index_folder(root: Path, index: str, tile: str, product_id: str) -> Path:
    """Where Sen2Chain keeps the images of one index of one product."""
    return root / "INDICES" / index / tile / product_id


def write_index(
    root: Path, index: str, place: Place, product_id: str, values: NDArray[np.float32], hidden: Any
) -> None:
    """The raw and the masked image of one index: ``values`` (y, x), NaN outside the swath; ``hidden`` (y, x) bool."""
    folder = index_folder(root, index, place.tile, product_id)
    folder.mkdir(parents=True, exist_ok=True)
    packed = np.where(np.isnan(values), NODATA, np.round(np.nan_to_num(values) * 10000)).astype(np.int16)
    _write_jp2(folder / f"{product_id}_{index}.jp2", packed, place, 10.0, NBITS=15, QUALITY=20, nodata=NODATA)
    masked = np.where(hidden, NODATA, packed).astype(np.int16)
    name = f"{product_id}_{index}_{CLOUD_MASK}"
    _write_jp2(folder / f"{name}.jp2", masked, place, 10.0, NBITS=15, QUALITY=20, nodata=NODATA)
    _write_quicklook(folder / f"{name}_QL.tif", masked, place)
    for stem in (f"{product_id}_{index}", name):
        (folder / f"{stem}.xml").write_text(_INFO, encoding="utf-8")


def write_cloud_mask(root: Path, place: Place, product_id: str, mask: NDArray[np.uint8]) -> None:
    """The 20 m cloud mask of one product; ``mask`` (y, x) uint8, 1 = cloud."""
    folder = root / "CLOUDMASKS" / place.tile / product_id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{product_id}_{CLOUD_MASK}.jp2"
    _write_jp2(path, mask, place, 20.0, QUALITY=100, REVERSIBLE="YES")
    path.with_suffix(".xml").write_text(_INFO, encoding="utf-8")


def _write_jp2(path: Path, values: NDArray[Any], place: Place, cell_size_m: float, **options: Any) -> None:
    profile = _profile(values, place, cell_size_m) | {"driver": "JP2OpenJPEG"} | options
    with rasterio.open(path, "w", **profile) as image:
        image.write(values, 1)


def _write_quicklook(path: Path, packed: NDArray[np.int16], place: Place) -> None:
    """A quarter-size 8-bit picture; 0 = nodata."""
    small = packed[::4, ::4]
    grey = np.where(small == NODATA, 0, (small / 20000 + 0.5).clip(0, 1) * 254 + 1).astype(np.uint8)
    with rasterio.open(path, "w", **_profile(grey, place, 40.0), driver="GTiff", nodata=0, compress="deflate") as image:
        image.write(grey, 1)


def _profile(values: NDArray[Any], place: Place, cell_size_m: float) -> dict[str, Any]:
    height, width = values.shape
    transform = from_origin(*place.origin, cell_size_m, cell_size_m)
    return {
        "height": height,
        "width": width,
        "count": 1,
        "dtype": values.dtype,
        "crs": place.crs,
        "transform": transform,
    }
