# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold: variables and classes (schema.org's variableMeasured, SKOS), measures of quality (DQV)."""

from __future__ import annotations

import re

from terracite.record.dcat.graph import Link, Thing, as_iri, decimal
from terracite.record.dcat.vocabulary import CF_NAMES, CLASSES
from terracite.record.dcat.writing.terms import concept, file_url
from terracite.record.model import MapClass, Quality, Record, Variable


def add(dataset: Thing, record: Record, page: str) -> None:
    dataset.add("schema:variableMeasured", *map(_variable, record.variables))
    if record.classes or record.nomenclature:
        dataset.add("schema:variableMeasured", _legend(record))
    dataset.add("dqv:hasQualityMeasurement", *(_measurement(item, page) for item in record.quality))


def _variable(variable: Variable) -> Thing:
    thing = Thing(("schema:PropertyValue",)).literal("schema:name", variable.name)
    thing.text("rdfs:label", variable.label)
    name = variable.standard_name
    if re.fullmatch(r"[a-z0-9_]+", name):
        thing.add("schema:propertyID", Link(f"{CF_NAMES}{name}/"))
    else:
        thing.literal("schema:propertyID", name)
    return thing.literal("schema:unitText", variable.unit).text("schema:measurementTechnique", variable.method)


def _legend(record: Record) -> Thing:
    """The variable whose values are the classes of a map: its list of concepts."""
    scheme = Thing(("skos:ConceptScheme",)).text("dct:title", CLASSES)
    scheme.literal("dct:identifier", record.nomenclature)
    scheme.add("skos:hasTopConcept", *map(_class, record.classes))
    thing = Thing(("schema:PropertyValue",)).text("rdfs:label", CLASSES)
    return thing.add("schema:valueReference", scheme)


def _class(item: MapClass) -> Thing:
    thing = concept(item.label, str(item.code)).literal("schema:color", item.colour)
    if item.area_ha is not None:
        area = Thing(("schema:PropertyValue",)).literal("schema:name", "area")
        area.literal("schema:value", decimal(item.area_ha), "xsd:decimal").literal("schema:unitText", "ha")
        thing.add("schema:additionalProperty", area)
    return thing


def _measurement(quality: Quality, page: str) -> Thing:
    metric = Thing(("dqv:Metric",)).text("skos:prefLabel", quality.name, quality.unit)
    metric.text("skos:definition", quality.name, quality.unit).add("dqv:expectedDataType", Link(_DECIMAL))
    thing = Thing(("dqv:QualityMeasurement",)).add("dqv:isMeasurementOf", metric)
    thing.literal("dqv:value", decimal(quality.value), "xsd:decimal").literal("schema:unitText", quality.unit)
    for predicate, bound in (("schema:minValue", quality.low), ("schema:maxValue", quality.high)):
        if bound is not None:
            thing.literal(predicate, decimal(bound), "xsd:decimal")
    thing.text("rdfs:comment", quality.note)
    if quality.report:
        thing.add("rdfs:seeAlso", Link(as_iri(quality.report) or file_url(page, quality.report)))
    return thing


_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
