# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from StationXML and QuakeML: where the stations or events are, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from terracite.errors import InspectionError
from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.placing import box_of, hull_of
from terracite.raster.inspecting.styles import parsed

_MOST_BYTES = 64 * 2**20


def facts(path: Path, kind: Kind) -> Facts:
    """What a document of stations or events holds."""
    with path.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InspectionError("The document is too large.", hint="Deposit it in parts.")
    root = parsed(content)
    return _events(root, kind) if kind.name == "quakeml" else _stations(root, kind)


def _stations(root: Any, kind: Kind) -> Facts:
    stations = list(root.iter("{*}Station"))
    points = [point for item in stations if (point := _point(item.find("{*}Longitude"), item.find("{*}Latitude")))]
    codes = [f"{network.get('code')}.{item.get('code')}" for network in root.iter("{*}Network")
             for item in network.iter("{*}Station")]  # fmt: skip
    channels = sorted({item.get("code", "") for item in root.iter("{*}Channel")})
    return _placed(
        Facts(
            kind.format,
            kind.media_type,
            created=_day(root.findtext("{*}Created", "")),
            variables=tuple(VariableFact(name=name) for name in channels[:200]),
            attributes={"stations": ", ".join(codes[:100])},
            rows=len(stations),
        ),
        points,
    )


def _events(root: Any, kind: Kind) -> Facts:
    events = list(root.iter("{*}event"))
    origins = [origin for event in events if (origin := _preferred(event)) is not None]
    points = [point for item in origins
              if (point := _point(item.find("{*}longitude/{*}value"), item.find("{*}latitude/{*}value")))]  # fmt: skip
    times = sorted(moment for item in origins if (moment := _moment(item.findtext("{*}time/{*}value", ""))))
    made = sorted(day for item in root.iter("{*}creationTime") if (day := _day(item.text or "")))
    found = Facts(
        kind.format,
        kind.media_type,
        start=times[0].isoformat() if times else None,
        end=times[-1].isoformat() if times else None,
        created=made[-1] if made else None,
        rows=len(events),
    )
    return _placed(found, points)


def _preferred(event: Any) -> Any:
    """The origin that the event prefers, else its first."""
    wanted = event.findtext("{*}preferredOriginID", "").strip()
    origins = list(event.iter("{*}origin"))
    return next((item for item in origins if item.get("publicID") == wanted), origins[0] if origins else None)


def _placed(found: Facts, points: list[tuple[float, float]]) -> Facts:
    if not points:
        return found
    return replace(found, box=box_of(points), footprint=hull_of(points), crs="EPSG:4326", representation="vector")


def _point(lon: Any, lat: Any) -> tuple[float, float] | None:
    try:
        point = float(lon.text), float(lat.text)
    except (AttributeError, TypeError, ValueError):
        return None
    return point if -180 <= point[0] <= 180 and -90 <= point[1] <= 90 and point != (0, 0) else None


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _day(text: str) -> str | None:
    moment = _moment(text)
    return moment.date().isoformat() if moment else None
