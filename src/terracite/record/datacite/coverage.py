# SPDX-License-Identifier: AGPL-3.0-or-later
"""Properties 8 and 18 written: dates, periods, eras, places.

Ranges follow RKMS-ISO8601 as DataCite asks: an open end is empty, a year before 0 has a minus sign and four digits.
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.datacite.terms import EMBARGO, ONGOING, UNKNOWN, Attributes, filled
from terracite.record.model import Era, Extent, Record


def dates(record: Record) -> Iterator[dict[str, str]]:
    """The dates of the record, the end of an embargo, then periods and eras as Coverage."""
    for date in record.dates:
        yield {"date": date.text, "dateType": date.kind.value.capitalize()}
    if until := record.access.embargo_until:
        yield {"date": until.isoformat(), "dateType": "Available", "dateInformation": EMBARGO}
    for period in record.periods:
        information = {"dateInformation": ONGOING} if period.ongoing else {}
        yield {"date": period.interval(open_end=""), "dateType": "Coverage"} | information
    for era in record.eras:
        name = era.name.best(record.first_language) or era.uri
        yield filled({"date": _years(era), "dateType": "Coverage", "dateInformation": name})


def _years(era: Era) -> str:
    if era.oldest_year is None and era.youngest_year is None:
        return UNKNOWN
    return f"{_year(era.oldest_year)}/{_year(era.youngest_year)}"


def _year(year: int | None) -> str:
    return "" if year is None else f"{year:05d}" if year < 0 else f"{year:04d}"


def locations(extent: Extent, record: Record) -> Iterator[Attributes]:
    """One location per box, hence two across the antimeridian; the polygon goes with the first."""
    for place, box in enumerate(extent.box.parts()):
        limits = {
            "westBoundLongitude": box.west,
            "eastBoundLongitude": box.east,
            "southBoundLatitude": box.south,
            "northBoundLatitude": box.north,
        }
        polygon = _polygon(extent) if place == 0 else []
        name = extent.place.best(record.first_language)
        yield filled({"geoLocationPlace": name, "geoLocationBox": limits, "geoLocationPolygon": polygon})


def _polygon(extent: Extent) -> list[Attributes]:
    """The outer ring, closed; DataCite wants four points at the least."""
    ring = list(extent.polygon[0]) if extent.polygon else []
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    points = [{"polygonPoint": {"pointLongitude": lon, "pointLatitude": lat}} for lon, lat in ring]
    return points if len(points) >= 4 else []
