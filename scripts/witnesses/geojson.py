# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a GIS makes of our GeoJSON: geojson-pydantic, geojson-validator, shapely (GEOS) and pyogrio (GDAL).

The document must have the structure of RFC 7946; every geometry must be valid, turn by the right-hand rule, lie within
longitudes of -180 and 180 on one side of the antimeridian, and within its ``bbox``; and GDAL must open it as one layer
in WGS 84, with the title, the places and the boxes of the record, which FILE.expected.json beside each file tells.

``python geojson.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = [
    "geojson-pydantic==2.2.0",
    "geojson-validator==0.7.0",
    "numpy==2.4.6",
    "pyogrio==0.13.0",
    "shapely==2.2.0",
]

#: what geojson-validator calls problematic and RFC 7946 forbids or advises against
CRITERIA = (
    "self_intersection",
    "inner_and_exterior_ring_intersect",
    "outside_lat_lon_boundaries",
)  # its "crosses_antimeridian" takes a part that ends at 180 for one that crosses it: checked by bounds below
SLACK = 1e-5  #: degrees that a polygon may leave its box, which is often rounded

Node = dict[str, Any]


def expected(record: Any) -> Node:
    """What is to be read back from the document of that `Record`: plain columns, and the box of each extent."""
    columns = {
        "title": record.title.best(record.language),
        "uuid": str(record.uuid),
        "doi": record.doi,
        "license": record.licence,
        "version": record.version.number,
        "authors": "; ".join(agent.name for agent in record.creators),
    }
    boxes = [[box.west, box.south, box.east, box.north] for box in (extent.box for extent in record.extents)]
    return {"columns": {name: told for name, told in columns.items() if told}, "boxes": boxes}


def _no_network(*_: object) -> NoReturn:
    raise OSError("this witness works offline")


def _structure(document: Node) -> Iterator[str]:
    from geojson_pydantic import FeatureCollection
    from geojson_validator import configure_logging, validate_geometries, validate_structure
    from pydantic import ValidationError

    configure_logging(enabled=False)
    try:
        FeatureCollection.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        yield f"geojson-pydantic: {'.'.join(map(str, first['loc']))} {first['msg']}"
    yield from (f"geojson-validator: {message}" for message in validate_structure(document, check_crs=True))
    if any(feature["geometry"] for feature in document["features"]):
        found = validate_geometries(document, criteria_problematic=CRITERIA)
        yield from (f"geojson-validator: {name}" for kind in ("invalid", "problematic") for name in found[kind])


def _geometries(document: Node) -> Iterator[str]:
    import shapely

    for feature in document["features"]:
        if feature["geometry"] is None:
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        if not shape.is_valid or shape.is_empty:
            yield f"shapely: {shapely.is_valid_reason(shape)}"
        west, south, east, north = feature["bbox"]
        for part in getattr(shape, "geoms", [shape]):
            lon, low, lon2, high = part.bounds
            crossing = west > east and (lon >= west - SLACK or lon2 <= east + SLACK)
            inside = crossing or (west <= east and lon >= west - SLACK and lon2 <= east + SLACK)
            if not inside or low < south - SLACK or high > north + SLACK:
                yield f"a part at {part.bounds} lies outside of {feature['bbox']}"


def _layer(path: str, document: Node, facts: Node) -> Iterator[str]:
    """What GDAL reads."""
    import pyogrio
    import shapely

    information, _, shapes, columns = pyogrio.raw.read(path)
    values = dict(zip(information["fields"], columns, strict=True))
    count = len(document["features"])
    if information["crs"] != "EPSG:4326" or len(shapes) != count:
        yield f"GDAL: {len(shapes)} features in {information['crs']}, not {count} in EPSG:4326"
    for name, told in facts["columns"].items():
        found = {_column(value) for value in values.get(name, ["nothing"])}
        if found != {_column(told)}:
            yield f"GDAL: {name} is {sorted(found)}, not {told!r}"
    read = [shapely.from_wkb(shape) if shape is not None else None for shape in shapes]
    ours = [shapely.geometry.shape(item["geometry"]) if item["geometry"] else None for item in document["features"]]
    if any(_differ(one, other) for one, other in zip(read, ours, strict=True)):
        yield "GDAL: other geometries"


def _differ(one: Any, other: Any) -> bool:
    return (one is None) != (other is None) or bool(one and not one.equals(other))


def _column(value: object) -> str:
    """GDAL cuts texts at a NUL, and turns digits alone into a number: as texts, without spaces around."""
    return " ".join(str(value).split())


def _boxes(document: Node, facts: Node) -> Iterator[str]:
    boxes = [feature["bbox"] for feature in document["features"] if "bbox" in feature]
    if boxes != facts["boxes"]:
        yield f"boxes are {boxes}, not {facts['boxes']}"
    if bool(boxes) != ("bbox" in document):
        yield "the bbox of the whole is missing, or has no part"


def main(paths: list[str]) -> None:
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    warnings.simplefilter("ignore")
    for path in paths:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        facts = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
        checks = (_structure(document), _geometries(document), _layer(path, document, facts), _boxes(document, facts))
        why = []
        for check in checks:
            try:
                why += list(check)
            except Exception as error:  # noqa: BLE001 - whatever a witness says is its verdict
                why.append(f"{type(error).__name__}: {error}")
        print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
