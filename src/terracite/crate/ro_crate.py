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

from rocrate.model import ContextEntity, DataEntity, Person
from rocrate.rocrate import ROCrate

from terracite.crate import layout
from terracite.crate.provenance import Input, Provenance
from terracite.errors import CrateError
from terracite.record.model import Agent, DataFile, DateKind, Organisation, Record

VERSION = "1.2"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
ACTION = "#creation"
_SITES = {"python": "https://www.python.org/", "gdal": "https://gdal.org/"}
_PUBLIC_DATES = (DateKind.ISSUED, DateKind.AVAILABLE, DateKind.CREATED)


def to_ro_crate(record: Record, provenance: Provenance) -> bytes:
    """``ro-crate-metadata.json`` for ``record`` and its files, made as ``provenance`` says."""
    crate = ROCrate(version=VERSION)
    _describe_root(crate, record, provenance)
    _describe_people(crate, record)
    _describe_extent(crate, record)
    _add_record_file(crate)
    files = [_add_file(crate, file, record.language) for file in record.files]
    crate.root_dataset["mentions"] = _add_action(crate, provenance, files)
    content = crate.metadata.generate()
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _describe_root(crate: ROCrate, record: Record, provenance: Provenance) -> None:
    root = crate.root_dataset
    root["conformsTo"] = _context(crate, PROFILE, ["CreativeWork", "Profile"], name="Process Run Crate", version="0.5")
    root["name"] = record.title.best(record.language) or str(record.uuid)
    root["description"] = record.abstract.best(record.language) or root["name"]
    root["identifier"] = _identifier(crate, record)
    root["datePublished"] = _published(record, provenance)
    root["version"] = record.version.number
    root["inLanguage"] = record.language
    if record.licence:
        about = f"The licence that the SPDX list names {record.licence}"
        address = f"https://spdx.org/licenses/{record.licence}"
        root["license"] = _context(crate, address, "CreativeWork", name=record.licence, description=about)
    if record.keywords:
        root["keywords"] = _compact([keyword.label.best(record.language) for keyword in record.keywords])


def _identifier(crate: ROCrate, record: Record) -> ContextEntity:
    if not record.doi:
        return _context(crate, "#uuid", "PropertyValue", name="UUID", value=f"urn:uuid:{record.uuid}")
    address = f"https://doi.org/{record.doi}"
    return _context(crate, address, "PropertyValue", name="DOI", value=f"doi:{record.doi}", url=address)


def _describe_people(crate: ROCrate, record: Record) -> None:
    root = crate.root_dataset
    if record.creators:
        agents = enumerate(record.creators, start=1)
        root["author"] = _compact([_add_agent(crate, agent, number) for number, agent in agents])
    if record.publisher:
        root["publisher"] = _organisation(crate, record.publisher, "#publisher")


def _add_record_file(crate: ROCrate) -> None:
    about = "Everything known about this dataset, in the form from which every other is written"
    properties = {"name": "Terracite record", "description": about, "encodingFormat": "application/json"}
    crate.add(DataEntity(crate, layout.RECORD, {"@type": "File"} | properties))


def _describe_extent(crate: ROCrate, record: Record) -> None:
    if record.extents:
        extent = record.extents[0]
        west, south, east, north = extent.box.west, extent.box.south, extent.box.east, extent.box.north
        name = extent.place.best(record.language) or "Extent of the dataset"
        place = _context(crate, "#place", "Place", name=name)
        place["geo"] = _context(
            crate, "#box", "GeoShape", name=f"Box around: {name}", box=f"{south} {west} {north} {east}"
        )
        crate.root_dataset["spatialCoverage"] = place
    if record.periods:
        period = record.periods[0]
        end = ".." if period.end is None else period.end.isoformat()
        crate.root_dataset["temporalCoverage"] = f"{period.start.isoformat()}/{end}"


def _published(record: Record, provenance: Provenance) -> str:
    known = (record.date(kind) for kind in _PUBLIC_DATES)
    return next((date for date in known if date is not None), provenance.ended.date()).isoformat()


def _add_agent(crate: ROCrate, agent: Agent, number: int) -> ContextEntity:
    if not agent.is_person:
        return _organisation(crate, Organisation(name=agent.organisation, ror=agent.ror), f"#author-{number}")
    person = Person(crate, f"https://orcid.org/{agent.orcid}" if agent.orcid else f"#author-{number}")
    person["name"] = agent.display_name
    person["familyName"] = agent.family_name
    person["givenName"] = agent.given_name
    if agent.affiliations:
        places = enumerate(agent.affiliations, start=1)
        entities = [_organisation(crate, place, f"#affiliation-{number}-{rank}") for rank, place in places]
        person["affiliation"] = _compact(entities)
    added: ContextEntity = crate.add(person)
    return added


def _organisation(crate: ROCrate, organisation: Organisation, fallback: str) -> ContextEntity:
    address = {"url": organisation.ror} if organisation.ror else {}
    return _context(crate, organisation.ror or fallback, "Organization", name=organisation.name, **address)


def _add_file(crate: ROCrate, file: DataFile, language: str) -> DataEntity:
    name = file.path.rsplit("/", 1)[-1]
    properties = {
        "name": name,
        "description": file.description.best(language) or file.format or name,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
        "encodingFormat": file.media_type,
    }
    return crate.add(DataEntity(crate, _file_id(file.path), {"@type": "File"} | properties))


def _file_id(path: str) -> str:
    """The path as a reference: what ASCII reserves is escaped, other alphabets stay readable (RO-Crate 1.2)."""
    return "".join(quote(character, safe="/") if character.isascii() else character for character in path)


def _add_action(crate: ROCrate, provenance: Provenance, files: list[DataEntity]) -> ContextEntity:
    action = _context(crate, ACTION, "CreateAction", name="Creation of the files of this dataset")
    action["description"] = shlex.join(provenance.command)
    action["startTime"] = provenance.started.isoformat()
    action["endTime"] = provenance.ended.isoformat()
    action["actionStatus"] = "http://schema.org/CompletedActionStatus"
    action["instrument"] = list(_software(crate, provenance.software))
    action["object"] = [*_inputs(crate, provenance.inputs), *_parameters(crate, provenance)]
    action["result"] = files
    if provenance.recipe:
        action.append_to("object", next(file for file in files if unquote(file.id) == provenance.recipe))
    return action


def _software(crate: ROCrate, software: Iterable[tuple[str, str]]) -> Iterator[ContextEntity]:
    """Each program; packages are looked up where Python's are, unless they are known to live elsewhere."""
    for name, version in software:
        entity = _context(crate, f"#software-{quote(name)}", "SoftwareApplication", name=name, version=version)
        entity["softwareVersion"] = version
        entity["url"] = _SITES.get(name.lower(), f"https://pypi.org/project/{quote(name)}/")
        yield entity


def _inputs(crate: ROCrate, inputs: Iterable[Input]) -> Iterator[ContextEntity]:
    for number, item in enumerate(inputs, start=1):
        entity = _context(crate, f"#input-{number}", "CreativeWork", name=item.path, identifier=item.identifier)
        entity["contentSize"] = str(item.bytes)
        if item.sha256:
            entity["sha256"] = item.sha256
        yield entity


def _parameters(crate: ROCrate, provenance: Provenance) -> Iterator[ContextEntity]:
    """One PropertyValue each; what is not a plain text, number or boolean is kept as JSON text, and says so."""
    for name, value in provenance.parameters.items():
        entity = _context(crate, f"#parameter-{quote(name)}", "PropertyValue", name=name)
        if isinstance(value, str | bool | int | float):
            entity["value"] = value
        else:
            entity["value"] = json.dumps(value, ensure_ascii=False)
            entity["encodingFormat"] = "application/json"
        yield entity


def _compact(values: list[Any]) -> Any:
    """One value alone is written without a list (RO-Crate 1.2, JSON-LD recommendations)."""
    return values[0] if len(values) == 1 else values


def _context(crate: ROCrate, entity_id: str, kind: str | list[str], **properties: str) -> ContextEntity:
    added: ContextEntity = crate.add(ContextEntity(crate, entity_id, {"@type": kind} | properties))
    return added


def provenance_of(content: bytes) -> Provenance:
    """The provenance that `to_ro_crate` wrote into ``content``; `CrateError` when there is none."""
    try:
        graph = {entity["@id"]: entity for entity in json.loads(content)["@graph"]}
        action = graph[ACTION]
        objects = [graph[item["@id"]] for item in _as_list(action.get("object", []))]
        software = [graph[item["@id"]] for item in _as_list(action["instrument"])]
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
