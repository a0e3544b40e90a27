# SPDX-License-Identifier: AGPL-3.0-or-later
"""What mlcroissant, the reference implementation, says of our Croissant documents. It takes versions 0.8, 1.0 and 1.1.

Offline. The document must be read without an error, and without a warning but the one about versions that are not
MAJOR.MINOR.PATCH; what mlcroissant then knows of the dataset, its files and its columns must be what the document
says; the rows that stand in the document must load; and what mlcroissant writes must be Croissant 1.1 again.

mlcroissant asks for jsonpath-rw, of which there is no wheel: its successor jsonpath-ng, with the same functions,
stands in, hence ``--no-deps`` and every dependency by name.

``python croissant.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = [
    "--no-deps",
    "mlcroissant==1.1.1",
    "absl-py==2.5.1",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "etils==1.15.0",
    "fsspec==2026.9.0",
    "idna==3.20",
    "jsonpath-ng==1.16.0",
    "networkx==3.6.1",
    "numpy==2.4.6",
    "pandas==3.1.1",
    "pyparsing==3.3.3",
    "python-dateutil==4.0.0",
    "rdflib==7.6.0",
    "requests==2.34.2",
    "scipy==1.17.1",
    "tqdm==4.70.1",
    "typing-extensions==4.16.0",
    "urllib3==2.8.0",
    "zipp==4.1.2",
]

VERSION = "http://mlcommons.org/croissant/1.1"
#: the only thing that mlcroissant may warn of: the standard recommends such versions, it does not require them
TOLERATED = "MAJOR.MINOR.PATCH"

Node = dict[str, Any]


def _no_network(*_: object) -> NoReturn:
    raise OSError("this witness works offline")


def _faults(document: Node) -> Iterator[str]:
    import mlcroissant

    try:
        dataset = mlcroissant.Dataset(jsonld=json.loads(json.dumps(document)))
    except Exception as error:  # noqa: BLE001 - whatever mlcroissant says is its verdict
        yield f"{type(error).__name__}: {error}"
        return
    yield from (text for text in dataset.metadata.ctx.issues.warnings if TOLERATED not in text)
    for name, ours, theirs in _pairs(document, dataset.metadata):
        if ours != theirs:
            yield f"{name} is {theirs!r}, not {ours!r}"
    yield from _rows(document, dataset)
    written = dataset.metadata.to_json()
    if VERSION not in _listed(written.get("conformsTo")):
        yield f"written again as {written.get('conformsTo')!r}"


def _pairs(document: Node, metadata: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name of a property, what the document says, what mlcroissant knows."""
    language = document["@context"]["@language"]
    yield "name", _plain(document["name"], language), metadata.name
    yield "description", _plain(document["description"], language), metadata.description
    yield "url", document["url"], metadata.url
    yield "version", document["version"], metadata.version
    yield "citeAs", document["citeAs"], metadata.cite_as
    yield "live", document["isLiveDataset"], metadata.ctx.is_live_dataset
    yield "date", document["datePublished"][:4], f"{metadata.date_published.year:04d}"
    yield "conformsTo", sorted(_listed(document["conformsTo"])), sorted(metadata.conforms_to)
    yield "keywords", {_word(item) for item in _listed(document.get("keywords"))}, set(metadata.keywords or [])
    yield "languages", sorted(document.get("inLanguage", [])), sorted(metadata.in_language or [])
    yield "licence", [_word(document["license"])], [getattr(item, "name", item) for item in metadata.license]
    yield "creators", _names(document.get("creator")), _names_of(metadata.creators)
    yield "publisher", _names(document.get("publisher")), _names_of(metadata.publisher)
    yield "files", _files(document), {item.id: _known(item) for item in metadata.file_objects}
    columns = {item.id: sorted(field.id for field in item.fields) for item in metadata.record_sets}
    told = {item["@id"]: sorted(field["@id"] for field in item["field"]) for item in document.get("recordSet", [])}
    yield "columns", told, columns


def _files(document: Node) -> dict[str, Any]:
    return {
        item["@id"]: (
            item["name"],
            item["contentUrl"],
            item["contentSize"],
            item["sha256"],
            sorted(_listed(item["encodingFormat"])),
        )
        for item in document.get("distribution", [])
    }


def _known(item: Any) -> tuple[Any, ...]:
    return item.name, item.content_url, item.content_size, item.sha256, sorted(item.encoding_formats)


def _rows(document: Node, dataset: Any) -> Iterator[str]:
    """The rows that stand in the document, loaded as a program would."""
    for told in document.get("recordSet", []):
        if "data" not in told:
            continue
        columns = [field["@id"] for field in told["field"]]
        loaded = [[_text(row[name]) for name in columns] for row in dataset.records(told["@id"])]
        if sorted(loaded) != sorted([str(row[name]) for name in columns] for row in told["data"]):
            yield f"{told['@id']} loads as {loaded}"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _plain(value: Any, language: str) -> Any:
    """A text as mlcroissant has it: alone in the language of the context, by language otherwise."""
    if isinstance(value, dict) and value["@language"] != language:
        return {value["@language"]: value["@value"]}
    return value["@value"] if isinstance(value, dict) else value


def _word(value: Any) -> str:
    return str(value.get("@value") or value.get("name")) if isinstance(value, dict) else value


def _names(nodes: Any) -> list[str]:
    return sorted({node.get("@id") or node["name"] for node in _listed(nodes)})


def _names_of(agents: list[Any]) -> list[str]:
    return sorted({agent.id if not agent.id.startswith("_:") else agent.name for agent in agents})


def main(paths: list[str]) -> None:
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    import jsonpath_ng

    sys.modules["jsonpath_rw"] = jsonpath_ng
    logging.disable(logging.WARNING)
    files = [(path, json.loads(Path(path).read_text(encoding="utf-8"))) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # what it downloads, if anything, goes with it
        for path, document in files:
            why = list(_faults(document))
            print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
