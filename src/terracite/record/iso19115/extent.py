# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when: ``gex:EX_Extent``. Polygons are GML in EPSG:4326, hence lat lon."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.iso19115.elements import Iso
from terracite.record.model import Box, Extent, Period
from terracite.record.model import iso as iso_text

_WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"

Ring = tuple[tuple[float, float], ...]


def write(iso: Iso, parent: Element) -> None:
    """One element per place; the periods go with the first, since ISO ties time to an extent."""
    record = iso.record
    for number, extent in enumerate(record.extents):
        element = iso.add(parent, "mri:extent", "gex:EX_Extent")
        _place(iso, element, extent)
        if number == 0:
            _periods(iso, element)
        _heights(iso, element, extent)
    if record.periods and not record.extents:
        _periods(iso, iso.add(parent, "mri:extent", "gex:EX_Extent"))


def _place(iso: Iso, parent: Element, extent: Extent) -> None:
    iso.text(parent, "gex:description", extent.place)
    for box in extent.box.parts():
        _box(iso, parent, box)
    if extent.place and extent.place_uri:
        description = iso.add(parent, "gex:geographicElement", "gex:EX_GeographicDescription")
        identifier = iso.add(description, "gex:geographicIdentifier", "mcc:MD_Identifier")
        iso.text(identifier, "mcc:code", extent.place, extent.place_uri)
    rings = [ring for ring in map(_closed, extent.polygon) if len(ring) >= 4]
    if rings:
        _polygon(iso, parent, rings)


def _box(iso: Iso, parent: Element, box: Box) -> None:
    element = iso.add(parent, "gex:geographicElement", "gex:EX_GeographicBoundingBox")
    limits = {
        "westBoundLongitude": box.west,
        "eastBoundLongitude": box.east,
        "southBoundLatitude": box.south,
        "northBoundLatitude": box.north,
    }
    for name, value in limits.items():
        iso.add(element, f"gex:{name}", "gco:Decimal", text=_decimal(value))


def _decimal(value: float) -> str:
    """A number without exponent, as ``xs:decimal`` wants; 1e-9 degree is a tenth of a millimetre."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _closed(ring: Ring) -> Ring:
    return ring if not ring or ring[0] == ring[-1] else (*ring, ring[0])


def _polygon(iso: Iso, parent: Element, rings: list[Ring]) -> None:
    path = ("gex:geographicElement", "gex:EX_BoundingPolygon", "gex:polygon")
    polygon = iso.add(parent, *path, "gml:Polygon", gml__id=iso.gml_id("polygon"), srsName=_WGS84)
    for number, ring in enumerate(rings):
        side = "gml:interior" if number else "gml:exterior"
        element = iso.add(polygon, side, "gml:LinearRing")
        for lon, lat in ring:
            iso.add(element, "gml:pos", text=f"{_decimal(lat)} {_decimal(lon)}")


def _periods(iso: Iso, parent: Element) -> None:
    for period in iso.record.periods:
        path = ("gex:temporalElement", "gex:EX_TemporalExtent", "gex:extent", "gml:TimePeriod")
        element = iso.add(parent, *path, gml__id=iso.gml_id("period"))
        iso.add(element, "gml:beginPosition", text=iso_text(period.start))
        _end(iso, element, period)


def _end(iso: Iso, parent: Element, period: Period) -> None:
    if period.end is not None:
        iso.add(parent, "gml:endPosition", text=iso_text(period.end))
    else:
        iso.add(parent, "gml:endPosition", indeterminatePosition="now" if period.ongoing else "unknown")


def _heights(iso: Iso, parent: Element, extent: Extent) -> None:
    if extent.lowest_m is None and extent.highest_m is None:
        return
    element = iso.add(parent, "gex:verticalElement", "gex:EX_VerticalExtent")
    for name, value in (("gex:minimumValue", extent.lowest_m), ("gex:maximumValue", extent.highest_m)):
        if value is None:
            iso.missing(element, name)
        else:
            iso.add(element, name, "gco:Real", text=repr(value))
