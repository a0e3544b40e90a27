# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series as a STAC Collection."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from terracite.raster.products import named
from terracite.raster.series import Series
from terracite.record.model import Text
from terracite.record.stac.names import STAC_VERSION
from terracite.record.two_languages import spread
from terracite.timeseries.archive import Scan
from terracite.timeseries.outlines import series_outline
from terracite.timeseries.stac.items import (
    EXTENSIONS,
    Node,
    band_asset,
    box_of,
    collection_id,
    instant,
    mask_asset,
)
from terracite.timeseries.vocabulary import Mission, index_info, mission

_RANGES = ("eo:cloud_cover",)  #: summarised by least and greatest value; other fields by their distinct values
_SETS = (
    "platform",
    "constellation",
    "instruments",
    "gsd",
    "proj:code",
    "grid:code",
    "sat:relative_orbit",
    "processing:level",
    "processing:version",
)


def collection(one: Series, scan: Scan, items: list[Node], *, licence: str) -> Node:
    """The series as a Collection without links; ``items``: its Items, for the summaries."""
    image, info = one.images[0], index_info(one.index, one.product)
    source = mission(one.product, image.platform)
    summaries = _summaries(items)
    extensions = [EXTENSIONS[name] for name in sorted({"raster", *_extensions(summaries)})]
    node: Node = {
        "type": "Collection",
        "stac_version": STAC_VERSION,
        "stac_extensions": extensions,
        "id": collection_id(image),
        **spread("title", _title(one), "en"),
        **spread("description", _description(one, source), "en"),
        "license": licence,
        "keywords": [word for word in (one.index, info.name.en, info.name.fr, one.tile, source.name) if word],
        "extent": {
            "spatial": {"bbox": [list(_box(one, scan))]},
            "temporal": {"interval": [[instant(one.start), instant(one.end)]]},
        },
        "summaries": summaries,
        "item_assets": _item_assets(one),
        "links": [],
    }
    if source.agency:
        node["providers"] = [{"name": source.agency, "roles": ["producer", "licensor"]}]
    if source.doi:
        node["stac_extensions"].append(EXTENSIONS["scientific"])
        node["sci:publications"] = [{"doi": source.doi, "citation": source.title}]
        node["links"].append({"rel": "derived_from", "href": f"https://doi.org/{source.doi}", "title": source.title})
    return node


def _box(one: Series, scan: Scan) -> tuple[float, float, float, float]:
    outline = series_outline(one, scan)
    if outline.is_empty:
        return scan.facts[one.images[0].path].grid.lonlat_box()
    return box_of(outline)


def _title(one: Series) -> Text:
    return Text(en=f"{one.index} images of tile {one.tile}", fr=f"Images de {one.index} de la tuile {one.tile}")


def _description(one: Series, source: Mission) -> Text:
    info, label = index_info(one.index, one.product), named(one.product).label
    count, first, last = len(one.images), f"{one.start:%Y-%m-%d}", f"{one.end:%Y-%m-%d}"
    formula = info.formula.partition(" = ")[2] or info.formula
    en, fr = (f"{one.index}{colon} {formula}" if formula else one.index for colon in (":", " :"))
    return Text(
        en=f"{count} images of {info.name.en} ({en}) over tile {one.tile}, from {first} to {last}, "
        f"made from {source.name or 'satellite'} images ({label['en']}). Values are numbers to be read with the scale "
        "and offset of the band; cloud cover is estimated on images of reduced size.",
        fr=f"{count} images : {info.name.fr} ({fr}), tuile {one.tile}, du {first} au {last}, à partir "
        f"d'images {source.name or 'de satellite'} ({label['fr']}). Les valeurs sont des nombres à lire avec l'échelle "
        "et le décalage de la bande ; la couverture nuageuse est estimée sur des images de taille réduite.",
    )


def _summaries(items: list[Node]) -> Node:
    values: defaultdict[str, list[Any]] = defaultdict(list)
    for one in items:
        for name, value in one["properties"].items():
            values[name] += value if isinstance(value, list) else [value]
    summaries: Node = {name: sorted(set(values[name])) for name in _SETS if values.get(name)}
    ranges = {name: values[name] for name in _RANGES if values.get(name)}
    return summaries | {name: {"minimum": min(found), "maximum": max(found)} for name, found in ranges.items()}


def _extensions(summaries: Node) -> list[str]:
    prefixes = {name.partition(":")[0] for name in summaries if ":" in name}
    return sorted("projection" if prefix == "proj" else prefix for prefix in prefixes)


def _item_assets(one: Series) -> Node:
    assets = {"data": band_asset(one.images[0])}
    with_mask = next((image for image in one.images if image.mask_path), None)
    if with_mask:
        assets["cloud_mask"] = mask_asset(with_mask)
    return assets
