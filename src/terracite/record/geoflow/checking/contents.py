# SPDX-License-Identifier: AGPL-3.0-or-later
"""What geoflow asks of the values of each column, beyond their keys."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.geoflow import ewkt
from terracite.record.geoflow.checking.components import Cut
from terracite.record.geoflow.checking.finding import Told
from terracite.record.geoflow.columns import DATES
from terracite.record.model import KeywordKind

_DOI = re.compile(r"10\.\d{4,9}/[-._;()/:A-Z0-9]+", re.IGNORECASE)
_UUID4 = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}", re.IGNORECASE)
_ORCID = re.compile(r"\s*(?:(?:https?://)?orcid\.org/)?\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX]\s*", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_KINDS = tuple(kind.value for kind in KeywordKind)
_ISO_DATES = tuple(key for key in DATES if key not in {"edition", "embargo", "metadata"})
_SRID = re.compile(r"\s*-?\d+(\.0*)?\s*")


def identifiers(components: list[Cut]) -> Iterator[Told]:
    """DOIs and UUIDs have their form."""
    for one in components:
        value = one.value.strip().strip('"')
        if one.key == "doi" and not _DOI.fullmatch(value):
            yield Told("doi", value)
        if one.key == "uuid" and not _UUID4.fullmatch(value):
            yield Told("uuid", value)


def contact_identifiers(components: list[Cut]) -> Iterator[Told]:
    """ORCIDs have their form, whatever geoflow thinks of their last X."""
    for one in components:
        if one.key == "orcid" and not _ORCID.fullmatch(one.value):
            yield Told("orcid", one.value)


def subjects(components: list[Cut]) -> Iterator[Told]:
    """Kinds of keywords are those of ISO."""
    for key in dict.fromkeys(one.key for one in components if one.key):
        if key not in _KINDS and key != "topic":
            yield Told("subject", key, ", ".join(_KINDS))


def dates(components: list[Cut]) -> Iterator[Told]:
    """Types of dates are those of ISO, and values are dates."""
    if not components:
        yield Told("no_date")
    for one in components:
        if one.key and one.key not in DATES:
            yield Told("date_key", one.key, ", ".join(_ISO_DATES))
        yield from (Told("date", value) for value in one.values if not is_date(value))


def is_date(text: str) -> bool:
    """Whether R reads it: a day, perhaps with a time after it, a month, a year."""
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        return True
    match = _DAY.match(f"{text}-01" if len(text) == 7 else text)
    if not match:
        return False
    try:
        dt.date(*(int(part) for part in match.groups()))
    except ValueError:
        return False
    return True


def languages(cell: str) -> Iterator[Told]:
    """The cell is a code of ISO 639-2; geoflow refuses an empty one too."""
    if cell.strip() not in vocabularies.iso639_1_codes():
        yield Told("language", cell)


def spatial(components: list[Cut]) -> Iterator[Told]:
    """EWKT begins with its SRID, WKT has one beside it, and geometries are geometries."""
    found = {one.key: one.value.strip().strip('"') for one in components}
    if "ewkt" in found:
        yield from _ewkt(found["ewkt"])
    if "srid" in found and not _SRID.fullmatch(found["srid"]):
        yield Told("srid", found["srid"])
    if "wkt" in found:
        if "srid" not in found:
            yield Told("wkt_srid")
        if not ewkt.read(found["wkt"])[1]:
            yield Told("geometry", found["wkt"])


def _ewkt(text: str) -> Iterator[Told]:
    srid, members = ewkt.read(text)
    if srid is None or not text.startswith("SRID=") or text.count(";") != 1:
        yield Told("srid_missing", text)
    elif not members or not all(ring[0] == ring[-1] for ring in _rings(members)):
        yield Told("geometry", text)


def _rings(members: list[ewkt.Geometry]) -> Iterator[ewkt.Ring]:
    return (ring for one in members if one.kind == "POLYGON" for shape in one.shapes for ring in shape)


def period(cell: str) -> Iterator[Told]:
    """An instant, or a start and an end with a stroke between them; geoflow takes bare years there."""
    parts = cell.strip().split("/")
    if len(parts) > 2:
        return
    for part in parts:
        if part.strip() and not is_date(part):
            yield Told("date", part)


def provenance(components: list[Cut]) -> Iterator[Told]:
    """The statement is mandatory, and first."""
    if components and not components[0].text.startswith("statement"):
        yield Told("statement")


def data(components: list[Cut]) -> Iterator[Told]:
    """There is a source where there is anything."""
    if components and not any(one.key == "source" for one in components):
        yield Told("source")
