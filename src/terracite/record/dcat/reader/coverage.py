# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when; the reverse of `dcat.writing.coverage`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from terracite.record.dcat.reader import geometry
from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import SCALE, SPATIAL_REFERENCE
from terracite.record.model import (
    Box,
    Era,
    Extent,
    Keyword,
    KeywordKind,
    Period,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
)
from terracite.record.reading import values

_STARTS = ("dcat:startDate", "schema:startDate", "schema:temporalCoverageStart")
_ENDS = ("dcat:endDate", "schema:endDate")
_INSTANTS = (
    "time:inXSDDate",
    "time:inXSDDateTimeStamp",
    "time:inXSDDateTime",
    "time:inXSDgYear",
    "time:inXSDgYearMonth",
)
_CRS = re.compile(r"def/crs/(\w+)/[^/]*/(\w+)|def:crs:(\w+):[^:]*:(\w+)")


def read(dataset: Node) -> dict[str, Any]:
    places = [(node, _place(node)) for node in dict.fromkeys(dataset.all("dct:spatial", "schema:spatialCoverage"))]
    times = [(node, _time(node)) for node in dict.fromkeys(dataset.all("dct:temporal", "schema:temporalCoverage"))]
    return {
        "extents": tuple(place for _, place in places if isinstance(place, Extent)),
        "reference_systems": tuple(found for node in _systems(dataset) if (found := _system(node))),
        "resolutions": (*_distances(dataset), *_scales(dataset)),
        "representation": _representation(dataset),
        "periods": tuple(found for _, found in times if isinstance(found, Period)),
        "eras": tuple(found for _, found in times if isinstance(found, Era)),
        "time_resolution": dataset.text("dcat:temporalResolution"),
    }


def places_without_box(dataset: Node) -> list[Keyword]:
    """Places that only have a name or an address: keywords of place."""
    found = []
    for node in dict.fromkeys(dataset.peek("dct:spatial")):
        if _geometries(node) or (node.is_literal and geometry.four_numbers(node.text())):
            continue
        address = node.identity() if not node.is_literal else ""
        label = Text.model_validate({node.source.language: node.text()}) if node.is_literal else node.label()
        label = label or Text.model_validate({node.source.language: address.rstrip("/").rpartition("/")[2]})
        if label:
            found.append(Keyword(label=label, uri=address, kind=KeywordKind.PLACE))
    return found


def moment_of(node: Node | None) -> dt.datetime | None:
    """The moment in a literal; a day is its first."""
    if node is None:
        return None
    text = node.text()
    found = exact(text)
    if isinstance(found, dt.datetime):
        return found
    if found is not None:
        return dt.datetime(found.year, found.month, found.day, tzinfo=dt.UTC)
    node.source.notes.say(node.where, "unreadable", text, expected=Text(fr="un moment", en="a moment"))
    return None


def exact(text: str) -> dt.date | dt.datetime | None:
    """A moment with its fractions of a second, or the first day meant."""
    try:
        if len(text) > 10:
            moment = dt.datetime.fromisoformat(text)
            return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    return values.start_of(text)


def _place(node: Node) -> Extent | None:
    literals = _geometries(node)
    found = _box(node, literals)
    if found is None:
        return None
    for item in literals:
        item.skip()
    heights = node.first("schema:additionalProperty")
    low = heights.number("schema:minValue") if heights else None
    high = heights.number("schema:maxValue") if heights else None
    if heights is not None:
        heights.all("schema:name", "schema:unitCode")
    extent: Extent | None = node.source.notes.part(
        Extent,
        node.where,
        box=found,
        place=node.label() if not node.is_literal else Text(),
        place_uri=node.identity(),
        polygon=_polygon(node, found),
        lowest_m=low,
        highest_m=high,
    )
    return extent


def _geometries(node: Node) -> list[Node]:
    """Every literal with a geometry, the box first."""
    if node.is_literal:
        return [node] if geometry.polygons(node.text()) else []
    holders = [node, *node.peek("locn:geometry", "schema:geo", "geo:hasGeometry")]
    names = ("dcat:bbox", "geo:asWKT", "geo:asGeoJSON", "locn:geometry", "dcat:centroid", "rdf:value", "schema:box")
    return [item for name in names for holder in holders for item in holder.peek(name) if item.is_literal]


def _box(node: Node, literals: list[Node]) -> Box | None:
    for item in literals:
        text = item.text()
        found = geometry.box_of(geometry.polygons(text))
        if found is None:
            continue
        _mark(node)
        if found[1]:
            node.source.notes.say(item.where, "swapped", text, read=found[0])
        return found[0]
    if node.is_literal and (found := geometry.four_numbers(node.text())):
        return found[0]
    if literals:
        expected = Text(fr="une géométrie en degrés", en="a geometry in degrees")
        node.source.notes.say(literals[0].where, "unreadable", literals[0].text(), expected=expected)
    return None


def _mark(node: Node) -> None:
    """The other geometries of a place say the same in other words."""
    for item in node.all("dcat:bbox", "dcat:centroid", "locn:geometry", "schema:geo", "geo:hasGeometry"):
        item.skip()


def _polygon(node: Node, found: Box) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The polygon of a place, where it says more than its box."""
    holders = node.peek("locn:geometry", "geo:hasGeometry")
    literals = [item for holder in holders for item in ([holder] if holder.is_literal else holder.peek("geo:asWKT"))]
    has_box = bool(node.peek("dcat:bbox"))
    for item in literals:
        polygons = geometry.polygons(item.text())
        if len(polygons) == 1 and len(polygons[0][0]) > 3 and (has_box or not _is_box(polygons[0], found)):
            return polygons[0]
    return ()


def _is_box(polygon: geometry.Polygon, box: Box) -> bool:
    corners = {(east, north) for east in (box.west, box.east) for north in (box.south, box.north)}
    return len(polygon) == 1 and set(polygon[0]) == corners


def _systems(dataset: Node) -> list[Node]:
    """Reference systems: by GeoDCAT-AP's property, or among the standards that the data conform to."""
    found = dataset.all("geodcatap:referenceSystem")
    for node in dataset.peek("dct:conformsTo"):
        types = {item.iri for item in node.peek("dct:type")}
        if SPATIAL_REFERENCE in types or _CRS.search(node.iri):
            node.source.read.add((dataset.term, "dct:conformsTo", node.term))
            found.append(node)
    return list(dict.fromkeys(found))


def _system(node: Node) -> ReferenceSystem | None:
    if node.is_literal:
        text = node.text()
        return ReferenceSystem(code=text) if re.fullmatch(r"[A-Z]+:\w+", text) else ReferenceSystem(name=text)
    node.all("dct:type", "skos:inScheme", "owl:sameAs")
    code = node.text("dct:identifier")
    found = _CRS.search(code) or _CRS.search(node.iri)
    if found and not re.fullmatch(r"\w+:\w+", code):
        code = f"{found[1] or found[3]}:{found[2] or found[4]}"
    name = node.text("dct:title", "skos:prefLabel", "rdfs:label")
    system = ReferenceSystem(code=code, name=name if name != code else "", wkt=node.text("rdf:value"))
    return system if system != ReferenceSystem() else None


def _distances(dataset: Node) -> list[Resolution]:
    found = []
    for node in dataset.all("dcat:spatialResolutionInMeters"):
        distance = node.number()
        part = node.source.notes.part(Resolution, node.where, distance_m=distance) if distance else None
        found += [part] if part else []
        if distance is None:
            expected = Text(fr="un nombre de mètres", en="a number of metres")
            node.source.notes.say(node.where, "unreadable", node.text(), expected=expected)
    return found


def _scales(dataset: Node) -> list[Resolution]:
    """Scales as a fraction (DQV), else as a text such as "1:25000"."""
    texts = dataset.all("geodcatap:spatialResolutionAsText")
    found = []
    for node in dataset.peek("dqv:hasQualityMeasurement"):
        if any(metric.iri == SCALE for metric in node.peek("dqv:isMeasurementOf")):
            fraction = node.number("dqv:value")
            node.skip()
            if fraction and 0 < fraction <= 1:
                found.append(Resolution(scale=round(1 / fraction)))
    if found:
        return found
    scales = [re.fullmatch(r"\D*1\s*[:/]\s*([1-9][\d\s.,]{0,12})", node.text()) for node in texts]
    return [Resolution(scale=int(re.sub(r"\D", "", scale[1]))) for scale in scales if scale]


def _representation(dataset: Node) -> Representation | None:
    holders = [dataset, *dataset.peek("dcat:distribution")]
    found: Representation | None = None
    for node in [item for holder in holders for item in holder.all("adms:representationTechnique")]:
        code = node.iri.rstrip("/").rpartition("/")[2] or node.text()
        node.skip()
        if code in set(Representation):
            found = found or Representation(code)
        else:
            expected = Text(fr="des représentations", en="representations")
            node.source.notes.say(node.where, "unknown_code", code, read="", expected=expected)
    return found


def _time(node: Node) -> Period | Era | None:
    if node.is_literal:
        return _interval(node, node.text())
    start, end = _edge(node, _STARTS, "time:hasBeginning"), _edge(node, _ENDS, "time:hasEnd")
    name = node.label()
    if "time:ProperInterval" in node.types or (name and not start and not end) or _is_remote(start, end):
        return _era(node, name, start, end)
    if not start and not end:
        return _interval(node, node.iri)
    ongoing = end == "now"
    return _period(node, start, end, ongoing=ongoing)


def _era(node: Node, name: Text, start: str, end: str) -> Era | None:
    found: Era | None = node.source.notes.part(
        Era, node.where, name=name, uri=node.identity(), oldest_year=_year(start), youngest_year=_year(end)
    )
    return found


def _period(node: Node, start: str, end: str, *, ongoing: bool) -> Period | None:
    first = exact(start)
    last = None if end in {"", "now"} else _last(end)
    if first is None or (end not in {"", "now"} and last is None):
        expected = Text(fr="une période", en="a period")
        node.source.notes.say(node.where, "unreadable", f"{start}/{end}", expected=expected)
        return None
    part: Period | None = node.source.notes.part(Period, node.where, start=first, end=last, ongoing=ongoing)
    return part


def _last(text: str) -> dt.date | dt.datetime | None:
    return exact(text) if len(text) > 10 else values.end_of(text)


def _interval(node: Node, text: str) -> Period | None:
    start, _, end = text.partition("/")
    for found in (values.interval(text), values.period(start, end) if end else None):
        if found:
            return found
    expected = Text(fr="une période", en="a period")
    node.source.notes.say(node.where, "unreadable", text, expected=expected)
    return None


def _edge(node: Node, names: tuple[str, ...], instant: str) -> str:
    """One end of a period: a literal of DCAT, or an instant of OWL-Time."""
    found = node.text(*names)
    for item in node.all(instant):
        position = item.first("time:inTemporalPosition", "time:inTimePosition")
        text = item.text(*_INSTANTS) or (
            position.text("time:nominalPosition", "time:numericPosition") if position else ""
        )
        found = found or text
    return found


def _is_remote(start: str, end: str) -> bool:
    """Whether a year lies outside of the calendar that days can be given in."""
    years = [year for text in (start, end) if (year := _year(text)) is not None]
    return any(year < 1 or year > 9999 for year in years)


def _year(text: str) -> int | None:
    found = re.fullmatch(r"([-+]?\d{1,12})(?:Z|[+-]\d\d:\d\d)?", text)
    return int(found[1]) if found else None
