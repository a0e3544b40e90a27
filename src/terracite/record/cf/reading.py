# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record in the attributes of a NetCDF file: ACDD-1.3, and what came before it (Unidata discovery 1.0, COARDS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from terracite.errors import RecordError
from terracite.record.cf.access import licence_and_access
from terracite.record.cf.attributes import Attributes, plain
from terracite.record.cf.funding import funding
from terracite.record.cf.history import steps
from terracite.record.cf.keywords import keywords, with_projects
from terracite.record.cf.lists import split_words
from terracite.record.cf.reading_people import people
from terracite.record.cf.reading_places import extents, resolutions
from terracite.record.cf.reading_variables import classes, reference_systems, variables
from terracite.record.cf.reading_when import dates, periods
from terracite.record.cf.references import related, sources_of
from terracite.record.identifiers import bare_doi
from terracite.record.model import Lineage, Platform, Representation, Version
from terracite.record.reading import JsonNode, Notes, Reading, parse_json
from terracite.record.reading.identity import uuid_for

_HINT = 'Give {"attributes": {...}, "variables": {...}}, as "terracite record convert --to acdd" writes it.'
#: they say how the file is written, or repeat what another attribute says
_SILENT = (
    "Conventions",
    "Metadata_Conventions",
    "standard_name_vocabulary",
    "naming_authority",
    "featureType",
    "keywords_vocabulary",
    "contributor_role_vocabulary",
    "publisher_type",
    "time_coverage_duration",
    "geospatial_bounds_crs",
)
_FEATURES = frozenset({"point", "station", "trajectory", "profile", "timeseries", "section", "timeseriesprofile"})


def read_acdd(document: bytes) -> Reading:
    """The record of ``{"attributes": {...}, "variables": {...}}``, also as NCO's ncks writes it in JSON."""
    root = parse_json(document)
    if not isinstance(root.value, dict) or not {"attributes", "variables"} & root.value.keys():
        raise RecordError("This JSON holds no attributes of a NetCDF file.", hint=_HINT)
    attributes, named = (
        {} if root.value.get(name) is None else root.value[name] for name in ("attributes", "variables")
    )
    if not isinstance(attributes, dict) or not isinstance(named, dict):
        raise RecordError("This JSON holds no attributes of a NetCDF file.", hint=_HINT)
    inner = {name: item.get("attributes", item) if isinstance(item, dict) else item for name, item in named.items()}
    return from_attributes(attributes, inner, document=document)


def from_attributes(
    attributes: Mapping[str, Any], variables_: Mapping[str, Any] | None = None, *, document: bytes = b""
) -> Reading:
    """The record that the global ``attributes`` of a file and those of its variables tell.

    Values may be texts, numbers, lists or numpy's; ``document`` makes the uuid of a file that names itself nowhere.
    """
    inner = plain(variables_ or {})
    root = JsonNode({"attributes": plain(attributes), "variables": inner})
    own = Attributes(root.first("attributes") or JsonNode({}))
    notes = Notes("acdd")
    nodes = ((name, (root.first("variables") or root).first(name)) for name in inner)
    named = {name: node for name, node in nodes if node and isinstance(node.value, dict)}
    doi = _doi(own)
    found: dict[str, Any] = {
        "uuid": uuid_for(own.text("uuid") or doi or _identifier(own), document or repr(root.value).encode()),
        "doi": doi or None,
        "language": own.language,
        **_texts(own),
        **people(own),
        **_subjects(own),
        **dates(own, notes),
        "periods": periods(own, notes) or None,
        "time_resolution": own.text("time_coverage_resolution") or None,
        "extents": extents(own, notes) or None,
        "resolutions": resolutions(own) or None,
        "representation": _representation(own),
        "lineage": _lineage(own),
        **licence_and_access(own),
        "platforms": _platforms(own) or None,
        "related": related(own, doi) or None,
        "variables": variables(named) or None,
        "classes": classes(named, notes) or None,
        "reference_systems": reference_systems(named, own) or None,
    }
    own.skip(*_SILENT)
    return notes.finish(found, root.leftovers())


def _doi(own: Attributes) -> str:
    for name in ("doi", "id", "identifier", "metadata_link"):
        node = own.first(name)
        if node and (found := bare_doi(str(node.value))):
            node.skip()
            return found
    return ""


def _identifier(own: Attributes) -> str:
    """The id with its authority; both stay among the leftovers, unless the id is the uuid."""
    node, authority = own.first("id"), own.first("naming_authority")
    if node is None:
        return ""
    said = str(authority.value) if authority else ""
    if said in {"", "uuid", "org.doi"}:
        return node.text()
    return f"{said}:{node.value}"


def _texts(own: Attributes) -> dict[str, Any]:
    number = own.text("product_version", "version")
    texts = {
        "title": own.translated("title", "dataset_name", "name"),
        "abstract": own.translated("summary", "abstract", "description"),
        "notes": own.translated("comment", "comments"),
        "purpose": own.translated("purpose"),
    }
    return {name: text or None for name, text in texts.items()} | {
        "version": Version(number=number) if number else None,
    }


def _subjects(own: Attributes) -> dict[str, Any]:
    """Keywords, topics, disciplines, and funding, whose awards are projects too."""
    found, paid = keywords(own), funding(own)
    titles = {item.award_title for item in paid}
    words = with_projects(found["keywords"] or (), own, titles)
    return found | {"keywords": words or None, "funding": paid or None}


def _representation(own: Attributes) -> Representation | None:
    said = own.text("cdm_data_type") or own.text("featureType")
    if said.casefold() in {"grid", "image", "swath", "radial"}:
        return Representation.GRID
    return Representation.VECTOR if said.casefold() in _FEATURES else None


def _lineage(own: Attributes) -> Lineage | None:
    found = Lineage(statement=own.translated("lineage"), steps=steps(own), sources=sources_of(own))
    return found if found != Lineage() else None


def _platforms(own: Attributes) -> tuple[Platform, ...]:
    """Platforms, each with all instruments: the file does not say which carries which."""
    carried = own.first("instrument", "instrument_name", "sensor")
    names = [name for name in split_words(own.text("platform", "platform_name", "satellite")) if name]
    if not names or carried is None:
        return tuple(Platform(name=name) for name in names)
    instruments = tuple(name for name in split_words(carried.text()) if name)
    return tuple(Platform(name=name, instruments=instruments) for name in names)
