# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record from the ``ro-crate-metadata.json`` of any crate (RO-Crate 1.0 to 1.2)."""

from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.model import DataFile, Text
from terracite.record.reading import Notes, Reading, parse_json
from terracite.record.ro_crate.writing import METADATA
from terracite.record.schema_org.graph import Graph, Thing
from terracite.record.schema_org.reading import downloads_of, finished, setting, values_of, with_files


def read_ro_crate(document: bytes) -> Reading:
    """The root of a crate. Raises `RecordError` where no entity says which one it is."""
    graph = Graph(parse_json(document))
    notes = Notes("ro-crate")
    root = _root(graph)
    here = setting(root, notes)
    values = with_files(values_of(root, document, notes), root, downloads_of(root), here)
    return finished(graph, notes, values | {"files": tuple(map(_without_echo, values["files"]))})


def _root(graph: Graph) -> Thing:
    """What the metadata descriptor is about."""
    for thing in graph.things():
        identifier = thing.node.text("@id") if thing.is_object else ""
        if identifier.rpartition("/")[2] in {METADATA, "ro-crate-metadata.jsonld"}:
            thing.skip()
            root = thing.first("about")
            if root is not None and root.is_object:
                return root
    raise RecordError(
        "This JSON is not the metadata of an RO-Crate.",
        hint=f"Give the file '{METADATA}' of a crate.",
    )


def _without_echo(file: DataFile) -> DataFile:
    """The file without a description that only repeats its name or format."""
    name = file.path.rsplit("/", 1)[-1]
    texts = {text for _, text in file.description.items()}
    return file.model_copy(update={"description": Text()}) if texts <= {file.format, name} else file
