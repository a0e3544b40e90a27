# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small products as their producers lay them out, with numbers that tests choose."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

CRS, LEFT, TOP, SIZE = "EPSG:32740", 300_000.0, 7_700_000.0, 40  #: of 10 m
THEIA_20M = ("B5", "B6", "B7", "B8A", "B11", "B12")


def write(path: Path, values: Any, cell: float = 10.0, *, left: float = LEFT, crs: str = CRS, **more: Any) -> Path:
    """A GeoTIFF of (y, x) or (band, y, x)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bands = np.atleast_3d(values) if np.ndim(values) < 3 else np.asarray(values)
    bands = np.moveaxis(bands, -1, 0) if np.ndim(values) < 3 else bands
    profile = {
        "driver": "GTiff", "dtype": bands.dtype, "count": len(bands), "height": bands.shape[1], "crs": crs,
        "width": bands.shape[2], "transform": rasterio.transform.from_origin(left, TOP, cell, cell),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile | more) as image:
        image.write(bands)
    return path


def theia(
    root: Path, name: str, bands: Mapping[str, Any], masks: Mapping[str, Any], left: float = LEFT, crs: str = CRS
) -> Path:
    """A Level-2A product of Theia; ``bands``: by "FRE_B4"; ``masks``: by "CLM_R1"."""
    folder = root / name
    for band, values in bands.items():
        cell = 20.0 if band[4:] in THEIA_20M else 10.0
        write(folder / f"{name}_{band}.tif", np.asarray(values, np.int16), cell, left=left, crs=crs)
    for mask, values in masks.items():
        cell = 20.0 if mask.endswith("R2") else 10.0
        write(folder / "MASKS" / f"{name}_{mask}.tif", np.asarray(values, np.uint8), cell, left=left, crs=crs)
    return folder


def safe(root: Path, name: str, bands: Mapping[str, Any], classes: Any, xml: Path | str | None) -> Path:
    """A Level-2A product of ESA; ``bands``: by "B04_10m"; ``xml``: its metadata."""
    tile, date = name.split("_")[5], name.split("_")[2]
    images = root / f"{name}.SAFE" / "GRANULE" / f"L2A_{tile}_A000001_{date}" / "IMG_DATA"
    for band, values in bands.items():
        size = band.rpartition("_")[2]
        write(images / f"R{size}" / f"{tile}_{date}_{band}.tif", np.asarray(values, np.uint16), float(size[:-1]))
    write(images / "R20m" / f"{tile}_{date}_SCL_20m.tif", np.asarray(classes, np.uint8), 20.0)
    if isinstance(xml, Path):
        shutil.copy(xml, root / f"{name}.SAFE" / "MTD_MSIL2A.xml")
    elif xml is not None:
        (root / f"{name}.SAFE" / "MTD_MSIL2A.xml").write_text(xml)
    return root / f"{name}.SAFE"


def safe_xml(offset: int, quantification: int = 10_000) -> str:
    """The part of the metadata that says how numbers become reflectances."""
    names = ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12")
    offsets = "".join(f'<BOA_ADD_OFFSET band_id="{number}">{offset}</BOA_ADD_OFFSET>' for number in range(13))
    bands = "".join(
        f'<Spectral_Information bandId="{number}" physicalBand="{name}"/>' for number, name in enumerate(names)
    )
    return (
        '<n1:Level-2A_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-2A.xsd">'
        f"<BOA_QUANTIFICATION_VALUE>{quantification}</BOA_QUANTIFICATION_VALUE>{offsets}{bands}"
        "</n1:Level-2A_User_Product>"
    )
