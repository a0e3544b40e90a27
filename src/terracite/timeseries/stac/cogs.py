# SPDX-License-Identifier: AGPL-3.0-or-later
"""The STAC documents of a folder of COGs: a Collection, and an Item beside each image; all links stay in the folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from terracite.raster.cog_series import image_name
from terracite.raster.cog_series_read import mask_of
from terracite.raster.netcdf import DateCount
from terracite.raster.netcdf_layout import FILL
from terracite.raster.series import Series, SeriesImage
from terracite.record.model import Record
from terracite.record.two_languages import spread
from terracite.timeseries.archive import Scan
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.outlines import whole
from terracite.timeseries.stac.collections import collection
from terracite.timeseries.stac.items import MEDIA_TYPES, Node, item
from terracite.timeseries.yearly import YearSeries

COLLECTION = "collection.json"
_COG = f"{MEDIA_TYPES['.tif']}; profile=cloud-optimized"
_JSON, _GEOJSON = "application/json", "application/geo+json"


def write_stac_of_cogs(
    folder: Path, one: YearSeries, counts: Sequence[DateCount], record: Record, *, licence: str
) -> Path:
    """Describe the COGs that `raster.cog_series.write_cogs` wrote of ``one`` into ``folder``; returns the Collection.

    ``record``: of this series, for title and description. Cloud cover is what was counted on every cell.
    """
    images = tuple(_as_cog(image, folder) for image in one.images)
    facts = {
        image.path: _counted(one, old, count) for image, old, count in zip(images, one.images, counts, strict=True)
    }
    items = [_item(image, facts[image.path], folder.name) for image in images]
    node = collection(_series(one, images), _scan(folder, one, images, facts), items, licence=licence)
    node |= {"id": folder.name, **spread("title", record.title, "en"), **spread("description", record.abstract, "en")}
    node["links"] += [_link("root", COLLECTION, _JSON)]
    node["item_assets"] = {name: {**asset, "type": _COG} for name, asset in node["item_assets"].items()}
    for image, made in zip(images, items, strict=True):
        name = f"{image.path.stem}.json"
        _write(folder / name, made, indent=None)
        node["links"].append(_link("item", name, _GEOJSON) | {"title": made["properties"]["title"]})
    _write(folder / COLLECTION, node, indent=1)
    return folder / COLLECTION


def _as_cog(image: SeriesImage, folder: Path) -> SeriesImage:
    """The image as its COG has it."""
    path = folder / image_name(image)
    mask = mask_of(path) if image.mask_path or image.masked_path else None
    how = image.packing
    return replace(
        image,
        path=path,
        mask_path=mask,
        masked_path=None,
        clear=(0,) if mask else (),
        nodata=FILL,
        bytes=path.stat().st_size,
        scale=how.scale if how else image.scale,
        offset=how.offset if how else image.offset,
    )


def _counted(one: YearSeries, image: SeriesImage, count: DateCount) -> ImageFacts:
    """What was counted on every cell; of an image that was masked before, what was cloud is not known."""
    clear = None if count.masked is None else count.clear_share
    return replace(one.facts[image.path], data_share=1 - count.missing / count.total, clear_share=clear)


def _item(image: SeriesImage, facts: ImageFacts, collection_name: str) -> Node:
    hrefs = {"data": f"./{image.path.name}"}
    if image.mask_path:
        hrefs["cloud_mask"] = f"./{image.mask_path.name}"
    node = item(image, facts, hrefs)
    for asset in node["assets"].values():
        asset["type"] = _COG
    if image.mask_path:
        node["assets"]["cloud_mask"]["file:size"] = image.mask_path.stat().st_size
    links = [_link(name, COLLECTION, _JSON) for name in ("root", "parent", "collection")]
    return node | {"id": image.path.stem, "collection": collection_name, "links": links}


def _series(one: YearSeries, images: tuple[SeriesImage, ...]) -> Series:
    return Series(one.tile, one.index, one.product, images)


def _scan(folder: Path, one: YearSeries, images: tuple[SeriesImage, ...], facts: Mapping[Path, ImageFacts]) -> Scan:
    """The folder as an archive of one series."""
    return Scan(
        root=folder,
        product=one.product,
        series=(_series(one, images),),
        facts=facts,
        duplicates=(),
        unknown=(),
        problems=(),
        file_count=len(images),
        total_bytes=sum(image.bytes for image in images),
        opened=0,
    )


def _link(rel: str, name: str, media_type: str) -> dict[str, Any]:
    return {"rel": rel, "href": f"./{name}", "type": media_type}


def _write(path: Path, node: Node, *, indent: int | None) -> None:
    with whole(path) as part:
        part.write_text(json.dumps(node, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
