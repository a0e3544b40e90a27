# SPDX-License-Identifier: AGPL-3.0-or-later
"""What EOReader (sertit, Apache-2.0) reads from products of Sentinel-2: reflectances, each band on its own grid.

``python eoreader_bands.py OUTPUT PRODUCT...`` writes the bands of each product, masks left out, to
``OUTPUT/<number>.npz``, and prints one line of JSON each: {"product", "file", "why"}.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

PACKAGES = ["eoreader==0.24.4"]

BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
FINE = ("B02", "B03", "B04", "B08")  #: of 10 m


def main() -> int:
    """Read every product; the exit status is that of the program, not of what was read."""
    import logging

    import numpy as np
    from eoreader.bands import BLUE, GREEN, NARROW_NIR, NIR, RED, SWIR_1, SWIR_2, VRE_1, VRE_2, VRE_3
    from eoreader.reader import Reader

    logging.disable(logging.CRITICAL)
    theirs = (BLUE, GREEN, RED, VRE_1, VRE_2, VRE_3, NIR, NARROW_NIR, SWIR_1, SWIR_2)
    output = Path(sys.argv[1])
    for number, name in enumerate(sys.argv[2:]):
        target, why = output / f"{number}.npz", ""
        try:
            with tempfile.TemporaryDirectory() as scratch:
                product = Reader().open(name, output_path=scratch)
                found = {}
                for band, their in zip(BANDS, theirs, strict=True):
                    loaded = product.load([their], pixel_size=10 if band in FINE else 20, clean_optical="raw")
                    found[band] = np.asarray(loaded[their]).squeeze()
                np.savez(target, **found)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            why = f"{type(error).__name__}: {error}"
        print(json.dumps({"product": name, "file": "" if why else str(target), "why": why}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
