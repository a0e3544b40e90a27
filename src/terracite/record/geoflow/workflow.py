# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's workflow: a JSON document that says where the tables are, and what to do with them.

Its keys are ``profile``, ``metadata``, ``software`` and ``actions``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from terracite.errors import RecordError
from terracite.record.geoflow.cells import SEPARATOR
from terracite.record.json_text import json_document
from terracite.record.reading import JsonNode, parse_json


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table is, and which of geoflow's handlers reads it there: ``csv``, ``gsheet``, ``dbi``..."""

    source: str
    handler: str = "csv"


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a workflow says. Software and actions are kept as they are: Terracite runs none of them."""

    identifier: str
    entities: tuple[Table, ...] = ()
    contacts: tuple[Table, ...] = ()
    separator: str = SEPARATOR
    profile: dict[str, Any] = field(default_factory=dict)
    software: tuple[dict[str, Any], ...] = ()
    actions: tuple[dict[str, Any], ...] = ()
    others: dict[str, Any] = field(default_factory=dict)  #: other sections of metadata, such as ``dictionary``


def is_workflow(document: bytes) -> bool:
    """Whether a document looks like JSON rather than like a table."""
    return document.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_workflow(document: bytes) -> Workflow:
    """The workflow of a document. Raises `RecordError` for what is not JSON, or has no metadata."""
    root = parse_json(document)
    metadata = root.first("metadata")
    if metadata is None or not isinstance(metadata.value, dict):
        raise RecordError(
            "This is not a geoflow workflow.", hint="Expected keys: profile, metadata, software, actions."
        )
    profile = root.first("profile")
    options = profile.first("options") if profile else None
    identifier = (profile.text("id") if profile else "") or root.text("id")
    separator = options.first("line_separator") if options else None
    return Workflow(
        identifier,
        _tables(metadata, "entities"),
        _tables(metadata, "contacts"),
        str(separator.value) if separator and separator.value else SEPARATOR,
        dict(profile.value) if profile and isinstance(profile.value, dict) else {},
        _objects(root, "software"),
        _objects(root, "actions"),
        {key: value for key, value in metadata.value.items() if key not in {"entities", "contacts"}},
    )


def write_workflow(workflow: Workflow) -> bytes:
    """The workflow as JSON, in geoflow's order of keys."""
    profile = {"id": workflow.identifier, "mode": "entity"} | workflow.profile
    if workflow.separator != SEPARATOR:
        profile["options"] = {**profile.get("options", {}), "line_separator": workflow.separator}
    content = {
        "profile": profile,
        "metadata": {
            "entities": [{"handler": table.handler, "source": table.source} for table in workflow.entities],
            "contacts": [{"handler": table.handler, "source": table.source} for table in workflow.contacts],
            **workflow.others,
        },
        "software": list(workflow.software),
        "actions": list(workflow.actions),
    }
    return json_document(content, 2)


def _tables(metadata: JsonNode, key: str) -> tuple[Table, ...]:
    return tuple(Table(node.text("source"), node.text("handler") or "csv") for node in metadata.all(key) if node.keys())


def _objects(root: JsonNode, key: str) -> tuple[dict[str, Any], ...]:
    return tuple(node.value for node in root.all(key) if isinstance(node.value, dict))
