# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when: ``gex:EX_Extent``. Polygons are GML in EPSG:4326, hence lat lon."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from terracite.record.iso19115.addresses import iri
from terracite.record.iso19115.elements import Iso
from terracite.record.iso19115.xml_text import attribute, element, empty, leaf
from terracite.record.model import Box, Era, Extent, Period
from terracite.record.model import iso as iso_text

_EXTENT = "mri:extent/gex:EX_Extent"
_TIME = "gex:temporalElement/gex:EX_TemporalExtent/gex:extent/gml:TimePeriod"
_BOX = "gex:geographicElement/gex:EX_GeographicBoundingBox"
_POLYGON = "gex:geographicElement/gex:EX_BoundingPolygon/gex:polygon/gml:Polygon"
_PLACE = "gex:geographicElement/gex:EX_GeographicDescription/gex:geographicIdentifier/mcc:MD_Identifier"
_WGS84 = ' srsName="http://www.opengis.net/def/crs/EPSG/0/4326"'

Ring = tuple[tuple[float, float], ...]


def write(iso: Iso) -> Iterator[str]:
    """One element per place; the periods and eras go with the first, since ISO ties time to an extent."""
    times = "".join(_times(iso))
    for extent in iso.record.extents:
        yield iso.element(_EXTENT, *_place(iso, extent), times, _heights(iso, extent))
        times = ""
    yield iso.element(_EXTENT, times)


def _place(iso: Iso, extent: Extent) -> Iterator[str]:
    yield iso.text("gex:description", extent.place)
    for box in extent.box.parts():
        yield _box(iso, box)
    if iri(extent.place_uri):
        yield iso.element(_PLACE, iso.text("mcc:code", extent.place or extent.place_uri, extent.place_uri))
    yield _polygon(iso, [ring for ring in map(_closed, extent.polygon) if len(ring) >= 4])


def _box(iso: Iso, box: Box) -> str:
    return iso.element(
        _BOX,
        iso.value("gex:westBoundLongitude", "gco:Decimal", decimal(box.west)),
        iso.value("gex:eastBoundLongitude", "gco:Decimal", decimal(box.east)),
        iso.value("gex:southBoundLatitude", "gco:Decimal", decimal(box.south)),
        iso.value("gex:northBoundLatitude", "gco:Decimal", decimal(box.north)),
    )


def decimal(value: float) -> str:
    """A number exactly, without exponent, as ``xs:decimal`` wants.

    >>> decimal(55.0), decimal(1e-07), decimal(-0.0)
    ('55', '0.0000001', '0')
    """
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def _closed(ring: Ring) -> Ring:
    return ring if not ring or ring[0] == ring[-1] else (*ring, ring[0])


def _polygon(iso: Iso, rings: list[Ring]) -> str:
    """The first ring is the outer one, the others are holes."""
    if not rings:
        return ""
    sides = ["gml:exterior"] + ["gml:interior"] * (len(rings) - 1)
    lines = [element(f"{side}/gml:LinearRing", *_positions(ring)) for side, ring in zip(sides, rings, strict=True)]
    return iso.element(_POLYGON, *lines, attributes=iso.gml_id("polygon") + _WGS84)


def _positions(ring: Ring) -> Iterator[str]:
    """``gml:pos`` rather than ``posList``, which OWSLib does not read."""
    return (leaf("gml:pos", f"{decimal(lat)} {decimal(lon)}") for lon, lat in ring)


def _times(iso: Iso) -> Iterator[str]:
    for period in iso.record.periods:
        start = leaf("gml:beginPosition", iso_text(period.start))
        yield iso.element(_TIME, start, _end(period), attributes=iso.gml_id("period"))
    for era in iso.record.eras:
        yield iso.element(_TIME, *_era(era), attributes=iso.gml_id("era"))


def _end(period: Period) -> str:
    if period.end is not None:
        return leaf("gml:endPosition", iso_text(period.end))
    return empty("gml:endPosition", f' indeterminatePosition="{"now" if period.ongoing else "unknown"}"')


def _era(era: Era) -> Iterator[str]:
    """Years are astronomical, as in ISO 8601; a name is in the language of the locale its codeSpace points to."""
    if address := iri(era.uri):
        yield leaf("gml:identifier", era.uri, attribute("codeSpace", address.rpartition("/")[0] or address))
    for language, name in era.name.items():
        yield leaf("gml:name", name, f' codeSpace="#{language.upper()}"')
    yield _year("gml:beginPosition", era.oldest_year)
    yield _year("gml:endPosition", era.youngest_year)


def _year(name: str, year: int | None) -> str:
    if year is None:
        return empty(name, ' calendarEraName="CE" indeterminatePosition="unknown"')
    return leaf(name, f"{'-' if year < 0 else ''}{abs(year):04d}", ' calendarEraName="CE"')


def _heights(iso: Iso, extent: Extent) -> str:
    if extent.lowest_m is None and extent.highest_m is None:
        return ""
    return iso.element(
        "gex:verticalElement/gex:EX_VerticalExtent",
        _height(iso, "gex:minimumValue", extent.lowest_m),
        _height(iso, "gex:maximumValue", extent.highest_m),
        iso.vertical_system(),
    )


def _height(iso: Iso, name: str, value: float | None) -> str:
    return iso.missing(name) if value is None else iso.value(name, "gco:Real", repr(value))
