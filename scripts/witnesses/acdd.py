# SPDX-License-Identifier: AGPL-3.0-or-later
"""What IOOS's compliance-checker says of a NetCDF file that carries our attributes: CF 1.11 and ACDD 1.3.

The file is made here with netCDF4: every attribute as it stands, every variable over (time, lat, lon). Its axes come
from the record (``FILE.expected.json``), not from the attributes, so that ACDD's own checks compare the attributes of
place and time with data.

Accepted: no check of high priority fails (errors of CF, what ACDD highly recommends), no check stops with an exception,
ACDD's comparisons of extents agree, the bounds are WKT, latitude first, and every attribute reads back from the file as
it was. Excused is only what the record itself lacks, as ``FILE.expected.json`` says: ACDD highly recommends keywords, a
summary, and of each variable a standard name and units. A record that has none must not invent one; a unit that UDUNITS
does not know (cf-units is asked) is none, nor is a name that CF's table does not have, or has for another quantity.
Longitudes are not compared across the antimeridian, where the checker takes the smallest for the western end.

Offline: the table of standard names is the one the attributes name when the shared data have it, else the package's.

``python acdd.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = ["compliance-checker==6.1.0"]

TESTS = ["cf:1.11", "acdd:1.3"]
HIGH = 3
EXTENTS = {
    "geospatial_lat_extents_match": "lat",
    "geospatial_lon_extents_match": "lon",
    "time_coverage_extents_match": "time",
}
AXES = {
    "time": ("time", "seconds since 1970-01-01 00:00:00", "T"),
    "lat": ("latitude", "degrees_north", "Y"),
    "lon": ("longitude", "degrees_east", "X"),
}
TABLE = "vocab/cf/cf-standard-name-table-v83.xml"

Node = dict[str, Any]


def expected(record: Any) -> Node:
    """Where and when the data of a record are, and what it lacks (called by ask_witnesses.py, with its record)."""
    wanted = {"title": record.title, "summary": record.abstract, "keywords": _subjects(record)}
    return {
        **_ends(record),
        "lacks": [f"{name} not present" for name, value in wanted.items() if not value],
        "variables": [[item.standard_name, item.unit] for item in record.variables],
    }


def _subjects(record: Any) -> tuple[Any, ...]:
    return (*record.keywords, *record.topics, *record.disciplines)


def _ends(record: Any) -> dict[str, list[float]]:
    """The ends of each axis."""
    found: dict[str, list[float]] = {}
    boxes = [extent.box for extent in record.extents]
    if boxes:
        found["lat"] = [min(box.south for box in boxes), max(box.north for box in boxes)]
    if boxes and all(box.west <= box.east for box in boxes):
        found["lon"] = [min(box.west for box in boxes), max(box.east for box in boxes)]
    starts, ends = [item.start for item in record.periods], [item.end for item in record.periods]
    if starts and None not in ends:
        found["time"] = [min(map(_seconds, starts)), max(_seconds(end, dt.time(23, 59, 59)) for end in ends)]
    return found


def _seconds(on: dt.date, clock: dt.time = dt.time()) -> float:
    """Since 1970; a day at ``clock``."""
    moment = on if isinstance(on, dt.datetime) else dt.datetime.combine(on, clock, dt.UTC)
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds()


def _no_network(*_: object, **__: object) -> NoReturn:
    raise OSError("this witness works offline")


def _make(path: Path, document: Node, expected: Node) -> None:
    """The NetCDF file of a document."""
    import netCDF4

    with netCDF4.Dataset(path, "w") as data:
        data.setncatts(document["attributes"])
        axes = _axes(data, expected)
        for name, attributes in document["variables"].items():
            _variable(data, name, attributes, axes)


def _axes(data: Any, expected: Node) -> tuple[str, ...]:
    """The axes whose ends the record knows; their names."""
    found = []
    for name, (standard, units, axis) in AXES.items():
        ends = sorted(set(expected.get(name, ())))
        if not ends:
            continue
        data.createDimension(name, len(ends))
        variable = data.createVariable(name, "f8", (name,))
        variable.setncatts({"standard_name": standard, "long_name": standard, "units": units, "axis": axis})
        if name == "time":
            variable.setncatts({"calendar": "proleptic_gregorian", "units_metadata": "leap_seconds: none"})
        variable[:] = ends
        found.append(name)
    return tuple(found)


def _variable(data: Any, name: str, attributes: Node, axes: tuple[str, ...]) -> None:
    """Its values do not matter; those of flags are the first flag, those of a reference system a single one."""
    import numpy

    flags = attributes.get("flag_values")
    is_system = {"epsg_code", "crs_wkt"} & attributes.keys() or name == "crs"
    kind = numpy.int32 if flags or is_system else numpy.float32
    where = name if name not in data.variables else f"{name}_data"
    variable = data.createVariable(where, kind, () if is_system else axes)
    for key, value in attributes.items():
        variable.setncattr(key, numpy.array(value, numpy.int32) if key == "flag_values" else value)
    variable[...] = flags[0] if flags else 0


def _read_back(path: Path, document: Node) -> Iterator[str]:
    import netCDF4

    with netCDF4.Dataset(path) as data:
        for name, value in document["attributes"].items():
            if data.getncattr(name) != value:
                yield f"{name} came back as {data.getncattr(name)!r}, not {value!r}"
    if bounds := document["attributes"].get("geospatial_bounds"):
        yield from _wrong_bounds(bounds)


def _wrong_bounds(text: str) -> Iterator[str]:
    """The checker's own reader of WKT takes the bounds, latitude first."""
    from pygeoif import from_wkt
    from pygeoif.exceptions import WKTParserError

    try:
        shape = from_wkt(text)
    except WKTParserError as error:
        yield f"geospatial_bounds: {error}"
        return
    if shape is None or not -90 <= shape.bounds[0] <= shape.bounds[2] <= 90:
        yield f"geospatial_bounds is not lat lon: {text}"


def _judged(path: Path, document: Node, expected: Node) -> Iterator[str]:
    """What the checker finds wrong, without what is excused."""
    from compliance_checker.suite import CheckSuite
    from netCDF4 import Dataset

    excused = set(_excused(document, expected))
    with Dataset(path) as data, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        results = CheckSuite().run_all(data, TESTS)
    for test, (groups, errors) in results.items():
        for name, (error, _) in errors.items():
            yield f"{test}: {name} stopped: {error!r}"
        for found in _failures(groups, expected):
            messages = [f"{found.name} {text}" for text in found.msgs or ["failed"]]
            yield from (f"{test}: {text}" for text in messages if text not in excused)


def _excused(document: Node, expected: Node) -> Iterator[str]:
    """The messages about what the record itself lacks."""
    yield from (f"Global Attributes {text}" for text in expected["lacks"])
    for name, (standard_name, unit) in zip(document["variables"], expected["variables"], strict=False):
        about = f'variable "{name}" missing the following attributes:'
        if not _is_standard(standard_name.partition(" ")[0], unit):
            yield f"{about} standard_name"
        if not _is_unit(unit):
            yield f"{about} units"
            yield f"§3.1 Units units attribute is required for {name} when variable is not a dimensionless quantity"


def _is_standard(name: str, unit: str) -> bool:
    """Whether CF's table has the name, for a quantity of that unit."""
    from cf_units import Unit

    if name not in _table():
        return False
    return not unit or (_is_unit(unit) and Unit(unit).is_convertible(Unit(_table()[name].canonical_units)))


def _is_unit(text: str) -> bool:
    from cf_units import Unit

    try:
        return bool(text) and not Unit(text).is_unknown()
    except ValueError:
        return False


def _failures(groups: list[Any], expected: Node) -> Iterator[Any]:
    for group in groups:
        for found in group.children or [group]:
            axis = EXTENTS.get(str(found.name))
            if (found.weight >= HIGH or axis in expected) and _is_short(found.value):
                yield found


def _is_short(value: Any) -> bool:
    """Whether not all points were given."""
    return value[0] < value[1] if isinstance(value, tuple) else not value


@cache
def _table() -> Any:
    from compliance_checker.cf import util

    path = Path(os.environ.get("TERRACITE_SHARED_DATA", "")) / TABLE
    if path.is_file():
        os.environ["CF_STANDARD_NAME_TABLE"] = str(path)
    return util.StandardNameTable()


def _prepare() -> None:
    """No network, one table of standard names for all files."""
    warnings.simplefilter("ignore")
    from compliance_checker.cf import util
    from compliance_checker.suite import CheckSuite

    CheckSuite.load_all_available_checkers()
    table = _table()
    util.StandardNameTable = lambda *_: table
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    socket.getaddrinfo = _no_network


def main(paths: list[str]) -> None:
    _prepare()
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            document = json.loads(Path(path).read_text(encoding="utf-8"))
            expected = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
            made = Path(folder) / f"{number}.nc"
            _make(made, document, expected)
            why = list(_read_back(made, document)) + list(_judged(made, document, expected))
            made.unlink()
            print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
