# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the numbers of an ESA product become reflectances, as its own XML says.

Never from the date: the archive was processed again, and one acquisition exists with and without offset.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lxml import etree

from terracite.errors import RasterError

_NAMES = ("MTD_MSIL2A.xml", "product_metadata.xml")  #: of ESA, and of copies on clouds
_DEEP = 6  #: folders above a band, at most: R10m, IMG_DATA, the granule, GRANULE, the product


@lru_cache(maxsize=4096)
def metadata_of(folder: Path) -> Path | None:
    """The XML of the product that holds ``folder``; None when it is not there."""
    for above in (folder, *folder.parents)[:_DEEP]:
        for name in _NAMES:
            if (above / name).is_file():
                return above / name
        old = sorted(above.glob("S2*_MTD_*L2A*.xml")) if above.suffix == ".SAFE" else []
        if old:
            return old[0]
        if above.suffix == ".SAFE":
            return None
    return None


def numbers_of(path: Path) -> dict[str, tuple[float, float]]:
    """(scale, offset) of each band ("B2", "B8A"): reflectance = number x scale + offset.

    Raises `RasterError` when the file is not the metadata of a Level-2A product.
    """
    return _numbers(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4096)
def _numbers(path: Path, _modified: int) -> dict[str, tuple[float, float]]:
    cure = "Copy the product again, its XML included."
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise RasterError(f"The metadata '{path}' cannot be read: {error}.", hint=cure) from error
    steps = root.findtext(".//BOA_QUANTIFICATION_VALUE") or root.findtext(".//L2A_BOA_QUANTIFICATION_VALUE")
    names = {item.get("bandId"): item.get("physicalBand") for item in root.iter("Spectral_Information")}
    if not steps or not names:
        raise RasterError(f"The metadata '{path}' say nothing of reflectances.", hint=cure)
    offsets = {item.get("band_id"): float(item.text or 0) for item in root.iter("BOA_ADD_OFFSET")}
    quantum = float(steps)
    return {str(band): (1 / quantum, offsets.get(number, 0.0) / quantum) for number, band in names.items() if band}
