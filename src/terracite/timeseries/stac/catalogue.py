# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documents of the catalogue, written so that a reader meets none that is half or leads nowhere.

Items are written first, then their Collection, then the Catalog; documents that earlier runs wrote and that are no
longer linked go last. A document that did not change is not written again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from terracite.raster.products import named
from terracite.raster.series import Series, SeriesImage
from terracite.record.model import Text
from terracite.record.stac.names import STAC_VERSION
from terracite.record.two_languages import spread
from terracite.timeseries.archive import Scan
from terracite.timeseries.outlines import below_root, check_has_images, whole
from terracite.timeseries.stac.collections import collection
from terracite.timeseries.stac.items import Node, collection_id, item, item_id

_JSON = "application/json"
_GEOJSON = "application/geo+json"
_ROOT = "catalog.json"
_COLLECTION = "collection.json"


def write_catalogue(scan: Scan, folder: Path, *, address: str = "", licence: str = "other") -> Path:
    """The archive as a static catalogue in ``folder``; returns its ``catalog.json``.

    ``address``: where the archive's files are served, such as ``https://HOST/sen2chain/``; without it, links lead from
    ``folder`` to the archive and hold as long as both stay where they are. ``licence``: an SPDX identifier.
    Raises `ArchiveError` when there is no readable image.
    """
    check_has_images(scan)
    before = set(_linked(folder / _ROOT))
    now: set[Path] = set()
    children = []
    for one in scan.series:
        items = _write_items(one, scan, folder, address)
        node = collection(one, scan, list(items.values()), licence=licence)
        path = folder / node["id"] / _COLLECTION
        node["links"] += [
            _link("root", f"../{_ROOT}", _JSON),
            _link("parent", f"../{_ROOT}", _JSON),
            *(_link("item", _between(at, path), _GEOJSON, made["properties"]["title"]) for at, made in items.items()),
        ]
        _write(path, node)
        now |= {path, *items}
        children.append(_link("child", _between(path, folder / _ROOT), _JSON, node["title"]))
    _write(folder / _ROOT, _catalog(scan, children))
    for path in before - now:
        path.unlink(missing_ok=True)
    return folder / _ROOT


def _write_items(one: Series, scan: Scan, folder: Path, address: str) -> dict[Path, Node]:
    """The Items of a series, by their documents: a folder per year."""
    found = {}
    for image in one.images:
        path = folder / collection_id(image) / str(image.sensed_at.year) / f"{item_id(image)}.json"
        node = item(image, scan.facts[image.path], _hrefs(image, scan, path.parent, address))
        node["links"] = [
            _link("root", f"../../{_ROOT}", _JSON),
            _link("parent", f"../{_COLLECTION}", _JSON),
            _link("collection", f"../{_COLLECTION}", _JSON),
        ]
        _write(path, node)
        found[path] = node
    return found


def _catalog(scan: Scan, children: list[Node]) -> Node:
    label = named(scan.product).label
    images = sum(len(one.images) for one in scan.series)
    title = Text(en=f"Image archive ({label['en']})", fr=f"Archive d'images ({label['fr']})")
    description = Text(
        en=f"{images} images in {len(scan.series)} series, a Collection per tile and index.",
        fr=f"{images} images en {len(scan.series)} séries, une collection par tuile et indice.",
    )
    return {
        "type": "Catalog",
        "stac_version": STAC_VERSION,
        "id": f"{scan.product}-archive",
        **spread("title", title, "en"),
        **spread("description", description, "en"),
        "links": [_link("root", _ROOT, _JSON), *children],
    }


def _hrefs(image: SeriesImage, scan: Scan, folder: Path, address: str) -> dict[str, str]:
    """Addresses of the files of an image, as seen from the folder of its Item."""
    files = {"data": image.path, "cloud_mask": image.mask_path, "masked": image.masked_path}
    return {name: _href(path, scan, folder, address) for name, path in files.items() if path is not None}


def _href(path: Path, scan: Scan, folder: Path, address: str) -> str:
    if address:
        return f"{address.rstrip('/')}/{quote(below_root(path, scan))}"
    return quote(Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix())


def _link(rel: str, href: str, media_type: str, title: str = "") -> Node:
    return {"rel": rel, "href": href, "type": media_type} | ({"title": title} if title else {})


def _between(path: Path, document: Path) -> str:
    """The relative address of a document below another one's folder."""
    return f"./{quote(path.relative_to(document.parent).as_posix())}"


def _write(path: Path, node: Node) -> None:
    # Items are many: without indentation the encoder is ten times faster
    content = json.dumps(node, ensure_ascii=False, indent=None if node["type"] == "Feature" else 1).encode() + b"\n"
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_bytes(content)


def _linked(document: Path) -> Iterator[Path]:
    """What a catalogue of an earlier run links to, in its own folder, and what that links to."""
    try:
        links = json.loads(document.read_text(encoding="utf-8"))["links"]
        names = [unquote(link["href"]) for link in links if link["rel"] in {"child", "item"}]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for name in names:
        path = document.parent / name
        if ".." not in path.parts and path.is_relative_to(document.parent):
            yield path
            if path.name == _COLLECTION:
                yield from _linked(path)
