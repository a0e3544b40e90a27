# SPDX-License-Identifier: AGPL-3.0-or-later
"""What QGIS says of layers: valid, in WGS 84, every feature with a valid geometry, and not one message.

To be run by Debian's own Python, which alone sees Debian's QGIS (package ``python3-qgis``)::

    /usr/bin/python3 qgis_layers.py LAYER...

A layer of a GeoPackage is written ``FILE.gpkg|layername=NAME``. One line of JSON per layer: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any


def _faults(layer: Any) -> Iterator[str]:
    if not layer.isValid():
        yield "not a valid layer"
        return
    if layer.crs().authid() != "EPSG:4326":
        yield f"its reference system is {layer.crs().authid()}"
    if layer.featureCount() < 1:
        yield "no feature"
    bad = sum(not (feature.hasGeometry() and feature.geometry().isGeosValid()) for feature in layer.getFeatures())
    if bad:
        yield f"{bad} features without a valid geometry"


def main(names: list[str]) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qgis.core import QgsApplication, QgsVectorLayer

    application = QgsApplication([], False)
    application.initQgis()
    said: list[str] = []
    application.messageLog().messageReceived.connect(lambda *message: said.append(f"{message[1]}: {message[0]}"))
    for name in names:
        said.clear()
        why = [*_faults(QgsVectorLayer(name, "layer", "ogr")), *said]
        print(json.dumps({"file": name, "ok": not why, "why": "; ".join(why)}))


if __name__ == "__main__":
    main(sys.argv[1:])
