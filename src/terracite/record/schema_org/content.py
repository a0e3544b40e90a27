# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold: subjects, keywords, variables, classes, and measures that schema.org has no property for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.model import (
    Keyword,
    KeywordKind,
    Language,
    MapClass,
    Platform,
    Quality,
    Record,
    ReferenceSystem,
    Resolution,
    Variable,
)
from terracite.record.schema_org import terms
from terracite.record.schema_org.nodes import (
    Node,
    file_url,
    is_address,
    measure,
    property_value,
    said,
    without_empty,
)


def subjects(record: Record) -> list[Node]:
    """The disciplines, as terms of the repository's list."""
    return [
        {
            "@type": "DefinedTerm",
            "name": vocabularies.discipline_label(item).best(record.language),
            "termCode": item.value,
            "inDefinedTermSet": _set_of(terms.DISCIPLINES),
        }
        for item in record.disciplines
    ]


def keyword_nodes(record: Record) -> list[Node | str]:
    """Keywords, then topic categories: words alone where they say everything, else defined terms."""
    return [
        *(_keyword(keyword, record.language) for keyword in record.keywords),
        *(_topic(code, record.language) for code in record.topics),
    ]


def _keyword(keyword: Keyword, language: Language) -> Node | str:
    name = said(keyword.label, language)
    is_theme = keyword.kind is KeywordKind.THEME
    is_bare = is_theme and not keyword.uri and not keyword.thesaurus
    if is_bare and isinstance(name, str) and not re.search("[,;]", name):  # readers cut texts there
        return name
    code = keyword.uri.rstrip("/").rpartition("/")[2]
    return without_empty(
        {
            "@type": "DefinedTerm",
            "name": name or code,
            "url": keyword.uri,
            "termCode": code,
            "inDefinedTermSet": _set_of(keyword.thesaurus) if keyword.thesaurus else None,
            "additionalType": "" if is_theme else terms.KEYWORD_KIND + keyword.kind.value,
        }
    )


def _topic(code: str, language: Language) -> Node:
    name = vocabularies.topic_label(code).best(language)
    return {"@type": "DefinedTerm", "name": name, "termCode": code, "inDefinedTermSet": _set_of("iso-topics")}


def _set_of(thesaurus: str) -> Node:
    known = vocabularies.thesauri().get(thesaurus)
    if known is None:
        return {"@type": "DefinedTermSet", "name": thesaurus}
    return without_empty({"@type": "DefinedTermSet", "name": known.title.en, "url": known.uri})


def variable_nodes(record: Record) -> list[Node]:
    """Each variable; then the classes of a map, as the values that one more variable takes."""
    found = [_variable(item, record.language) for item in record.variables]
    return [*found, _legend(record)] if record.classes or record.nomenclature else found


def _variable(variable: Variable, language: Language) -> Node:
    name = variable.standard_name
    return property_value(
        variable.name,
        "",
        description=said(variable.label, language),
        unitText=variable.unit,
        measurementTechnique=said(variable.method, language),
        propertyID=f"{terms.CF_NAMES}{quote(name, safe='')}/" if name else "",
    )


def _legend(record: Record) -> Node:
    values = [_class(item, record.language) for item in record.classes]
    node = {"@type": ["PropertyValue", "DefinedTermSet"], "name": "class", "identifier": record.nomenclature}
    return without_empty(node | {"valueReference": values})


def _class(item: MapClass, language: Language) -> Node:
    more = [property_value("colour", item.colour)]
    if item.area_ha is not None:
        more.append(property_value("area", item.area_ha, unitText="ha", unitCode="HAR"))
    return property_value(said(item.label, language), item.code, valueReference=more)


def measures(record: Record, url: str) -> list[Node]:
    """Reference systems, resolutions, representation, platforms and quality, each as a property with its address."""
    return [
        *map(_reference_system, record.reference_systems),
        *(node for item in record.resolutions for node in _resolution(item)),
        *_codes(record),
        *map(_platform, record.platforms),
        *(_quality(item, record.language, url) for item in record.quality),
    ]


def _reference_system(system: ReferenceSystem) -> Node:
    authority, _, code = system.code.partition(":")
    is_epsg = authority.upper() == "EPSG" and code.isdigit()
    return measure(
        "Coordinate reference system",
        system.code,
        about=terms.CRS,
        url=f"http://www.opengis.net/def/crs/EPSG/0/{code}" if is_epsg else "",
        description=system.name,
        valueReference=property_value("WKT", system.wkt, propertyID=terms.WKT) if system.wkt else None,
    )


def _resolution(item: Resolution) -> Iterator[Node]:
    if item.distance_m is not None:
        value = item.distance_m
        yield measure("spatial resolution", value, about=terms.DISTANCE, unitText="m", unitCode="MTR")
    if item.scale is not None:
        yield measure("scale denominator", item.scale, about=terms.SCALE)


def _codes(record: Record) -> Iterator[Node]:
    if record.representation:
        yield measure("spatial representation", record.representation.value, about=terms.REPRESENTATION)
    if record.time_resolution:
        yield measure("temporal resolution", record.time_resolution, about=terms.TIME_RESOLUTION)


def _platform(platform: Platform) -> Node:
    carried = [measure("instrument", name, about=terms.SENSOR) for name in platform.instruments]
    return measure("platform", platform.name, about=terms.PLATFORM, valueReference=carried)


def _quality(item: Quality, language: Language, url: str) -> Node:
    report = item.report if is_address(item.report) or not item.report else file_url(url, item.report)
    limits: dict[str, Any] = {"minValue": item.low, "maxValue": item.high}
    return property_value(
        said(item.name, language),
        item.value,
        propertyID=terms.QUALITY,
        unitText=item.unit,
        description=said(item.note, language),
        url=report,
        **limits,
    )
