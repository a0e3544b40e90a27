# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sen2Chain itself (sen2chain on PyPI, GPL-3) makes a library of a small area, and says what it thinks is in it.

``python sen2chain_library.py FOLDER`` writes SAFE products into ``FOLDER/sen2chain_data/data``, the library of a
station whose home is FOLDER, and lets Sen2Chain make every index, cloud mask and quicklook it can without Sen2Cor and
OmniCloudMask. Prints one line of JSON: {"version", "steps": {step: "" or why it stopped}, "library": {index: {"raw",
"masked": [names]}}, "made": [paths below the library, folders of products excluded]}.

Needs GDAL's own Python package (Debian's ``python3-gdal``), which no wheel holds: run by the system's Python.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

PACKAGES = ["sen2chain==1.4.1", "numpy<1.24"]  # its quicklooks need np.float

CELLS = {10: 360, 20: 180, 60: 60}  #: cells a side at each cell size: 3.6 km
ORIGIN = 300000.0, 7700020.0  #: north-west corner in UTM zone 40 south: tile 40KCB, La Réunion
BANDS = {
    10: ("B02", "B03", "B04", "B08", "AOT", "WVP", "TCI"),
    20: ("B02", "B03", "B04", "B05", "B06", "B07", "B8A", "B11", "B12", "AOT", "WVP", "TCI", "SCL"),
    60: ("B01", "B09", "SCL"),
}
#: reflectance of each band, x 10,000, over vegetation and over bare ground
SPECTRUM = {
    **{"B01": (300, 900), "B02": (350, 1100), "B03": (600, 1500), "B04": (400, 2000), "B05": (1000, 2200)},
    **{"B06": (2400, 2400), "B07": (3000, 2500), "B08": (3400, 2600), "B8A": (3500, 2700), "B09": (3400, 2700)},
    **{"B11": (1600, 3300), "B12": (800, 2900), "AOT": (120, 120), "WVP": (2500, 2500)},
}
#: sensing, baseline, relative orbit, platform, discriminator: before and after the offset of baseline 04.00, two
#: orbits, one acquisition that was processed again years later
PRODUCTS = (
    ("20180721T063511", "0206", "134", "S2A", "20180721T081122"),
    ("20180721T063511", "0500", "134", "S2A", "20230411T081122"),
    ("20211230T062459", "0301", "091", "S2B", "20211230T080712"),
    ("20220203T063501", "0400", "134", "S2A", "20220203T091213"),
)
#: before December 2016: the tile is in the granule, the second timestamp is the sensing time
OLD = "S2A_USER_PRD_MSIL2A_PDMC_20160412T123456_R020_V20160411T063512_20160411T063512"
TILE = "40KCB"
#: of a library, as Sen2Chain's configuration calls them
FOLDERS = (
    *("temp", "l1c", "l1c_archive", "l2a", "l2a_archive", "indices", "time_series", "temporal_summaries"),
    *("cloudmasks", "extraction"),
)
INDICES = ("NDVI", "NDWIMCF", "NDWIGAO", "MNDWI", "NDRE", "IRECI", "BIGR", "BIRNIR", "BIBG", "EVI", "NBR", "NDBI")
MASKS: tuple[dict[str, Any], ...] = (
    {"cm_version": "CM001"},
    {"cm_version": "CM002"},
    {"cm_version": "CM003", "probability": 1, "iterations": 5},
    {"cm_version": "CM004", "iterations": 1, "thin_cir": False},
)


def write_safe(library: Path, sensed: str, baseline: str, orbit: str, platform: str, discriminator: str) -> str:
    """One L2A product and its L1C, as ESA lays them out since December 2016; returns the identifier of the L2A."""
    for level in ("L1C", "L2A"):
        name = f"{platform}_MSI{level}_{sensed}_N{baseline}_R{orbit}_T{TILE}_{discriminator}"
        granule = f"{level}_T{TILE}_A014203_{sensed}"
        folder = library / level / TILE / f"{name}.SAFE"
        images = _images(folder, level, f"T{TILE}_{sensed}", granule, offset=1000 if baseline >= "0400" else 0)
        _metadata(folder, f"MTD_MSI{level}.xml", granule, baseline, images, "psd-14")
        (folder / "GRANULE" / granule / "MTD_TL.xml").write_text("<x/>\n")
        (folder / "manifest.safe").write_text("<x/>\n")
    return name


def write_old_safe(library: Path) -> None:
    """An L2A of 2016 as Sen2Cor made it: long names, one granule per tile."""
    granule = f"S2A_USER_MSI_L2A_TL_EPA__20160412T101112_A004188_T{TILE}_N02.01"
    folder = library / "L2A" / TILE / f"{OLD}.SAFE"
    image = f"S2A_USER_MSI_L2A_TL_EPA__20160412T101112_A004188_T{TILE}"
    images = _images(folder, "L2A", image, granule, offset=0)
    name = OLD.replace("_PRD_", "_MTD_").replace("_MSI", "_SAF")
    _metadata(folder, f"{name}.xml", granule, "0201", [Path(path).name for path in images], "psd-13")


def _images(folder: Path, level: str, stem: str, granule: str, *, offset: int) -> list[str]:
    """Writes the images of a product; returns their paths below its folder, as its metadata name them."""
    written = []
    home = f"GRANULE/{granule}/IMG_DATA"
    for size, bands in BANDS.items() if level == "L2A" else [(10, BANDS[10][:4]), (20, BANDS[20][3:9])]:
        for band in bands:
            path = f"{home}/R{size}m/{stem}_{band}_{size}m" if level == "L2A" else f"{home}/{stem}_{band}"
            _write(folder / f"{path}.jp2", _band(band, size, offset), size)
            written.append(path)
    if level == "L1C":
        _write(folder / f"{home}/{stem}_TCI.jp2", _band("TCI", 10, 0), 10)
        written.append(f"{home}/{stem}_TCI")
    for band in ("CLDPRB", "SNWPRB") if level == "L2A" else ():
        _write(folder / f"GRANULE/{granule}/QI_DATA/MSK_{band}_20m.jp2", _band(band, 20, 0), 20)
    return written


def _band(band: str, size: int, offset: int) -> Any:
    """Numbers of a band, shape (bands, y, x): fields and bare ground, a cloud, nodata beyond the edge of the swath."""
    import numpy as np

    rows, cols = np.mgrid[: CELLS[size], : CELLS[size]] * (size / 10)
    cloud = np.hypot(rows - 90, cols - 250) < 60
    outside = cols + rows < 60
    if band == "CLDPRB":
        return np.where(cloud, 90, 0).astype(np.uint8)[None]
    if band == "SNWPRB":
        return np.zeros_like(rows, np.uint8)[None]
    green = 0.5 + 0.5 * np.sin(rows / 40) * np.cos(cols / 50)
    if band == "SCL":
        return np.where(outside, 0, np.where(cloud, 9, np.where(green > 0.5, 4, 5))).astype(np.uint8)[None]
    if band == "TCI":
        return np.repeat(np.where(outside, 0, np.where(cloud, 255, 40 + 100 * green)).astype(np.uint8)[None], 3, 0)
    plant, soil = SPECTRUM[band]
    values = np.where(cloud & (band not in {"AOT", "WVP"}), 7000, soil + (plant - soil) * green)
    values = values + (offset if band.startswith("B") else 0)
    return np.where(outside, 0, values).astype(np.uint16)[None]


def _write(path: Path, values: Any, size: int) -> None:
    import rasterio

    path.parent.mkdir(parents=True, exist_ok=True)
    west, north = ORIGIN
    profile = {
        **{"driver": "JP2OpenJPEG", "count": len(values), "height": values.shape[1], "width": values.shape[2]},
        **{"dtype": values.dtype, "crs": "EPSG:32740", "transform": rasterio.Affine(size, 0, west, 0, -size, north)},
        **{"QUALITY": 100, "REVERSIBLE": "YES"},
    }
    with rasterio.open(path, "w", **profile) as image:
        image.write(values)


def _metadata(folder: Path, name: str, granule: str, baseline: str, images: list[str], psd: str) -> None:
    """The few elements of a product's metadata that Sen2Chain reads."""
    address = f"https://{psd}.sentinel2.eo.esa.int/PSD/User_Product_Level-2A.xsd"
    granules, image = ("Granules", "IMAGE_ID") if psd == "psd-13" else ("Granule", "IMAGE_FILE")
    listed = "".join(f"<{image}>{path}</{image}>" for path in images)
    (folder / name).write_text(
        f"<n1:P xmlns:n1={quoteattr(address)} xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
        f" xsi:schemaLocation={quoteattr(address)}><PROCESSING_BASELINE>{baseline[:2]}.{baseline[2:]}"
        "</PROCESSING_BASELINE><Cloud_Coverage_Assessment>8.7</Cloud_Coverage_Assessment>"
        f"<{granules} granuleIdentifier={quoteattr(granule)}>{listed}</{granules}></n1:P>\n",
        encoding="utf-8",
    )


def configure(home: Path) -> Path:
    """Says in Sen2Chain's configuration where its library is, as a station does; returns the library."""
    library = home / "sen2chain_data" / "data"
    paths = {key: library / key.upper() for key in FOLDERS}
    for path in paths.values():
        path.mkdir(parents=True, exist_ok=True)
    settings = home / "sen2chain_data" / "config" / "config.cfg"
    settings.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{key}_path = {path}\n" for key, path in paths.items())
    settings.write_text(f"[DATA PATHS]\n{lines}", encoding="utf-8")
    return library


def make(identifiers: list[str], steps: dict[str, str]) -> None:
    """Every mask, index and quicklook of each product; what stops Sen2Chain goes into ``steps``."""
    from sen2chain import L1cProduct, L2aProduct

    def step(name: str, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever stops it, the files that it left are what counts
            steps[name] = f"{type(error).__name__}: {error}"
        else:
            steps.setdefault(name, "")

    for identifier in identifiers:
        product = L2aProduct(identifier)
        step("quicklook of the L2A", product.process_ql)
        step("quicklook of the L1C", L1cProduct(identifier.replace("L2A_", "L1C_")).process_ql)
        for mask in MASKS:
            step(f"mask {mask['cm_version']}", lambda mask=mask, of=product: of.compute_cloud_mask(**mask))
        for index in INDICES:
            for mask in MASKS:
                options = {"indice": index, "quicklook": mask["cm_version"] in {"CM001", "CM004"}} | mask
                step(f"index {index}", lambda options=options, of=product: of.compute_indice(**options))
    step("copy of what Sen2Cor says of clouds", L2aProduct(identifiers[-1]).copy_l2a_sideproducts)
    step("quicklook as JPEG", lambda: L2aProduct(identifiers[-1]).process_ql(jpg=True))
    step("mask as before 2021", L2aProduct(identifiers[0]).process_cloud_mask_v2)
    step("quicklook of 2016", L2aProduct(OLD, TILE).process_ql)
    step("mask of 2016", L2aProduct(OLD, TILE).process_cloud_mask_v2)


def library_says() -> dict[str, dict[str, list[str]]]:
    """What Sen2Chain's own library lists for the tile, per index."""
    from sen2chain import Tile

    found = {}
    for index, products in Tile(TILE)._products["indices"].items():
        found[index.upper()] = {"raw": sorted(products.raws.products), "masked": sorted(products.masks.products)}
    return found


def made(library: Path) -> list[str]:
    """Every file of the library but those inside products."""
    found = []
    for folder, folders, names in os.walk(library):
        found += [str(Path(folder, name).relative_to(library)) for name in names]
        folders[:] = [name for name in folders if not name.endswith(".SAFE")]
    return sorted(found)


def main(folder: Path) -> None:
    os.environ["SEN2CHAIN_HOMEPATH"] = str(folder)
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    library = configure(folder)
    identifiers = [write_safe(library, *product) for product in PRODUCTS]
    write_old_safe(library)
    import sen2chain  # reads its configuration, hence the folders of its library, when it is imported

    steps: dict[str, str] = {}
    out, sys.stdout = sys.stdout, sys.stderr
    make(identifiers, steps)
    answer = {"version": sen2chain.__version__, "steps": steps, "library": library_says(), "made": made(library)}
    print(json.dumps(answer), file=out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
