# SPDX-License-Identifier: AGPL-3.0-or-later
"""How good the data are: ``mdq:DQ_DataQuality`` (ISO 19157-2)."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.iso19115.elements import Iso, both
from terracite.record.model import Quality, Text


def write(iso: Iso, root: Element) -> None:
    """One report per measure; a map is judged by its classes, anything else by its use."""
    measures = iso.record.quality
    if not measures:
        return
    element = iso.add(root, "mdb:dataQualityInfo", "mdq:DQ_DataQuality")
    iso.scope(element, "mdq:scope")
    report = next((measure.report for measure in measures if measure.report), "")
    if report:
        _standalone(iso, element, report)
    kind = "mdq:DQ_ThematicClassificationCorrectness" if iso.record.classes else "mdq:DQ_UsabilityElement"
    for measure in measures:
        _measure(iso, iso.add(element, "mdq:report", kind), measure)


def _standalone(iso: Iso, parent: Element, report: str) -> None:
    path = ("mdq:standaloneQualityReport", "mdq:DQ_StandaloneQualityReportInformation")
    element = iso.add(parent, *path)
    address = report if "://" in report else iso.file_address(report)
    iso.citation(element, "mdq:reportReference", both(report), address)
    words = Text(fr="Rapport de qualité complet", en="Full quality report")
    iso.text(element, "mdq:abstract", words)


def _measure(iso: Iso, element: Element, measure: Quality) -> None:
    reference = iso.add(element, "mdq:measure", "mdq:DQ_MeasureReference")
    iso.text(reference, "mdq:nameOfMeasure", measure.name)
    sentences = Text(fr=measure.sentence("fr"), en=measure.sentence("en"))
    iso.text(reference, "mdq:measureDescription", sentences)
    result = iso.add(element, "mdq:result", "mdq:DQ_QuantitativeResult")
    iso.add(result, "mdq:value", "gco:Record", text=repr(measure.value))
    if measure.unit.strip():
        iso.unit(result, "mdq:valueUnit", measure.unit)
