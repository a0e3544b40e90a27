# SPDX-License-Identifier: AGPL-3.0-or-later
"""The legend of a map: a table, colours for GDAL and GRASS, and styles for QGIS (QML) and map servers (SLD)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from terracite.landcover.products.files import Item, item, safe
from terracite.raster.write import rgba
from terracite.record.model import FileRole, MapClass


def legend(folder: Path, classes: Sequence[MapClass], rasters: Sequence[str] = ("landcover",)) -> Iterator[Item]:
    """Write the table of the classes, and a style in each language for each of the ``rasters`` (names of files)."""
    with (folder / "legend.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "fr", "en", "colour"])
        writer.writerows([one.code, safe(one.label.fr), safe(one.label.en), one.colour] for one in classes)
    fr, en = "Classes : code, nom français et anglais, couleur.", "Classes: code, French and English name, colour."
    yield item("legend.csv", FileRole.LEGEND, "text/csv", "CSV", fr, en)
    (folder / "legend.clr").write_text(clr(classes), encoding="ascii")
    fr = "Table de couleurs : code, rouge, vert, bleu, opacité (gdaldem color-relief, QGIS, ArcGIS)."
    en = "Colour table: code, red, green, blue, opacity (gdaldem color-relief, QGIS, ArcGIS)."
    yield item("legend.clr", FileRole.LEGEND, "text/plain", "GDAL colour table", fr, en)
    for raster in rasters:
        what = ("de la carte", "of the map") if raster == "landcover" else (f"de {raster}", f"of {raster}")
        for ending, language in (("", "en"), (".fr", "fr")):
            (folder / f"{raster}{ending}.qml").write_text(qml(classes, language), encoding="utf-8")
            fr, en = f"Style QGIS {what[0]} ({language}).", f"QGIS style {what[1]} ({language})."
            yield item(f"{raster}{ending}.qml", FileRole.LEGEND, "application/xml", "QGIS style (QML)", fr, en)
            (folder / f"{raster}{ending}.sld").write_text(sld(classes, language, raster), encoding="utf-8")
            fr = f"Style {what[0]} pour un serveur de cartes (SLD 1.0, {language})."
            en = f"Style {what[1]} for a map server (SLD 1.0, {language})."
            yield item(
                f"{raster}{ending}.sld", FileRole.LEGEND, "application/vnd.ogc.sld+xml", "OGC style (SLD)", fr, en
            )


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


def sld(classes: Sequence[MapClass], language: str, layer: str) -> str:
    """A style of map servers: OGC SLD 1.0.0 with a colour map of values, as GeoServer and MapServer read it.

    The colours are solid (``type="values"``, OGC's Symbology Encoding has it as Categorize): a value in none of the
    classes, such as 0, is not drawn.
    """
    entries = "\n".join(
        f'            <ColorMapEntry color="{one.colour}" quantity="{one.code}" '
        f'label={quoteattr(one.label.best(language))} opacity="1"/>'
        for one in sorted(classes, key=lambda one: one.code)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" '
        'xmlns:ogc="http://www.opengis.net/ogc" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"  <NamedLayer>\n    <Name>{escape(layer)}</Name>\n    <UserStyle>\n      <Name>{escape(layer)}</Name>\n"
        "      <FeatureTypeStyle>\n        <Rule>\n          <RasterSymbolizer>\n            <Opacity>1.0</Opacity>\n"
        f'            <ColorMap type="values">\n{entries}\n            </ColorMap>\n'
        "          </RasterSymbolizer>\n        </Rule>\n      </FeatureTypeStyle>\n    </UserStyle>\n"
        "  </NamedLayer>\n</StyledLayerDescriptor>\n"
    )


def clr(classes: Sequence[MapClass]) -> str:
    """A colour table, a line a class: "2 199 214 79 255"; "nv" is what is not mapped."""
    lines = [" ".join(map(str, (one.code, *rgba(one.colour)))) for one in sorted(classes, key=lambda one: one.code)]
    return "\n".join([*lines, "nv 0 0 0 0"]) + "\n"
