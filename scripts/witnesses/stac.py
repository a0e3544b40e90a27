# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of others say of our STAC documents: stac-validator, stac-pydantic and pystac's extensions.

Judged by JSON Schema: every Collection and every Item, by those of STAC 1.1.0 (collection, item, common metadata,
bands, links, assets) and of GeoJSON, which pystac ships; and by the models of stac-pydantic.

Not judged by JSON Schema: the extensions. No package ships their schemas, and nothing is fetched, so each address in
``stac_extensions`` stands here for a schema that accepts everything. Instead, the classes that others wrote for the
extensions open the document and must give its values back (they refuse what is missing; of types they check few):

- of pystac: classification 2.0.0, datacube 2.2.0, file 2.1.0, projection 2.0.0, scientific 1.0.0, timestamps 1.1.0,
  version 1.2.0;
- of Terradue: processing 1.2.0, themes 1.0.0.

Not judged at all: contacts 0.1.1, language 1.0.0, and ``raster:spatial_resolution``, the one field of raster 2.0.0
(pystac knows raster 1.1 alone).

``python stac.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = [
    "stac-validator==4.1.2",
    "pystac[validation]==1.15.2",
    "stac-pydantic==3.7.1",
    "pystac-ext-processing==1.2.0",
    "pystac-ext-themes==1.0.0",
]

#: a check of stac-pydantic alone, which it gets wrong across the antimeridian: it wants the whole to be larger than
#: its parts, not as large, and refuses a part that crosses it inside a box of all longitudes
OVERALL = "not fully contained in `Overall BBOX`"

Node = dict[str, Any]
Check = Callable[[Node], Iterator[str]]


def _no_network(*_: object) -> NoReturn:
    raise OSError("this witness works offline")


def _schemas(folder: Path, extensions: set[str]) -> dict[str, str]:
    """Address of a schema -> file: the core ones, and one that accepts everything for each extension."""
    from pystac.validation.local_validator import get_local_schema_cache

    contents = get_local_schema_cache() | {address: {"type": "object"} for address in extensions}
    found = {}
    for number, (address, schema) in enumerate(contents.items()):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(schema), encoding="utf-8")
        found[address] = str(path)
    return found


def _validator(schemas: dict[str, str]) -> Check:
    warnings.simplefilter("ignore")  # of names that packages will change, and of data that were withdrawn
    from stac_validator import stac_validator

    def validate(document: Node) -> Iterator[str]:
        witness = stac_validator.StacValidate(schema_map=dict(schemas))
        if not witness.validate_dict(json.loads(json.dumps(document))):
            yield f"stac-validator: {witness.message[-1].get('error_message', witness.message[-1])}"

    return validate


def _modelled(document: Node) -> Iterator[str]:
    """stac-pydantic takes the document, and gives back the same identifier and links."""
    from pydantic import ValidationError
    from stac_pydantic import Collection, Item

    model = Collection if document["type"] == "Collection" else Item
    try:
        made = model.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        if not (_crosses(document) and OVERALL in first["msg"]):
            yield f"stac-pydantic: {'.'.join(map(str, first['loc']))} {first['msg']}"
        return
    if made.id != document["id"] or len(made.links.root) != len(document["links"]):
        yield "stac-pydantic: another identifier or other links"


def _crosses(document: Node) -> bool:
    """Whether a box of a Collection lies across the antimeridian, hence west > east."""
    boxes = document.get("extent", {}).get("spatial", {}).get("bbox", [])
    return any(box[0] > box[len(box) // 2] for box in boxes)


def _read_back(document: Node) -> Iterator[str]:
    """pystac opens the document, and its extension classes find the same values as the fields have."""
    import pystac

    thing = pystac.Collection if document["type"] == "Collection" else pystac.Item
    fields = document.get("properties", document)
    try:
        opened: Any = thing.from_dict(document, migrate=False)
        for name, ours, theirs in _pairs(opened, document, fields):
            if ours != theirs:
                yield f"pystac: {name} is {theirs!r}, not {ours!r}"
    except Exception as error:  # noqa: BLE001 - whatever a class of pystac says is its verdict
        yield f"pystac: {type(error).__name__} {error}"


def _pairs(opened: Any, document: Node, fields: Node) -> Iterator[tuple[str, Any, Any]]:
    """Name of a field, its value, what pystac makes of it."""
    from pystac.extensions.scientific import ScientificExtension
    from pystac.extensions.version import VersionExtension

    declared = " ".join(document["stac_extensions"])
    if "/version/" in declared:
        yield "version", fields["version"], VersionExtension.ext(opened).version
    if "/scientific/" in declared:
        found = ScientificExtension.ext(opened)
        yield "sci:doi", fields.get("sci:doi"), found.doi
        yield "sci:publications", len(fields.get("sci:publications", [])), len(found.publications or [])
    if "/datacube/" in declared:
        yield from _cube(opened, fields)
    if "/themes/" in declared:
        yield from _themes(opened, fields)
    if "/processing/" in declared:
        yield from _processing(opened, fields)
    for key, asset in opened.assets.items():
        yield from _asset(key, asset, document["assets"][key], declared)
    if "properties" in document:
        yield from _of_item(opened, fields, declared)
    elif "/classification/" in declared:
        yield from _classes("summaries", document["summaries"].get("classification:classes", []))


def _cube(opened: Any, fields: Node) -> Iterator[tuple[str, Any, Any]]:
    from pystac.extensions.datacube import DatacubeExtension

    cube = DatacubeExtension.ext(opened)
    for name, dimension in cube.dimensions.items():
        yield f"cube {name}", fields["cube:dimensions"][name]["type"], str(dimension.dim_type)
    for name, variable in (cube.variables or {}).items():
        ours = fields["cube:variables"][name]
        yield f"variable {name}", (ours["dimensions"], ours.get("unit")), (list(variable.dimensions), variable.unit)


def _themes(opened: Any, fields: Node) -> Iterator[tuple[str, Any, Any]]:
    from pystac.extensions.themes import ThemesExtension

    theirs = ThemesExtension.ext(opened).themes or []
    yield "schemes", [theme["scheme"] for theme in fields["themes"]], [theme.scheme for theme in theirs]
    for ours, theme in zip(fields["themes"], theirs, strict=True):
        concepts = [(item["id"], item.get("title"), item.get("url")) for item in ours["concepts"]]
        yield ours["scheme"], concepts, [(item.id, item.title, item.url) for item in theme.concepts]


def _processing(opened: Any, fields: Node) -> Iterator[tuple[str, Any, Any]]:
    """Of an Item's properties; of a Collection's providers, where one must be a producer or a processor."""
    import pystac
    from pystac.extensions.processing import ProcessingExtension

    if isinstance(opened, pystac.Item):
        found, ours = ProcessingExtension.ext(opened), fields
    else:
        at, ours = next((at, item) for at, item in enumerate(fields["providers"]) if "processing:lineage" in item)
        found = ProcessingExtension.provider(opened.providers[at])
        yield "role of who processed", True, bool({"producer", "processor"} & set(opened.providers[at].roles))
    yield "processing:lineage", ours.get("processing:lineage"), found.lineage
    yield "processing:software", ours.get("processing:software"), found.software


def _asset(key: str, asset: Any, ours: Node, declared: str) -> Iterator[tuple[str, Any, Any]]:
    from pystac.extensions.file import FileExtension
    from pystac.extensions.projection import ProjectionExtension
    from pystac.extensions.timestamps import TimestampsExtension
    from pystac.utils import datetime_to_str

    if "published" in ours:
        published = TimestampsExtension.ext(asset).published
        yield f"{key} published", ours["published"][:19], datetime_to_str(published)[:19].rjust(19, "0")
    if "/file/" in declared:
        found = FileExtension.ext(asset)
        yield f"{key} size", ours["file:size"], found.size
        yield f"{key} checksum", ours["file:checksum"], found.checksum
        yield f"{key} local path", ours.get("file:local_path"), found.local_path
    if "proj:code" in ours:
        yield f"{key} proj:code", ours["proj:code"], ProjectionExtension.ext(asset).code
    yield from _classes(key, ours.get("classification:classes", []))


def _classes(where: str, classes: list[Node]) -> Iterator[tuple[str, Any, Any]]:
    from pystac.extensions.classification import Classification

    for ours in classes:
        made = Classification(ours)
        theirs = (made.value, made.name, made.title, made.color_hint)
        yield f"{where} class", (ours["value"], ours["name"], ours.get("title"), ours["color_hint"]), theirs


def _of_item(opened: Any, fields: Node, declared: str) -> Iterator[tuple[str, Any, Any]]:
    from pystac.extensions.projection import ProjectionExtension
    from pystac.utils import datetime_to_str

    if "/projection/" in declared and "proj:code" in fields:
        yield "proj:code", fields["proj:code"], ProjectionExtension.ext(opened).code
    start = opened.common_metadata.start_datetime
    yield "start_datetime", fields["start_datetime"][:19], datetime_to_str(start)[:19].rjust(19, "0")
    yield "platform", fields.get("platform"), opened.common_metadata.platform
    yield "providers", [item["name"] for item in fields.get("providers", [])], _names(opened)


def _names(opened: Any) -> list[str]:
    return [provider.name for provider in opened.common_metadata.providers or []]


def _documents(content: Node) -> list[Node]:
    features: list[Node] = content["features"] if content.get("type") == "FeatureCollection" else [content]
    return features


def main(paths: list[str]) -> None:
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    contents = {path: json.loads(Path(path).read_text(encoding="utf-8")) for path in paths}
    extensions = {
        address for content in contents.values() for item in _documents(content) for address in item["stac_extensions"]
    }
    with tempfile.TemporaryDirectory() as folder:
        checks: tuple[Check, ...] = (_validator(_schemas(Path(folder), extensions)), _modelled, _read_back)
        for path, content in contents.items():
            why = [text for item in _documents(content) for check in checks for text in check(item)]
            print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
