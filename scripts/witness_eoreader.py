# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares the reflectances that maps read with those of EOReader, on the same products of Sentinel-2.

Real are the metadata of ESA's products, of several baselines, and the numbers (ten bands of Theia over
Madagascar); put together they are products as their producers lay them out, a few kilometres wide. One line a figure:
name, bands that agree, bands asked about, their ratio, the bar, met or not. Ends in an error when a bar is not met.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from ask_witnesses import PROGRAMS, environment, figure
from witness_corpus import SHARED

from terracite.landcover import images
from terracite.landcover.recipe import ImageSource
from terracite.raster.grid import Block

CELLS = 256  #: of 10 m
STACK = "T38KPD_SENTINEL2A_20170203-071245-541_L2A_T38KPD_C_V1-0_FRE_STACK.tif"
BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")  #: of the stack, in its order
FINE = ("B02", "B03", "B04", "B08")
AGREE = 1e-6  #: of a reflectance: single precision


def main() -> int:
    """Ask about every product and return 1 when a bar is not met."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with rasterio.open(SHARED / "theia-s2-iota2" / "fullband" / STACK) as image:
            numbers, profile = image.read(), image.profile
        products = [_esa(folder / str(place), path, numbers) for place, path in enumerate(_metadata_of_esa())]
        products.append(_theia(folder / "theia", numbers, profile))
        answers = _asked(folder, products)
        good = [_compared(product, answer) for product, answer in zip(products, answers, strict=True)]
    return 0 if all(good) else 1


def _metadata_of_esa() -> list[Path]:
    """Products whose metadata are whole: those of baselines 02.12 to 05.09."""
    found = sorted((SHARED / "s2-safe" / "stactools").glob("*S2*_MSIL2A_*.SAFE"))
    return [path for path in found if (path / "MTD_MSIL2A.xml").exists() and any(path.glob("GRANULE/*/MTD_TL.xml"))]


def _esa(folder: Path, metadata: Path, numbers: Any) -> Path:
    """A product with these metadata; 1000 is added to the numbers, so that no offset makes them negative."""
    product = folder / metadata.name.removeprefix("esa_")
    shutil.copytree(metadata, product)
    (granule,) = (product / "GRANULE").iterdir()
    _, tile, *_ = granule.name.split("_")
    date = product.name.split("_")[2]
    for number, band in enumerate(BANDS):
        cell = 10 if band in FINE else 20
        values = numbers[number, :: cell // 10, :: cell // 10].astype(np.uint16) + 1000
        path = granule / "IMG_DATA" / f"R{cell}m" / f"{tile}_{date}_{band}_{cell}m.jp2"
        _write(path, values, cell, _system(tile))
    _write(
        granule / "IMG_DATA" / "R20m" / f"{tile}_{date}_SCL_20m.jp2",
        np.full((128, 128), 4, np.uint8),
        20,
        _system(tile),
    )
    return product


def _system(tile: str) -> str:
    return f"EPSG:{32600 if tile[3] >= 'N' else 32700}"[:7] + tile[1:3]


def _write(path: Path, values: Any, cell: float, crs: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lossless = {"QUALITY": 100, "REVERSIBLE": "YES"} if path.suffix == ".jp2" else {}
    place = rasterio.transform.from_origin(5e5, 7.7e6, cell, cell)
    driver = "JP2OpenJPEG" if lossless else "GTiff"
    height, width = values.shape
    profile = {"height": height, "width": width, "count": 1, "dtype": values.dtype, "crs": crs, "transform": place}
    with rasterio.open(path, "w", driver=driver, **profile, **lossless) as image:
        image.write(values, 1)


def _theia(folder: Path, numbers: Any, profile: Any) -> Path:
    """The product that the numbers are of, with the metadata that MAJA fills in (those of the product are cut)."""
    name = STACK.removesuffix("_FRE_STACK.tif").partition("_")[2]
    product = folder / name
    product.mkdir(parents=True)
    template = SHARED / "theia-s2-iota2" / "maja-templates" / "SENTINEL2_MUSCATE_L2_MTD_ALL.xml"
    text = template.read_text(encoding="utf-8").replace("NOT_INITIALIZED", "")
    text = re.sub(r">\s+(?=[^<\s])", ">", re.sub(r"(?<=[^>\s])\s+<", "<", text))
    text = text.replace("SENTINEL2A_20091211-165850-593_L2A_T15SVD_C", name.rpartition("_V")[0]).replace(
        "T15SVD", "T38KPD"
    )
    text = (
        text.replace("2009-12-11T16:58:50.5", "2017-02-03T07:12:45.541Z")
        .replace("541ZZ", "541Z")
        .replace(">1462<", ">10000<")
    )
    (product / f"{name}_MTD_ALL.xml").write_text(text, encoding="utf-8")
    for number, band in enumerate(BANDS):
        cell = 10 if band in FINE else 20
        values = numbers[number, :: cell // 10, :: cell // 10].astype(np.int16)
        _write(product / f"{name}_FRE_{band.replace('B0', 'B')}.tif", values, cell, str(profile["crs"]))
    for size, cells in (("R1", CELLS), ("R2", CELLS // 2)):
        for mask in ("CLM", "MG2", "EDG", "SAT"):
            empty = np.zeros((cells, cells), np.uint8)
            _write(product / "MASKS" / f"{name}_{mask}_{size}.tif", empty, 10 * CELLS / cells, str(profile["crs"]))
    return product


def _asked(folder: Path, products: list[Path]) -> list[dict[str, str]]:
    python = environment("eoreader_bands") / "bin" / "python"
    done = subprocess.run(
        [python, PROGRAMS / "eoreader_bands.py", folder, *products], capture_output=True, text=True, cwd=folder
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if len(answers) != len(products):
        raise SystemExit(f"EOReader stopped: {done.stderr[-1500:]}")
    return answers


def _compared(product: Path, answer: dict[str, str]) -> bool:
    """Whether each band that EOReader read is the one that a map reads."""
    started = time.monotonic()
    if answer["why"]:
        print(f"    {product.name}: {answer['why'][:300]}")
    with np.load(answer["file"]) if answer["file"] else _Nothing() as theirs:
        kind = "theia-l2a" if product.name.startswith("SENTINEL2") else "safe-l2a"
        agree = sum(_agrees(product, kind, band, theirs) for band in BANDS)
    return figure(f"eoreader: {product.name[:44]}", agree, len(BANDS), time.monotonic() - started)


def _agrees(product: Path, kind: str, band: str, theirs: Any) -> bool:
    if band not in theirs:
        return False
    source = ImageSource(folder=product.parent, product=kind, indices=(band,))
    (layer,) = images.find(source, "images", [])
    ours = layer.read(Block(0, 0, *layer.grid.shape), layer.grid)[0]
    other = theirs[band]
    same = ours.shape == other.shape and np.array_equal(np.isnan(ours), np.isnan(other))
    worst = float(np.nanmax(np.abs(ours - other))) if ours.shape == other.shape else np.inf
    if not same or worst > AGREE:
        print(f"    {product.name} {band}: {worst:.6f}, missing {np.isnan(ours).sum()} and {np.isnan(other).sum()}")
    return bool(same and worst <= AGREE)


class _Nothing(dict[str, Any]):
    """What was read where nothing could be."""

    def __enter__(self) -> _Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        return None


if __name__ == "__main__":
    sys.exit(main())
