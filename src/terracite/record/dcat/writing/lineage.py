# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made: statement, steps, sources, platforms (PROV-O and SOSA, as DCAT 3 section 13 has it)."""

from __future__ import annotations

import re

from terracite.record.dcat.graph import Description, Thing
from terracite.record.dcat.vocabulary import SHA256
from terracite.record.dcat.writing.terms import moment
from terracite.record.identifiers import resolvable
from terracite.record.model import Platform, Record, Source, Step

_CHECKSUM = re.compile(r"(sha256|sha1|sha384|sha512|md5):((?:[0-9a-fA-F]{2})+)$")


def add(dataset: Thing, record: Record, description: Description) -> None:
    if record.lineage.statement:
        statement = Thing(("dct:ProvenanceStatement",)).text("rdfs:label", record.lineage.statement)
        dataset.add("dct:provenance", statement)
    for step in record.lineage.steps:
        dataset.add("prov:wasGeneratedBy", _activity(step))
    if record.platforms:
        activity = Thing(("prov:Activity",))
        dataset.add("prov:wasGeneratedBy", activity.add("prov:used", *map(_platform, record.platforms)))
    for source in record.lineage.sources:
        description.link(dataset, "prov:wasDerivedFrom", resolvable(source.identifier), source, _source)


def checksum(algorithm: str, digits: str) -> Thing:
    """A checksum after SPDX."""
    kind = Thing(("spdx:ChecksumAlgorithm",), SHA256.replace("sha256", algorithm))
    return Thing(("spdx:Checksum",)).add("spdx:algorithm", kind).literal("spdx:checksumValue", digits, "xsd:hexBinary")


def _activity(step: Step) -> Thing:
    """One step: when it ended, the program that did it, and the command as the plan it followed."""
    thing = Thing(("prov:Activity",)).text("dct:description", step.description)
    if step.on is not None:
        thing.add("prov:endedAtTime", moment(step.on))
    if step.software or step.command:
        association = Thing(("prov:Association",))
        if step.software:
            program = Thing(("prov:SoftwareAgent",)).literal("foaf:name", step.software)
            association.add("prov:agent", program)
        if step.command:
            association.add("prov:hadPlan", Thing(("prov:Plan",)).literal("rdf:value", step.command))
        thing.add("prov:qualifiedAssociation", association)
    return thing


def _source(source: Source, iri: str) -> Thing:
    thing = Thing(("prov:Entity",), iri).literal("dct:title", source.title)
    thing.literal("dct:identifier", source.identifier).text("dct:description", source.description)
    if found := _CHECKSUM.match(source.checksum):
        thing.add("spdx:checksum", checksum(found[1], found[2]))
    return thing


def _platform(platform: Platform) -> Thing:
    thing = Thing(("sosa:Platform", "prov:Entity")).literal("rdfs:label", platform.name)
    for instrument in platform.instruments:
        thing.add("sosa:hosts", Thing(("sosa:Sensor",)).literal("rdfs:label", instrument))
    return thing
