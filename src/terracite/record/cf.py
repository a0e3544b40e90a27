# SPDX-License-Identifier: AGPL-3.0-or-later
"""The global attributes of a CF netCDF file (ACDD-1.3), from the record.

http://wiki.esipfed.org/Attribute_Convention_for_Data_Discovery_1-3. One file holds one language: English where
there is some, and `title_fr`, `summary_fr` beside it.
"""

from __future__ import annotations

import datetime as dt

from terracite.record import vocabularies
from terracite.record.identifiers import doi_url, orcid_url
from terracite.record.model import Agent, Box, DateKind, Period, Record, Resolution, Text, iso

CONVENTIONS = "CF-1.11, ACDD-1.3"
_STANDARD_NAMES = "CF Standard Name Table v83"

Attributes = dict[str, str | float]


def acdd_attributes(record: Record) -> Attributes:
    """The ACDD-1.3 attributes the record has values for; e-mails are never written.

    ``geospatial_bounds`` is WKT in EPSG:4326, hence lat lon. Across the antimeridian ``geospatial_lon_min`` is
    above ``geospatial_lon_max``, as ACDD asks, and the bounds are two polygons.
    """
    attributes: Attributes = {"Conventions": CONVENTIONS, "standard_name_vocabulary": _STANDARD_NAMES}
    for part in (_what, _who, _when, _where, _how):
        attributes |= part(record)
    return {name: value for name, value in attributes.items() if value != ""}


def _what(record: Record) -> Attributes:
    known = vocabularies.licence(record.licence)
    vocabulary_names = dict.fromkeys(keyword.thesaurus for keyword in record.keywords if keyword.thesaurus)
    return {
        "title": record.title.best("en"),
        "summary": record.abstract.best("en"),
        **_french(record),
        "keywords": ", ".join(keyword.label.best("en").replace(",", ";") for keyword in record.keywords),
        "keywords_vocabulary": ", ".join(_thesaurus_title(name) for name in vocabulary_names),
        "id": record.doi or str(record.uuid),
        "naming_authority": "org.doi" if record.doi else "uuid",
        "metadata_link": doi_url(record.doi) if record.doi else "",
        "references": ", ".join(dict.fromkeys(related.identifier for related in record.related)),
        "product_version": record.version.number,
        "license": f"{known.identifier} {known.uri}" if known else record.licence,
        "comment": _joined(record.notes, record.purpose),
    }


def _french(record: Record) -> Attributes:
    """The French texts, when the attributes that everybody reads are in English."""
    texts = {"title_fr": record.title, "summary_fr": record.abstract}
    return {name: text.fr for name, text in texts.items() if text.en}


def _thesaurus_title(identifier: str) -> str:
    thesaurus = vocabularies.thesauri().get(identifier)
    return thesaurus.title.best("en").replace(",", "") if thesaurus else identifier


def _joined(*texts: Text) -> str:
    return "\n".join(text.best("en") for text in texts if text)


def _who(record: Record) -> Attributes:
    publisher = record.publisher
    first = record.creators[0] if record.creators else None
    return {
        "creator_name": "; ".join(agent.display_name for agent in record.creators),
        "creator_url": _address(first) if first else "",
        "creator_type": ("person" if first.is_person else "institution") if first else "",
        "creator_institution": _institution(first) if first else "",
        "institution": _institution(first) if first else "",
        "publisher_name": publisher.name if publisher else "",
        "publisher_url": publisher.ror if publisher else "",
        "publisher_type": "institution" if publisher else "",
        "contributor_name": "; ".join(item.agent.display_name for item in record.contributors),
        "contributor_role": "; ".join(item.role.value for item in record.contributors),
        "acknowledgement": "; ".join(f"{item.funder} {item.award_number}".strip() for item in record.funding),
        "project": "; ".join(item.award_title for item in record.funding if item.award_title),
    }


def _address(agent: Agent) -> str:
    return orcid_url(agent.orcid) if agent.is_person else agent.ror


def _institution(agent: Agent) -> str:
    return agent.organisation or (agent.affiliations[0].name if agent.affiliations else "")


def _when(record: Record) -> Attributes:
    names = {
        "date_created": DateKind.CREATED,
        "date_issued": DateKind.ISSUED,
        "date_modified": DateKind.UPDATED,
    }
    days = {name: record.date(kind) for name, kind in names.items()}
    found: Attributes = {name: day.isoformat() for name, day in days.items() if day}
    if record.record_updated:
        found["date_metadata_modified"] = iso(record.record_updated)
    return found | _coverage(record.periods) | {"time_coverage_resolution": record.time_resolution}


def _coverage(periods: tuple[Period, ...]) -> Attributes:
    if not periods:
        return {}
    start = min(_moment(period.start) for period in periods)
    ends = [_moment(period.end, at_end=True) for period in periods if period.end is not None]
    end = max(ends) if len(ends) == len(periods) else None
    return {
        "time_coverage_start": iso(start),
        "time_coverage_end": iso(end) if end else "",
        "time_coverage_duration": _duration(start, end) if end else "",
    }


def _duration(start: dt.datetime, end: dt.datetime) -> str:
    """ISO 8601, in days where that is what it is (a year of days lacks its last second), else in seconds."""
    seconds = round((end - start).total_seconds())
    days = round(seconds / 86400)
    return f"P{days}D" if days and abs(seconds - days * 86400) <= 1 else f"PT{seconds}S"


def _moment(value: dt.datetime | dt.date, *, at_end: bool = False) -> dt.datetime:
    """A moment as it is; a day as its first second, or its last one ``at_end``."""
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time(23, 59, 59) if at_end else dt.time(), tzinfo=dt.UTC)


def _where(record: Record) -> Attributes:
    if not record.extents:
        return {}
    boxes = [part for extent in record.extents for part in extent.box.parts()]
    heights = [item for item in record.extents if item.lowest_m is not None and item.highest_m is not None]
    found: Attributes = {
        "geospatial_bounds": _bounds(boxes),
        "geospatial_bounds_crs": "EPSG:4326",
        "geospatial_lat_min": min(box.south for box in boxes),
        "geospatial_lat_max": max(box.north for box in boxes),
        "geospatial_lat_units": "degrees_north",
        **_longitudes(record, boxes),
        "geospatial_lon_units": "degrees_east",
        **_resolution(record.resolutions),
    }
    if heights:
        found["geospatial_vertical_min"] = min(item.lowest_m for item in heights if item.lowest_m is not None)
        found["geospatial_vertical_max"] = max(item.highest_m for item in heights if item.highest_m is not None)
        found |= {"geospatial_vertical_positive": "up", "geospatial_vertical_units": "m"}
    return found


def _longitudes(record: Record, boxes: list[Box]) -> Attributes:
    """Of one extent, its own west and east, even when west > east; of several, the widest box."""
    if len(record.extents) == 1:
        box = record.extents[0].box
        return {"geospatial_lon_min": box.west, "geospatial_lon_max": box.east}
    west, east = min(box.west for box in boxes), max(box.east for box in boxes)
    return {"geospatial_lon_min": west, "geospatial_lon_max": east}


def _bounds(boxes: list[Box]) -> str:
    rings = [_ring(box) for box in boxes]
    if len(rings) == 1:
        return f"POLYGON ({rings[0]})"
    return f"MULTIPOLYGON ({', '.join(f'({ring})' for ring in rings)})"


def _ring(box: Box) -> str:
    """The corners as "lat lon", since that is the order of axes of EPSG:4326."""
    corners = [
        (box.south, box.west),
        (box.north, box.west),
        (box.north, box.east),
        (box.south, box.east),
        (box.south, box.west),
    ]
    return f"({', '.join(f'{lat} {lon}' for lat, lon in corners)})"


def _resolution(resolutions: tuple[Resolution, ...]) -> Attributes:
    distance = next((item.distance_m for item in resolutions if item.distance_m), None)
    if distance is None:
        return {}
    text = f"{distance:g} meters"
    return {"geospatial_lat_resolution": text, "geospatial_lon_resolution": text}


def _how(record: Record) -> Attributes:
    lineage = record.lineage
    return {
        "history": "\n".join(_history(record)),
        "source": ", ".join(dict.fromkeys(source.title for source in lineage.sources[:20])),
        "platform": ", ".join(platform.name for platform in record.platforms),
        "instrument": ", ".join(dict.fromkeys(name for item in record.platforms for name in item.instruments)),
    }


def _history(record: Record) -> list[str]:
    """One line per step, its time first, as the netCDF users' guide asks."""
    lines = []
    for step in record.lineage.steps:
        said = step.command or step.description.best("en")
        parts = [iso(step.on) if step.on else "", said, f"({step.software})" if step.software else ""]
        lines.append(" ".join(part for part in parts if part))
    return lines
