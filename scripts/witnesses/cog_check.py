# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of others say of a folder of COGs: rio-cogeo of every image and mask, STAC validators of the documents.

Every image must be a valid COG by ``rio cogeo validate --strict`` (no warning either); every STAC document is judged as
`stac.py` judges; and pystac walks the Collection: as many Items as images, each with the time of its image's tag.

``python cog_check.py FOLDER...`` prints one line of JSON per folder: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stac_archive import _modelled, _no_network, _schemas, _validator

PACKAGES = [
    "stac-validator==4.1.2",
    "pystac[validation]==1.15.2",
    "stac-pydantic==3.7.1",
    "rio-cogeo==7.0.4",
]


def _images(folder: Path) -> Iterator[str]:
    from rio_cogeo.cogeo import cog_validate

    for path in sorted(folder.glob("*.tif")):
        valid, errors, warnings = cog_validate(path, strict=True, quiet=True)
        if not valid or errors or warnings:
            yield f"{path.name}: {'; '.join([*errors, *warnings]) or 'not a COG'}"


def _documents(folder: Path) -> Iterator[str]:
    nodes = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    extensions = {address for node in nodes.values() for address in node.get("stac_extensions", [])}
    with tempfile.TemporaryDirectory() as schemas:
        validate = _validator(_schemas(Path(schemas), extensions))
        for name, node in nodes.items():
            for check in (validate, _modelled):
                yield from (f"{name}: {text}" for text in check(node))


def _walked(folder: Path) -> Iterator[str]:
    import pystac
    import rasterio

    items = list(pystac.Collection.from_file(str(folder / "collection.json")).get_items())
    images = [path for path in folder.glob("*.tif") if not path.name.endswith("_mask.tif")]
    if len(items) != len(images):
        yield f"pystac: {len(items)} items for {len(images)} images"
    for item in items:
        path = item.assets["data"].get_absolute_href()
        with rasterio.open(path) as image:
            told = image.tags()["time"]
        if item.datetime is None or f"{item.datetime:%Y-%m-%dT%H:%M:%SZ}" != told:
            yield f"pystac: {item.id} is at {item.datetime}, its image at {told}"


def main(folders: list[str]) -> None:
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    for folder in folders:
        why = [text for check in (_images, _documents, _walked) for text in check(Path(folder))]
        print(json.dumps({"file": folder, "ok": not why, "why": "; ".join(why)[:1500]}))


if __name__ == "__main__":
    main(sys.argv[1:])
