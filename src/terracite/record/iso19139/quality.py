# SPDX-License-Identifier: AGPL-3.0-or-later
"""How good the data are and how they were made: ``gmd:DQ_DataQuality``, which holds both."""

from __future__ import annotations

from terracite.record.iso19115 import lineage as newer_lineage
from terracite.record.iso19115 import quality as newer
from terracite.record.iso19115.xml_text import leaf
from terracite.record.iso19139.elements import Gmd
from terracite.record.model import Lineage, Quality, Step, Text
from terracite.record.model import iso as iso_text


def write(gmd: Gmd) -> str:
    lineage = gmd.record.lineage
    told = bool(lineage.statement or lineage.steps or lineage.sources)
    if not told and not gmd.record.quality:
        return ""
    return gmd.element(
        "gmd:dataQualityInfo/gmd:DQ_DataQuality",
        gmd.scope("gmd:scope"),
        *(_report(gmd, measure) for measure in gmd.record.quality),
        _lineage(gmd, lineage) if told else "",
    )


def _report(gmd: Gmd, measure: Quality) -> str:
    """A map is judged by its classes, anything else by its values."""
    kind = "DQ_ThematicClassificationCorrectness" if gmd.record.classes else "DQ_QuantitativeAttributeAccuracy"
    report = measure.report
    address = newer.report_address(gmd, report)
    return gmd.element(
        f"gmd:report/gmd:{kind}",
        gmd.text("gmd:nameOfMeasure", measure.name),
        gmd.text("gmd:measureDescription", newer.sentences(measure)),
        gmd.text("gmd:evaluationMethodDescription", measure.note),
        gmd.citation("gmd:evaluationProcedure", report, href=address) if report else "",
        _result(gmd, measure),
    )


def _result(gmd: Gmd, measure: Quality) -> str:
    names, numbers = newer.numbers_of(measure)
    return gmd.element(
        "gmd:result/gmd:DQ_QuantitativeResult",
        gmd.record_type("gmd:valueType", names) if len(numbers) > 1 else "",
        gmd.unit("gmd:valueUnit", measure.unit) or gmd.missing("gmd:valueUnit"),
        *(gmd.value("gmd:value", "gco:Record", number) for number in numbers),
    )


def _lineage(gmd: Gmd, lineage: Lineage) -> str:
    return gmd.element(
        "gmd:lineage/gmd:LI_Lineage",
        gmd.text("gmd:statement", lineage.statement) or gmd.missing("gmd:statement"),
        *(_step(gmd, item) for item in lineage.steps),
        *(newer_lineage.source(gmd, item) for item in lineage.sources),
    )


def _step(gmd: Gmd, step: Step) -> str:
    return gmd.element(
        "gmd:processStep/gmd:LI_ProcessStep",
        gmd.required_text("gmd:description", described(gmd, step)),
        gmd.element("gmd:dateTime", leaf("gco:DateTime", iso_text(step.on))) if step.on else "",
    )


def described(gmd: Gmd, step: Step) -> Text:
    """What was done, then lines for the software and the command, of which this standard knows nothing."""
    lines = {
        "fr": (("Logiciel : ", step.software), ("Commande : ", step.command)),
        "en": (("Software: ", step.software), ("Command: ", step.command)),
    }
    languages = dict(step.description.items()) or {gmd.language: ""}
    words = {
        language: "\n".join([text, *(f"{label}{word}" for label, word in lines[language] if word)])
        for language, text in languages.items()
    }
    return Text(**words)
