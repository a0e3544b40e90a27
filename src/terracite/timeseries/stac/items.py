# SPDX-License-Identifier: AGPL-3.0-or-later
"""An image as a STAC Item."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from terracite.raster.footprint import box_footprint
from terracite.raster.grid import Grid
from terracite.raster.products import named
from terracite.raster.series import SeriesImage
from terracite.record.stac.names import EXTENSIONS as OF_RECORDS
from terracite.record.stac.names import STAC_VERSION
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.tiles import cell
from terracite.timeseries.vocabulary import index_info, mission

Node = dict[str, Any]

#: extension -> address of its schema: those of records, and those that only images need (the versions pystac opens)
EXTENSIONS: Final = OF_RECORDS | {
    "eo": "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
    "grid": "https://stac-extensions.github.io/grid/v1.1.0/schema.json",
    "sat": "https://stac-extensions.github.io/sat/v1.0.0/schema.json",
}
MEDIA_TYPES: Final = {".jp2": "image/jp2", ".tif": "image/tiff; application=geotiff"}
_DECIMALS = 7


def item_id(image: SeriesImage) -> str:
    """The product and its index: "S2A_MSIL2A_20220108T062933_..._NDVI"; tile and time where a product has no name."""
    stem = image.product_id or f"{image.tile}_{image.sensed_at:%Y%m%dT%H%M%S}"
    return re.sub(r"[^\w.-]", "_", stem if stem.endswith(f"_{image.index}") else f"{stem}_{image.index}")


def collection_id(image: SeriesImage) -> str:
    """ "NDVI_40KCB", as the files of the series are called."""
    return re.sub(r"[^\w.-]", "_", f"{image.index}_{image.tile}")


def item(image: SeriesImage, facts: ImageFacts, hrefs: Mapping[str, str]) -> Node:
    """The image as an Item without links.

    ``hrefs``: addresses of its files, "data", and "cloud_mask" or "masked" where there is one. The geometry is the
    outline of the data, longitude latitude; of an image without data, its whole grid. The cloud cover is that of the
    cells with data, estimated on the image at a reduced size.
    """
    footprint = shapely.from_wkt(facts.footprint)
    shape = box_footprint(facts.grid) if footprint.is_empty else footprint
    properties = _times(image) | _properties(image, facts)
    assets = _assets(image, facts, hrefs)
    return {
        "type": "Feature",
        "stac_version": STAC_VERSION,
        "stac_extensions": _declared(properties, assets),
        "id": item_id(image),
        "geometry": geometry(shape),
        "bbox": list(box_of(shape)),
        "properties": properties,
        "links": [],
        "assets": assets,
        "collection": collection_id(image),
    }


def geometry(shape: BaseGeometry) -> Node:
    """GeoJSON; outer rings counterclockwise, as RFC 7946 asks."""
    parts = [shapely.geometry.polygon.orient(part) for part in shapely.get_parts(shape)]
    rings = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(ring: Any) -> list[list[float]]:
    return [[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y, *_ in ring.coords]


def box_of(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """West, south, east and north; west > east for a shape in parts on both sides of the antimeridian."""
    west, south, east, north = shape.bounds
    if east - west > 180:
        boxes = [part.bounds for part in shapely.get_parts(shape)]
        west, east = min(box[0] for box in boxes if box[0] > 0), max(box[2] for box in boxes if box[0] < 0)
    return round(west, _DECIMALS), round(south, _DECIMALS), round(east, _DECIMALS), round(north, _DECIMALS)


def instant(moment: dt.datetime) -> str:
    """RFC 3339, UTC.

    >>> instant(dt.datetime(2022, 1, 8, 6, 29, 33, tzinfo=dt.UTC))
    '2022-01-08T06:29:33Z'
    """
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _times(image: SeriesImage) -> Node:
    if image.ended_at is None:
        return {"datetime": instant(image.sensed_at)}
    return {
        "datetime": None,
        "start_datetime": instant(image.sensed_at),
        "end_datetime": instant(image.ended_at),
    }


def _properties(image: SeriesImage, facts: ImageFacts) -> Node:
    kind, source = named(image.product), mission(image.product, image.platform)
    cloudy = _cloud_cover(facts)
    node: Node = {
        "title": f"{image.index} {image.tile} {image.sensed_at:%Y-%m-%d}",
        "platform": kind.platform_name(image.platform).lower(),
        "constellation": source.name.lower() if source.name != image.platform else "",
        "instruments": [kind.instrument.lower()] if kind.instrument else [],
        "gsd": round(facts.grid.cell_size_m, 3),
        **projection(facts.grid),
        "grid:code": f"MGRS-{image.tile}" if cell(image.tile) else "",
        "sat:relative_orbit": int(image.orbit) if image.orbit.isdigit() else None,
        "processing:level": image.level,
        "processing:version": _baseline(image.baseline),
    }
    node = {name: value for name, value in node.items() if value not in (None, "", [])}
    return node if cloudy is None else node | {"eo:cloud_cover": cloudy}


def _baseline(text: str) -> str:
    """As ESA writes it: "04.00" for "0400"."""
    return f"{text[:2]}.{text[2:]}" if re.fullmatch(r"\d{4}", text) else text


def _cloud_cover(facts: ImageFacts) -> float | None:
    """Percent of the cells with data; None without a mask or data."""
    if facts.clear_share is None or facts.data_share <= 0:
        return None
    return round(100 * (1 - min(1.0, facts.clear_share / facts.data_share)), 2)


def projection(grid: Grid) -> Node:
    """The fields of the projection extension."""
    is_code = re.fullmatch(r"[A-Za-z]+:[A-Za-z0-9.]+", grid.crs)
    return {
        **({"proj:code": grid.crs} if is_code else {"proj:wkt2": grid.wkt()}),
        "proj:shape": list(grid.shape),
        "proj:transform": list(grid.transform),
        "proj:bbox": list(grid.bounds),
    }


def _assets(image: SeriesImage, facts: ImageFacts, hrefs: Mapping[str, str]) -> Node:
    assets = {"data": band_asset(image) | {"href": hrefs["data"], "file:size": image.bytes}}
    assets["data"]["bands"][0]["statistics"] = {"valid_percent": round(100 * facts.data_share, 2)}
    if "cloud_mask" in hrefs:
        assets["cloud_mask"] = {"href": hrefs["cloud_mask"]} | mask_asset(image)
    if "masked" in hrefs:
        assets["masked"] = band_asset(image) | {"href": hrefs["masked"], "title": f"{image.index} without clouds"}
    return {key: {"href": asset.pop("href"), **asset} for key, asset in assets.items()}


def band_asset(image: SeriesImage) -> Node:
    """What all images of the series have in common: how the numbers of the band are to be read."""
    info = index_info(image.index, image.product)
    band: Node = {
        "name": image.index,
        "description": ". ".join(text for text in (info.name.en.capitalize(), info.formula) if text),
        "unit": "%" if info.unit == "percent" else info.unit,
        "raster:scale": image.scale,
        "raster:offset": image.offset,
    }
    if image.nodata is not None:
        band["nodata"] = image.nodata
    suffix = image.path.suffix.lower()
    return {
        "title": image.index,
        "type": MEDIA_TYPES.get(suffix, "application/octet-stream"),
        "roles": ["data"],
        "bands": [band],
    }


def mask_asset(image: SeriesImage) -> Node:
    """The cloud mask beside the image."""
    clear = ", ".join(str(value) for value in image.clear)
    suffix = image.mask_path.suffix.lower() if image.mask_path else ""
    return {
        "title": f"Cloud mask {image.mask}".strip(),
        "description": f"Clear where the value is {clear}." if clear else "Cloud mask.",
        "type": MEDIA_TYPES.get(suffix, "application/octet-stream"),
        "roles": ["cloud"],
    }


def _declared(properties: Node, assets: Node) -> list[str]:
    """Addresses of the extensions whose fields there are."""
    bands = [band for asset in assets.values() for band in asset.get("bands", [])]
    names = {key.partition(":")[0] for node in (properties, *assets.values(), *bands) for key in node}
    return [EXTENSIONS["projection" if name == "proj" else name] for name in sorted(names) if _is_prefix(name)]


def _is_prefix(name: str) -> bool:
    return name == "proj" or name in EXTENSIONS
