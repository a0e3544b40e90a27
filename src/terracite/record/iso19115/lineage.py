# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made: ``mrl:LI_Lineage``, with software and command where they are known."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.iso19115.elements import Iso, both
from terracite.record.model import Source, Step
from terracite.record.model import iso as iso_text


def write(iso: Iso, root: Element) -> None:
    lineage = iso.record.lineage
    if not lineage.statement and not lineage.steps and not lineage.sources:
        return
    element = iso.add(root, "mdb:resourceLineage", "mrl:LI_Lineage")
    iso.text(element, "mrl:statement", lineage.statement)
    iso.scope(element, "mrl:scope")
    for source in lineage.sources:
        _source(iso, element, source)
    for step in lineage.steps:
        _step(iso, element, step)


def _source(iso: Iso, parent: Element, source: Source) -> None:
    element = iso.add(parent, "mrl:source", "mrl:LI_Source")
    iso.text(element, "mrl:description", source.description)
    citation = iso.citation(element, "mrl:sourceCitation", both(source.title))
    iso.resource_identifier(citation, "cit:identifier", source.identifier)
    if source.checksum:
        iso.identifier(citation, "cit:identifier", source.checksum)


def _step(iso: Iso, parent: Element, step: Step) -> None:
    """``LE_ProcessStep`` says more than ``LI_ProcessStep`` and stands wherever that may."""
    detailed = bool(step.software or step.command)
    element = iso.add(parent, "mrl:processStep", "mrl:LE_ProcessStep" if detailed else "mrl:LI_ProcessStep")
    iso.required_text(element, "mrl:description", step.description)
    if step.on:
        instant = iso.add(element, "mrl:stepDateTime", "gml:TimeInstant", gml__id=iso.gml_id("instant"))
        iso.add(instant, "gml:timePosition", text=iso_text(step.on))
    if detailed:
        processing = iso.add(element, "mrl:processingInformation", "mrl:LE_Processing")
        iso.identifier(processing, "mrl:identifier", step.software or step.command)
        if step.software:
            iso.citation(processing, "mrl:softwareReference", both(step.software))
        iso.string(processing, "mrl:procedureDescription", step.command)
