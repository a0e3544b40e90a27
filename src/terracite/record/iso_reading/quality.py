# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quality measures: ``DQ_Element`` of ISO 19157-2 (mdq) and of ISO 19139.

Only quantitative results are measures of the record; results of conformance and of description stay unread.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from terracite.record.iso_reading.texts import Iso, href, peek, peek_attribute
from terracite.record.model import Quality, Text
from terracite.record.reading import XmlNode, values

_BOUNDS = {"low": re.compile(r"lower|borne inf|\blow\b", re.I), "high": re.compile(r"upper|borne sup|\bhigh\b", re.I)}


def read(iso: Iso, record: XmlNode) -> tuple[Quality, ...]:
    """One measure per quantitative result, in order."""
    found: list[Quality] = []
    for holder in record.all("dataQualityInfo/*"):
        report = _standalone(iso, holder)
        for node in holder.all("report/*"):
            found += _measures(iso, node, report)
    return tuple(found)


def _measures(iso: Iso, node: XmlNode, report: str) -> list[Quality]:
    results = [item for item in node.all("result/*") if item.name == "DQ_QuantitativeResult"]
    measured = [(item, numbers) for item in results if (numbers := _numbers(iso, item))]
    if not measured:
        return []
    name = iso.text(node.first("measure/*/nameOfMeasure")) or iso.text(node.first("nameOfMeasure"))
    note, own = _note(iso, node), _procedure(iso, node)
    found = []
    for item, numbers in measured:
        part = iso.notes.part(
            Quality,
            item.where,
            name=name or Text(en=_words(node.name)),
            unit=unit(iso, item.first("valueUnit")) or "1",
            note=note,
            report=own or report,
            **numbers,
        )
        found += [part] if part is not None else []
    _skip_description(node)
    return found


def _numbers(iso: Iso, result: XmlNode) -> dict[str, float]:
    """The value, and the bounds of its interval where the type of the record names them."""
    nodes = result.all("value")
    found = [values.number(iso.string(node)) for node in nodes]
    if not found or found[0] is None:
        return {}
    kinds = iso.string(result.first("valueRecordType")) or iso.string(result.first("valueType"))
    names = [part.strip() for part in kinds.split(";")]
    numbers = {"value": found[0]}
    for number, name in zip(found[1:], names[1:], strict=False):
        bound = next((key for key, pattern in _BOUNDS.items() if pattern.search(name)), "")
        if bound and number is not None:
            numbers[bound] = number
    return numbers


def unit(iso: Iso, node: XmlNode | None) -> str:
    """The symbol of a unit of measure: of a GML definition, an address, or plain words."""
    if node is None:
        return ""
    for name in ("identifier", "catalogSymbol", "name", "uomName"):
        if found := next((iso.string(item) or peek(item) for item in node.anywhere(name) if peek(item)), ""):
            next(iter(node.anywhere(name))).text()
            return found
    address = href(node) or peek_attribute(node, "uom")
    return unquote(re.split(r"[#/:]", address)[-1]) if address else iso.string(node)


def _standalone(iso: Iso, holder: XmlNode) -> str:
    """The title of the report beside the measures, in either spelling of the property."""
    for name in ("standaloneQualityReport", "standaloneQualityReportDetails"):
        node = holder.first(f"{name}/*")
        if node is not None:
            title = iso.string(node.first("reportReference/*/title"))
            href(node.first("reportReference/*/title"))
            node.skip()
            return title
    return ""


def _note(iso: Iso, node: XmlNode) -> Text:
    """What a descriptive result beside the numbers says, else how the measure was evaluated."""
    for item in node.all("result/*"):
        if item.name == "DQ_DescriptiveResult":
            return iso.text(item.first("statement"))
    for path in ("evaluationMethod/*/evaluationMethodDescription", "evaluationMethodDescription"):
        if text := iso.text(node.first(path)):
            return text
    return Text()


def _procedure(iso: Iso, node: XmlNode) -> str:
    for path in ("evaluationMethod/*/evaluationProcedure/*/title", "evaluationProcedure/*/title"):
        if title := iso.string(node.first(path)):
            return title
    return ""


def _skip_description(node: XmlNode) -> None:
    """The description of the measure says in words what the numbers say."""
    for path in ("measure/*/measureDescription", "measureDescription"):
        for item in node.all(path):
            if re.search(r"\d", peek(next(iter(item.children()), item))):
                item.skip()


def _words(name: str) -> str:
    """ "DQ_ThematicClassificationCorrectness" as "Thematic classification correctness"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.partition("_")[2] or name).lower()
    return words[:1].upper() + words[1:]
