# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made: ``mrl:LI_Lineage``, with software and command where they are known."""

from __future__ import annotations

from terracite.record.iso19115.elements import Iso
from terracite.record.iso19115.xml_text import leaf
from terracite.record.model import Source, Step
from terracite.record.model import iso as iso_text


def write(iso: Iso) -> str:
    lineage = iso.record.lineage
    if not lineage.statement and not lineage.steps and not lineage.sources:
        return ""
    return iso.element(
        "mdb:resourceLineage/mrl:LI_Lineage",
        iso.text("mrl:statement", lineage.statement),
        iso.scope("mrl:scope"),
        *(source(iso, item) for item in lineage.sources),
        *(_step(iso, item) for item in lineage.steps),
    )


def source(iso: Iso, item: Source) -> str:
    """A source with its citation; its checksum is one more identifier."""
    algorithm = item.checksum.partition(":")[0] if ":" in item.checksum else "checksum"
    checksum = iso.identifier("cit:identifier", item.checksum, algorithm) if item.checksum else ""
    identifier = iso.resource_identifier("cit:identifier", item.identifier)
    return iso.element(
        "mrl:source/mrl:LI_Source",
        iso.text("mrl:description", item.description),
        iso.citation("mrl:sourceCitation", item.title, identifiers=identifier + checksum),
    )


def _step(iso: Iso, step: Step) -> str:
    """``LE_ProcessStep`` says more than ``LI_ProcessStep`` and stands wherever that may."""
    detailed = bool(step.software or step.command)
    return iso.element(
        "mrl:processStep/mrl:LE_ProcessStep" if detailed else "mrl:processStep/mrl:LI_ProcessStep",
        iso.required_text("mrl:description", step.description),
        _when(iso, step),
        _processing(iso, step) if detailed else "",
    )


def _when(iso: Iso, step: Step) -> str:
    if step.on is None:
        return ""
    position = leaf("gml:timePosition", iso_text(step.on))
    return iso.element("mrl:stepDateTime/gml:TimeInstant", position, attributes=iso.gml_id("instant"))


def _processing(iso: Iso, step: Step) -> str:
    return iso.element(
        "mrl:processingInformation/mrl:LE_Processing",
        iso.identifier("mrl:identifier", step.software or step.command),
        iso.citation("mrl:softwareReference", step.software) if step.software else "",
        iso.string("mrl:procedureDescription", step.command),
    )
