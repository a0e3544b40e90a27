# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of others say of the STAC catalogue of an archive, whose root is given.

Every Catalog, Collection and Item is judged as `stac.py` judges: by the schemas of STAC 1.1.0 that pystac ships, and by
the models of stac-pydantic. Then pystac walks the whole catalogue by its links, and its classes of the extensions eo,
file, grid, projection, sat and scientific, and Terradue's of processing, must find in each Item the values it has.

``python stac_archive.py CATALOG.json`` prints one line of JSON: {"file", "ok", "why", "items"}.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stac import PACKAGES, _no_network, _schemas, _validator

__all__ = ["PACKAGES"]

Node = dict[str, Any]


def _modelled(document: Node) -> Iterator[str]:
    from pydantic import ValidationError
    from stac_pydantic import Catalog, Collection, Item

    model = {"Catalog": Catalog, "Collection": Collection, "Feature": Item}[document["type"]]
    try:
        model.model_validate(document)
    except ValidationError as error:
        yield f"stac-pydantic: {error.errors()[0]}"


def _read_back(root: str) -> Iterator[str]:
    """pystac finds as many Items as there are documents, each with its values."""
    import pystac
    from pystac.extensions.eo import EOExtension
    from pystac.extensions.file import FileExtension
    from pystac.extensions.grid import GridExtension
    from pystac.extensions.processing import ProcessingExtension
    from pystac.extensions.projection import ProjectionExtension
    from pystac.extensions.sat import SatExtension
    from pystac.extensions.scientific import ScientificExtension

    catalogue = pystac.Catalog.from_file(root)
    count = 0
    for collection in catalogue.get_collections():
        if "sci:publications" in collection.extra_fields:
            yield from _same("sci", 1, len(ScientificExtension.ext(collection).publications or []))
        for item in collection.get_items():
            count += 1
            ours = item.properties
            yield from _same("cloud", ours.get("eo:cloud_cover"), EOExtension.ext(item).cloud_cover)
            yield from _same("grid", ours["grid:code"], GridExtension.ext(item).code)
            projection = ProjectionExtension.ext(item)
            yield from _same("code", ours["proj:code"], projection.code)
            yield from _same("shape", ours["proj:shape"], projection.shape)
            yield from _same("transform", ours["proj:transform"], projection.transform)
            yield from _same("orbit", ours["sat:relative_orbit"], SatExtension.ext(item).relative_orbit)
            yield from _same("level", ours["processing:level"], ProcessingExtension.ext(item).level)
            yield from _same("size", True, bool(FileExtension.ext(item.assets["data"]).size))
            yield from _same("parent", collection.id, item.get_parent().id)
    yield from _same("items", len([*Path(root).parent.glob("*/*/*.json")]), count)


def _same(name: str, ours: object, theirs: object) -> Iterator[str]:
    if ours != theirs:
        yield f"pystac: {name} is {theirs!r}, not {ours!r}"


def main(root: str) -> None:
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    paths = [Path(root), *Path(root).parent.glob("*/collection.json"), *Path(root).parent.glob("*/*/*.json")]
    documents = {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}
    extensions = {address for node in documents.values() for address in node.get("stac_extensions", [])}
    why: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        validate = _validator(_schemas(Path(folder), extensions))
        for path, node in documents.items():
            why += [f"{path.name}: {text}" for check in (validate, _modelled) for text in check(node)]
    why += _read_back(root)
    print(json.dumps({"file": root, "ok": not why, "why": "; ".join(why)[:1500], "items": len(paths)}))


if __name__ == "__main__":
    main(sys.argv[1])
