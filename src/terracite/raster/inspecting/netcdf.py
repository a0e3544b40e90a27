# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from NetCDF files, by the CF and ACDD conventions. Runs in the child process of `inspect`."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from terracite.errors import InspectionError
from terracite.raster.inspect import ClassFact, Document, Facts, VariableFact, iso_or_none
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.place import Place, place

_MOST_VARIABLES = 200
_MOST_TIMES = 5_000_000
_MOST_ATTRIBUTES = 300
_LONGEST = 20_000
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h ": 3600, "day": 86400}
_SINCE = re.compile(r"^\s*[A-Za-z]+\s+since\s+", re.IGNORECASE)
_FEATURES = frozenset({"point", "timeseries", "trajectory", "profile", "timeseriesprofile", "trajectoryprofile"})
_HDF5_BEYOND_NETCDF = "No variable of this file can be read as NetCDF."

#: ACDD, CF and GDAL global attribute -> name in `Facts.attributes`; e-mails are left where they are
_ATTRIBUTES = {
    **{
        name: name
        for name in (
            "title", "summary", "keywords", "keywords_vocabulary", "creator_name", "creator_url", "institution",
            "source", "references", "comment", "project", "publisher_name", "product_version", "processing_level",
            "platform", "instrument", "date_created", "id", "naming_authority", "doi",
        )
    },
    "license": "licence", "acknowledgement": "acknowledgement", "acknowledgment": "acknowledgement",
    "Conventions": "conventions", "author": "creator_name", "description": "summary",
}  # fmt: skip


def facts(path: Path, kind: Kind) -> Facts:
    """What a NetCDF file holds; raises what netCDF raises when a variable cannot be decoded."""
    with netCDF4.Dataset(path) as data:
        data.set_auto_scale(False)
        variables = dict(_all_variables(data))
        if not variables:
            raise InspectionError(_HDF5_BEYOND_NETCDF, hint="Say in a README how to open it, or save it as NetCDF-4.")
        found = facts_of(data, variables, kind, path.name)
        return replace(found, attributes=found.attributes | {"data_model": data.data_model})


def facts_of(data: Any, variables: dict[str, Any], kind: Kind, name: str) -> Facts:
    """The same, of variables and global attributes that something else opened (Zarr) and that answer like netCDF4's."""
    found, notes = place(variables), []
    named = data_variables(variables)
    notes += _decoded(named)
    when, note = _period(variables, data)
    notes += [note] if note else []
    box = found.box or acdd_box(data)
    notes += list(found.warnings) if not box else []
    return Facts(
        format=kind.format,
        media_type=kind.media_type,
        box=box,
        crs=found.crs,
        crs_wkt=found.wkt,
        resolution_m=found.resolution_m,
        representation=_representation(data, found),
        start=when.start,
        end=when.end,
        time_step=when.step,
        variables=tuple(described(name, item) for name, item in list(named.items())[:_MOST_VARIABLES]),
        classes=_classes(named),
        attributes=attributes(data),
        rows=found.rows,
        columns=found.columns,
        warnings=tuple(notes),
        documents=(attributes_document(data, named, name),),
    )


def attributes_document(data: Any, variables: dict[str, Any], name: str) -> Document:
    """The attributes of a file and its variables, for who reads ACDD and CF."""
    content = {
        "attributes": _plain(data),
        "variables": {title: _plain(item) for title, item in list(variables.items())[:_MOST_VARIABLES]},
    }
    return Document(name, json.dumps(content, ensure_ascii=False), "acdd")


def _plain(item: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in list(item.ncattrs())[:_MOST_ATTRIBUTES]:
        try:
            value = item.getncattr(name)
        except (AttributeError, UnicodeDecodeError, ValueError, RuntimeError):
            continue
        value = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(value, str):
            found[name] = value[:_LONGEST]
        elif isinstance(value, int | float) or (isinstance(value, list) and len(value) <= _MOST_ATTRIBUTES):
            found[name] = value
    return found


def _representation(data: Any, found: Place) -> str:
    """Features as the file says, else cells where there is a grid of them; "" where neither is told."""
    if text_of(data, "featureType").lower() in _FEATURES:
        return "vector"
    return "grid" if found.rows and found.columns else ""


def _all_variables(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, variable in group.variables.items():
        yield prefix + name, variable
    for name, inner in group.groups.items():
        yield from _all_variables(inner, f"{prefix}{name}/")


def data_variables(variables: dict[str, Any]) -> dict[str, Any]:
    """Those that are neither coordinates, bounds nor grid mappings; all of them when nothing is left."""
    pointed_at = set()
    for variable in variables.values():
        for attribute in ("bounds", "climatology", "grid_mapping", "coordinates"):
            pointed_at |= set(re.split(r"[\s:]+", text_of(variable, attribute)))
    data = {
        name: item
        for name, item in variables.items()
        if name not in pointed_at and item.dimensions != (item.name,) and not _is_support(item)
    }
    return data or variables


def _is_support(variable: Any) -> bool:
    """Coordinates of more than one dimension, grid mappings and times without a dimension."""
    names = {text_of(variable, "standard_name"), variable.name.lower()}
    if names & {"latitude", "longitude", "lat", "lon", "time"} or text_of(variable, "grid_mapping_name"):
        return True
    return not variable.dimensions and variable.name in {"crs", "spatial_ref"}


def _decoded(variables: dict[str, Any]) -> list[str]:
    """Decode the first and the last value of each variable, which finds files cut short."""
    notes = []
    for name, variable in list(variables.items())[:_MOST_VARIABLES]:
        if 0 in variable.shape:
            notes.append(f"The variable '{name}' is empty.")
            continue
        variable[(0,) * variable.ndim]
        variable[tuple(size - 1 for size in variable.shape)]
    return notes


def described(name: str, variable: Any) -> VariableFact:
    return VariableFact(
        name=name,
        label=text_of(variable, "long_name"),
        standard_name=text_of(variable, "standard_name"),
        unit=text_of(variable, "units"),
    )


@dataclass(frozen=True, slots=True)
class _When:
    """First and last time, and the step between them where it is even."""

    start: str | None = None
    end: str | None = None
    step: str = ""


def _period(variables: dict[str, Any], data: Any) -> tuple[_When, str]:
    """When, and a warning where the times cannot be read as dates."""
    stated = _When(iso_or_none(text_of(data, "time_coverage_start")), iso_or_none(text_of(data, "time_coverage_end")))
    axis = _time_axis(variables)
    if axis is None:
        return stated, ""
    try:
        found = _times(axis)
        return found if found.start else stated, ""
    except (ValueError, OverflowError, TypeError) as error:
        note = f"The times of '{axis.name}' are not dates ({error}): use CF units such as 'days since 2015-01-01'."
        return stated, note


def _time_axis(variables: dict[str, Any]) -> Any | None:
    """The variable that gives the dates: with a unit like "days since", an axis of its own or single."""
    axes = [
        item
        for item in variables.values()
        if _SINCE.match(text_of(item, "units")) and item.size and item.dimensions in {(item.name,), ()}
    ]
    named = [item for item in axes if text_of(item, "standard_name") == "time" or item.name == "time"]
    return next(iter(named or axes), None)


def _times(axis: Any) -> _When:
    raw = axis[:] if axis.size <= _MOST_TIMES else axis[[0, -1]]
    values = np.unique(np.ma.masked_invalid(np.ma.atleast_1d(raw)).compressed())
    if not values.size:
        return _When()
    calendar = text_of(axis, "calendar").lower() or "standard"
    units = text_of(axis, "units")
    units = units[: _SINCE.match(units).end()].lower() + units[_SINCE.match(units).end() :]  # type: ignore[union-attr]
    step = even_step(values, units)
    dates: Any = netCDF4.num2date(values[[0, -1]], units, calendar, only_use_cftime_datetimes=True)
    return _When(_iso(dates[0]), _iso(dates[1]), "P1M" if calendar == "360_day" and step == "P30D" else step)


def even_step(values: NDArray[np.float64], units: str) -> str:
    """ISO 8601 duration between even times; months are told from days by their lengths."""
    seconds = next((size for name, size in _SECONDS.items() if units.startswith(name)), 0)
    steps = np.diff(values.astype(np.float64)) * seconds
    if steps.size < 2 or not seconds:
        return ""
    if np.allclose(steps, steps[0], rtol=1e-6, atol=0.5):
        return _duration(round(float(steps[0])))
    days = steps / 86400
    if days.min() >= 27.9 and days.max() <= 31.1:
        return "P1M"
    return "P1Y" if days.min() >= 359 and days.max() <= 366.1 else ""


def _duration(seconds: int) -> str:
    if seconds <= 0:
        return ""
    if seconds % 86400 == 0:
        return f"P{seconds // 86400}D"
    hours, rest = divmod(seconds, 3600)
    if not rest:
        return f"PT{hours}H"
    return f"PT{seconds // 60}M" if seconds % 60 == 0 else f"PT{seconds}S"


def _iso(date: Any) -> str:
    """A date of any calendar as UTC time; a day that our calendar lacks becomes the last one of its month."""
    clock = (date.hour, date.minute, date.second)
    for day in (date.day, 30, 29, 28):
        try:
            return dt.datetime(date.year, date.month, day, *clock, tzinfo=dt.UTC).isoformat()
        except ValueError:
            continue
    raise ValueError(f"year {date.year} is out of range")


def acdd_box(data: Any) -> tuple[float, float, float, float] | None:
    names = ("geospatial_lon_min", "geospatial_lat_min", "geospatial_lon_max", "geospatial_lat_max")
    try:
        west, south, east, north = (float(data.getncattr(name)) for name in names)
    except (AttributeError, ValueError, TypeError):
        return None
    inside = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    inside = inside and any((west, south, east, north))
    return (west, south, east, north) if inside else None


def _classes(variables: dict[str, Any]) -> tuple[ClassFact, ...]:
    """The flags of the only data variable, as classes."""
    if len(variables) != 1:
        return ()
    variable = next(iter(variables.values()))
    meanings = text_of(variable, "flag_meanings").split()
    codes = np.atleast_1d(getattr(variable, "flag_values", ())).tolist()
    if len(codes) != len(meanings):
        return ()
    return tuple(ClassFact(int(code), label.replace("_", " ")) for code, label in zip(codes, meanings, strict=True))


def attributes(data: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for attribute, name in _ATTRIBUTES.items():
        if text := text_of(data, attribute)[:5000]:
            found.setdefault(name, text)
    return found


def text_of(item: Any, name: str) -> str:
    """An attribute as text; "" when it is missing or cannot be decoded."""
    try:
        return str(item.getncattr(name)).strip()
    except (AttributeError, UnicodeDecodeError, ValueError, RuntimeError):
        return ""
