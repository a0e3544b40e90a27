# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from NetCDF files, by the CF and ACDD conventions. Runs in the child process of `inspect`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np

from terracite.errors import InspectionError
from terracite.raster.inspect import ClassFact, Facts, VariableFact, iso_or_none
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.place import place

_MOST_VARIABLES = 200
_MOST_TIMES = 5_000_000
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
        found, notes = place(variables), []
        named = _data_variables(variables)
        notes += _decoded(named)
        start, end, note = _period(variables, data)
        notes += [note] if note else []
        box = found.box or _acdd_box(data)
        notes += list(found.warnings) if not box else []
        answer = Facts(
            format=kind.format,
            media_type=kind.media_type,
            box=box,
            crs=found.crs,
            crs_wkt=found.wkt,
            resolution_m=found.resolution_m,
            representation="vector" if _text(data, "featureType").lower() in _FEATURES else "grid",
            start=start,
            end=end,
            variables=tuple(_described(name, item) for name, item in list(named.items())[:_MOST_VARIABLES]),
            classes=_classes(named),
            attributes=_attributes(data) | {"data_model": data.data_model},
            warnings=tuple(notes),
        )
        return replace(answer, rows=found.rows, columns=found.columns)


def _all_variables(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, variable in group.variables.items():
        yield prefix + name, variable
    for name, inner in group.groups.items():
        yield from _all_variables(inner, f"{prefix}{name}/")


def _data_variables(variables: dict[str, Any]) -> dict[str, Any]:
    """Those that are neither coordinates, bounds nor grid mappings; all of them when nothing is left."""
    pointed_at = set()
    for variable in variables.values():
        for attribute in ("bounds", "climatology", "grid_mapping", "coordinates"):
            pointed_at |= set(re.split(r"[\s:]+", _text(variable, attribute)))
    data = {
        name: item
        for name, item in variables.items()
        if name not in pointed_at and item.dimensions != (item.name,) and not _is_support(item)
    }
    return data or variables


def _is_support(variable: Any) -> bool:
    """Coordinates of more than one dimension, grid mappings and times without a dimension."""
    names = {_text(variable, "standard_name"), variable.name.lower()}
    if names & {"latitude", "longitude", "lat", "lon", "time"} or _text(variable, "grid_mapping_name"):
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


def _described(name: str, variable: Any) -> VariableFact:
    return VariableFact(
        name=name,
        label=_text(variable, "long_name"),
        standard_name=_text(variable, "standard_name"),
        unit=_text(variable, "units"),
    )


def _period(variables: dict[str, Any], data: Any) -> tuple[str | None, str | None, str]:
    """First and last time, and a warning when the times cannot be read as dates."""
    stated = iso_or_none(_text(data, "time_coverage_start")), iso_or_none(_text(data, "time_coverage_end"))
    axis = _time_axis(variables)
    if axis is None:
        return *stated, ""
    try:
        return *_ends(axis), ""
    except (ValueError, OverflowError, TypeError) as error:
        return (
            *stated,
            f"The times of '{axis.name}' are not dates ({error}): use CF units such as 'days since 2015-01-01'.",
        )


def _time_axis(variables: dict[str, Any]) -> Any | None:
    """The variable that gives the dates: with a unit like "days since", an axis of its own or single."""
    axes = [
        item
        for item in variables.values()
        if _SINCE.match(_text(item, "units")) and item.size and item.dimensions in {(item.name,), ()}
    ]
    named = [item for item in axes if _text(item, "standard_name") == "time" or item.name == "time"]
    return next(iter(named or axes), None)


def _ends(axis: Any) -> tuple[str | None, str | None]:
    raw = axis[:] if axis.size <= _MOST_TIMES else axis[[0, -1]]
    values = np.ma.masked_invalid(np.ma.atleast_1d(raw)).compressed()
    if not values.size:
        return None, None
    calendar = _text(axis, "calendar").lower() or "standard"
    units = _text(axis, "units")
    units = units[: _SINCE.match(units).end()].lower() + units[_SINCE.match(units).end() :]  # type: ignore[union-attr]
    ends = [values.min(), values.max()]
    dates: Any = netCDF4.num2date(ends, units, calendar, only_use_cftime_datetimes=True)
    return _iso(dates[0]), _iso(dates[1])


def _iso(date: Any) -> str:
    """A date of any calendar as UTC time; a day that our calendar lacks becomes the last one of its month."""
    clock = (date.hour, date.minute, date.second)
    for day in (date.day, 30, 29, 28):
        try:
            return dt.datetime(date.year, date.month, day, *clock, tzinfo=dt.UTC).isoformat()
        except ValueError:
            continue
    raise ValueError(f"year {date.year} is out of range")


def _acdd_box(data: Any) -> tuple[float, float, float, float] | None:
    names = ("geospatial_lon_min", "geospatial_lat_min", "geospatial_lon_max", "geospatial_lat_max")
    try:
        west, south, east, north = (float(data.getncattr(name)) for name in names)
    except (AttributeError, ValueError, TypeError):
        return None
    inside = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if inside else None


def _classes(variables: dict[str, Any]) -> tuple[ClassFact, ...]:
    """The flags of the only data variable, as classes."""
    if len(variables) != 1:
        return ()
    variable = next(iter(variables.values()))
    meanings = _text(variable, "flag_meanings").split()
    codes = np.atleast_1d(getattr(variable, "flag_values", ())).tolist()
    if len(codes) != len(meanings):
        return ()
    return tuple(ClassFact(int(code), label.replace("_", " ")) for code, label in zip(codes, meanings, strict=True))


def _attributes(data: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for attribute, name in _ATTRIBUTES.items():
        if text := _text(data, attribute)[:5000]:
            found.setdefault(name, text)
    return found


def _text(item: Any, name: str) -> str:
    """An attribute as text; "" when it is missing or cannot be decoded."""
    try:
        return str(item.getncattr(name)).strip()
    except (AttributeError, UnicodeDecodeError, ValueError, RuntimeError):
        return ""
