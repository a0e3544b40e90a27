# SPDX-License-Identifier: AGPL-3.0-or-later
"""The RO-Crate 1.2 description of a crate, following the Process Run Crate profile 0.5.

The record is the truth about the dataset; this file says the same to any RO-Crate reader, and is the only place
where the provenance is kept.
"""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote

from terracite.crate import layout
from terracite.crate.provenance import Input, Provenance
from terracite.errors import CrateError
from terracite.record.model import Record
from terracite.record.ro_crate import crate_entities, document, reference

PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
ACTION = "#creation"
_SITES = {"python": "https://www.python.org/", "gdal": "https://gdal.org/"}

Entity = dict[str, Any]


def to_ro_crate(record: Record, provenance: Provenance) -> bytes:
    """``ro-crate-metadata.json`` for ``record`` and its files, made as ``provenance`` says."""
    metadata, root, *others = crate_entities(record, published=provenance.ended.date())
    used = [*_software(provenance.software), *_inputs(provenance.inputs), *_parameters(provenance)]
    action = _action(provenance, used, [reference(file.path) for file in record.files])
    root["conformsTo"] = {"@id": PROFILE}
    _append(root, "hasPart", layout.RECORD)
    _append(root, "mentions", ACTION)
    profile = {"@id": PROFILE, "@type": ["CreativeWork", "Profile"], "name": "Process Run Crate", "version": "0.5"}
    return document([metadata, root, profile, _record_file(), *others, action, *used])


def _append(root: Entity, name: str, identifier: str) -> None:
    """One more reference; one alone stands without a list (RO-Crate 1.2)."""
    found = _as_list(root[name]) if name in root else []
    root[name] = _compact([*found, {"@id": identifier}])


def _record_file() -> Entity:
    about = "Everything known about this dataset, in the form from which every other is written"
    properties = {"name": "Terracite record", "description": about, "encodingFormat": "application/json"}
    return {"@id": layout.RECORD, "@type": "File", **properties}


def _action(provenance: Provenance, used: list[Entity], results: list[str]) -> Entity:
    programs = [item["@id"] for item in used if item["@type"] == "SoftwareApplication"]
    objects = [item["@id"] for item in used if item["@type"] != "SoftwareApplication"]
    objects += [reference(provenance.recipe)] if provenance.recipe else []
    links = {"instrument": programs, "object": objects, "result": results}
    return {
        "@id": ACTION,
        "@type": "CreateAction",
        "name": "Creation of the files of this dataset",
        "description": shlex.join(provenance.command),
        "startTime": provenance.started.isoformat(),
        "endTime": provenance.ended.isoformat(),
        "actionStatus": "http://schema.org/CompletedActionStatus",
        **{name: _compact([{"@id": item} for item in items]) for name, items in links.items() if items},
    }


def _software(software: Iterable[tuple[str, str]]) -> Iterator[Entity]:
    """Each program; packages are looked up where Python's are, unless they are known to live elsewhere."""
    for name, version in software:
        yield {
            "@id": f"#software-{quote(name)}",
            "@type": "SoftwareApplication",
            "name": name,
            "version": version,
            "softwareVersion": version,
            "url": _SITES.get(name.lower(), f"https://pypi.org/project/{quote(name)}/"),
        }


def _inputs(inputs: Iterable[Input]) -> Iterator[Entity]:
    for number, item in enumerate(inputs, start=1):
        entity = {"@id": f"#input-{number}", "@type": "CreativeWork", "name": item.path, "identifier": item.identifier}
        sha256 = {"sha256": item.sha256} if item.sha256 else {}
        yield entity | {"contentSize": str(item.bytes)} | sha256


def _parameters(provenance: Provenance) -> Iterator[Entity]:
    """One PropertyValue each; what is not a plain text, number or boolean is kept as JSON text, and says so."""
    for name, value in provenance.parameters.items():
        entity = {"@id": f"#parameter-{quote(name)}", "@type": "PropertyValue", "name": name}
        if isinstance(value, str | bool | int | float):
            yield entity | {"value": value}
        else:
            yield entity | {"value": json.dumps(value, ensure_ascii=False), "encodingFormat": "application/json"}


def _compact(values: list[Any]) -> Any:
    """One value alone is written without a list (RO-Crate 1.2, JSON-LD recommendations)."""
    return values[0] if len(values) == 1 else values


def provenance_of(content: bytes) -> Provenance:
    """The provenance that `to_ro_crate` wrote into ``content``; `CrateError` when there is none."""
    try:
        graph = {entity["@id"]: entity for entity in json.loads(content)["@graph"]}
        action = graph[ACTION]
        objects = [graph[item["@id"]] for item in _as_list(action.get("object", []))]
        software = [graph[item["@id"]] for item in _as_list(action.get("instrument", []))]
        return Provenance(
            command=tuple(shlex.split(action["description"])),
            software=tuple((item["name"], item["softwareVersion"]) for item in software),
            started=dt.datetime.fromisoformat(action["startTime"]),
            ended=dt.datetime.fromisoformat(action["endTime"]),
            inputs=tuple(_input(item) for item in objects if item["@type"] == "CreativeWork"),
            parameters={item["name"]: _value(item) for item in objects if item["@type"] == "PropertyValue"},
            recipe=next((unquote(item["@id"]) for item in objects if item["@type"] == "File"), ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CrateError(
            f"{layout.METADATA} does not say how the crate was made ({type(error).__name__}: {error}).",
            hint="Make or download the crate again.",
        ) from error


def _input(entity: dict[str, str]) -> Input:
    return Input(
        identifier=entity["identifier"],
        path=entity["name"],
        sha256=entity.get("sha256", ""),
        bytes=int(entity["contentSize"]),
    )


def _value(entity: dict[str, object]) -> object:
    value = entity["value"]
    return json.loads(str(value)) if entity.get("encodingFormat") == "application/json" else value


def _as_list(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]
