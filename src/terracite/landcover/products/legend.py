# SPDX-License-Identifier: AGPL-3.0-or-later
"""The legend of a map: a table, and styles for QGIS."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from terracite.landcover.products.files import Item, item, safe
from terracite.record.model import FileRole, MapClass


def legend(folder: Path, classes: Sequence[MapClass], rasters: Sequence[str] = ("landcover",)) -> Iterator[Item]:
    """Write the table of the classes, and a style in each language for each of the ``rasters`` (names of files)."""
    with (folder / "legend.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "fr", "en", "colour"])
        writer.writerows([one.code, safe(one.label.fr), safe(one.label.en), one.colour] for one in classes)
    fr, en = "Classes : code, nom français et anglais, couleur.", "Classes: code, French and English name, colour."
    yield item("legend.csv", FileRole.LEGEND, "text/csv", "CSV", fr, en)
    for raster in rasters:
        what = ("de la carte", "of the map") if raster == "landcover" else (f"de {raster}", f"of {raster}")
        for name, language in ((f"{raster}.qml", "en"), (f"{raster}.fr.qml", "fr")):
            (folder / name).write_text(qml(classes, language), encoding="utf-8")
            fr, en = f"Style QGIS {what[0]} ({language}).", f"QGIS style {what[1]} ({language})."
            yield item(name, FileRole.LEGEND, "application/xml", "QGIS style (QML)", fr, en)


def qml(classes: Sequence[MapClass], language: str) -> str:
    """A style of QGIS: each code with its colour and its name."""
    entries = "\n".join(
        f'      <paletteEntry value="{one.code}" color="{one.colour}" alpha="255" '
        f"label={quoteattr(one.label.best(language))}/>"
        for one in classes
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n<qgis>\n  <pipe>\n'
        '    <rasterrenderer type="paletted" band="1" opacity="1">\n      <colorPalette>\n'
        f"{entries}\n      </colorPalette>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n"
    )
