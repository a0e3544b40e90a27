# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when: places, reference systems, resolution, periods, eras. Coordinates are longitude latitude (CRS84)."""

from __future__ import annotations

import re
from decimal import Decimal

from terracite.record import vocabularies
from terracite.record.dcat.graph import Description, Link, Literal, Thing, decimal
from terracite.record.dcat.vocabulary import EPSG, INSPIRE, SCALE, SPATIAL_REFERENCE
from terracite.record.dcat.writing.terms import concept, moment
from terracite.record.model import Box, Era, Extent, Period, Record, ReferenceSystem, Resolution

_DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$")


def add(dataset: Thing, record: Record, description: Description, *, geo: bool) -> None:
    for extent in record.extents:
        description.link(dataset, "dct:spatial", extent.place_uri, extent, _place)
    for system in record.reference_systems:
        predicate = "geodcatap:referenceSystem" if geo else "dct:conformsTo"
        description.link(dataset, predicate, _crs(system), system, _system)
    for resolution in record.resolutions:
        _resolution(dataset, resolution, geo=geo)
    if record.representation and not record.files:
        dataset.add("adms:representationTechnique", representation(record))
    for period in record.periods:
        dataset.add("dct:temporal", _period(period))
    for era in record.eras:
        description.link(dataset, "dct:temporal", era.uri, era, _era)
    if _DURATION.match(record.time_resolution):
        dataset.literal("dcat:temporalResolution", record.time_resolution, "xsd:duration")


def representation(record: Record) -> Thing | None:
    """How space is represented, in INSPIRE's list."""
    if record.representation is None:
        return None
    iri = f"{INSPIRE}SpatialRepresentationType/{record.representation.value}"
    return concept(vocabularies.representation_label(record.representation), "", iri)


def _place(extent: Extent, iri: str) -> Thing:
    thing = Thing(("dct:Location",), iri).text("skos:prefLabel", extent.place)
    parts = extent.box.parts()
    boxes = [f"(({_corners(box)}))" for box in parts]
    wkt = f"POLYGON{boxes[0]}" if len(boxes) == 1 else f"MULTIPOLYGON({','.join(boxes)})"
    thing.add("dcat:bbox", Literal(wkt, datatype="geo:wktLiteral"))
    if extent.polygon:
        rings = ",".join(f"({_ring(ring)})" for ring in extent.polygon)
        geometry = Thing(("locn:Geometry", "geo:Geometry"))
        thing.add("locn:geometry", geometry.literal("geo:asWKT", f"POLYGON({rings})", "geo:wktLiteral"))
    if extent.lowest_m is not None or extent.highest_m is not None:
        thing.add("schema:additionalProperty", _heights(extent))
    return thing


def _corners(box: Box) -> str:
    west, south, east, north = (decimal(side) for side in (box.west, box.south, box.east, box.north))
    return f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"


def _ring(ring: tuple[tuple[float, float], ...]) -> str:
    closed = ring if ring[:1] == ring[-1:] else (*ring, ring[0])
    return ",".join(f"{decimal(east)} {decimal(north)}" for east, north in closed)


def _heights(extent: Extent) -> Thing:
    thing = Thing(("schema:PropertyValue",)).literal("schema:name", "vertical extent")
    for predicate, height in (("schema:minValue", extent.lowest_m), ("schema:maxValue", extent.highest_m)):
        if height is not None:
            thing.literal(predicate, decimal(height), "xsd:decimal")
    return thing.literal("schema:unitCode", "MTR")


def _crs(system: ReferenceSystem) -> str:
    found = re.fullmatch(r"EPSG:(\d+)", system.code)
    return f"{EPSG}{found[1]}" if found else ""


def _system(system: ReferenceSystem, iri: str) -> Thing:
    thing = Thing(("dct:Standard",), iri).add("dct:type", Link(SPATIAL_REFERENCE))
    thing.literal("dct:identifier", system.code).literal("dct:title", system.name)
    return thing.literal("rdf:value", system.wkt)


def _resolution(dataset: Thing, resolution: Resolution, *, geo: bool) -> None:
    if resolution.distance_m is not None:
        dataset.literal("dcat:spatialResolutionInMeters", decimal(resolution.distance_m), "xsd:decimal")
    if resolution.scale is not None:
        fraction = format(Decimal(1) / Decimal(resolution.scale), "f")
        measure = Thing(("dqv:QualityMeasurement",)).add("dqv:isMeasurementOf", Link(SCALE))
        dataset.add("dqv:hasQualityMeasurement", measure.literal("dqv:value", fraction, "xsd:decimal"))
        if geo:
            dataset.literal("geodcatap:spatialResolutionAsText", f"1:{resolution.scale}")


def _period(period: Period) -> Thing:
    thing = Thing(("dct:PeriodOfTime",)).add("dcat:startDate", moment(period.start))
    if period.end is not None:
        return thing.add("dcat:endDate", moment(period.end))
    return thing.add("time:hasEnd", _now()) if period.ongoing else thing


def _now() -> Thing:
    position = Thing(("time:TimePosition",)).literal("time:nominalPosition", "now")
    return Thing(("time:Instant",)).add("time:inTemporalPosition", position)


def _era(era: Era, iri: str) -> Thing:
    """Years as xsd:gYear, astronomical as in XML Schema 1.1 (0 is 1 BCE)."""
    thing = Thing(("dct:PeriodOfTime", "time:ProperInterval"), iri).text("skos:prefLabel", era.name)
    for predicate, year in (("dcat:startDate", era.oldest_year), ("dcat:endDate", era.youngest_year)):
        if year is not None:
            thing.literal(predicate, f"{'-' if year < 0 else ''}{abs(year):04d}", "xsd:gYear")
    return thing
