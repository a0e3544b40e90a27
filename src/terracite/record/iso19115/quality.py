# SPDX-License-Identifier: AGPL-3.0-or-later
"""How good the data are: ``mdq:DQ_DataQuality`` (ISO 19157-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from terracite.record.iso19115.elements import Iso
from terracite.record.iso19115.xml_text import leaf
from terracite.record.model import Quality, Text

_REPORT = Text(fr="Rapport de qualité complet", en="Full quality report")
_NAMES = ("value", "lower bound", "upper bound")


def write(iso: Iso) -> Iterator[str]:
    """One element per run of measures that share a report, one report per measure."""
    for report, measures in groupby(iso.record.quality, lambda measure: measure.report):
        yield iso.element(
            "mdb:dataQualityInfo/mdq:DQ_DataQuality",
            iso.scope("mdq:scope"),
            _standalone(iso, report) if report else "",
            *_measures(iso, measures),
        )


def _standalone(iso: Iso, report: str) -> str:
    return iso.element(
        "mdq:standaloneQualityReport/mdq:DQ_StandaloneQualityReportInformation",
        iso.citation("mdq:reportReference", report, href=report_address(iso, report)),
        iso.text("mdq:abstract", _REPORT),
    )


def report_address(iso: Iso, report: str) -> str:
    """Where a report is read: an address, or a file of the dataset."""
    return report if "://" in report else iso.file_address(report)


def _measures(iso: Iso, measures: Iterable[Quality]) -> Iterator[str]:
    """A map is judged by its classes, anything else by its use."""
    kind = "DQ_ThematicClassificationCorrectness" if iso.record.classes else "DQ_UsabilityElement"
    for measure in measures:
        note = iso.text("mdq:statement", measure.note)
        yield iso.element(
            f"mdq:report/mdq:{kind}",
            _reference(iso, measure),
            _result(iso, measure),
            iso.element("mdq:result/mdq:DQ_DescriptiveResult", note),
        )


def _reference(iso: Iso, measure: Quality) -> str:
    return iso.element(
        "mdq:measure/mdq:DQ_MeasureReference",
        iso.text("mdq:nameOfMeasure", measure.name),
        iso.text("mdq:measureDescription", sentences(measure)),
    )


def sentences(measure: Quality) -> Text:
    """The measure in words, in the languages that it has words in."""
    languages = {language for text in (measure.name, measure.note) for language, _ in text.items()}
    return Text(**{language: measure.sentence(language) for language in languages})


def _result(iso: Iso, measure: Quality) -> str:
    names, numbers = numbers_of(measure)
    return iso.element(
        "mdq:result/mdq:DQ_QuantitativeResult",
        *(iso.value("mdq:value", "gco:Record", number) for number in numbers),
        iso.unit("mdq:valueUnit", measure.unit),
        iso.element("mdq:valueRecordType", leaf("gco:RecordType", names)) if len(numbers) > 1 else "",
    )


def numbers_of(measure: Quality) -> tuple[str, list[str]]:
    """The value and the bounds of its 95 % interval that are known: their names ("value; lower bound"), the numbers."""
    pairs = zip(_NAMES, (measure.value, measure.low, measure.high), strict=True)
    known = [(name, repr(number)) for name, number in pairs if number is not None]
    return "; ".join(name for name, _ in known), [number for _, number in known]
