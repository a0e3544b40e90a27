# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold; the reverse of `dcat.writing.content`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from terracite.record.dcat.reader.node import Node
from terracite.record.dcat.vocabulary import CF_NAMES, SCALE
from terracite.record.model import MapClass, Quality, Text, Variable

_STANDARD_NAME = re.compile(rf"{re.escape(CF_NAMES)}(\w+)/?$|(?:vocab\.nerc\.ac\.uk)/standard_name/(\w+)/?$")


def read(dataset: Node, page: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    variables = []
    for node in dataset.things("schema:variableMeasured", literals=True):
        scheme = node.first("schema:valueReference") if not node.is_literal else None
        if scheme is not None and "skos:ConceptScheme" in scheme.types:
            found |= _legend(node, scheme)
        elif (variable := _variable(node)) is not None:
            variables.append(variable)
    measures = [node for node in dataset.things("dqv:hasQualityMeasurement") if not _is_scale(node)]
    quality = tuple(item for node in measures if (item := _quality(node, page)))
    return found | {"variables": tuple(variables), "quality": quality}


def _variable(node: Node) -> Variable | None:
    if node.is_literal:
        return Variable(name=node.text())
    name = node.text("schema:name")
    label = node.texts("rdfs:label", "skos:prefLabel", "schema:alternateName")
    known = node.first("schema:propertyID")
    text = (known.iri or known.text()) if known else ""
    standard = _STANDARD_NAME.search(text)
    variable = Variable(
        name=name or label.best(node.source.language),
        label=label,
        standard_name=(standard[1] or standard[2]) if standard else text,
        unit=node.text("schema:unitText", "schema:unitCode"),
        method=node.texts("schema:measurementTechnique"),
    )
    return variable if variable.name else None


def _legend(node: Node, scheme: Node) -> dict[str, Any]:
    """The classes of a map, and the list they come from."""
    node.label()
    scheme.label()
    classes = [_class(item) for item in scheme.all("skos:hasTopConcept")]
    return {
        "classes": tuple(item for item in classes if item is not None),
        "nomenclature": scheme.text("dct:identifier"),
    }


def _class(node: Node) -> MapClass | None:
    code = node.text("skos:notation")
    if not re.fullmatch(r"-?\d{1,9}", code):
        node.source.notes.say(node.where, "unreadable", code, expected=Text(fr="un code de classe", en="a class code"))
        return None
    label = node.texts("skos:prefLabel")
    area = node.first("schema:additionalProperty")
    hectares = area.number("schema:value") if area else None
    if area is not None:
        area.skip()
    named = Text() if code in {label.fr, label.en} and len(dict(label.items())) == 1 else label
    colour = node.text("schema:color").lower()
    known = {"colour": colour} if re.fullmatch(r"#[0-9a-f]{6}", colour) else {}
    return MapClass(code=int(code), label=named, area_ha=hectares, **known)


def _is_scale(node: Node) -> bool:
    return any(metric.iri == SCALE for metric in node.peek("dqv:isMeasurementOf"))


def _quality(node: Node, page: str) -> Quality | None:
    """A measure with its interval, note and report."""
    metric = node.first("dqv:isMeasurementOf")
    name = Text()
    if metric is not None:
        name = metric.label()
        metric.texts("skos:definition")
        metric.all("dqv:expectedDataType")
        name = name or Text(en=metric.iri.rstrip("/").rpartition("/")[2].rpartition("#")[2])
    value = node.number("dqv:value", "schema:value")
    if value is None:
        expected = Text(fr="une mesure", en="a measure")
        node.source.notes.say(node.where, "unreadable", node.text("dqv:value"), expected=expected)
        return None
    report = node.first("rdfs:seeAlso")
    found: Quality | None = node.source.notes.part(
        Quality,
        node.where,
        name=name,
        value=value,
        unit=node.text("schema:unitText", "sdmx:unitMeasure") or "1",
        low=node.number("schema:minValue"),
        high=node.number("schema:maxValue"),
        note=node.texts("rdfs:comment"),
        report=_inside(report.iri or report.text(), page) if report else "",
    )
    return found


def _inside(address: str, page: str) -> str:
    """A path inside the dataset, for an address below its page; any other address as it is."""
    files = f"{page.rstrip('/')}/files/"
    return unquote(address.removeprefix(files)) if page and address.startswith(files) else address
