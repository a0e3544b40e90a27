# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deposit of Zenodo (its REST API before InvenioRDM) seen as DataCite JSON: names changed, values left alone.

Names after https://developers.zenodo.org/#representation.
"""

from __future__ import annotations

from typing import Any

from terracite.record.reading import JsonNode

Values = dict[str, Any]

_TYPES = {
    "publication": "Text", "poster": "Poster", "presentation": "Presentation", "dataset": "Dataset", "image": "Image",
    "video": "Audiovisual", "software": "Software", "lesson": "InteractiveResource", "physicalobject": "PhysicalObject",
    "other": "Other",
}  # fmt: skip
_RIGHTS = {
    "open": "info:eu-repo/semantics/openAccess",
    "embargoed": "info:eu-repo/semantics/embargoedAccess",
    "restricted": "info:eu-repo/semantics/restrictedAccess",
    "closed": "info:eu-repo/semantics/closedAccess",
}
#: what Zenodo writes its own way; everything else is left under its own name, for the leftovers
_TAKEN = frozenset(
    {"title", "description", "creators", "contributors", "keywords", "subjects", "publication_date", "access_right"}
    | {"license", "embargo_date", "access_conditions", "notes", "method", "related_identifiers", "upload_type"}
    | {"publication_type", "image_type", "doi", "language", "version", "grants", "dates", "locations"}
)


def is_deposit(node: JsonNode) -> bool:
    """Whether this is ``{"metadata": {"upload_type": ...}}`` or its metadata alone."""
    inner = node.first("metadata")
    return {"upload_type", "creators"} <= set((inner or node).keys())


def as_datacite(node: JsonNode) -> JsonNode:
    """The same in DataCite's names."""
    metadata = _dict((node.first("metadata") or node).value)
    kind = metadata.get("publication_type") or metadata.get("image_type") or ""
    licence = metadata.get("license")
    content: Values = {
        "doi": metadata.get("doi"),
        "creators": [_person(item) for item in _items(metadata, "creators")],
        "contributors": [_contributor(item) for item in _items(metadata, "contributors")],
        "titles": [{"title": metadata.get("title")}],
        "publisher": "Zenodo",
        "types": {"resourceTypeGeneral": _TYPES.get(str(metadata["upload_type"]), "Other"), "resourceType": kind},
        "subjects": [{"subject": word} for word in _items(metadata, "keywords")] + _subjects(metadata),
        "dates": _dates(metadata),
        "language": metadata.get("language"),
        "version": metadata.get("version"),
        "rightsList": [_licence(licence), {"rights": _RIGHTS.get(str(metadata.get("access_right")), "")}],
        "descriptions": _descriptions(metadata),
        "relatedIdentifiers": [_related(item) for item in _items(metadata, "related_identifiers")],
        "fundingReferences": [{"awardNumber": item.get("id")} for item in map(_dict, _items(metadata, "grants"))],
        "geoLocations": [_location(item) for item in map(_dict, _items(metadata, "locations"))],
    }
    if conditions := metadata.get("access_conditions"):
        content["rightsList"].append({"rights": conditions})
    others = {key: value for key, value in metadata.items() if key not in _TAKEN}
    outside = {key: value for key, value in _dict(node.value).items() if key != "metadata"}
    return JsonNode(content | others | (outside if node.first("metadata") else {}))


def _dict(value: Any) -> Values:
    return value if isinstance(value, dict) else {}


def _items(content: Values, key: str) -> list[Any]:
    value = content.get(key)
    return value if isinstance(value, list) else []


def _person(item: Any) -> Values:
    person = _dict(item)
    orcid = {"nameIdentifier": person.get("orcid"), "nameIdentifierScheme": "ORCID"}
    others = {key: value for key, value in person.items() if key not in {"orcid", "affiliation"}}
    affiliation = [person["affiliation"]] if person.get("affiliation") else []
    return others | {"nameIdentifiers": [orcid] if person.get("orcid") else [], "affiliation": affiliation}


def _contributor(item: Any) -> Values:
    person = _person(item)
    return person | {"contributorType": person.pop("type", "")}


def _subjects(metadata: Values) -> list[Values]:
    found = map(_dict, _items(metadata, "subjects"))
    return [{"subject": item.get("term"), "valueUri": item.get("identifier")} for item in found]


def _dates(metadata: Values) -> list[Values]:
    found = [{"date": metadata.get("publication_date"), "dateType": "Issued"}]
    if embargo := metadata.get("embargo_date"):
        found.append({"date": embargo, "dateType": "Available"})
    for item in map(_dict, _items(metadata, "dates")):
        interval = f"{item.get('start') or ''}/{item.get('end') or ''}"
        kind = str(item.get("type") or "").capitalize()
        found.append({"date": interval, "dateType": kind, "dateInformation": item.get("description")})
    return found


def _licence(licence: Any) -> Values:
    """An identifier, or Zenodo's entry for it: the address of an old entry leads nowhere, its identifier does."""
    entry = licence if isinstance(licence, dict) else {"id": licence}
    if entry.get("id") == "cc-zero":  # the one licence of the Open Definition's list that has no other version
        return {"rightsIdentifier": "CC0-1.0"}
    return {"rights": entry.get("title"), "rightsUri": entry.get("url"), "rightsIdentifier": entry.get("id")}


def _descriptions(metadata: Values) -> list[Values]:
    kinds = {"description": "Abstract", "notes": "TechnicalInfo", "method": "Methods"}
    return [{"description": metadata[key], "descriptionType": kind} for key, kind in kinds.items() if metadata.get(key)]


def _related(item: Any) -> Values:
    related = _dict(item)
    return {
        "relatedIdentifier": related.get("identifier"),
        "relationType": related.get("relation"),
        "relatedIdentifierType": related.get("scheme"),
        "resourceTypeGeneral": related.get("resource_type"),
    }


def _location(item: Values) -> Values:
    point = {"pointLongitude": item.get("lon"), "pointLatitude": item.get("lat")}
    return {"geoLocationPlace": item.get("place"), "geoLocationPoint": point}
